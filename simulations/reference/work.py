"""What is worked on: a lead or opportunity as it stands now, the items of work it asks for, a rep's queue of them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from enum import IntEnum

import simpy


@dataclass(slots=True, eq=False)
class Deal:
    """A lead or opportunity, as it stands now.

    ``source``: its place in `simulations.regime.Regime.sources`. ``counted``: it belongs to the warm-up or the
    year, or descends from it. ``unanswered``: the working seconds that it waited for its first answer.
    ``handed``: how often it was handed over.
    """

    birth: int
    seat: int
    source: int
    cents: int
    counted: bool
    appeared: int
    stage: int = -1
    visit: int = -1
    unanswered: int = 0
    waited: int = 0
    last_touch: int = 0
    awaits_reply: bool = False
    handed: int = 0
    silent: bool = False
    closed: bool = False
    task: Task | None = field(default=None)

    def ended(self) -> bool:
        """Return whether it is won, lost or disqualified (a review may end it while its story waits)."""
        return self.closed


class TaskKind(IntEnum):
    """What is to be done."""

    FIRST_ANSWER = 0
    LEAD = 1
    STAGE = 2
    FOLLOW_UP = 3


@dataclass(slots=True, eq=False)
class Task:
    """One item of work: ``left`` seconds of ``seconds`` are still to be done; ``done`` fires at its end."""

    kind: TaskKind
    deal: Deal
    ready: int
    seconds: int
    left: int
    done: simpy.Event
    begun: bool = False
    dropped: bool = False


class Queue:
    """A rep's queue: first answers, then the scenario's rule, then ready time, then birth key."""

    def __init__(self, rule: str) -> None:
        self._rule = rule
        self._heap: list[tuple[int, int, int, int, Task]] = []

    def put(self, task: Task) -> None:
        """Let a task wait."""
        first = 0 if task.kind is TaskKind.FIRST_ANSWER else 1
        heapq.heappush(self._heap, (first, self._rank(task.deal), task.ready, task.deal.birth, task))

    def take(self) -> Task | None:
        """Return the next task, None where nothing waits; dropped ones are passed over."""
        while self._heap:
            task = heapq.heappop(self._heap)[-1]
            if not task.dropped:
                return task
        return None

    def empty(self) -> list[Task]:
        """Take everything out, and return what was not dropped."""
        tasks = [entry[-1] for entry in self._heap if not entry[-1].dropped]
        self._heap.clear()
        return tasks

    def _rank(self, deal: Deal) -> int:
        if self._rule == "latest_stage_first":
            return -deal.stage
        if self._rule == "oldest_first":
            return deal.appeared
        return -deal.cents
