"""What the engine promises: same seed same bytes, prefix, local change."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.calendar import DAY, timeline
from simulations.deals import deals_of
from simulations.journal import Events, Kind, digest
from simulations.reference import simulate
from simulations.scenario.customers import DealValue, Inbound, Silence, Sources, Stage
from simulations.scenario.model import Change, Custom, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import Calendar, Reviews, SeatGroup, Team, Work
from simulations.scenario.records import Horizon, Switches, Targets

TEAM = Team(groups=(SeatGroup(seats=2),))
SHORT = Horizon(warm_up_weeks=3, run_off=2)
SETTINGS = settings(max_examples=8)

switches = st.builds(
    Switches,
    **dict.fromkeys(
        (
            "calendar",
            "contention",
            "staleness",
            "reply_delays",
            "effort",
            "silence",
            "reviews",
            "inbound",
            "referrals",
        ),
        st.booleans(),
    ),
    market_slow=st.booleans(),
    market_weeks=st.booleans(),
)
stages = st.lists(
    st.tuples(st.floats(0.2, 4), st.floats(0.5, 20), st.sampled_from([0.0, 0.4, 0.8, 1.0])),
    min_size=1,
    max_size=4,
).map(
    lambda rows: tuple(
        Stage(name=f"S{i}", effort_hours=effort, reply_days=reply, advance_probability=p)
        for i, (effort, reply, p) in enumerate(rows)
    )
)
scenarios = st.builds(
    Scenario,
    team=st.builds(lambda seats: Team(groups=(SeatGroup(seats=seats),)), st.integers(1, 2)),
    horizon=st.just(SHORT),
    stages=stages,
    switches=switches,
    work=st.builds(
        Work, queue=st.sampled_from(["latest_stage_first", "oldest_first", "highest_value_first"])
    ),
    silence=st.builds(
        Silence, revival_probability=st.sampled_from([0.0, 0.3]), max_follow_ups=st.integers(0, 4)
    ),
    reviews=st.builds(Reviews, disqualify_after_days=st.sampled_from([10.0, 45.0])),
)
cadences = st.one_of(
    st.just(Steady()),
    st.builds(
        Sawtooth,
        weeks_on=st.integers(4, 8),
        weeks_off=st.integers(0, 4),
        phase=st.sampled_from(["team", "rep"]),
    ),
    st.just(Reactive()),
    st.builds(Custom, hours_by_week=st.lists(st.floats(0, 12), min_size=1, max_size=8).map(tuple)),
)
seeds = st.integers(0, 2**64 - 1)


@SETTINGS
@given(scenarios, cadences, seeds)
def test_the_same_seed_gives_the_same_bytes(scenario, cadence, seed):
    assert digest(simulate(scenario, cadence, seed, 3)) == digest(simulate(scenario, cadence, seed, 3))


@SETTINGS
@given(scenarios, seeds, st.integers(4, 48), st.booleans())
def test_a_change_leaves_every_event_before_it_byte_equal(scenario, seed, week, to_sawtooth):
    start = scenario.calendar.year_start + timedelta(weeks=week)
    change = Change(
        start=start,
        cadence=Sawtooth(weeks_on=3, weeks_off=2, allow_unequal_hours=True) if to_sawtooth else None,
        advance_probability={scenario.stages[0].name: 0.5},
        staleness_logit_per_day=0.05,
        selling_hours_per_week=30,
    )
    changed = scenario.model_copy(update={"changes": (change,)})
    boundary = timeline(scenario).day_of(start) * DAY
    before, after = (simulate(item, Steady(), seed, 0) for item in (scenario, changed))
    assert digest(before[before["time"] < boundary]) == digest(after[after["time"] < boundary])
    assert digest(before) != digest(after)


@SETTINGS
@given(scenarios, cadences, seeds)
def test_two_cadences_share_the_warm_up(scenario, cadence, seed):
    """Calendar cadences plan the year only: the past is the same."""
    boundary = timeline(scenario).year_start_day * DAY
    past, other = (simulate(scenario, item, seed, 0) for item in (Steady(), cadence))
    assert digest(past[past["time"] < boundary]) == digest(other[other["time"] < boundary])


@SETTINGS
@given(scenarios, seeds)
def test_a_sawtooth_without_weeks_off_is_steady_to_the_byte(scenario, seed):
    steady, wave = (simulate(scenario, item, seed, 1) for item in (Steady(), Sawtooth(weeks_off=0)))
    assert digest(steady) == digest(wave)


def _working_hours(events: Events) -> dict[tuple[int, int], float]:
    kinds = (Kind.PROSPECTED, Kind.REVIEWED, Kind.SOLD, Kind.WORK_DAY)
    hours: dict[tuple[int, int], float] = {}
    # A round-the-clock day ends at the next day's first second, so days are told by their last event.
    for row in events[np.isin(events["kind"], kinds)]:
        last = row["kind"] in (Kind.SOLD, Kind.WORK_DAY)
        day = int((row["time"] - 1) // DAY if last else row["time"] // DAY)
        hours[int(row["seat"]), day] = hours.get((int(row["seat"]), day), 0.0) + float(row["value"])
    return hours


@SETTINGS
@given(scenarios, cadences, seeds)
def test_activities_and_idle_fill_every_working_day(scenario, cadence, seed):
    """Hours balance, every seat-day; seconds are whole, so the sum is exact to float rounding."""
    day = 24.0 if not scenario.switches.calendar else 24.0 / 5
    hours = _working_hours(simulate(scenario, cadence, seed, 0))
    # A day that ends with the run's last second is not accounted for any more.
    last = timeline(scenario).end_day - 1
    whole = [value for (_, number), value in hours.items() if number != last]
    assert len(whole) > 250
    assert max(abs(value - day) for value in whole) < 1e-9


@SETTINGS
@given(scenarios, cadences, seeds)
def test_every_lead_is_dropped_open_or_closed_once(scenario, cadence, seed):
    events = simulate(scenario, cadence, seed, 0)
    deals = deals_of(events)
    assert np.unique(deals.birth).size == deals.birth.size
    closings = events[np.isin(events["kind"], (Kind.WON, Kind.LOST, Kind.NO_DECISION, Kind.DISQUALIFIED))]
    assert np.unique(closings["birth"]).size == closings.size
    assert (events["kind"] == Kind.OPENED).sum() + (events["kind"] == Kind.DROPPED).sum() <= deals.birth.size
    assert (np.diff(events["time"]) >= 0).all()


DRAWN = (Kind.LEAD, Kind.DROPPED, Kind.OPENED, Kind.WORKED, Kind.ADVANCED, Kind.SILENT, Kind.LOST)


@SETTINGS
@given(scenarios, seeds, st.data())
def test_altering_one_stage_leaves_every_other_draw_alone(scenario, seed, data):
    """Local change: a stage that takes longer moves no draw of another, for any stage of any scenario.

    Compared are what the draws decide, not when: whether it qualifies, its amount, its effort, its outcome of
    each visit to another stage. What feeds back on decisions (staleness, reviews) is off, and so are
    referrals, whose parents are won later; what a run does not reach before its end is left out.
    """
    calm = dict.fromkeys(("staleness", "reviews", "referrals"), False)
    quiet = scenario.model_copy(
        update={"switches": scenario.switches.model_copy(update={**calm, "contention": False})}
    )
    at = data.draw(st.integers(0, len(quiet.stages) - 1))
    slower = quiet.stages[at].model_copy(update={"reply_days": 25.0, "effort_hours": 6.0})
    altered = quiet.model_copy(update={"stages": (*quiet.stages[:at], slower, *quiet.stages[at + 1 :])})

    def drawn(events: Events) -> dict[tuple[int, ...], float]:
        rows = events[np.isin(events["kind"], DRAWN) & (events["stage"] != at)]
        keys = rows[["birth", "kind", "stage", "visit"]].tolist()
        return dict(zip(keys, rows["value"].tolist(), strict=True))

    one, two = (drawn(simulate(item, Steady(), seed, 0)) for item in (quiet, altered))
    both = one.keys() & two.keys()
    assert len(both) > 50
    assert {key for key in both if one[key] != two[key]} == set()
    # What befell an opportunity before the altered stage befalls it in both.
    before = [key for key in one.keys() ^ two.keys() if key[2] < at]
    assert before == []


def test_an_inbound_stream_more_moves_no_other_lead():
    """Leads of one source are the same whether or not another source is there."""
    scenario = Scenario(team=TEAM, horizon=SHORT)
    more = scenario.model_copy(
        update={"sources": Sources(inbound=(Inbound(), Inbound(name="fair", leads_per_week=5)))}
    )

    def appeared(events: Events, source: int) -> set[tuple[int, int]]:
        leads = events[events["kind"] == Kind.LEAD]
        mine = leads["birth"] >> np.uint64(54) == np.uint64(source)
        return {(int(row["birth"]), int(row["time"])) for row in leads[mine]}

    one, two = (simulate(item, Steady(), 5, 0) for item in (scenario, more))
    first_stream = 1 << 8
    assert appeared(one, first_stream) == appeared(two, first_stream) != set()


def test_work_never_happens_on_a_holiday_or_at_night():
    scenario = Scenario(team=TEAM, horizon=SHORT, calendar=Calendar(extra_holidays=(Calendar().year_start,)))
    line = timeline(scenario)
    events = simulate(scenario, Steady(), 1, 0)
    work = events[np.isin(events["kind"], (Kind.STARTED, Kind.PROSPECTED, Kind.REVIEWED))]
    clock = work["time"] % DAY / 3600
    assert ((clock >= 9) & (clock <= 9 + 24 / 5)).all()
    days = {line.date_of(int(day)) for day in np.unique(work["time"] // DAY)}
    assert all(day.weekday() < 5 for day in days)
    assert scenario.calendar.year_start not in days
    assert not {(day.month, day.day) for day in days} & {(7, 4), (12, 25)}


def test_a_reactive_team_that_counts_deals_looks_at_their_number():
    """With every deal worth one unit, counting deals or amounts is the same decision, week by week."""
    value = DealValue(mean=1, cv=0)
    amount, deals = (
        Scenario(
            team=TEAM, horizon=SHORT, unit=unit, deal_value=value, targets=Targets(yearly_quota_per_rep=14)
        )
        for unit in ("amount", "deals")
    )
    hours = [
        simulate(scenario, Reactive(), 5, 0)[["time", "seat"]][
            simulate(scenario, Reactive(), 5, 0)["kind"] == Kind.PROSPECTED
        ].tolist()
        for scenario in (amount, deals)
    ]
    assert hours[0] == hours[1]
    dear = deals.model_copy(update={"deal_value": DealValue(mean=50_000)})
    events = simulate(dear, Reactive(), 5, 0)
    assert (events["kind"] == Kind.PROSPECTED).sum() > 100, "a dear deal is still one deal"
