"""Who sells, under whom and in which team."""

from __future__ import annotations

import pandas as pd

from forecast.crm.cells import Cells
from forecast.crm.names import Names
from simulations.tables import OWNERS, conform


def owners_table(cells: Cells, names: Names) -> pd.DataFrame:
    """Return the owners with manager and team: of a file of owners, else of the opportunities' own columns.

    Columns as in `simulations.tables.OWNERS`, by name; of an owner with several managers or teams the most frequent
    one counts. Empty where nothing says who belongs where.
    """
    if len(names.owners) and names.owners[["manager", "team"]].notna().any(axis=None):
        rows = names.owners[["owner", "manager", "team"]]
    elif "owner" in cells.texts and {"manager", "team"} & set(cells.texts):
        rows = pd.DataFrame({name: cells.texts[name] for name in OWNERS if name in cells.texts})
    else:
        return conform(pd.DataFrame({"owner": pd.Series(dtype="str")}), OWNERS)
    rows = conform(rows[rows["owner"].notna()], OWNERS)
    counted = rows.groupby(list(OWNERS), dropna=False, sort=True).size().rename("rows").reset_index()
    first = counted.sort_values("rows", ascending=False, kind="stable").drop_duplicates("owner")
    return conform(first.sort_values("owner", kind="stable"), OWNERS)
