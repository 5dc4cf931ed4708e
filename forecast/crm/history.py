"""What files of history tell: every stage that was entered and when, closed stages too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.crm.columns import flag, text_columns
from forecast.crm.dates import parse_dates
from forecast.crm.faults import Faults
from forecast.crm.names import Names
from forecast.crm.sources import Part
from forecast.crm.times import Order
from simulations.tables import TIME, numbered

EMPTY = "(empty)"


def _no_rows(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=TIME if name == "entered" else "str") for name in columns})


@dataclass(frozen=True, slots=True)
class History:
    """The stages that were entered.

    Attributes
    ----------
    moves : DataFrame
        Columns id, stage, entered: every stage entered, closed ones too, by id in the order of time.
    initial : DataFrame
        Columns id, stage: the stage before the first move that is recorded, where a file says it.
    begins : Timestamp
        The earliest record; None where there is none.
    born : DataFrame
        Columns id, entered: when it was created, where a file of changes says so.
    of_changes : bool
        Whether a file tells changes, so that what it does not name has not moved since it was created.
    by_name : bool
        Whether ``id`` holds names of opportunities, because the file has no ids.
    """

    moves: pd.DataFrame = field(default_factory=lambda: _no_rows("id", "stage", "entered"))
    initial: pd.DataFrame = field(default_factory=lambda: _no_rows("id", "stage"))
    begins: pd.Timestamp | None = None
    born: pd.DataFrame = field(default_factory=lambda: _no_rows("id", "entered"))
    of_changes: bool = False
    by_name: bool = False


def history_of(
    parts: Sequence[Part], names: Names, order: Order | None, *, keep_deleted: bool = False
) -> History:
    """Return what all files of history tell together.

    Parameters
    ----------
    parts : sequence of Part
        Of the roles versions, moves and changes.
    names : Names
        Labels behind stage ids.
    order : {'day-first', 'month-first'} or None
    keep_deleted : bool
        Whether rows that the CRM marks as deleted count.

    Raises
    ------
    BadInput
        If a row lacks its opportunity or moment, or a date cannot be read.
    """
    read = [_history(part, names, history_rows(part, order, keep_deleted=keep_deleted)) for part in parts]
    read = [one for one in read if one.begins is not None]
    if len(read) <= 1:
        return read[0] if read else History()
    moves = pd.concat([one.moves for one in read]).drop_duplicates()
    order_of_time = np.lexsort((moves["entered"], pd.factorize(moves["id"])[0]))
    initial = pd.concat([one.initial for one in read]).drop_duplicates("id")
    by_name = any(one.by_name for one in read)
    begins = min(one.begins for one in read if one.begins is not None)
    return History(
        moves.iloc[order_of_time].reset_index(drop=True),
        initial.reset_index(drop=True),
        begins,
        pd.concat([one.born for one in read]).drop_duplicates("id"),
        any(one.of_changes for one in read),
        by_name,
    )


def history_rows(part: Part, order: Order | None, *, keep_deleted: bool = False) -> pd.DataFrame:
    """Return the rows of a file of history, by opportunity in the order of time; meaning -> text, ``when`` a time.

    The index numbers the records of the file. Of rows at the same moment the one that stands first counts as the
    earlier, or the later where the file has the newest rows first. ``code`` numbers the opportunities.

    Raises
    ------
    BadInput
        As `history_of`.
    """
    columns = text_columns(part)
    faults = Faults(part.sheet)
    at = part.layout.columns
    if "deleted" in columns and not keep_deleted:
        gone = flag(columns["deleted"]).eq(other=True)
        columns = {name: text[~gone] for name, text in columns.items()}
    key = "id" if "id" in columns else "name"
    needed = (key, "when") if part.layout.role == "changes" else (key, "when", "stage")
    for name in needed:
        blank = columns[name][columns[name].isna()]
        faults.add(part.sheet.headers[at[name]], blank.fillna(EMPTY), "every row of a history needs it")
    header = part.sheet.headers[at["when"]]
    when = parse_dates({0: columns["when"]}, {0: header}, order, faults).moments[0]
    faults.raise_any()
    rows = pd.DataFrame({**columns, "id": columns[key], "when": when, "code": numbered(columns[key])})
    newest_first = _newest_first(rows)
    if not newest_first and _in_order(rows):
        return rows
    place = np.arange(len(rows))
    sequence = np.lexsort((-place if newest_first else place, rows["when"], rows["code"]))
    return rows.iloc[sequence]


def _in_order(rows: pd.DataFrame) -> bool:
    """Return whether the rows stand by opportunity and time already, so that nothing need be sorted."""
    code, when = rows["code"].to_numpy(), rows["when"].to_numpy()
    later = (code[1:] == code[:-1]) & (when[1:] >= when[:-1])
    return bool(((code[1:] > code[:-1]) | later).all())


def _newest_first(rows: pd.DataFrame) -> bool:
    """Return whether later rows of the file are mostly earlier in time, of one opportunity if they stand together."""
    when, code = rows["when"].to_numpy().astype("int64"), rows["code"].to_numpy()
    step = np.diff(when)
    own = step[np.diff(code) == 0]
    steps = own if own.any() else step
    return bool((steps < 0).sum() > (steps > 0).sum())


def _history(part: Part, names: Names, rows: pd.DataFrame) -> History:
    by_name = "id" not in part.layout.columns
    begins = rows["when"].min() if len(rows) else None
    born = _no_rows("id", "entered")
    if part.layout.role == "changes":
        created = rows[_is_field(rows["field"], part.layout.fields.get("created", ()))].drop_duplicates(
            "code"
        )
        born = created[["id", "when"]].rename(columns={"when": "entered"})
        rows = rows[_is_field(rows["field"], part.layout.fields.get("stage", ()))]
        rows = rows.rename(columns={"after": "stage"})
        rows = rows[rows["stage"].notna()]
    rows = rows.assign(stage=names.stage(rows["stage"]))
    if "before" in rows:
        rows = rows.assign(before=names.stage(rows["before"]))
    if part.layout.role == "moves":
        again, initial = _repeated(rows), _no_rows("id", "stage")
        moved = rows[~again] if again.any() else rows
    else:
        moved, initial = _moves(rows)
    moves = moved[["id", "stage", "when"]].rename(columns={"when": "entered"}).reset_index(drop=True)
    return History(
        moves, initial.reset_index(drop=True), begins, born, part.layout.role == "changes", by_name
    )


def _repeated(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which rows tell of one opportunity, stage and moment what a row before them told; they stand in order."""
    code, when = rows["code"].to_numpy(), rows["when"].to_numpy()
    at_once = np.append(False, (code[1:] == code[:-1]) & (when[1:] == when[:-1]))[: len(rows)]
    if not at_once.any():
        return at_once
    codes = pd.DataFrame({"code": code, "stage": pd.factorize(rows["stage"])[0], "when": when})
    return codes.duplicated().to_numpy()


def _is_field(fields: pd.Series, names: Sequence[str]) -> pd.Series:
    found: pd.Series = fields.str.casefold().str.replace("_", " ").isin(names)
    return found


def _moves(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows in which a stage was entered, and the stage before the first of them where it is told.

    A row that repeats the stage of the row before is no move: a version is also written for a change of the amount.
    """
    first = rows["code"] != rows["code"].shift()
    stays = ~first & (rows["stage"] == rows["stage"].shift())
    if "before" not in rows:
        return rows[~stays], _no_rows("id", "stage")
    told = first & rows["before"].notna()
    initial = rows.loc[told, ["id", "before"]].rename(columns={"before": "stage"})
    unmoved = told & (rows["before"] == rows["stage"])
    return rows[~stays & ~unmoved], initial
