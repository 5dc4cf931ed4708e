"""`--until-narrow`: as many years as it takes, with what is left told, and refused where it makes no sense."""

import json
import subprocess
import threading
from functools import partial

import pytest

from forecast.cli import options
from forecast.cli import simulate as commands

SAWTOOTH = ("--cadence", "sawtooth", "--seed", "7", "--workers", "1")


def half_width(found):
    """Return half the interval of the difference of the total, as a share of steady's."""
    (contrast,) = found["contrasts"]
    delta = contrast["differences"]["total"]
    return (delta["high"] - delta["low"]) / 2 / found["cadences"]["steady"]["measures"]["total"]["mean"]


def test_it_ends_once_the_interval_is_narrow_and_is_then_what_so_many_years_give(pipecast, small):
    _, out, _ = pipecast("compare", small, *SAWTOOTH, "--replications", "60", "--json")
    wanted = 1.05 * half_width(json.loads(out))
    code, out, _ = pipecast("compare", small, *SAWTOOTH, "--until-narrow", wanted, "--json")
    found = json.loads(out)
    assert code == 0
    assert 50 <= found["replications"] <= 60
    assert found["narrow"] is True
    assert half_width(found) <= wanted
    _, again, _ = pipecast("compare", small, *SAWTOOTH, "--replications", found["replications"], "--json")
    assert {**found, "narrow": None} == json.loads(again)


def test_it_ends_at_the_most_and_says_that_it_is_not_sure_enough(pipecast, small):
    code, out, _ = pipecast("compare", small, *SAWTOOTH, "--until-narrow", "1e-9", "--most", "4")
    assert code == 0
    assert (
        "after the 4 years that were allowed, the result is still less sure than was asked for"
        in " ".join(out.split())
    )
    code, out, _ = pipecast("simulate", small, "--until-narrow", "1e-9", "--most", "4", "--json")
    assert json.loads(out)["narrow"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--until-narrow", "0.01", "--replications", "5"),
            "--replications: found '5'; is given with --until-narrow",
        ),
        (("--most", "5"), "--most: is for --until-narrow"),
        (("--measure", "total"), "--measure: is for --until-narrow"),
        (("--until-narrow", "0"), "--until-narrow: found '0'; must be above 0"),
        (("--until-narrow", "nan"), "--until-narrow: found 'nan'; must be above 0"),
        (("--until-narrow", "0.1", "--measure", "luck"), "--measure: found 'luck'; must be a measure"),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_option(pipecast, small, words, said):
    code, out, err = pipecast("compare", small, *SAWTOOTH, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_another_measure_is_watched_where_it_is_named(pipecast, small):
    code, out, _ = pipecast(
        "compare", small, *SAWTOOTH, "--until-narrow", "0.5", "--measure", "prospecting_hours", "--json"
    )
    assert code == 0
    assert json.loads(out)["replications"] == 50, "hours hardly differ: the first look is enough"


def test_progress_is_told_of_the_years_that_it_will_take(pipecast, small, monkeypatch):
    told = []

    class Watched:
        def __enter__(self):
            return lambda done, total: told.append((done, total))

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(commands, "progress", lambda *_args, **_more: Watched())
    _, out, _ = pipecast("compare", small, *SAWTOOTH, "--until-narrow", "0.03", "--most", "400", "--json")
    made = json.loads(out)["replications"]
    assert [done for done, _ in told] == list(range(1, made + 1))
    assert all(done <= total <= 400 for done, total in told)
    assert 50 < made < 400
    # Once there is something to go by, what is expected is not the most that is allowed; at the end it is what it took.
    assert max(total for done, total in told if done > made // 2) < 2 * made
    assert told[-1] == (made, made)


def test_what_is_compiled_beside_is_waited_for(monkeypatch):
    """A process that nobody waits for would be told of by Python as left running, in whatever runs next."""
    begun = []
    start = subprocess.Popen

    def watched(*words, **more):
        begun.append(start(*words, **more))
        return begun[-1]

    monkeypatch.setattr("simulations.compiled.is_compiled", lambda: False)
    monkeypatch.setattr(options, "COUNTING", "input()")
    monkeypatch.setattr(options.subprocess, "Popen", partial(watched, stdin=subprocess.PIPE))
    options.tell_compilation()
    waiting = [thread for thread in threading.enumerate() if thread.name == options.COMPILATION]
    assert len(waiting) == 1
    with begun[0].stdin as line:
        line.write(b"\n")
    waiting[0].join(timeout=60)
    assert begun.pop().returncode == 0
