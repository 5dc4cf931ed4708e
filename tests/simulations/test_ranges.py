"""The loss over everything assumed: each end is a comparison of its own, and nothing assumed is left out."""

import math

import pytest

from simulations.assumptions import assumptions
from simulations.changes import with_number
from simulations.errors import BadInput
from simulations.experiment import compare
from simulations.ranges import WRITTEN_DOWN, assumed_ranges
from simulations.scenario.model import Custom, Reactive, Sawtooth, Scenario
from simulations.totals import losses_of, totals_of

SEED, REPLICATIONS = 7, 3
SMALL = {"team": {"groups": [{"name": "hunters", "seats": 2}]}, "horizon": {"warm_up_weeks": 8, "run_off": 4}}
WAVE = Sawtooth(weeks_on=10)


@pytest.fixture(scope="module")
def small():
    return Scenario.model_validate(SMALL)


@pytest.fixture(scope="module")
def ranges(small):
    return assumed_ranges(small, REPLICATIONS, SEED, cadences=(WAVE, Reactive()), workers=1)


@pytest.fixture(scope="module")
def found(ranges):
    """Return the ranges of each cadence, by field."""
    return [{each.field: each for each in item.ranges} for item in ranges.cadences]


def test_every_assumed_default_is_there_with_its_range(small, found):
    """Whatever the group is called; the cadences' own numbers too, but not the one that was given."""
    assumed = {
        item.field: (item.value, item.low, item.high)
        for item in assumptions(small)
        if item.grade == "assumed"
    }
    assert len(assumed) > 40
    assert "team.groups[hunters].selling_hours_per_week" in assumed
    own = ({"cadence.weeks_off"}, {"cadence.hours_when_on", "cadence.start_below", "cadence.stop_above"})
    for fields, more in zip(found, own, strict=True):
        assert set(fields) == set(assumed) | more
        told = {name: (each.value, each.low.value, each.high.value) for name, each in fields.items()}
        assert {name: told[name] for name in assumed} == assumed


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("work.staleness_logit_per_day", 1),
        ("sources.inbound[inbound].monthly_season", 0),
        ("silence.max_follow_ups", 0),
    ],
)
def test_an_end_is_the_comparison_of_its_own_scenario(small, found, field, place):
    each = found[place][field]
    for end in each.ends:
        there = with_number(small, field, int(end.value) if end.value == int(end.value) else end.value)
        cadence = (WAVE, Reactive())[place]
        meant = compare(there, [cadence], REPLICATIONS, SEED, workers=1).contrast(cadence.kind).relative
        wanted = (-meant.mean, -meant.high, -meant.low)
        assert (end.loss.mean, end.loss.low, end.loss.high) == pytest.approx(wanted, rel=1e-9)


def test_a_cadences_own_number_is_moved_in_it_alone(small, found):
    end = found[1]["cadence.stop_above"].high
    meant = (
        compare(small, [Reactive(stop_above=2.0)], REPLICATIONS, SEED, workers=1)
        .contrast("reactive")
        .relative
    )
    assert end.loss.mean == pytest.approx(-meant.mean, rel=1e-9)
    assert "cadence.stop_above" not in found[0]


def test_a_shift_is_paired_with_the_scenario_as_it_is(small, ranges, found):
    end = found[0]["reviews.review_hours"].high
    there = with_number(small, "reviews.review_hours", 1.5)
    losses = [losses_of(totals_of(each, [WAVE], REPLICATIONS, SEED, 1))[:, 0] for each in (there, small)]
    assert end.shift.mean == pytest.approx((losses[0] - losses[1]).mean(), rel=1e-9)
    assert end.shift.mean == pytest.approx(end.loss.mean - ranges.cadences[0].loss.mean, rel=1e-9)


def test_what_changes_nothing_shifts_by_exactly_nothing(found):
    """Nobody leaves this team, nobody pushes, nobody disturbs; nor does a booking hang on how it is written down."""
    idle = ["team.handover_days", "quarter_end.pull_in_days", "work.unprotected_distraction_share"]
    idle += [name for name in found[0] if name.startswith(WRITTEN_DOWN)]
    assert len(idle) > 9
    for fields in found:
        assert {fields[name].influence for name in idle} == {0.0}
    assert found[0]["work.staleness_logit_per_day"].influence > 0


def test_what_is_written_down_changes_no_booking(small):
    """It is not simulated; this is why."""
    before = totals_of(small, [Reactive()], REPLICATIONS, SEED, 1).tolist()
    after = small
    for item in assumptions(small):
        if item.field.startswith(WRITTEN_DOWN) and item.grade == "assumed":
            after = with_number(
                after, item.field, int(item.high) if item.high == int(item.high) else item.high
            )
    assert after != small
    assert totals_of(after, [Reactive()], REPLICATIONS, SEED, 1).tolist() == before


def test_the_most_influential_come_first_and_those_that_cannot_be_last(ranges):
    for item in ranges.cadences:
        influence = [each.influence for each in item.ranges]
        tried = [value for value in influence if not math.isnan(value)]
        assert influence[: len(tried)] == sorted(tried, reverse=True)
        assert tried[0] > 0


def test_an_end_that_cannot_be_says_why(found):
    hours = found[0]["team.groups[hunters].selling_hours_per_week"].low
    assert (hours.value, hours.loss, hours.shift) == (16, None, None)
    assert "do not fit into the on-weeks" in hours.reason
    assert found[1]["team.groups[hunters].selling_hours_per_week"].low.loss is not None, (
        "the other cadence fits"
    )


def test_an_end_at_which_the_scenario_falls_apart_says_why():
    """Introductions explode; waiting longer than the seat is empty is refused; a threshold crosses the other."""
    scenario = Scenario.model_validate(
        {
            **SMALL,
            "sources": {"referrals": {"ask_rate_win": 0.6, "ask_rate_meeting": 0.6}},
            "team": {"groups": [{"seats": 1, "backfill_weeks": 2}]},
        }
    )
    found = assumed_ranges(scenario, 2, SEED, cadences=[Reactive(stop_above=0.9)], workers=1).cadences[0]
    fields = {each.field: each for each in found.ranges}
    assert "referrals explode" in fields["sources.referrals.introductions"].high.reason
    assert "deals pass before the seat is filled again" in fields["team.handover_days"].high.reason
    assert "stop_above must not be below start_below" in fields["cadence.start_below"].high.reason


def test_the_result_does_not_depend_on_the_workers(small, ranges):
    again = assumed_ranges(small, REPLICATIONS, SEED, cadences=(WAVE, Reactive()), workers=2)
    assert again.to_dict() == ranges.to_dict()


def test_progress_is_told_for_each_number(small):
    told = []
    assumed_ranges(
        small,
        2,
        SEED,
        cadences=[Custom(hours_by_week=(8,))],
        workers=1,
        progress=lambda *each: told.append(each),
    )
    assert told[-1] == (len(told), len(told))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))


def test_without_a_cadence_there_is_nothing_to_ask(small):
    with pytest.raises(BadInput, match="needs at least one cadence"):
        assumed_ranges(small, 2, SEED, cadences=(), workers=1)


def test_a_cadence_that_does_not_fit_as_it_is_is_refused(small):
    with pytest.raises(BadInput, match="do not fit into the on-weeks"):
        assumed_ranges(small, 2, SEED, cadences=[Sawtooth(weeks_on=1, weeks_off=9)], workers=1)
