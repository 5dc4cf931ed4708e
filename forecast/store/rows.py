"""Tables of the house as columns that a database holds exactly, and what became of each row from one snapshot to the next."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.minor_units import from_minor, to_minor
from forecast.store.schema import stored_names
from simulations.tables import TIME

Ints = npt.NDArray[np.int64]
#: Name in the store -> values: int64 (`MISSING` where missing), float64 (nan), or text as objects (None).
Columns = dict[str, np.ndarray]
MISSING = np.iinfo(np.int64).min
#: Rows that are written at a time, to bound memory.
BATCH = 20_000


def microseconds(moment: pd.Timestamp) -> int:
    """Return a moment as microseconds since 1970-01-01."""
    return int(moment.as_unit("us").asm8.astype(np.int64))


def moment_of(since: int) -> pd.Timestamp:
    """Return the moment so many microseconds after 1970-01-01."""
    return pd.Timestamp(since, unit="us").as_unit("us")


def encode(frame: pd.DataFrame, columns: Mapping[str, str], currency: str) -> Columns:
    """Return a table as the store holds it.

    Parameters
    ----------
    frame : DataFrame
        With exactly ``columns``, as `simulations.tables.conform` makes them.
    columns : mapping of str to str
        Name -> dtype.
    currency : str
        Of the amounts; empty where unknown.

    Raises
    ------
    BadInput
        An amount is too large.
    """
    out: Columns = {}
    for name, dtype in columns.items():
        values = frame[name]
        if name == "amount":
            out |= _encoded_amount(values, currency)
        elif dtype == TIME:
            out[f"{name}_us"] = values.to_numpy().astype("datetime64[us]").astype(np.int64)
        elif dtype == "str":
            out[name] = values.astype(object).where(values.notna(), None).to_numpy(object)
        else:
            out[name] = values.to_numpy(np.float64)
    return out


def _encoded_amount(values: pd.Series, currency: str) -> Columns:
    amount = values.to_numpy(np.float64)
    minor = to_minor(values, currency)
    whole = from_minor(minor, currency) == amount
    missing = np.isnan(amount)
    return {
        "amount_minor": np.where(missing, MISSING, minor),
        "amount_beyond": np.where(whole | missing, np.nan, amount),
    }


def decode(stored: Columns, columns: Mapping[str, str], currency: str) -> pd.DataFrame:
    """Return the table that `encode` was given."""
    out = {}
    for name, dtype in columns.items():
        if name == "amount":
            minor, beyond = stored["amount_minor"], stored["amount_beyond"]
            amount = np.where(minor == MISSING, np.nan, from_minor(minor, currency))
            out[name] = pd.Series(np.where(np.isnan(beyond), amount, beyond))
        elif dtype == TIME:
            out[name] = pd.Series(stored[f"{name}_us"].astype("datetime64[us]"))
        else:
            out[name] = pd.Series(stored[name], dtype=dtype)
    return pd.DataFrame(out)


def taken(stored: Columns, at: Ints | npt.NDArray[np.bool_]) -> Columns:
    """Return some rows of a table."""
    return {name: values[at] for name, values in stored.items()}


def count_of(stored: Columns) -> int:
    """Return how many rows a table has."""
    return len(next(iter(stored.values())))


def digest_of(parts: Mapping[str, Columns], about: Mapping[str, Any]) -> str:
    """Return the SHA-256 of tables, in their order of rows, and of what else is known of them."""
    whole = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for part, stored in parts.items():
        for name, values in stored.items():
            whole.update(f"\n{part}.{name}:{len(values)}\n".encode())
            text = values.dtype == object
            whole.update(json.dumps(values.tolist()).encode() if text else values.tobytes())
    return whole.hexdigest()


def matched(old: Columns, new: Columns) -> Ints:
    """Return for each new row the position of an equal old one, -1 where there is none; each old row at most once."""
    left, right = _keys(new), _keys(old)
    found = left.merge(right.reset_index(names="at"), on=["hash", "nth"], how="left")["at"]
    at = found.fillna(-1).to_numpy(np.int64, copy=True)
    seen = np.flatnonzero(at >= 0)
    same = np.ones(len(seen), dtype=np.bool_)
    for name, values in new.items():  # two different rows may share their hash
        a, b = values[seen], old[name][at[seen]]
        same &= (a == b) | (pd.isna(a) & pd.isna(b))
    at[seen[~same]] = -1
    return at


def _keys(stored: Columns) -> pd.DataFrame:
    """Return the hash of each row, and how many rows before it have the same."""
    hashes = pd.util.hash_pandas_object(pd.DataFrame(stored), index=False).to_numpy()
    keys = pd.DataFrame({"hash": hashes})
    return keys.assign(nth=keys.groupby("hash").cumcount())


def pack(rows: Ints) -> bytes:
    """Return row numbers, in their order, as few bytes.

    Examples
    --------
    >>> unpack(pack(np.array([7, 8, 9, 3]))).tolist()
    [7, 8, 9, 3]
    """
    return zlib.compress(np.diff(rows, prepend=0).astype("<i8").tobytes())


def unpack(packed: bytes) -> Ints:
    """Return what `pack` was given."""
    return np.cumsum(np.frombuffer(zlib.decompress(packed), dtype="<i8")).astype(np.int64)


def records_of(stored: Columns, rows: Ints, since: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table as a database takes them, some at a time, with their numbers."""
    names = ("row", "since", *stored)
    for begin in range(0, len(rows), BATCH):
        part = slice(begin, begin + BATCH)
        lists = [_plain(values[part]) for values in stored.values()]
        whole = zip(rows[part].tolist(), [since] * len(rows[part]), *lists, strict=True)
        yield [dict(zip(names, row, strict=True)) for row in whole]


def _plain(values: np.ndarray) -> list[Any]:
    """Return values with None where one is missing."""
    if values.dtype == object:
        return list(values)
    missing = np.isnan(values) if values.dtype == np.float64 else values == MISSING
    return [None if gone else value for value, gone in zip(values.tolist(), missing.tolist(), strict=True)]


def columns_of(found: Sequence[Any], columns: Mapping[str, str]) -> Columns:
    """Return rows that a database gave, in the order of `stored_names`, as columns."""
    names = stored_names(columns)
    lists = list(zip(*found, strict=True)) if found else [()] * len(names)
    return {
        name: _typed(list(values), dtype) for (name, dtype), values in zip(names.items(), lists, strict=True)
    }


def _typed(values: list[Any], dtype: str) -> np.ndarray:
    if dtype == "str":
        return np.array(values, dtype=object)
    missing = MISSING if dtype == "int64" else np.nan
    return np.array([missing if value is None else value for value in values], dtype=dtype)
