"""A result as a page of its own."""

from __future__ import annotations

from forecast.forecasting import Forecast
from forecast.report.contents import Results, contents_of
from forecast.report.page import html
from simulations.comparison import Comparison


def page_of(result: Comparison | Forecast) -> str:
    """Return a comparison or a forecast as one self-contained HTML page.

    Examples
    --------
    >>> import simulations
    >>> years = simulations.compare(simulations.Scenario(), ["sawtooth"], replications=2, seed=7)
    >>> page_of(years)[:15]
    '<!doctype html>'
    """
    if isinstance(result, Comparison):
        results = Results(comparison=result)
    else:
        results = Results(forecast=result, currency=getattr(result, "currency", ""))
    return html(contents_of(results)).decode("utf-8")
