"""How calls did: their error beside that of the statistics, and how far they lie above what came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.calibration.streams import stream
from forecast.judgement.bias import FEWEST_CASES, bias_draws
from forecast.judgement.reading import KINDS
from forecast.judgement.results import OWNER, SUM, TEAM, OwnerBias, Score
from simulations.intervals import Estimate, estimate

#: Periods that are over from which an interval is said.
FEWEST_PERIODS = 3
FEW_PERIODS = "too few to say: {periods} periods are over, at least {fewest} are needed"
FEW_CASES = "too few to say: {cases} periods of owners are over, at least {fewest} are needed"
BIAS_DRAWS = 4_000
_RANGE = (0.025, 0.975)


def scores_of(calls: pd.DataFrame) -> tuple[Score, ...]:
    """Return how each kind of call did in the periods that are over.

    Calls of one period share what came, so the unit of the intervals is the period: Student's t over the periods' means.

    Assumed: periods are independent and alike (Student 1908).

    Parameters
    ----------
    calls : DataFrame
        As `forecast.judgement.cases.with_statistics` gives them.
    """
    over = calls[calls["came"].notna()]
    found = []
    for scope in (TEAM, SUM, OWNER):
        for kind in KINDS:
            mine = over[(over["scope"] == scope) & (over["kind"] == kind)]
            if len(mine):
                found.append(_score(mine, scope, kind))
    return tuple(found)


def _score(mine: pd.DataFrame, scope: str, kind: str) -> Score:
    error = (mine["amount"] - mine["came"]).abs()
    beside = mine["score"].notna()
    periods = mine.groupby(["start", "end"])
    few = (
        FEW_PERIODS.format(periods=periods.ngroups, fewest=FEWEST_PERIODS)
        if periods.ngroups < FEWEST_PERIODS
        else ""
    )
    apart, scale = (error - mine["score"])[beside], float(mine["came"].abs().mean())
    by_period = apart.groupby([mine.loc[beside, "start"], mine.loc[beside, "end"]]).mean().to_numpy(float)
    called = periods["amount"].sum()
    share = (1 - periods["came"].sum() / called.where(called > 0)).to_numpy(float)
    return Score(
        scope, kind, len(mine), periods.ngroups, float(error.mean()),
        float(mine.loc[beside, "score"].mean()) if beside.any() else None,
        None if few or scale <= 0 or len(by_period) < FEWEST_PERIODS else estimate(by_period / scale),
        None if few or np.isnan(share).all() else estimate(share), few,
    )  # fmt: skip


def owner_biases(calls: pd.DataFrame, seed: int) -> tuple[OwnerBias, ...] | str:
    """Return how far each owner's calls lie above what came, the largest first; or why that cannot be said.

    Of the calls of an owner for a period the mean counts. Kinds are looked at apart.

    Parameters
    ----------
    calls : DataFrame
        As `forecast.judgement.cases.with_outcomes` gives them.
    seed : int
    """
    over = calls[calls["came"].notna() & (calls["scope"] == OWNER) & (calls["amount"] > 0)]
    cases = over.groupby(["kind", "owner", "start", "end"], as_index=False)[["amount", "came"]].mean()
    found: list[OwnerBias] = []
    for kind in KINDS:
        mine = cases[cases["kind"] == kind]
        if len(mine) >= FEWEST_CASES:
            found += _biases(mine, kind, seed)
    if not found:
        return FEW_CASES.format(cases=len(cases), fewest=FEWEST_CASES)
    return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), -one.bias.mean)))


def _biases(mine: pd.DataFrame, kind: str, seed: int) -> list[OwnerBias]:
    names, owner = np.unique(mine["owner"].to_numpy(object).astype(str), return_inverse=True)
    called, came = mine["amount"].to_numpy(float), mine["came"].to_numpy(float)
    how = (BIAS_DRAWS, stream(seed, f"bias of {kind}"))
    drawn = bias_draws(called, came, owner, len(names), how).owner
    low, high = np.quantile(drawn, _RANGE, axis=0)
    return [
        OwnerBias(
            str(name), kind, int((owner == place).sum()), float(called[owner == place].sum()),
            float(came[owner == place].sum()),
            Estimate(float(drawn[:, place].mean()), float(low[place]), float(high[place]), int((owner == place).sum())),
        )
        for place, name in enumerate(names)
    ]  # fmt: skip
