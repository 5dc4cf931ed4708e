"""How the physics is compiled: by numba, cached in a folder named after the sources.

numba's own cache does not see changes in compiled functions of *other* files, so the folder carries
a hash of all compiled sources: a changed rule is a new folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., object])

#: Files whose compiled functions call each other across files, or whose records and constants are compiled in.
SOURCES = (
    "randomness.py",
    "rules.py",
    "regime.py",
    "journal.py",
    "calendar.py",
    "staffing.py",
    "given.py",
    "engine/*.py",
    "tally/*.py",
)


def sources_hash(folder: Path) -> str:
    """Return a short hash of the compiled sources in ``folder`` and of numba's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for pattern in SOURCES:
        for source in sorted(folder.glob(pattern)):
            digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path | None:
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "pipecast" / sources_hash(Path(__file__).parent)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


_FOLDER = _cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # set by numba at import


def record_of(plan: type[tuple[Any, ...]]) -> np.dtype[np.void]:
    """Return the aligned record that holds a named tuple of whole numbers and floats; its fields are attributes."""
    numbers = {int: np.int64, float: np.float64}
    fields: Any = [(name, numbers[kind]) for name, kind in get_type_hints(plan).items()]
    return np.dtype((np.record, np.dtype(fields, align=True)))


def compiled(signature: str) -> Callable[[Function], Function]:
    """Compile a scalar function for one signature; where no folder is writable, without a cache.

    Parameters
    ----------
    signature : str
        The numba signature, so that a call can never compile a second, subtly different version
        (a Python int may be signed or unsigned to numba, depending on its size).
    """
    return cast("Callable[[Function], Function]", numba.njit(signature, cache=_FOLDER is not None))


def compiled_at_first_call(function: Function) -> Function:
    """Compile a function for the types of its first call, without holding Python's lock while it runs."""
    return cast("Function", numba.njit(nogil=True, cache=_FOLDER is not None)(function))


def compiled_inside(function: Function) -> Function:
    """Compile a function into each of its callers: a call that hands over a whole world of arrays costs more than most work."""
    return cast("Function", numba.njit(nogil=True, forceinline=True, cache=_FOLDER is not None)(function))


def is_compiled() -> bool:
    """Return whether the engine is kept compiled from an earlier run of the same sources."""
    return _FOLDER is not None and any(_FOLDER.rglob("*_count-*.nbi"))
