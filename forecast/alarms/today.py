"""Today's picture of a CRM: a watch learned from the weeks before it, and its latest look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecast.alarms.beside import HOURS, SLIPS, Beside, close_dates_of, hours_by_week, slips_by_week
from forecast.alarms.chance import chance_of_target, standing_at, worths_of
from forecast.alarms.cusum import Floats
from forecast.alarms.history import History, history_of
from forecast.alarms.market import USUAL_MARKET, Market
from forecast.alarms.plan import WEEKS, Asked, Plan
from forecast.alarms.planning import plan_of
from forecast.alarms.results import Picture, picture
from forecast.alarms.watching import EVERYBODY, YEARS, Family, watch_from
from forecast.calibration.country import country_of
from forecast.calibration.records import day
from forecast.calibration.workdays import EPOCH, WEEK
from forecast.known import as_of
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

#: The least history that a plan is learned from.
FEWEST_WEEKS, FEWEST_CREATED, FEWEST_ENDED = 26, 20, 20
#: Weeks by which the first snapshot may be later than the weeks that are learned from, for slips to be watched.
LATE_SNAPSHOT = 5
#: What is watched beside: the monitor, and what was due and went wrong in the weeks of the watch.
Watched = tuple[Beside, tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a watch.

    Attributes
    ----------
    start : Timestamp
        Its first day; the plan is learned from what came before.
    target : float or None
        Of its 52 weeks, in the unit of the bookings.
    unit : {"amount", "deals"}
    family : {"team", "everybody"}
    market : Market
    country : str or None
        Whose public holidays are not worked; those that the records keep unless told (`forecast.calibration.country`).
    years, seed : int
        Drawn for the thresholds; of all chance.
    """

    start: pd.Timestamp
    target: float | None = None
    unit: Literal["amount", "deals"] = "amount"
    family: Family = EVERYBODY
    market: Market = USUAL_MARKET
    country: str | None = None
    years: int = YEARS
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Today:
    """The picture of today.

    Attributes
    ----------
    picture : Picture
    start, end : date
        First and last day of the watch.
    booked : float
        Since the start, in the unit of the bookings.
    target, chance : float or None
        The target and its chance; None where none was given.
    unit : str
    learned_weeks : int
        Before the start that the plan was learned from.
    market : Market
        What was assumed.
    country, kept : str or None
        Whose public holidays were counted, and whose the records keep where none was named.
    years, seed : int
    version : str
        Of the program.
    """

    picture: Picture
    start: dt.date
    end: dt.date
    booked: float
    target: float | None
    chance: float | None
    unit: str
    learned_weeks: int
    market: Market
    country: str | None
    kept: str | None
    years: int
    seed: int
    version: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, days as ISO text."""
        rest = {
            name: getattr(self, name)
            for name in Today.__dataclass_fields__
            if name not in {"picture", "market"}
        }
        days = {name: value.isoformat() for name, value in rest.items() if isinstance(value, dt.date)}
        return self.picture.to_dict() | rest | days | {"market": asdict(self.market)}


def watch_today(
    tables: CrmTables,
    moment: pd.Timestamp,
    question: Question,
    prospecting: pd.DataFrame | None = None,
    snapshots: Sequence[tuple[pd.Timestamp, CrmTables]] = (),
) -> Today:
    """Return today's picture.

    Parameters
    ----------
    tables : CrmTables
    moment : Timestamp
        Of knowledge, exclusive; of the weeks of the watch the last that is over by then is looked at.
    question : Question
    prospecting : DataFrame, optional
        Columns as in `simulations.tables.PROSPECTING`; hours are watched where they are recorded.
    snapshots : sequence of (Timestamp, CrmTables)
        What was known at earlier moments, in their order; slips are watched where they reach back over the weeks that are
        learned from.

    Raises
    ------
    BadInput
        The history before the start is too short, or no week of the watch is over.
    """
    start, week = question.start, int((moment - question.start) // pd.Timedelta(weeks=1))
    week = min(week, WEEKS)
    known = as_of(tables, moment)
    before, now = history_of(as_of(tables, start), start), history_of(known, moment)
    learned = _learned_weeks(before, start, week)
    since = before.moment - WEEK * learned
    kept = None if question.country else country_of(before.created, since, before.moment)
    asked = Asked(
        day(start),
        learned_weeks=learned,
        market=question.market,
        unit=question.unit,
        country=question.country or kept,
    )
    plan = plan_of(before, asked)
    hours, per_opportunity = _hours(prospecting, plan)
    slips = _slips(known.opportunities, snapshots, plan)
    beside = [each for each in (hours, slips) if each is not None]
    watch = watch_from(
        plan, years=question.years, seed=question.seed, beside=[monitor for monitor, _ in beside]
    )
    recorded = {monitor.name: monitor.deviations(*came) for monitor, came in beside}
    said = picture(watch, watch.look_at(plan.count(now), recorded), week, question.family, per_opportunity)
    standing = standing_at(plan, now, week) if week < WEEKS else None
    chance = None
    if question.target is not None and standing is not None:
        chance = chance_of_target(worths_of(plan), plan, standing, question.target)
    booked = float(plan.count(now).booked[0, :, :week].sum())
    end = EPOCH + dt.timedelta(days=int(asked.looks[-1]) - 1)
    return Today(
        said, start.date(), end, booked, question.target, chance, question.unit, learned, question.market,
        asked.country, kept, question.years, question.seed, version("pipecast"),
    )  # fmt: skip


def _learned_weeks(before: History, start: pd.Timestamp, week: int) -> int:
    """Return how many weeks before the start teach the plan; refuse where they are too few, or none is over yet."""
    first = float(before.created.min()) if len(before.created) else before.moment
    weeks = min(int((before.moment - first) // WEEK), WEEKS)
    ended = int((before.stays.cause >= 0).sum())
    problems = []
    if weeks < FEWEST_WEEKS or len(before.created) < FEWEST_CREATED or ended < FEWEST_ENDED:
        found = f"{weeks} weeks, {len(before.created)} created, {ended} moves"
        allowed = (
            f"a watch is learned from at least {FEWEST_WEEKS} weeks before its start, with {FEWEST_CREATED} opportunities "
            f"created and {FEWEST_ENDED} moves; begin it later with --start, or export a longer history"
        )
        problems.append(Problem("the opportunities", f"before {start:%Y-%m-%d}", "created", found, allowed))
    if week < 1:
        problems.append(
            Problem(
                "--start",
                "",
                "",
                f"{start:%Y-%m-%d}",
                "no week of the watch is over at the moment of knowledge",
            )
        )
    if problems:
        raise BadInput(problems)
    return weeks


def _hours(prospecting: pd.DataFrame | None, plan: Plan) -> tuple[Watched | None, float | None]:
    """Return the monitor of hours and what it sees, and the hours that an opportunity took; None where none are recorded."""
    if prospecting is None or prospecting.empty:
        return None, None
    due, unspent = hours_by_week(prospecting, plan.owners, _both_years(plan))
    past = -unspent[0, : plan.asked.weeks]
    if (past > 0).sum() < FEWEST_WEEKS:
        return None, None
    per_opportunity = float(past.sum()) / max(float(plan.past.sum()), 1.0)
    return _watched(HOURS, (due, unspent), plan, counted=False), per_opportunity


def _slips(
    opportunities: pd.DataFrame, snapshots: Sequence[tuple[pd.Timestamp, CrmTables]], plan: Plan
) -> Watched | None:
    """Return the monitor of slips and what it sees; None where snapshots do not tell what was due in a usual year."""
    looks = _both_years(plan)
    if not snapshots or day(snapshots[0][0]) > looks[LATE_SNAPSHOT]:
        return None
    due, late = slips_by_week(opportunities, close_dates_of(snapshots), plan.owners, looks)
    if due[0, : plan.asked.weeks].sum() < FEWEST_ENDED:
        return None
    return _watched(SLIPS, (due, late), plan, counted=True)


def _both_years(plan: Plan) -> Floats:
    """Return the looks of as many weeks before the start as the watch has, and those of the watch."""
    return plan.asked.start + WEEK * np.arange(-float(plan.asked.weeks), plan.asked.weeks + 1.0)


def _watched(name: str, seen: tuple[Floats, Floats], plan: Plan, *, counted: bool) -> Watched:
    """Return a monitor that is learned from the weeks before the start, and the weeks since then."""
    (due, wrong), weeks = seen, plan.asked.weeks
    return Beside(name, due[:, :weeks], wrong[:, :weeks], counted), (due[:, weeks:], wrong[:, weeks:])
