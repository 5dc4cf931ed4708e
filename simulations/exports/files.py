"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_files(directory: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    """Write files into a directory, each whole or not at all; none, if one of them cannot be written.

    Parameters
    ----------
    directory : Path
        Made where it does not exist.
    contents : mapping of str to bytes
        File name -> content. Files of the same name are replaced.

    Returns
    -------
    dict of str to Path
        File name -> path.
    """
    if not directory.exists():
        return _write_new(directory, contents)
    waiting = {name: directory / f".{name}.{os.getpid()}.part" for name in contents}
    try:
        for name, content in contents.items():
            _write_through(waiting[name], content)
        return {name: part.replace(directory / name) for name, part in waiting.items()}
    finally:
        for part in waiting.values():
            with contextlib.suppress(FileNotFoundError):
                part.unlink()


def _write_new(directory: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    """Write a directory that does not exist: under another name first, so that it appears with all its files."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    waiting = directory.with_name(f".{directory.name}.{os.getpid()}.part")
    try:
        waiting.mkdir()
        for name, content in contents.items():
            _write_through(waiting / name, content)
        waiting.rename(directory)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return {name: directory / name for name in contents}


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def csv_bytes(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, quoted: bool = True, separator: str = ","
) -> bytes:
    """Return a CSV table as UTF-8: quotes doubled, lines ended by a line feed.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequences of str
    quoted : bool
        Whether every cell stands in quotes, or only those that need them.
    separator : str
    """
    text = io.StringIO()
    writer = csv.writer(
        text,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
        delimiter=separator,
        lineterminator="\n",
    )
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def harmless(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula: a quote goes before = + - @, tab and return.

    Source: OWASP, *CSV Injection*.

    Examples
    --------
    >>> print(harmless("=1+1"), harmless("Rep 01"))
    '=1+1 Rep 01
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
