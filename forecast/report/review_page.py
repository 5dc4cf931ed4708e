"""The weekly review as one HTML page that needs nothing else, made to be printed on A4: a page for each rep."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.report.review_sheets import Sheet, right_columns

TEMPLATE = "review.html.j2"
TITLE = "Weekly review"


def review_html(sheets: Sequence[Sheet], foot: str) -> bytes:
    """Return the pages of a review as the bytes of an HTML page.

    Parameters
    ----------
    sheets : sequence of Sheet
    foot : str
        What stands below each page: what it was made from.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("forecast.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["right_columns"] = right_columns
    page = environment.get_template(TEMPLATE).render(sheets=list(sheets), foot=foot, title=TITLE)
    return page.encode("utf-8")
