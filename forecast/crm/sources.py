"""The files of one reading, each by what it is: opportunities, their history, and the names behind their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forecast.crm.faults import listed
from forecast.crm.layout import Layout, Role
from forecast.crm.mapping import Mapping
from forecast.crm.recognition import mapped, opportunities_layout, shape_of, unrecognised, whole
from forecast.crm.sheet import Sheet, read_sheet
from simulations.errors import BadInput, Problem

#: Files of a folder that are looked at.
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
#: What says something of opportunities by itself.
HISTORY: tuple[Role, ...] = ("versions", "changes", "moves")


@dataclass(frozen=True, slots=True)
class Part:
    """One file, and which of its columns is which."""

    sheet: Sheet
    layout: Layout


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one reading.

    Attributes
    ----------
    parts : tuple of Part
        In the order given; at most one holds opportunities.
    unused : tuple of str
        Names of files that are nothing of a reading.
    """

    parts: tuple[Part, ...]
    unused: tuple[str, ...] = ()

    def of(self, *roles: Role) -> tuple[Part, ...]:
        """Return the parts of some roles, in the order of the roles."""
        return tuple(part for role in roles for part in self.parts if part.layout.role == role)

    @property
    def opportunities(self) -> Part | None:
        """The file of opportunities, where there is one."""
        return next(iter(self.of("opportunities")), None)

    def emptied(self) -> Sources:
        """Return the files without their cells, once these are read."""
        return replace(self, parts=tuple(Part(part.sheet.emptied(), part.layout) for part in self.parts))

    @property
    def main(self) -> Part:
        """The file that stands for the whole: that of the opportunities, else of their history."""
        return self.opportunities or self.of(*HISTORY)[0]


def gather(paths: Sequence[Path], mapping: Mapping, encoding: str | None) -> Sources:
    """Return the files by what they are; a folder stands for the tables in it.

    Parameters
    ----------
    paths : sequence of Path
    mapping : Mapping
    encoding : str or None
        Of files that are not UTF-8.

    Raises
    ------
    BadInput
        If a file cannot be read, or nothing among them tells of opportunities, or two files do.
    """
    named = {path.resolve() for path in _named_by(mapping)}
    sheets = [
        sheet for path in paths if path.resolve() not in named for sheet in _sheets(path, mapping, encoding)
    ]
    if not sheets:
        raise BadInput(
            [Problem(listed(map(str, paths)), "", "", "", "holds no table (CSV or Excel) that can be read")]
        )
    known = _told_apart([(sheet, _layout(sheet, mapping)) for sheet in sheets])
    parts = tuple(Part(sheet, layout) for sheet, layout in known if layout is not None)
    sources = Sources(parts, tuple(Path(sheet.file).name for sheet, layout in known if layout is None))
    _check(sources, [sheet for sheet, layout in known if layout is None], mapping)
    return sources


def _named_by(mapping: Mapping) -> Iterable[Path]:
    return [Path(part.file) for part in (mapping.stage_history, mapping.owners) if part is not None]


def _sheets(path: Path, mapping: Mapping, encoding: str | None) -> list[Sheet]:
    """Return the sheet of a file, or those of all tables in a folder; of a folder only what can be read."""
    if not path.is_dir():
        return [read_sheet(path, encoding, mapping.sheet)]
    found = []
    for inner in sorted(path.iterdir()):
        if inner.suffix.casefold() in SUFFIXES and inner.is_file():
            try:
                found.append(read_sheet(inner, encoding, mapping.sheet))
            except BadInput:
                continue  # a folder may hold anything; what a user names must be readable
    return found


def _layout(sheet: Sheet, mapping: Mapping) -> Layout | None:
    """Return what a sheet is; None where it is nothing that is known."""
    if mapped(sheet.headers, mapping):
        return opportunities_layout(sheet.file, sheet.headers, mapping)
    shape = shape_of(sheet.headers)
    return None if shape is None else shape.layout(sheet.headers)


def _told_apart(known: list[tuple[Sheet, Layout | None]]) -> list[tuple[Sheet, Layout | None]]:
    """Return the files, of several without those opportunities that lack a column: another file is the one, or none is."""

    def tells(layout: Layout | None) -> bool:
        role = None if layout is None else layout.role
        return role in HISTORY or (layout is not None and role == "opportunities" and whole(layout.columns))

    if len(known) == 1:
        return known
    return [
        (
            sheet,
            None if layout is not None and layout.role == "opportunities" and not tells(layout) else layout,
        )
        for sheet, layout in known
    ]


def _check(sources: Sources, unknown: Sequence[Sheet], mapping: Mapping) -> None:
    deals = sources.of("opportunities")
    if len(deals) > 1:
        names = listed(part.sheet.file for part in deals)
        allowed = (
            "each of these files holds opportunities; give one, and beside it only its history and names"
        )
        raise BadInput([Problem(names, "", "", "", allowed)])
    if deals and mapping.columns:
        opportunities_layout(deals[0].sheet.file, deals[0].sheet.headers, mapping)  # names what it lacks
    if deals or sources.of("versions", "changes"):
        return
    if unknown:
        if mapping.columns:
            opportunities_layout(unknown[0].file, unknown[0].headers, mapping)
        raise BadInput([unrecognised(sheet.file, sheet.headers) for sheet in unknown])
    held = listed(f"{Path(part.sheet.file).name} ({part.layout.shape})" for part in sources.parts)
    allowed = "tells nothing of opportunities by itself; give the file of the opportunities as well"
    raise BadInput([Problem(held, "", "", "", allowed)])
