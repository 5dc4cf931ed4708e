"""How a rep keeps the CRM: what is typed, how late, how rosily. Perfectly, or as people do.

Every draw is keyed by the deal's own birth key, so it depends on no other deal, on no order, and on
nothing that the simulated run drew.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise

from simulations.calendar import DAY, Timeline, mean_cycle_days, quarter_starts
from simulations.journal import Kind
from simulations.randomness import (
    RECORD_ACTIVITY,
    RECORD_AMOUNT,
    RECORD_CLOSE,
    RECORD_DELAY,
    RECORD_NEXT_STEP,
    RECORD_OPTIMISM,
    SERIES_SEAT,
    environment_birth,
    uniform,
)
from simulations.rules import LOGNORMAL, advance_probability, positive
from simulations.scenario.model import Scenario

_STAGE, _CLOSING = 0, 1  # attempts of RECORD_DELAY: one visit may end with the closing of the deal
_TWICE, _AGAIN = (
    2,
    3,
)  # attempts of RECORD_DELAY, visit 0: whether a deal is typed a second time, and how late
_MOVED, _TYPED = 0, 1  # visit positions of RECORD_CLOSE: whether a passed date is moved, and how late
_BULK = 0  # visit position of RECORD_CLOSE for a seat's bulk edit; attempt: the quarter's first day
DECEMBER = 12
#: Second of the day at which close dates are edited in bulk: 17:00.
EVENING = 17 * 3_600


class Habits:
    """Perfect recording: everything is typed at its true time, and nothing is coloured.

    Parameters
    ----------
    scenario : Scenario
    timeline : Timeline
        Turns days into dates.
    seed, replication : int
        Of the run that is recorded.
    """

    def __init__(self, scenario: Scenario, timeline: Timeline, seed: int, replication: int) -> None:
        self.scenario = scenario
        self.timeline = timeline
        self.key = (seed, replication)
        self._cycle = mean_cycle_days(scenario)
        self._quarters = quarter_starts(timeline, scenario.calendar.fiscal_year_start_month).tolist()

    def stage_delay(self, birth: int, visit: int) -> int:  # noqa: ARG002 - people need the key
        """Return the seconds from entering a stage to typing it."""
        return 0

    def closing_delay(self, birth: int, visit: int, kind: int) -> int:  # noqa: ARG002 - people need the key
        """Return the seconds from the end of a deal to typing it."""
        return 0

    def probability(self, seat: int, stage: int) -> float:  # noqa: ARG002 - people differ by seat
        """Return the probability typed in a stage; NaN where the CRM has none."""
        typed = self.scenario.stages[stage].typed_probability
        return math.nan if typed is None else typed

    def amount(self, birth: int, final: float) -> float:  # noqa: ARG002 - people need the key
        """Return the amount typed when the deal is created."""
        return final

    def close_day(self, created: int) -> int:
        """Return the day (number) on which a deal created at a second is expected to close."""
        return math.floor(created / DAY + self._cycle)

    def moved_close(self, birth: int, day: int, move: int) -> tuple[int, int] | None:  # noqa: ARG002 - as above
        """Return when a passed close date is typed anew, and the new day; None where it is left in the past."""
        return None

    def bulk_edit(self, seat: int, now: int, day: int) -> tuple[int, int] | None:  # noqa: ARG002 - as above
        """Return when a due close date is next moved together with all others of a seat, and the new day; None if never."""
        return None

    def typed_again(self, birth: int, created: int) -> int | None:  # noqa: ARG002 - as above
        """Return the second at which a deal is typed as a second record; None where it is not."""
        return None

    def next_step_day(self, birth: int, visit: int, stage: int, worked: int) -> int | None:  # noqa: ARG002 - as above
        """Return the day typed for the customer's reply, planned when the work is done; None if not typed."""
        days = self.scenario.stages[stage].reply_days
        return worked // DAY + max(1, math.ceil(days))

    def logs_activity(self, birth: int, visit: int, attempt: int) -> bool:  # noqa: ARG002 - as above
        """Return whether an activity is typed at all."""
        return True

    def clears_on_silence(self) -> bool:
        """Return whether the next step is taken out once the customer has gone silent."""
        return True


class HumanHabits(Habits):
    """Recording as people do: late, incomplete and hopeful, by the scenario's ``recorder``."""

    def stage_delay(self, birth: int, visit: int) -> int:
        """Return an exponential delay in whole seconds."""
        return self._delay(self._uniform(birth, visit, RECORD_DELAY, _STAGE))

    def closing_delay(self, birth: int, visit: int, kind: int) -> int:
        """Return an exponential delay; none for a disqualification, since the review is held over the CRM."""
        if kind == Kind.DISQUALIFIED:
            return 0
        return self._delay(self._uniform(birth, visit, RECORD_DELAY, _CLOSING))

    def probability(self, seat: int, stage: int) -> float:
        """Return the stage's probability, its log-odds raised by the seat's own optimism, in whole percent.

        A seat's optimism is even between none and twice ``optimism_logit``, which is its mean.
        """
        typed = super().probability(seat, stage)
        birth = environment_birth(SERIES_SEAT, seat, 0)
        optimism = 2 * self._uniform(birth, 0, RECORD_OPTIMISM, 0) * self.scenario.recorder.optimism_logit
        return typed if math.isnan(typed) else round(advance_probability(typed, optimism), 2)

    def amount(self, birth: int, final: float) -> float:
        """Return the final amount times a lognormal error of mean 1, in whole cents, at least one."""
        cv = self.scenario.recorder.amount_revision_cv
        factor = positive(LOGNORMAL, 1.0, cv, *self.key, birth, 0, RECORD_AMOUNT)
        return max(1, round(final * factor * 100)) / 100

    def close_day(self, created: int) -> int:
        """Return the day after a cycle thought shorter than it is."""
        return math.floor(created / DAY + self._cycle * self.scenario.recorder.close_date_optimism)

    def moved_close(self, birth: int, day: int, move: int) -> tuple[int, int] | None:
        """Return a typing time after the day has passed, and the next month end after that time."""
        if self._uniform(birth, _MOVED, RECORD_CLOSE, move) >= self.scenario.recorder.moved_when_passed:
            return None
        typed = (day + 1) * DAY + self._delay(self._uniform(birth, _TYPED, RECORD_CLOSE, move))
        today = self.timeline.date_of(typed // DAY)
        return typed, self.timeline.day_of(next_month_end(today))

    def bulk_edit(self, seat: int, now: int, day: int) -> tuple[int, int] | None:
        """Return the evening of the next quarter's last day on which the seat tidies up, and the next quarter's end.

        Only a date within or before the quarter that ends is moved.
        """
        share = self.scenario.recorder.bulk_edit_share
        if not share:
            return None
        birth = environment_birth(SERIES_SEAT, seat, 0)
        for first, following in pairwise(self._quarters):
            typed = (first - 1) * DAY + EVENING
            if typed > now and day < first and self._uniform(birth, _BULK, RECORD_CLOSE, first) < share:
                return typed, following - 1
        return None

    def typed_again(self, birth: int, created: int) -> int | None:
        """Return a second after the creation, for a share of the deals."""
        if self._uniform(birth, 0, RECORD_DELAY, _TWICE) >= self.scenario.recorder.duplicate_share:
            return None
        return created + DAY + self._delay(self._uniform(birth, 0, RECORD_DELAY, _AGAIN))

    def next_step_day(self, birth: int, visit: int, stage: int, worked: int) -> int | None:
        """Return the day of the planned reply in a share of the cases."""
        if self._uniform(birth, visit, RECORD_NEXT_STEP, 0) >= self.scenario.recorder.next_step_share:
            return None
        return super().next_step_day(birth, visit, stage, worked)

    def logs_activity(self, birth: int, visit: int, attempt: int) -> bool:
        """Return True for a share of the activities."""
        return self._uniform(birth, visit, RECORD_ACTIVITY, attempt) < self.scenario.recorder.activity_share

    def clears_on_silence(self) -> bool:
        """Return False: a silent deal keeps looking open and planned."""
        return False

    def _uniform(self, birth: int, visit: int, purpose: int, attempt: int) -> float:
        return uniform(*self.key, birth, visit, purpose, attempt)

    def _delay(self, u: float) -> int:
        return math.floor(-math.log(u) * self.scenario.recorder.logging_delay_days * DAY + 0.5)


def next_month_end(today: date) -> date:
    """Return the first last day of a month after ``today``.

    Examples
    --------
    >>> next_month_end(date(2026, 2, 27)), next_month_end(date(2026, 12, 31))
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 31))
    """
    tomorrow = today + timedelta(days=1)
    return date(tomorrow.year + tomorrow.month // DECEMBER, tomorrow.month % DECEMBER + 1, 1) - timedelta(
        days=1
    )
