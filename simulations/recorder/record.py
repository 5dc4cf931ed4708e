"""From the journal of a run to the log of what was typed, and to the CRM at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import numpy as np

from simulations.calendar import Timeline, timeline
from simulations.journal import CLOSING, Events, Kind
from simulations.randomness import SOURCE_NAMES, source_of
from simulations.recorder.habits import Habits, HumanHabits
from simulations.recorder.log import ACTIVITY, CHANGE, COPY, CrmLog, Rows, owner_name, tables_at
from simulations.recorder.page import Happening, Page, move_close_dates, second_page, write_page
from simulations.scenario.model import Scenario
from simulations.tables import CrmTables

_TOLD = (
    Kind.OPENED,
    Kind.READY,
    Kind.WORKED,
    Kind.ADVANCED,
    Kind.SILENT,
    Kind.FOLLOWED_UP,
    Kind.HANDED_OVER,
    *CLOSING,
)


def record(
    events: Events,
    scenario: Scenario,
    seed: int,
    replication: int,
    *,
    perfect: bool,
    until: datetime | None = None,
) -> CrmTables:
    """Return the CRM of a run as it looked at a moment.

    Parameters
    ----------
    events : array of `simulations.journal.EVENT`
        The journal of one run of the scenario, in the order in which it happened.
    seed, replication : int
        Of that run; the recorder's own draws are keyed by them.
    perfect : bool
        Everything typed at its true time; otherwise as people do, by the scenario's ``recorder``.
    until : datetime, optional
        Only what was typed before it is seen. By default all that was ever typed.
    """
    return tables_at(record_log(events, scenario, seed, replication, perfect=perfect, until=until), until)


def record_log(
    events: Events,
    scenario: Scenario,
    seed: int,
    replication: int,
    *,
    perfect: bool,
    until: datetime | None = None,
) -> CrmLog:
    """Return everything that was typed in a run, from which any past moment can be rebuilt.

    Parameters as in `record`; ``until`` matters only where it lies after the run's last event: expected
    close dates that pass are then moved on until there.
    """
    line = timeline(scenario)
    habits = (Habits if perfect else HumanHabits)(scenario, line, seed, replication)
    pages = [write_page(habits, index, happened) for index, happened in enumerate(_by_deal(events))]
    again = _copies(pages, habits)
    end = _end(events, line, [*pages, *again], until)
    for page in pages:
        move_close_dates(page, habits, end)
    return _bound([*pages, *again], scenario, line, end)


def _copies(pages: list[Page], habits: Habits) -> list[Page]:
    """Return the second records of deals, numbered after the first ones."""
    found: list[Page] = []
    for page in pages:
        again = second_page(page, habits, len(pages) + len(found))
        if again is not None:
            found.append(again)
    return found


def _by_deal(events: Events) -> Iterator[list[Happening]]:
    """Yield the happenings of each opportunity, in the order of birth keys, from its opening on."""
    told = events[np.isin(events["kind"], _TOLD)]
    told = told[np.argsort(told["birth"], kind="stable")]
    edges = np.flatnonzero(np.diff(told["birth"])) + 1
    for rows in np.split(told, edges):
        happened = [Happening(*row) for row in rows.tolist()]
        opened = next((i for i, one in enumerate(happened) if one.kind == Kind.OPENED), None)
        if opened is not None and any(one.kind == Kind.READY for one in happened):
            yield happened[opened:]


def _end(events: Events, line: Timeline, pages: list[Page], until: datetime | None) -> int:
    """Return the second after the last that anything was typed, or until which is asked."""
    last = [int(events["time"][-1])] if events.size else [0]
    last += [page.steps[-1].when for page in pages]
    asked = 0 if until is None else (until - datetime.combine(line.origin, time())) // timedelta(seconds=1)
    return max(max(last) + 1, asked + 1)


def _bound(pages: list[Page], scenario: Scenario, line: Timeline, end: int) -> CrmLog:
    """Bind the pages into one log, in the order of typing."""
    changes = np.array([(page.index, *row) for page in pages for row in page.changes], dtype=CHANGE)
    activities = np.array([(page.index, *row) for page in pages for row in page.activities], dtype=ACTIVITY)
    return CrmLog(
        origin=line.origin,
        stages=tuple(stage.name for stage in scenario.stages),
        currency=scenario.currency,
        ids=np.array([f"{page.birth}{COPY if page.copy else ''}" for page in pages], dtype=np.str_),
        owners=np.array([owner_name(page.seat) for page in pages], dtype=np.str_),
        sources=np.array([SOURCE_NAMES[source_of(page.birth)] for page in pages], dtype=np.str_),
        changes=_real_changes(changes[np.argsort(changes["when"], kind="stable")]),
        activities=activities[np.argsort(activities["when"], kind="stable")],
        end=end,
    )


def _real_changes(changes: Rows) -> Rows:
    """Return the changes without those that type what already stands there."""
    order = np.lexsort((np.arange(changes.size), changes["field"], changes["deal"]))
    rows = changes[order]
    follows = np.zeros(rows.size, dtype=np.bool_)
    follows[1:] = (rows["deal"][1:] == rows["deal"][:-1]) & (rows["field"][1:] == rows["field"][:-1])
    before = np.where(follows, np.roll(rows["value"], 1), np.nan)
    same = (rows["value"] == before) | (np.isnan(rows["value"]) & np.isnan(before))
    kept = np.ones(changes.size, dtype=np.bool_)
    kept[order[same]] = False
    return changes[kept]
