"""Slips and recorded hours: counted by hand, drawn as they were, and part of the same family."""

import numpy as np
import pandas as pd
import pytest

from forecast.alarms.beside import HOURS, SLIPS, Beside, hours_by_week, looks_before, slips_by_week
from forecast.alarms.deviations import MONITORS
from forecast.alarms.results import picture
from forecast.alarms.watching import TEAM, watch_from
from forecast.calibration.records import day

START = pd.Timestamp("2026-01-05")  # a Monday
LOOKS = day(START) + 7 * np.arange(4.0)
WEEKS = 52


def _dates(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["id", "when", "expected_close"])
    return frame.assign(
        when=pd.to_datetime(frame["when"]), expected_close=pd.to_datetime(frame["expected_close"])
    )


def _opportunities(**closed: str | None) -> pd.DataFrame:
    owners = ["Ann", "Bob"] * len(closed)
    return pd.DataFrame(
        {
            "id": list(closed),
            "owner": owners[: len(closed)],
            "closed": pd.to_datetime(pd.Series(list(closed.values()))),
        }
    )


def test_what_was_due_and_did_not_close_has_slipped():
    """One closed in time, b did not; c was due only by a date typed within the week, d had closed before it."""
    dates = _dates(
        ("a", "2025-12-01", "2026-01-07"),
        ("b", "2025-12-01", "2026-01-08"),
        ("c", "2026-01-06", "2026-01-09"),
        ("d", "2025-12-01", "2026-01-09"),
    )
    rows = _opportunities(a="2026-01-10", b=None, c=None, d="2026-01-02")
    due, late = slips_by_week(rows, dates, ("Ann", "Bob"), LOOKS)
    assert due[:, 0].tolist() == [2, 1, 1]
    assert late[:, 0].tolist() == [1, 0, 1]


def test_a_date_counts_until_another_one_is_typed():
    """Due in the second week by the first date; moved in the first week to the third, where it is due instead."""
    dates = _dates(("a", "2025-12-01", "2026-01-14"), ("a", "2026-01-07", "2026-01-20"))
    due, late = slips_by_week(_opportunities(a=None), dates, ("Ann",), LOOKS)
    assert due[0].tolist() == [0, 0, 1]
    assert late[1].tolist() == [0, 0, 1]


def test_hours_are_added_up_by_week_and_owner():
    rows = pd.DataFrame(
        {
            "owner": ["Ann", "Ann", "Bob", "Cid", "Ann"],
            "day": pd.to_datetime(["2026-01-05", "2026-01-11", "2026-01-12", "2026-01-13", "2026-02-20"]),
            "hours": [2.0, 1.5, 3.0, 1.0, 9.0],
        }
    )
    due, unspent = hours_by_week(rows, ("Ann", "Bob"), LOOKS)
    assert (-unspent).tolist() == [[3.5, 4.0, 0.0], [3.5, 0.0, 0.0], [0.0, 3.0, 0.0]]
    assert np.all(due == 1)


def _of_hours(rng: np.random.Generator, mean: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    own = rng.normal(mean, 2.0, (8, WEEKS))
    hours = np.concatenate((own.sum(axis=0, keepdims=True), own))
    return np.ones_like(hours), -hours


@pytest.mark.parametrize("counted", [True, False])
def test_a_year_like_the_last_deviates_as_the_drawn_ones_do(counted):
    """Mean and spread of both, within their noise."""
    rng = np.random.default_rng(7)
    if counted:
        due = rng.poisson(6.0, (9, 2 * WEEKS)).astype(float)
        wrong = rng.binomial(due.astype(int), 0.6).astype(float)
    else:
        due, wrong = (
            np.concatenate(pair, axis=1) for pair in zip(_of_hours(rng), _of_hours(rng), strict=True)
        )
    monitor = Beside(SLIPS, due[:, :WEEKS], wrong[:, :WEEKS], counted)
    real = monitor.deviations(due[:, WEEKS:], wrong[:, WEEKS:])
    drawn = monitor.draw(400, 1)
    assert abs(drawn.mean()) < 0.02
    assert real.std() == pytest.approx(drawn.std(), rel=0.15)


def test_halved_hours_are_seen_within_weeks_and_nothing_else_is(plan):
    rng = np.random.default_rng(8)
    monitor = Beside(HOURS, *_of_hours(rng), counted=False)
    watch = watch_from(plan, years=200, seed=2, beside=(monitor,))
    due, unspent = _of_hours(rng)
    unspent[:, 20:] /= 2
    year = plan.draw(1, 3)
    seen = watch.look_at(year, {HOURS: monitor.deviations(due, unspent)})
    assert seen.monitors == (*MONITORS, HOURS)
    assert 20 < seen.alarm_week(TEAM, HOURS) <= 24
    said = picture(watch, seen, 30, TEAM)
    assert next(each.state for each in said.readings if each.monitor == HOURS) == "alarm"


def test_the_looks_before_a_start_end_with_it():
    looks = looks_before(START, 3)
    assert looks.tolist() == [day(START) - 21, day(START) - 14, day(START) - 7, day(START)]
