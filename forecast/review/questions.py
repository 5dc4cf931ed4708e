"""Three questions for a page: those whose matter concerns the largest share of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forecast.review.actions import Judged
from forecast.review.deals import Deal, Step
from forecast.review.hours import WeekHours
from forecast.review.outlook import Outcome

COUNT = 3
#: The share of the whole from which a matter is a deviation worth a question.
FEWEST_SHARE = 0.05
#: A number of new opportunities that chance alone leaves so low less often than this is a deviation.
UNLIKELY = 0.1


@dataclass(frozen=True, slots=True)
class Question:
    """A question that follows from the data.

    Attributes
    ----------
    key : str
        What it is about; its template stands in `forecast.wording.review`.
    weight : float
        The share of the whole that it concerns, 0 to 1: of the open value, the quota, the plan. 0 where nothing
        deviates and the question is one for every week.
    deal : Deal or None
        The one that it names.
    name : str
        What else it names.
    numbers : mapping of str to float
    """

    key: str
    weight: float
    deal: Deal | None = None
    name: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        deal = None if self.deal is None else self.deal.id
        return {"key": self.key, "weight": self.weight, "deal": deal, "numbers": dict(self.numbers)}


@dataclass(frozen=True, slots=True)
class Creation:
    """New opportunities of four weeks: ``seen``, ``usual`` (mean of the half year before), ``chance`` of so few by luck."""

    seen: int
    usual: float | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class Matter:
    """What the questions of a page are chosen from; fields as in `forecast.review.results.Page`."""

    open: Sequence[Deal]
    lists: Mapping[str, Sequence[Deal]]
    outcome: Outcome | None
    hours: WeekHours | None
    creation: Creation
    week: Sequence[Step]
    last: Sequence[Judged]


def questions(matter: Matter) -> tuple[Question, ...]:
    """Return three questions, the largest deviation first; fewer where there is nothing to ask about.

    Each matter weighs the share of its whole that it concerns. Where fewer than three deviate, what is asked every week
    fills up: the open opportunities that promise most, what was learned from the last one that closed, what to create.
    """
    found = [one for one in _deviations(matter) if one.weight >= FEWEST_SHARE]
    found.sort(key=lambda question: -question.weight)
    named = {question.deal.id for question in found[:COUNT] if question.deal is not None}
    return (*found, *_every_week(matter, named))[:COUNT]


def _deviations(matter: Matter) -> Iterator[Question]:
    yield from _of_quota(matter)
    yield from _of_deals(matter)
    yield from _of_work(matter)


def _of_quota(matter: Matter) -> Iterator[Question]:
    outcome = matter.outcome
    if outcome is None:
        return
    weighted = outcome.weighted
    if outcome.quota and outcome.gap is not None:
        numbers = {
            "quota": outcome.quota, "booked": outcome.booked, "weighted": weighted.calibrated_in_period,
            "gap": outcome.gap, "new": outcome.new,
        }  # fmt: skip
        yield Question("gap", min(outcome.gap / outcome.quota, 1.0), numbers=numbers)
    if weighted.crm and weighted.crm > outcome.high:
        gap = weighted.crm - weighted.calibrated_in_period
        numbers = {"crm": weighted.crm, "weighted": weighted.calibrated_in_period, "gap": gap}
        yield Question("optimism", gap / weighted.crm, _most_typed(matter.open), numbers=numbers)


def _most_typed(deals: Sequence[Deal]) -> Deal | None:
    """Return the opportunity whose typed probability promises most beyond its chance in the period."""
    told = [deal for deal in deals if deal.typed is not None and deal.chance_in_period is not None]
    return max(
        told, key=lambda deal: deal.value * ((deal.typed or 0) - (deal.chance_in_period or 0)), default=None
    )


def _of_deals(matter: Matter) -> Iterator[Question]:
    whole = sum(deal.value for deal in matter.open)
    ended = {deal.id for deal in matter.lists["to_disqualify"]}
    for key, deals in matter.lists.items():
        mine = [deal for deal in deals if key == "to_disqualify" or deal.id not in ended]
        if not mine or not whole:
            continue
        value = sum(deal.value for deal in mine)
        largest = max(mine, key=lambda deal: deal.value)
        yield Question(key, value / whole, largest, numbers={"deals": len(mine), "value": value})


def _of_work(matter: Matter) -> Iterator[Question]:
    hours, creation = matter.hours, matter.creation
    told = [one for one in matter.last if one.became != "untold"]
    undone = [one for one in told if not one.happened]
    if undone:
        counts = {"undone": len(undone), "of": len(told)}
        yield Question("undone", len(undone) / len(told), name=undone[0].action.name, numbers=counts)
    if hours is not None and hours.blocks:
        kept = hours.kept or 0
        yield Question("blocks", 1 - kept / hours.blocks, numbers={"kept": kept, "blocks": hours.blocks})
    if hours is not None and hours.usual:
        spent = {"hours": hours.hours, "usual": hours.usual}
        yield Question("hours", 1 - hours.hours / hours.usual, numbers=spent)
    if creation.usual and creation.chance is not None and creation.chance < UNLIKELY:
        made = {"seen": float(creation.seen), "usual": creation.usual}
        yield Question("creation", 1 - creation.seen / creation.usual, numbers=made)


def _every_week(matter: Matter, named: set[str]) -> Iterator[Question]:
    promise = sorted(matter.open, key=lambda deal: -deal.value * (deal.chance_in_period or 0.0))
    for deal in [deal for deal in promise if deal.id not in named][:2]:
        yield Question("promise", 0.0, deal)
    closed = [step for step in matter.week if step.what in ("won", "lost")]
    if closed:
        yield Question("learned", 0.0, name=closed[0].name, numbers={"won": float(closed[0].what == "won")})
    yield Question("create", 0.0, numbers={"seen": matter.creation.seen})
