"""The proposal: what every column of a file is, what must be accepted, and what stays open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forecast.crm.mapping import BECOMES, HistoryFile, Mapping, OwnersFile, Words
from forecast.crm.outcome_words import OUTCOMES, outcome_of_word
from forecast.crm.outcomes import outcome_of_stage
from forecast.crm.proposal.beside import history_beside, owners_beside
from forecast.crm.proposal.guess import Guess, guesses
from forecast.crm.proposal.profile import Profile, profiles
from forecast.crm.reading import Reading, read_crm
from forecast.crm.recognition import REQUIRED, shape_of, whole
from forecast.crm.sheet import Sheet, read_sheet
from forecast.crm.sources import SUFFIXES
from forecast.crm.times import Order
from simulations.errors import BadInput, Problem

_ACCEPTABLE = re.compile(r"`(\w+)` under `accept:`")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to be confirmed.

    Attributes
    ----------
    file : str
        The file of the opportunities.
    rows : int
    mapping : Mapping
        Its other files are named as they were given.
    guesses : tuple of Guess
        Column by column, for files of no known CRM.
    ignored : tuple of str
        Headers that are nothing of a reading.
    open : tuple of str
        Questions that only the user can answer.
    problems : tuple of Problem
        Why the file cannot be read with it; empty where it can.
    reading : Reading or None
        What the mapping reads; None where it cannot.
    """

    file: str
    rows: int
    mapping: Mapping
    guesses: tuple[Guess, ...] = ()
    ignored: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    reading: Reading | None = None


def propose(
    paths: Sequence[Path],
    *,
    day_first: bool | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Proposal:
    """Return the mapping that names and contents of some files suggest.

    Parameters
    ----------
    paths : sequence of Path
        Files that belong together; folders stand for the tables in them.
    day_first : bool, optional
        Whether 1/2/2026 is the first of February.
    encoding : str, optional
        Of files that are not UTF-8.
    sheet : str, optional
        Of a workbook with several tables.

    Raises
    ------
    BadInput
        If a file cannot be read as a table.
    """
    order: Order | None = None if day_first is None else "day-first" if day_first else "month-first"
    told = {"encoding": encoding, "sheet": sheet, "dates": order}
    base = Mapping().model_copy(update={key: value for key, value in told.items() if value is not None})
    files = [file for path in paths for file in _files(path)]
    sheets = [read_sheet(file, encoding, sheet) for file in files]
    known = next((one for one in sheets if _recognised(one)), None)
    if known is not None:
        words = _words_of_known(known)
        return _accepting(Proposal(known.file, len(known.rows), base.model_copy(update=words)), paths)
    main, whole = max(
        ((one, guesses(one, profiles(one), order)) for one in sheets), key=lambda pair: _completeness(pair[1])
    )
    return _accepting(_of_unknown(main, whole, sheets, base), [Path(main.file)])


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [file for file in sorted(path.iterdir()) if file.suffix.casefold() in SUFFIXES]


def _recognised(sheet: Sheet) -> bool:
    shape = shape_of(sheet.headers)
    if shape is None:
        return False
    return shape.role in ("versions", "changes") or (
        shape.role == "opportunities" and whole(shape.columns(sheet.headers))
    )


def _completeness(found: Sequence[Guess]) -> tuple[int, int]:
    meanings = {guess.meaning for guess in found}
    return sum(any(choice in meanings for choice in choices) for choices in REQUIRED), len(meanings)


def _of_unknown(main: Sheet, found: Sequence[Guess], sheets: Sequence[Sheet], base: Mapping) -> Proposal:
    columns = {guess.meaning: guess.column.header for guess in found}
    update: dict[str, object] = {"columns": columns, **_outcome_words(found)}
    others = [sheet for sheet in sheets if sheet is not main]
    by_meaning = {guess.meaning: guess.column for guess in found}
    history = history_beside(by_meaning, others, base.dates)
    owners = owners_beside(by_meaning, others)
    if history is not None:
        update["stage_history"] = HistoryFile.model_validate(history)
    if owners is not None:
        update["owners"] = OwnersFile.model_validate(owners)
    taken = {guess.column.header for guess in found}
    return Proposal(
        main.file,
        len(main.rows),
        base.model_copy(update=update),
        tuple(found),
        tuple(header for header in main.headers if header and header not in taken),
        tuple(_questions(found)),
    )


def _outcome_words(found: Sequence[Guess]) -> dict[str, Any]:
    """Return the words of outcomes that the readers do not know by themselves."""
    by_meaning = {guess.meaning: guess.column for guess in found}
    update: dict[str, Any] = {}
    if "status" in by_meaning:
        known = Words()
        words = _by_outcome(by_meaning["status"], lower=True)
        added = {name: tuple(dict.fromkeys([*getattr(known, name), *words[name]])) for name in OUTCOMES}
        update["status"] = Words.model_validate(added)
    elif "stage" in by_meaning:
        words = _by_outcome(by_meaning["stage"], lower=False)
        update |= {
            f"{name}_stages": tuple(words[name]) for name in ("won", "lost", "disqualified") if words[name]
        }
    return update


def _words_of_known(sheet: Sheet) -> dict[str, object]:
    """Return the words of outcomes in another language than English, of opportunities of a CRM that is recognised."""
    shape = shape_of(sheet.headers)
    at = {} if shape is None or shape.role != "opportunities" else shape.columns(sheet.headers)
    if {"is_closed", "is_won"} <= set(at):
        return {}
    meaning = "status" if "status" in at else "stage"
    columns = [column for column in profiles(sheet) if column.position == at.get(meaning)]
    told = _outcome_words([Guess(meaning, column, "") for column in columns])
    known = Mapping()
    if meaning == "status":
        return {} if told.get("status") == known.status else told
    unclear = {
        value for column in columns for value in column.different if outcome_of_stage(value, known) is None
    }
    kept = {key: tuple(word for word in words if word in unclear) for key, words in told.items()}
    return {key: words for key, words in kept.items() if words}


def _by_outcome(column: Profile, *, lower: bool) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for value in column.different:
        outcome = outcome_of_word(value)
        if outcome is not None:
            words[outcome].append(value.casefold() if lower else value)
    return words


def _questions(found: Sequence[Guess]) -> list[str]:
    meanings = {guess.meaning for guess in found}
    asked = [
        f"which column is {' or '.join(choices)}? None fits by its name and its contents"
        for choices in REQUIRED
        if not any(choice in meanings for choice in choices)
    ]
    if "amount" not in meanings:
        asked.append(
            "which column is the amount? None fits by its name and its contents, and without it only deals are counted"
        )
    asked += [
        f"is {guess.meaning} really {guess.column.header!r}? {', '.join(map(repr, guess.rivals))} fits as well"
        for guess in found
        if guess.rivals
    ]
    return asked


def _accepting(proposal: Proposal, paths: Sequence[Path]) -> Proposal:
    """Return the proposal with what must be accepted for it to read the files, or with what stands in the way."""
    mapping = proposal.mapping
    for _ in range(len(BECOMES) + 1):
        try:
            reading = read_crm(paths, mapping=mapping)
        except BadInput as error:
            asked = [name for problem in error.problems for name in _ACCEPTABLE.findall(problem.allowed)]
            more = [name for name in dict.fromkeys(asked) if name in BECOMES and name not in mapping.accept]
            if not more:
                return replace(proposal, mapping=mapping, problems=error.problems)
            mapping = mapping.model_copy(update={"accept": (*mapping.accept, *more)})
        else:
            still_open = (*proposal.open, *_order_of_stages(reading))
            return replace(proposal, mapping=mapping, reading=reading, open=still_open)
    return replace(proposal, mapping=mapping)


def _order_of_stages(reading: Reading) -> tuple[str, ...]:
    """Return a question where neither a history nor probabilities show in which order the stages stand."""
    tables = reading.tables
    shown = len(tables.stage_history) or tables.opportunities["probability"].notna().any()
    if shown or len(tables.stages) <= 1:
        return ()
    named = ", ".join(tables.stages)
    return (
        f"in which order do the stages stand? Nothing shows it; write `stages: [{named}]` in their order",
    )
