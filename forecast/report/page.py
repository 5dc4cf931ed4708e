"""The report as one HTML page that needs nothing else: pictures and style inside, no request outside."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.report.contents import Contents, Results, contents_of
from simulations.exports.files import write_files
from simulations.plots.files import rendered

if TYPE_CHECKING:
    from forecast.report.blocks import InputFile, Picture
    from simulations.comparison import Comparison
    from simulations.sensitivity import LossGrid

TEMPLATE = "report.html.j2"


def write_report(
    path: Path,
    *,
    comparison: Comparison | None = None,
    grid: LossGrid | None = None,
    inputs: tuple[InputFile, ...] = (),
) -> Path:
    """Write the report of what there is as one self-contained HTML file, whole or not at all.

    Parameters
    ----------
    path : Path
    comparison : Comparison, optional
        First part: what the rhythm did.
    grid : LossGrid, optional
        Belongs to the comparison: the loss over the assumptions that matter most.
    inputs : tuple of InputFile
        What the results rest on.

    Returns
    -------
    Path
        ``path``.
    """
    contents = contents_of(Results(comparison, grid, inputs=inputs))
    return write_files(path.parent, {path.name: html(contents)})[path.name]


def html(contents: Contents) -> bytes:
    """Return a report as the bytes of an HTML page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("forecast.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["embedded"] = embedded
    words: dict[str, Any] = {"contents": contents}
    return environment.get_template(TEMPLATE).render(words).encode("utf-8")


def embedded(picture: Picture) -> str:
    """Return a picture as a ``data:`` address that holds it whole."""
    image = base64.b64encode(rendered(picture.figure, "svg")).decode("ascii")
    return f"data:image/svg+xml;base64,{image}"
