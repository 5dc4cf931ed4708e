"""How many opportunities were created of late, and whether luck alone leaves so few."""

from __future__ import annotations

import pandas as pd

from forecast.review.questions import Creation

#: Days that are looked at, and days before them that say what is usual.
LATE_DAYS, USUAL_DAYS = 28, 182


def creation_of(created: pd.Series, moment: pd.Timestamp, starts: pd.Timestamp) -> Creation:
    """Return new opportunities of the last four weeks beside what is usual.

    Parameters
    ----------
    created : Series of datetime
        Of one rep's opportunities, or of all.
    moment : Timestamp
        Exclusive.
    starts : Timestamp
        From which on the records are whole.

    Notes
    -----
    With a gamma posterior of the rate from the weeks before (Jeffreys 1946), the count is negative binomial: so few or
    fewer come by luck with the chance I_p(n + 1/2, k + 1), n and k the counts before and now, p the share of the days
    before.
    """
    from scipy.special import betainc

    begin = moment - pd.Timedelta(days=LATE_DAYS)
    first = max(begin - pd.Timedelta(days=USUAL_DAYS), starts)
    seen = int(((created >= begin) & (created < moment)).sum())
    days = (begin - first) / pd.Timedelta(days=1)
    if days < LATE_DAYS:
        return Creation(seen, None, None)
    before = int(((created >= first) & (created < begin)).sum())
    share = days / (days + LATE_DAYS)
    return Creation(seen, before * LATE_DAYS / days, float(betainc(before + 0.5, seen + 1, share)))
