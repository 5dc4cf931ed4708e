"""A cadence written in Python: asked day by day by the reference engine, compared like any other, and told to be slow."""

import json
import math
import pickle

import numpy as np
import pytest

from simulations import engine, experiment, reference
from simulations.calendar import DAY
from simulations.engines import years_by
from simulations.errors import BadInput, Problem
from simulations.experiment import SlowCadence, compare
from simulations.journal import Kind, digest
from simulations.plan import make_plan
from simulations.plots.cadences import cadence_label, cadence_lines
from simulations.ranges import assumed_ranges
from simulations.scenario.model import Change, Custom, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.scenario.written import Written
from simulations.sentences import sentences

SEED = 7
SMALL = Scenario(team=Team(groups=(SeatGroup(seats=2),)), horizon=Horizon(warm_up_weeks=10, run_off=6))
HOUR = 3_600


def written(rule, name="of the test"):
    return Written(name=name, seconds=rule)


def told(rule, scenario=SMALL, replication=1):
    return reference.simulate(scenario, written(rule), SEED, replication)


def test_the_steady_plan_written_in_python_is_steady_to_the_byte():
    found = told(lambda _week, _seat, day: day.steady_seconds)
    assert digest(found) == digest(engine.simulate(SMALL, Steady(), SEED, 1))


def test_a_table_of_weeks_written_in_python_is_the_custom_cadence():
    """Also in a second year: weeks go on being counted from the first."""
    hours = (9, 5, 0, 2.5, 7)
    for years in (1, 2):
        scenario = SMALL.model_copy(update={"horizon": Horizon(warm_up_weeks=6, run_off=4, years=years)})
        found = told(lambda week, _seat, _day: hours[week % 5] * HOUR / 5, scenario)
        assert digest(found) == digest(engine.simulate(scenario, Custom(hours_by_week=hours), SEED, 1))


def test_the_reactive_rule_written_in_python_is_the_reactive_cadence():
    """It remembers, which is only fit for one run; it shows that a rule sees what a reactive rep sees."""
    on = {}
    rule = Reactive()

    def seconds(week, seat, day):
        if (seat, "week") not in on or on[seat, "week"] != week:
            on[seat, "week"] = week
            before = on.get(seat, False)
            on[seat] = (
                True if day.cover < rule.start_below else (False if day.cover > rule.stop_above else before)
            )
        return rule.hours_when_on / 5 * HOUR if on[seat] else 0

    assert digest(told(seconds)) == digest(engine.simulate(SMALL, rule, SEED, 1))


def test_a_rule_is_asked_once_for_each_day_that_a_seat_works():
    asked = []

    def seconds(week, seat, day):
        asked.append((week, seat, day))
        return 0

    events = told(seconds)
    plan = make_plan(SMALL)
    start, end = plan.timeline.year_start_day, plan.timeline.year_end_day
    days = np.flatnonzero(plan.working[start:end])
    assert [(week, day.day) for week, seat, day in asked if seat == 0] == [
        (int(day) // 7, plan.timeline.date_of(start + int(day))) for day in days
    ]
    assert {seat for _, seat, _ in asked} == {0, 1}
    # The review comes first, once a week, and takes from the day.
    left = [day.seconds_left for _, seat, day in asked if seat == 0]
    whole = plan.regimes[0].seats[0].day_seconds
    assert max(left) == whole
    assert len([one for one in left if one < whole]) == 52
    prospected = events[events["kind"] == Kind.PROSPECTED]
    assert not ((prospected["time"] >= start * DAY) & (prospected["time"] < end * DAY)).any()


def test_a_rule_sees_the_open_opportunities_of_its_own_seat():
    seen = {}

    def seconds(_week, seat, day):
        seen[seat, day.day] = day
        return day.steady_seconds

    events = told(seconds)
    plan = make_plan(SMALL)
    day = max(day for seat, day in seen if seat == 1)
    moment = plan.timeline.day_of(day) * DAY + plan.day_start
    mine = events[(events["seat"] == 1) & (events["time"] < moment)]
    opened = {int(row["birth"]): row["value"] for row in mine[mine["kind"] == Kind.OPENED]}
    closed = {int(row["birth"]) for row in mine[np.isin(mine["kind"], (12, 13, 14, 15))]}
    still = sorted(value for birth, value in opened.items() if birth not in closed)
    state = seen[1, day]
    assert sorted(worth for _, worth in state.open_deals) == pytest.approx(still)
    assert {stage for stage, _ in state.open_deals} <= {stage.name for stage in SMALL.stages}
    assert 0 < state.cover < math.inf


def test_what_does_not_fit_into_the_day_is_not_spent():
    found = compare_quietly([written(lambda *_: 1e9)])
    year = found.cadence("written").measures
    assert year["selling_hours_on_week"].mean == pytest.approx(0, abs=1e-9)


def test_a_change_of_the_scenario_puts_another_cadence_in_its_place():
    changed = SMALL.model_copy(update={"changes": (Change(start="2026-07-06", cadence=Steady()),)})
    asked = []
    told(lambda _week, _seat, day: asked.append(day.day) or 0, changed)
    assert str(max(asked)) == "2026-07-02"  # the third is a holiday


def compare_quietly(cadences, **terms):
    with pytest.warns(SlowCadence, match="is written in Python: its years are told by the reference engine"):
        return compare(SMALL, cadences, 4, SEED, **terms)


def test_a_comparison_says_so_and_holds_it_against_steady_and_its_own_hours():
    found = compare_quietly([written(lambda _w, _s, day: 0.5 * day.steady_seconds), Sawtooth()])
    names = [year.name for year in found.cadences]
    assert names == ["steady", "sawtooth", "written", "written: steady at its own hours"]
    assert found.contrast("written").hours_gap == pytest.approx(-0.5, abs=0.01)
    assert found.contrast("written", "rhythm").hours_gap == pytest.approx(0, abs=0.01)
    said = [str(sentence) for sentence in sentences(found) if sentence.cadence == "written"]
    assert said[0].startswith(
        ("The cadence of the test books", "4 simulated years do not tell whether the cadence of")
    )
    json.dumps(found.to_dict(), allow_nan=False)
    year = found.cadence("written")
    assert cadence_label(year) == "of the test: written in Python"
    assert cadence_lines(year).startswith("of the test:\n")


def test_steady_in_a_comparison_is_the_compiled_ones_and_the_result_does_not_depend_on_the_workers():
    rule = written(lambda _w, seat, day: day.steady_seconds if seat else 0)
    one, two = (compare_quietly([rule], workers=workers) for workers in (1, 2))
    assert one.to_dict() == two.to_dict()
    alone = compare(SMALL, [], 4, SEED, workers=1).cadence("steady")
    assert one.cadence("steady").measures == alone.measures


def test_the_reference_engine_asked_for_by_name_needs_no_warning(recwarn):
    found = compare(SMALL, [written(lambda *_: 0)], 2, SEED, engine="reference", workers=2)
    assert found.cadence("written").measures["prospecting_hours"].mean == 0
    assert not [item for item in recwarn if issubclass(item.category, SlowCadence)]


def test_its_own_hours_are_spread_by_the_compiled_engine():
    plan = make_plan(SMALL)
    own = (900_000, 720_000)
    years = years_by("compiled", plan, SEED)
    rule = written(lambda *_: 1 / 0)
    found, meant = (years.year(cadence, 2, own) for cadence in (rule, Steady()))
    assert found.seconds_by_seat.tolist() == meant.seconds_by_seat.tolist()
    assert found.scalars["total"] == meant.scalars["total"] > 0


def test_the_warning_points_at_the_line_that_asked():
    with pytest.warns(SlowCadence) as caught:
        experiment.compare(SMALL, [written(lambda *_: 0)], 2, SEED)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("said", ["an hour", None, -1, math.nan, math.inf, True, [3_600]])
def test_an_answer_that_is_no_number_of_seconds_is_refused_with_its_place(said):
    with pytest.raises(
        BadInput, match=r"the cadence of the test, week 0, seat 0, 2026-01-05: found .* number of seconds"
    ):
        told(lambda *_: said)


@pytest.mark.parametrize("said", [np.float64(900.4), np.int64(900), 900])
def test_numbers_of_any_kind_are_taken_in_whole_seconds(said):
    events = told(lambda *_: said)
    plan = make_plan(SMALL)
    year = events[
        (events["time"] >= plan.timeline.year_start_day * DAY)
        & (events["time"] < plan.timeline.year_end_day * DAY)
    ]
    assert set(year["value"][year["kind"] == Kind.PROSPECTED]) == {0.25}


def test_a_fault_of_the_rule_is_its_own():
    with pytest.raises(ZeroDivisionError):
        told(lambda *_: 1 / 0)


def test_the_compiled_engine_refuses_it_rather_than_running_something_else():
    rule = written(lambda *_: 0)
    with pytest.raises(BadInput, match="only the reference engine can ask it"):
        engine.simulate(SMALL, rule, SEED, 0)
    with pytest.raises(BadInput, match="only the reference engine can ask it"):
        assumed_ranges(SMALL, 2, SEED, cadences=[rule], workers=1)


def test_a_refusal_comes_whole_out_of_another_process():
    """SimPy makes exceptions anew from their arguments, as unpickling does."""
    refused = BadInput([Problem("a", "b", "c", "d", "e"), Problem("f", "", "", "", "g")])
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301 - our own bytes
    assert again.problems == refused.problems
    assert str(again) == str(refused) == "a, b, c: found 'd'; e\nf: g"
