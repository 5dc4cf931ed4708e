"""The report's answer to doubt: what the cadences lose at the ends of everything that is only assumed."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.report.blocks import Cell, Passage, Picture, Table
from forecast.report.spreadsheet import csv_table
from simulations.intervals import Estimate
from simulations.plots.numerals import signed_percent
from simulations.plots.ranges import draw_ranges
from simulations.range_sentences import range_sentences
from simulations.ranges import AssumedRange, CadenceRanges, RangeEnd, Ranges
from simulations.wording import cadence_words, which_year

COLUMNS = ("cadence", "field", "value", "end", "at", "loss", "low", "high", "shift", "shift_low", "shift_high",
           "influence", "reason")  # fmt: skip


def ranges_passage(ranges: Ranges) -> Passage:
    """Return what the ranges of the assumed numbers do to the answer, with a picture and a table a cadence."""
    opening, *said = range_sentences(ranges)
    return Passage(
        f"Does the answer hold over everything that is assumed? ({which_year(ranges.scenario)})",
        opening,
        tuple(said),
        tuple(_picture(ranges, place) for place in range(len(ranges.cadences))),
        tuple(_table(ranges, item) for item in ranges.cadences),
    )


def picture_name(item: CadenceRanges) -> str:
    """Return what the picture of a cadence is called as a file."""
    return f"ranges_{item.cadence.kind}"


def ranges_table(ranges: Ranges) -> bytes:
    """Return every end of every range as CSV; shares of steady's total."""
    return csv_table(COLUMNS, _rows(ranges))


def loss_words(loss: Estimate) -> tuple[str, str]:
    """Return a loss in percent, and its interval; below 0 it gains."""
    low, mean, high = (signed_percent(round(value, 3), plus="") for value in (loss.low, loss.mean, loss.high))
    return mean, f"{low} to {high}"


def _picture(ranges: Ranges, place: int) -> Picture:
    item = ranges.cadences[place]
    return Picture(
        name=picture_name(item),
        figure=draw_ranges(ranges, place),
        title=f"What {cadence_words(item.cadence)} loses at the ends of what is assumed",
        alternative=(
            "For the assumed numbers that move it most, the loss of total against steady at the low and at the high "
            "end of the range, with 95% intervals; the numbers stand in the table below."
        ),
        note="One number at a time; two that are wrong together may do what neither does alone.",
    )


def _table(ranges: Ranges, item: CadenceRanges) -> Table:
    return Table(
        title=f"Loss of total of {cadence_words(item.cadence)} over every assumed number",
        header=("assumed number", "in this scenario", "at the low end", "at the high end"),
        rows=tuple(
            (Cell(each.field, each.meaning), Cell(f"{each.value:g}"), _cell(each.low), _cell(each.high))
            for each in item.ranges
        ),
        note=(
            f"The most influential first; {' '.join(loss_words(item.loss))} with all numbers as they stand. With 95% "
            f"intervals from {ranges.replications} simulated years each; below 0 it gains."
        ),
    )


def _cell(end: RangeEnd) -> Cell:
    if end.loss is None:
        return Cell(f"{end.value:g}: cannot be", end.reason)
    mean, interval = loss_words(end.loss)
    return Cell(f"{end.value:g}: {mean}", interval)


def _rows(ranges: Ranges) -> Iterator[tuple[object, ...]]:
    for item in ranges.cadences:
        for each in item.ranges:
            for name, end in (("low", each.low), ("high", each.high)):
                yield (item.cadence.kind, each.field, each.value, name, *_end(each, end))


def _end(each: AssumedRange, end: RangeEnd) -> tuple[object, ...]:
    figures = [found for found in (end.loss, end.shift) if found is not None]
    numbers: list[float | None] = [
        value for found in figures for value in (found.mean, found.low, found.high)
    ]
    return (end.value, *(numbers or [None] * 6), each.influence, end.reason)
