"""From a day on, other numbers: any number of the scenario, by its path; refused where it is none."""

from datetime import date, timedelta

import pytest

from simulations import engine
from simulations.assumptions import assumptions
from simulations.calendar import DAY, timeline
from simulations.changes import CHANGEABLE, FIXED, NotChangeable, scenario_after
from simulations.errors import BadInput
from simulations.journal import digest
from simulations.plan import make_plan
from simulations.scenario.model import Change, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team, Work
from simulations.scenario.records import Horizon
from simulations.scenario_file import load_scenario

MONDAY = date(2026, 6, 1)
SMALL = Scenario(
    team=Team(groups=(SeatGroup(seats=2, attrition_per_year=0.5, hired=date(2025, 12, 1)),)),
    work=Work(unprotected_distraction_share=1.0),
    horizon=Horizon(warm_up_weeks=6, run_off=4),
)


def changed(scenario=SMALL, **values):
    """Return the scenario with a change of values, by path."""
    change = Change(start=MONDAY, values={path.replace("__", "."): value for path, value in values.items()})
    return scenario.model_copy(update={"changes": (change,)})


def numbers():
    """Return the paths of all numbers that a change may set, as `scenario explain` prints them."""
    return [
        item.field
        for item in assumptions(SMALL)
        if item.field.split(".")[0].split("[")[0] in CHANGEABLE and item.field.rpartition(".")[2] not in FIXED
    ]


@pytest.mark.parametrize("path", numbers())
def test_every_number_that_is_explained_can_be_changed(path):
    """The changed scenario has the new value there, and no other number moved."""
    before = {item.field: item.value for item in assumptions(SMALL)}
    value = before[path] + (1 if isinstance(before[path], int) else 0.125 * (1 if before[path] < 0.5 else -1))
    after = scenario_after(SMALL, Change(start=MONDAY, values={path: value}))
    found = {item.field: item.value for item in assumptions(after)}
    assert {name for name in found if found[name] != before[name]} == {path}
    assert found[path] == value


#: What a change must be seen to do in a year of the small team; the rest needs rarer circumstances.
SEEN = {
    "sources.prospecting.leads_per_hour": 0.6,
    "sources.prospecting.qualify_probability": 0.9,
    "sources.prospecting.qualify_hours": 2.0,
    "sources.inbound[inbound].leads_per_week": 9.0,
    "sources.inbound[inbound].monthly_season": 3.0,
    "sources.inbound[inbound].response_exponent": 0.69,
    "sources.referrals.ask_rate_win": 0.9,
    "sources.referrals.ask_rate_meeting": 0.5,
    "stages[Discovery].effort_hours": 4.0,
    "stages[Proposal].reply_days": 3.0,
    "stages[Negotiation].advance_probability": 0.2,
    "deal_value.mean": 9_000.0,
    "work.staleness_logit_per_day": 0.5,
    "work.block_startup_minutes": 45.0,
    "work.distraction_share": 0.1,
    "silence.silent_given_not_advanced": 0.1,
    "silence.follow_up_every_days": 5.0,
    "silence.max_follow_ups": 1,
    "silence.revival_probability": 0.9,
    "reviews.review_hours": 1.5,
    "reviews.disqualify_after_days": 10.0,
    "market.week_cv": 0.0,
    "market.yearly_cv": 0.6,
    "quarter_end.push_weeks": 4,
    "team.groups[reps].ramp_weeks": 5.0,
    "team.groups[reps].absence_weeks_per_year": 20.0,
    "team.groups[reps].attrition_per_year": 0.9,
    "team.groups[reps].win_logit": 2.0,
    "team.groups[reps].selling_hours_per_week": 30.0,
}


@pytest.mark.parametrize("path", SEEN)
def test_a_change_acts_from_its_monday_on_and_not_before(path):
    before, after = (engine.simulate(each, Steady(), 7, 0) for each in (SMALL, changed(**{path: SEEN[path]})))
    boundary = timeline(SMALL).day_of(MONDAY) * DAY
    assert digest(before[before["time"] < boundary]) == digest(after[after["time"] < boundary])
    assert digest(before) != digest(after)


def test_changes_add_up():
    first = Change(start=MONDAY, values={"deal_value.mean": 9_000.0})
    second = Change(start=MONDAY + timedelta(weeks=3), staleness_logit_per_day=0.5)
    plan = make_plan(SMALL.model_copy(update={"changes": (first, second)}))
    assert [regime.terms.deal_mean for regime in plan.regimes] == [20_000.0, 9_000.0, 9_000.0]
    assert [regime.terms.staleness for regime in plan.regimes] == [0.02, 0.02, 0.5]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("sources.prospecting", "is not a number"),
        ("sources.prospecting.leads", "leads is not a key there; known: leads_per_hour"),
        ("stages[Talk].effort_hours", r"\[Talk\] is not in stages; there are Discovery, Evaluation"),
        ("stages.effort_hours", "is not a number"),
        ("deal_value[0].mean", "deal_value is no list"),
        ("team.groups[reps].seats", "must be a number of team, sources"),
        ("calendar.day_start_hour", "must be a number of team, sources"),
        ("horizon.warm_up_weeks", "must be a number of team, sources"),
        ("work.queue", "is not a number"),
        ("Work", "must be a path as"),
        ("", "must be a path as"),
    ],
)
def test_what_is_no_number_is_refused(path, message):
    with pytest.raises(NotChangeable, match=message):
        scenario_after(SMALL, Change(start=MONDAY, values={path: 1.0}))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("work.pace: 3", "pace is not a key there"),
        ("reviews.review_hours: -1", "found '-1'; must be greater than or equal to 0"),
        ("silence.max_follow_ups: 2.5", "must be a valid integer"),
        ("sources.referrals.introductions: 90", "referrals explode"),
        ("stages[Discovery].reply_days: 3650", "must be at most 3650 days"),
        ("team.groups[reps].prospecting_hours_per_week: 23", "must be at most 21.5"),
        ("team.handover_days: 100", "must be at most 56"),
    ],
)
def test_a_file_with_such_a_change_is_refused_with_its_line(tmp_path, line, message):
    path = tmp_path / "team.yaml"
    name, _, value = line.partition(": ")
    text = f'changes:\n  - start: 2026-06-01\n    values:\n      "{name}": {value}\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=message) as caught:
        load_scenario(path)
    assert "changes[0]" in str(caught.value)
