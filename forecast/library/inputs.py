"""The files that an answer rests on: the export, or the snapshot in a store, and what was named beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.report import InputFile

#: What names a file beside an export -> what the file is called in a report.
ROLES = {
    "mapping": "mapping",
    "targets_file": "targets",
    "records_mapping": "records mapping",
    "plan": "plan",
    "calls": "calls",
    "scenario": "scenario",
    "sheet": "proposed quotas",
}


def export_inputs(files: Sequence[str], named: Mapping[str, object]) -> tuple[InputFile, ...]:
    """Return the files of an export and those that were named beside it, with their hashes.

    Parameters
    ----------
    files : sequence of str
    named : mapping of str to object
        By the names of `ROLES`; others, and None, are passed over.
    """
    from forecast.report.blocks import input_file

    beside = [(role, named.get(name)) for name, role in ROLES.items()]
    return (
        *(input_file(Path(file), "CRM export") for file in files),
        *(input_file(Path(str(path)), role) for role, path in beside if path is not None),
    )


def stored_inputs(reading: Reading) -> tuple[InputFile, ...]:
    """Return the snapshot that a reading is, where it comes out of a store."""
    snapshot = getattr(reading, "snapshot", None)  # what comes from a file must not load the store's library
    if snapshot is None:
        return ()
    from forecast.report.blocks import InputFile

    return (InputFile("snapshot in a store", getattr(reading, "origin", ""), snapshot.digest),)
