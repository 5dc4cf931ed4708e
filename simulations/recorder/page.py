"""A deal's page in the CRM: its happenings in the run, turned into what is typed, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from simulations.journal import CLOSING, Kind
from simulations.recorder.habits import Habits
from simulations.recorder.log import ACTIVITY_KINDS, FOLLOW_UP, WORK, Field
from simulations.tables import DISQUALIFIED, LOST, OPEN, OUTCOMES, WON

#: How each end of the truth is named in the CRM.
OUTCOME_OF = {
    Kind.WON: WON,
    Kind.LOST: LOST,
    Kind.NO_DECISION: LOST,
    Kind.DISQUALIFIED: DISQUALIFIED,
}
_NOTHING = float("nan")


class Happening(NamedTuple):
    """One event of one deal, as plain numbers; the columns of `EVENT` that matter here."""

    time: int
    kind: int
    seat: int
    birth: int
    stage: int
    visit: int
    value: float


class TypedStep(NamedTuple):
    """A change of stage, or the end, and the second at which it was typed."""

    when: int
    what: Happening


@dataclass(slots=True)
class Page:
    """A deal's page in the CRM while it is being written.

    ``changes`` are rows of (field, when, value), ``activities`` of (when, kind, next step). A ``copy`` is the second
    record of a deal that has one already.
    """

    index: int
    birth: int
    seat: int
    steps: list[TypedStep]
    changes: list[tuple[int, int, float]] = field(default_factory=list)
    activities: list[tuple[int, int, float]] = field(default_factory=list)
    copy: bool = False

    @property
    def created(self) -> int:
        """Second at which the deal was first typed."""
        return self.steps[0].when

    @property
    def closed(self) -> int | None:
        """Second at which its end was typed; None while it looks open."""
        return self.steps[-1].when if self.steps[-1].what.kind in CLOSING else None

    def is_open(self, when: int) -> bool:
        """Return whether the deal looks open at a second."""
        return self.created <= when and (self.closed is None or when < self.closed)

    def type(self, what: Field, when: int, value: float) -> None:
        """Type one value."""
        self.changes.append((what, when, value))


def write_page(habits: Habits, index: int, happened: list[Happening]) -> Page:
    """Return the page of one opportunity; ``happened`` begins with its opening and enters a stage."""
    opening = happened[0]
    passed = [one for one in happened if one.kind == Kind.HANDED_OVER]
    happened = [one for one in happened if one.kind != Kind.HANDED_OVER]
    page = Page(index, opening.birth, opening.seat, _typed_steps(habits, _steps(happened)))
    _type_steps(page, habits, opening.value)
    _type_next_steps(page, habits, happened)
    _type_activities(page, habits, happened)
    for one in passed:
        page.type(Field.OWNER, max(one.time, page.created), one.seat)
    return page


# Stages and the end.


def _steps(happened: list[Happening]) -> list[Happening]:
    """Return the first entry into each stage and the end."""
    steps: list[Happening] = []
    for one in happened:
        new_stage = one.kind == Kind.READY and (not steps or steps[-1].stage != one.stage)
        if new_stage or one.kind in CLOSING:
            steps.append(one)
    return steps


def _typed_steps(habits: Habits, steps: list[Happening]) -> list[TypedStep]:
    """Return the steps with their time of typing, without those that a later one overtook."""
    typed = [TypedStep(one.time + _delay(habits, one), one) for one in steps]
    kept: list[TypedStep] = []
    for step in reversed(typed):
        if not kept or step.when <= kept[-1].when:
            kept.append(step)
    if kept[-1].what.kind in CLOSING:  # never typed while it was open: created when it is closed
        last_open = steps[-2]
        kept.append(TypedStep(kept[-1].when, last_open))
    return kept[::-1]


def _delay(habits: Habits, step: Happening) -> int:
    if step.kind in CLOSING:
        return habits.closing_delay(step.birth, step.visit, step.kind)
    return habits.stage_delay(step.birth, step.visit)


def _type_steps(page: Page, habits: Habits, final_amount: float) -> None:
    page.type(Field.OUTCOME, page.created, OUTCOMES.index(OPEN))
    page.type(Field.AMOUNT, page.created, habits.amount(page.birth, final_amount))
    page.type(Field.EXPECTED_CLOSE, page.created, habits.close_day(page.created))
    last_stage = len(habits.scenario.stages) - 1
    for when, what in page.steps:
        if what.kind in CLOSING:
            page.type(Field.OUTCOME, when, OUTCOMES.index(OUTCOME_OF[Kind(what.kind)]))
            page.type(Field.PROBABILITY, when, float(what.kind == Kind.WON))
            page.type(Field.NEXT_STEP, when, _NOTHING)
        else:
            page.type(Field.STAGE, when, what.stage)
            page.type(Field.PROBABILITY, when, habits.probability(page.seat, what.stage))
        # The offer names the price: from the last stage on, and at the latest when it is signed.
        entered_last = what.kind == Kind.READY and what.stage == last_stage > 0
        if entered_last or what.kind == Kind.WON:
            page.type(Field.AMOUNT, when, what.value if what.kind == Kind.WON else final_amount)


# Next steps and activities.


def _type_next_steps(page: Page, habits: Habits, happened: list[Happening]) -> None:
    """Type the planned reply when the work is done, or with the deal; take it out when the reply has come."""
    for one, after in zip(happened, [*happened[1:], None], strict=True):
        if one.kind == Kind.WORKED and one.stage >= 0:
            when = max(one.time, page.created)
            day = habits.next_step_day(page.birth, one.visit, one.stage, one.time)
            if day is not None and page.is_open(when) and (after is None or when < after.time):
                page.type(Field.NEXT_STEP, when, day)
        elif _settles(habits, one) and page.is_open(one.time):
            page.type(Field.NEXT_STEP, one.time, _NOTHING)


def _settles(habits: Habits, one: Happening) -> bool:
    return one.kind == Kind.ADVANCED or (one.kind == Kind.SILENT and habits.clears_on_silence())


def _type_activities(page: Page, habits: Habits, happened: list[Happening]) -> None:
    """Type an activity when it is done, or never; before the deal is created there is nothing to hang it on."""
    attempt = 0
    for one in happened:
        if one.kind == Kind.READY:
            attempt = 0
        follow_up = one.kind == Kind.FOLLOWED_UP
        attempt += follow_up
        if not follow_up and not (one.kind == Kind.WORKED and one.stage >= 0):
            continue
        if page.created <= one.time and habits.logs_activity(page.birth, one.visit, attempt):
            kind = ACTIVITY_KINDS.index(FOLLOW_UP if follow_up else WORK)
            page.activities.append((one.time, kind, _planned_at(page, one.time, follow_up=follow_up)))


def _planned_at(page: Page, when: int, *, follow_up: bool) -> float:
    """Return the next step that was typed together with an activity."""
    if follow_up:
        return _NOTHING
    planned = [value for what, typed, value in page.changes if what == Field.NEXT_STEP and typed == when]
    return planned[-1] if planned else _NOTHING


def move_close_dates(page: Page, habits: Habits, end: int) -> None:
    """Move an expected close date that has passed, or with all others of its seat, as long as the deal looks open."""
    stop = end if page.closed is None else page.closed
    day, now, move = habits.close_day(page.created), page.created, 0
    while True:
        own = habits.moved_close(page.birth, day, move)
        together = habits.bulk_edit(page.seat, now, day)
        coming = [moved for moved in (own, together) if moved is not None and moved[0] < stop]
        if not coming:
            return
        now, day = min(coming)
        move += 1
        page.type(Field.EXPECTED_CLOSE, now, day)


def second_page(page: Page, habits: Habits, index: int) -> Page | None:
    """Return the record that a deal is given by mistake while it is open, to be forgotten; None where it is not.

    It begins in the stage in which the deal then is, with the amount as it was first typed, and nobody touches it again.
    """
    when = habits.typed_again(page.birth, page.created)
    if when is None or not page.is_open(when):
        return None
    what = [step.what for step in page.steps if step.when <= when][-1]
    again = Page(index, page.birth, page.seat, [TypedStep(when, what)], copy=True)
    first = next(value for field, _, value in page.changes if field == Field.AMOUNT)
    again.type(Field.OUTCOME, when, OUTCOMES.index(OPEN))
    again.type(Field.AMOUNT, when, first)
    again.type(Field.EXPECTED_CLOSE, when, habits.close_day(when))
    again.type(Field.STAGE, when, what.stage)
    again.type(Field.PROBABILITY, when, habits.probability(page.seat, what.stage))
    return again
