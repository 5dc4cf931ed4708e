"""A reading kept in a folder as Parquet, so that it can be forecast from again without reading the export."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from forecast.findings import Finding
from forecast.kept import forget
from forecast.known import KeptIn, KnownTables, count_open, masked, may_look_ahead
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
#: What is kept of what was learned from the tables, by its first word.
LEARNED = ("calibration", "records")
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


#: Where opportunities and stage history of tables lie.
_SLOTS: Mapping[str, Any] = MappingProxyType(
    {name: CrmTables.__dict__[name] for name in ("opportunities", "stage_history")}
)


class _Tables(KnownTables):
    """Tables that are read when they are first asked for: a million rows and four that many a question needs not."""

    __slots__ = ()

    def _read(self, name: str) -> pd.DataFrame:
        held: pd.DataFrame | Callable[[], pd.DataFrame] = _SLOTS[name].__get__(self)
        if callable(held):
            held = held()
            _SLOTS[name].__set__(self, held)
        return held

    @property
    def opportunities(self) -> pd.DataFrame:
        return self._read("opportunities")

    @opportunities.setter
    def opportunities(self, held: Any) -> None:
        _SLOTS["opportunities"].__set__(self, held)

    @property
    def stage_history(self) -> pd.DataFrame:
        return self._read("stage_history")

    @stage_history.setter
    def stage_history(self, held: Any) -> None:
        _SLOTS["stage_history"].__set__(self, held)

    def column(self, name: str) -> pd.Series:
        held = _SLOTS["opportunities"].__get__(self)
        column: pd.Series = held(name)[name] if callable(held) else held[name]
        return column


def held_back(tables: CrmTables, name: str = "stage_history") -> bool:
    """Return whether the stage history, or the opportunities, of tables have not been read yet."""
    return callable(_SLOTS[name].__get__(tables))


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
        "taken_out": isinstance(kept.tables, KnownTables) and kept.tables.moment == kept.moment,
        "shape": kept.shape,
        "stages": kept.tables.stages,
        "known_from": {
            name: None if since is None else since.isoformat()
            for name, since in kept.tables.known_from.items()
        },
        "may_look_ahead": kept.may_look_ahead,
        "findings": [asdict(finding) for finding in kept.findings],
        "found": _found(kept.tables, kept.moment),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    about["whole"] = _whole(about)
    told = json.dumps(about, ensure_ascii=False, indent=1).encode("utf-8")
    write_files(folder, {**files, ABOUT: told})
    for what in LEARNED:  # of the tables that lay there before
        forget(folder, what)


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
    known_from = {
        name: None if since is None else _moment(since) for name, since in about["known_from"].items()
    }
    told = {"stages": tuple(about["stages"]), "known_from": known_from}
    found = about["found"]
    kept = KeptIn(
        folder, _digest(about), moment, tuple(found["masked"]), tuple(found["ahead"]), found["open"]
    )
    tables = _Tables.of(
        moment if about.get("taken_out", False) else None, kept, {**_frames(folder, about), **told}
    )
    return KeptTables(
        tables,
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
    if about.pop("whole", None) != _whole(about):
        raise _refused(folder, NOT_WHOLE)
    return about


def _found(tables: CrmTables, moment: pd.Timestamp) -> dict[str, Any]:
    """Return what a forecast would have to look for in every row: see `forecast.known.KeptIn`."""
    plain = CrmTables(tables.opportunities, stages=tables.stages, known_from=tables.known_from)
    ahead = may_look_ahead(plain, moment)
    return {"masked": masked(plain, moment), "ahead": ahead, "open": count_open(plain, moment)}


def _whole(about: Mapping[str, Any]) -> str:
    """Return what tells a description from one that was harmed."""
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode("utf-8")).hexdigest()


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


def _frames(folder: Path, about: dict[str, Any]) -> dict[str, Any]:
    """Return the tables; in place of the large ones, which may not be needed, what reads them."""
    read = {name: partial(_frame, _content(folder, f"{name}.parquet", about), KEPT[name]) for name in KEPT}
    return {name: later if name in _SLOTS else later() for name, later in read.items()}


def _content(folder: Path, name: str, about: dict[str, Any]) -> Any:
    """Return the content of a file, which is as it was written."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(folder / name)) as file:
            content = file.read_buffer()
    except OSError:
        raise _refused(folder, NOT_WHOLE) from None
    if hashlib.sha256(content).hexdigest() != about["sha256"].get(name):
        raise _refused(folder, NOT_WHOLE)
    return content


def _frame(content: Any, columns: Mapping[str, str], only: str | None = None) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    asked = columns if only is None else {only: columns[only]}
    return conform(parquet.read_table(pa.BufferReader(content), columns=list(asked)).to_pandas(), asked)


def _digest(about: dict[str, Any]) -> str:
    """Return what tells these tables from any others."""
    told = {name: about[name] for name in ("version", "moment", "stages", "known_from", "sha256")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf-8")).hexdigest()


def _refused(folder: Path, allowed: str) -> BadInput:
    return BadInput([Problem(str(folder), "", "", "", allowed)])
