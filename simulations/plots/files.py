"""Figures as bytes and files: the same figure always gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from simulations.plots.style import settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
DOTS_PER_INCH = 144


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG or SVG, as the name of the file says, and return the path.

    Raises
    ------
    ValueError
        The file's name ends in neither.
    """
    if path.suffix not in FORMATS:
        raise ValueError(f"{path.name}: a figure is written as {' or '.join(FORMATS)}")
    path.write_bytes(rendered(figure, path.suffix[1:]))
    return path


def rendered(figure: Figure, kind: str) -> bytes:
    """Return a figure as the bytes of a ``png`` or ``svg``, without dates or versions in them."""
    target = io.BytesIO()
    unsaid = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context(settings()):
        figure.savefig(target, format=kind, dpi=DOTS_PER_INCH, metadata=unsaid)
    return target.getvalue()
