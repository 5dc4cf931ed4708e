"""A simulated year week by week: parts that add up, the arrow of the comparison, and a reason where there is none."""

import json
from dataclasses import replace

import numpy as np
import pytest

from forecast.divergence import SimulatedYear, simulated_year
from simulations.comparison import Comparison
from simulations.experiment import compare
from simulations.scenario.model import Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.shortfall import Arrow

SEED = 7


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Two seats, 24 years: small, and enough for a band."""
    small = Scenario(team=Team(groups=(SeatGroup(seats=2),)), horizon=Horizon(warm_up_weeks=26, run_off=10))
    return compare(small, [Sawtooth()], 24, SEED, workers=1)


@pytest.fixture(scope="module")
def year(comparison: Comparison) -> SimulatedYear:
    return simulated_year(comparison, "sawtooth")


def with_shortfall(comparison: Comparison, **other: object) -> Comparison:
    changed = replace(comparison.shortfalls["sawtooth"], **other)
    return replace(comparison, shortfalls={**comparison.shortfalls, "sawtooth": changed})


def test_the_parts_add_up_for_the_mean_and_for_the_example(comparison: Comparison, year: SimulatedYear):
    rows = year.to_frame()
    assert rows.index.tolist() == list(range(1, 53))
    assert (rows["booked"] + rows["open"] + rows["new"]).to_numpy() == pytest.approx(rows["projected"])
    parts = rows["example_booked"] + rows["example_open"] + rows["example_new"]
    assert parts.to_numpy() == pytest.approx(rows["example_projected"])
    assert (rows["open"] >= -1e-6 * rows["projected"]).all(), "nothing open is worth less than nothing"
    assert rows["projected"].to_numpy() == pytest.approx(comparison.cadence("sawtooth").projected.mean)
    assert rows["booked"].iloc[-1] == pytest.approx(
        comparison.cadence("sawtooth").measures["bookings_in_year"].mean
    )


def test_at_the_years_end_all_is_booked(comparison: Comparison, year: SimulatedYear):
    """What is open then can no longer be won in the year; before, it is worth a part of its amount."""
    last, middle = year.weeks[-1], year.weeks[25]
    assert last.example_open == last.example_new == 0.0
    assert last.open == pytest.approx(0.0, abs=1e-6 * last.booked)
    open_value = comparison.cadence("sawtooth").weekly["open_value"].mean[comparison.weeks == middle.week]
    assert 0 < middle.open < float(open_value[0])


def test_the_steady_mean_never_moves(comparison: Comparison):
    """What steady years teach is held against steady years: their mean projection is the same in every week."""
    steady = simulated_year(comparison, comparison.reference)
    projected = np.array([week.projected for week in steady.weeks])
    assert projected == pytest.approx(np.full(52, projected[0]), rel=1e-9)
    assert steady.weeks_between is None
    assert steady.reason in {"neither fires", "no more often than steady"}
    assert steady.shares == steady.steady


def test_the_edge_and_the_months_are_those_of_the_comparison(comparison: Comparison, year: SimulatedYear):
    shortfall = comparison.shortfalls["sawtooth"]
    assert [week.edge for week in year.weeks] == pytest.approx(shortfall.pipeline_edge)
    assert [month.edge for month in year.months] == pytest.approx(shortfall.published_edge)
    assert [month.week for month in year.months] == shortfall.published_weeks.tolist()
    assert year.weeks[0].ends.isoformat() == "2026-01-11"


def test_an_arrow_is_the_examples_own(comparison: Comparison):
    """The arrow's replication is the example, and its two weeks are found again on the example's path."""
    found = {
        number: simulated_year(with_shortfall(comparison, arrow=Arrow(number, 1, 30), reason=""), "sawtooth")
        for number in range(4)
    }
    assert [year.example for year in found.values()] == [0, 1, 2, 3]
    assert len({year.weeks[20].example_projected for year in found.values()}) == 4
    for year in found.values():
        below = [week.week for week in year.weeks if week.example_projected < week.edge]
        assert year.pipeline_week == (below[0] if below else None)
        low = [month.week for month in year.months if month.example < month.edge]
        assert year.published_week == (low[0] if low else None)
        assert year.weeks_between == 29


def test_without_an_arrow_there_are_no_weeks_between_and_a_reason(comparison: Comparison):
    found = simulated_year(
        with_shortfall(comparison, arrow=None, reason="only the pipeline fires"), "sawtooth"
    )
    assert found.weeks_between is None
    assert found.reason == "only the pipeline fires"
    assert found.example == 0


def test_a_figure_that_never_falls_has_no_week(comparison: Comparison):
    safe = with_shortfall(
        comparison,
        arrow=None,
        reason="neither fires",
        pipeline_edge=np.zeros(52),
        published_edge=np.zeros(12),
    )
    found = simulated_year(safe, "sawtooth")
    assert found.pipeline_week is None
    assert found.published_week is None


def test_it_is_plain(year: SimulatedYear):
    plain = json.loads(json.dumps(year.to_dict(), allow_nan=False))
    assert plain["weeks"][0]["ends"] == "2026-01-11"
    assert plain["cadence"]["kind"] == "sawtooth"
    assert (len(plain["weeks"]), len(plain["months"])) == (52, 12)
    assert plain["seed"] == SEED


def test_an_unknown_cadence_is_a_key_error(comparison: Comparison):
    with pytest.raises(KeyError):
        simulated_year(comparison, "zigzag")
