"""The review pack as typed data: what was asked, a page for each rep and one for the team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from forecast.bookings import Unit
from forecast.question import DRAWS, SEED
from forecast.review.actions import Action, Judged
from forecast.review.deals import WHATS, Deal, Step, What
from forecast.review.hours import WeekHours
from forecast.review.outlook import Outcome
from forecast.review.questions import Question

if TYPE_CHECKING:
    from forecast.findings import Finding

#: Days without a next step after which an opportunity is to be disqualified; `pipecast hygiene` finds one's own.
DISQUALIFY_AFTER = 45.0
WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """What a review is asked.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known; the week looked at ends there.
    start, end : Timestamp
        First and last day of the period of the quotas.
    target : float or None
        Of the team, in the unit.
    unit : {"amount", "deals"}
    disqualify_after : float
        Days without activity and without a next step.
    fiscal_year_start : int
        Month, 1 to 12: says where quarters end, out of which deals slip.
    owners : tuple of str
        Whose pages are wanted; empty for all.
    draws, seed : int
    country : str or None
        Whose public holidays count.
    """

    moment: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp
    target: float | None = None
    unit: Unit = "amount"
    disqualify_after: float = DISQUALIFY_AFTER
    fiscal_year_start: int = 1
    owners: tuple[str, ...] = ()
    draws: int = DRAWS
    seed: int = SEED
    country: str | None = None

    @property
    def begin(self) -> pd.Timestamp:
        """First instant of the week looked at."""
        return self.moment - WEEK

    def to_dict(self) -> dict[str, Any]:
        """Return the inputs as plain values."""
        return {
            "as_of": self.moment.isoformat(),
            "start": f"{self.start:%Y-%m-%d}",
            "end": f"{self.end:%Y-%m-%d}",
            "target": self.target,
            "unit": self.unit,
            "disqualify_after_days": self.disqualify_after,
            "fiscal_year_start": self.fiscal_year_start,
            "owners": list(self.owners),
            "draws": self.draws,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a rep's, or the team's.

    Attributes
    ----------
    name : str
    is_team : bool
    few : str
        Why little can be said of this rep, else empty.
    hours : WeekHours or None
        Prospecting; None where no records were given or none are this rep's.
    week : tuple of Step
        Created, moved and closed in the week.
    open : tuple of Deal
        The largest value first.
    stuck, slipped, no_next_step, overdue, to_disqualify : tuple of Deal
        Open ones: longer in their stage than 9 of 10 that advanced; slipped twice or more; without a dated next step;
        expected to close on a day that has passed; without activity or next step for as long as the rule allows.
    unsaid : mapping of str to str
        Name of one of these, ``outlook`` or ``last`` -> why it cannot be said.
    outcome : Outcome or None
        Booked, weighted pipelines, quota and its chance, and what disqualifying does to them; None where the history is
        too short.
    questions : tuple of Question
        Three, the largest deviation first.
    actions : tuple of Action
        Proposed for the coming week.
    last : tuple of Judged
        Those of a week ago, and whether they happened.
    """

    name: str
    is_team: bool
    few: str
    hours: WeekHours | None
    week: tuple[Step, ...]
    open: tuple[Deal, ...]
    stuck: tuple[Deal, ...]
    slipped: tuple[Deal, ...]
    no_next_step: tuple[Deal, ...]
    overdue: tuple[Deal, ...]
    to_disqualify: tuple[Deal, ...]
    unsaid: Mapping[str, str]
    outcome: Outcome | None
    questions: tuple[Question, ...]
    actions: tuple[Action, ...]
    last: tuple[Judged, ...]

    def lists(self) -> Iterator[tuple[str, tuple[Deal, ...]]]:
        """Yield the lists of deals by name, in the order of a page."""
        for name in ("to_disqualify", "no_next_step", "stuck", "slipped", "overdue"):
            yield name, getattr(self, name)

    def count(self, what: What) -> int:
        """Return how many opportunities something became of in the week."""
        return sum(step.what == what for step in self.week)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "name": self.name,
            "is_team": self.is_team,
            "few": self.few or None,
            "hours": None if self.hours is None else self.hours.to_dict(),
            "week": {what: self.count(what) for what in WHATS},
            "steps": [step.to_dict() for step in self.week],
            "open": [deal.to_dict() for deal in self.open],
            **{name: [deal.id for deal in deals] for name, deals in self.lists()},
            "unsaid": dict(self.unsaid),
            "outcome": None if self.outcome is None else self.outcome.to_dict(),
            "questions": [question.to_dict() for question in self.questions],
            "actions": [asdict(action) for action in self.actions],
            "last_week": [judged.to_dict() for judged in self.last],
        }


@dataclass(frozen=True, slots=True)
class ReviewPack:
    """The weekly review of a team.

    Attributes
    ----------
    asked : ReviewAsked
    team : Page
    reps : tuple of Page
        By name.
    currency : str
        Of the amounts; empty where unknown.
    findings : tuple of Finding
        What limits it, the gravest first.
    version : str
        Of the program.
    """

    asked: ReviewAsked
    team: Page
    reps: tuple[Page, ...]
    currency: str
    findings: tuple[Finding, ...]
    version: str

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages, the team's first."""
        return (self.team, *self.reps)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each page: counts, and the standing against the quota."""
        rows = [
            {
                "name": page.name, "open": len(page.open), **{what: page.count(what) for what in WHATS},
                **{name: len(deals) for name, deals in page.lists()},
                **({} if page.outcome is None else page.outcome.flat()),
            }
            for page in self.pages
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "team": self.team.to_dict(),
            "reps": [page.to_dict() for page in self.reps],
            "currency": self.currency or None,
            "findings": [
                {"code": one.code, "severity": one.severity, "count": one.count, "message": one.message}
                for one in self.findings
            ],
            "inputs": self.asked.to_dict(),
            "seed": self.asked.seed,
            "version": self.version,
        }
