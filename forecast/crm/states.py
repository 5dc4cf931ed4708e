"""Opportunities out of their history alone: the last state of each, where no file has a row for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from forecast.crm import pipedrive
from forecast.crm.cells import Cells, cells_of
from forecast.crm.columns import stripped
from forecast.crm.faults import Faults
from forecast.crm.history import history_rows
from forecast.crm.layout import Layout
from forecast.crm.mapping import Mapping
from forecast.crm.names import Names
from forecast.crm.sources import Part
from forecast.crm.times import Order
from simulations.tables import LOST

STATUS_WORDS = ("won", "lost")


def last_states(part: Part, mapping: Mapping, names: Names, order: Order | None) -> Cells:
    """Return the opportunities that a file of versions or changes tells of, each in its last state.

    Parameters
    ----------
    part : Part
        Of the role versions or changes.
    mapping : Mapping
    names : Names
    order : {'day-first', 'month-first'} or None

    Raises
    ------
    BadInput
        If a row cannot be read, or the changes do not tell in which stage opportunities are.
    """
    rows = history_rows(part, order, keep_deleted=True)
    when = stripped(part.sheet.rows[part.layout.columns["when"]])
    rows = rows.assign(written=when.loc[rows.index])
    texts, layout = (_versions if part.layout.role == "versions" else _changes)(part, rows)
    return cells_of(replace(part, layout=layout), texts, mapping, names)


def _versions(part: Part, rows: pd.DataFrame) -> tuple[dict[str, pd.Series], Layout]:
    """Return the texts of the last version of each opportunity; created with the first, where nothing else says so."""
    last = rows.drop_duplicates("code", keep="last").set_index("code")
    first = rows.drop_duplicates("code").set_index("code")
    records = pd.Index(_records(rows).reindex(first.index))
    names = [name for name in part.layout.columns if name not in ("when", "before")]
    texts = {name: last[name] for name in names}
    created = first["written"]
    texts["created"] = texts["created"].fillna(created) if "created" in texts else created
    whole = {name: text.set_axis(records) for name, text in texts.items()}
    columns = {name: at for name, at in part.layout.columns.items() if name in whole}
    return whole, replace(part.layout, columns=columns, role="opportunities")


def _changes(part: Part, rows: pd.DataFrame) -> tuple[dict[str, pd.Series], Layout]:
    """Return the texts of the last value of each field of each opportunity, in the words of a list of deals."""
    fields = rows["field"].str.casefold().str.replace("_", " ")
    rows = rows.assign(field=fields)
    _require_stages(part, fields)
    codes = pd.RangeIndex(rows["code"].max() + 1)
    told = {
        meaning: _last(rows, headers).reindex(codes)
        for meaning, headers in pipedrive.OBJECT.names.items()
        if meaning != "id" and fields.isin(headers).any()
    }
    first = rows.drop_duplicates("code").set_index("code").reindex(codes)
    told["id"] = first["id"]
    # An id that was used twice was created when it was first used.
    added = rows[rows["field"].isin(part.layout.fields.get("created", ()))].drop_duplicates("code")
    told["created"] = added.set_index("code")["after"].reindex(codes).fillna(first["written"])
    told["status"], told["closed"] = _status(rows, part, codes)
    records = pd.Index(_records(rows).reindex(codes))
    texts = {meaning: text.astype("str").set_axis(records) for meaning, text in told.items()}
    wanted = {meaning: _named(part, meaning) for meaning in texts}
    return texts, Layout(part.layout.shape, {}, wanted=wanted)


def _records(rows: pd.DataFrame) -> pd.Series:
    """Return the number of the first record of the file for each opportunity."""
    return pd.Series(rows.index, index=rows["code"]).groupby(level=0).min()


def _last(rows: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    """Return the last value of a field by opportunity."""
    mine = rows[rows["field"].isin(fields)].drop_duplicates("code", keep="last")
    return mine.set_index("code")["after"]


def _status(rows: pd.DataFrame, part: Part, codes: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Return open, won or lost by opportunity, and as text when it came to that.

    Without a change of the status a reason for the loss says that it was lost.
    """
    fields = part.layout.fields
    by_status = rows[rows["field"].isin(fields.get("status", ())) & rows["after"].notna()]
    by_reason = rows[rows["field"].isin(fields.get("lost_reason", ())) & rows["after"].notna()]
    by_reason = by_reason[~by_reason["code"].isin(by_status["code"])].assign(after=LOST)
    last = pd.concat([by_status, by_reason]).drop_duplicates("code", keep="last").set_index("code")
    status = last["after"].reindex(codes).fillna("open")
    closed = last["written"].reindex(codes).where(status.str.casefold().isin(STATUS_WORDS))
    return status, closed


def _require_stages(part: Part, fields: pd.Series) -> None:
    if fields.isin(part.layout.fields.get("stage", ())).any() and part.layout.shape == pipedrive.CHANGES.name:
        return
    faults = Faults(part.sheet)
    faults.add_file(
        "",
        "",
        f"read as {part.layout.shape}: it tells changes, not which opportunities there are; give the file of the "
        "opportunities as well",
    )
    faults.raise_any()


def _named(part: Part, meaning: str) -> str:
    """Return under which header and field a meaning stands in a file of changes, for messages."""
    after = part.sheet.headers[part.layout.columns["after"]]
    return f"{after} of {pipedrive.OBJECT.names.get(meaning, (meaning,))[0].replace(' ', '_')}"


def repeated(part: Part, rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids that were created more than once: two opportunities that became one."""
    fields = rows["field"].str.casefold().str.replace("_", " ")
    added = rows[fields.isin(part.layout.fields.get("created", ()))]
    return tuple(added["id"][added["id"].duplicated()].drop_duplicates())
