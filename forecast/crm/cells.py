"""The cells of an export by their meaning, and what must hold before any is parsed."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass

import pandas as pd

from forecast.crm.faults import Faults
from forecast.crm.generic import listed
from forecast.crm.layout import Layout
from forecast.crm.mapping import Mapping
from forecast.crm.sheet import Sheet
from simulations.errors import BadInput, Problem

#: What CRMs and spreadsheets write into a cell that is empty.
BLANKS = (
    *("", "(No value)", "(no value)", "NaT", "nan", "NaN", "None", "none"),
    *("null", "NULL", "--", "-", "N/A", "n/a"),
)
EMPTY = "(empty)"
#: Sets of columns of which an export must have at least one, the most usual first.
REQUIRED = (("id",), ("created",), ("stage", "status"), ("close", "closed", "won"))


@dataclass(frozen=True, slots=True)
class Cells:
    """An export's cells, still text.

    Attributes
    ----------
    sheet : Sheet
    layout : Layout
        Which column is which.
    mapping : Mapping
        What the user said about the file.
    texts : mapping of str to Series
        Meaning -> cells, stripped, missing where blank; the index numbers the records of the file.
    faults : Faults
        Where everything that is wrong is noted.
    """

    sheet: Sheet
    layout: Layout
    mapping: Mapping
    texts: Dict[str, pd.Series]
    faults: Faults

    @property
    def records(self) -> pd.Index:
        """The numbers of the records that are read."""
        return self.texts["id"].index

    @property
    def pipeline(self) -> str:
        """The one pipeline that is read; empty where the export names none."""
        names = self.texts["pipeline"].dropna() if "pipeline" in self.texts else pd.Series(dtype="str")
        return "" if names.empty else str(names.iloc[0])

    def header(self, meaning: str) -> str:
        """Return the header under which a meaning stands, or usually stands."""
        return _header(meaning, self.layout, self.sheet)

    def column(self, position: int) -> pd.Series:
        """Return the cells of any column of the sheet, for the records that are read."""
        return stripped(self.sheet.rows.loc[self.records, position])


def read_cells(sheet: Sheet, layout: Layout, mapping: Mapping) -> Cells:
    """Return the cells of each known column, of one pipeline.

    Raises
    ------
    BadInput
        If a column is missing without which nothing can be read, if there are several pipelines
        and none was named, or if the named one is not there.
    """
    faults = Faults(sheet)
    _require_columns(layout, sheet, faults)
    texts = {meaning: stripped(sheet.rows[at]) for meaning, at in layout.columns.items()}
    if "pipeline" in texts:
        texts = _of_pipeline(texts, _header("pipeline", layout, sheet), sheet.file, mapping.pipeline)
    return Cells(sheet, layout, mapping, texts, faults)


def stripped(column: pd.Series) -> pd.Series:
    """Return cells without blanks around them, missing where nothing was written."""
    text = column.str.strip()
    return text.mask(text.isin(BLANKS))


def check_ids(cells: Cells) -> None:
    """Note ids that are missing or stand on several lines."""
    ids, header = cells.texts["id"], cells.header("id")
    cells.faults.add(header, ids[ids.isna()].fillna(EMPTY), "every opportunity needs an id")
    again = ids[ids.notna() & ids.duplicated(keep=False)].sort_values(kind="stable")
    cells.faults.add(
        header,
        again,
        f"the same id stands on several lines ({again.nunique():,} such ids); leave one line for each "
        "opportunity (a report joined with products or contacts repeats them)",
    )


def one_currency(cells: Cells) -> str | None:
    """Return the currency of the file, None where nothing says it; several are noted."""
    if "currency" not in cells.texts:
        return cells.mapping.currency
    currency = cells.texts["currency"].str.upper()
    first_of_each = currency.dropna().drop_duplicates()
    if len(first_of_each) > 1:
        cells.faults.add(
            cells.header("currency"),
            first_of_each.iloc[:2],
            f"one file must have one currency, and this one has {listed(first_of_each)}; "
            "convert the amounts to one currency, or export the opportunities of one",
        )
    return cells.mapping.currency if first_of_each.empty else str(first_of_each.iloc[0])


def _header(meaning: str, layout: Layout, sheet: Sheet) -> str:
    at = layout.columns.get(meaning)
    return layout.wanted.get(meaning, meaning) if at is None else sheet.headers[at]


def _require_columns(layout: Layout, sheet: Sheet, faults: Faults) -> None:
    for choices in REQUIRED:
        if any(choice in layout.columns for choice in choices):
            continue
        named = [layout.wanted[choice] for choice in choices if choice in layout.wanted] or list(choices)
        faults.add_file(
            "header",
            "",
            f"column {' or '.join(map(repr, named))} is missing (read as {layout.shape}); add it to the export, "
            f"or name another in a mapping file. There is: {listed(sheet.headers)}",
        )
    faults.raise_any()


def _of_pipeline(
    texts: dict[str, pd.Series], header: str, file: str, wanted: str | None
) -> dict[str, pd.Series]:
    pipelines = [str(name) for name in texts["pipeline"].dropna().unique()]
    if wanted is None and len(pipelines) > 1:
        allowed = (
            "several pipelines are in one file; name the one to read with `pipeline:` in a mapping file, "
            "or export one"
        )
        raise BadInput([Problem(file, "", header, listed(pipelines), allowed)])
    if wanted is None:
        return texts
    if wanted not in pipelines:
        allowed = f"is no pipeline of this file; there is {listed(pipelines)}"
        raise BadInput([Problem(file, "", header, wanted, allowed)])
    mine = texts["pipeline"] == wanted
    return {meaning: text[mine] for meaning, text in texts.items()}
