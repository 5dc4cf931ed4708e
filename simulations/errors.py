"""What is said when an input cannot be used: where, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: What a problem names in place of a file where a parameter of a call is wrong.
CALL = "the call"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one place of one input.

    Attributes
    ----------
    file : str
        The file as the user named it.
    where : str
        Line, row or column, in words ("line 12, column 3"); empty where the whole file is meant.
    field : str
        The column or key; empty where none can be named.
    value : str
        What was found, as written.
    allowed : str
        What would be accepted, and what to do next.
    """

    file: str
    where: str
    field: str
    value: str
    allowed: str

    def __str__(self) -> str:
        """One line that a user can act on."""
        place = ", ".join(part for part in (self.file, self.where, self.field) if part)
        found = f"found {self.value!r}; " if self.value else ""
        return f"{place}: {found}{self.allowed}"


class BadInput(Exception):
    """An input gives no number. Carries every problem that was found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        # What an exception is made anew from: by SimPy, and on the way out of another process.
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return a line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)


def call_refused(parameter: str, value: object, allowed: str) -> BadInput:
    """Return the refusal of a call, by the parameter that is wrong.

    Parameters
    ----------
    parameter : str
        Its name.
    value : object
        What was given; empty text where nothing was.
    allowed : str
        What would be accepted, and what to do next.

    Examples
    --------
    >>> print(call_refused("days", 0, "must be above 0"))
    the call, days: found '0'; must be above 0
    """
    return BadInput([Problem(CALL, "", parameter, str(value), allowed)])
