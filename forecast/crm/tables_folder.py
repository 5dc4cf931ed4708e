"""A reading kept in a folder as Parquet, so that it can be forecast from again without reading the export."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from forecast.findings import Finding
from simulations.errors import BadInput, Problem
from simulations.tables import ACTIVITIES, OPPORTUNITIES, OWNERS, STAGE_HISTORY, CrmTables, conform

#: By this file a folder is known to hold a reading.
ABOUT = "reading.json"
KEPT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "opportunities": OPPORTUNITIES,
        "stage_history": STAGE_HISTORY,
        "activities": ACTIVITIES,
        "owners": OWNERS,
    }
)
#: Columns in which nearly every text is another.
ALL_DIFFERENT = ("id", "name")
OTHER_VERSION = "was made by Pipecast {theirs}, and this is {ours}: import the export again"
NOT_WHOLE = "is not as it was written: import the export again"
WAS_READ = "holds tables that have been read already: a mapping, rates, encoding or order of dates has no effect on them"
OTHER_MOMENT = "holds what was known before {kept:%Y-%m-%d %H:%M}; for another moment import the export again with --as-of"


@dataclass(frozen=True, slots=True)
class KeptTables:
    """What a folder holds of a reading: see `forecast.crm.reading.Reading`.

    Attributes
    ----------
    tables : CrmTables
    findings : tuple of Finding
    shape : str
    moment : Timestamp
        The first instant that is not known.
    may_look_ahead : tuple of str
    files : tuple of str
        Those of the folder.
    """

    tables: CrmTables
    findings: tuple[Finding, ...]
    shape: str
    moment: pd.Timestamp
    may_look_ahead: tuple[str, ...]
    files: tuple[str, ...]


def is_tables_folder(path: Path) -> bool:
    """Return whether a path is a folder that `keep_tables` wrote."""
    return (path / ABOUT).is_file()


def keep_tables(folder: Path, kept: KeptTables) -> None:
    """Write a reading into a folder, whole or not at all.

    Parameters
    ----------
    folder : Path
        Made where it does not exist; files of the same names are replaced.
    kept : KeptTables
        Its ``files`` are not written.
    """
    from simulations.exports.files import write_files

    files = {
        f"{name}.parquet": _parquet(getattr(kept.tables, name), columns) for name, columns in KEPT.items()
    }
    about = {
        "version": version("pipecast"),
        "moment": kept.moment.isoformat(),
        "shape": kept.shape,
        "stages": kept.tables.stages,
        "known_from": {
            name: None if since is None else since.isoformat()
            for name, since in kept.tables.known_from.items()
        },
        "may_look_ahead": kept.may_look_ahead,
        "findings": [asdict(finding) for finding in kept.findings],
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    told = json.dumps(about, ensure_ascii=False, indent=1).encode("utf-8")
    write_files(folder, {**files, ABOUT: told})


def kept_tables(folder: Path, as_of: pd.Timestamp | None) -> KeptTables:
    """Return what `keep_tables` wrote, row for row.

    Parameters
    ----------
    folder : Path
    as_of : Timestamp, optional
        The first instant that must not be known: that of the folder, or none.

    Raises
    ------
    BadInput
        It is not as it was written, of another version, or of another moment.
    """
    about = _about(folder)
    moment = _moment(about["moment"])
    if as_of is not None and as_of != moment:
        raise _refused(folder, OTHER_MOMENT.format(kept=moment))
    frames = {name: _frame(folder, f"{name}.parquet", about, columns) for name, columns in KEPT.items()}
    known_from = {
        name: None if since is None else _moment(since) for name, since in about["known_from"].items()
    }
    return KeptTables(
        CrmTables(**frames, stages=tuple(about["stages"]), known_from=known_from),
        tuple(Finding(**{**told, "examples": tuple(told["examples"])}) for told in about["findings"]),
        about["shape"],
        moment,
        tuple(about["may_look_ahead"]),
        tuple(str(folder / name) for name in (ABOUT, *about["sha256"])),
    )


def refuse_if(folder: Path, told: bool) -> None:  # noqa: FBT001 - the one thing that it is asked
    """Refuse what is told of an export beside the folder, which holds what was read of it already."""
    if told:
        raise _refused(folder, WAS_READ)


def _about(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_bytes())
        theirs = about["version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _refused(folder, NOT_WHOLE) from None
    if theirs != version("pipecast"):
        raise _refused(folder, OTHER_VERSION.format(theirs=theirs, ours=version("pipecast")))
    return about


def _moment(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).as_unit("us")


def _parquet(frame: pd.DataFrame, columns: Mapping[str, str]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pandas(conform(frame, columns), preserve_index=False)
    target = io.BytesIO()
    few = [name for name, dtype in columns.items() if dtype == "str" and name not in ALL_DIFFERENT]
    parquet.write_table(table, target, use_dictionary=few)
    return target.getvalue()


def _frame(folder: Path, name: str, about: dict[str, Any], columns: Mapping[str, str]) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise _refused(folder, NOT_WHOLE) from None
    if hashlib.sha256(content).hexdigest() != about["sha256"].get(name):
        raise _refused(folder, NOT_WHOLE)
    return conform(parquet.read_table(pa.BufferReader(content)).to_pandas(), columns)


def _refused(folder: Path, allowed: str) -> BadInput:
    return BadInput([Problem(str(folder), "", "", "", allowed)])
