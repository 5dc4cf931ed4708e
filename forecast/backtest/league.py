"""The league table: every method by data set, horizon and unit, as it falls; and the judgements that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from forecast.backtest.origins import Plan
from forecast.backtest.resampling import DIFFERENCE_LEVEL, FEWEST_BLOCKS, Range, hit_range, resampled_mean
from forecast.backtest.running import FORECAST, Outcome
from forecast.backtest.scores import INTERVALS, PINBALLS, Scores
from forecast.calibration.records import Floats
from simulations.intervals import plain

REFERENCE = "trailing mean"
LOSSES = tuple(f"pinball_{100 * level:.0f}" for level in PINBALLS)
HITS = tuple(f"hit_{100 * level:.0f}" for level in INTERVALS)
Cell = tuple[str, str, str, str]
CELL = ("dataset", "segment", "horizon", "unit")


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one data set (or segment), horizon and unit; losses in that unit.

    Attributes
    ----------
    dataset, segment, horizon, unit, method : str
    origins : int
        Origins at which the method and the forecast both answered; all figures are over these.
    refused : int
        Origins at which the forecast was refused; nobody is scored there.
    crps : float
        Mean fair CRPS.
    ratio : float
        Over that of the trailing mean at the same origins; nan where that is 0 or missing.
    difference, low, high : float
        Mean CRPS of the forecast less this method's, and its 95% block-bootstrap interval: below 0 the
        forecast is better. nan for the forecast itself; no interval where all origins share days.
    pinball_10, pinball_50, pinball_90 : float
        Mean pinball losses.
    hit_50, hit_80, hit_95 : float
        Shares of the outcomes inside the central intervals.
    pit_mean, pit_spread : float
        Mean of the transforms (0.5 where right) and their standard deviation over that of a uniform (1).
    bias : float
        Sum of the means over the sum of what came, less 1; nan where nothing came.
    wape : float
        Sum of |median - came| over the sum of what came; nan where nothing came.
    """

    dataset: str
    segment: str
    horizon: str
    unit: str
    method: str
    origins: int
    refused: int
    crps: float
    ratio: float
    difference: float
    low: float
    high: float
    pinball_10: float
    pinball_50: float
    pinball_90: float
    hit_50: float
    hit_80: float
    hit_95: float
    pit_mean: float
    pit_spread: float
    bias: float
    wape: float

    @property
    def cell(self) -> Cell:
        """Data set, segment, horizon and unit: what rows are compared within."""
        return self.dataset, self.segment, self.horizon, self.unit


@dataclass(frozen=True, slots=True)
class HitShare:
    """How often the forecast's interval of one level held what came, by data set, horizon and unit.

    Attributes
    ----------
    cell : tuple of str
    level : float
    origins : int
    range : Range
        Share of hits with its 98% range.
    judged : bool
        Whether there are at least eight disjoint blocks; else the share is only reported.
    """

    cell: Cell
    level: float
    origins: int
    range: Range
    judged: bool

    @property
    def right(self) -> bool:
        """Whether the nominal level lies in the range."""
        return self.range.holds(self.level)


@dataclass(frozen=True, slots=True)
class PooledShare:
    """How often the forecast's interval held what came, over all data sets, horizons, segments and units.

    Attributes
    ----------
    level : float
    outcomes : int
    share : float
        nan where there is no outcome.
    """

    level: float
    outcomes: int
    share: float


@dataclass(frozen=True, slots=True)
class League:
    """What a backtest found.

    Attributes
    ----------
    rows : tuple of Row
        The forecast first in each cell, then the baselines, the best first.
    hits : tuple of HitShare
    pooled : PooledShare
    """

    rows: tuple[Row, ...]
    hits: tuple[HitShare, ...]
    pooled: PooledShare

    def best_baseline(self, cell: Cell) -> Row | None:
        """Return the baseline of least mean CRPS in a cell that answered wherever the forecast did; None without any."""
        own = [row for row in self.rows if row.cell == cell]
        most = max((row.origins for row in own), default=0)
        rivals = [row for row in own if row.method != FORECAST and row.origins == most]
        return min(rivals, key=lambda row: row.crps, default=None)

    def cells(self) -> tuple[Cell, ...]:
        """Return what rows are compared within, in the order of the run."""
        return tuple(dict.fromkeys(row.cell for row in self.rows))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a method: the fields of `Row`."""
        return pd.DataFrame([asdict(row) for row in self.rows], columns=[item.name for item in fields(Row)])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON; undefined figures are None."""
        return {
            "league": [_plain(asdict(row)) for row in self.rows],
            "hit_shares": [
                {**dict(zip(CELL, hit.cell, strict=True)), "level": hit.level, "origins": hit.origins,
                 **_plain(asdict(hit.range)), "judged": hit.judged, "right": hit.right}
                for hit in self.hits
            ],
            "pooled": _plain(asdict(self.pooled)),
        }  # fmt: skip


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) if isinstance(value, float) else value for name, value in row.items()}


def league(outcomes: Sequence[Outcome], plans: Iterable[Plan], seed: int, pooled_level: float) -> League:
    """Return the league table of a run.

    Parameters
    ----------
    outcomes : sequence of Outcome
    plans : iterable of Plan
        Which tell how many origins a horizon spans.
    seed : int
        Of the resamples.
    pooled_level : float
        Of the interval whose hits are pooled.
    """
    by_name = {plan.name: {str(horizon): plan.block(horizon) for horizon in plan.horizons} for plan in plans}
    rows: list[Row] = []
    hits: list[HitShare] = []
    for cell, methods in _by_cell(outcomes).items():
        block = by_name[cell[0]][cell[2]]
        rows += _rows(cell, methods, block, seed)
        hits += _hits(cell, methods[FORECAST], block, seed)
    return League(tuple(rows), tuple(hits), _pooled(outcomes, pooled_level))


def _by_cell(outcomes: Sequence[Outcome]) -> dict[Cell, dict[str, list[Outcome]]]:
    """Return the outcomes by cell and method, each in time order."""
    found: dict[Cell, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(outcomes, key=lambda one: one.origin):
        found[one.dataset, one.segment, one.horizon, one.unit][one.method].append(one)
    order = dict.fromkeys((one.dataset, one.segment, one.horizon, one.unit) for one in outcomes)
    return {cell: found[cell] for cell in order}


def _rows(cell: Cell, methods: dict[str, list[Outcome]], block: int, seed: int) -> list[Row]:
    """Return a cell's rows: the forecast, then the baselines by their mean CRPS."""
    answered = {one.origin for one in methods[FORECAST] if one.scores is not None}
    refused = len(methods[FORECAST]) - len(answered)
    if not answered:
        return []
    kept = {name: {one.origin: one for one in own if one.origin in answered} for name, own in methods.items()}
    every = [
        Row(*cell, name, len(kept[name]), refused, **_figures(name, kept, block, seed))
        for name in kept
        if kept[name]
    ]
    return sorted(every, key=lambda row: (row.method != FORECAST, row.crps))


Kept = dict[str, dict[pd.Timestamp, Outcome]]


def _figures(method: str, kept: Kept, block: int, seed: int) -> dict[str, Any]:
    """Return the figures of a row, by name."""
    own = list(kept[method].values())
    truth, crps, pit = np.array([one.came for one in own]), _column(own, "crps"), _column(own, "pit")
    paired = [kept[FORECAST][origin] for origin in kept[method]]
    against = resampled_mean(_column(paired, "crps") - crps, block, DIFFERENCE_LEVEL, seed)
    rival, total = method != FORECAST, truth.sum()
    return {
        "crps": float(crps.mean()),
        "ratio": _ratio(method, kept),
        "difference": against.mean if rival else np.nan,
        "low": against.low if rival else np.nan,
        "high": against.high if rival else np.nan,
        **{name: float(_column(own, name).mean()) for name in (*LOSSES, *HITS)},
        "pit_mean": float(pit.mean()),
        "pit_spread": float(pit.std() * np.sqrt(12)),
        "bias": float(_column(own, "mean").sum() / total - 1) if total else np.nan,
        "wape": float(np.abs(_column(own, "median") - truth).sum() / total) if total else np.nan,
    }


def _ratio(method: str, kept: Kept) -> float:
    """Return the method's mean CRPS over the reference's, at the origins that both answered."""
    shared = [origin for origin in kept[method] if origin in kept.get(REFERENCE, {})]
    if not shared:
        return np.nan
    own, reference = (
        _column([kept[name][at] for at in shared], "crps").sum() for name in (method, REFERENCE)
    )
    return float(own / reference) if reference else np.nan


def _hits(cell: Cell, own: Sequence[Outcome], block: int, seed: int) -> list[HitShare]:
    answered = [one for one in own if one.scores is not None]
    if not answered:
        return []
    found = [hit_range(_column(answered, name), block, seed) for name in HITS]
    return [
        HitShare(cell, level, len(answered), share, share.blocks >= FEWEST_BLOCKS)
        for level, share in zip(INTERVALS, found, strict=True)
    ]


def _pooled(outcomes: Iterable[Outcome], level: float) -> PooledShare:
    answered = [one for one in outcomes if one.method == FORECAST and one.scores is not None]
    held = _column(answered, f"hit_{100 * level:.0f}")
    return PooledShare(level, len(held), float(held.mean()) if len(held) else np.nan)


def _column(outcomes: Sequence[Outcome], name: str) -> Floats:
    return np.array([_of(one.scores, name) for one in outcomes], dtype=np.float64)


def _of(scores: Scores | None, name: str) -> float:
    return float(getattr(scores, name)) if scores is not None else np.nan
