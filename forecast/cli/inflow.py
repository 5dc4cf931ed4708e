"""What enters the pipeline, in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from forecast.cli.tables import money, percent, say, show
from forecast.sentences.inflow import inflow_sentences, points
from simulations.plots.numerals import digits

if TYPE_CHECKING:
    from forecast.inflow import Inflow, Segment
    from simulations.intervals import Estimate

Write = Callable[[float], str]


def print_inflow(inflow: Inflow, currency: str = "") -> None:
    """Print the sentences, a table of the segments of each kind with their trends, and the seed.

    Parameters
    ----------
    inflow : Inflow
    currency : str
        Of the amounts; empty where unknown.
    """
    say(inflow_sentences(inflow, currency))
    for by, segments in inflow.by.items():
        rows = (inflow.whole, *segments)
        unit = f", {currency}" if currency else ""
        show(
            f"By {by}: won within {digits(round(inflow.horizon))} days, days to a win, new in a week{unit}",
            (by, "created", "won", "days", "new a week", "value a week"),
            [_levels(segment) for segment in rows],
            note="In brackets: 95% intervals.",
        )
        show(
            f"By {by}: what changes over a quarter",
            (by, "won, points", "days", "new a week", "value a week"),
            [_trends(segment) for segment in rows],
            note="A dash: the interval holds 0, no clear trend. Of twenty that have none, one seems to have one by luck.",
        )
    click.echo(f"\nSeed {inflow.seed}, pipecast {inflow.version}.")


def _levels(segment: Segment) -> tuple[str, ...]:
    numbers = dict(segment.numbers())
    writers: tuple[tuple[str, Write], ...] = (
        ("conversion", percent),
        ("cycle", lambda days: digits(round(days))),
        ("per_week", digits),
        ("value_per_week", money),
    )
    cells = [_level(segment, name, numbers[name], write) for name, write in writers]
    return (segment.name, f"{segment.created:,}", *cells)


def _level(segment: Segment, name: str, found: Estimate | None, write: Write) -> str:
    if found is None:
        return _unsaid(segment, name)
    return f"{write(found.mean)} ({write(found.low)}\u2013{write(found.high)})"


def _trends(segment: Segment) -> tuple[str, ...]:
    numbers = dict(segment.numbers())
    writers: tuple[tuple[str, Write], ...] = (
        ("conversion_trend", points),
        ("cycle_trend", percent),
        ("per_week_trend", percent),
        ("value_per_week_trend", percent),
    )
    return (segment.name, *(_trend(segment, name, numbers[name], write) for name, write in writers))


def _trend(segment: Segment, name: str, found: Estimate | None, write: Write) -> str:
    if found is None:
        return _unsaid(segment, name)
    if found.sign == 0:
        return "-"
    plus = "+" if found.mean > 0 else ""
    return f"{plus}{write(found.mean)} ({write(found.low)} to {write(found.high)})"


def _unsaid(segment: Segment, name: str) -> str:
    """Return why a number is not there, in two words: the whole reason stands in the JSON and the report."""
    reason = segment.unsaid[name]
    return " ".join(reason.split()[:2]) if reason.startswith("too ") else "not said"
