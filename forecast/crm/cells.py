"""The cells of opportunities by their meaning, and what must hold before any is parsed."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace

import pandas as pd

from forecast.crm.columns import flag, stripped, text_columns
from forecast.crm.faults import Faults, listed
from forecast.crm.layout import Layout, plain_header
from forecast.crm.mapping import Mapping
from forecast.crm.names import Names
from forecast.crm.recognition import REQUIRED
from forecast.crm.sheet import Sheet
from forecast.crm.sources import Part
from simulations.tables import among

EMPTY = "(empty)"
#: An id as a spreadsheet writes a long number.
ROUNDED = r"\d(?:[.,]\d+)?[eE]\+\d+"
#: What is wrong in every number if it is read from the wrong one of two columns.
DECISIVE = frozenset(
    ("id", "created", "stage", "status", "close", "closed", "won", "lost", "amount", "booked", "is_won", "is_closed")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of opportunities, still text.

    Attributes
    ----------
    sheet : Sheet
    layout : Layout
        Which column is which.
    mapping : Mapping
        What the user, and the files beside this one, said about it.
    texts : mapping of str to Series
        Meaning -> cells, stripped, missing where blank; the index numbers the records of the file.
    faults : Faults
        Where everything that is wrong is noted.
    left_out : mapping of str to tuple of str
        Why rows were left out (``deleted``, ``merged``) -> their ids.
    listed : tuple of str
        The open stages in the order in which the CRM itself lists them; empty where it does not.
    """

    sheet: Sheet
    layout: Layout
    mapping: Mapping
    texts: Dict[str, pd.Series]
    faults: Faults
    left_out: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()

    @property
    def records(self) -> pd.Index:
        """The numbers of the records that are read."""
        return self.texts["id"].index

    @property
    def pipeline(self) -> str:
        """The one pipeline that is read; empty where there is none or every one is."""
        names = self.texts["pipeline"].dropna() if "pipeline" in self.texts else pd.Series(dtype="str")
        return "" if names.empty or self.mapping.all_pipelines else str(names.iloc[0])

    def header(self, meaning: str) -> str:
        """Return the header under which a meaning stands, or usually stands."""
        return header_of(meaning, self.layout, self.sheet)

    def emptied(self) -> Cells:
        """Return the cells without the sheet that they come from, once all faults are told."""
        sheet = self.sheet.emptied()
        return replace(self, sheet=sheet, faults=Faults(sheet))

    def column(self, position: int) -> pd.Series:
        """Return the cells of any column of the sheet, for the records that are read."""
        return stripped(self.sheet.rows.loc[self.records, position])


def read_cells(part: Part, mapping: Mapping, names: Names) -> Cells:
    """Return the cells of each known column, with names in place of ids, without deleted and merged rows.

    Raises
    ------
    BadInput
        If a column is missing without which nothing can be read, or every row is marked as deleted.
    """
    require_columns(part)
    texts = text_columns(part)
    _refuse_repeated(part, texts)
    return cells_of(part, texts, mapping, names)


def cells_of(part: Part, texts: Dict[str, pd.Series], mapping: Mapping, names: Names) -> Cells:
    """Return cells from texts by meaning; parameters and errors as `read_cells`."""
    cells = Cells(part.sheet, part.layout, mapping, texts, Faults(part.sheet))
    cells = _named(cells, names)
    return _without_deleted(_without_merged(cells, names))


def header_of(meaning: str, layout: Layout, sheet: Sheet) -> str:
    """Return the header under which a meaning stands, or usually stands."""
    at = layout.columns.get(meaning)
    return layout.wanted.get(meaning, meaning) if at is None else sheet.headers[at]


def check_ids(cells: Cells) -> None:
    """Note ids that are missing or stand on several lines."""
    ids, header = cells.texts["id"], cells.header("id")
    cells.faults.add(
        header,
        ids[ids.isna()].fillna(EMPTY),
        "every opportunity needs an id; export the details alone, without rows of subtotals",
    )
    again = ids[ids.notna() & ids.duplicated(keep=False)].sort_values(kind="stable")
    rounded = again[again.str.fullmatch(ROUNDED)]
    if len(rounded):
        cells.faults.add(
            header, rounded, "a spreadsheet has rounded this id; keep its column as text, or export again"
        )
        return
    cells.faults.add(
        header,
        again,
        f"the same id stands on several lines ({again.nunique():,} such ids); leave one line for each "
        "opportunity (a report joined with products or contacts repeats them)",
    )


def require_columns(part: Part) -> None:
    """Refuse opportunities that lack a column without which nothing can be read."""
    faults, layout, sheet = Faults(part.sheet), part.layout, part.sheet
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


def _refuse_repeated(part: Part, texts: Dict[str, pd.Series]) -> None:
    """Refuse a header that stands twice above different cells, where nothing says which of them is meant."""
    faults, headers = Faults(part.sheet), part.sheet.headers
    plain = [plain_header(header) for header in headers]
    for meaning in (one for one in texts if one in DECISIVE):
        at = part.layout.columns[meaning]
        others = [other for other, header in enumerate(plain) if header == plain[at] and other != at]
        for other in others:
            differs = stripped(part.sheet.rows[other]).dropna()
            differs = differs[differs != texts[meaning].reindex(differs.index).fillna("")]
            faults.add(
                headers[at],
                differs,
                f"this header stands in columns {at + 1} and {other + 1} with different contents; leave one of them out "
                "of the export, or rename it",
            )
    faults.raise_any()


def _named(cells: Cells, names: Names) -> Cells:
    translators = {"stage": names.stage, "pipeline": names.pipeline, "owner": names.owner}
    named = {
        meaning: name(cells.texts[meaning]) for meaning, name in translators.items() if meaning in cells.texts
    }
    return replace(cells, texts={**cells.texts, **named})


def _kept(cells: Cells, gone: pd.Series, why: str) -> Cells:
    """Return the cells without some rows, and why they are gone."""
    if not gone.any():
        return cells
    texts = {meaning: text[~gone] for meaning, text in cells.texts.items()}
    ids = tuple(cells.texts["id"][gone].fillna(EMPTY))
    return replace(cells, texts=texts, left_out={**cells.left_out, why: ids})


def _without_merged(cells: Cells, names: Names) -> Cells:
    """Leave out what was merged into another opportunity that is there: it lives on in that one."""
    ids = cells.texts["id"]
    if names.merged.empty and "merged" not in cells.texts:
        return cells
    pairs = names.merged[among(pd.Series(names.merged.index, dtype="str"), ids).to_numpy()]
    gone = among(ids, pairs)
    if "merged" in cells.texts:
        listed_ids = cells.texts["merged"].dropna().str.split(r"[;,\s]+", regex=True).explode()
        gone |= among(ids, listed_ids)
    return _kept(cells, gone, "merged")


def _without_deleted(cells: Cells) -> Cells:
    if "deleted" not in cells.texts or "deleted" in cells.mapping.accept:
        return cells
    gone = flag(cells.texts["deleted"]).eq(other=True)
    if gone.all():
        ids = cells.texts["id"].fillna(EMPTY)
        cells.faults.add(
            cells.header("deleted"),
            ids,
            "every row is marked as deleted in the CRM, so nothing is left to read; to read them all the same, put "
            "`deleted` under `accept:` in a mapping file",
        )
        cells.faults.raise_any()
    return _kept(cells, gone, "deleted")
