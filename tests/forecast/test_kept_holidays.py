"""Whose public holidays a team keeps, learned from its records: found where it is so, never where it is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.calibration.country import country_of
from forecast.calibration.records import records
from forecast.calibration.workdays import public_holidays
from forecast.forecasting import forecast
from forecast.library.watching import watch
from forecast.sentences.alarm import holidays
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

BEGIN, END = pd.Timestamp("2024-07-01"), pd.Timestamp("2026-03-02")
#: What happens on a holiday that is kept, as a share of another day's.
LEFT = 0.3


def _tables(country: str | None, a_day: float, seed: int) -> CrmTables:
    """Return opportunities created on days from Monday to Friday, fewer on the holidays of a country, closed a month later."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range(BEGIN, END - pd.Timedelta(days=1))
    first, last = ((day - pd.Timestamp("1970-01-01")).days for day in (BEGIN, END))
    free = public_holidays(country, first, last) if country else np.zeros(0, dtype=np.int64)
    kept = np.isin((days - pd.Timestamp("1970-01-01")).days, free)
    made = days.repeat(rng.poisson(np.where(kept, LEFT * a_day, a_day)))
    created = made + pd.to_timedelta(rng.uniform(9, 17, len(made)), unit="h")
    later = np.arange(len(made)) + int(20 * a_day) + 1
    known = later < len(made)  # each is closed with the creation of another, on days that are worked
    closed = pd.Series(created[np.minimum(later, len(made) - 1)]) + pd.Timedelta(minutes=5)
    rows = pd.DataFrame(
        {
            "id": [f"d{number}" for number in range(len(made))],
            "created": created,
            "closed": closed.where(known),
            "stage": "Offer",
            "amount": 100.0,
            "outcome": np.where(known, np.where(rng.random(len(made)) < 0.3, "won", "lost"), "open"),
        }
    )
    visits = pd.DataFrame({"id": rows["id"], "stage": "Offer", "entered": created})
    return CrmTables(
        opportunities=conform(rows, OPPORTUNITIES),
        stage_history=conform(visits, STAGE_HISTORY),
        stages=("Offer",),
    )


def _found(country: str | None, a_day: float, seed: int) -> str | None:
    return _kept(_tables(country, a_day, seed))


def _kept(tables: CrmTables) -> str | None:
    known = records(tables, END)
    return country_of(known.created, known.starts, known.moment)


@pytest.mark.parametrize(
    ("country", "a_day"), [("US", 6.0), ("FR", 6.0), ("JP", 6.0), ("BR", 20.0), ("GB", 20.0)]
)
def test_the_country_whose_holidays_are_kept_is_found(country, a_day):
    """The fewer the days that others do not share, the more must happen on the others."""
    assert [_found(country, a_day, seed) for seed in range(4)] == [country] * 4


@pytest.mark.parametrize("a_day", [0.5, 4.0])
def test_who_works_on_all_days_keeps_no_countrys(a_day):
    """Of fifty companies one in a hundred may be mistaken: four would be by chance in two of a thousand runs."""
    assert sum(_found(None, a_day, 1_000 + seed) is not None for seed in range(50)) < 4


def test_too_little_happens_to_tell():
    assert _found("US", 0.1, 1) is None


def test_a_bulk_edit_is_one_event_and_rows_have_no_order():
    """Five hundred typed on Independence Day speak as little as a busy day does."""
    tables = _tables("US", 6.0, 2)
    rows = tables.opportunities
    bulk = rows.head(500).assign(
        id=[f"b{number}" for number in range(500)],
        created=pd.Timestamp("2025-07-04 10:00"),
        closed=pd.NaT,
        outcome="open",
    )
    both = pd.concat([rows, bulk]).sample(frac=1.0, random_state=3)
    more = replace(tables, opportunities=conform(both.reset_index(drop=True), OPPORTUNITIES))
    assert _kept(more) == "US"


def test_the_forecast_says_whose_holidays_it_counts():
    tables = _tables("US", 6.0, 4)
    start, end = END.date(), (END + pd.Timedelta(days=90)).date()
    asked = {"start": start, "end": end, "draws": 200, "seed": 1, "as_of": END}
    learned, named = forecast(tables, **asked), forecast(tables, **asked, country="DE")
    said = [finding for finding in learned.findings if finding.code == "public_holidays_learned"]
    assert learned.country == "US"
    assert len(said) == 1
    assert "holidays of US" in said[0].message
    assert named.country == "DE"
    assert all(finding.code != "public_holidays_learned" for finding in named.findings)
    assert learned.to_dict()["bookings"] == forecast(tables, **asked, country="US").to_dict()["bookings"]


def test_the_watch_counts_the_holidays_that_the_weeks_before_it_keep():
    tables = _tables("US", 6.0, 4)
    asked = {"start": "2025-09-01", "as_of": END.date(), "family": "team", "years": 100, "seed": 2}
    learned, named, other = (watch(tables, **asked, country=country) for country in (None, "US", "DE"))
    assert [(each.country, each.kept) for each in (learned, named, other)] == [
        ("US", "US"),
        ("US", None),
        ("DE", None),
    ]
    assert learned.to_dict()["readings"] == named.to_dict()["readings"] != other.to_dict()["readings"]
    assert holidays(learned) == "of US, as the records keep them"
    assert holidays(named) == "of US"
