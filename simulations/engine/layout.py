"""How the compiled engine lays a run out in memory: one record a deal, a seat, a moment, an item of work."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from simulations.compiled import record_of
from simulations.given import GivenDeal
from simulations.journal import EVENT
from simulations.regime import SeatPlan, SourcePlan, StagePlan, Terms
from simulations.staffing import SEAT_WEEK, HandOver

#: A run's record, `WORLD`; the type of what compiled functions are given.
World = np.record


def _record(fields: list[Any]) -> np.dtype[np.void]:
    """Return an aligned record whose fields are attributes, compiled or not."""
    return np.dtype((np.record, np.dtype(fields, align=True)))


#: A lead or opportunity as it stands now; times in seconds. ``task`` is a code below, `NO_TASK` where nothing waits.
DEAL: Final = _record(
    [
        ("birth", np.uint64),
        ("appeared", np.int64),
        ("opened", np.int64),
        ("closed_at", np.int64),
        ("cents", np.int64),
        ("last_touch", np.int64),
        ("waited", np.int64),
        ("unanswered", np.int64),
        ("ready", np.int64),
        ("seconds", np.int64),
        ("left", np.int64),
        ("seat", np.int64),
        ("source", np.int64),
        ("place", np.int64),
        ("stage", np.int64),
        ("visit", np.int64),
        ("attempt", np.int64),
        ("handed", np.int64),
        ("task", np.int64),
        ("outcome", np.int64),
        ("begun", np.bool_),
        ("awaits_reply", np.bool_),
        ("silent", np.bool_),
        ("closed", np.bool_),
        ("counted", np.bool_),
    ]
)

#: A rep: the next moment of the day (``time``, ``order``, ``phase``), the prospecting clock, sizes of the lists.
SEAT: Final = _record(
    [
        ("time", np.int64),
        ("day_end", np.int64),
        ("sold_from", np.int64),
        ("sold", np.int64),
        ("at_work", np.int64),
        ("clock", np.int64),
        ("next_lead", np.int64),
        ("leads", np.int64),
        ("tenure", np.int64),
        ("stamp_time", np.int64),
        ("stamp_key", np.uint64),
        ("stamp_order", np.int64),
        ("day", np.int64),
        ("reviewed_week", np.int64),
        ("current", np.int64),
        ("coming", np.int64),
        ("queued", np.int64),
        ("open", np.int64),
        ("order", np.int64),
        ("phase", np.int64),
        ("row", np.int64),
        ("prospecting", np.bool_),
    ]
)

#: Something that will happen to a deal: ``at`` is 8 x time + order, then the birth key decides.
COMING: Final = _record([("at", np.int64), ("birth", np.uint64), ("deal", np.int64), ("what", np.int64)])
#: Work that waits: first answers and the scenario's rule (``rank``), then ready time, then birth key.
WAITING: Final = _record([("rank", np.int64), ("ready", np.int64), ("birth", np.uint64), ("deal", np.int64)])
#: An event of the journal, the moment that caused it (it orders the events of different seats), and the
#: deal's place in its table, -1 for events of a seat.
ROW: Final = _record([*EVENT.descr, ("order", np.int8), ("key", np.uint64), ("deal", np.int64)])

#: Single numbers, by regime.
TERMS: Final = record_of(Terms)
#: One stage, by regime and stage.
STAGE: Final = record_of(StagePlan)
#: One source, by regime and source: prospecting, referrals, then the inbound streams.
SOURCE: Final = record_of(SourcePlan)
#: What a seat works, by regime and seat.
HOURS: Final = record_of(SeatPlan)
#: One simulated day. ``month`` from 0; ``rule``: the reactive rule in force, -1 where none is.
#: ``quarter_end``, ``last_worked``: as in `simulations.plan.Plan`.
DAYS: Final = _record(
    [
        ("working", np.bool_),
        ("regime", np.int64),
        ("quarter_end", np.int64),
        ("last_worked", np.int64),
        ("month", np.int32),
        ("rule", np.int32),
    ]
)
#: The reactive rule of a stretch of days.
RULE: Final = _record(
    [("start_below", np.float64), ("stop_above", np.float64), ("seconds_when_on", np.int64)]
)
#: An inbound stream: its clock, the next lead's number and point, the next day to look at.
STREAM: Final = _record([("clock", np.int64), ("point", np.int64), ("k", np.int64)])

#: Leads a second of an inbound stream, by regime and stream (row) and month.
SEASON: Final = _record([("per_second", np.float64)])
#: Planned prospecting of a seat on a day of the year.
PLANNED: Final = _record([("seconds", np.int64)])
#: The market of a week.
WEEK: Final = _record([("factor", np.float64)])
#: An open opportunity of a seat, or a deal that is handed over, by its place in `DEAL`.
OPEN: Final = _record([("deal", np.int64)])
#: An opportunity that the run starts from.
GIVEN: Final = record_of(GivenDeal)
#: When the deals of those who left pass to others.
HAND_OVER: Final = record_of(HandOver)

#: Tables of a run, by name; see `simulations.engine.memory`.
TABLES: Final = {
    "stages": STAGE,
    "sources": SOURCE,
    "days": DAYS,
    "weeks": WEEK,
    "rules": RULE,
    "terms": TERMS,
    "hours": HOURS,
    "staff": SEAT_WEEK,
    "hand_overs": HAND_OVER,
    "given": GIVEN,
    "seasons": SEASON,
    "planned": PLANNED,
    "streams": STREAM,
    "seats": SEAT,
    "deals": DEAL,
    "coming": COMING,
    "waiting": WAITING,
    "open": OPEN,
    "passing": OPEN,
    "journal": ROW,
}

#: One run: the scenario's numbers, where the tables stand, how many there are of everything. ``full``: a
#: table had no room left, and the run must be made again in larger ones. ``week``: how many have passed.
WORLD: Final = _record(
    [
        *((name, np.int64) for name in TABLES),
        *((f"{name}_width", np.int64) for name in TABLES),
        ("seats_count", np.int64),
        ("streams_count", np.int64),
        ("weeks_count", np.int64),
        ("week", np.int64),
        ("stop_week", np.int64),
        ("hand_overs_count", np.int64),
        ("handed", np.int64),
        ("given_count", np.int64),
        ("passing_room", np.int64),
        ("last_stage", np.int64),
        ("deals_room", np.int64),
        ("journal_room", np.int64),
        ("deals_made", np.int64),
        ("rows_written", np.int64),
        ("counted_open", np.int64),
        ("full", np.int64),
        ("seed", np.uint64),
        ("replication", np.uint64),
        ("day_start", np.int64),
        ("habit_start_day", np.int64),
        ("year_end_day", np.int64),
        ("end_day", np.int64),
        ("queue_rule", np.int64),
        ("contention", np.bool_),
        ("reviews", np.bool_),
        ("answer_first", np.bool_),
        ("until_closed", np.bool_),
        ("counts_deals", np.bool_),
        ("keep_journal", np.bool_),
        ("ended", np.bool_),
    ]
)

# What is to be done; as `simulations.reference.work.TaskKind`.
NO_TASK: Final = -1
FIRST_ANSWER: Final = 0
LEAD_WORK: Final = 1
STAGE_WORK: Final = 2
FOLLOW_UP_WORK: Final = 3

# What comes to a deal.
ARRIVES: Final = 0
REPLIES: Final = 1
FOLLOW_UP_DUE: Final = 2

# Phases of a seat's day.
MORNING: Final = 0
BLOCK: Final = 1
BLOCK_DONE: Final = 2
TAKE: Final = 3
DONE: Final = 4
EVENING: Final = 5

# Order of simultaneous events; as `simulations.reference.moments.Order`.
REPLY: Final = 1
REVIEW: Final = 2
PROSPECTING: Final = 3
SELLING: Final = 4
ARRIVAL: Final = 5

# Rules of the queue.
LATEST_STAGE_FIRST: Final = 0
OLDEST_FIRST: Final = 1
HIGHEST_VALUE_FIRST: Final = 2
QUEUE_RULES: Final = {"latest_stage_first": 0, "oldest_first": 1, "highest_value_first": 2}

NEVER: Final = np.iinfo(np.int64).max >> 4
