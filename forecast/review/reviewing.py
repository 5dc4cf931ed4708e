"""The weekly review: one call from the tables to every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from types import MappingProxyType

import pandas as pd

from forecast.calibration.records import Records, records
from forecast.changes.slips import slips_of
from forecast.findings import Finding, by_severity
from forecast.known import as_of as known_at
from forecast.prospecting import Prospecting
from forecast.review.actions import Action, Actions, Judged, judged, proposed
from forecast.review.deals import Deal, Step
from forecast.review.hours import week_hours
from forecast.review.open_deals import Sources, open_deals
from forecast.review.pace import creation_of
from forecast.review.questions import Matter, questions
from forecast.review.results import Page, ReviewAsked, ReviewPack
from forecast.review.silence import no_activities, no_next_steps
from forecast.review.stage_limits import FEWEST_ADVANCED, stage_limits
from forecast.review.standing import Standing, no_standing, standing_of
from forecast.review.week import NO_OWNER, steps_in
from simulations.errors import BadInput, Problem
from simulations.tables import OPEN, CrmTables

#: Closed opportunities of a rep below which what is usual for them is not known.
FEWEST_CLOSED = 5
#: Days in which somebody who created nothing and has nothing open has left.
LATELY = pd.Timedelta(days=182)
#: Times that an expected close was moved into a later period from which a review asks.
AGAIN = 2
TEAM = "the team"
NO_SNAPSHOTS = (
    "slips are seen only between snapshots: put an export into a store every week (`pipecast import --store`) "
    "and review from it"
)
NO_LAST = "no actions of an earlier review were given"
NO_LIMITS = f"too few advanced from any stage: {FEWEST_ADVANCED} are needed to say what is long"
NO_DATES = "no open opportunity carries an expected close date known at that moment"
Seen = Sequence[tuple[pd.Timestamp, CrmTables]]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a review may be given beside the CRM of the day.

    Attributes
    ----------
    quotas : mapping of str to float
        By owner, for the whole period.
    prospecting : Prospecting or None
        What was prospected, learned until the same moment.
    seen : sequence of (Timestamp, CrmTables)
        Snapshots in the order of their moments, the one of the day last; fewer than two show no slips.
    last : Actions or None
        Of an earlier review.
    """

    quotas: Mapping[str, float] = field(default_factory=dict)
    prospecting: Prospecting | None = None
    seen: Seen = ()
    last: Actions | None = None


def review(
    tables: CrmTables,
    asked: ReviewAsked,
    beside: Beside | None = None,
    findings: Iterable[Finding] = (),
    currency: str = "",
) -> ReviewPack:
    """Return the weekly review of a team.

    Parameters
    ----------
    tables : CrmTables
    asked : ReviewAsked
    beside : Beside, optional
    findings : iterable of Finding
        What the reading noticed; passed on.
    currency : str
        Of the amounts; empty where unknown.

    Raises
    ------
    BadInput
        Nothing is known at that moment, the period is none, an owner who is asked for owns nothing, or the earlier review is
        not earlier.
    """
    given = beside or Beside()
    known = known_at(tables, asked.moment)
    _check(known, asked, given)
    look = _Look.of(known, asked, given)
    names = look.names()
    _check_owners(asked, names)
    chosen = [name for name in names if not asked.owners or name in asked.owners]
    return ReviewPack(
        asked, look.page(None), tuple(look.page(name) for name in chosen), currency,
        by_severity([*findings, *look.standing.findings]), version("pipecast"),
    )  # fmt: skip


def _check(known: CrmTables, asked: ReviewAsked, given: Beside) -> None:
    if known.opportunities.empty:
        day = f"{asked.moment:%Y-%m-%d %H:%M}"
        raise BadInput(
            [
                Problem(
                    "the opportunities", f"before {day}", "created", "", "there are none; ask for a later day"
                )
            ]
        )
    if given.last is not None and given.last.moment >= asked.moment:
        found, day = f"{given.last.moment:%Y-%m-%d %H:%M}", f"{asked.moment:%Y-%m-%d %H:%M}"
        allowed = f"must be the actions of a review before {day}; give the folder of last week's"
        raise BadInput([Problem("the earlier review", "", "as_of", found, allowed)])


def _check_owners(asked: ReviewAsked, names: Sequence[str]) -> None:
    unknown = [name for name in asked.owners if name not in names]
    if unknown:
        allowed = f"owns nothing that is open or was created lately; there are: {', '.join(names[:12])}"
        raise BadInput(Problem("--owner", "", "", name, allowed) for name in unknown)


@dataclass(frozen=True, slots=True)
class _Look:
    """The CRM of the day, looked at once for all pages."""

    known: CrmTables
    records: Records
    asked: ReviewAsked
    beside: Beside
    standing: Standing
    deals: tuple[Deal, ...]
    steps: tuple[Step, ...]
    judged: tuple[Judged, ...]
    unsaid: Mapping[str, str]

    @classmethod
    def of(cls, known: CrmTables, asked: ReviewAsked, beside: Beside) -> _Look:
        """Return the look; opportunities first, since what is to be disqualified decides what disqualifying does."""
        sources = _sources(known, asked, beside.seen)
        ended = {deal.id for deal in open_deals(sources) if _is_to_disqualify(deal, asked)}
        standing = _standing(known, asked, beside.quotas, ended)
        deals = open_deals(replace(sources, chances=standing.chances))
        unsaid = {
            **_untold(sources, deals), "outcome": standing.reason,
            "last_week": "" if beside.last is not None else NO_LAST,
        }  # fmt: skip
        unknown = (unsaid["to_disqualify"], unsaid["no_next_step"])
        became = () if beside.last is None else judged(beside.last, known, asked.moment, unknown)
        steps = steps_in(known, asked.begin, asked.moment)
        return cls(known, sources.known, asked, beside, standing, deals, steps, became, _said(unsaid))

    def names(self) -> tuple[str, ...]:
        """Return who gets a page: who owns something open, created anything in half a year, or has a quota."""
        rows = self.known.opportunities
        there = (rows["outcome"] == OPEN) | (rows["created"] >= self.asked.moment - LATELY)
        named = set(rows.loc[there, "owner"].dropna()) | set(self.beside.quotas)
        if rows["owner"].isna().all():  # who names nobody has no reps, only a team
            return tuple(sorted(map(str, named)))
        return (
            *sorted(map(str, named)),
            *((NO_OWNER,) if any(deal.owner == NO_OWNER for deal in self.deals) else ()),
        )

    def page(self, name: str | None) -> Page:
        """Return the page of a rep, or of the team where no name is given."""
        deals = tuple(deal for deal in self.deals if name in (None, deal.owner))
        steps = tuple(step for step in self.steps if name in (None, step.owner))
        last = tuple(one for one in self.judged if name in (None, one.action.owner))
        lists, hours = _lists(deals, self.asked, self.unsaid), week_hours(self.beside.prospecting, name)
        outcome, mine = self.standing.outcome(name), self._mine(name)
        pace = creation_of(mine["created"], self.asked.moment, pd.Timestamp(self.records.starts, unit="D"))
        matter = Matter(deals, lists, outcome, hours, pace, steps, last)
        return Page(
            name=TEAM if name is None else name, is_team=name is None, few=_few(mine), hours=hours, week=steps,
            open=deals, **lists, unsaid=self.unsaid, outcome=outcome, questions=questions(matter),
            actions=_actions(lists), last=last,
        )  # fmt: skip

    def _mine(self, name: str | None) -> pd.DataFrame:
        rows = self.known.opportunities
        if name is None:
            return rows
        return rows[rows["owner"].isna() if name == NO_OWNER else rows["owner"] == name]


def proposals(tables: CrmTables, asked: ReviewAsked) -> tuple[Action, ...]:
    """Return the actions that a review proposes for the team; they need no forecast.

    Parameters
    ----------
    tables : CrmTables
    asked : ReviewAsked
    """
    known = known_at(tables, asked.moment)
    sources = _sources(known, asked, ())
    deals = open_deals(sources)
    return _actions(_lists(deals, asked, _said(_untold(sources, deals))))


def _sources(known: CrmTables, asked: ReviewAsked, seen: Seen) -> Sources:
    """Return what the open opportunities are put together from, without their chances."""
    told = records(known, asked.moment)
    limits, slips = stage_limits(told, asked.seed), _slips(asked, seen)
    tells = not no_activities(known, asked.moment)
    return Sources(known, told, asked.moment, asked.unit, limits, slips, {}, tells_activity=tells)


def _untold(sources: Sources, deals: Sequence[Deal]) -> dict[str, str]:
    """Return why each list cannot be told; empty where it can."""
    return {
        "to_disqualify": no_activities(sources.tables, sources.moment),
        "no_next_step": no_next_steps(sources.tables, sources.moment),
        "stuck": "" if any(limit.days for limit in sources.limits.values()) else NO_LIMITS,
        "slipped": "" if sources.slips is not None else NO_SNAPSHOTS,
        "overdue": "" if not deals or any(deal.expected_close for deal in deals) else NO_DATES,
    }


def _said(untold: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name: why for name, why in untold.items() if why})


def _lists(
    deals: Sequence[Deal], asked: ReviewAsked, unsaid: Mapping[str, str]
) -> dict[str, tuple[Deal, ...]]:
    """Return the lists of a page; one that cannot be told is empty, and the page says why."""
    today = asked.moment.normalize().date()
    which: dict[str, Callable[[Deal], bool]] = {
        "to_disqualify": partial(_is_to_disqualify, asked=asked),
        "no_next_step": lambda deal: deal.next_step is None,
        "stuck": lambda deal: deal.is_stuck,
        "slipped": lambda deal: (deal.slips or 0) >= AGAIN,
        "overdue": lambda deal: deal.expected_close is not None and deal.expected_close < today,
    }
    return {
        name: () if name in unsaid else tuple(deal for deal in deals if holds(deal))
        for name, holds in which.items()
    }


def _is_to_disqualify(deal: Deal, asked: ReviewAsked) -> bool:
    return (
        deal.silent_days is not None and deal.silent_days >= asked.disqualify_after and deal.next_step is None
    )


def _slips(asked: ReviewAsked, seen: Seen) -> Mapping[str, int] | None:
    if len(seen) < AGAIN:
        return None
    frame = slips_of(seen, asked.begin, first_month=asked.fiscal_year_start).frame
    return {str(key): int(count) for key, count in frame["slips_ever"].items()}


def _standing(known: CrmTables, asked: ReviewAsked, quotas: Mapping[str, float], ended: set[str]) -> Standing:
    """Return where everybody stands against the quota, or why that cannot be said: all else can."""
    try:
        return standing_of(known, asked, quotas, ended)
    except BadInput as refused:
        if any(problem.file == "the question" for problem in refused.problems):
            raise
        return no_standing("; ".join(problem.allowed for problem in refused.problems))


def _few(mine: pd.DataFrame) -> str:
    closed = int((mine["outcome"] != OPEN).sum())
    if closed >= FEWEST_CLOSED:
        return ""
    there = f"{len(mine):,} opportunities are known, {closed} of them closed"
    return f"{there}; what is usual here is not known, and chances are those of the team"


def _actions(lists: Mapping[str, tuple[Deal, ...]]) -> tuple[Action, ...]:
    """Return what to do: end what is silent; of the rest, agree a next step, and set a date that has not passed."""
    ended = {deal.id for deal in lists["to_disqualify"]}

    def of(name: str) -> list[tuple[str, str, str]]:
        return [
            (deal.id, deal.name, deal.owner)
            for deal in lists[name]
            if name == "to_disqualify" or deal.id not in ended
        ]

    return (
        *proposed("disqualify", of("to_disqualify")),
        *proposed("next_step", of("no_next_step")),
        *proposed("close_date", of("overdue")),
    )
