"""CRM tables as flat arrays in an order that no row order and no id can change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calibration.ranks import ranked
from forecast.calibration.whole_days import first_whole_day
from forecast.kept import built, held, is_kept, keep, leaves_of, place_of
from forecast.known import KeptIn, KnownTables
from simulations.row_order import row_order
from simulations.tables import OPEN, TIME, WON, CrmTables, positions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: The one stage of records without a usable stage history: age counts from creation.
WHOLE_PIPELINE = "open pipeline"
#: Share of opportunities that must have stage visits before stages are told apart.
LEAST_HISTORY_SHARE = 0.8
CENSORED = -1
#: Columns that are read.
READ = ("id", "created", "closed", "outcome", "amount", "probability", "expected_close")


def days(times: pd.Series) -> Floats:
    """Return times as fractional days since 1970-01-01; nan where missing."""
    stamps = times.astype(TIME).to_numpy().astype("datetime64[us]")
    since = stamps.astype("int64") / 86_400_000_000
    return np.where(np.isnat(stamps), np.nan, since)


def day(moment: pd.Timestamp) -> float:
    """Return a moment as fractional days since 1970-01-01."""
    return float(days(pd.Series([moment]))[0])


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of stages, one row each.

    Attributes
    ----------
    deal, stage : array of int
        Position of the opportunity and of the stage.
    entered, left : array
        Days since 1970-01-01; ``left`` is the moment of knowledge where the visit has not ended.
    next : array of int
        Stage entered next, ``S`` for won, ``S + 1`` for lost (S stages), `CENSORED` while open.
    """

    deal: Ints
    stage: Ints
    entered: Floats
    left: Floats
    next: Ints


@dataclass(frozen=True, slots=True)
class Records:
    """What is known at the moment, opportunities by rank in all that is computed from.

    Attributes
    ----------
    ids : array of str
        Names for findings and roll-ups only; nothing is computed from them.
    moment : float
        Moment of knowledge, days since 1970-01-01; exclusive.
    created, closed : array
        Days since 1970-01-01; ``closed`` is nan while open.
    won, lost : array of bool
    amount : array
        nan where missing or not above 0.
    probability, expected_close : array
        As typed; days since 1970-01-01; nan where missing.
    stages : tuple of str
    visits : Visits
    starts : float
        Day from which the records are whole: earlier ones show only what was closed later.
    """

    ids: npt.NDArray[np.object_]
    moment: float
    created: Floats
    closed: Floats
    won: Bools
    lost: Bools
    amount: Floats
    probability: Floats
    expected_close: Floats
    stages: tuple[str, ...]
    visits: Visits
    starts: float

    @property
    def is_open(self) -> Bools:
        """Whether each opportunity is open at the moment."""
        return ~(self.won | self.lost)


#: Where the ids of records lie.
_IDS: Any = Records.__dict__["ids"]


class _KeptRecords(Records):
    """Records that lie beside their tables: ids are read when they are first asked for, the row of each is at hand."""

    __slots__ = ("digest", "rows")
    digest: tuple[str, pd.Timestamp | None]
    rows: Ints

    @property
    def ids(self) -> npt.NDArray[np.object_]:
        held: Any = _IDS.__get__(self)
        if callable(held):
            held = held()
            _IDS.__set__(self, held)
        return cast("npt.NDArray[np.object_]", held)

    @ids.setter
    def ids(self, held: Any) -> None:
        _IDS.__set__(self, held)


def rows_in(known: Records, tables: CrmTables) -> Ints:
    """Return the row of each of the records among the opportunities of tables; -1 where it is not there."""
    if is_kept(tables) and getattr(known, "digest", None) == _told(tables):
        return cast("_KeptRecords", known).rows
    return positions(pd.Series(known.ids, dtype="str"), tables.opportunities["id"])


def _ids_of(tables: KnownTables, rows: Ints) -> npt.NDArray[np.object_]:
    return tables.column("id").iloc[rows].to_numpy(object)


def _told(tables: KnownTables) -> tuple[str, pd.Timestamp | None]:
    return cast("KeptIn", tables.kept).digest, tables.moment


def records(tables: CrmTables, moment: pd.Timestamp, *, by_stage: bool = True) -> Records:
    """Return the records of tables that hold nothing later than the moment.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive.
    by_stage : bool
        Whether stages are told apart; else, and where fewer than 80% of the opportunities have a
        stage history, all are in one stage, `WHOLE_PIPELINE`.
    """
    if by_stage and is_kept(tables):
        return _kept(tables, moment)
    return _records(tables, moment, by_stage=by_stage)


def _kept(tables: KnownTables, moment: pd.Timestamp) -> Records:
    """Return the records that are kept beside their tables, with ids by the row in which they stand there."""
    path = place_of("records", tables, moment=moment)
    leaves = held(path)
    if leaves is not None:
        rows = leaves["ids"]
        later = partial(_ids_of, tables, rows)
        found = cast("_KeptRecords", built(_KeptRecords, {**leaves, "ids": later}))
        object.__setattr__(found, "rows", rows)
        object.__setattr__(found, "digest", _told(tables))
        return found
    made = _records(tables, moment, by_stage=True)
    ids_there = tables.opportunities["id"]
    keep(path, {**leaves_of(made), "ids": positions(pd.Series(made.ids, dtype="str"), ids_there)})
    return made


def _records(tables: CrmTables, moment: pd.Timestamp, *, by_stage: bool) -> Records:
    """Return the records of tables, read off them."""
    history = _open_stages(tables) if by_stage else tables.stage_history.iloc[:0]
    of = positions(history["id"], tables.opportunities["id"])
    if _distinct(history, of) < LEAST_HISTORY_SHARE * len(tables.opportunities):
        history, of = history.iloc[:0], of[:0]
    order = ranked(tables.opportunities, history, of)
    rows = tables.opportunities[list(READ)].iloc[order]
    now = day(moment)
    closed, won = days(rows["closed"]), (rows["outcome"] == WON).to_numpy()
    lost = ~won & (rows["outcome"] != OPEN).to_numpy()
    created = days(rows["created"])
    amount = rows["amount"].to_numpy(float)
    end = np.where(np.isnan(closed), now, closed)
    if history.empty:
        stages: tuple[str, ...] = (WHOLE_PIPELINE,)
        visits = _whole(created, end, won, lost)
    else:
        stages = _names(tables, history)
        visits = _visits(history, _rank_of(order, of), stages, end, _fate(won, lost, len(stages)))
    return Records(
        ids=rows["id"].to_numpy(object), moment=now, created=created, closed=closed, won=won, lost=lost,
        amount=np.where(amount > 0, amount, np.nan), probability=rows["probability"].to_numpy(float),
        expected_close=days(rows["expected_close"]), stages=stages, visits=visits,
        starts=first_whole_day(created, closed, now),
    )  # fmt: skip


def _open_stages(tables: CrmTables) -> pd.DataFrame:
    """Return the visits of open stages: a CRM's closed stages end the story and are no stay."""
    history = tables.stage_history
    if tables.stages:
        known = history["stage"].isin(tables.stages)
        return history if known.all() else history[known]
    rows = tables.opportunities
    is_open = rows["outcome"] == OPEN
    ending = set(rows.loc[~is_open, "stage"].dropna()) - set(rows.loc[is_open, "stage"].dropna())
    return history[~history["stage"].isin(ending)]


def _distinct(history: pd.DataFrame, of: Ints) -> int:
    """Return how many opportunities have visits; ``of`` says which rows they are, -1 for strangers."""
    if len(of) and of.min() < 0:
        return int(history["id"].nunique())
    return int(np.count_nonzero(np.bincount(of)))


def _rank_of(order: Ints, of: Ints) -> Ints:
    """Return the rank of the opportunity of each visit, -1 where it is a stranger's."""
    rank = np.full(len(order) + 1, -1)
    rank[order] = np.arange(len(order))
    return rank[of]


def _names(tables: CrmTables, history: pd.DataFrame) -> tuple[str, ...]:
    """Return the stages that were visited, in pipeline order or else by their mean place in the path."""
    seen = set(history["stage"].unique())
    if tables.stages:
        return tuple(stage for stage in tables.stages if stage in seen)
    place = history.sort_values(["entered", "stage"], kind="stable").groupby("id").cumcount()
    mean = place.groupby(history["stage"]).mean()
    return tuple(mean.sort_index().sort_values(kind="stable").index)


def _fate(won: Bools, lost: Bools, stages: int) -> Ints:
    return np.where(won, stages, np.where(lost, stages + 1, CENSORED)).astype(np.int64)


def _whole(created: Floats, end: Floats, won: Bools, lost: Bools) -> Visits:
    deal = np.arange(len(created))
    return Visits(deal, np.zeros_like(deal), created, np.maximum(end, created), _fate(won, lost, 1))


def _visits(history: pd.DataFrame, deal: Ints, stages: tuple[str, ...], end: Floats, fate: Ints) -> Visits:
    stage, entered = positions(history["stage"], pd.Series(stages, dtype="str")), days(history["entered"])
    if len(deal) and deal.min() < 0:
        known = deal >= 0
        deal, stage, entered = deal[known], stage[known], entered[known]
    order = row_order(deal, entered, stage)
    deal_of, stage, entered = deal[order], stage[order], entered[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (deal_of[1:] != deal_of[:-1]) | (stage[1:] != stage[:-1])
    deal_of, stage, entered = deal_of[fresh], stage[fresh], entered[fresh]
    last = np.append(deal_of[1:] != deal_of[:-1], True)
    until = np.where(last, end[deal_of], np.append(entered[1:], 0.0))
    following = np.where(last, fate[deal_of], np.append(stage[1:], 0))
    return Visits(deal_of, stage, entered, np.maximum(until, entered), following)
