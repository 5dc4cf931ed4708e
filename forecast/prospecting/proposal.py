"""Which column of a table of records is what: proposed from names and contents, for its owner to confirm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from forecast.crm.proposal.profile import Profile, profiles
from forecast.crm.proposal.words import fit
from forecast.crm.sheet import read_sheet
from forecast.prospecting.headers import MEASURES, RECORDS
from forecast.prospecting.mapping import RecordsMapping
from forecast.prospecting.record_file import record_columns
from forecast.source_kinds import kind_of

#: Different values that a column of kinds may have.
MOST_KINDS = 60
#: Share of the cells that must be a duration such as 1:30.
MOSTLY = 0.95
_CLOCK = r"\d{1,3}:[0-5]\d(?::[0-5]\d)?|(?=\d)(?:\d{1,3} ?h)? ?(?:\d{1,3} ?m(?:in)?)?"


@dataclass(frozen=True, slots=True)
class RecordsProposal:
    """A mapping to be confirmed.

    Attributes
    ----------
    file : str
    mapping : RecordsMapping
    reasons : mapping of str to str
        Meaning -> why that column.
    open : tuple of str
        Questions that only the user can answer.
    """

    file: str
    mapping: RecordsMapping
    reasons: Mapping[str, str]
    open: tuple[str, ...]


def _amount(column: Profile) -> bool:
    given = column.cells.dropna()
    clock = bool(len(given)) and bool(given.str.fullmatch(_CLOCK).mean() >= MOSTLY)
    return column.kind in ("number", "flag") or clock


def _words(column: Profile) -> bool:
    return column.kind in ("word", "text")


#: Meaning -> what its cells must be; in the order in which meanings choose.
CONTENTS: Mapping[str, Callable[[Profile], bool]] = MappingProxyType(
    {
        "day": lambda column: column.kind == "date" and column.filled == len(column.cells),
        "minutes": _amount,
        "hours": _amount,
        **dict.fromkeys(("touches", "conversations", "meetings"), _amount),
        "owner": _words,
        "kind": lambda column: _words(column) and column.distinct <= MOST_KINDS,
    }
)


def propose_records(path: Path, encoding: str | None = None) -> RecordsProposal:
    """Return the mapping that names and contents of a table suggest.

    Parameters
    ----------
    path : Path
    encoding : str, optional

    Raises
    ------
    BadInput
        The file cannot be read as a table.
    """
    sheet = read_sheet(path, encoding)
    known = record_columns(sheet, RecordsMapping(encoding=encoding))
    columns: dict[str, str] = {}
    reasons: dict[str, str] = {}
    taken: set[int] = set()
    every = profiles(sheet)
    for meaning, holds in CONTENTS.items():
        free = [
            column for column in every if column.position not in taken and column.filled and holds(column)
        ]
        best = max(free, key=lambda column: _fit(column, meaning, known), default=None)
        if best is None or _fit(best, meaning, known) <= 0:
            best = free[0] if meaning == "day" and len(free) == 1 else None
        if best is not None:
            taken.add(best.position)
            columns[meaning] = best.header
            by = "by its name" if _fit(best, meaning, known) > 0 else "the only column of dates"
            reasons[meaning] = f"{by}: {', '.join(best.examples)}"
    kinds = _kinds(next((one for one in every if one.header == columns.get("kind")), None))
    if not kinds:
        columns.pop("kind", None)
    mapping = RecordsMapping(columns=columns, kinds=kinds, encoding=encoding)
    return RecordsProposal(sheet.file, mapping, reasons, tuple(_questions(columns)))


def _fit(column: Profile, meaning: str, known: Mapping[str, int]) -> float:
    exact = 2.0 if known.get(meaning) == column.position else 0.0
    return max(exact, fit(column.header, RECORDS[meaning]))


def _kinds(column: Profile | None) -> tuple[str, ...]:
    """Return the kinds that are prospecting by their name."""
    if column is None:
        return ()
    return tuple(kind for kind in column.different if kind_of(kind) == "prospecting")


def _questions(columns: Mapping[str, str]) -> list[str]:
    asked = []
    if "day" not in columns:
        asked.append("which column is the day? None holds dates only")
    if not {*MEASURES, "minutes"} & set(columns):
        asked.append(
            "which column is hours, minutes, touches, conversations or meetings? None fits by its name"
        )
    if "owner" not in columns:
        asked.append("whose records are these? Name a column `owner`, or give the file as OWNER=FILE")
    return asked


def records_proposal_text(proposal: RecordsProposal) -> str:
    """Return a proposal as a mapping file: YAML with the reasons beside each line."""
    import json

    lines = [
        f"# Proposed by `pipecast prospecting --propose` for {Path(proposal.file).name}.",
        "# Check every line: what stands here decides what is read. Then give it with --records-mapping.",
        *(f"# OPEN: {question}." for question in proposal.open),
    ]
    mapping = proposal.mapping
    if mapping.columns:
        lines.append("columns:")
        for meaning, header in mapping.columns.items():
            reason = " ".join(proposal.reasons[meaning].split())
            lines.append(f"  {meaning}: {json.dumps(header, ensure_ascii=False)}  # {reason}")
    if mapping.kinds:
        lines.append(f"kinds: {json.dumps(list(mapping.kinds), ensure_ascii=False)}")
    if mapping.encoding:
        lines.append(f"encoding: {mapping.encoding}")
    return "\n".join([*lines, *([] if mapping.columns else ["{}"])]) + "\n"
