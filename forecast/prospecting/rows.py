"""Rows of prospecting, from whatever file: summed by owner and day, and checked against what a day can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from forecast.crm.faults import listed
from forecast.findings import Finding
from forecast.prospecting.headers import MEASURES
from simulations.errors import BadInput, Problem
from simulations.tables import PROSPECTING, conform

MOST_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Rows:
    """What one file says.

    Attributes
    ----------
    file : str
        As the user named it.
    shape : str
        What it was read as.
    table : DataFrame
        Columns as in `simulations.tables.PROSPECTING`, several rows for an owner and day allowed.
    findings : tuple of Finding
    """

    file: str
    shape: str
    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def summed(parts: Sequence[Rows], names: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of all files as one table: a row for each owner and day, in that order.

    A measure that no file counts for an owner and day is missing. Calendars may overlap and add up; otherwise one
    measure of one owner and day must come from one file.

    Parameters
    ----------
    parts : sequence of Rows
    names : mapping of str to str
        Owner in the records -> owner in the CRM.

    Raises
    ------
    BadInput
        Two files count the same, or a day has more than 24 hours.
    """
    frames = [part.table.assign(file=part.file, calendar=part.shape == "calendar") for part in parts]
    rows = pd.concat(frames, ignore_index=True)
    rows["owner"] = rows["owner"].map(lambda owner: names.get(owner, owner)).astype("str")
    rows["day"] = rows["day"].dt.normalize()
    _refuse_twice(rows)
    keys = ["owner", "day"]
    whole = rows.groupby(keys, sort=True)[list(MEASURES)].sum(min_count=1).reset_index()
    long = whole[whole["hours"] > MOST_HOURS]
    if len(long):
        first = long.iloc[0]
        found = f"{first['hours']:.1f} hours of {first['owner']} on {first['day']:%Y-%m-%d}"
        allowed = (
            "a day has 24 hours; are these minutes (name the column `minutes`), or was a file given twice?"
        )
        raise BadInput([Problem(listed(part.file for part in parts), "", "hours", found, allowed)])
    return conform(whole, PROSPECTING)


def _refuse_twice(rows: pd.DataFrame) -> None:
    problems = []
    for measure in MEASURES:
        given = rows[rows[measure].notna() & ~rows["calendar"]]
        files = given.groupby(["owner", "day"])["file"].nunique()
        twice = files[files > 1]
        if len(twice):
            owner, when = twice.index[0]
            names = listed(given.loc[(given["owner"] == owner) & (given["day"] == when), "file"].unique())
            found = f"{owner} on {when:%Y-%m-%d}" + (
                f" and {len(twice) - 1:,} more" if len(twice) > 1 else ""
            )
            allowed = "stand in several files, which would count them twice; give one file for them"
            problems.append(Problem(names, "", measure, found, allowed))
    if problems:
        raise BadInput(problems)
