"""Which of the other files is a history of stages or a list of owners: told by the values they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from forecast.crm.proposal.guess import MOST_STAGES
from forecast.crm.proposal.profile import Profile, profiles
from forecast.crm.proposal.words import HEADERS, fit
from forecast.crm.sheet import Sheet
from forecast.crm.times import Order

#: Share of the values that must be known in the file of the opportunities.
SHARED = 0.5


def history_beside(
    columns: Mapping[str, Profile], others: Sequence[Sheet], order: Order | None
) -> dict[str, str] | None:
    """Return file, id, stage and entered of the file with a row for each stage entered; None where there is none.

    Parameters
    ----------
    columns : mapping of str to Profile
        Meaning -> column of the opportunities.
    others : sequence of Sheet
    order : {'day-first', 'month-first'} or None
        Not needed where there is one column of dates.
    """
    del order
    if "id" not in columns:
        return None
    ids = columns["id"].cells.dropna()
    for sheet in others:
        there = profiles(sheet)
        key = _sharing(there, ids)
        stage = _best(there, "stage", [one for one in there if one.kind in ("word", "text", "number")])
        entered = _date(there)
        if key is None or stage is None or entered is None or stage.distinct > MOST_STAGES or key is stage:
            continue
        return {"file": sheet.file, "id": key.header, "stage": stage.header, "entered": entered.header}
    return None


def owners_beside(columns: Mapping[str, Profile], others: Sequence[Sheet]) -> dict[str, str] | None:
    """Return file, owner, manager and team of the file with a row for each owner; None where there is none."""
    if "owner" not in columns:
        return None
    owners = columns["owner"].cells.dropna()
    for sheet in others:
        there = profiles(sheet)
        key = _sharing([one for one in there if one.is_key], owners)
        rest = [one for one in there if one is not key and one.kind in ("word", "text")]
        found = {meaning: _best(there, meaning, rest) for meaning in ("manager", "team")}
        named = {meaning: column.header for meaning, column in found.items() if column is not None}
        if key is not None and named:
            return {"file": sheet.file, "owner": key.header, **named}
    return None


def _sharing(columns: Sequence[Profile], values: pd.Series) -> Profile | None:
    """Return the column most of whose values stand among the given ones, at least half of them."""
    known = values.drop_duplicates()
    shares = [(column.cells.dropna().isin(known).mean(), column) for column in columns if column.filled]
    best = max(shares, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= SHARED else None


def _best(columns: Sequence[Profile], meaning: str, allowed: Sequence[Profile]) -> Profile | None:
    scored = [(fit(column.header, HEADERS[meaning]), column) for column in columns if column in allowed]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] > 0 else None


def _date(columns: Sequence[Profile]) -> Profile | None:
    """Return the one full column of dates; None where there are several or none."""
    dates = [column for column in columns if column.kind == "date" and column.filled == len(column.cells)]
    return dates[0] if len(dates) == 1 else None
