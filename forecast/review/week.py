"""What became of opportunities in a week: created, moved, closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.review.deals import WHATS, Step
from simulations.tables import DISQUALIFIED, LOST, WON, CrmTables, positions

#: What an owner is called where the CRM names none.
NO_OWNER = "no owner"


def steps_in(tables: CrmTables, begin: pd.Timestamp, end: pd.Timestamp) -> tuple[Step, ...]:
    """Return what became of opportunities between two moments, the later one exclusive.

    An opportunity that did several things stands several times: created and advanced, advanced and won. Its moves between
    stages count as one, from where it was at the beginning, or where it was created, to where it came.

    Parameters
    ----------
    tables : CrmTables
        As known at ``end``.
    begin, end : Timestamp
    """
    rows = tables.opportunities
    made = rows[(rows["created"] >= begin) & (rows["created"] < end)].assign(what="created")
    gone = rows[
        (rows["closed"] >= begin) & (rows["closed"] < end) & rows["outcome"].isin([WON, LOST, DISQUALIFIED])
    ]
    moved = rows.drop(columns="stage").merge(_moves(tables, begin, end), on="id")
    whole = pd.concat([made, moved, gone.assign(what=gone["outcome"])], ignore_index=True)
    whole = whole.assign(
        name=whole["name"].fillna(whole["id"]),
        owner=whole["owner"].fillna(NO_OWNER),
        stage=whole["stage"].fillna(""),
    )
    cells = whole[["id", "name", "owner", "what", "amount", "stage"]].itertuples(index=False, name=None)
    found = [
        Step(str(key), str(name), str(owner), what, None if pd.isna(amount) else float(amount), str(stage))
        for key, name, owner, what, amount, stage in cells
    ]
    return tuple(sorted(found, key=lambda step: (WHATS.index(step.what), -(step.amount or 0.0), step.id)))


def _moves(tables: CrmTables, begin: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Return the net move of each opportunity that moved: ``id``, ``stage`` (come to), ``what``."""
    visits = tables.stage_history
    visits = visits.assign(place=positions(visits["stage"], pd.Series(tables.stages, dtype="str")))
    visits = visits.sort_values(["entered", "place"], kind="stable")
    before = visits[visits["entered"] < begin].groupby("id")["place"].last()
    inside = visits[(visits["entered"] >= begin) & (visits["entered"] < end)]
    come_to = inside.drop_duplicates("id", keep="last")
    start = before.reindex(come_to["id"]).fillna(inside.groupby("id")["place"].first().reindex(come_to["id"]))
    step = come_to["place"].to_numpy() - start.to_numpy()
    what = np.where(step > 0, "advanced", "moved back")
    found: pd.DataFrame = come_to.assign(what=what).loc[
        (step != 0) & (come_to["place"] >= 0).to_numpy(), ["id", "stage", "what"]
    ]
    return found
