"""The report's third part: whether reality is leaving the plan, and since when."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.divergence import ImportedWeek, ImportedYear, SimulatedWeek, SimulatedYear
from forecast.plots.divergence import draw_imported, draw_simulated
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.sentences.divergence import imported_sentences, simulated_sentences
from forecast.wording.forecasts import chance, long_day
from simulations.plots.numerals import quantity, span
from simulations.wording import cadence_words, unit_words

QUESTION = "Is reality leaving the plan, and since when?"
NOTHING = "Neither a simulated nor an imported year was looked at."


def divergence_section(
    simulated: Sequence[SimulatedYear], imported: ImportedYear | None, currency: str = ""
) -> Section:
    """Return what simulated years and an imported one say, with their pictures and weekly tables.

    Parameters
    ----------
    simulated : sequence of SimulatedYear
        Each against the steady plan; may be empty.
    imported : ImportedYear or None
        It gives the answer where there is one.
    currency : str
        Of the imported amounts; empty where unknown.
    """
    passages = [] if imported is None else [_imported(imported, currency)]
    passages += [_simulated(year, answered=not passages and not at) for at, year in enumerate(simulated)]
    return Section(
        anchor="divergence",
        question=QUESTION,
        answer=_answer(simulated, imported, currency),
        cautions=() if imported is None else _cautions(imported),
        passages=tuple(passages),
    )


def _answer(simulated: Sequence[SimulatedYear], imported: ImportedYear | None, currency: str) -> str:
    if imported is not None:
        return str(imported_sentences(imported, currency)[0])
    return str(simulated_sentences(simulated[0])[0]) if simulated else NOTHING


def _cautions(year: ImportedYear) -> tuple[str, ...]:
    if not (year.weeks and year.may_look_ahead):
        return ()
    fields = ", ".join(name.replace("_", " ") for name in year.may_look_ahead)
    return (
        f"The export knows these fields only as they are on its own day, so past weeks may look ahead in them: {fields}.",
    )


def _imported(year: ImportedYear, currency: str) -> Passage:
    said = tuple(str(sentence) for sentence in imported_sentences(year, currency)[1:])
    title = f"The imported CRM, {long_day(year.start)} to {long_day(year.end)}"
    if not year.weeks:
        return Passage(title, "", said)
    unit = unit_words(year.unit, currency)
    picture = Picture(
        name="divergence",
        figure=draw_imported(year, unit),
        title="Week by week: what was projected, and what it was made of",
        alternative=(
            "Above: projected bookings at each week's end with the range of 8 of 10 draws, the target, and the edge "
            "below which they count as a shortfall. Below: booked, open and not yet created, with the target spread "
            f"over working days. {imported_sentences(year, currency)[0]}"
        ),
        note="Every week is forecast from what was known at its end and nothing later.",
    )
    return Passage(title, "", said, (picture,), (_imported_table(year, unit),))


def _imported_table(year: ImportedYear, unit: str) -> Table:
    header = (
        "week",
        "booked",
        "target to date",
        "open",
        "not yet created",
        "projected",
        "shortfall below",
        "chance",
    )
    return Table(
        title=f"The imported year by week{_in(unit)}",
        header=header,
        rows=tuple(_imported_row(week) for week in year.weeks),
        note="Open: calibrated in the period. Projected: the three parts together, below it the range of 8 of 10 draws. "
        "Chance: of reaching the target. Seed "
        f"{year.seed}, {year.draws:,} draws a week, {year.paths:,} paths, pipecast {year.version}.",
    )


def _imported_row(week: ImportedWeek) -> tuple[Cell, ...]:
    name = "start" if week.week == 0 else str(week.week)
    edge = "none" if week.edge is None else quantity(week.edge)
    return (
        Cell(name, long_day(week.through if week.week else week.moment)),
        *(Cell(quantity(value)) for value in (week.booked, week.plan, week.open, week.new)),
        Cell(quantity(week.projected), span(week.low, week.high)),
        Cell(edge, "shortfall" if week.fell else ""),
        Cell(chance(week.chance)),
    )


def _simulated(year: SimulatedYear, *, answered: bool) -> Passage:
    """Return what is said of one cadence; its first sentence may be the section's answer already."""
    opening, *said = (str(sentence) for sentence in simulated_sentences(year))
    picture = Picture(
        name=f"divergence_{year.name.replace(' ', '_')}",
        figure=draw_simulated(year),
        title="One year: projected bookings, their parts, published revenue",
        alternative=(
            "From top to bottom: projected bookings by week with the steady band's edge and the target; booked, open "
            f"and not yet created; published revenue to date. {_arrow_words(year)}"
        ),
        note="The plan is the steady year: the edges are such that 9 of 10 steady years never fall below them.",
    )
    return Passage(
        f"A simulated year: {cadence_words(year.cadence)}",
        "" if answered else opening,
        tuple(said),
        (picture,),
        (_simulated_table(year),),
    )


def _arrow_words(year: SimulatedYear) -> str:
    if year.weeks_between is None:
        return "No arrow is drawn."
    return (
        f"An arrow leads from the first pipeline shortfall in week {year.pipeline_week} to the first published "
        f"shortfall in week {year.published_week}."
    )


def _simulated_table(year: SimulatedYear) -> Table:
    header = ("week", "booked", "open", "not yet created", "projected", "example year", "shortfall below")
    return Table(
        title=f"The simulated year by week{_in(year.unit)}",
        header=header,
        rows=tuple(_simulated_row(week) for week in year.weeks),
        note=f"Means of {year.replications} simulated years; below what is projected the range of 8 of 10 of them. Open: "
        f"calibrated in the year. Seed {year.seed}, pipecast {year.version}.",
    )


def _simulated_row(week: SimulatedWeek) -> tuple[Cell, ...]:
    return (
        Cell(str(week.week), long_day(week.ends)),
        *(Cell(quantity(value)) for value in (week.booked, week.open, week.new)),
        Cell(quantity(week.projected), span(week.low, week.high)),
        Cell(quantity(week.example_projected), "shortfall" if week.example_projected < week.edge else ""),
        Cell(quantity(week.edge)),
    )


def _in(unit: str) -> str:
    return f" ({unit})" if unit else ""
