"""The files that a protocol names, read: each once, and whole; every origin then reads only its own past."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from forecast.backtest.origins import Plan
from forecast.backtest.protocol import Dataset, Protocol
from forecast.crm import read_crm
from forecast.crm.mapping import Mapping, read_mapping
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

#: Folder of mapping files, ``<data set>.yaml``, beside the protocol.
MAPPINGS = "mappings"


def read_datasets(
    protocol: Protocol, beside: Path, data: Path, names: Iterable[str] = ()
) -> dict[str, tuple[Plan, CrmTables]]:
    """Return what is asked of each data set, and its tables.

    Parameters
    ----------
    protocol : Protocol
    beside : Path
        Folder of the protocol, in which the folder ``mappings`` lies.
    data : Path
        Folder from which the protocol names its files.
    names : iterable of str
        Data sets to read; all unless told.

    Raises
    ------
    BadInput
        If a data set is none of the protocol's, or a file is missing or cannot be read.
    """
    wanted = tuple(names) or tuple(protocol.datasets)
    unknown = [name for name in wanted if name not in protocol.datasets]
    if unknown:
        allowed = f"is no data set of the protocol; known: {', '.join(protocol.datasets)}"
        raise BadInput([Problem("--dataset", "", "", name, allowed) for name in unknown])
    return {
        name: (Plan.of(name, protocol.datasets[name]), _tables(name, protocol.datasets[name], beside, data))
        for name in wanted
    }


def _tables(name: str, asked: Dataset, beside: Path, data: Path) -> CrmTables:
    path = beside / MAPPINGS / f"{name}.yaml"
    told = read_mapping(path) if path.is_file() else Mapping()
    return read_crm(
        data / asked.file, mapping=_with_history(told, asked, data), export_date=pd.Timestamp(asked.cut)
    ).tables


def _with_history(told: Mapping, asked: Dataset, data: Path) -> Mapping:
    """Return the mapping with the history file where the protocol says that it lies."""
    if asked.history is None or told.stage_history is None:
        return told
    history = told.stage_history.model_copy(update={"file": str(data / asked.history)})
    return told.model_copy(update={"stage_history": history})
