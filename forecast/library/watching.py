"""`forecast.watch`, and a picture of today that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from forecast.alarms.market import USUAL_MARKET, Market
from forecast.alarms.plan import WEEKS
from forecast.alarms.today import LATE_SNAPSHOT, Question, Today, watch_today
from forecast.alarms.watching import EVERYBODY, YEARS, Family
from forecast.bookings import Unit
from forecast.library.sources import Snapshots, Source, moment_of, reading_of
from forecast.question import SEED, Day
from forecast.sentences.alarm import alarm_sentences
from simulations.values import Extended

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class WatchAnswer(Today, Extended):
    """A picture of today that can be shown: the data of `forecast.alarms.today.Today`, and the currency.

    Attributes
    ----------
    currency : str
        Of the amounts; empty where unknown.
    """

    currency: str = ""

    def sentences(self) -> tuple[str, ...]:
        """Return what it says, in plain sentences, the alarms first."""
        return tuple(map(str, alarm_sentences(self, self.currency)))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each monitor of the team and of each owner; days as ISO text."""
        from forecast.report.alarms import reading_rows

        return reading_rows(self)

    def plot(self) -> Figure:
        """Return the picture: the team's monitors, week by week, and where an alarm begins."""
        from forecast.plots.alarms import draw_alarms

        return draw_alarms(self)

    def to_html(self) -> str:
        """Return it as a page that needs nothing else."""
        from forecast.report.contents import Results, contents_of
        from forecast.report.page import html

        return html(contents_of(Results(alarms=self, currency=self.currency))).decode("utf-8")


def slips_from(start: pd.Timestamp) -> pd.Timestamp:
    """Return the latest moment of a first snapshot from which slips are watched: later, no usual year of theirs is seen.

    Parameters
    ----------
    start : Timestamp
        Of the watch.

    Examples
    --------
    >>> slips_from(pd.Timestamp("2026-01-05"))
    Timestamp('2025-02-10 00:00:00')
    """
    return start - pd.Timedelta(weeks=WEEKS - LATE_SNAPSHOT)


def begin_of(start: Day | None, moment: pd.Timestamp) -> pd.Timestamp:
    """Return the first day of a watch: as told, else of the calendar year of the moment."""
    return pd.Timestamp(moment.year, 1, 1) if start is None else pd.Timestamp(start)


def watch(  # noqa: PLR0913 - keyword-only, and each is a question that a user asks
    source: Source,
    *,
    start: Day | None = None,
    as_of: Day | None = None,
    target: float | None = None,
    unit: Unit = "amount",
    family: Family = EVERYBODY,
    country: str | None = None,
    market: Market = USUAL_MARKET,
    prospecting: pd.DataFrame | None = None,
    snapshots: Snapshots = (),
    years: int = YEARS,
    seed: int = SEED,
) -> WatchAnswer:
    """Say whether reality is leaving the plan, in what, since when, how sure that is, and what it costs.

    Parameters
    ----------
    source : CrmTables, Reading, Path or str
        A CRM export (a file, or what `read_crm` made of it), or the tables themselves.
    start : date, datetime or str, optional
        First day of the watch, of 52 weeks; of the calendar year unless told. The plan is learned from the 52 weeks before.
    as_of : date, datetime or str, optional
        Moment of knowledge; nothing later is read. The export's own unless told; tables have none.
    target : float, optional
        Of the watch, for its chance, in the unit of the bookings.
    unit : {"amount", "deals"}
        What bookings count.
    family : {"team", "everybody"}
        Whose false alarms are as rare as stated.
    country : str, optional
        Two-letter code on whose public holidays nobody works.
    market : Market
        What is assumed of it.
    prospecting : DataFrame, optional
        Columns as in `simulations.tables.PROSPECTING`; hours are watched where they are recorded.
    snapshots : sequence of (Timestamp, CrmTables)
        What was known at earlier moments; slips are watched where they reach back over the 52 weeks before the start.
    years, seed : int
        Drawn to find the thresholds; of all chance.

    Raises
    ------
    BadInput
        The source or the question is refused, with the reason.
    """
    reading = reading_of(source, as_of)
    moment = moment_of(reading, as_of)
    question = Question(begin_of(start, moment), target, unit, family, market, country, years, seed)
    return WatchAnswer.of(
        watch_today(reading.tables, moment, question, prospecting, snapshots), currency=reading.currency
    )
