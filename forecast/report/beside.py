"""The report on a target, continued: what it asks for, whose bookings they are, which deals carry the risk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forecast.plots.risks import draw_risks
from forecast.plots.rollups import draw_roll_up
from forecast.report.blocks import Cell, Passage, Picture, Table
from forecast.report.walk import walk_passage
from forecast.sentences.forecasts import unit_of
from forecast.sentences.target import risk_sentences, roll_up_sentences, target_sentences
from forecast.wording.forecasts import chance, long_day
from simulations.plots.numerals import digits, quantity, span

if TYPE_CHECKING:
    import datetime as dt

    from forecast.forecasting import Forecast
    from forecast.risks import Risks
    from forecast.rollups.rollup import RollUp
    from forecast.targets.required import Required


def beside_passages(forecast: Forecast, currency: str = "") -> Iterator[Passage]:
    """Yield a passage for each thing that was asked beside the distribution.

    Parameters
    ----------
    forecast : Forecast
    currency : str
        Of the amounts; empty where unknown.
    """
    unit = unit_of(forecast, currency)
    if forecast.required is not None and not forecast.required.coverage.reached:
        said = tuple(map(str, target_sentences(forecast, currency)))
        table = _required_table(forecast, forecast.required, unit)
        yield Passage("What the target asks for", sentences=said, tables=(table,))
    if forecast.walk is not None:
        yield walk_passage(forecast.walk, unit)
    if forecast.risks is not None and forecast.risks.deals:
        yield _risks(forecast.risks, unit)
    for whole in forecast.roll_ups:
        yield _roll_up(whole, unit)


def _required_table(forecast: Forecast, required: Required, unit: str) -> Table:
    creation, useful, coverage = required.creation, required.last_useful, required.coverage
    worth = "" if creation.amount is None else f"worth {quantity(creation.amount, unit)}"
    noise = (
        ""
        if creation.low is None
        else f"{_count(creation.low)} to {_count(creation.high)} by the number of draws"
    )
    present = (
        ""
        if creation.present_low is None
        else f"8 of 10: {_count(creation.present_low)} to {_count(creation.present_high)}"
    )
    sure = (
        ""
        if useful.low is None or useful.high is None
        else f"{long_day(useful.low)} to {long_day(useful.high)}"
    )
    rows = (
        (
            Cell("New opportunities a week, required", worth),
            Cell(_count(creation.per_week), creation.reason or noise),
        ),
        (Cell("New opportunities a week, at the present pace"), Cell(_count(creation.present), present)),
        (
            Cell("Last useful creation date", "1 in 10 of later wins is still in time"),
            Cell(_day(useful.day), sure),
        ),
        (Cell("Half-way date", "from here on most later wins come too late"), Cell(_day(useful.half))),
        (Cell("Coverage"), Cell(_times(forecast.coverage.ratio), forecast.coverage.reason)),
        (Cell("Coverage required", "from open deals alone"), Cell(_times(coverage.ratio), coverage.reason)),
        (Cell("Coverage required", "with new business as expected"), Cell(_times(coverage.with_new))),
    )
    note = (
        f"For a confidence of {required.confidence:.0%}. Coverage: open amount expected to close in the period over what "
        "the target still lacks; what is required of it follows from the win curves and the sizes of the open deals."
    )
    return Table("What the target asks for", ("", "value"), rows, note)


def _count(value: float | None) -> str:
    return "none" if value is None else digits(value)


def _day(day: dt.date | None) -> str:
    return "none" if day is None else long_day(day)


def _times(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f} times"


def _risks(found: Risks, unit: str) -> Passage:
    picture = Picture(
        "risks",
        draw_risks(found, unit),
        "The chance of the target with and without each deal",
        "For the open deals that move the chance of the target most: the chance if it is won in the period, and the "
        "chance if it is not; the numbers stand in the table below.",
    )
    rows = tuple(
        (
            Cell(deal.name or deal.id, deal.owner),
            Cell(quantity(deal.amount, unit), deal.stage),
            Cell(
                chance(deal.chance),
                "" if deal.expected_close is None else f"expected {long_day(deal.expected_close)}",
            ),
            Cell(chance(deal.given_won)),
            Cell(chance(deal.given_lost)),
            Cell(f"{deal.moves * 100:.1f}", f"± {deal.error * 100:.1f}"),
        )
        for deal in found.deals
    )
    table = Table(
        "Open deals by how much they move the chance of the target",
        ("deal", "amount", "won in the period", "target, if won", "target, if not", "difference in points"),
        rows,
        f"Shares of the {found.draws:,} draws that reach the target if the deal is won in each of them, and if in none, all "
        "else as it is; below the difference its standard error.",
    )
    said = tuple(map(str, risk_sentences(found, unit)))
    return Passage("Which deals carry the risk", said[0], said[1:], (picture,), (table,))


def _roll_up(whole: RollUp, unit: str) -> Passage:
    picture = Picture(
        f"by_{whole.by}",
        draw_roll_up(whole, unit),
        f"Bookings by {whole.by}",
        f"Bars of the expected bookings by {whole.by}, made of booked, open and not yet created, each with the range of 8 "
        "of 10 draws; the numbers stand in the table below.",
    )
    frame = whole.to_frame()
    quotas = bool(frame["target"].notna().any())
    rows = tuple(
        (
            Cell(str(name)),
            *(Cell(quantity(row[column])) for column in ("booked", "open", "new")),
            Cell(quantity(row["mean"]), span(row["p10"], row["p90"])),
            *(_quota(row["target"], row["chance"]) if quotas else ()),
        )
        for name, row in frame.iterrows()
    )
    header = (
        whole.by,
        "booked",
        "open",
        "not yet created",
        "in all",
        *(("quota", "chance") if quotas else ()),
    )
    words = f" ({unit})" if unit else ""
    note = "Means; below them the range of 8 of 10 draws. The parts of every draw add up to its total; the ranges do not."
    said = tuple(map(str, roll_up_sentences(whole, unit)))
    table = Table(f"Bookings by {whole.by}{words}", header, rows, note)
    return Passage(f"By {whole.by}", "", said, (picture,), (table,))


def _quota(target: float, reached: float) -> tuple[Cell, Cell]:
    known = target == target  # noqa: PLR0124 - nan is not itself
    return (Cell(quantity(target)), Cell(chance(reached))) if known else (Cell("none"), Cell("none"))
