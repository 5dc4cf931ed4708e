"""How a default says where it comes from: source, range, grade."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import Field

Grade = Literal["A", "B", "C", "D", "assumed"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a default comes from.

    Attributes
    ----------
    grade : str
        A: peer-reviewed or official; B: a vendor's own data; C: a report quoted second-hand;
        D: inference or arithmetic; assumed: chosen by us, with a reason.
    source : str
        Name and year of the source; for an assumed value, the reason.
    low, high : float
        The plausible range, in the unit of the field.
    """

    grade: Grade
    source: str
    low: float
    high: float


def quantity(
    default: float | tuple[float, ...] | None, evidence: Evidence, description: str, **bounds: Any
) -> Any:
    """Return a field whose default carries its evidence, for `scenario explain` and the JSON Schema."""
    return Field(default, description=description, json_schema_extra={"evidence": asdict(evidence)}, **bounds)


def assumed(
    default: float | tuple[float, ...],
    low: float,
    high: float,
    reason: str,
    description: str,
    **bounds: Any,
) -> Any:
    """Return a field graded *assumed*: no source was found, so the range and the reason are shown."""
    return quantity(default, Evidence("assumed", reason, low, high), description, **bounds)


def required(evidence: Evidence, description: str, **bounds: Any) -> Any:
    """Return a field without a default that still says what is plausible for it."""
    return Field(description=description, json_schema_extra={"evidence": asdict(evidence)}, **bounds)
