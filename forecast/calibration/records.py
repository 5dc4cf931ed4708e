"""CRM tables as flat arrays in an order that no row order and no id can change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.tables import OPEN, TIME, WON, CrmTables

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: The one stage of records without a usable stage history: age counts from creation.
WHOLE_PIPELINE = "open pipeline"
#: Share of opportunities that must have stage visits before stages are told apart.
LEAST_HISTORY_SHARE = 0.8
CENSORED = -1


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
    rows = tables.opportunities
    history = _open_stages(tables) if by_stage else tables.stage_history.iloc[:0]
    if history["id"].nunique() < LEAST_HISTORY_SHARE * len(rows):
        history = history.iloc[:0]
    rows = _ranked(rows, history)
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
        visits = _visits(history, rows, stages, end, _fate(won, lost, len(stages)))
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
        return history[history["stage"].isin(tables.stages)]
    rows = tables.opportunities
    is_open = rows["outcome"] == OPEN
    ending = set(rows.loc[~is_open, "stage"].dropna()) - set(rows.loc[is_open, "stage"].dropna())
    return history[~history["stage"].isin(ending)]


def _ranked(rows: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by rank; what ties in everything that is computed from is exchangeable."""
    visit = pd.util.hash_pandas_object(history[["stage", "entered"]], index=False)
    path = visit.groupby(history["id"].to_numpy()).sum().reindex(rows["id"], fill_value=0)
    keys = ["created", "stage", "amount", "closed", "outcome", "_path", "probability", "expected_close"]
    keyed = rows.assign(_path=path.to_numpy())
    return keyed.sort_values(keys, kind="stable", na_position="last").reset_index(drop=True)


def _names(tables: CrmTables, history: pd.DataFrame) -> tuple[str, ...]:
    """Return the stages that were visited, in pipeline order or else by their mean place in the path."""
    seen = set(history["stage"])
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


def _visits(
    history: pd.DataFrame, rows: pd.DataFrame, stages: tuple[str, ...], end: Floats, fate: Ints
) -> Visits:
    position = pd.Series(np.arange(len(rows)), index=rows["id"])
    deal = history["id"].map(position)
    known = deal.notna().to_numpy()
    deal_of = deal[known].to_numpy(np.int64)
    stage = pd.Index(stages).get_indexer(pd.Index(history["stage"][known])).astype(np.int64)
    entered = days(history["entered"][known])
    order = np.lexsort((stage, entered, deal_of))
    deal_of, stage, entered = deal_of[order], stage[order], entered[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (deal_of[1:] != deal_of[:-1]) | (stage[1:] != stage[:-1])
    deal_of, stage, entered = deal_of[fresh], stage[fresh], entered[fresh]
    last = np.append(deal_of[1:] != deal_of[:-1], True)
    until = np.where(last, end[deal_of], np.append(entered[1:], 0.0))
    following = np.where(last, fate[deal_of], np.append(stage[1:], 0))
    return Visits(deal_of, stage, entered, np.maximum(until, entered), following)


def first_whole_day(created: Floats, closed: Floats, moment: float) -> float:
    """Return the day from which the records are whole.

    A file that starts with some day's closings shows of earlier opportunities only those that lived
    until then, so that slow ones seem the rule. It is taken to start at its first closing where,
    at the later closing rates by age, five or more earlier closings would have been expected.
    """
    first = float(created.min()) if len(created) else moment
    if not np.isfinite(closed).any():
        return first
    opening = float(np.nanmin(closed))
    end = np.where(np.isnan(closed), moment, closed)
    ages = (end - created)[np.isfinite(closed)]
    edges = np.unique(np.concatenate(([0.0], np.quantile(ages, [0.2, 0.4, 0.6, 0.8, 1.0]), [np.inf])))
    expected = 0.0
    for low, high in pairwise(edges):
        after = _overlap(np.maximum(opening - created, 0.0), end - created, low, high)
        before = _overlap(np.zeros_like(end), np.minimum(end, opening) - created, low, high)
        closings = float(((ages >= low) & (ages < high)).sum())
        expected += closings * before / after if after > 0 else 0.0
    unlikely = 5.0  # none where five are expected has a chance below 1%
    return opening if expected > unlikely else first


def _overlap(begin: Floats, end: Floats, low: float, high: float) -> float:
    return float(np.clip(np.minimum(end, high) - np.maximum(begin, low), 0.0, None).sum())
