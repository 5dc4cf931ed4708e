"""`forecast.run_backtest`, and a backtest that can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from forecast.backtest import (
    Backtest,
    Horizon,
    How,
    Plan,
    backtest,
    plan_of_export,
    read_datasets,
    read_protocol,
)
from forecast.backtest.backtest import POOLED_LEVEL
from forecast.backtest.running import Progress
from forecast.bookings import Unit
from forecast.library.sources import Source, moment_of, reading_of, several
from forecast.question import FEWEST_DRAWS, SEED, Day
from forecast.sentences.backtest import backtest_sentences
from simulations.errors import call_refused
from simulations.tables import CrmTables
from simulations.values import Extended

DRAWS, HORIZONS = 2_000, ("1 month", "3 months")
Asked = tuple[Mapping[str, tuple[Plan, CrmTables]], How, float]


@dataclass(frozen=True, slots=True)
class BacktestAnswer(Backtest, Extended):
    """A backtest that can be shown: the data of `forecast.backtest.Backtest`."""

    def sentences(self) -> tuple[str, ...]:
        """Return how the forecast did, in plain sentences; also where it lost."""
        return tuple(map(str, backtest_sentences(self)))

    def report(self, folder: Path | str) -> dict[str, Path]:
        """Leave the league table and the single outcomes as CSV in a folder.

        Raises
        ------
        BadInput
            The folder cannot be written.
        """
        from forecast.report.backtest import write_backtest

        return write_backtest(Path(folder), self)


def run_backtest(  # noqa: PLR0913 - keyword-only, and each is an option of the command
    source: Source | None = None,
    *,
    protocol: Path | str | None = None,
    data: Path | str | None = None,
    dataset: str | Sequence[str] = (),
    horizon: str | Sequence[str] = HORIZONS,
    unit: Unit | None = None,
    as_of: Day | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    country: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> BacktestAnswer:
    """Forecast from past days' knowledge alone, and score it beside what you would otherwise trust; as `pipecast backtest`.

    Parameters
    ----------
    source : CrmTables, Reading, Path or str, optional
        A CRM export (a file, or what `read_crm` made of it), or the tables themselves; origins are a week apart over its
        second half. None where a protocol is given.
    protocol : Path or str, optional
        YAML file that says what is forecast from which days, in place of the source.
    data : Path or str, optional
        Folder from which the protocol names its files.
    dataset : str or sequence of str
        Only these data sets of the protocol.
    horizon : str or sequence of str
        How far ahead the source is forecast, such as ``2 weeks``.
    unit : {"amount", "deals"}, optional
        What bookings of the source count; amount where it has any unless told.
    as_of : date, datetime or str, optional
        Of a source: moment of knowledge; its own unless told; tables have none.
    draws, seed : int
        Of each forecast of the source, and of all chance; a protocol names its own.
    country : str, optional
        Two-letter code whose public holidays count in the forecast.
    workers : int, optional
        Processes; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many origins of how many are done.

    Raises
    ------
    BadInput
        The source, the protocol or the question is refused, with the reason.

    Examples
    --------
    >>> export = "examples/crm/hubspot-crm-exports-all-deals-2026-10-04.csv"
    >>> then = run_backtest(export, horizon="26 weeks", draws=100, workers=1)
    >>> then.league.best_baseline(then.league.cells()[0]).method in then.to_frame()["method"].unique()
    True
    """
    _check(source, protocol, data)
    if protocol is None and source is not None:
        plans, how, level = _of_source(source, as_of, several(horizon), unit, How(draws, seed, country))
    else:
        plans, how, level = _of_protocol(Path(str(protocol)), Path(str(data)), several(dataset), country)
    return BacktestAnswer.of(backtest(plans, how, pooled_level=level, workers=workers, progress=progress))


def _check(source: Source | None, protocol: object, data: object) -> None:
    if (source is None) == (protocol is None):
        raise call_refused("source", "", "give either an export or a protocol, one of them")
    if protocol is not None and data is None:
        raise call_refused("data", "", "a protocol needs the folder from which it names its files")


def _of_protocol(path: Path, data: Path, names: Sequence[str], country: str | None) -> Asked:
    protocol = read_protocol(path)
    plans = read_datasets(protocol, path.parent, data, names)
    how = How(protocol.draws, protocol.seed, country, tuple(protocol.baselines))
    return plans, how, protocol.pooled.level / 100


def _of_source(
    source: Source, as_of: Day | None, horizons: Sequence[str], unit: Unit | None, how: How
) -> Asked:
    if how.draws < FEWEST_DRAWS:
        raise call_refused("draws", how.draws, f"must be {FEWEST_DRAWS} or more")
    reading = reading_of(source, as_of)
    ahead = tuple(_horizon(text) for text in horizons)
    priced = bool(reading.tables.opportunities["amount"].notna().any())
    units: tuple[Unit, ...] = (unit or ("amount" if priced else "deals"),)
    # What came later than either is not known to have come.
    cut = min(moment_of(reading, as_of), pd.Timestamp(reading.export_date))
    plan = plan_of_export(reading.tables, cut, ahead, units)
    return {plan.name: (plan, reading.tables)}, how, POOLED_LEVEL


def _horizon(text: str) -> Horizon:
    try:
        return Horizon.model_validate(text)
    except ValidationError:
        raise call_refused("horizon", text, "must be written like 2 weeks or 1 month") from None
