"""What a script or notebook calls: `forecast.forecast`, a forecast that can be shown, and pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import pandas as pd

from forecast import forecasting
from forecast.bookings import Unit
from forecast.crm import Reading, read_crm
from forecast.forecasting import Day, Forecast
from forecast.known import moment_of_knowledge
from forecast.plots.bookings import draw_distribution
from forecast.plots.chances import draw_chances
from forecast.plots.cycle import draw_cycle
from forecast.plots.parts import draw_parts
from forecast.report.contents import Results, contents_of
from forecast.report.page import html
from forecast.sentences import forecast_sentences, unit_of
from simulations.comparison import Comparison
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Picture = Literal["bookings", "parts", "chances", "cycle"]
Shown = TypeVar("Shown", bound="ForecastPeriod")


@dataclass(frozen=True, slots=True)
class ForecastPeriod(Forecast):
    """A forecast that can be shown: the data of `forecast.forecasting.Forecast`, and the currency.

    Attributes
    ----------
    currency : str
        Of the amounts; empty where unknown.
    """

    currency: str = ""

    @classmethod
    def of(cls: type[Shown], forecast: Forecast, currency: str = "") -> Shown:
        """Return a forecast as one that can be shown."""
        return cls(
            **{item.name: getattr(forecast, item.name) for item in fields(Forecast)}, currency=currency
        )

    def sentences(self) -> tuple[str, ...]:
        """Return what the forecast says, in plain sentences, the answer about the target first."""
        return tuple(str(sentence) for sentence in forecast_sentences(self, self.currency))

    def plot(self, picture: Picture = "bookings") -> Figure:
        """Return a picture of the forecast.

        Parameters
        ----------
        picture : {"bookings", "parts", "chances", "cycle"}
            The distribution with the target; booked, open and new beside the weighted pipelines; the chance
            of every target; days from creation to won.

        Raises
        ------
        BadInput
            There is no such picture.
        """
        unit = unit_of(self, self.currency)
        pictures: dict[str, Callable[[], Figure]] = {
            "bookings": lambda: draw_distribution(self, unit),
            "parts": lambda: draw_parts(self, unit),
            "chances": lambda: draw_chances(self, unit),
            "cycle": lambda: draw_cycle(self.cycle),
        }
        if picture not in pictures:
            allowed = f"must be one of {', '.join(pictures)}"
            raise BadInput([Problem("the call", "", "picture", picture, allowed)])
        return pictures[picture]()

    def to_html(self) -> str:
        """Return the forecast as a page that needs nothing else: pictures and style inside."""
        return page_of(self)


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


def forecast(  # noqa: PLR0913 - keyword-only, and each is a question that a user asks
    source: CrmTables | Reading | Path | str,
    *,
    start: Day,
    end: Day,
    as_of: Day | None = None,
    target: float | None = None,
    targets: Sequence[float] | None = None,
    unit: Unit = "amount",
    draws: int = forecasting.DRAWS,
    seed: int = forecasting.SEED,
    country: str | None = None,
) -> ForecastPeriod:
    """Forecast what a pipeline will book in a period.

    Parameters
    ----------
    source : CrmTables, Reading, Path or str
        A CRM export (a file, or what `read_crm` made of it), or the tables themselves.
    start, end : date, datetime or str
        First and last day of the period, both inside.
    as_of : date, datetime or str, optional
        Moment of knowledge; nothing later is read. The export's own unless told; tables have none.
    target : float, optional
        What is to be booked, in the unit of the bookings.
    targets : sequence of float, optional
        Multiples of the mean whose chance is wanted as well.
    unit : {"amount", "deals"}
        What is counted.
    draws, seed : int
        The same seed gives the same numbers.
    country : str, optional
        Two-letter code whose public holidays count; without it the three that most calendars share.

    Raises
    ------
    BadInput
        The file or the question is refused, with the reason.
    """
    reading = _reading(source, as_of, start)
    found = forecasting.forecast(
        reading.tables,
        as_of=as_of or reading.export_date.to_pydatetime(),
        start=start,
        end=end,
        target=target,
        targets=targets,
        unit=unit,
        draws=draws,
        seed=seed,
        country=country,
        findings=reading.findings,
    )
    return ForecastPeriod.of(found, reading.currency)


def _reading(source: CrmTables | Reading | Path | str, as_of: Day | None, start: Day) -> Reading:
    """Return what is forecast from, with its findings."""
    if isinstance(source, Reading):
        return source
    moment = None if as_of is None else moment_of_knowledge(as_of, pd.Timestamp(start).date())
    if not isinstance(source, CrmTables):
        return read_crm(source, as_of=moment)
    if moment is None:
        allowed = "tables do not say when they were exported: give the day whose knowledge may be used"
        raise BadInput([Problem("the call", "", "as_of", "", allowed)])
    return Reading(source, (), "tables", moment)
