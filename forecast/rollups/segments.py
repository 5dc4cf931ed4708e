"""Segments of the opportunities: by owner, team, source, product; and the months of a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from forecast.bookings import Period
from forecast.calibration.records import Bools, Floats, Ints, Records, rows_in
from forecast.calibration.workdays import WEEK
from forecast.known import KnownTables
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

By = Literal["owner", "team", "source", "product", "month"]
BYS: tuple[By, ...] = get_args(By)
#: What creates now is what created anything in so many weeks.
LATELY = 52
#: Beyond, the parts of a few draws fill the memory, and nobody reads them.
MOST_PARTS = 20_000
#: What opportunities not yet created are called that no segment seen lately will create.
REST = {
    "owner": "not yet owned",
    "team": "not yet owned",
    "source": "of a source not seen lately",
    "product": "of a product not seen lately",
}
NO_TEAMS = "no file says who belongs to which team: add the CRM's users, or name a file under `owners` in the mapping"
NO_NAMES = "no opportunity names one: export that column, or name it in the mapping"
TOO_MANY = f"there may be {MOST_PARTS:,} at most; join those that belong together before the export"


@dataclass(frozen=True, slots=True)
class Segments:
    """Where opportunities belong.

    Attributes
    ----------
    by : str
    names : tuple of str
        Those that have something open or booked in the period, or created anything lately; sorted, the unnamed among
        them as ``no owner``. Last, where ``by`` is no month, the rest: what no segment seen lately will create.
    place : array of n
        By rank in the records: position among the names; -1 for what concerns neither the period nor creation.
    """

    by: By
    names: tuple[str, ...]
    place: Ints

    @property
    def rest(self) -> int:
        """Position of the rest."""
        return len(self.names) - 1


def segments_of(tables: CrmTables, known: Records, period: Period, by: By) -> Segments:
    """Return the segments of the records.

    Parameters
    ----------
    tables : CrmTables
        As known at the moment of the records.
    known : Records
    period : Period
    by : {"owner", "source", "product"}

    Raises
    ------
    BadInput
        No opportunity names one, or there are more than 2,000.
    """
    column = tables.column(by) if isinstance(tables, KnownTables) else tables.opportunities[by]
    codes, words = pd.factorize(column)
    of = np.append(codes, -1)[rows_in(known, tables)]
    if (of < 0).all():
        raise _refused(by, "", NO_NAMES)
    chosen = _concerned(known, period)
    there = np.unique(of[chosen])  # -1, the unnamed, is the last of the words
    called = np.append(np.asarray(words, dtype=object), f"no {by}")[there]
    names, number = np.unique(called, return_inverse=True)
    if len(names) > MOST_PARTS:
        raise _refused(by, f"{len(names):,}", TOO_MANY)
    place = np.full(len(of), -1, dtype=np.int64)
    place[chosen] = number[np.searchsorted(there, of[chosen])]
    return Segments(by, (*map(str, names), REST[by]), place)


def team_of_owner(tables: CrmTables, owners: Segments) -> tuple[tuple[str, ...], Ints]:
    """Return the teams, the rest last, and the position of each owner's; the rest of the owners is that of the teams.

    Raises
    ------
    BadInput
        No team is known.
    """
    if tables.owners["team"].isna().all():
        raise _refused("team", "", NO_TEAMS)
    rows = tables.owners.dropna(subset=["owner", "team"]).drop_duplicates("owner")
    team = pd.Series(owners.names[:-1], dtype="str").map(rows.set_index("owner")["team"]).fillna("no team")
    names, place = np.unique(team.to_numpy(object).astype(str), return_inverse=True)
    return (*map(str, names), REST["team"]), np.append(place, len(names)).astype(np.int64)


def lately(known: Records) -> float:
    """Return the first moment of the weeks that say who creates, days since 1970-01-01."""
    return max(known.starts, known.moment - LATELY * WEEK)


def month_edges(period: Period) -> tuple[tuple[str, ...], Floats]:
    """Return the calendar months of a period, as 2026-10, and the moments between them, its ends included."""
    first, last = (pd.Timestamp(moment, unit="D") for moment in (period.begin, period.end))
    starts = pd.date_range(first.to_period("M").to_timestamp(), last, freq="MS", inclusive="left")
    inner = (starts[1:] - pd.Timestamp(0)) / pd.Timedelta(days=1)
    edges = np.concatenate(([period.begin], inner.to_numpy(float), [period.end]))
    return tuple(f"{start:%Y-%m}" for start in starts), edges


def _concerned(known: Records, period: Period) -> Bools:
    booked = known.won & (known.closed >= period.begin) & (known.closed < period.end)
    return np.asarray(known.is_open | booked | (known.created >= lately(known)))


def _refused(by: str, found: str, allowed: str) -> BadInput:
    return BadInput([Problem("the opportunities", "", by, found, allowed)])
