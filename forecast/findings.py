"""What was noticed in the data that limits a forecast, as typed values: the report words them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "warning", "serious"]
SEVERITIES: tuple[Severity, ...] = ("serious", "warning", "note")
EXAMPLES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed about the data.

    Attributes
    ----------
    code : str
        A stable name in snake_case; pages and translations are keyed by it.
    severity : str
        ``note``: good to know; ``warning``: the forecast is less sharp or may lean;
        ``serious``: read no number before this has been looked at.
    count : int
        How many opportunities, rows or fields are concerned.
    examples : tuple of str
        Up to three ids (or values), in the order of the file.
    effect : str
        What it does to the forecast, in plain English.
    action : str
        What was done about it here, or what the user can do.
    """

    code: str
    severity: Severity
    count: int
    examples: tuple[str, ...]
    effect: str
    action: str

    @property
    def message(self) -> str:
        """One plain sentence or two, with the examples."""
        such = f" (for example {', '.join(self.examples)})" if self.examples else ""
        return f"{self.effect}{such}. {self.action}."


def first_examples(values: Iterable[object]) -> tuple[str, ...]:
    """Return the first values as text, as many as a finding shows."""
    shown: list[str] = []
    for value in values:
        shown.append(str(value))
        if len(shown) == EXAMPLES_SHOWN:
            break
    return tuple(shown)


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the gravest first; those of one severity keep their order."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
