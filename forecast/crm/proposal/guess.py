"""Which column is what: every meaning asks for the column whose name and contents fit it best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from forecast.crm.dates import parse_dates
from forecast.crm.faults import Faults
from forecast.crm.outcome_words import outcome_of_word
from forecast.crm.proposal.profile import Profile
from forecast.crm.proposal.words import HEADERS, fit
from forecast.crm.sheet import Sheet
from forecast.crm.times import Order

#: Different values that a stage, a status, a pipeline may have.
MOST_STAGES, MOST_STATES, MOST_PIPELINES = 60, 12, 30
#: Share of the rows on which one date must not lie before another.
ALWAYS = 0.999
#: Share of the best fit from which another column is asked about.
RIVAL = 0.9
CODE = 3
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Guess:
    """A column for a meaning.

    Attributes
    ----------
    meaning : str
    column : Profile
    why : str
        In words, for the user who confirms it.
    rivals : tuple of str
        Headers that fit as well.
    """

    meaning: str
    column: Profile
    why: str
    rivals: tuple[str, ...] = ()


def _key(column: Profile) -> bool:
    return column.is_key


def _date(column: Profile) -> bool:
    return column.kind == "date"


def _states(column: Profile) -> bool:
    told = [outcome_of_word(value) for value in column.different[: MOST_STATES + 1]]
    return 0 < len(told) <= MOST_STATES and all(told)


def _stages(column: Profile) -> bool:
    return column.kind in ("word", "text", "number") and 1 <= column.distinct <= MOST_STAGES


def _number(column: Profile) -> bool:
    return column.kind == "number"


def _codes(column: Profile) -> bool:
    return column.kind == "word" and all(len(value) == CODE and value.isalpha() for value in column.different)


def _share(column: Profile) -> bool:
    bare = column.cells.dropna().str.replace(r"[\s%]", "", regex=True).str.replace(",", ".", regex=False)
    return column.kind in ("number", "flag") and bool(
        pd.to_numeric(bare, errors="coerce").between(0, PERCENT).all()
    )


def _words(column: Profile) -> bool:
    return column.kind in ("word", "text")


def _few(column: Profile) -> bool:
    return column.kind == "word" and column.distinct <= MOST_PIPELINES


def _flags(column: Profile) -> bool:
    return column.kind == "flag"


#: Meaning -> what its cells must be; in the order in which meanings choose.
CONTENTS: Mapping[str, Callable[[Profile], bool]] = MappingProxyType(
    {
        "id": _key,
        "status": _states,
        "stage": _stages,
        "expected_close": _date,
        "close": _date,
        "created": _date,
        "won": _date,
        "lost": _date,
        "next_step": _date,
        "modified": _date,
        "probability": _share,
        "amount": _number,
        "currency": _codes,
        "pipeline": _few,
        "owner": _words,
        "manager": _words,
        "team": _words,
        "source": _words,
        "product": _words,
        "name": _words,
        "deleted": _flags,
    }
)


def guesses(sheet: Sheet, columns: Sequence[Profile], order: Order | None) -> list[Guess]:
    """Return a column for each meaning that has one: by name and contents, where names say nothing by contents alone.

    Parameters
    ----------
    sheet : Sheet
    columns : sequence of Profile
    order : {'day-first', 'month-first'} or None
        Of dates such as 1/2/2026.
    """
    found: dict[str, Guess] = {}
    for meaning, holds in CONTENTS.items():
        taken = {guess.column.position for guess in found.values()}
        free = [column for column in columns if column.position not in taken and column.filled]
        guess = _by_name(meaning, [column for column in free if holds(column)])
        if guess is not None:
            found[meaning] = guess
    taken = {guess.column.position for guess in found.values()}
    free = [column for column in columns if column.position not in taken and column.filled]
    found |= _by_contents(sheet, free, found, order)
    return list(found.values())


def _by_name(meaning: str, columns: Sequence[Profile]) -> Guess | None:
    scored = [(fit(column.header, HEADERS[meaning]), column) for column in columns]
    best = max((score for score, _ in scored), default=0.0)
    if best <= 0:
        return None
    ranked = sorted(scored, key=lambda pair: -pair[0])
    first, *others = [column for score, column in ranked if score >= RIVAL * best]
    return Guess(meaning, first, f"by its name; {_held(first)}", tuple(column.header for column in others))


def _held(column: Profile) -> str:
    """Return what a column holds, in words."""
    count = len(column.cells)
    empty = "" if column.filled == count else f", {count - column.filled:,} of {count:,} empty"
    if column.is_key:
        return "never empty, never twice"
    kinds = {"date": "dates", "number": "numbers", "flag": "yes or no", "word": "words", "text": "texts"}
    many = f"{column.distinct:,} different {kinds.get(column.kind, 'values')}"
    return f"{many if column.distinct > 1 else 'always the same'}{empty}"


def _by_contents(
    sheet: Sheet, free: Sequence[Profile], found: dict[str, Guess], order: Order | None
) -> dict[str, Guess]:
    """Return guesses that contents alone allow: a key, words of outcomes, the dates of what is closed, and those before them."""
    more: dict[str, Guess] = {}
    if "id" not in found:
        keys = [column for column in free if column.is_key and column.kind != "date"]
        more |= _only("id", keys, _held)
    if "status" not in found and "stage" not in found:
        states = [column for column in free if _states(column)]
        more |= _only("status", states, lambda _: "words for open, won and lost")
    dates = [column for column in free if column.kind == "date"]
    status = (found | more).get("status")
    if status is not None and not {"close", "won"} & set(found):
        ended = _is_ended(status.column)
        filled = [column for column in dates if column.cells.notna().equals(ended)]
        more |= _only("close", filled, lambda _: "dates of what is closed and of nothing else")
    close = (found | more).get("close")
    if close is not None and "created" not in found:
        others = [column for column in dates if column is not close.column]
        earlier = [column for column in others if _before(sheet, column, close.column, order)]
        after = f"dates that never lie after {close.column.header}"
        more |= _only("created", earlier, lambda column: f"{after}; {_held(column)}")
    return more


def _only(meaning: str, columns: Sequence[Profile], held: Callable[[Profile], str]) -> dict[str, Guess]:
    """Return the guess that a meaning is the only one of some columns; none where there are several."""
    if len(columns) != 1:
        return {}
    return {meaning: Guess(meaning, columns[0], f"by its contents: {held(columns[0])}")}


def _is_ended(status: Profile) -> pd.Series:
    """Return on which rows a status says that the opportunity is closed."""
    ended = {value for value in status.different if outcome_of_word(value) not in ("open", None)}
    return status.cells.isin(ended)


def _before(sheet: Sheet, column: Profile, other: Profile, order: Order | None) -> bool:
    """Return whether the dates of a column (nearly) never lie after those of the other on the same row."""
    faults = Faults(sheet)
    both = {0: column.cells, 1: other.cells}
    moments = parse_dates(both, {0: column.header, 1: other.header}, order, faults).moments
    gap = (moments[1] - moments[0]).dropna()
    return bool(len(gap)) and bool((gap >= pd.Timedelta(0)).mean() >= ALWAYS)
