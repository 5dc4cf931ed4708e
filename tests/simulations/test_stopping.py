"""As many years as it takes: the run stops at the first look at which every watched interval is narrow enough."""

import json
import math

import pytest

from simulations.errors import BadInput
from simulations.experiment import Experiment, compare, each_replication
from simulations.feasible import name_cadences
from simulations.gathering import Gathering
from simulations.scenario.model import Reactive, Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.sentences import sentences
from simulations.stopping import EVERY, UntilNarrow

SMALL = Scenario(team=Team(groups=(SeatGroup(seats=1),)), horizon=Horizon(warm_up_weeks=8, run_off=4))
CADENCES = (Sawtooth(), Reactive())


def run(until, cadences=CADENCES, workers=1):
    return compare(SMALL, cadences, until, seed=7, workers=workers)


def _bytes(comparison):
    return json.dumps(comparison.to_dict())


def _gathered(replications):
    """Return what a run of so many replications has gathered."""
    experiment = Experiment(SMALL, 7, name_cadences(CADENCES))
    gathering = Gathering.of(list(experiment.names()), experiment.pairs())
    for years in each_replication(experiment, replications, workers=1):
        gathering.add(years)
    return gathering


def half_widths(comparison, measure):
    """Return half the interval of each difference from steady, as a share of steady's mean."""
    whole = abs(comparison.cadence("steady").measures[measure].mean)
    found = [c.differences[measure] for c in comparison.contrasts if c.against == "steady"]
    return [(d.high - d.low) / 2 / whole for d in found]


@pytest.mark.parametrize("measure", ["total", "days_waited"])
def test_it_stops_at_the_first_look_at_which_the_interval_is_narrow_enough(measure):
    """One look earlier it was still too wide; the numbers are those of a run of that many."""
    wanted = 1.02 * max(half_widths(run(40), measure))
    found = run(UntilNarrow(wanted, measure, fewest=20, most=400))
    count = found.replications
    assert 20 < count <= 40
    assert max(half_widths(found, measure)) <= wanted
    assert max(half_widths(run(count - EVERY), measure)) > wanted
    assert found.narrow
    assert {**found.to_dict(), "narrow": None} == run(count).to_dict()


def test_the_number_of_years_does_not_depend_on_the_workers():
    until = UntilNarrow(0.08, fewest=20, most=60)
    assert _bytes(run(until, workers=2)) == _bytes(run(until, workers=1))


def test_steady_alone_is_watched_by_its_own_interval():
    wide = run(20, cadences=()).cadence("steady").measures["total"]
    share = (wide.high - wide.low) / 2 / wide.mean
    assert run(UntilNarrow(1.01 * share, fewest=20, most=60), cadences=()).replications == 20
    assert run(UntilNarrow(0.7 * share, fewest=20, most=60), cadences=()).replications > 20


def test_it_ends_at_the_most_where_the_interval_stays_wide():
    found = run(UntilNarrow(1e-9, fewest=10, most=25))
    assert (found.replications, found.narrow) == (25, False)
    assert sentences(found)[0].key == "run.wide"
    assert "25 years" in sentences(found)[0].text


def test_nothing_is_said_of_narrowness_where_a_number_of_years_was_asked_for():
    found = run(10)
    assert found.narrow is None
    assert not [sentence for sentence in sentences(found) if sentence.key == "run.wide"]


def test_what_is_expected_follows_from_the_widths_so_far():
    """Half as wide takes four times as many: after n years of width w, n (w / asked)^2, in whole looks."""
    asked = 0.02
    until = UntilNarrow(asked, fewest=20, most=4_000)
    told = []
    compare(SMALL, CADENCES, UntilNarrow(asked, fewest=20, most=40), 7, workers=1,
            progress=lambda *each: told.append(each))  # fmt: skip
    assert told[0] == (1, 40), "of one year nothing can be told"
    assert [total for done, total in told if done > 2][-1] == 40
    wide = max(half_widths(run(40), "total"))
    gathering = _gathered(40)
    assert until.expected(gathering) == math.ceil(40 * (wide / asked) ** 2 / EVERY) * EVERY
    assert UntilNarrow(asked, fewest=20, most=50).expected(gathering) == 50
    assert UntilNarrow(2 * wide, fewest=70, most=90).expected(gathering) == 70
    assert UntilNarrow(2 * wide, fewest=20, most=90).expected(gathering) == 40, "no fewer than there are"


def test_what_never_differs_is_narrow_at_once():
    never_off = Sawtooth(weeks_on=4, weeks_off=0)
    assert run(UntilNarrow(1e-9, fewest=10, most=30), cadences=[never_off]).replications == 10


@pytest.mark.parametrize(
    ("until", "message"),
    [
        (UntilNarrow(0.01, "luck"), "measure: found 'luck'; must be a measure"),
        (UntilNarrow(0.0), "half_width: found '0'; must be above 0"),
        (UntilNarrow(0.01, fewest=1), "fewest: found '1'; must be from 2"),
        (UntilNarrow(0.01, most=1 << 40), "most: found .*; must be at most"),
    ],
)
def test_what_cannot_be_met_is_refused(until, message):
    with pytest.raises(BadInput, match=message):
        run(until)


def test_an_interrupted_run_gives_what_was_finished_and_says_so():
    """Ctrl-C after five replications: the same five as of a run that asked for no more."""

    def stop(done: int, _total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    stopped = compare(SMALL, [Sawtooth()], 40, 3, workers=1, progress=stop)
    assert (stopped.replications, stopped.interrupted) == (5, True)
    assert sentences(stopped)[0].key == "run.interrupted"
    whole = compare(SMALL, [Sawtooth()], 5, 3, workers=1)
    assert {**stopped.to_dict(), "interrupted": False} == whole.to_dict()


def test_an_interrupt_before_anything_is_finished_goes_on():
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(SMALL, [Sawtooth()], 40, 3, workers=1, progress=stop)
