"""A simulated CRM at the moment of an export, in the pieces that every shape needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pandas as pd

from simulations.errors import BadInput, Problem
from simulations.recorder.log import COPY
from simulations.tables import DISQUALIFIED, LOST, OPEN, WON, CrmTables

CLOSED_WON, CLOSED_LOST = "Closed Won", "Closed Lost"
#: How each end is called where stages alone say it.
END_STAGE = {WON: CLOSED_WON, LOST: CLOSED_LOST, DISQUALIFIED: CLOSED_LOST}
REASON = {LOST: "Lost", DISQUALIFIED: "Disqualified"}
FIRST_NUMBER = 10_000_000_001
#: What a version of an opportunity holds.
_STATE = ("stage", "outcome", "amount", "probability", "expected_close")


@dataclass(frozen=True)
class Snapshot:
    """A simulated CRM at a moment.

    Attributes
    ----------
    tables : CrmTables
        Opportunities in the order of creation.
    changes : DataFrame
        Columns as in `simulations.recorder.log.FIELD_HISTORY`: all that was typed before the moment, as text.
    moment : datetime
        First instant that is not in it.
    """

    tables: CrmTables
    changes: pd.DataFrame
    moment: datetime

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Opportunity id -> a number counted up in the order of creation: a later export keeps it."""
        return {
            str(key): str(FIRST_NUMBER + place) for place, key in enumerate(self.tables.opportunities["id"])
        }

    @cached_property
    def titles(self) -> dict[str, str]:
        """Opportunity id -> what it is called: a deal's second record is called as its first."""
        return titles(self.numbers)

    @cached_property
    def deals(self) -> pd.DataFrame:
        """The opportunities with ``end``: the closed stage they are in, missing while open."""
        rows = self.tables.opportunities
        return rows.assign(end=rows["outcome"].map(END_STAGE).astype("str"))

    @cached_property
    def versions(self) -> pd.DataFrame:
        """A row for each moment at which an opportunity changed, with its state from then on.

        Columns id, when, stage (closed ones too), amount, probability, close (expected, then actual), outcome;
        by opportunity in the order of creation and time.
        """
        rows = self.changes[self.changes["field"].isin(_STATE) & self.changes["id"].isin(self.numbers)]
        place = rows["id"].map({key: place for place, key in enumerate(self.numbers)})
        wide = (
            rows.assign(place=place)
            .drop_duplicates(["place", "when", "field"], keep="last")
            .pivot_table(
                index=["place", "id", "when"], columns="field", values="new", aggfunc="last", observed=True
            )
            .reindex(columns=list(_STATE))
        )
        state = wide.groupby(level="place").ffill().reset_index()
        state["amount"] = state["amount"].astype("float64")
        state["probability"] = state["probability"].astype("float64")
        closed = state["outcome"] != OPEN
        state["stage"] = state["outcome"].map(END_STAGE).where(closed, state["stage"])
        expected = pd.to_datetime(state["expected_close"])
        state["close"] = expected.mask(closed, state["when"].dt.normalize())
        return state.drop(columns=["place", "expected_close"])

    @cached_property
    def moves(self) -> pd.DataFrame:
        """A row for each stage entered, the closed one too: id, stage, when; in the order of `versions`."""
        rows = self.versions
        same = (rows["id"] == rows["id"].shift()) & (rows["stage"] == rows["stage"].shift())
        return rows.loc[~same, ["id", "stage", "when"]].reset_index(drop=True)


def titles(numbers: Mapping[str, str]) -> dict[str, str]:
    """Return opportunity id -> title, from id -> number."""
    return {key: f"Deal {numbers.get(key.removesuffix(COPY), number)}" for key, number in numbers.items()}


def refuse_closed_names(stages: tuple[str, ...], whose: str) -> None:
    """Refuse stages with the name of one that means an end.

    Raises
    ------
    BadInput
        A stage of the scenario is called as a closed one.
    """
    taken = [name for name in stages if name.casefold() in {CLOSED_WON.casefold(), CLOSED_LOST.casefold()}]
    if taken:
        allowed = f"name the stage otherwise: {whose}'s export means the end of a deal by it"
        raise BadInput(Problem("", "", "stages.name", name, allowed) for name in taken)


def text(moments: pd.Series, form: str) -> pd.Series:
    """Return times as text, empty where missing."""
    written: pd.Series = moments.dt.strftime(form).astype("str").fillna("")
    return written


def number(values: pd.Series) -> pd.Series:
    """Return numbers as text that reads back to the same numbers, empty where missing."""
    return pd.Series(
        ["" if pd.isna(value) else repr(float(value)) for value in values], index=values.index, dtype="str"
    )
