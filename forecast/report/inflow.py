"""The report's part on what enters the pipeline, how long it takes and how much of it is won."""

from __future__ import annotations

from collections.abc import Callable

from forecast.inflow import Inflow, Segment
from forecast.inflow.dimensions import By
from forecast.plots.inflow import draw_inflow
from forecast.report.analyst import Settings
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.sentences.inflow import inflow_sentences, points
from simulations.plots.numerals import digits, quantity, share, span

ASSUMES = (
    "opportunities are independent; how long one has been followed tells nothing of its fate; a trend of the conversion "
    "moves the pace of winning and losing by the same factor at all ages, one of the cycle stretches all cycles alike"
)
Write = Callable[[float], str]
HEADER = ("created", "won", "days to a win", "new a week", "value a week")


def inflow_section(inflow: Inflow, currency: str = "") -> Section:
    """Return what enters: sentences, and for each kind of segment a picture and a table with the reasons for gaps.

    Parameters
    ----------
    inflow : Inflow
    currency : str
        Of the amounts; empty where unknown.
    """
    answer, *said = (str(sentence) for sentence in inflow_sentences(inflow, currency))
    kinds = tuple(_passage(inflow, by, currency) for by in inflow.by)
    return Section(
        anchor="inflow",
        question="How long does it take, how much is won, and what enters?",
        answer=answer,
        cautions=(),
        passages=(Passage("", "", tuple(said)), *kinds),
    )


def inflow_settings(inflow: Inflow) -> Settings:
    """Return what was looked at, and what that assumes."""
    since = "all that the records show" if inflow.since is None else f"{inflow.since:%Y-%m-%d}"
    return Settings(
        "What enters",
        (
            ("seed", str(inflow.seed)),
            ("knowledge ends", f"{inflow.moment:%Y-%m-%d %H:%M}"),
            ("created since", since),
            ("horizon of a win", f"{digits(round(inflow.horizon))} days"),
            ("whole weeks counted", f"{inflow.weeks}"),
            ("assumes", ASSUMES),
        ),
    )


def _passage(inflow: Inflow, by: By, currency: str) -> Passage:
    picture = Picture(
        f"inflow_{by}",
        draw_inflow(inflow, by, currency),
        f"What enters and what becomes of it, by {by}",
        f"Rows of segments by {by} with their share won, days to a win, number and value a week; the numbers stand in "
        "the table below.",
    )
    return Passage(f"By {by}", pictures=(picture,), tables=(_table(inflow, by, currency),))


def _table(inflow: Inflow, by: By, currency: str) -> Table:
    rows = tuple(_row(segment, currency) for segment in (inflow.whole, *inflow.by[by]))
    note = (
        f"Won and days: within {digits(round(inflow.horizon))} days of creation. New: over {inflow.weeks} whole weeks. "
        "Below each number its 95% interval, and by how much it changes over a quarter where a trend is clear."
    )
    return Table(f"By {by}", (by, *HEADER), rows, note)


def _row(segment: Segment, currency: str) -> tuple[Cell, ...]:
    written: tuple[tuple[str, Write, Write], ...] = (
        ("conversion", share, lambda change: f"{points(change)} points"),
        ("cycle", lambda days: digits(round(days)), share),
        ("per_week", digits, share),
        ("value_per_week", lambda value: quantity(value, currency), share),
    )
    cells = [_cell(segment, measure, write, change) for measure, write, change in written]
    return (Cell(segment.name), Cell(f"{segment.created:,}"), *cells)


def _cell(segment: Segment, measure: str, write: Write, change: Write) -> Cell:
    numbers = dict(segment.numbers())
    found, trend = numbers[measure], numbers[f"{measure}_trend"]
    if found is None:
        return Cell("not said", segment.unsaid[measure])
    if measure in ("per_week", "value_per_week"):
        small = span(found.low, found.high)
    else:
        small = f"{write(found.low)} to {write(found.high)}"
    if trend is not None and trend.sign:
        small += f"; {'+' if trend.mean > 0 else ''}{change(trend.mean)} a quarter"
    return Cell(write(found.mean), small)
