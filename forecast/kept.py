"""What was learned from tables, kept in the folder in which the tables lie, so that nobody need learn it again.

It is kept under what it was learned from: the tables, the question and the program. Whatever of these is another gives
another name, and a file that is not as it was written is passed over and written anew: what comes back is what would be
learned.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import mmap
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeGuard, cast, get_args, get_type_hints

import numpy as np
import numpy.typing as npt

from forecast.known import KeptIn, KnownTables
from simulations.exports.files import write_files
from simulations.tables import CrmTables

SUFFIX = ".kept"
#: Where stands what says what is learned from tables.
SOURCES = ("kept.py", "known.py", "calibration/*.py")
#: Bytes that tell how long the head is, between whose multiples arrays begin, and of the digest at the end.
_LENGTH, _ALIGNED, _DIGEST = 8, 64, 32


def is_kept(tables: CrmTables) -> TypeGuard[KnownTables]:
    """Return whether tables lie in a folder, so that what is learned from them may lie there too."""
    return isinstance(tables, KnownTables) and tables.kept is not None


def place_of(what: str, tables: KnownTables, **asked: Any) -> Path:
    """Return the file in which lies what was learned from tables that are kept, for a question."""
    folder = cast("KeptIn", tables.kept)
    told = [what, folder.digest, repr(tables.moment), _program(), {one: repr(asked[one]) for one in asked}]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf-8")).hexdigest()
    return folder.path / f"{what}-{digest[:40]}{SUFFIX}"


@cache
def _program() -> str:
    """Return what tells this program from every other that may learn otherwise."""
    digest = hashlib.sha256(f"{version('pipecast')} {version('numpy')} {version('scipy')}".encode())
    for pattern in SOURCES:
        for source in sorted(Path(__file__).parent.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def leaves_of(value: Any, name: str = "") -> dict[str, Any]:
    """Return what a tree of frozen values holds, by the names on the way to it."""
    if not is_dataclass(value):
        return {name: value}
    found: dict[str, Any] = {}
    for one in fields(value):
        found |= leaves_of(getattr(value, one.name), f"{name}.{one.name}".removeprefix("."))
    return found


def built(kind: Any, leaves: Mapping[str, Any], name: str = "") -> Any:
    """Return the value whose leaves these are; in place of leaves, a whole branch may be given."""
    if name in leaves:
        return leaves[name]
    made: Any = next(one for one in (kind, *get_args(kind)) if is_dataclass(one))
    hints = get_type_hints(made)
    return made(
        **{
            one.name: built(hints[one.name], leaves, f"{name}.{one.name}".removeprefix("."))
            for one in fields(made)
        }
    )


def keep(path: Path, leaves: Mapping[str, Any]) -> None:
    """Write leaves into a file, whole or not at all; nothing is said where it cannot be: it is learned again."""
    arrays = {name: leaf for name, leaf in leaves.items() if isinstance(leaf, np.ndarray)}
    plain = {name: leaf for name, leaf in leaves.items() if name not in arrays}
    narrow = {name: _narrow(array) for name, array in arrays.items()}
    kinds = {name: (array.dtype.str, narrow[name].dtype.str, array.shape) for name, array in arrays.items()}
    head = json.dumps({"name": path.name, "plain": plain, "arrays": kinds}).encode("utf-8")
    content = bytearray(len(head).to_bytes(_LENGTH, "little") + head)
    for array in narrow.values():
        content += bytes(-len(content) % _ALIGNED)
        content += array.data.cast("B") if array.size else b""
    content += hashlib.sha256(content).digest()
    with contextlib.suppress(OSError):
        write_files(path.parent, {path.name: bytes(content)})


def _narrow(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return whole numbers in as few bytes as hold them; all else as it is."""
    if array.dtype != np.int64 or not array.size:
        return np.ascontiguousarray(array)
    small = np.promote_types(np.min_scalar_type(array.min()), np.min_scalar_type(array.max()))
    return np.ascontiguousarray(array, dtype=small)


def held(path: Path) -> dict[str, Any] | None:
    """Return the leaves that a file holds; None where there is none that is as it was written."""
    try:
        with path.open("rb") as file:
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None
    if hashlib.sha256(content[:-_DIGEST]).digest() != content[-_DIGEST:]:
        return None
    begin = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    head = json.loads(bytes(content[_LENGTH:begin]))
    if head["name"] != path.name:
        return None
    plain = head["plain"].items()
    leaves = {name: tuple(leaf) if isinstance(leaf, list) else leaf for name, leaf in plain}
    for name, (dtype, small, shape) in head["arrays"].items():
        begin += -begin % _ALIGNED
        array = np.frombuffer(content, small, math.prod(shape), begin).reshape(shape)
        leaves[name] = array.astype(dtype, copy=False)
        begin += array.nbytes
    return leaves


def forget(folder: Path, what: str, most: int = 0) -> None:
    """Take away what was kept in a folder, all but the newest; nothing is said where it cannot be."""
    with contextlib.suppress(OSError):
        found = sorted(folder.glob(f"{what}-*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
        for path in found[: max(len(found) - most, 0)]:
            path.unlink()
