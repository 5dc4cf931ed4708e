"""From a file of calls to what they are worth beside a forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.forecasting import Forecast
from forecast.judgement.blending import Blend, blended_draws, learn_blend
from forecast.judgement.cases import (
    ONE_DAY,
    Progress,
    Source,
    calls_of,
    check_owners,
    with_outcomes,
    with_statistics,
)
from forecast.judgement.results import SUM, TEAM, Blended, Judgement
from forecast.judgement.scoring import owner_biases, scores_of
from simulations.tables import CrmTables

LOW, HIGH = 0.1, 0.9
#: A past period counts for the weight where its length is that of the forecast's, within these.
ALIKE = (0.8, 1.25)
#: Which calls may be blended: those for the whole team; a call before a commit, a best case last.
CANDIDATES = tuple((scope, kind) for scope in (TEAM, SUM) for kind in ("call", "commit", "best case"))
NO_PAST = "no period with a call is over"
NO_CURRENT = "no call for the whole period and team is current"


def judge(
    tables: CrmTables, judgements: pd.DataFrame, said: Forecast, progress: Progress | None = None
) -> Judgement:
    """Return what commits and calls have been worth, and the forecast moved toward the current one by its skill.

    Past calls are held against what came and against the statistical forecast of the same day, made anew from what was
    known then. The statistics themselves stay as they are; the blend stands beside them.

    Parameters
    ----------
    tables : CrmTables
        As known at the forecast's moment.
    judgements : DataFrame
        Columns as in `simulations.tables.JUDGEMENTS`.
    said : Forecast
    progress : callable, optional
        Told how many past moments of how many are done.

    Raises
    ------
    BadInput
        A call is of an owner whom the tables do not know.
    """
    asked = said.asked
    source = Source(tables, asked.moment, asked.unit, asked.seed, asked.country)
    calls = calls_of(judgements, asked.moment)
    check_owners(calls, tables)
    calls = with_statistics(with_outcomes(calls, source), source, progress)
    unsaid: dict[str, str] = {}
    scores = scores_of(calls)
    if not scores:
        unsaid["scores"] = NO_PAST
    biases = owner_biases(calls, asked.seed)
    if isinstance(biases, str):
        unsaid["owners"], biases = biases, ()
    current = _current(calls, asked.start, asked.end)
    blended = _blended(calls, current, said)
    if blended is None:
        unsaid["blended"] = NO_CURRENT
    past = calls[calls["came"].notna()]
    return Judgement(
        asked.unit, scores, biases, current[["scope", "owner", "kind", "made", "amount"]].reset_index(drop=True),
        blended, said.mean, unsaid, len(past[["start", "end", "made"]].drop_duplicates()),
    )  # fmt: skip


def _current(calls: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Return the latest call of each owner and kind for a period."""
    mine = calls[(calls["start"] == start) & (calls["end"] == end)]
    return mine.drop_duplicates(["scope", "owner", "kind"], keep="last")


def _blended(calls: pd.DataFrame, current: pd.DataFrame, said: Forecast) -> Blended | None:
    """Return the forecast moved toward the call that would have helped most in the past; the first, where none did."""
    found = []
    for scope, kind in CANDIDATES:
        mine = current[(current["scope"] == scope) & (current["kind"] == kind)]
        if len(mine):
            past = calls[(calls["scope"] == scope) & (calls["kind"] == kind) & calls["statistics"].gt(0)]
            found.append((mine.iloc[-1], _learned(past, said)))
    if not found:
        return None
    row, blend = max(found, key=lambda pair: (pair[1].weight > 0, _gain(pair[1]), pair[1].periods))
    draws = blended_draws(said.bookings.total, said.bookings.booked, float(row["amount"]), blend)
    target = said.asked.target
    low, high = (float(q) for q in np.quantile(draws, (LOW, HIGH)))
    chance = None if target is None else float((draws >= target * (1 - 1e-12)).mean())
    return Blended(
        str(row["scope"]), str(row["kind"]), row["made"], float(row["amount"]), blend, float(draws.mean()), low, high,
        chance,
    )  # fmt: skip


def _gain(blend: Blend) -> float:
    return blend.gain.mean if blend.gain is not None and blend.weight > 0 else 0.0


def _learned(past: pd.DataFrame, said: Forecast) -> Blend:
    """Return the weight learned from past periods of about the same length, each by its call nearest to today's distance."""
    length = float((said.asked.after - said.asked.start) / ONE_DAY)
    share = ((past["end"] - past["start"]).dt.days + 1) / length
    alike = past[share.between(*ALIKE) & past["came"].notna()]
    left = (alike["end"] - alike["made"]).dt.days / ((alike["end"] - alike["start"]).dt.days + 1)
    today = float((said.asked.end - said.asked.moment) / ONE_DAY) / length
    nearest = alike.assign(far=(left - today).abs()).sort_values(["start", "far", "made"], kind="stable")
    one = nearest.drop_duplicates(["start", "end"])
    return learn_blend(*(one[name].to_numpy(float) for name in ("amount", "statistics", "came")))
