"""Dead deals, doubled deals and histories of almost nothing: what they may move, and what must be said of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.calibration.assumed import Assumed
from forecast.calibration.hazards import Stays
from forecast.crm import read_crm
from forecast.forecasting import Forecast, forecast
from forecast.known import as_of, moment_of_knowledge
from forecast.quality import quality_report
from simulations.errors import BadInput
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

DEAD, YEARS = 500, 3
#: How far the value calibrated in the period may move by what is dead, as a share of itself.
MOVED = 0.02


def with_the_dead(tables: CrmTables, when: pd.Timestamp, due: pd.Timestamp) -> CrmTables:
    """Return the tables with 500 more opportunities of the first stage and of median amount, three years old.

    They were created in the month three years before, an hour and a bit apart, never moved, and are expected to
    close on the day named.
    """
    rows = tables.opportunities
    seen = tables.stage_history.sort_values("entered")["stage"]
    first = next(iter((*tables.stages, *seen, *rows["stage"].dropna())), "New")
    created = when - pd.DateOffset(years=YEARS) + pd.to_timedelta(83 * np.arange(DEAD), unit="m")
    dead = pd.DataFrame(
        {
            "id": [f"dead {number}" for number in range(DEAD)],
            "name": [f"Dead {number}" for number in range(DEAD)],
            "owner": next(iter(rows["owner"].dropna()), None),
            "created": created,
            "amount": float(rows["amount"].median()),
            "currency": rows["currency"].mode().iloc[0] if rows["currency"].notna().any() else None,
            "stage": first,
            "probability": 0.2,
            "expected_close": due,
            "outcome": "open",
        }
    )
    visits = pd.DataFrame({"id": dead["id"], "stage": first, "entered": created})
    history = (
        tables.stage_history if tables.stage_history.empty else pd.concat([tables.stage_history, visits])
    )
    return replace(
        tables,
        opportunities=conform(pd.concat([rows, dead], ignore_index=True), OPPORTUNITIES),
        stage_history=conform(history.reset_index(drop=True), STAGE_HISTORY),
    )


def quarter(tables: CrmTables, when: pd.Timestamp, days: int = 91, **more) -> Forecast:
    end = when + pd.Timedelta(days=days - 1)
    return forecast(tables, as_of=when, start=when, end=end, draws=400, seed=3, **more)


@pytest.fixture(scope="module")
def made(made_crm) -> tuple[CrmTables, pd.Timestamp]:
    """Return 900 deals of two years with their history, as known after 22 months."""
    return made_crm(11, deals=900, days=730), pd.Timestamp("2027-11-01")


def stays(tables: CrmTables, when: pd.Timestamp, days: int = 91, **more) -> None:
    """Assert all that is asked of 500 dead deals."""
    dead = with_the_dead(tables, when, when + pd.Timedelta(days=days // 3))
    before, after = (quarter(some, when, days, **more) for some in (tables, dead))
    calm, loud = before.weighted, after.weighted
    assert abs(after.weighted.calibrated_in_period / calm.calibrated_in_period - 1) < MOVED
    assert loud.crm > 1.5 * (calm.crm or 0.0)
    found = {finding.code: finding for finding in quality_report(as_of(dead, when), when)}
    assert found["dead_stock"].count >= DEAD


def test_500_dead_deals_move_the_crms_value_and_hardly_ours(made) -> None:
    """By stages, each with its history."""
    stays(*made)


def test_500_dead_deals_hardly_move_a_pipeline_without_history(made) -> None:
    tables, when = made
    stays(replace(tables, stage_history=tables.stage_history.iloc[:0]), when)


def test_500_dead_deals_hardly_move_the_shipped_export(reading) -> None:
    """The export of a simulated CRM: half of its year is kept for the reading, the rest is not known yet."""
    stays(reading.tables, moment_of_knowledge("2026-10-04"))


@pytest.mark.parametrize(
    ("file", "when", "days", "unit"),
    [
        ("bpic2012_2012-01-01/vendor_style/hubspot_deals.csv", "2012-01-01", 28, "amount"),
        ("maven_2017-09-30/vendor_style/salesforce_report.csv", "2017-10-01", 92, "amount"),
    ],
)
def test_500_dead_deals_hardly_move_a_real_pipeline(trial_data, file, when, days, unit) -> None:
    moment = pd.Timestamp(when)
    tables = replace(read_crm(trial_data / file, as_of=moment).tables, known_from={})
    stays(tables, moment, days=days, unit=unit)


def test_all_open_deals_under_a_second_id_are_named(made) -> None:
    tables, when = made
    known = as_of(tables, when)
    rows = known.opportunities
    is_open = rows["outcome"] == "open"
    again = rows[is_open].assign(id="again " + rows["id"])
    doubled = replace(
        known, opportunities=conform(pd.concat([rows, again], ignore_index=True), OPPORTUNITIES)
    )
    assert "suspected_duplicates" not in [finding.code for finding in quality_report(known, when)]
    found = {finding.code: finding for finding in quality_report(doubled, when)}
    assert found["suspected_duplicates"].count == int(is_open.sum()) > 20


def closed_first(tables: CrmTables, count: int) -> tuple[CrmTables, pd.Timestamp]:
    """Return the tables as they are once so many have closed, and that moment."""
    when = tables.opportunities["closed"].sort_values().iloc[count - 1] + pd.Timedelta(minutes=1)
    return tables, when


def test_twenty_closed_deals_give_a_forecast_with_its_warning(made_crm) -> None:
    """It is wide, and both the data and the forecast say why."""
    tables, when = closed_first(made_crm(12, deals=120, days=240), 20)
    found = quarter(tables, when)
    low, middle, high = (found.bookings.quantiles()[key] for key in ("0.1", "0.5", "0.9"))
    assert 0 <= low < middle < high
    warned = {finding.code: finding for finding in found.findings}
    assert warned["few_wins"].severity == "warning"
    assert (high - low) > 0.6 * middle


@pytest.mark.parametrize("count", [0, 3])
def test_three_closed_deals_or_none_are_refused_and_a_fallback_is_offered(made_crm, count) -> None:
    tables = made_crm(12, deals=120, days=240)
    when = closed_first(tables, count)[1] if count else tables.opportunities["closed"].min()
    with pytest.raises(BadInput, match=f"{count} closed") as refusal:
        quarter(tables, when)
    said = str(refusal.value)
    assert "at least 20 closed opportunities, 5 of them won" in said
    assert "--assume-win-rate" in said


def test_the_fallback_rests_on_what_is_assumed_and_says_so(made_crm) -> None:
    """Twice the win rate books nearly twice as much; a cycle beyond the quarter books little of what is new."""
    tables, when = closed_first(made_crm(12, deals=120, days=240), 3)
    one, two, slow = (
        quarter(tables, when, unit="deals", assumed=Assumed(rate, days))
        for rate, days in ((0.2, 30.0), (0.4, 30.0), (0.2, 400.0))
    )
    assert one.findings[0].code == "rests_on_what_is_assumed"
    assert one.findings[0].severity == "serious"
    assert "20%" in one.findings[0].message
    assert 1.5 < two.mean / one.mean < 2.2
    assert slow.mean < 0.5 * one.mean
    low, middle, high = (one.bookings.quantiles()[key] for key in ("0.1", "0.5", "0.9"))
    assert high - low > middle  # wide
    assert one.to_dict()["inputs"]["assumed"] == {"win_rate": 0.2, "cycle_days": 30.0}


def test_a_history_that_teaches_enough_uses_no_assumption(made_crm) -> None:
    tables, when = closed_first(made_crm(12, deals=120, days=240), 40)
    plain, assumed = quarter(tables, when), quarter(tables, when, assumed=Assumed(0.01, 900.0))
    assert np.array_equal(plain.bookings.total, assumed.bookings.total)
    assert "rests_on_what_is_assumed" not in [finding.code for finding in assumed.findings]


def test_an_assumption_is_worth_twenty_closed_deals_of_its_cycle_and_rate() -> None:
    """Gamma of shape 2: the middle one is the median, and as many are lost as the rate says."""
    nothing = Stays(*(np.zeros(0, dtype) for dtype in (int, float, float, int)))
    found = Assumed(0.25, 60.0).added_to(nothing)
    won = found.end[found.cause == 1]
    assert (len(won), len(found.end)) == (5, 20)
    assert np.median(won) == pytest.approx(60.0)
    assert won.std() / won.mean() == pytest.approx(0.7, abs=0.15)  # five middles leave the tails out
    assert np.array_equal(found.ago, found.end)


@pytest.mark.parametrize(("rate", "days"), [(0.0, 60.0), (1.1, 60.0), (0.2, 0.0), (0.2, float("nan"))])
def test_what_is_no_win_rate_or_cycle_is_refused(rate, days) -> None:
    with pytest.raises(BadInput, match="what is assumed"):
        Assumed(rate, days)


def test_a_log_of_changes_without_a_win_is_read_reported_and_refused(trial_data) -> None:
    """A change log in which 1,995 are lost, none is won or open: nothing to forecast, and the reason is said."""
    found = read_crm(trial_data / "pipedrive_enpal" / "original" / "deal_changes.csv")
    moment = found.export_date
    assert "no_wins" in [finding.code for finding in quality_report(as_of(found.tables, moment), moment)]
    with pytest.raises(BadInput, match=r"1,995 closed, 0 won.*which stages or status words mean won"):
        quarter(found.tables, moment, unit="deals")
    assumed = quarter(found.tables, moment, unit="deals", assumed=Assumed(0.2, 60.0))
    assert np.isfinite(assumed.bookings.total).all()
