"""What became of each opportunity between two moments, step by step, in the smallest unit of money.

A *pipeline* is what is open: of a period, what is open and expected to close in it; without a period, all of it. A win
belongs to the pipeline of the period in which it was won; a loss to that of the period in which it was expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from forecast.minor_units import to_minor
from simulations.tables import DISQUALIFIED, LOST, OPEN, WON, CrmTables

Step = Literal[
    "start", "created", "reopened", "pulled_in", "increased", "taken_over",
    "decreased", "pushed_out", "lost", "disqualified", "won", "handed_over", "end",
]  # fmt: skip
#: Steps in the order of the waterfall -> whether they add to the pipeline or take from it.
SIGNS: MappingProxyType[Step, int] = MappingProxyType(
    {
        "start": 1, "created": 1, "reopened": 1, "pulled_in": 1, "increased": 1, "taken_over": 1,
        "decreased": -1, "pushed_out": -1, "lost": -1, "disqualified": -1, "won": -1, "handed_over": -1,
    }
)  # fmt: skip
#: Steps that change what an opportunity is worth, not how many there are.
REVALUED: tuple[Step, ...] = ("increased", "decreased")


@dataclass(frozen=True, slots=True)
class Due:
    """The period whose pipeline is looked at.

    Attributes
    ----------
    start, end : Timestamp
        First and last day, both inside.
    """

    start: pd.Timestamp
    end: pd.Timestamp

    def holds(self, moments: pd.Series) -> pd.Series:
        """Return which moments lie in it; missing ones do not."""
        return (moments >= self.start) & (moments < self.end + pd.Timedelta(days=1))


@dataclass(frozen=True, slots=True)
class StepsTaken:
    """What became of the opportunities.

    Attributes
    ----------
    frame : DataFrame
        A row for each step of each opportunity: ``id``, ``step``, ``minor`` (0 or more, in the smallest unit),
        ``gone`` (it is no longer in the CRM). Nobody is handed over here: see `forecast.changes.waterfall`.
    unpriced : tuple of int
        Opportunities of the pipeline without an amount, at the start and at the end; they count 0.
    unseen : int
        Opportunities that had closed before the start, but were not in the CRM then; they are in no step.
    """

    frame: pd.DataFrame
    unpriced: tuple[int, int]
    unseen: int


def steps_between(
    before: CrmTables, after: CrmTables, begin: pd.Timestamp, due: Due | None, currency: str
) -> StepsTaken:
    """Return what became of each opportunity between two moments.

    What stayed in the pipeline counts at its amount then, and its change of amount by itself. What was won leaves at
    what it booked. What was lost or disqualified leaves at what it was last worth in the pipeline, because CRMs clear the
    amount of a loss. What was created, or reopened, and closed since comes and goes at its final amount. What is no
    longer in the CRM left without an outcome, and counts as disqualified.

    Parameters
    ----------
    before, after : CrmTables
        As known at either moment.
    begin : Timestamp
        The first of them, exclusive.
    due : Due or None
        Whose pipeline; all that is open where there is none.
    currency : str
        Of the amounts; empty where unknown.
    """
    rows = _beside(before, after, due, currency)
    was, stays = rows["was_in"], rows["was_in"] & rows["is_in"]
    late = ~rows["was_there"] & (rows["closed"] < begin)
    ended = rows["ended_in"] & ~late
    fresh = ~rows["was_there"] & (rows["is_in"] | ended)
    again = rows["was_closed"] & (rows["is_in"] | (ended & (rows["outcome"] != rows["outcome_before"])))
    won = rows["outcome"] == WON
    pulled = rows["was_open"] & ~was & (rows["is_in"] | (ended & won))
    leaves = was | pulled | fresh | again
    left = leaves & ended | (was & rows["is_closed"])
    gone = was & ~rows["is_there"]
    lasting = (was | pulled) & (rows["is_in"] | (left & won))
    old, new = rows["minor_before"], rows["minor"]
    worth = old.where(was | pulled, new)
    steps: list[tuple[Step, pd.Series, pd.Series]] = [
        ("start", was, old),
        ("created", fresh, new),
        ("reopened", again, new),
        ("pulled_in", pulled, old),
        ("increased", lasting & (new > old), new - old),
        ("decreased", lasting & (new < old), old - new),
        ("pushed_out", was & rows["is_open"] & ~stays, old),
        ("lost", left & (rows["outcome"] == LOST), worth),
        ("disqualified", left & (rows["outcome"] == DISQUALIFIED) | gone, worth),
        ("won", left & won, new),
        ("end", rows["is_in"], new),
    ]
    parts = [
        pd.DataFrame({"id": rows["id"][here], "step": step, "minor": minor[here], "gone": gone[here]})
        for step, here, minor in steps
    ]
    frame = pd.concat(parts, ignore_index=True).astype({"step": "str", "minor": "int64"})
    unpriced = (int((was & rows["blank_before"]).sum()), int((rows["is_in"] & rows["blank"]).sum()))
    return StepsTaken(frame, unpriced, int((late & rows["ended_in"]).sum()))


def _beside(before: CrmTables, after: CrmTables, due: Due | None, currency: str) -> pd.DataFrame:
    """Return each opportunity once, by its state before and after."""
    first, last = (_states(tables, due, currency) for tables in (before, after))
    rows = last.merge(first, on="id", how="outer", suffixes=("", "_before"), sort=True)
    flags = {
        "was_there": rows["there_before"], "was_open": rows["open_before"], "was_in": rows["in_before"],
        "is_there": rows["there"], "is_open": rows["open"], "is_in": rows["in"],
        "ended_in": rows["ended"], "blank": rows["blank"], "blank_before": rows["blank_before"],
    }  # fmt: skip
    rows = rows.assign(**{name: flag.fillna(value=False).astype(bool) for name, flag in flags.items()})
    minors = {name: rows[name].fillna(0).astype("int64") for name in ("minor", "minor_before")}
    return rows.assign(
        **minors,
        was_closed=rows["was_there"] & ~rows["was_open"],
        is_closed=rows["is_there"] & ~rows["is_open"],
    )


def _states(tables: CrmTables, due: Due | None, currency: str) -> pd.DataFrame:
    rows = tables.opportunities
    is_open = rows["outcome"] == OPEN
    everything = pd.Series(data=True, index=rows.index)
    return pd.DataFrame(
        {
            "id": rows["id"],
            "there": True,
            "outcome": rows["outcome"],
            "closed": rows["closed"],
            "open": is_open,
            "in": is_open & (everything if due is None else due.holds(rows["expected_close"])),
            "ended": ~is_open & (everything if due is None else due.holds(rows["closed"])),
            "minor": to_minor(rows["amount"], currency),
            "blank": ~(rows["amount"] > 0),
        }
    )
