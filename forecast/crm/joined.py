"""The history of the opportunities that are read: its ids made theirs, its stages split into open and closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.crm.cells import Cells
from forecast.crm.faults import listed
from forecast.crm.history import History
from forecast.crm.outcomes import meanings
from forecast.findings import first_examples
from simulations.errors import BadInput, Problem
from simulations.tables import OPEN, TIME, among, begins_anew, looked_up, positions

#: An id of Salesforce: 15 characters, or the same with three more for systems that take A for a.
_LONG_ID = r"[0-9A-Za-z]{15}[0-5A-Z]{3}"
SHORT = 15
#: Share of a history's ids below which they are compared without regard to capitals.
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Joined:
    """A history whose ids are those of the opportunities.

    Attributes
    ----------
    moves : DataFrame
        Columns id, stage, entered, outcome (of the stage), by id in the order of time; ``at`` is the row of the
        opportunity, so that its id need not be looked up again.
    initial : DataFrame
        Columns id, stage.
    begins : Timestamp
    born : DataFrame
        Columns id, entered: when it was created, where the history says so.
    unmoved : DataFrame
        Columns id, stage: what a history of changes does not name is where it was created.
    strangers : tuple of str
        Ids of the history that belong to no opportunity.
    there : bool
        Whether there is a file of history at all.
    """

    moves: pd.DataFrame
    initial: pd.DataFrame
    begins: pd.Timestamp | None
    born: pd.DataFrame
    unmoved: pd.DataFrame
    strangers: tuple[str, ...] = ()
    there: bool = False

    def noticed(self) -> dict[str, tuple[str, ...]]:
        """Return the strangers by what they are called: some among others, or all that the history tells of."""
        return {"strangers" if len(self.moves) else "only_strangers": self.strangers}

    def last_stage(self) -> pd.Series:
        """Return the stage entered last, by id."""
        return self.moves[_last(self.moves)].set_index("id")["stage"]

    def first(self, ids: pd.Series) -> pd.Series:
        """Return when each opportunity was created by its history, or entered its first stage.

        Missing where the history begins later.
        """
        begun = self.moves.loc[begins_anew(self.moves["id"]), ["id", "entered", "at"]]
        begun = begun[~among(begun["id"], self.initial["id"])] if len(self.initial) else begun
        first = _moments(begun, ids)
        return _moments(self.born, ids).fillna(first) if len(self.born) else first

    def end(self, ids: pd.Series) -> pd.Series:
        """Return when each opportunity entered the closed stage in which it is."""
        closed = (self.moves["outcome"] != OPEN).to_numpy()
        return _moments(self.moves[_last(self.moves) & closed] if closed.any() else self.moves.iloc[:0], ids)

    def entries(self, created: pd.Series) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Return the entries (id, stage, entered, until) into open stages, and the ids whose history begins too late.

        ``until`` is when the opportunity was closed in that stage, also where it was opened again later.

        Parameters
        ----------
        created : Series of datetime
            By id. The stage before the first recorded move was entered at the creation, if the history goes
            back to it.
        """
        rows = self.moves
        is_open = (rows["outcome"] == OPEN).to_numpy()
        closing = ~_last(rows) & np.append(~is_open[1:], False)[: len(rows)]
        until = np.full(len(rows), np.datetime64("NaT", "us"))
        until[closing] = rows["entered"].to_numpy()[1:][closing[:-1]]
        rows = rows.assign(until=until)
        rows = rows[["id", "stage", "entered", "until", "at"]]
        moved = rows if is_open.all() else rows[is_open]
        known = pd.concat([self.initial, self.unmoved], ignore_index=True)
        if known.empty:
            return moved.reset_index(drop=True).astype({"id": "str", "stage": "str"}), ()
        start = known.assign(entered=created.reindex(pd.Index(known["id"])).to_numpy())
        covered = start["entered"].notna()
        if self.begins is not None:
            covered &= start["entered"] >= self.begins.floor("D")
        late = tuple(start["id"][~covered])
        begun = start[covered]
        begun = begun.assign(at=positions(begun["id"], pd.Series(created.index, dtype="str")))
        whole = pd.concat([begun, moved], ignore_index=True) if len(begun) else moved.reset_index(drop=True)
        return whole.astype({"id": "str", "stage": "str"}), late


def _last(moves: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which move is the last of its opportunity."""
    return np.append(begins_anew(moves["id"])[1:], True)[: len(moves)]


def _moments(rows: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Return the moments of rows with unique ids for the given ids, on their index."""
    found = np.full(len(ids), np.datetime64("NaT", "us"))
    if len(rows):
        at = rows["at"] if "at" in rows else positions(rows["id"], ids)
        found[at] = rows["entered"].to_numpy()
    return pd.Series(found, index=ids.index, dtype=TIME)


def joined(history: History, cells: Cells) -> Joined:
    """Return a history joined to opportunities, by their ids or, where it has none, by their names.

    Raises
    ------
    BadInput
        If the history has names only and several opportunities share one of them, or if it names no stage as the
        opportunities do.
    """
    there = history.begins is not None
    at = _rows_of(history, cells)
    keys = _keys(history, cells) if at is None else pd.Series(dtype="str")
    moves, initial, born = (
        rows if at is not None else _keyed(rows, keys)
        for rows in (history.moves, history.initial, history.born)
    )
    born = born.dropna(subset="id")
    lost = history.moves["id"][moves["id"].isna()]
    moves = (moves if lost.empty else moves[moves["id"].notna()]).reset_index(drop=True)
    if keys.dropna().duplicated().any():  # ids of both lengths: one opportunity stood in two places
        moves = moves.iloc[np.lexsort((moves["entered"], pd.factorize(moves["id"])[0]))].reset_index(
            drop=True
        )
    stages = moves["stage"].drop_duplicates()
    meaning = meanings(map(str, stages), cells)
    moves = moves.assign(
        outcome=looked_up(moves["stage"], meaning, "str").fillna(OPEN),
        at=positions(moves["id"], cells.texts["id"]) if at is None else at,
    )
    initial = initial[initial["id"].notna()].reset_index(drop=True)
    _refuse_other_stages(stages, cells)
    unmoved = (
        _unmoved(cells, pd.concat([moves["id"], initial["id"]])) if history.of_changes else initial.iloc[:0]
    )
    return Joined(moves, initial, history.begins, born, unmoved, tuple(lost.drop_duplicates()), there)


def _rows_of(history: History, cells: Cells) -> npt.NDArray[np.int64] | None:
    """Return the row of the opportunity of each move; None where not every id is that of an opportunity as it stands.

    Each run of equal ids is looked up once.
    """
    moved = history.moves["id"]
    if history.by_name or len(history.initial) or len(history.born) or moved.empty:
        return None
    begins = np.flatnonzero(begins_anew(moved))
    at = positions(moved.iloc[begins], cells.texts["id"])
    return np.repeat(at, np.diff(np.append(begins, len(moved)))) if at.min() >= 0 else None


def _unmoved(cells: Cells, moved: pd.Series) -> pd.DataFrame:
    """Return id and stage of the opportunities in an open stage of which no change of the stage is known."""
    rows = pd.DataFrame({name: cells.texts[name] for name in ("id", "stage") if name in cells.texts})
    if "stage" not in rows:
        return rows.assign(stage=pd.Series(dtype="str")).iloc[:0]
    rows = rows.dropna()
    rows = rows[~among(rows["id"], moved)]
    meaning = meanings(map(str, rows["stage"].unique()), cells)
    return rows[looked_up(rows["stage"], meaning, "str") == OPEN].reset_index(drop=True)


def _keyed(rows: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Return rows of a history with the id of the opportunity, missing for strangers."""
    if rows.empty:
        return rows.assign(id=rows["id"].astype("str"))
    if (keys.to_numpy() == keys.index.to_numpy()).all():  # the ids are theirs already
        return rows
    at = positions(rows["id"], pd.Series(keys.index, dtype="str"))
    return rows.assign(id=keys.reset_index(drop=True).reindex(at).set_axis(rows.index).astype("str"))


def _keys(history: History, cells: Cells) -> pd.Series:
    """Return the id of an opportunity for each key of the history."""
    moved = history.moves["id"]
    first = moved[begins_anew(moved)]
    known = pd.unique(pd.concat([first, history.initial["id"], history.born["id"]]))
    asked = pd.Series(known, dtype="str")
    ids = cells.texts["id"].dropna()
    if asked.empty:
        return pd.Series(dtype="str")
    if history.by_name:
        names = cells.texts.get("name", pd.Series(dtype="str")).reindex(ids.index)
        _refuse_shared_names(names[among(names, asked)], cells)
        return pd.Series(ids.to_numpy(), index=names.to_numpy()).reindex(asked.to_numpy())
    found = asked.where(among(asked, ids))
    if found.isna().any():
        by_bare = pd.Series(ids.to_numpy(), index=_bare(ids).to_numpy())
        if by_bare.index.is_unique:
            found = found.fillna(_bare(asked).map(by_bare).astype("str"))
    if found.notna().mean() < HALF:
        found = found.fillna(_in_any_case(asked, ids))
    return pd.Series(found.to_numpy(), index=asked.to_numpy())


def _in_any_case(asked: pd.Series, ids: pd.Series) -> pd.Series:
    """Return the ids that are the same in capitals or small letters, if no two of either file are told apart by them."""
    ours, theirs = (one.str.casefold() for one in (ids, asked))
    if not (ours.is_unique and theirs.is_unique):
        return pd.Series(index=asked.index, dtype="str")
    return looked_up(theirs, dict(zip(ours, ids, strict=True)), "str")


def _bare(ids: pd.Series) -> pd.Series:
    """Return ids as all files of a CRM write them: Salesforce's first 15 characters, Zoho's without prefix."""
    plain = ids.str.removeprefix("zcrm_")
    return plain.mask(plain.str.fullmatch(_LONG_ID), plain.str.slice(0, SHORT))


def _refuse_shared_names(names: pd.Series, cells: Cells) -> None:
    again = names[names.duplicated(keep=False)]
    if again.empty:
        return
    allowed = (
        f"the history has no ids, and these names stand for several opportunities ({listed(first_examples(again))}); "
        "export the history with the opportunity's id"
    )
    raise BadInput([Problem(cells.sheet.file, "", cells.header("name"), str(again.iloc[0]), allowed)])


def _refuse_other_stages(entered: pd.Series, cells: Cells) -> None:
    """Refuse a history of stage ids beside opportunities with labels, where no file says which is which."""
    theirs = cells.texts.get("stage", pd.Series(dtype="str")).dropna().drop_duplicates()
    ours = entered.drop_duplicates()
    if theirs.empty or ours.empty or ours.isin([*theirs, *cells.listed, *cells.mapping.stages]).any():
        return
    allowed = (
        f"the stages of the history ({listed(first_examples(ours))}) are none of these; give the file that names the "
        "stages as well, or export both with the same names"
    )
    raise BadInput(
        [Problem(cells.sheet.file, "", cells.header("stage"), listed(first_examples(theirs)), allowed)]
    )


def with_last_stage(cells: Cells, history: Joined) -> Cells:
    """Return the cells with the stage that was entered last where none is written."""
    if "stage" not in cells.texts or not history.there:
        return cells
    if cells.texts["stage"].notna().all():
        return cells
    known = history.last_stage()
    last = known.reindex(pd.Index(cells.texts["id"])).set_axis(cells.records).astype("str")
    return replace(cells, texts={**cells.texts, "stage": cells.texts["stage"].fillna(last)})
