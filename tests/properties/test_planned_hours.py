"""Planned prospecting hours: the same sum for every calendar cadence, within what a day holds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.cadence import (
    Segment,
    TooFewOnDays,
    on_days,
    planned_year,
    quarter_days,
    spread_evenly,
    water_fill,
)
from simulations.scenario.model import Custom, QuarterEnd, Sawtooth, Steady

DAYS = 364


@st.composite
def working_years(draw):
    """Return a year of Monday-to-Friday weeks with some holidays."""
    working = np.arange(DAYS) % 7 < 5
    working[draw(st.lists(st.integers(0, DAYS - 1), max_size=15))] = False
    return working


def waves(**fixed):
    free = {
        "weeks_on": st.integers(1, 13),
        "weeks_off": st.integers(0, 13),
        "allow_unequal_hours": st.booleans(),
    }
    return st.builds(Sawtooth, **(free | {name: st.just(value) for name, value in fixed.items()}))


@st.composite
def segments(draw, cadences, start=0):
    """Return a segment whose working day holds what the steady plan asks for, review included."""
    steady, review = draw(st.integers(0, 4 * 3600)), draw(st.integers(0, 2 * 3600))
    return Segment(start, draw(cadences), steady, steady + review + draw(st.integers(0, 6 * 3600)), review, 5)


def steady_sum(segment, working):
    return segment.steady * int(working.sum())


@given(segments(waves()), working_years(), st.integers(0, 25))
def test_a_sawtooth_keeps_the_steady_hours_of_the_year_or_is_refused(segment, working, phase):
    try:
        plan = planned_year((segment,), working, phase)
    except TooFewOnDays:
        assert not segment.cadence.allow_unequal_hours
        room = segment.cap * int((working & on_days(segment.cadence, phase, DAYS)).sum())
        # The review takes at most one day's share of each of 52 weeks from that room.
        assert steady_sum(segment, working) > room - 52 * segment.review
        return
    short = steady_sum(segment, working) - int(plan.sum())
    assert short >= 0
    assert short == 0 or segment.cadence.allow_unequal_hours


QUARTER_ENDS = (2, 86, 177, 269, 361, 453)


@given(segments(st.builds(QuarterEnd, weeks_off=st.integers(1, 13))), working_years())
def test_a_pause_at_quarter_ends_keeps_the_steady_hours_of_the_year_or_is_refused(segment, working):
    """On-days get the same seconds as far as a day holds them, the days before a quarter's end nothing."""
    segment = replace(segment, quarter_ends=QUARTER_ENDS)
    away = {day for end in QUARTER_ENDS for day in range(end - 7 * segment.cadence.weeks_off, end)}
    on = working & ~np.isin(np.arange(DAYS), list(away))
    assert (quarter_days(segment.cadence, QUARTER_ENDS, DAYS) == ~np.isin(np.arange(DAYS), list(away))).all()
    try:
        plan = planned_year((segment,), working, 0)
    except TooFewOnDays:
        # The review takes at most one day's share of each of 52 weeks.
        assert steady_sum(segment, working) > segment.cap * int(on.sum()) - 52 * segment.review
        return
    assert int(plan.sum()) == steady_sum(segment, working)
    assert not plan[~on].any()
    free = on & (plan < segment.cap - segment.review)
    assert np.ptp(plan[free]) <= 1 if free.any() else True


@given(segments(waves(allow_unequal_hours=True)), working_years(), st.integers(0, 25))
def test_no_day_holds_more_than_it_can_and_off_weeks_hold_nothing(segment, working, phase):
    plan = planned_year((segment,), working, phase)
    active = working & on_days(segment.cadence, phase, DAYS)
    assert plan.min() >= 0
    assert plan.max() <= segment.cap
    assert not plan[~active].any()
    for week in range(52):
        first = week * 7 + np.flatnonzero(active[week * 7 : week * 7 + 7])[:1]
        assert (plan[first] <= segment.cap - segment.review).all()


@given(segments(waves(allow_unequal_hours=True)), working_years(), st.integers(0, 25))
def test_on_days_with_room_get_the_same_hours_to_the_second(segment, working, phase):
    """Water-filling: only a full day may have less than another, and the remainder goes to the earliest."""
    plan = planned_year((segment,), working, phase)
    active = working & on_days(segment.cadence, phase, DAYS)
    if segment.review or not active.any():
        return
    given_days = plan[active]
    assert given_days.max() - given_days.min() <= 1
    assert (np.diff(given_days) <= 0).all()


@given(segments(waves(weeks_off=0)), working_years(), st.integers(0, 25))
def test_a_sawtooth_without_pauses_is_the_steady_plan(segment, working, phase):
    steady = Segment(0, Steady(), segment.steady, segment.cap, segment.review, 5)
    assert planned_year((segment,), working, phase).tobytes() == planned_year((steady,), working, 0).tobytes()


@given(
    segments(st.one_of(waves(allow_unequal_hours=True), st.just(Steady()))),
    segments(st.one_of(waves(allow_unequal_hours=True), st.just(Steady()))),
    st.integers(1, 51),
    working_years(),
    st.integers(0, 25),
)
def test_a_change_leaves_the_days_before_it_alone(before, after, week, working, phase):
    """Also where the change alters the steady hours themselves: the first factor does not know of it."""
    change = Segment(week * 7, after.cadence, after.steady, after.cap, after.review, 5)
    changed = planned_year((before, change), working, phase)
    alone = planned_year((before,), working, phase)
    assert changed[: week * 7].tobytes() == alone[: week * 7].tobytes()


@given(segments(waves()), st.integers(1, 40), working_years(), st.integers(0, 25))
def test_a_change_to_a_sawtooth_still_keeps_the_hours_of_the_year(segment, week, working, phase):
    first = Segment(0, Steady(), segment.steady, segment.cap, segment.review, 5)
    change = Segment(week * 7, segment.cadence, segment.steady // 2, segment.cap, segment.review, 5)
    owed = segment.steady * int(working[: week * 7].sum()) + (segment.steady // 2) * int(
        working[week * 7 :].sum()
    )
    try:
        plan = planned_year((first, change), working, phase)
    except TooFewOnDays:
        return
    assert int(plan.sum()) == owed or segment.cadence.allow_unequal_hours


@given(st.integers(0, 10**8), working_years())
def test_hours_spread_evenly_differ_by_a_second_at_most(total, working):
    plan = spread_evenly(total, working)
    assert int(plan.sum()) == total
    assert not plan[~working].any()
    assert plan[working].max() - plan[working].min() <= 1
    assert (np.diff(plan[working]) <= 0).all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.data())
def test_water_filling_equals_pouring_second_by_second(caps, data):
    """The slow way: give one second at a time to the emptiest day that has room, the earliest first."""
    total = data.draw(st.integers(0, sum(caps)))
    poured = [0] * len(caps)
    for _ in range(total):
        poured[min((i for i in range(len(caps)) if poured[i] < caps[i]), key=lambda i: (poured[i], i))] += 1
    assert water_fill(total, np.array(caps, dtype=np.int64)).tolist() == poured


@given(st.floats(0, 40), working_years())
def test_a_custom_table_of_equal_weeks_is_the_steady_plan(hours, working):
    seconds = int(hours * 3600 / 5 + 0.5)
    table = Segment(0, Custom(hours_by_week=(hours,)), seconds, 8 * 3600, 0, 5)
    steady = Segment(0, Steady(), seconds, 8 * 3600, 0, 5)
    assert (planned_year((table,), working, 0) == planned_year((steady,), working, 0)).all()


def test_a_custom_table_is_repeated_as_written():
    working = np.arange(DAYS) % 7 < 5
    plan = planned_year((Segment(0, Custom(hours_by_week=(10, 0, 5)), 0, 8 * 3600, 0, 5),), working, 0)
    weeks = plan.reshape(52, 7)
    assert weeks.sum(axis=1).tolist() == [(36_000, 0, 18_000)[week % 3] for week in range(52)]
    assert weeks[0].tolist() == [7_200] * 5 + [0, 0]


def test_a_refusal_names_a_share_of_on_weeks_that_fits():
    """At 10 hours and 12 hours of room a week, 8 weeks in 12 are too few and 11 in 12 (92%) are enough."""
    working = np.arange(DAYS) % 7 < 5

    def segment(on, off):
        return Segment(0, Sawtooth(weeks_on=on, weeks_off=off), 7_200, 8_640, 0, 5)

    with pytest.raises(TooFewOnDays, match="at least 84% of the weeks must be on"):
        planned_year((segment(8, 4),), working, 0)
    assert planned_year((segment(11, 1),), working, 0).sum() == 7_200 * working.sum()


def test_more_than_the_caps_hold_cannot_be_filled():
    with pytest.raises(ValueError, match="7 seconds do not fit into 6"):
        water_fill(7, np.array([3, 3]))
