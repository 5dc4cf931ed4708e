"""Which cadences the days of a scenario can hold."""

import pytest

from simulations.errors import BadInput
from simulations.feasible import cadence_refusal, check_cadence, name_cadences
from simulations.hours import make_hours
from simulations.luck import Luck
from simulations.plan import make_plan
from simulations.scenario.model import Custom, QuarterEnd, Reactive, Sawtooth, Scenario, Steady

TWO_GROUPS = {"team": {"groups": [{"name": "a"}, {"name": "b", "prospecting_hours_per_week": 18}]}}


def refusal(scenario, cadence):
    return cadence_refusal(make_plan(Scenario.model_validate(scenario)), cadence)


def test_the_default_team_can_prospect_in_waves_of_eight_weeks():
    assert refusal({}, Sawtooth()) is None


def test_a_wave_is_refused_where_only_one_group_cannot_hold_it():
    assert refusal({"team": {"groups": [{}]}}, Sawtooth()) is None
    assert "do not fit into the on-weeks" in refusal(TWO_GROUPS, Sawtooth())


def test_a_refusal_names_the_phases_that_do_not_fit():
    """9 on of 18 in 52 weeks: some phases catch more on-weeks than others."""
    tight = {"team": {"groups": [{"prospecting_hours_per_week": 11.5}]}}
    said = refusal(tight, Sawtooth(weeks_on=9, weeks_off=9))
    assert said.startswith("in phases ")
    named = {int(word) for word in said.removeprefix("in phases ").partition(" of 18")[0].split(", ")}
    plan = make_plan(Scenario.model_validate(tight))
    for phase in range(18):
        luck = Luck(plan, 0, 0)
        luck.phase = lambda *_, phase=phase: phase
        if phase in named:
            with pytest.raises(ValueError, match="do not fit"):
                make_hours(luck, Sawtooth(weeks_on=9, weeks_off=9))
        else:
            make_hours(luck, Sawtooth(weeks_on=9, weeks_off=9))


def test_unequal_hours_may_be_allowed():
    assert refusal(TWO_GROUPS, Sawtooth(allow_unequal_hours=True)) is None


def test_a_wave_that_begins_with_a_change_is_tried_too():
    wave = {"kind": "sawtooth", "weeks_on": 1, "weeks_off": 9}
    changed = {"changes": [{"start": "2026-03-02", "cadence": wave}]}
    assert "do not fit" in refusal(changed, Steady())


def test_a_custom_week_must_fit_and_a_reactive_one_is_capped():
    assert "a week of 22 prospecting hours" in refusal({}, Custom(hours_by_week=(5, 22)))
    assert refusal({}, Custom(hours_by_week=(5, 21.5))) is None
    assert refusal({}, Reactive(hours_when_on=160)) is None


def test_a_pause_at_quarter_ends_must_leave_days_enough():
    """Ten hours a week of 24 fit into half of the weeks, and not into a fifth."""
    assert refusal({}, QuarterEnd(weeks_off=5)) is None
    said = refusal({}, QuarterEnd(weeks_off=11))
    assert (
        "do not fit into the on-weeks; at least 43% of the weeks must be on; prospect in more weeks" in said
    )
    assert "phase" not in said
    assert refusal({}, QuarterEnd(weeks_off=11, allow_unequal_hours=True)) is None
    with pytest.raises(BadInput, match="cadence pause: found '11 weeks off at quarter ends'"):
        check_cadence(Scenario(), "pause", QuarterEnd(weeks_off=11))


def test_a_refused_cadence_is_bad_input_under_the_name_it_was_given():
    with pytest.raises(BadInput, match="cadence short waves: found '1 weeks on, 9 off'"):
        check_cadence(Scenario(), "short waves", Sawtooth(weeks_on=1, weeks_off=9))


def test_cadences_are_named_once_and_steady_comes_first():
    waves = [Sawtooth(weeks_on=4, weeks_off=4), Steady(), Sawtooth(), Reactive(), Sawtooth()]
    named = name_cadences(waves)
    assert list(named) == ["steady", "reactive", "sawtooth", "sawtooth 2"]
    assert name_cadences(waves[::-1]) == named
