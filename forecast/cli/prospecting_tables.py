"""What comes of an hour of prospecting, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forecast.cli.tables import money, percent, say, show
from forecast.prospecting.results import WON_AMOUNT
from forecast.sentences.prospecting import NAMES, prospecting_sentences
from simulations.plots.numerals import digits

if TYPE_CHECKING:
    from forecast.prospecting import Prospecting, Worker


def print_prospecting(found: Prospecting, currency: str = "") -> None:
    """Print the sentences, results an hour by owner, the latest weeks, what was noticed, and the seed.

    Parameters
    ----------
    found : Prospecting
    currency : str
        Of the amounts; empty where unknown.
    """
    say(prospecting_sentences(found, currency))
    rows = (found.whole, *found.teams, *found.owners)
    shown = [name for name in NAMES if any(row.per_hour[name] is not None for row in rows)]
    blocks = any(row.blocks for row in rows)
    unit = f", {currency}" if currency and WON_AMOUNT in shown else ""
    show(
        f"Results an hour{unit}",
        ("who", "hours", *(NAMES[name] for name in shown), *(("blocks kept",) if blocks else ())),
        [_row(row, shown, blocks=blocks) for row in rows],
        note="In brackets: 95% intervals; owners with few hours are drawn toward their team. A dash: too few to say.",
    )
    if found.findings:
        click.echo(f"\n{click.style('What limits this', bold=True)}\n")
        say(f"{finding.severity.upper()}: {finding.message}" for finding in found.findings)
    click.echo(f"\nSeed {found.seed}, pipecast {found.version}.")


def _row(worker: Worker, shown: list[str], *, blocks: bool) -> tuple[str, ...]:
    cells = [worker.name, digits(worker.hours)]
    for result in shown:
        one, write = worker.per_hour[result], money if result == WON_AMOUNT else digits
        cells.append("-" if one is None else f"{write(one.mean)} ({write(one.low)}\u2013{write(one.high)})")
    if blocks:
        kept = worker.kept
        cells.append("-" if kept is None else f"{percent(kept.mean)} of {worker.blocks:,}")
    return tuple(cells)
