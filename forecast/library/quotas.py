"""`forecast.quotas`, and an answer that can be shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from forecast.bookings import Unit
from forecast.known import moment_of_knowledge
from forecast.library.sources import Source, reading_of
from forecast.plots.quota import draw_quotas
from forecast.question import SEED, Day
from forecast.quota.asking import REPLICATIONS, history_quotas, scenario_quotas
from forecast.quota.history import HistoryQuestion, learned_history
from forecast.quota.quotas import CHANCE, Asked, Quotas
from forecast.quota.simulated import Years
from forecast.quota.year_levels import MARKET_CV
from forecast.report.contents import Results, contents_of
from forecast.report.page import html
from forecast.sentences.quota import quota_sentences
from simulations.errors import BadInput, Problem
from simulations.scenario.model import Scenario
from simulations.scenario_file import load_scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Shown = TypeVar("Shown", bound="QuotaAnswer")
DRAWS = 10_000
YEAR = dt.timedelta(days=364)
SCENARIOS = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class QuotaAnswer(Quotas):
    """An answer about quotas that can be shown: the data of `forecast.quota.quotas.Quotas`."""

    @classmethod
    def of(cls: type[Shown], found: Quotas) -> Shown:
        """Return an answer as one that can be shown."""
        return cls(**{item.name: getattr(found, item.name) for item in fields(Quotas)})

    def sentences(self) -> tuple[str, ...]:
        """Return what the answer says, in plain sentences, the most important first."""
        return tuple(map(str, quota_sentences(self)))

    def plot(self) -> Figure:
        """Return the picture: the chance of attainment over all quotas, what is proposed marked."""
        return draw_quotas(self)

    def to_html(self) -> str:
        """Return the answer as a page that needs nothing else."""
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
        First and last day, both inside; the scenario's year, or 52 weeks from the moment of knowledge.
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

    Raises
    ------
    BadInput
        The source, the sheet or the question is refused, with the reason.
    """
    asked = Asked(chance, None if sheet is None else Path(sheet), target, not fast, not fast, present_hours)
    if (start is None) != (end is None):
        raise BadInput([Problem("the call", "", "start", "", "give both start and end, or neither")])
    days = None if start is None or end is None else (pd.Timestamp(start).date(), pd.Timestamp(end).date())
    whole = _loaded(source)
    if isinstance(whole, Scenario):
        years = Years(whole.cadence, range(REPLICATIONS if draws is None else draws), seed, None, days)
        return QuotaAnswer.of(scenario_quotas(whole, years, asked))
    reading = reading_of(whole, as_of, None if days is None else days[0])
    moment = (
        reading.export_date
        if as_of is None
        else moment_of_knowledge(as_of, None if days is None else days[0])
    )
    first, last = days or (moment.date(), moment.date() + YEAR - dt.timedelta(days=1))
    question = HistoryQuestion(
        moment, first, last, unit, DRAWS if draws is None else draws, seed, country, market_cv
    )
    history = learned_history(reading.tables, question, reading.currency)
    return QuotaAnswer.of(history_quotas(history, reading.shape, asked))


def _loaded(source: Scenario | Source) -> Scenario | Source:
    """Return the scenario that a file names, or the source as it is."""
    named = isinstance(source, Path | str) and Path(source).suffix.lower() in SCENARIOS
    return load_scenario(source) if named and isinstance(source, Path | str) else source
