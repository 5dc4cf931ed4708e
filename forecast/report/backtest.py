"""A backtest as files: the league table, the single outcomes, and rows for a log that only grows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from forecast.backtest.backtest import LOGGED, Backtest
from forecast.backtest.league import CELL
from forecast.backtest.running import FORECAST
from forecast.report.spreadsheet import csv_table, frame_table
from simulations.errors import BadInput, Problem
from simulations.exports.files import write_files

LEAGUE, OUTCOMES = "backtest.csv", "backtest-outcomes.csv"
#: Level of the interval whose hit share stands in the table with its range.
RANGED = 0.8


def write_backtest(folder: Path, found: Backtest) -> dict[str, Path]:
    """Write the league table and the single outcomes into a folder, both whole or neither.

    Returns
    -------
    dict of str to Path
        ``backtest.csv`` and ``backtest-outcomes.csv`` -> path.
    """
    tables = {LEAGUE: league_table(found), OUTCOMES: frame_table(found.to_frame())}
    try:
        return write_files(folder, tables)
    except OSError as error:
        raise _unwritable(folder, error) from None


def league_table(found: Backtest) -> bytes:
    """Return the league table as CSV: every method on every data set, segment, horizon and unit.

    Rows of the forecast have the 98% range of the 80% interval's hit share, and how many disjoint blocks it rests on.
    """
    import pandas as pd

    ranges = pd.DataFrame(
        [
            (*hit.cell, FORECAST, hit.range.low, hit.range.high, hit.range.blocks)
            for hit in found.league.hits
            if hit.level == RANGED
        ],
        columns=[*CELL, "method", "hit_80_low", "hit_80_high", "blocks"],
    ).astype({"blocks": "Int64"})
    whole = found.league.to_frame().merge(ranges, how="left", on=[*CELL, "method"])
    return frame_table(whole.assign(version=found.version, seed=found.how.seed))


def add_to_log(path: Path, found: Backtest, note: str) -> None:
    """Add a run's rows to a log, which is made where it does not exist; the rows before stay as they are.

    Raises
    ------
    BadInput
        If the file is a table of other columns, or cannot be written.
    """
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    try:
        before = path.read_bytes() if path.exists() else csv_table(LOGGED, ())
    except OSError as error:
        raise _unwritable(path, error) from None
    header = next(csv.reader(io.StringIO(before.decode("utf-8-sig").split("\n", 1)[0])), [])
    if tuple(header) != LOGGED:
        allowed = f"is no log of backtests: its columns must be {', '.join(LOGGED)}"
        raise BadInput([Problem(str(path), "line 1", "", ", ".join(header), allowed)])
    rows = csv_table(LOGGED, found.log_rows(today, note)).split(b"\r\n", 1)[1]
    try:
        write_files(path.parent, {path.name: before + rows})
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput(
        [Problem(str(path), "", "", "", f"cannot be written: {error.strerror}; name another place")]
    )
