"""What a backtest found, in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from forecast.backtest.origins import WHOLE
from forecast.cli.tables import money, percent, say, show
from forecast.sentences.backtest import backtest_sentences

if TYPE_CHECKING:
    from forecast.backtest import Backtest
    from forecast.backtest.league import Cell, Row

HEADER = (
    "method",
    "origins",
    "loss",
    "of trailing mean",
    "forecast less this",
    "hits 50 80 95%",
    "bias",
    "WAPE",
)

LEGEND = (
    "Loss: mean fair CRPS, in the unit. In brackets: 95% block-bootstrap interval; below 0 the forecast is better. "
    "WAPE: |median - came| over what came. Segments stand in the table that --out writes."
)


def print_backtest(found: Backtest) -> None:
    """Print the sentences, one league table for each whole data set, horizon and unit, and the seed.

    Parameters
    ----------
    found : Backtest
    """
    say(backtest_sentences(found))
    for cell in found.league.cells():
        if cell[1] == WHOLE:
            _table(found, cell)
    click.echo()
    say([LEGEND])
    click.echo(f"Seed {found.how.seed}, {found.how.draws:,} draws, pipecast {found.version}.")


def _table(found: Backtest, cell: Cell) -> None:
    dataset, _, horizon, unit = cell
    rows = [_cells(row) for row in found.league.rows if row.cell == cell]
    show(f"{dataset}: {horizon} ahead, {unit}", HEADER, rows)


def _cells(row: Row) -> tuple[str, ...]:
    hits = " ".join(percent(value) for value in (row.hit_50, row.hit_80, row.hit_95))
    sure = math.isfinite(row.low)
    against = (
        f"{money(row.difference)} [{money(row.low)} to {money(row.high)}]" if sure else money(row.difference)
    )
    return (row.method, str(row.origins), money(row.crps), f"{row.ratio:.2f}" if math.isfinite(row.ratio) else "-",
            against, hits, percent(row.bias), percent(row.wape))  # fmt: skip
