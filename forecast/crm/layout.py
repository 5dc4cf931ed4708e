"""Which column of a file is which, and what the file is: what a CRM's module says after looking at the headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

#: What one file can be to the others.
#: ``opportunities``: a row each. ``versions``: a row for each time one was changed, with its state.
#: ``moves``: a row for each stage entered. ``changes``: a row for each change of any field.
#: ``stages``, ``pipelines``, ``owners``, ``teams``, ``members``: names behind ids, and who belongs where.
#: ``merges``: which opportunity was merged into which.
Role = Literal[
    "opportunities", "versions", "moves", "changes",
    "stages", "pipelines", "owners", "teams", "members", "merges",
]  # fmt: skip
#: What a column can be, beyond the columns of the opportunities table.
#: ``close``: expected while open, actual when closed; ``won``, ``lost``: when it was won, lost;
#: ``status``: a word that says open, won or lost; ``is_closed``, ``is_won``, ``deleted``: yes or no;
#: ``modified``: last change of the record; ``last_activity``: of any kind, with the customer; ``booked``: the amount if won; ``converted``: the amount in the
#: company's currency, ``company_currency``: which one; ``merged``: ids merged into it; ``manager``, ``team``: of its owner.
MORE_COLUMNS = (
    *("close", "won", "lost", "status", "is_closed", "is_won", "deleted", "modified", "last_activity"),
    *("booked", "converted", "company_currency", "merged", "manager", "team"),
)
DATES = (
    *("created", "close", "closed", "won", "lost", "expected_close", "next_step", "modified"),
    "last_activity",
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "\u2019": "'", "\u2018": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Layout:
    """One file's columns.

    Attributes
    ----------
    shape : str
        Name of the shape, for the user ("HubSpot deals").
    columns : mapping of str to int
        Meaning (for opportunities: a column of their table or one of `MORE_COLUMNS`) -> position.
    entered : mapping of str to int
        Stage, or ``Stage (Pipeline)`` -> position of the column that says when it was entered.
    wanted : mapping of str to str
        Meaning -> the header under which this CRM exports it, to name what is missing.
    role : Role
    fields : mapping of str to tuple of str
        For changes: what changed (stage, owner, created, status, lost_reason) -> names of the field.
    verified : bool
        Whether a real file of this shape was ever read; else its headers come from documents.
    """

    shape: str
    columns: Mapping[str, int]
    entered: Mapping[str, int] = field(default_factory=dict)
    wanted: Mapping[str, str] = field(default_factory=dict)
    role: Role = "opportunities"
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of file of one CRM names its columns.

    Attributes
    ----------
    name : str
        For the user.
    names : mapping of str to tuple of str
        Meaning -> headers as `Shape.plain` writes them, the usual one first.
    role : Role
    prefixes : str
        A pattern that is cut from the front of a header before it is looked up.
    telling : frozenset of str
        Headers (lower case, otherwise as written) that no other CRM uses; one of them decides. For opportunities.
    needs : tuple of str
        Meanings that must all be there for a file to be of this shape. For the other roles.
    without : frozenset of str
        Headers that a file of this shape does not have. For the other roles.
    entered : str
        A pattern of headers of which the group ``stage`` is a stage, and the column says when it was entered.
    usual_prefix : str
        What stands before the headers of this CRM, for messages.
    fields : mapping of str to tuple of str
        As in `Layout`.
    verified : bool
    """

    name: str
    names: Mapping[str, tuple[str, ...]]
    role: Role = "opportunities"
    prefixes: str = ""
    telling: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    entered: str = ""
    usual_prefix: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verified: bool = True

    def plain(self, header: str) -> str:
        """Return a header as it is looked up: lower case, blanks for underscores, without the prefix."""
        bare = plain_header(header).replace("_", " ")
        return (re.sub(self.prefixes, "", bare) if self.prefixes else bare).strip()

    def score(self, headers: Sequence[str]) -> int:
        """Return how many headers this CRM knows; those that only it uses count ten."""
        known = {name for names in self.names.values() for name in names}
        found = {self.plain(header) for header in headers} & known
        return len(found) + 10 * self.told(headers)

    def told(self, headers: Sequence[str]) -> int:
        """Return how many headers only this CRM uses."""
        return len({plain_header(header) for header in headers} & self.telling)

    def fits(self, headers: Sequence[str]) -> bool:
        """Return whether all that this shape needs is there, and nothing that it never has."""
        there = {self.plain(header) for header in headers}
        return set(self.needs) <= set(self.columns(headers)) and not there & self.without

    def columns(self, headers: Sequence[str]) -> dict[str, int]:
        """Return meaning -> position; of headers that stand twice the first counts."""
        at: dict[str, int] = {}
        for position, header in enumerate(headers):
            at.setdefault(self.plain(header), position)
        return {
            meaning: next(at[name] for name in names if name in at)
            for meaning, names in self.names.items()
            if any(name in at for name in names)
        }

    def stage_columns(self, headers: Sequence[str]) -> dict[str, int]:
        """Return the stage, or ``Stage (Pipeline)`` -> position of the column that says when it was entered."""
        labels: dict[str, int] = {}
        if self.entered:
            for position, header in enumerate(headers):
                found = re.match(self.entered, straight(header).strip(), re.IGNORECASE)
                if found:
                    labels.setdefault(found["stage"].strip(), position)
        return labels

    def wanted(self) -> dict[str, str]:
        """Return meaning -> the usual header, as a user would write it."""
        return {meaning: self.usual_prefix + names[0].title() for meaning, names in self.names.items()}

    def layout(self, headers: Sequence[str]) -> Layout:
        """Return which column is which."""
        columns, entered = self.columns(headers), self.stage_columns(headers)
        return Layout(self.name, columns, entered, self.wanted(), self.role, self.fields, self.verified)


def straight(header: str) -> str:
    """Return a header with straight quotes and plain blanks."""
    return header.translate(_QUOTES)


@lru_cache(maxsize=10_000)  # every shape asks for every header
def plain_header(header: str) -> str:
    """Return a header in lower case, with straight quotes, single blanks and no required-mark."""
    return re.sub(r"\s+", " ", straight(header)).strip().rstrip("*").strip().casefold()


def stages_of_pipeline(entered: Mapping[str, int], pipeline: str) -> dict[str, int]:
    """Return stage -> position for the labels ``Stage (Pipeline)`` of one pipeline.

    Parameters
    ----------
    entered : mapping of str to int
        Label -> position.
    pipeline : str
        Its name; where it is empty, the one that all labels carry.

    Notes
    -----
    Labels that name no pipeline are taken whole; where none names this pipeline, all are:
    a stage may have parentheses in its own name.
    """
    named = {_in_parentheses(label) for label in entered}
    if not pipeline and len(named) == 1:
        pipeline = named.pop()
    suffix = f" ({pipeline})"
    mine = {label.removesuffix(suffix): at for label, at in entered.items() if label.endswith(suffix)}
    bare = {label: at for label, at in entered.items() if not label.endswith(")")}
    return {**mine, **bare} if mine else dict(entered)


def _in_parentheses(label: str) -> str:
    """Return what the last balanced parentheses at the end of a label hold; empty where there are none."""
    depth = 0
    for at in range(len(label) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(label[at], 0)
        if depth == 0:
            return label[at + 1 : -1] if label[at] == "(" else ""
    return ""
