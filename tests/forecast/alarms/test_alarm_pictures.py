"""The picture of a watch: every monitor of the team has its panel, the line stands at the level, and all can be read."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from forecast.alarms.market import USUAL_MARKET
from forecast.alarms.results import Picture, Reading
from forecast.alarms.today import Today
from forecast.plots.alarms import draw_alarms
from simulations.plots.files import rendered

NAMES = ("creation", "amounts", "conversion", "time in stage", "weighted pipeline", "projected bookings")
START = dt.date(2026, 1, 5)
LEVEL = 0.008


def _reading(name: str, course: list[float], state: str, owner: str = "") -> Reading:
    since = None if state == "quiet" else START + dt.timedelta(weeks=len(course) // 2)
    return Reading(name, owner, state, since, since, course[-1], LEVEL, None, None, tuple(course))


def _today(readings: list[Reading]) -> Today:
    weeks = len(readings[0].course)
    moment = START + dt.timedelta(weeks=weeks)
    said = Picture(weeks, moment, "team", 0.05, LEVEL, tuple(readings))
    end = START + dt.timedelta(weeks=52, days=-1)
    return Today(said, START, end, 1e6, None, None, "amount", 52, USUAL_MARKET, None, None, 2_000, 1, "0")


def _falling(weeks: int, least: float) -> list[float]:
    return [1.0] * (weeks // 2) + np.geomspace(0.1, least, weeks - weeks // 2).tolist()


CASES = {
    "all quiet": [_reading(name, [1.0] * 20, "quiet") for name in NAMES],
    "first week": [_reading(name, [1.0], "quiet") for name in NAMES],
    "one alarm and one watch": [
        _reading("creation", _falling(40, 1e-4), "alarm"),
        _reading("amounts", _falling(40, 0.02), "watch"),
        *(_reading(name, [1.0] * 40, "quiet") for name in NAMES[2:]),
    ],
    "hardly any luck": [_reading(name, _falling(52, 1e-12), "alarm") for name in NAMES],
    "seven monitors": [_reading(name, [0.5] * 30, "quiet") for name in (*NAMES, "prospecting hours")],
}


@pytest.mark.parametrize("name", CASES)
def test_the_picture_of_alarms_can_be_read(eye, name):
    seen = eye(draw_alarms(_today(CASES[name])))
    assert seen.overlaps == []
    assert seen.cut == []
    for reading in CASES[name]:
        assert seen.says(f"{reading.monitor.capitalize()}: {reading.state}")
    assert seen.says("in 5% of years")


def test_panels_stand_in_the_order_of_the_page_whatever_is_in_alarm():
    rows = CASES["one alarm and one watch"]
    titles = [axes.get_title(loc="left") for axes in draw_alarms(_today(rows[::-1])).axes]
    assert [title.split(":")[0].lower() for title in titles] == list(NAMES)


def test_what_is_above_the_line_is_in_alarm():
    """Rarer is higher, the line stands at the level, and what luck often does lies at the foot."""
    axes = draw_alarms(_today(CASES["one alarm and one watch"])).axes[0]
    foot, top = axes.get_ylim()
    assert foot == 0.1 > LEVEL > top
    course = next(line for line in axes.lines if line.get_marker() == "o").get_ydata()
    assert course[0] == foot
    assert course[-1] == pytest.approx(1e-4)
    assert any(np.allclose(line.get_ydata(), LEVEL) for line in axes.lines)


def test_reps_have_no_panel_and_bytes_are_the_same_every_time():
    rows = CASES["all quiet"]
    alone = rendered(draw_alarms(_today(rows)), "svg")
    owner = replace(rows[0], owner="Rep 01", course=())
    assert rendered(draw_alarms(_today([*rows, owner])), "svg") == alone
