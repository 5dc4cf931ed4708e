"""`forecast.forecast`, and a forecast that can be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import pandas as pd

from forecast import forecasting
from forecast.bookings import Unit
from forecast.calibration.assumed import Assumed
from forecast.forecasting import Forecast
from forecast.library.pages import page_of
from forecast.library.sources import Source, reading_of, tables_of
from forecast.plots.bookings import draw_distribution
from forecast.plots.chances import draw_chances
from forecast.plots.cycle import draw_cycle
from forecast.plots.parts import draw_parts
from forecast.plots.risks import draw_risks
from forecast.plots.rollups import draw_roll_up
from forecast.plots.walk import draw_walk
from forecast.question import DRAWS, SEED, Day
from forecast.rollups.segments import By
from forecast.sentences.forecasts import forecast_sentences, unit_of
from forecast.sentences.target import risk_sentences, roll_up_sentences, target_sentences
from forecast.sentences.walk import walk_sentences
from forecast.targets.required import CONFIDENCE
from simulations.errors import call_refused
from simulations.values import Extended

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Picture = Literal[
    "bookings", "parts", "chances", "cycle", "owner", "team", "source", "product", "month", "risks", "walk"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForecastPeriod(Forecast, Extended):
    """A forecast that can be shown: the data of `forecast.forecasting.Forecast`, and the currency.

    Attributes
    ----------
    currency : str
        Of the amounts; empty where unknown.
    """

    currency: str = ""

    def sentences(self) -> tuple[str, ...]:
        """Return what the forecast says, in plain sentences, the answer about the target first."""
        unit = unit_of(self, self.currency)
        said = [*forecast_sentences(self, self.currency), *target_sentences(self, self.currency)]
        said += [sentence for whole in self.roll_ups for sentence in roll_up_sentences(whole, unit)]
        said += [] if self.risks is None else risk_sentences(self.risks, unit)
        said += [] if self.walk is None else walk_sentences(self.walk, unit)
        return tuple(map(str, said))

    def plot(self, picture: Picture = "bookings") -> Figure:
        """Return a picture of the forecast.

        Parameters
        ----------
        picture : {"bookings", "parts", "chances", "cycle", "owner", "team", "source", "product", "month", "risks", "walk"}
            The distribution with the target; booked, open and new beside the weighted pipelines; the chance
            of every target; days from creation to won; and, where they were asked for, bookings by part, the deals on
            which the target hangs, the walk to target.

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
            **{part.by: partial(draw_roll_up, part, unit) for part in self.roll_ups},
        }
        if self.risks is not None and self.risks.deals:
            pictures["risks"] = partial(draw_risks, self.risks, unit)
        if self.walk is not None:
            pictures["walk"] = partial(draw_walk, self.walk, unit)
        if picture not in pictures:
            raise call_refused("picture", picture, f"must be one of {', '.join(pictures)}")
        return pictures[picture]()

    def to_html(self) -> str:
        """Return the forecast as a page that needs nothing else: pictures and style inside."""
        return page_of(self)


def forecast(  # noqa: PLR0913 - keyword-only, and each is a question that a user asks
    source: Source,
    *,
    start: Day,
    end: Day,
    as_of: Day | None = None,
    target: float | None = None,
    targets: Sequence[float] | None = None,
    unit: Unit = "amount",
    draws: int = DRAWS,
    seed: int = SEED,
    country: str | None = None,
    by: Sequence[By] = (),
    confidence: float = CONFIDENCE,
    risks: int = 0,
    since: Day | None = None,
    earlier: Source | None = None,
    quotas: Mapping[str, float] | None = None,
    assumed: Assumed | None = None,
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
        Two-letter code whose public holidays count; without it those of the country whose holidays the records keep, else the
        three that most calendars share.
    by : sequence of {"owner", "team", "source", "product", "month"}
        Parts by which bookings are wanted as well, under `roll_ups`.
    confidence : float
        With which the target is to be reached, for what it asks for, under `required`.
    risks : int
        How many of the open deals are wanted that move the chance of the target most.
    since : date, datetime or str, optional
        Knowledge of an earlier forecast call: the walk to target is held against it, under `walk`.
    earlier : CrmTables, Reading, Path or str, optional
        The export of that time, which tells more than the same export as of then.
    quotas : mapping of str to float, optional
        Target of owners, shown beside their bookings.
    assumed : Assumed, optional
        A win rate and a cycle that stand in where the history is too short to teach them.

    Raises
    ------
    BadInput
        The file or the question is refused, with the reason.
    """
    reading = reading_of(source, as_of, pd.Timestamp(start).date())
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
        by=by,
        confidence=confidence,
        risks=risks,
        since=since,
        earlier=tables_of(earlier),
        quotas=quotas,
        assumed=assumed,
        findings=reading.findings,
    )
    return ForecastPeriod.of(found, currency=reading.currency)
