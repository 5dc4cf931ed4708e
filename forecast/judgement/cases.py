"""Every call beside what came and what the statistics said at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.backtest.scores import fair_crps
from forecast.bookings import Unit
from forecast.calibration.records import Floats
from forecast.forecasting import forecast
from forecast.judgement.results import OWNER, SUM, TEAM
from forecast.known import moment_of_knowledge
from simulations.errors import BadInput, Problem
from simulations.tables import WON, CrmTables

Progress = Callable[[int, int], None]
#: Draws of each past forecast.
DRAWS = 1_000
ONE_DAY = pd.Timedelta(days=1)
#: A call of all owners together.
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What calls are held against.

    Attributes
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive.
    unit : {"amount", "deals"}
    seed : int
    country : str or None
    """

    tables: CrmTables
    moment: pd.Timestamp
    unit: Unit
    seed: int
    country: str | None


def calls_of(judgements: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Return the calls that were known at a moment, with their scope, and those of all owners added up.

    The calls of all owners are added up on each day on which one was made, from the latest of each owner; only where
    every owner who makes such a call for the period has made one by then. Columns: ``start``, ``end``, ``owner``
    (empty for the team), ``made``, ``kind``, ``amount``, ``scope``.
    """
    known = judgements[judgements["made"] < moment]
    rows = known.assign(
        scope=np.where(known["owner"].isna(), TEAM, OWNER), owner=known["owner"].fillna(_WHOLE)
    )
    sums = list(_sums(rows[rows["scope"] == OWNER]))
    whole = pd.concat([rows, pd.DataFrame(sums, columns=rows.columns)], ignore_index=True) if sums else rows
    return whole.sort_values(["start", "end", "scope", "owner", "kind", "made"], kind="stable").reset_index(
        drop=True
    )


def _sums(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    for (start, end, kind), group in rows.groupby(["start", "end", "kind"], sort=True):
        wide = group.pivot_table(index="made", columns="owner", values="amount", aggfunc="last").ffill()
        for made, amounts in wide.iterrows():
            if wide.shape[1] > 1 and amounts.notna().all():
                yield {"start": start, "end": end, "owner": _WHOLE, "made": made, "kind": kind,
                       "amount": float(amounts.sum()), "scope": SUM}  # fmt: skip


def check_owners(calls: pd.DataFrame, tables: CrmTables) -> None:
    """Refuse calls of owners that no opportunity has.

    Raises
    ------
    BadInput
        With the names that are there.
    """
    there = set(tables.opportunities["owner"].dropna())
    strange = sorted(set(calls.loc[calls["scope"] == OWNER, "owner"]) - there)
    if strange:
        named = ", ".join(sorted(map(str, there))[:12])
        allowed = f"own no opportunity; write owners as the CRM has them, or nothing for the team. There are: {named}"
        raise BadInput([Problem("the calls", "", "owner", ", ".join(strange[:6]), allowed)])


def with_outcomes(calls: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the calls with ``came``, what their periods booked; missing where a period is not over.

    An opportunity counts for the owner that it has in the export.
    """
    rows = source.tables.opportunities
    won = rows[rows["outcome"] == WON]
    value = pd.Series(1.0, index=won.index) if source.unit == "deals" else won["amount"].fillna(0.0)
    came = []
    for start, end, owner in zip(calls["start"], calls["end"], calls["owner"], strict=True):
        inside = (won["closed"] >= start) & (won["closed"] < end + ONE_DAY)
        mine = inside if owner == _WHOLE else inside & (won["owner"] == owner)
        came.append(float(value[mine].sum()) if end + ONE_DAY <= source.moment else np.nan)
    return calls.assign(came=came)


def with_statistics(calls: pd.DataFrame, source: Source, progress: Progress | None) -> pd.DataFrame:
    """Return the calls with ``statistics``, the mean of the statistical forecast of their moment, and its ``score``.

    A call made on a day knows that day, and so does the forecast (`forecast.known.moment_of_knowledge`). Missing where
    the history was too short for a forecast, or the period is not over.
    """
    over = calls["came"].notna()
    asked = calls.loc[over, ["start", "end", "made"]].drop_duplicates()
    found = {}
    for number, key in enumerate(asked.itertuples(index=False, name=None)):
        found[key] = _draws(source, *key)
        if progress is not None:
            progress(number + 1, len(asked))
    means, scores = np.full(len(calls), np.nan), np.full(len(calls), np.nan)
    keys = zip(calls["start"], calls["end"], calls["made"], strict=True)
    for place, key in enumerate(keys):
        if found.get(key):
            drawn = found[key].get(str(calls["owner"].iloc[place]), np.zeros(DRAWS))
            means[place], scores[place] = drawn.mean(), fair_crps(drawn, float(calls["came"].iloc[place]))
    return calls.assign(statistics=means, score=scores)


def _draws(source: Source, start: pd.Timestamp, end: pd.Timestamp, made: pd.Timestamp) -> dict[str, Floats]:
    """Return the draws of the team and of each owner at a moment; none where the history is too short."""
    when = moment_of_knowledge(f"{made:%Y-%m-%d}", start.date()) if made == made.normalize() else made
    named = source.tables.opportunities["owner"].notna().any()
    try:
        said = forecast(
            source.tables,
            as_of=min(when, source.moment).to_pydatetime(),
            start=start,
            end=end,
            unit=source.unit,
            draws=DRAWS,
            seed=source.seed,
            country=source.country,
            by=("owner",) if named else (),
        )
    except BadInput:
        return {}
    owners = {name: part.total[:, place] for part in said.roll_ups for place, name in enumerate(part.names)}
    return {**owners, _WHOLE: said.bookings.total}
