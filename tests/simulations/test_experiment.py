"""Experiments: paired, folded in order, the same bytes however they are run."""

import json

import numpy as np
import pytest

from simulations.errors import BadInput
from simulations.experiment import OWN_HOURS, Experiment, compare, each_replication, run, simulate_year
from simulations.feasible import name_cadences
from simulations.gathering import MOST_KEPT, Gathering
from simulations.measures import MEASURES
from simulations.plan import make_plan
from simulations.scenario.model import Custom, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Targets
from simulations.summary import summarise

SMALL = Scenario(
    team=Team(groups=(SeatGroup(seats=2),)),
    targets=Targets(yearly_quota_per_rep=300_000),
    horizon=Horizon(warm_up_weeks=26, run_off=8),
)
CADENCES = (Steady(), Sawtooth(), Reactive())
REPLICATIONS = 6


@pytest.fixture(scope="module")
def comparison():
    return compare(SMALL, CADENCES, REPLICATIONS, seed=7, workers=1)


@pytest.fixture(scope="module")
def replications():
    return list(each_replication(Experiment(SMALL, 7, name_cadences(CADENCES)), REPLICATIONS, workers=1))


def _bytes(result):
    return json.dumps(result.to_dict(), allow_nan=False)


def test_workers_and_order_do_not_change_a_byte(comparison):
    again = compare(SMALL, CADENCES[::-1], REPLICATIONS, seed=7, workers=2)
    assert _bytes(again) == _bytes(comparison)


def test_the_seed_alone_decides_what_steady_comes_to(comparison):
    other = compare(SMALL, [], 1, seed=8, workers=1)
    assert other.cadence("steady").measures != comparison.cadence("steady").measures
    same = compare(SMALL, [], REPLICATIONS, seed=7, workers=1)
    assert same.cadence("steady").measures == comparison.cadence("steady").measures


def test_the_first_replications_of_many_are_the_few(replications):
    """What three replications give is, to the byte, what the first three of six give: 50 of 200 equal the 50."""
    experiment = Experiment(SMALL, 7, name_cadences(CADENCES))
    few = run(experiment, 3, workers=1)
    gathering = Gathering.of(list(experiment.names()), experiment.pairs())
    for years in replications[:3]:
        gathering.add(years)
    assert _bytes(summarise(make_plan(SMALL), 7, experiment.names(), gathering)) == _bytes(few)


def test_results_are_the_plain_statistics_of_the_replications(comparison, replications):
    """Folding one by one against numpy over all at once; rounding only."""
    for measure in ("bookings_in_year", "days_waited", "month_volatility"):
        steady, wave = (
            np.array([years[name].scalars[measure] for years in replications])
            for name in ("steady", "sawtooth")
        )
        assert comparison.cadence("sawtooth").measures[measure].mean == pytest.approx(wave.mean(), rel=1e-12)
        delta = comparison.contrast("sawtooth").differences[measure]
        assert delta.mean == pytest.approx((wave - steady).mean(), rel=1e-9)
        factor = (wave.var(ddof=1) + steady.var(ddof=1)) / (wave - steady).var(ddof=1)
        assert delta.variance_factor == pytest.approx(factor, rel=1e-9)


def test_every_journal_obeys_the_identities(replications):
    for years in replications:
        for year in years.values():
            found = year.scalars
            booked = found["bookings_in_year"]
            # Sums of the same cents in another order: rounding only.
            assert found["carried_in"] + found["this_year"] == pytest.approx(booked, rel=1e-12)
            assert booked + found["run_off"] == pytest.approx(found["total"], rel=1e-12)
            assert year.bookings_by_month.sum() == pytest.approx(booked, rel=1e-12)
            assert year.bookings_by_seat.sum() == pytest.approx(booked, rel=1e-12)
            whole = (
                year.pipeline.booked + year.pipeline.won_by_class.sum(axis=(1, 2)) + year.pipeline.new_value
            )
            assert whole == pytest.approx(np.full(52, booked), rel=1e-9)


def test_activities_and_idle_hours_are_the_working_hours(replications):
    """Two seats, 52 weeks of 24 hours, less ten US holidays of 4.8 hours that fall on working days of 2026."""
    hours = ("prospecting_hours", "review_hours", "selling_hours", "idle_hours")
    worked = {sum(year.scalars[name] for name in hours) for years in replications for year in years.values()}
    days = {round(total / (2 * 4.8), 6) for total in worked}
    assert len(days) == 1
    assert 248 <= days.pop() <= 252


def test_a_sawtooth_with_no_weeks_off_is_steady_to_the_last_number():
    found = compare(SMALL, [Sawtooth(weeks_on=4, weeks_off=0)], 3, seed=7, workers=1)
    contrast = found.contrast("sawtooth")
    defined = [d for d in contrast.differences.values() if d.count]
    assert len(defined) > 30
    for delta in (*defined, contrast.relative):
        assert (delta.mean, delta.low, delta.high) == (0.0, 0.0, 0.0)
        assert (delta.variance_factor, delta.reason) == (None, "identical")
    assert (contrast.needed.team_years, contrast.needed.rep_years) == (None, None)
    steady, wave = (found.cadence(name) for name in ("steady", "sawtooth"))
    assert wave.weekly["open_value"].mean.tolist() == steady.weekly["open_value"].mean.tolist()


def test_hours_and_rhythm_add_up_to_the_difference(comparison):
    whole, hours, rhythm = (
        comparison.contrast("reactive", role) for role in ("difference", "hours", "rhythm")
    )
    for name in ("total", "bookings_in_year", "days_waited"):
        parts = hours.differences[name].mean + rhythm.differences[name].mean
        assert parts == pytest.approx(whole.differences[name].mean, rel=1e-9, abs=1e-9)
    # Whole seconds are spread evenly, but a day's review may leave less than its share.
    assert abs(rhythm.hours_gap) < 0.002
    assert whole.hours_differ
    assert not rhythm.hours_differ


def test_steady_is_always_there_and_first():
    found = name_cadences([Reactive(), Sawtooth(), Sawtooth(weeks_on=4, weeks_off=4), Steady(), Sawtooth()])
    assert list(found) == ["steady", "reactive", "sawtooth", "sawtooth 2"]


def test_a_custom_cadence_is_also_compared_at_its_own_hours():
    found = compare(SMALL, [Custom(hours_by_week=(0.0, 6.0))], 2, seed=1, workers=1)
    assert [year.name for year in found.cadences] == ["steady", "custom", f"custom: {OWN_HOURS}"]
    assert [contrast.role for contrast in found.contrasts] == ["difference", "hours", "rhythm"]
    assert found.cadence(f"custom: {OWN_HOURS}").own_hours_of == "custom"


def test_one_cadence_is_simulated_with_the_plan_beside_it():
    found = simulate_year(SMALL, None, 2, seed=1, workers=1)
    assert [year.name for year in found.cadences] == ["steady"]
    assert found.contrasts == ()


def test_a_run_until_everything_is_closed_leaves_later_weeks_undefined():
    closed = SMALL.model_copy(update={"horizon": Horizon(warm_up_weeks=8, run_off="until_closed")})
    found = compare(closed, [], 1, seed=1, workers=1)
    assert found.cadence("steady").measures["open_at_end"].mean == 0.0
    assert json.loads(_bytes(found))["cadences"]["steady"]["weekly"]["bookings"]["mean"][0] is not None


def test_every_measure_has_its_interval_and_its_difference_in_the_table(comparison):
    frame = comparison.to_frame()
    assert len(frame) == len(MEASURES) * len(comparison.cadences)
    row = frame[(frame.cadence == "sawtooth") & (frame.measure == "total")].iloc[0]
    assert row["difference"] == comparison.contrast("sawtooth").differences["total"].mean
    assert frame[frame.cadence == "steady"]["difference"].isna().all()


def test_json_says_what_its_documentation_says(comparison):
    found = json.loads(_bytes(comparison))
    assert set(found) == {
        "version", "seed", "replications", "kept", "interrupted", "narrow", "reference", "target", "year", "scenario", "weeks", "cadences",
        "contrasts", "volatility", "shortfalls", "stationarity",
    }  # fmt: skip
    assert set(found["cadences"]["sawtooth"]) == {
        "cadence", "own_hours_of", "measures", "chance_by_target", "weekly", "projected", "line_of_need",
        "revenue", "published_to_date",
    }  # fmt: skip
    assert set(found["cadences"]["steady"]["measures"]) == set(MEASURES)
    assert set(found["cadences"]["steady"]["measures"]["total"]) == {
        "mean",
        "low",
        "high",
        "p10",
        "p90",
        "undefined",
    }
    assert list(found["cadences"]["steady"]["chance_by_target"]) == ["0.8", "0.9", "1", "1.1", "1.2"]
    assert set(found["contrasts"][0]["differences"]["total"]) == {
        "mean",
        "low",
        "high",
        "variance_factor",
        "reason",
    }
    assert set(found["volatility"]["sawtooth"]["month"]) == {"luck", "rhythm"}
    assert (found["seed"], found["replications"], found["kept"]) == (7, REPLICATIONS, REPLICATIONS)
    assert MOST_KEPT >= 200


def test_the_chance_of_a_target_never_rises_with_it(comparison):
    for year in comparison.cadences:
        chances = [estimate.mean for estimate in year.chance_by_target.values()]
        assert chances == sorted(chances, reverse=True)


def test_progress_is_told_after_every_replication():
    told = []
    compare(SMALL, [], 5, seed=1, workers=1, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(n, 5) for n in range(1, 6)]


class _EnoughError(Exception):
    pass


def test_a_run_can_be_cancelled_and_leaves_no_process_behind():
    from multiprocessing import active_children

    def stop(done, _whole):
        if done == 1:
            raise _EnoughError

    with pytest.raises(_EnoughError):
        compare(SMALL, [], 400, seed=1, workers=2, progress=stop)
    assert active_children() == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"replications": 0}, "replications"),
        ({"seed": -1}, "seed"),
        ({"seed": 1 << 64}, "seed"),
        ({"workers": 0}, "workers"),
    ],
)
def test_numbers_out_of_range_are_refused(given, field):
    with pytest.raises(BadInput, match=f"{field}: found .* must be from"):
        compare(SMALL, [], **{"replications": 1, "seed": 1, **given})


def test_a_cadence_that_cannot_hold_its_hours_is_refused_before_anything_runs():
    with pytest.raises(BadInput, match="allow_unequal_hours"):
        compare(SMALL, [Sawtooth(weeks_on=1, weeks_off=20)], 1, seed=1, workers=1)


def test_the_reference_model_gives_the_same_measures(comparison):
    """The same events by either engine; sums of the same numbers in another order differ by rounding only."""
    read_aloud = compare(SMALL, CADENCES, REPLICATIONS, seed=7, workers=2, engine="reference")
    for year in comparison.cadences:
        other = read_aloud.cadence(year.name)
        for name, found in year.measures.items():
            same = other.measures[name]
            wanted = (found.mean, found.low, found.high)
            assert (same.mean, same.low, same.high) == pytest.approx(
                wanted, rel=1e-9, abs=1e-9, nan_ok=True
            ), name
        assert other.undefined == year.undefined
