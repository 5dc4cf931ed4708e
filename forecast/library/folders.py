"""What an answer leaves in a folder: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from simulations.errors import BadInput, Problem


def leave(folder: Path | str, files: Mapping[str, bytes], option: str = "") -> dict[str, Path]:
    """Write files into a folder, each whole, or none of them.

    Parameters
    ----------
    folder : Path or str
        Made where it does not exist.
    files : mapping of str to bytes
        File name -> content.
    option : str
        That named the folder; empty where none did.

    Returns
    -------
    dict of str to Path
        File name -> path.

    Raises
    ------
    BadInput
        The folder cannot be written.
    """
    from simulations.exports.files import write_files  # with it come the exports

    with writing(Path(folder), option):
        return write_files(Path(folder), files)


@contextmanager
def writing(folder: Path, option: str = "") -> Iterator[None]:
    """Tell of what the disk refuses as of a fault of whoever named the folder.

    Parameters
    ----------
    folder : Path
    option : str
        That named it; empty where none did.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(folder, str(error.strerror), option) from None


def unwritable(folder: Path, why: str, option: str = "") -> BadInput:
    """Return the refusal of a folder; parameters as `writing`."""
    return BadInput([Problem(str(folder), "", option, "", f"cannot be written: {why}; name another folder")])
