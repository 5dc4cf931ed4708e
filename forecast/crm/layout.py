"""Which column of an export is which: what a CRM's module says after looking at the headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: What a column can be, beyond the columns of the opportunities table.
#: ``close``: expected while open, actual when closed; ``won``, ``lost``: when it was won, lost;
#: ``status``: a word that says open, won or lost; ``is_closed``, ``is_won``: yes or no;
#: ``modified``: last change of the record.
MORE_COLUMNS = ("close", "won", "lost", "status", "is_closed", "is_won", "modified")
DATES = ("created", "close", "closed", "won", "lost", "expected_close", "next_step", "modified")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "\u2019": "'", "\u2018": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Layout:
    """One export's columns.

    Attributes
    ----------
    shape : str
        Name of the shape, for the user ("HubSpot deals").
    columns : mapping of str to int
        Meaning (a column of the opportunities table or one of `MORE_COLUMNS`) -> position.
    entered : mapping of str to int
        Stage, or ``Stage (Pipeline)`` -> position of the column that says when it was entered.
    wanted : mapping of str to str
        Meaning -> the header under which this CRM exports it, to name what is missing.
    """

    shape: str
    columns: Mapping[str, int]
    entered: Mapping[str, int] = field(default_factory=dict)
    wanted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one CRM names its columns.

    Attributes
    ----------
    shape : str
    names : mapping of str to tuple of str
        Meaning -> headers (lower case, plain quotes), the usual one first.
    prefixes : str
        A pattern that is cut from the front of a header before it is looked up.
    telling : frozenset of str
        Headers that no other CRM uses; one of them decides.
    """

    shape: str
    names: Mapping[str, tuple[str, ...]]
    prefixes: str = ""
    telling: frozenset[str] = frozenset()

    def plain(self, header: str) -> str:
        """Return a header as it is looked up."""
        bare = re.sub(self.prefixes, "", plain_header(header)) if self.prefixes else plain_header(header)
        return bare.strip()

    def score(self, headers: Sequence[str]) -> int:
        """Return how many headers this CRM knows; those that only it uses count ten."""
        known = {name for names in self.names.values() for name in names}
        found = {self.plain(header) for header in headers} & known
        told = {plain_header(header) for header in headers} & self.telling
        return len(found) + 10 * len(told)

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

    def wanted(self) -> dict[str, str]:
        """Return meaning -> the usual header, as a user would write it."""
        return {meaning: names[0].title() for meaning, names in self.names.items()}


def straight(header: str) -> str:
    """Return a header with straight quotes and plain blanks."""
    return header.translate(_QUOTES)


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
