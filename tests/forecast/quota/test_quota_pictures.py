"""The picture of quotas can be read: units, no words over words, none cut off; every proposed quota lies on its curve."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from forecast.plots.quota import LINES, draw_quotas
from forecast.quota.curve import chance_of
from forecast.quota.draws import QuotaDraws, Rep
from forecast.quota.quotas import Asked, answer
from forecast.quota.verdict import Proposed
from simulations.plots.files import rendered
from simulations.plots.style import VERMILION

DAYS = (dt.date(2026, 1, 5), dt.date(2027, 1, 3))


def found(kinds, unit="USD", proposed=None, teams=("North",)):
    """Return an answer about two reps of each kind; reps of a kind after the first book less."""
    rng = np.random.default_rng(6)
    reps = tuple(
        Rep(f"Somebody Longname {place:02d}", teams[place % len(teams)], place // 2)
        for place in range(2 * kinds)
    )
    size = np.array([4e5 / (1 + rep.kind) for rep in reps])
    bookings = rng.gamma(6.0, size / 6, (300, len(reps)))
    draws = QuotaDraws(reps, bookings, np.zeros(300), np.arange(300), *DAYS, unit)
    sheet = None if proposed is None else Proposed("sheet.csv", *proposed)
    return answer(("scenario", "made"), draws, Asked(), (sheet, {}), (None, 1.0, 6), {})


ONE = {"Somebody Longname 00": 5e5}
CASES = {
    "nothing proposed": lambda: found(2),
    "one proposed": lambda: found(2, proposed=(ONE, {"company": 1.5e6})),
    "all proposed": lambda: found(
        2, proposed=({f"Somebody Longname {k:02d}": 1e5 + 5e4 * k for k in range(4)}, {})
    ),
    "many kinds": lambda: found(9),
    "two teams": lambda: found(3, teams=("North", "South"), proposed=({}, {"North": 8e5, "company": 1.3e6})),
    "deals": lambda: replace(found(1, "deals"), asked=Asked(chance=0.75)),
}
SAID = {
    "nothing proposed": (
        "million USD)",
        "chance of attainment",
        "each of 2 (North)",
        "of the 300 draws",
        "60%",
    ),
    "one proposed": ("proposed 500 thousand USD", "proposed 1.50 million USD"),
    "all proposed": ("million USD)",),
    "many kinds": ("6 more reps not drawn",),
    "two teams": ("company and teams", "South"),
    "deals": ("deals)", "75%"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_picture_of_quotas_can_be_read(eye, name):
    seen = eye(draw_quotas(CASES[name]()))
    assert seen.overlaps == []
    assert seen.cut == []
    assert [words for words in SAID[name] if not seen.says(words)] == []


def test_the_picture_of_quotas_has_the_same_bytes_every_time():
    assert rendered(draw_quotas(found(1)), "svg") == rendered(draw_quotas(found(1)), "svg")


def test_proposed_quotas_lie_on_their_curves():
    made = CASES["one proposed"]()
    left, right = draw_quotas(made).axes
    for axes, columns, quota in ((left, made.draws.company, 1.5e6), (right, made.draws.of_rep(0), 5e5)):
        marks = [line for line in axes.lines if line.get_marker() == "D"]
        assert [mark.get_color() for mark in marks] == [VERMILION]
        chance = chance_of(columns, quota, made.draws.world).mean
        assert marks[0].get_xydata().tolist() == [[quota, pytest.approx(chance)]]


def test_the_chance_begins_at_one_and_is_drawn_from_zero():
    for axes in draw_quotas(found(3)).axes:
        assert axes.get_ylim() == (0.0, 1.05)
        assert axes.get_xlim()[0] == 0
        curves = [line for line in axes.lines if len(line.get_xdata()) > 2]
        assert all(line.get_ydata()[0] == 1.0 for line in curves)
        assert all(np.all(np.diff(line.get_ydata()) <= 0) for line in curves)


def test_lines_differ_in_colour_and_in_dashes():
    """Who does not see colours sees dashes."""
    assert len({colour for colour, _ in LINES}) == len({str(dashes) for _, dashes in LINES}) == len(LINES)
