"""The open opportunities as a review sees them, put together from what each part of the house knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from forecast.bookings import Unit
from forecast.calibration.records import CENSORED, WHOLE_PIPELINE, Records
from forecast.review.deals import Deal
from forecast.review.silence import touches
from forecast.review.stage_limits import StageLimit
from forecast.review.week import NO_OWNER
from simulations.tables import OPEN, CrmTables


class Chances(NamedTuple):
    """What an opportunity counts if won, and its calibrated chances to be won ever and in the period."""

    value: float
    ever: float
    in_period: float


@dataclass(frozen=True, slots=True)
class Sources:
    """What open opportunities are put together from.

    Attributes
    ----------
    tables : CrmTables
        As known at ``moment``.
    known : Records
        Of these tables.
    moment : Timestamp
    unit : {"amount", "deals"}
    limits : mapping of str to StageLimit
    slips : mapping of str to int or None
        By id; None without earlier snapshots.
    chances : mapping of str to Chances
        By id; empty where the history is too short.
    tells_activity : bool
        Whether the CRM says when an opportunity was last active.
    """

    tables: CrmTables
    known: Records
    moment: pd.Timestamp
    unit: Unit
    limits: Mapping[str, StageLimit]
    slips: Mapping[str, int] | None
    chances: Mapping[str, Chances]
    tells_activity: bool


def open_deals(sources: Sources) -> tuple[Deal, ...]:
    """Return all open opportunities, the largest value first."""
    rows = sources.tables.opportunities
    rows = rows[rows["outcome"] == OPEN].set_index("id")
    seen = touches(sources.tables, sources.moment).rename(columns={"next_step": "next_step_ahead"})
    whole = rows.join(seen).join(_in_stage(sources))
    cells = zip(whole.index, whole.to_dict("records"), strict=True)
    deals = [_deal(str(key), {str(name): cell for name, cell in row.items()}, sources) for key, row in cells]
    return tuple(sorted(deals, key=lambda deal: (-deal.value, deal.id)))


def _in_stage(sources: Sources) -> pd.DataFrame:
    """Return the stage that age counts in, and the days in it, by id; days since creation where no stage is told."""
    known, visits = sources.known, sources.known.visits
    here = visits.next == CENSORED
    rows = pd.DataFrame(
        {
            "id": known.ids[visits.deal[here]],
            "counted_stage": [known.stages[place] for place in visits.stage[here]],
            "days_in_stage": known.moment - visits.entered[here],
        }
    )
    return rows.drop_duplicates("id", keep="last").set_index("id")


def _deal(key: str, row: Mapping[str, Any], sources: Sources) -> Deal:
    counted, amount = row["counted_stage"], _number(row["amount"])
    chances = sources.chances.get(key)
    limit = sources.limits.get(str(counted))
    since = (sources.moment - row["created"]) / pd.Timedelta(days=1)
    stage = WHOLE_PIPELINE if pd.isna(row["stage"]) else str(row["stage"])
    return Deal(
        id=key,
        name=key if pd.isna(row["name"]) else str(row["name"]),
        owner=NO_OWNER if pd.isna(row["owner"]) else str(row["owner"]),
        stage=stage,
        amount=amount,
        value=(1.0 if sources.unit == "deals" else amount or 0.0) if chances is None else chances.value,
        expected_close=_day(row["expected_close"]),
        next_step=_day(row["next_step_ahead"]),
        days_in_stage=float(since if pd.isna(row["days_in_stage"]) else row["days_in_stage"]),
        stage_limit=None if limit is None or limit.days is None else limit.days.mean,
        silent_days=float(row["silent_days"]) if sources.tells_activity else None,
        slips=None if sources.slips is None else sources.slips.get(key, 0),
        typed=_number(row["probability"]),
        chance=None if chances is None else chances.ever,
        chance_in_period=None if chances is None else chances.in_period,
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _day(moment: Any) -> dt.date | None:
    day: dt.date | None = None if pd.isna(moment) else moment.date()
    return day
