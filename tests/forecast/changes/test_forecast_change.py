"""What changed a forecast is divided among its causes: they sum to the change, and each does what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.bookings import Period, draw_bookings, outlook
from forecast.calibration.draws import Calibration, calibrate
from forecast.calibration.records import day
from forecast.changes.expected import carried, expected
from forecast.changes.forecast_change import CAUSES, Known, forecast_change
from forecast.known import as_of
from forecast.pipeline import weighted_pipeline
from forecast.question import Asked
from simulations.tables import LOST, OPEN, WON, CrmTables

BEGIN, END = pd.Timestamp("2026-06-15"), pd.Timestamp("2026-07-06")
ASKED = Asked(BEGIN, pd.Timestamp("2026-07-01"), pd.Timestamp("2026-08-31"), "amount", None, (), 400, 3)


@pytest.fixture(scope="module")
def future(made_crm) -> CrmTables:
    """Return a CRM that knows everything, a few amounts missing."""
    tables = made_crm(2)
    rows = tables.opportunities
    return replace(tables, opportunities=rows.assign(amount=rows["amount"].mask(rows.index % 11 == 0)))


@pytest.fixture(scope="module")
def known(future) -> tuple[Known, Known]:
    """Return what was known three weeks apart."""
    return Known(as_of(future, BEGIN), BEGIN), Known(as_of(future, END), END)


@pytest.fixture(scope="module")
def calibration(known) -> Calibration:
    return calibrate(known[0].tables, BEGIN, ASKED.after, seed=3)


@pytest.fixture(scope="module")
def changed(known):
    return forecast_change(*known, ASKED)


def view_of(calibration: Calibration, draws: int = 4_000):
    return outlook(calibration, Period(day(ASKED.start), day(ASKED.after)), draws=draws, seed=3)


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_what_is_expected_is_what_the_draws_tend_to(calibration, unit):
    """Within four standard errors of the draws' mean, which are a hundredth of it."""
    view = view_of(calibration)
    drawn = draw_bookings(view, unit).total
    found = expected(view, unit)
    error = drawn.std(ddof=1) / np.sqrt(len(drawn))
    assert abs(found.mean - drawn.mean()) < 4 * error < 0.05 * drawn.mean()


def test_what_open_deals_are_worth_is_the_weighted_pipeline(known):
    """Where every amount is known, to the last digits: the same chances, added up in another order."""
    tables = known[0].tables
    rows = tables.opportunities
    priced = replace(tables, opportunities=rows.assign(amount=rows["amount"].fillna(500.0)))
    view = view_of(calibrate(priced, BEGIN, ASKED.after, seed=3), 300)
    is_open = rows.loc[rows["outcome"] == OPEN, "id"]
    worth = expected(view, "amount").deals[is_open].sum()
    assert worth == pytest.approx(weighted_pipeline(view, "amount").calibrated_in_period, rel=1e-12)


def test_an_open_deal_without_an_amount_is_worth_the_mean_amount_of_a_win(known):
    """Within a hundredth: the amounts' uncertainty and that of the chances are drawn apart from each other."""
    tables = known[0].tables
    rows = tables.opportunities
    bare = replace(tables, opportunities=rows.assign(amount=rows["amount"].mask(rows["outcome"] == OPEN)))
    view = view_of(calibrate(bare, BEGIN, ASKED.after, seed=3), 1_000)
    is_open = rows.loc[rows["outcome"] == OPEN, "id"]
    worth, wins = (expected(view, unit).deals[is_open].sum() for unit in ("amount", "deals"))
    amounts = view.calibration.amounts
    mean = amounts.pool.mean() * amounts.mean_factor[view.world].mean()
    assert worth == pytest.approx(wins * mean, rel=0.01)


def test_a_calibration_applied_where_it_was_learned_is_itself(known, calibration):
    again = carried(calibration, known[0].tables, BEGIN)
    for name in ("stage", "age"):
        assert np.array_equal(getattr(again, name), getattr(calibration, name))
    assert expected(view_of(again, 200), "amount").mean == expected(view_of(calibration, 200), "amount").mean


def test_the_parts_sum_to_the_change(changed):
    assert tuple(changed.parts) == CAUSES
    assert sum(part.change for part in changed.parts.values()) == pytest.approx(changed.change, rel=1e-9)
    assert changed.change == changed.after - changed.before
    for drawn, mean in zip(changed.drawn, (changed.before, changed.after), strict=True):
        assert drawn == pytest.approx(mean, rel=0.15)


def test_each_deal_has_its_share_of_its_causes_part(changed):
    sums = changed.deals.groupby("cause")["change"].sum()
    for cause in ("closed", "moved", "new"):
        assert sums[cause] == pytest.approx(changed.parts[cause].change, rel=1e-9)
        assert (changed.deals["cause"] == cause).sum() == changed.parts[cause].deals > 0
    assert changed.deals["change"].abs().is_monotonic_decreasing


def test_causes_are_those_of_the_future_that_came(changed, known, future):
    rows = future.opportunities.set_index("id")
    created = rows["created"]
    for key, cause in changed.deals["cause"].items():
        assert (cause == "new") == (created[key] >= BEGIN)
        if cause == "closed":
            assert BEGIN <= rows["closed"][key] < END
    untouched = set(known[1].tables.opportunities["id"]) - set(changed.deals.index)
    assert untouched


def test_where_nothing_happened_only_time_and_what_it_teaches_change_the_forecast(known):
    before, _ = known
    still = forecast_change(before, Known(before.tables, END), ASKED)
    assert len(still.deals) == 0
    assert [still.parts[cause].change for cause in ("closed", "moved", "new")] == [0.0, 0.0, 0.0]
    assert still.parts["time"].change < 0


def test_what_had_been_expected_of_creation_is_told(changed):
    """Three weeks of creation are gone from what is still to come; open deals by themselves make up the rest of time's part."""
    assert 0 < changed.creation < changed.before


def one_deal(known, **columns) -> tuple[Known, str]:
    """Return what is known at the end if nothing happened but to one open deal; and its id."""
    before = known[0].tables
    rows = before.opportunities
    key = rows.loc[(rows["outcome"] == OPEN) & (rows["amount"] > 0), "id"].iloc[0]
    after = rows.assign(
        **{name: rows[name].mask(rows["id"] == key, value) for name, value in columns.items()}
    )
    return Known(replace(before, opportunities=after), END), key


@pytest.mark.parametrize("outcome", [WON, LOST])
def test_a_win_is_worth_its_amount_and_a_loss_nothing(known, outcome):
    after, key = one_deal(known, outcome=outcome, closed=pd.Timestamp("2026-07-02"))
    found = forecast_change(known[0], after, replace(ASKED, draws=100))
    amount = known[0].tables.opportunities.set_index("id")["amount"][key]
    assert list(found.deals.index) == [key]
    assert found.deals["cause"][key] == "closed"
    assert found.deals["after"][key] == (amount if outcome == WON else 0.0)
    assert found.parts["closed"].change == pytest.approx(found.deals["change"][key], rel=1e-9)


def test_twice_the_amount_is_worth_about_twice_as_much(known):
    """Exactly twice where sizes are not told apart; larger deals may be won less often."""
    amount = float(known[0].tables.opportunities.set_index("id")["amount"].dropna().max()) * 2
    after, key = one_deal(known, amount=amount)
    found = forecast_change(known[0], after, ASKED)
    assert found.deals["cause"][key] == "moved"
    assert found.parts["moved"].change > 0


def test_a_stage_that_was_never_seen_before_counts_as_the_one_before_it(known, calibration):
    tables = known[0].tables
    history = tables.stage_history
    place = history.index[history["left"].isna()][0]
    stage = history["stage"].copy()
    before = stage[place]
    stage[place] = "Sign"
    at = tables.stages.index(before) + 1
    newer = replace(
        tables,
        stage_history=history.assign(stage=stage),
        stages=(*tables.stages[:at], "Sign", *tables.stages[at:]),
    )
    one, other = (carried(calibration, some, END) for some in (tables, newer))
    assert sorted(one.stage) == sorted(other.stage)
