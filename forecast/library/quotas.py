"""`forecast.quotas`, and an answer that can be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from forecast.bookings import Unit
from forecast.library.sources import Source, loaded, moment_of, reading_of
from forecast.question import SEED, Day
from forecast.quota.asking import REPLICATIONS, Tell, history_quotas, scenario_quotas
from forecast.quota.history import HistoryQuestion, learned_history
from forecast.quota.quotas import CHANCE, Asked, Quotas
from forecast.quota.simulated import Years
from forecast.quota.year_levels import MARKET_CV
from forecast.sentences.quota import quota_sentences
from simulations.errors import call_refused
from simulations.scenario.model import Scenario
from simulations.values import Extended

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWS = 10_000
YEAR = dt.timedelta(days=364)  # 52 weeks: what a scenario's year has


@dataclass(frozen=True, slots=True)
class QuotaAnswer(Quotas, Extended):
    """An answer about quotas that can be shown: the data of `forecast.quota.quotas.Quotas`."""

    def sentences(self) -> tuple[str, ...]:
        """Return what the answer says, in plain sentences, the most important first."""
        return tuple(map(str, quota_sentences(self)))

    def plot(self) -> Figure:
        """Return the picture: the chance of attainment over all quotas, what is proposed marked."""
        from forecast.plots.quota import draw_quotas

        return draw_quotas(self)

    def to_html(self) -> str:
        """Return the answer as a page that needs nothing else."""
        from forecast.report.contents import Results, contents_of
        from forecast.report.page import html

        return html(contents_of(Results(quotas=self))).decode("utf-8")


def quotas(  # noqa: PLR0913 - keyword-only, and each is a question that a user asks
    source: Scenario | Source,
    *,
    chance: float = CHANCE,
    sheet: Path | str | None = None,
    target: float | None = None,
    start: Day | None = None,
    end: Day | None = None,
    as_of: Day | None = None,
    unit: Unit = "amount",
    draws: int | None = None,
    seed: int = SEED,
    country: str | None = None,
    present_hours: float | None = None,
    market_cv: float = MARKET_CV,
    fast: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> QuotaAnswer:
    """Say what quota is realistic for each rep, team and the company.

    Parameters
    ----------
    source : Scenario, CrmTables, Reading, Path or str
        A scenario or its YAML file, which is simulated; or a CRM export or its tables, whose history is drawn on.
    chance : float
        With which a quota is to be attained.
    sheet : Path or str, optional
        Of proposed quotas: a column for the rep, one for the quota.
    target : float, optional
        Of the company; that of the sheet unless told.
    start, end : date, datetime or str, optional
        First and last day, both inside; the scenario's year, or 52 weeks from the first day, which is the day of knowledge
        unless told. Of a scenario both are given, or neither.
    as_of : date, datetime or str, optional
        Of an export: moment of knowledge; the export's own unless told.
    unit : {"amount", "deals"}
        Of an export: what bookings count.
    draws : int, optional
        Simulated years (4,000), or draws from a history (10,000).
    seed : int
    country : str, optional
        Of an export: whose public holidays count.
    present_hours : float, optional
        Of an export: prospecting hours a week and rep today.
    market_cv : float
        Of an export: by how much years of the market that all share differ at least, as a coefficient of variation.
    fast : bool
        Whether neither hours nor hires are tried.
    progress : callable, optional
        Told how much of how much is finished.

    Raises
    ------
    BadInput
        The source, the sheet or the question is refused, with the reason.
    """
    asked = Asked(chance, None if sheet is None else Path(sheet), target, not fast, not fast, present_hours)
    begin, end_day = (None if day is None else pd.Timestamp(day).date() for day in (start, end))
    whole = loaded(source)
    if isinstance(whole, Scenario):
        if (begin is None) != (end_day is None):
            raise call_refused("start", "", "give both start and end, or neither")
        days = None if begin is None or end_day is None else (begin, end_day)
        years = Years(whole.cadence, range(REPLICATIONS if draws is None else draws), seed, None, days)
        return QuotaAnswer.of(scenario_quotas(whole, years, asked, _telling(progress)))
    reading = reading_of(whole, as_of, begin)
    moment = moment_of(reading, as_of, begin)
    first = begin or moment.date()
    last = end_day or first + YEAR - dt.timedelta(days=1)
    question = HistoryQuestion(
        moment, first, last, unit, DRAWS if draws is None else draws, seed, country, market_cv
    )
    history = learned_history(reading.tables, question, reading.currency)
    return QuotaAnswer.of(history_quotas(history, reading.shape, asked, _telling(progress)))


def _telling(progress: Callable[[int, int], None] | None) -> Tell:
    return lambda _what, done, whole: None if progress is None else progress(done, whole)
