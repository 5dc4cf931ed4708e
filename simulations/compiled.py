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
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher

Function = TypeVar("Function", bound=Callable[..., object])

#: Files whose compiled functions call each other across files, or whose records and constants are compiled in.
SOURCES = (
    "compiled.py",
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


_NO_DOOR = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_FOLDER = _cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # set by numba at import


def record_of(plan: type[tuple[Any, ...]]) -> np.dtype[np.void]:
    """Return the aligned record that holds a named tuple of whole numbers and floats; its fields are attributes."""
    numbers = {int: np.int64, float: np.float64}
    fields: Any = [(name, numbers[kind]) for name, kind in get_type_hints(plan).items()]
    return np.dtype((np.record, np.dtype(fields, align=True)))


class _Later(CPUDispatcher):
    """A function of one signature that is compiled, or read from the cache, when it is first needed.

    A start that needs only the engine, into which the physics is compiled already, need not read each rule.
    """

    signature: str

    def _compile_for_args(self, *args: Any, **kws: Any) -> Any:
        if self.overloads:
            return super()._compile_for_args(*args, **kws)  # type: ignore[misc]  # numba's stubs leave it out
        self._make()
        return self  # which is then called

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return what a function that calls this one is told about it; see numba's Dispatcher."""
        self._make()
        return super().get_call_template(args, kws)

    def _make(self) -> None:
        with global_compiler_lock:
            if not self.overloads:
                self.compile(self.signature)
                self.disable_compile()


class _NoDoor(CPUDispatcher):
    """A function that only compiled functions may call."""

    def __call__(self, *args: Any, **kws: Any) -> Any:  # noqa: ARG002 - refused, whatever they are
        raise TypeError(f"only compiled functions may call {self.py_func.__name__}")


def compiled(signature: str, *, inside: bool = False) -> Callable[[Function], Function]:
    """Compile a scalar function for one signature; where no folder is writable, without a cache.

    Parameters
    ----------
    signature : str
        The numba signature, so that a call can never compile a second, subtly different version
        (a Python int may be signed or unsigned to numba, depending on its size).
    inside : bool
        Whether it is compiled into each of its compiled callers, for what is smaller than a call.
    """

    def later(function: Function) -> Function:
        made = _dispatcher(_Later, function, {"forceinline": True} if inside else {})
        if isinstance(made, _Later):
            made.signature = signature
        return made

    return later


def compiled_at_first_call(function: Function) -> Function:
    """Compile a function for the types of its first call, without holding Python's lock while it runs."""
    return cast("Function", numba.njit(nogil=True, cache=_FOLDER is not None)(function))


def compiled_beside(function: Function) -> Function:
    """Compile a function that only compiled functions call: without a door for Python, which takes long to make."""
    return _dispatcher(_NoDoor, function, _NO_DOOR)


def compiled_inside(function: Function) -> Function:
    """Compile a function into each of its callers; as `compiled_beside`."""
    return _dispatcher(_NoDoor, function, {"forceinline": True, **_NO_DOOR})


def _dispatcher(kind: type[CPUDispatcher], function: Function, options: dict[str, bool]) -> Function:
    """Return a function as numba dispatches it, or itself where compilation is switched off."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set by numba at import
        return function
    made = kind(function, targetoptions={"nopython": True, **options})
    if _FOLDER is not None:
        made.enable_caching()
    return cast("Function", made)


def is_compiled() -> bool:
    """Return whether the engine is kept compiled from an earlier run of the same sources."""
    return _FOLDER is not None and any(_FOLDER.rglob("*_count-*.nbi"))
