"""The opportunities that prospecting found, as a CRM has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.calibration.records import Floats, records
from forecast.incidence import Fates, fates_of
from forecast.source_kinds import of_kind
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables


@dataclass(frozen=True, slots=True)
class Found:
    """The opportunities that prospecting found.

    Attributes
    ----------
    rows : DataFrame
        ``owner``, ``created``.
    fates : Fates
        In the order of the rows.
    amount : array
        nan where missing.
    sources : tuple of str
        That count as prospecting; empty where no source is told and all opportunities do.
    teams : mapping of str to str
        Owner -> team, where known.
    """

    rows: pd.DataFrame
    fates: Fates
    amount: Floats
    sources: tuple[str, ...]
    teams: Mapping[str, str]


def found_by_prospecting(tables: CrmTables, moment: pd.Timestamp, sources: Sequence[str] = ()) -> Found:
    """Return the opportunities that prospecting found.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive.
    sources : sequence of str
        That count as prospecting, where their names do not tell.

    Raises
    ------
    BadInput
        Sources are told, but none of them is prospecting.
    """
    known = records(tables, moment, by_stage=False)
    table = tables.opportunities.set_index("id")[["owner", "source"]].reindex(known.ids)
    mine = np.ones(len(table), dtype=bool)
    if table["source"].notna().any():
        mine = of_kind(table["source"], "prospecting", sources).to_numpy()
        if not mine.any():
            there = ", ".join(sorted(map(str, table["source"].dropna().unique()))[:12])
            allowed = f"no source is prospecting by its name; say which with --source. There are: {there}"
            raise BadInput([Problem("the opportunities", "", "source", ", ".join(sources), allowed)])
    created = pd.to_datetime(known.created[mine], unit="D").as_unit("us")
    rows = pd.DataFrame({"owner": table["owner"].to_numpy()[mine], "created": created})
    named = tuple(sorted(map(str, table["source"][mine].dropna().unique())))
    owners = tables.owners.dropna(subset=["owner", "team"])
    teams = dict(zip(owners["owner"], owners["team"], strict=True))
    return Found(rows.astype({"owner": "str"}), fates_of(known).of(mine), known.amount[mine], named, teams)
