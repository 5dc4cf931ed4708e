"""What a reader of profit and loss knows, said in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from forecast.ledger_view import LedgerView
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount, long_day


def ledger_sentences(found: LedgerView) -> tuple[Sentence, ...]:
    """Return what is published by the moment, what is booked beside it, and what comes next."""
    return tuple(_sentences(found))


def _sentences(found: LedgerView) -> Iterator[Sentence]:
    day = long_day((found.moment - pd.Timedelta(microseconds=1)).date())
    since, unit = long_day(found.since.date()), found.currency
    last = found.last_month
    if last is None or last < found.since:
        yield say("ledger.nothing", day=day, since=since)
    else:
        yield say(
            "ledger.known", day=day, month=f"{last:%B %Y}", revenue=amount(found.revenue, unit), since=since
        )
    words = {"booked": amount(found.booked, unit)}
    key = "unseen" if found.unseen > 0 else "seen" if found.unseen < 0 else "same"
    yield say(f"ledger.{key}", unseen=amount(found.unseen, unit), more=amount(-found.unseen, unit), **words)
    coming = found.months[~found.months["known"] & found.months["published"].notna()]
    if len(coming):
        month, published = coming.index[0], coming["published"].iloc[0]
        yield say("ledger.next", month=f"{month:%B %Y}", published=long_day(published.date()))
