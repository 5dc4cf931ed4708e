"""A scenario as a change leaves it: from a day on, other numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from simulations.scenario.model import Change, Scenario

#: Parts whose numbers a change may set; the others frame the run or only describe it.
CHANGEABLE = (
    "team",
    "sources",
    "stages",
    "deal_value",
    "work",
    "silence",
    "reviews",
    "quarter_end",
    "market",
    "targets",
)
#: Numbers of these parts that are not a matter of degree.
FIXED = ("seats", "typed_probability")
_STEP = re.compile(r"\.?([a-z_]+)(?:\[([^\]]*)\])?")

Step = tuple[str, str | None]
Changed = TypeVar("Changed", bound=BaseModel)


class NotChangeable(ValueError):
    """A path that names no number which a change could set; the message says what is allowed."""


def scenario_after(scenario: Scenario, change: Change) -> Scenario:
    """Return the scenario with a change's numbers in place of its own; what is null stays.

    Raises
    ------
    NotChangeable
        A path of ``values`` names nothing that a change may set.
    pydantic.ValidationError
        A value is outside of what its field allows.
    """
    hours = {
        name: value
        for name in ("prospecting_hours_per_week", "selling_hours_per_week")
        if (value := getattr(change, name)) is not None
    }
    groups = tuple(group.model_copy(update=hours) for group in scenario.team.groups)
    base = change.advance_probability or {}
    stages = tuple(
        stage.model_copy(update={"advance_probability": base.get(stage.name, stage.advance_probability)})
        for stage in scenario.stages
    )
    work = scenario.work
    if change.staleness_logit_per_day is not None:
        work = work.model_copy(update={"staleness_logit_per_day": change.staleness_logit_per_day})
    team = scenario.team.model_copy(update={"groups": groups})
    after = scenario.model_copy(update={"team": team, "stages": stages, "work": work})
    for path, value in change.values.items():
        steps = steps_of(path)
        if steps[0][0] not in CHANGEABLE or steps[-1][0] in FIXED:
            raise NotChangeable(f"must be a number of {', '.join(CHANGEABLE)}; {path} is not one")
        after = _with(after, steps, value, path)
    return after


def with_number(part: Changed, path: str, value: float) -> Changed:
    """Return a scenario, or a part of one, in which one number is another from the start, by its path.

    Raises
    ------
    NotChangeable
        The path names no number.
    pydantic.ValidationError
        The value is outside of what its field allows.
    """
    changed: Changed = _with(part, steps_of(path), value, path)
    return changed


def steps_of(path: str) -> tuple[Step, ...]:
    """Return a path such as ``stages[Discovery].effort_hours`` as (field, name of an item) pairs; raises NotChangeable."""
    found = list(_STEP.finditer(path))
    if "".join(step.group(0) for step in found) != path or not found:
        raise NotChangeable("must be a path as `pipecast scenario explain` prints it")
    return tuple((step.group(1), step.group(2)) for step in found)


def _with(part: Any, steps: Sequence[Step], value: float, path: str) -> Any:
    """Return a part in which the number at the end of the steps is another one, validated anew."""
    name, item = steps[0]
    info = type(part).model_fields.get(name)
    if info is None:
        raise NotChangeable(f"{name} is not a key there; known: {', '.join(type(part).model_fields)}")
    old: Any = getattr(part, name)
    new: Any
    if item is not None:
        new = _with_item(old, item, steps, value, path)
    elif isinstance(old, BaseModel) and len(steps) > 1:
        new = _with(old, steps[1:], value, path)
    elif len(steps) == 1 and isinstance(info.json_schema_extra, dict):
        new = (value,) * len(old) if isinstance(old, tuple) else value
    else:
        raise NotChangeable(f"{path} is not a number; `pipecast scenario explain` prints those that are")
    given = {field: getattr(part, field) for field in type(part).model_fields}
    return type(part).model_validate(given | {name: new})


def _with_item(items: Any, item: str, steps: Sequence[Step], value: float, path: str) -> tuple[Any, ...]:
    """Return a list in which one item, found by its name or number, is changed."""
    if not isinstance(items, tuple):
        raise NotChangeable(f"{steps[0][0]} is no list")
    names = [str(getattr(each, "name", index)) for index, each in enumerate(items)]
    if item not in names:
        raise NotChangeable(f"[{item}] is not in {steps[0][0]}; there are {', '.join(names)}")
    at = names.index(item)
    new = value if len(steps) == 1 else _with(items[at], steps[1:], value, path)
    return (*items[:at], new, *items[at + 1 :])
