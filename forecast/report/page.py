"""The report as one HTML page that needs nothing else: pictures and style inside, no request outside."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forecast.report.contents import Contents, Results, contents_of
from simulations.exports.files import write_files

TEMPLATE = "report.html.j2"


def write_report(path: Path, results: Results) -> Path:
    """Write the report of what there is as one self-contained HTML file, whole or not at all.

    Returns
    -------
    Path
        ``path``.
    """
    return write_files(path.parent, {path.name: html(contents_of(results))})[path.name]


def html(contents: Contents, drawn: Mapping[str, bytes] | None = None) -> bytes:
    """Return a report as the bytes of an HTML page.

    Parameters
    ----------
    contents : Contents
    drawn : mapping of str to bytes, optional
        Pictures as SVG, by their names; drawn here unless given.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("forecast.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    images = drawings(contents) if drawn is None else drawn
    environment.filters["embedded"] = lambda picture: embedded(images[picture.name])
    words: dict[str, Any] = {"contents": contents}
    return environment.get_template(TEMPLATE).render(words).encode("utf-8")


def drawings(contents: Contents) -> dict[str, bytes]:
    """Return all pictures of a report as SVG, by their names."""
    from simulations.plots.files import rendered  # with it comes matplotlib

    return {
        picture.name: rendered(picture.figure, "svg")
        for section in contents.sections
        for picture in section.pictures
    }


def embedded(image: bytes) -> str:
    """Return a picture (SVG) as a ``data:`` address that holds it whole."""
    return f"data:image/svg+xml;base64,{base64.b64encode(image).decode('ascii')}"
