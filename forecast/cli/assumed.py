"""What hangs on the assumed numbers, in the terminal: the largest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simulations.ranges import CadenceRanges, RangeEnd, Ranges

#: Rows of a table in the terminal; all are in the JSON and the CSV.
SHOWN = 12


def print_ranges(ranges: Ranges) -> None:
    """Print what each cadence loses at the ends of the assumed numbers that move it most, and what that says."""
    from forecast.cli.tables import say
    from simulations.range_sentences import sentences_of

    for item in ranges.cadences:
        _print_table(ranges, item)
        click.echo()
        say(sentences_of(item))


def _print_table(ranges: Ranges, item: CadenceRanges) -> None:
    from forecast.cli.tables import show
    from simulations.wording import cadence_words, which_year

    moving = [each for each in item.ranges if each.influence > 0][:SHOWN]
    rows = [(each.field, _loss(each.low), _loss(each.high)) for each in moving]
    show(
        f"What {cadence_words(item.cadence)} loses of the total at the ends of what is assumed "
        f"({which_year(ranges.scenario)})",
        ("assumed number", "at the low end", "at the high end"),
        rows,
        note=f"Share of steady's total, in brackets its 95% interval, from {ranges.replications} simulated years each; "
        f"below 0 it gains. {len(item.ranges) - len(moving)} other numbers move it less or not at all; --json and --out "
        "hold all.",
    )


def _loss(end: RangeEnd) -> str:
    from forecast.cli.tables import percent

    if end.loss is None:
        return f"{end.value:g}: cannot be"
    return f"{end.value:g}: {percent(end.loss.mean)} ({percent(end.loss.low)} to {percent(end.loss.high)})"
