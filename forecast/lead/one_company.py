"""One company under every shock: in which weeks each rule alarms, the monitors of its CRM and those of its books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from forecast.alarms.cusum import Floats, change_point, cusum
from forecast.alarms.deviations import MONITORS
from forecast.alarms.history import History
from forecast.alarms.market import Market
from forecast.alarms.plan import Asked
from forecast.alarms.planning import known_plan, plan_of
from forecast.alarms.thresholds import SERIES
from forecast.alarms.watching import TEAM, Seen, Watch, team_of, watch_from, watch_known
from forecast.calibration.records import day
from forecast.calibration.streams import stream
from forecast.lead.company import (
    FIRST_SHOCK,
    LAST_SHOCK,
    LEARNED_WEEKS,
    WATCH_WEEKS,
    Company,
    Published,
    Recording,
)
from forecast.lead.profit_and_loss import (
    Books,
    alarm_weeks,
    charts,
    known_books,
    learned_books,
    thresholds,
)
from forecast.lead.shocks import Shock
from simulations.journal import Events

Knowledge = Literal["known plan", "as used"]
#: False alarms a year, and in the whole watch.
YEARLY = 0.05
FALSE_ALARMS = 1 - (1 - YEARLY) ** (WATCH_WEEKS / 52)
#: CUSUM of the recorded hours: reference and threshold in standard deviations, the least of which is a share of the mean.
HOURS_REFERENCE, HOURS_HEIGHT, HOURS_LEAST = 0.5, 5.0, 0.1
DRAWN_YEARS = 1_000


@dataclass(frozen=True, slots=True)
class Ruler:
    """What tells alarms of one knowledge and recording: a watch of the CRM where the plan is known, and heights of the books.

    Attributes
    ----------
    knowledge : {"known plan", "as used"}
    recording : {"perfect", "human"}
    watch : Watch or None
        None where each company's own is learned.
    books : Books or None
        Likewise.
    heights : array
        Thresholds of the rules on published months.
    """

    knowledge: Knowledge
    recording: Recording
    watch: Watch | None
    books: Books | None
    heights: Floats


@dataclass(frozen=True, slots=True)
class Alarms:
    """When one company alarmed.

    Attributes
    ----------
    monitors : tuple of int
        Weeks of the watch, from 1, at whose ends the monitors of the team's CRM stand beyond a threshold.
    since : int
        Week in which the first of them that follows the shock says that it began; 0 where there is none.
    books : tuple of tuple of int
        Weeks in which a published month stands beyond the threshold, by rule.
    hours : tuple of int
        Weeks in which recorded hours do.
    """

    monitors: tuple[int, ...]
    since: int
    books: tuple[tuple[int, ...], ...]
    hours: tuple[int, ...]


def shock_week(seed: int) -> int:
    """Return the week of the watch in which a company's shock begins."""
    return int(stream(seed, "lead: week of the shock").integers(FIRST_SHOCK, LAST_SHOCK + 1))


def asked_of(company: Company) -> Asked:
    """Return what is asked of the watch of a company of a kind; the market is assumed to be as it is."""
    market = company.scenario.market
    return Asked(
        day(pd.Timestamp(company.start)),
        weeks=WATCH_WEEKS,
        market=Market(yearly_cv=market.yearly_cv, persistence_weeks=market.persistence_weeks),
        country=company.scenario.calendar.country,
    )


def known_ruler(company: Company, seeds: Sequence[int], learned: int) -> tuple[Ruler, Ruler]:
    """Return what tells alarms where the plan is known, and where nothing but the books' thresholds is.

    Parameters
    ----------
    company : Company
    seeds : sequence of int
        Companies on plan that thresholds are found from.
    learned : int
        How many of them the plan is learned from.
    """
    machine = company.machine()
    histories: list[History] = []
    plans: list[History] = []
    years: list[Published] = []
    for seed in seeds:
        events = machine.run_events(seed)
        if len(plans) < learned:
            plans.append(company.history(events, seed, "perfect", at_end=False))
        histories.append(company.history(events, seed, "perfect", at_end=True))
        years.append(company.published(events))
    plan = known_plan(plans, asked_of(company))
    sums = [team_of(plan.count(history)) for history in histories]
    books = known_books(years)
    known = thresholds([charts(books, year) for year in years], FALSE_ALARMS)
    learned_heights = thresholds([charts(learned_books(year), year) for year in years], FALSE_ALARMS)
    watch = watch_known(plan, sums, false_alarms=FALSE_ALARMS)
    return (
        Ruler("known plan", "perfect", watch, books, known),
        Ruler("as used", "perfect", None, None, learned_heights),
    )


def alarms_of(
    company: Company, seed: int, rulers: Sequence[Ruler], shocks: Mapping[str, Shock]
) -> dict[str, list[Alarms]]:
    """Return the alarms of one company under each shock, and on plan (``""``), ruler by ruler.

    Parameters
    ----------
    company : Company
    seed : int
        Its luck; all shocks begin in the same week.
    rulers : sequence of Ruler
    shocks : dict of str to Shock
    """
    week = shock_week(seed)
    runs = {"": company.events(seed)} | {
        key: company.events(seed, shock, week) for key, shock in shocks.items()
    }
    years = {key: company.published(events) for key, events in runs.items()}
    hours = {key: tuple(_hours_weeks(company, events)) for key, events in runs.items()}
    ends = {
        recording: {
            key: company.history(events, seed, recording, at_end=True) for key, events in runs.items()
        }
        for recording in dict.fromkeys(ruler.recording for ruler in rulers)
    }
    found: dict[str, list[Alarms]] = {key: [] for key in runs}
    for ruler in rulers:
        watch = ruler.watch or _learned(company, runs[""], seed, ruler.recording)
        for key, year in years.items():
            seen = watch.look(ends[ruler.recording][key])
            lines = charts(ruler.books or learned_books(year), year)
            found[key].append(
                Alarms(
                    tuple(weeks_of(seen)),
                    _since(seen, week),
                    tuple(tuple(weeks) for weeks in alarm_weeks(lines, ruler.heights, year)),
                    hours[key],
                )
            )
    return found


def weeks_of(seen: Seen) -> list[int]:
    """Return the weeks of the watch at whose ends a monitor of the team is beyond its threshold."""
    return (np.flatnonzero(seen.alarms(TEAM).any(axis=(0, 1))) + 1).tolist()


def _since(seen: Seen, shock: int) -> int:
    """Return the week in which the first alarm from a week on says that it began; of several, the surest."""
    raised = seen.alarms(TEAM)[:, 0, shock - 1 :]
    if not raised.any():
        return 0
    at = shock - 1 + int(raised.any(axis=0).argmax())
    surest = int(np.where(seen.alarms(TEAM)[:, 0, at], seen.log_chance[:, 0, at], np.inf).argmin())
    monitor = MONITORS.index(SERIES[surest][0])
    return change_point(seen.off[monitor, 0], at) + 1


def _learned(company: Company, events: Events, seed: int, recording: Recording) -> Watch:
    before = company.history(events, seed, recording, at_end=False)
    return watch_from(
        plan_of(before, asked_of(company)), years=DRAWN_YEARS, seed=seed, false_alarms=FALSE_ALARMS
    )


def _hours_weeks(company: Company, events: Events) -> list[int]:
    """Return the weeks in which the recorded hours have fallen: what was spent less what a week of the year before had."""
    hours = company.hours(events) / np.maximum(company.working_days(), 1)
    past, now = hours[:LEARNED_WEEKS], hours[LEARNED_WEEKS:]
    sd = max(float(past.std(ddof=1)), HOURS_LEAST * float(past.mean()), 1e-9)
    line = cusum((past.mean() - now) / sd, HOURS_REFERENCE)
    return (np.flatnonzero(line > HOURS_HEIGHT) + 1).tolist()
