"""What changed in a pipeline, and in its forecast, between two moments: the report's part, and its tables."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from forecast.changes.ageing import Ageing
from forecast.changes.between import PipelineChanges
from forecast.changes.forecast_change import ForecastChange
from forecast.changes.steps import REVALUED, SIGNS, Step
from forecast.changes.waterfall import Waterfall
from forecast.plots.changes import draw_forecast_change, draw_waterfall
from forecast.report.analyst import Settings
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.report.changes_weeks import weeks_tables
from forecast.report.spreadsheet import frame_table
from forecast.sentences.changes import changes_sentences, last_day, pipeline_words
from forecast.wording.changes import CAUSES, STEPS
from simulations.plots.numerals import MINUS, Scale, digits, scale_of
from simulations.wording import unit_words

#: Opportunities that a list shows.
SHOWN = 10
NEVER_SHOWN: tuple[Step, ...] = ("taken_over", "handed_over")


def changes_section(changes: PipelineChanges) -> Section:
    """Return what changed between two moments, with its pictures and tables.

    Parameters
    ----------
    changes : PipelineChanges
    """
    answer, *said = (str(sentence) for sentence in changes_sentences(changes))
    waterfall = Picture(
        "waterfall",
        draw_waterfall(changes),
        f"{pipeline_words(changes)}, step by step",
        f"Bars from the start to the end, each hanging where the one before ended. {answer}",
        "Start plus what came in less what went out is the end, to the cent.",
    )
    tables = changes_tables(changes)
    passages = [Passage("", "", tuple(said), (waterfall,), tables.pop("waterfall"))]
    if changes.forecast is not None:
        passages.append(
            Passage(
                "What changed the forecast",
                pictures=(_forecast_picture(changes, changes.forecast),),
                tables=tables.pop("forecast"),
            )
        )
    passages.append(Passage("Age, and slips", tables=(*tables["ageing"], *tables["slips"])))
    return Section(
        anchor="changes",
        question="What changed in the pipeline?",
        answer=answer,
        cautions=tuple(finding.message for finding in changes.findings),
        passages=tuple(passages),
    )


def _forecast_picture(changes: PipelineChanges, found: ForecastChange) -> Picture:
    return Picture(
        "forecast_change",
        draw_forecast_change(found, unit_words(changes.asked.unit, changes.currency)),
        "What changed the expected bookings, cause by cause",
        "Bars from the earlier forecast to the later one; the numbers stand in the table below.",
    )


def changes_settings(changes: PipelineChanges) -> tuple[Settings, ...]:
    """Return what pipeline changes were made from."""
    asked = changes.asked
    drawn = "" if changes.forecast is None else f"{asked.draws:,} draws of each forecast, seed {asked.seed}"
    facts = [
        (
            name,
            f"number {one.number}, known before {one.moment:%Y-%m-%d %H:%M}, recorded {one.recorded:%Y-%m-%d %H:%M} UTC",
        )
        for name, one in (("earlier snapshot", changes.before), ("later snapshot", changes.after))
    ]
    return (Settings("Pipeline changes", (*facts, *((("forecast", drawn),) if drawn else ()))),)


def changes_csv(changes: PipelineChanges) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of pipeline changes as files, name and content."""
    yield "waterfall.csv", frame_table(changes.to_frame())
    yield "steps.csv", frame_table(changes.steps_frame())
    if changes.weeks:
        yield "weeks.csv", frame_table(changes.weeks_frame())
    yield "ageing.csv", frame_table(changes.ageing_frame())
    yield "slips.csv", frame_table(changes.slips.frame.reset_index())
    if changes.forecast is not None:
        yield "forecast_change.csv", frame_table(changes.forecast.to_frame())
        yield "forecast_movers.csv", frame_table(changes.forecast.deals.reset_index())


def changes_tables(changes: PipelineChanges) -> dict[str, tuple[Table, ...]]:
    """Return all tables of pipeline changes, by what they are about; the terminal prints the same."""
    parts = (_parts_table(changes),) if changes.parts else ()
    found = changes.forecast
    return {
        "waterfall": (_waterfall_table(changes), *parts, *weeks_tables(changes)),
        "forecast": () if found is None else (_causes_table(changes, found), _movers_table(found)),
        "ageing": (_ageing_table(changes),),
        "slips": (_slips_table(changes),) if changes.slips.frame["postponed"].any() else (),
    }


def _unit(changes: PipelineChanges) -> str:
    return f", {changes.currency}" if changes.currency else ""


def _waterfall_table(changes: PipelineChanges) -> Table:
    steps = [step for step in (*SIGNS, "end") if step not in NEVER_SHOWN]
    rows = tuple(
        (
            Cell(_step_words(changes, step)),
            Cell(
                f"{_sign(step) if changes.total.flows[step].minor else ''}{changes.total.amount(step):,.2f}"
            ),
            Cell(f"{'' if step in REVALUED else _sign(step)}{changes.total.deals(step):,}"),
        )
        for step in steps
        if step in ("start", "end") or changes.total.deals(step)
    )
    note = "Deals that were revalued are counted, but neither come nor go."
    return Table(f"{pipeline_words(changes)}{_unit(changes)}", ("step", "amount", "deals"), rows, note)


def _step_words(changes: PipelineChanges, step: Step) -> str:
    if step not in ("start", "end"):
        return STEPS[step]
    snapshot = changes.before if step == "start" else changes.after
    return f"{STEPS[step]}, end of {last_day(snapshot.moment)}"


def _sign(step: Step) -> str:
    return "" if step in ("start", "end") else "+" if SIGNS[step] > 0 else MINUS


def _parts_table(changes: PipelineChanges) -> Table:
    """Return a row for each part, a column for each step that any of them took."""
    counted = not changes.priced
    steps: list[Step] = [
        step
        for step in (*SIGNS, "end")
        if any(part.deals(step) for part in changes.parts) and not (counted and step in REVALUED)
    ]
    parts = sorted(changes.parts, key=lambda part: (-part.flows["end"].minor, -part.deals("end"), part.name))
    scale = scale_of(max(abs(part.amount(step)) for part in parts for step in steps))
    rows = tuple(
        (Cell(part.name), *(_part_cell(part, step, None if counted else scale) for step in steps))
        for part in parts
    )
    unit = (
        "deals" if counted else " ".join(word for word in ("amounts,", scale.word, changes.currency) if word)
    )
    note = (
        "Handed over, taken over: to and from another part, at the amount at the start."
        if "handed_over" in steps
        else ""
    )
    header = (str(changes.asked.by), *(STEPS[step] for step in steps))
    return Table(f"By {changes.asked.by}: {unit.rstrip(',')}", header, rows, note)


def _part_cell(part: Waterfall, step: Step, scale: Scale | None) -> Cell:
    size = part.deals(step) if scale is None else round(part.amount(step) / scale.factor, 3)
    return Cell(f"{_sign(step) if size else ''}{f'{size:,}' if scale is None else digits(size)}")


def _causes_table(changes: PipelineChanges, found: ForecastChange) -> Table:
    unit = unit_words(changes.asked.unit, changes.currency)
    rows = (
        (
            Cell(f"expected, end of {last_day(changes.before.moment)}"),
            Cell(f"{found.before:,.0f}"),
            Cell(""),
            Cell(""),
        ),
        *(
            (
                Cell(CAUSES[cause]),
                Cell(_signed(part.change)),
                Cell(f"{part.error:,.0f}"),
                Cell(f"{part.deals:,}" if part.deals else ""),
            )
            for cause, part in found.parts.items()
        ),
        (
            Cell(f"expected, end of {last_day(changes.after.moment)}"),
            Cell(f"{found.after:,.0f}"),
            Cell(""),
            Cell(""),
        ),
    )
    note = (
        "Each cause on top of those above it; everything but the last is valued by what was learned before. The forecasts "
        f"themselves are drawn: their means are {found.drawn[0]:,.0f} and {found.drawn[1]:,.0f}."
    )
    words = f"What changed the expected bookings{f', {unit}' if unit else ''}"
    return Table(words, ("cause", "change", "give or take (95%)", "deals"), rows, note)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):,.0f}"


def _movers_table(found: ForecastChange) -> Table:
    rows = tuple(
        (
            Cell(str(row["name"])),
            Cell(str(row["owner"])),
            Cell({"closed": "closed", "moved": "moved", "new": "new"}[row["cause"]]),
            Cell(f"{row['before']:,.0f}"),
            Cell(f"{row['after']:,.0f}"),
            Cell(_signed(row["change"])),
        )
        for row in called(found.deals).head(SHOWN).to_dict("records")
    )
    header = ("deal", "owner", "what happened", "worth before", "worth now", "change")
    note = "Worth: what the deal is expected to book in the period, or has booked; once the time has passed."
    return Table("Deals that moved the forecast most", header, rows, note)


def called(frame: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities, by id, with the id where they have no name, and a dash where they have no owner."""
    names = frame["name"].where(frame["name"].notna(), frame.index.to_series())
    return frame.assign(name=names, owner=frame["owner"].fillna("-"))


def _ageing_table(changes: PipelineChanges) -> Table:
    before, after = changes.aged
    rows = tuple(
        (
            Cell(now.words),
            Cell(f"{was.deals:,}"),
            Cell(f"{was.amount:,.2f}"),
            Cell(f"{now.deals:,}"),
            Cell(f"{now.amount:,.2f}"),
        )
        for was, now in zip(before.bands, after.bands, strict=True)
    )
    days = [f"end of {last_day(one.moment)}" for one in (changes.before, changes.after)]
    header = ("age", f"deals, {days[0]}", "amount", f"deals, {days[1]}", "amount")
    return Table(f"How old the pipeline is{_unit(changes)}", header, rows, _median_words(before, after))


def _median_words(before: Ageing, after: Ageing) -> str:
    words = [
        "none" if aged.median_days is None else f"{aged.median_days:.0f} days" for aged in (before, after)
    ]
    return f"Days since creation; in the middle {words[0]} before and {words[1]} after."


def _slips_table(changes: PipelineChanges) -> Table:
    frame = changes.slips.frame
    order = ["slips_ever", "slips", "days"]
    worst = (
        called(frame[frame["postponed"] > 0]).sort_values(order, ascending=False, kind="stable").head(SHOWN)
    )
    rows = tuple(
        (
            Cell(str(row["name"])),
            Cell(str(row["owner"])),
            Cell(f"{row['slips']:,}"),
            Cell(f"{row['slips_ever']:,}"),
            Cell(f"{row['days']:,}"),
            Cell(f"{row['expected_close']:%Y-%m-%d}"),
        )
        for row in worst.to_dict("records")
    )
    header = ("deal", "owner", "slips", "ever", "days later", "expected close")
    note = (
        f"A slip: the expected close was moved into a later {changes.slips.period}. Seen in {changes.slips.snapshots} "
        "snapshots; what moved there and back between two of them is not seen."
    )
    return Table("Deals that slipped or were postponed most", header, rows, note)
