"""Forecast categories by stage, where the CRM gives none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from forecast.findings import Finding
from simulations.tables import OPEN, CrmTables


def with_stage_categories(
    tables: CrmTables, categories: Mapping[str, str]
) -> tuple[CrmTables, tuple[Finding, ...]]:
    """Give open opportunities the forecast category of their stage where none is typed at all, and say so.

    Parameters
    ----------
    tables : CrmTables
    categories : mapping of str to str
        Stage -> forecast category; as the mapping file has it.
    """
    rows = tables.opportunities
    if not categories or rows["forecast_category"].notna().any():
        return tables, ()
    given = rows["stage"].map(dict(categories)).where(rows["outcome"] == OPEN).astype("str")
    if not given.notna().any():
        return tables, ()
    finding = Finding(
        "category_assumed",
        "note",
        int(given.notna().sum()),
        (),
        "The export has no forecast categories; those that the mapping file gives the stages stand in, so the forecast call "
        "is assumed, not typed",
        "Open opportunities were given their stage's category",
    )
    return replace(tables, opportunities=rows.assign(forecast_category=given)), (finding,)
