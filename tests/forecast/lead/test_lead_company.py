"""A shocked company: the same until the shock, and then what the shock says; its CRM and its books."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecast.alarms.history import history_of
from forecast.lead.company import LEARNED_MONTHS, LEARNED_WEEKS
from forecast.lead.shocks import LEAVER, SHOCKS, STOP_WEEKS, with_leaver
from forecast.ledger import ledger_of
from simulations.calendar import DAY, WEEK_DAYS
from simulations.journal import Kind
from simulations.recorder import record_log, tables_at
from simulations.scenario.records import Ledger

WEEK = 20


def before(events, company):
    first = (company.line.habit_start_day + (WEEK - 1) * WEEK_DAYS) * DAY
    return events[events["time"] < first]


@pytest.mark.parametrize("shock", SHOCKS, ids=lambda shock: shock.key)
def test_until_the_shock_everything_is_as_on_plan_and_then_it_is_not(company, on_plan, shock):
    shocked = company.events(5, shock, WEEK)
    for name in on_plan.dtype.names:
        assert np.array_equal(before(on_plan, company)[name], before(shocked, company)[name])
    assert on_plan.tobytes() != shocked.tobytes()


def test_hours_halve_or_stop_and_come_back(company, on_plan):
    shocks = {shock.key: shock for shock in SHOCKS}
    at = LEARNED_WEEKS + WEEK - 1
    plan = company.hours(on_plan)
    halved = company.hours(company.events(5, shocks["halves"], WEEK))
    stopped = company.hours(company.events(5, shocks["stops"], WEEK))
    assert np.allclose(halved[:at], plan[:at])
    assert np.allclose(halved[at : at + 60], plan[at : at + 60] / 2, rtol=1e-3)
    assert np.all(stopped[at : at + STOP_WEEKS] == 0)
    assert np.allclose(stopped[at + STOP_WEEKS : at + 60], plan[at + STOP_WEEKS : at + 60], rtol=1e-3)


def test_the_rep_who_leaves_does_so_in_the_week_of_the_shock(company):
    leaves = next(shock for shock in SHOCKS if shock.key == "leaves")
    for seed in range(3):
        events = company.events(seed, leaves, WEEK)
        last = sum(group.seats for group in company.scenario.team.groups) - 1
        days = events[(events["kind"] == Kind.WORK_DAY) & (events["seat"] == last)]["time"] // DAY
        week = (days - company.line.habit_start_day) // WEEK_DAYS + 1
        assert WEEK - 1 in week
        assert not set(range(WEEK, WEEK + 8)) & set(week.tolist())
        assert WEEK + 8 in week


def test_a_win_rate_of_three_quarters_is_spread_over_the_stages(company):
    (change,) = next(shock for shock in SHOCKS if shock.key == "wins").changes(
        company.scenario, date(2026, 6, 1)
    )
    found = list(dict(change.values).values())
    base = np.prod([stage.advance_probability for stage in company.scenario.stages])
    assert np.isclose(np.prod(found), 0.75 * base, rtol=1e-12)


def test_the_leavers_group_is_made_once(company):
    assert [group.name for group in company.scenario.team.groups] == ["reps", LEAVER]
    assert with_leaver(company.scenario) is company.scenario


def test_what_is_read_off_the_journal_is_what_a_perfectly_kept_crm_says(company, on_plan):
    log = record_log(on_plan, company.scenario, 5, 0, perfect=True, until=company.end)
    for at_end, moment in ((False, company.start), (True, company.end)):
        mine = company.history(on_plan, 5, "perfect", at_end=at_end)
        tables = history_of(tables_at(log, moment), pd.Timestamp(moment))
        assert mine.owners == tables.owners
        assert mine.stages == tables.stages
        assert np.allclose(np.sort(mine.created), np.sort(tables.created), atol=1e-6)
        assert np.isclose(mine.amount.sum(), tables.amount.sum())
        for one, other in (("entered", "stage"), ("left", "cause"), ("left", "owner")):
            a, b = (
                sorted(zip(np.round(getattr(h.stays, one), 4), getattr(h.stays, other).tolist(), strict=True))
                for h in (mine, tables)
            )
            assert a == b


def test_the_books_are_those_that_a_ledger_makes_of_the_crm(company, on_plan):
    log = record_log(on_plan, company.scenario, 5, 0, perfect=True, until=company.end)
    rows = ledger_of(
        tables_at(log, company.end), pd.Timestamp(company.end), Ledger(), country="US"
    ).set_index("month")
    year = company.published(on_plan)
    months = pd.period_range(
        pd.Timestamp(company.start).to_period("M") - LEARNED_MONTHS, periods=len(year.revenue), freq="M"
    )
    theirs = rows.reindex(months.to_timestamp())
    assert np.allclose(year.revenue, theirs["revenue"].fillna(0), atol=0.01)
    week = (theirs["published"] - pd.Timestamp(company.start)).dt.days // 7 + 1
    known = theirs["published"].notna().to_numpy()
    assert (week[known] == year.week[known]).all()


def test_quarters_end_with_the_third_month(company):
    start = pd.Timestamp(company.start)
    for week in range(1, 53):
        day = start + pd.Timedelta(weeks=week - 1)
        end = start + pd.Timedelta(weeks=company.quarter_end_week(week) - 1)
        last = day.to_period("Q").to_timestamp(how="end").normalize()
        assert end <= last < end + pd.Timedelta(weeks=1)
