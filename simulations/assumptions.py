"""What a scenario assumes, where each number comes from, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulations.calendar import mean_cycle_days
from simulations.load import offered_load, opportunity_hours
from simulations.plan import make_plan
from simulations.referrals import branching
from simulations.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number of a scenario and where it comes from.

    Attributes
    ----------
    field : str
        Path of the field; its unit stands in the name.
    value : float
    is_default : bool
        False where the scenario sets its own value: then the source is the user.
    grade, source : str
        As in `simulations.scenario.evidence.Evidence`.
    low, high : float
        The plausible range.
    meaning : str
    """

    field: str
    value: float
    is_default: bool
    grade: str
    source: str
    low: float
    high: float
    meaning: str


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Return every number of the scenario that carries evidence, in the order of the file."""
    shipped = {field: value for field, value, _ in _walk(Scenario(), "")}
    return tuple(_assumption(field, value, info, shipped) for field, value, info in _walk(scenario, ""))


def _walk(part: BaseModel, path: str) -> Iterator[tuple[str, float, FieldInfo]]:
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        where = f"{path}.{name}" if path else name
        if isinstance(info.json_schema_extra, dict) and "evidence" in info.json_schema_extra:
            yield from _numbers(where, value, info)
        elif isinstance(value, BaseModel):
            yield from _walk(value, where)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _walk(item, f"{where}[{getattr(item, 'name', index)}]")


def _numbers(
    where: str, value: float | tuple[float, ...] | None, info: FieldInfo
) -> Iterator[tuple[str, float, FieldInfo]]:
    """Give a list of equal numbers as one, of different ones singly, and nothing where nothing is said."""
    if isinstance(value, tuple):
        if len(set(value)) == 1:
            yield where, value[0], info
        else:
            yield from ((f"{where}[{index}]", item, info) for index, item in enumerate(value))
    elif value is not None:
        yield where, value, info


def _assumption(field: str, value: float, info: FieldInfo, shipped: dict[str, float]) -> Assumption:
    evidence: Any = info.json_schema_extra["evidence"] if isinstance(info.json_schema_extra, dict) else {}
    same = value in _defaults(info) or shipped.get(field) == value
    return Assumption(
        field,
        value,
        same,
        evidence["grade"] if same else "given",
        evidence["source"] if same else "the scenario's own value",
        evidence["low"],
        evidence["high"],
        info.description or "",
    )


def _defaults(info: FieldInfo) -> tuple[float, ...]:
    """Return what a field holds where nothing is said, whatever the group, stream or stage is called."""
    if info.default is None or info.is_required():
        return ()
    return info.default if isinstance(info.default, tuple) else (info.default,)


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from a scenario's numbers, at no waiting."""

    name: str
    value: float
    unit: str


def derived(scenario: Scenario) -> tuple[Derived, ...]:
    """Return what follows from the numbers: win rate, cycle, opportunities, load, branching ratio."""
    plan = make_plan(scenario)
    base = plan.regime(0).base_probability
    found = scenario.sources.prospecting
    hourly = found.leads_per_hour * found.qualify_probability
    return (
        Derived("win rate, product of the base probabilities", math.prod(base), "share"),
        Derived("mean cycle, sum of the replies", mean_cycle_days(scenario), "days"),
        Derived("opportunities an hour of prospecting", hourly, "1/hour"),
        Derived("work on one opportunity, follow-ups included", opportunity_hours(plan), "hours"),
        Derived("offered load of the working hours, steady", offered_load(plan), "share"),
        Derived("chance to win of a qualified introduction", branching(scenario).win_probability, "share"),
        Derived("branching ratio of referrals", branching(scenario).ratio, "1"),
    )
