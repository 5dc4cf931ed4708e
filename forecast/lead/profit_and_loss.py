"""What a reader of published profit and loss can see: the best rules on its months, at a stated rate of false alarms.

The rules are CUSUMs of three sizes over the published months (Page, *Biometrika* 41, 1954) and the year-to-date shortfall.
Each has the threshold at which years on plan raise it as seldom as the monitors of the CRM are raised. Which of them is
best is chosen by the outcome, shock by shock: in favour of profit and loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.alarms.cusum import Floats, cusum
from forecast.lead.company import LEARNED_MONTHS, Published

#: Of the CUSUMs, in standard deviations of a month.
REFERENCES = (0.25, 0.5, 1.0)
TO_DATE = "year to date"
RULES = (*(f"CUSUM, k = {reference:g}" for reference in REFERENCES), TO_DATE)
MONTHS_A_YEAR = 12
#: A month's revenue varies by a tenth of its mean at least.
LEAST_CV = 0.1


@dataclass(frozen=True, slots=True)
class Books:
    """What is expected of the published months of the watch.

    Attributes
    ----------
    mean, sd : array of months
        Of each month's revenue.
    to_date_sd : array of months
        Of the revenue since the year's start.
    """

    mean: Floats
    sd: Floats
    to_date_sd: Floats


def known_books(years: Sequence[Published]) -> Books:
    """Return what many years on plan say of each month."""
    revenue = np.array([year.revenue[LEARNED_MONTHS:] for year in years])
    return Books(revenue.mean(axis=0), revenue.std(axis=0, ddof=1), _to_date(revenue).std(axis=0, ddof=1))


def learned_books(year: Published) -> Books:
    """Return what the twelve months before the watch say of those to come: all alike, as sure as twelve months are."""
    past = year.revenue[:LEARNED_MONTHS]
    months = len(year.revenue) - LEARNED_MONTHS
    sd = max(float(past.std(ddof=1)), LEAST_CV * float(past.mean()), 1e-9)
    count = _months_to_date(months)
    doubt = np.sqrt(count + count**2 / LEARNED_MONTHS)
    return Books(np.full(months, past.mean()), np.full(months, sd), sd * doubt)


def charts(books: Books, year: Published) -> Floats:
    """Return the statistic of each rule after each published month, rules x months; the higher the worse."""
    short = books.mean - year.revenue[LEARNED_MONTHS:]
    to_date = _to_date(short) / books.to_date_sd
    return np.stack([*(cusum(short / books.sd, reference) for reference in REFERENCES), to_date])


def thresholds(on_plan: Sequence[Floats], false_alarms: float) -> Floats:
    """Return the height of each rule that a share of years on plan exceeds in any month."""
    highest = np.array([chart.max(axis=1) for chart in on_plan])
    return np.asarray(np.quantile(highest, 1 - false_alarms, axis=0, method="higher"))


def alarm_weeks(chart: Floats, heights: Floats, year: Published) -> list[list[int]]:
    """Return for each rule the weeks of the watch at whose end a month is published that lies beyond its threshold."""
    weeks = year.week[LEARNED_MONTHS:]
    return [weeks[line > height].tolist() for line, height in zip(chart, heights, strict=True)]


def _months_to_date(months: int) -> Floats:
    return np.asarray(np.arange(months) % MONTHS_A_YEAR + 1.0)


def _to_date(revenue: Floats) -> Floats:
    """Return sums since each year's first month, ... x months."""
    years = range(0, revenue.shape[-1], MONTHS_A_YEAR)
    return np.concatenate(
        [np.cumsum(revenue[..., first : first + MONTHS_A_YEAR], axis=-1) for first in years], axis=-1
    )
