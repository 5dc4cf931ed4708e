"""Which country's public holidays a team keeps, as its own records tell: on them it creates little."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from forecast.calibration.records import Floats, Ints
from forecast.calibration.workdays import HOLIDAY_PACE, WEEK, public_holidays, weekday

#: Countries that are tried; any other can be named.
COUNTRIES = (
    "US", "CA", "MX", "BR", "AR", "CL", "CO", "GB", "IE", "FR", "BE", "NL", "LU", "DE", "AT", "CH", "IT", "ES", "PT", "SE",
    "NO", "DK", "FI", "PL", "CZ", "HU", "RO", "GR", "TR", "ZA", "IL", "AE", "IN", "SG", "HK", "JP", "KR", "AU", "NZ",
)  # fmt: skip
#: Odds that the records must speak for a country with, against the holidays that most calendars share: one in a hundred would
#: be taken by mistake, were all as likely as none.
CERTAIN = 100.0 * len(COUNTRIES)
#: Days before the moment that are looked at: what lies back is thin, and old habits tell little.
RECENT = 728
#: No day counts as more than so many usual ones: a bulk edit is one event.
MOST = 3.0
#: Holidays are looked up for whole spans of so many days, so that those of one day serve the next as well.
_YEAR = 365
_WEEKEND = 5


def country_of(created: Floats, since: float, moment: float) -> str | None:
    """Return the country whose public holidays the records keep, or None where they do not tell.

    On each day from Monday to Friday so many opportunities are created as is usual on its weekday, or on a holiday that is
    kept a share of that, `HOLIDAY_PACE`. What customers do, such as signing, says less of whether a team is at work. The
    likelihood ratio of the two, over the holidays of a country, speaks for it; the greatest is taken where its odds against
    the holidays that most calendars share are `CERTAIN` or more (Bayes factors: Kass & Raftery, *Journal of the American
    Statistical Association* 90, 1995). Days vary more than Poisson counts, and the logarithm is divided by how much more
    (quasi-likelihood: Wedderburn, *Biometrika* 61, 1974).

    Assumed: a company keeps the same days throughout, of one country for the most part.

    Parameters
    ----------
    created : array
        When each opportunity was created, days since 1970-01-01, in any order.
    since, moment : float
        From when on they are known, and the moment of knowledge; what was created before is not looked at.
    """
    end = int(np.floor(moment))
    begin = max(int(np.ceil(since)), end - RECENT)
    days = np.arange(begin, max(end, begin))
    days = days[weekday(days) < _WEEKEND]
    if len(days) < WEEK:
        return None
    count = _counts(days, created)
    count = np.minimum(count, MOST * np.maximum(_usual(days, count, np.median), 1.0))
    usual = np.maximum(_usual(days, count, np.mean), 0.1)
    apart = max(float(((count - usual) ** 2 / usual).mean()), 1.0)
    worth = (count * np.log(HOLIDAY_PACE) + (1 - HOLIDAY_PACE) * usual) / apart
    span = (begin - begin % _YEAR, end + _YEAR - end % _YEAR)
    speak = [float(worth[np.isin(days, _holidays(country, *span))].sum()) for country in COUNTRIES]
    shared = float(worth[np.isin(days, _holidays(None, *span))].sum())
    best = int(np.argmax(speak))
    return COUNTRIES[best] if speak[best] - max(shared, 0.0) >= np.log(CERTAIN) else None


@lru_cache(maxsize=256)
def _holidays(country: str | None, first: int, last: int) -> Ints:
    return public_holidays(country, first, last)


def _counts(days: Ints, created: Floats) -> Floats:
    """Return how much was created on each of the days, which ascend."""
    on = np.floor(created).astype(np.int64) - days[0]
    span = int(days[-1] - days[0]) + 1
    counted = np.bincount(on[(on >= 0) & (on < span)], minlength=span)
    return np.asarray(counted[days - days[0]], dtype=np.float64)


def _usual(days: Ints, count: Floats, middle: Callable[[Floats], np.floating]) -> Floats:
    """Return what is usual on the weekday of each day, holidays among them."""
    usual = np.array([middle(count[weekday(days) == one]) for one in range(_WEEKEND)])
    return np.asarray(usual[weekday(days)])
