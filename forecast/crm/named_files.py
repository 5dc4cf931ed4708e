"""Files that a mapping names beside the one it is about: stages entered, owners."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from pathlib import Path

from forecast.crm.faults import Faults, listed
from forecast.crm.layout import Layout, Role
from forecast.crm.mapping import Mapping
from forecast.crm.sheet import read_sheet
from forecast.crm.sources import Part


def named_parts(mapping: Mapping) -> Iterator[Part]:
    """Yield the files that the mapping names, by what they are.

    Parameters
    ----------
    mapping : Mapping

    Raises
    ------
    BadInput
        If a file cannot be read or lacks a column.
    """
    history, owners = mapping.stage_history, mapping.owners
    if history is not None:
        named = {"id": history.id, "stage": history.stage, "when": history.entered}
        yield _part(Path(history.file), mapping.encoding, named, "moves", "stage history by a mapping file")
    if owners is not None:
        said = {"key": owners.owner, "manager": owners.manager, "team": owners.team}
        named = {meaning: header for meaning, header in said.items() if header is not None}
        yield _part(Path(owners.file), mapping.encoding, named, "owners", "owners by a mapping file")


def _part(path: Path, encoding: str | None, named: Dict[str, str], role: Role, shape: str) -> Part:
    sheet = read_sheet(path, encoding)
    faults = Faults(sheet)
    for header in named.values():
        if header not in sheet.headers:
            faults.add_file(
                "header", header, f"is no column of this file; its columns are {listed(sheet.headers)}"
            )
    faults.raise_any()
    at = {meaning: sheet.headers.index(header) for meaning, header in named.items()}
    return Part(sheet, Layout(shape, at, role=role))
