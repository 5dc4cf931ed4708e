"""The default scenario written out as YAML, with the meaning, range, grade and source of every number beside it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulations.scenario.model import Custom, QuarterEnd, Reactive, Sawtooth, Scenario

WIDTH = 100
HEADER = """\
# A scenario of Pipecast: a sales team, its customers and its market.
# What is left out keeps the value shown here; only a stage must always give its hours, days and chance.
# Check a changed file with `pipecast scenario check FILE`. Units stand in the names.
# Behind a number: the plausible range, the grade and the source. Grades: A peer-reviewed or official,
# B a vendor's own data, C a report quoted second-hand, D inference, assumed: chosen, for the reason given.
"""
#: Cadences other than the default's, shown as comments.
OTHERS = (Sawtooth(), Reactive(), QuarterEnd(), Custom(hours_by_week=(15, 15, 0)))
CHANGES = """\
# From a Monday of the year on, other values:
#   - start: 2026-07-06
#     prospecting_hours_per_week: 6
#     advance_probability: {Discovery: 0.5}
#     values: {"sources.prospecting.leads_per_hour": 0.2, "stages[Proposal].reply_days": 25}
# Opportunities that are open when the run begins, in place of a warm-up:
# open_deals:
#   - {stage: Proposal, amount: 18000, age_days: 40, days_in_stage: 12, days_waited: 3}
"""


def scenario_template() -> str:
    """Return the default scenario as a commented file, which reads back to the default."""
    lines = _part(Scenario(), 0, commented=True)
    return HEADER + "".join(f"{line}\n" for line in lines) + CHANGES


def _other_cadences() -> Iterator[str]:
    yield "# Other cadences:"
    for cadence in OTHERS:
        yield f"# {_summary(cadence)}"
        yield from (f"#   {line}" for line in _part(cadence, 0, commented=False))


def _part(part: BaseModel, depth: int, *, commented: bool) -> Iterator[str]:
    pad = "  " * depth
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        if commented:
            yield from [""] * (depth == 0)
            yield from _comment(value, info, pad)
        if isinstance(value, BaseModel):
            yield f"{pad}{name}:"
            yield from _part(value, depth + 1, commented=commented)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            yield f"{pad}{name}:"
            yield from _items(value, depth + 1, commented=commented)
        else:
            yield f"{pad}{name}: {_written(value)}"
        if commented and name == "cadence":
            yield from _other_cadences()


def _items(items: tuple[BaseModel, ...], depth: int, *, commented: bool) -> Iterator[str]:
    """Write a list; only its first item carries comments, the others have the same fields."""
    for index, item in enumerate(items):
        first = True
        for line in _part(item, depth + 1, commented=commented and index == 0):
            starts = first and not line.lstrip().startswith("#")
            yield f"{line[: 2 * depth]}- {line[2 * depth + 2 :]}" if starts else line
            first = first and not starts


def _comment(value: object, info: FieldInfo, pad: str) -> Iterator[str]:
    said = info.description or (_summary(value) if isinstance(value, BaseModel) else "")
    extra = info.json_schema_extra
    if isinstance(extra, dict) and isinstance(extra.get("evidence"), dict):
        evidence: Any = extra["evidence"]
        said += f". {evidence['low']:g} to {evidence['high']:g}; {evidence['grade']}: {evidence['source']}"
    for line in textwrap.wrap(said, WIDTH - len(pad)):
        yield f"{pad}# {line}"


def _summary(part: BaseModel) -> str:
    return (type(part).__doc__ or "").partition("\n")[0].replace("``", "")


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
