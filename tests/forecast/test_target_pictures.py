"""Parts, risks and the walk can be read: units, no words over words, none cut off; bars as long as what they stand for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.calls.call import BEST_CASE, BOOKED, COMMIT, LEFT_OUT, NO_CATEGORY, PIPELINE, Call, Line
from forecast.calls.walk import Movement, Walk
from forecast.plots.risks import draw_risks
from forecast.plots.rollups import MOST_SHOWN, draw_roll_up
from forecast.plots.walk import draw_walk
from forecast.risks import Risk, Risks
from forecast.rollups.rollup import RollUp
from simulations.plots.files import rendered

THEN, NOW = pd.Timestamp("2026-05-04"), pd.Timestamp("2026-05-11")


def roll_up(parts: int, by: str = "owner") -> RollUp:
    """Return a roll-up of parts that fall, with quotas for the first two and long names."""
    rng, size = np.random.default_rng(3), np.linspace(9e5, 5e4, parts)
    names = tuple(f"Somebody with quite a long name {number}" for number in range(parts - 1))
    targets = np.full(parts, np.nan)
    targets[:2] = (8e5, 3e6)
    open_, new = (size * rng.gamma(2.0, 0.25, (300, parts)) for _ in range(2))
    return RollUp(by, (*names, "not yet owned"), size / 4, open_, new, parts - 1, targets)


def risks(count: int) -> Risks:
    deals = [
        Risk(
            f"D{number}", f"A deal with a name that goes on and on {number}", "Somebody Longname", "Proposal", 1e6 / (number + 1),
            dt.date(2026, 6, 1), 0.3, 0.9 - number / 20, 0.4, 0.012,
        )
        for number in range(count)
    ]  # fmt: skip
    return Risks(tuple(deals), count, 3, 1_000)


def call(values: dict[str, float], moment: pd.Timestamp, target: float) -> Call:
    lines = tuple(
        Line(name, round(100 * values.get(name, 0.0)), int(name in values), 1.0)
        for name in (BOOKED, COMMIT, BEST_CASE, PIPELINE, NO_CATEGORY)
    )
    return Call(moment, lines, tuple(Line(name, 0, 0) for name in LEFT_OUT), target, 0)


def walk(now: dict[str, float], target: float = 2_000_000.0) -> Walk:
    """Return a walk in which everything happened, as far as the picture goes."""
    then = call({BOOKED: 2e5, COMMIT: 3e5, PIPELINE: 5e5}, THEN, target)
    moves = [
        ("won", COMMIT, BOOKED, 1e5), ("new", "", PIPELINE, 2.5e5), ("moved in", "", COMMIT, 9e4),
        ("amount changed", "", COMMIT, -4e4), ("reopened", "", PIPELINE, 1e4), ("moved out", PIPELINE, "", 1.2e5),
        ("lost", PIPELINE, "", 3e5), ("gone from the export", PIPELINE, "", 5e3),
    ]  # fmt: skip
    movements = tuple(
        Movement(f"D{number}", "", "Ann", kind, leaves, enters, round(100 * value))
        for number, (kind, leaves, enters, value) in enumerate(moves)
    )
    return Walk(call(now, NOW, target), then, movements, ())


WHOLE = {BOOKED: 3e5, COMMIT: 3.5e5, BEST_CASE: 2e5, PIPELINE: 4.5e5, NO_CATEGORY: 5e4}
FIGURES = {
    "parts": lambda: draw_roll_up(roll_up(7), "USD"),
    "many parts": lambda: draw_roll_up(roll_up(40), "USD"),
    "one part": lambda: draw_roll_up(roll_up(2), "deals"),
    "risks": lambda: draw_risks(risks(10), "USD"),
    "one risk": lambda: draw_risks(risks(1), "deals"),
    "walk": lambda: draw_walk(walk(WHOLE), "USD"),
    "walk beyond": lambda: draw_walk(walk(WHOLE, 900_000.0), "USD"),
    "walk of nothing": lambda: draw_walk(replace(walk({}, 0.0), movements=()), "USD"),
}
UNITS = {
    "parts": ("thousand", "USD)", "8 of 10 draws", "quota"),
    "many parts": ("USD)", "29 others"),
    "one part": ("deals)",),
    "risks": ("chance of the target", "%", "standard error", "thousand USD"),
    "one risk": ("chance of the target",),
    "walk": ("million USD)", "still to create", "target", "change in all", "2026-05-11", "2026-05-04"),
    "walk beyond": ("beyond the target",),
    "walk of nothing": ("USD)",),
}


@pytest.mark.parametrize("name", FIGURES)
def test_it_can_be_read(eye, name: str) -> None:
    seen = eye(FIGURES[name]())
    assert seen.overlaps == []
    assert seen.cut == []
    assert [unit for unit in UNITS[name] if not seen.says(unit)] == []


def test_it_has_the_same_bytes_every_time() -> None:
    assert rendered(FIGURES["one part"](), "svg") == rendered(FIGURES["one part"](), "svg")


def test_parts_are_drawn_from_zero_and_those_left_out_as_one() -> None:
    whole = roll_up(40)
    (axes,) = draw_roll_up(whole).axes
    assert axes.get_xlim()[0] == 0
    assert len(axes.get_yticks()) == MOST_SHOWN
    length = sum(bar.get_width() for bar in axes.patches)
    assert length == pytest.approx(whole.total.mean(axis=0).sum())


def test_every_month_is_drawn() -> None:
    (axes,) = draw_roll_up(roll_up(24, "month")).axes
    assert len(axes.get_yticks()) == 24


@pytest.mark.parametrize("target", [2_000_000.0, 900_000.0])
def test_the_steps_of_a_walk_lead_from_zero_to_the_target(target: float) -> None:
    found = walk(WHOLE, target)
    above, below = draw_walk(found).axes
    assert above.get_ylim()[0] == 0
    filled = [bar for bar in above.patches if bar.get_facecolor()[3] == 1]
    heights = [bar.get_height() for bar in filled]
    assert heights[:5] == pytest.approx([line.value for line in found.now.lines])
    assert heights[5] == pytest.approx(abs(found.now.to_create) / 100)
    assert heights[6] == target
    widths = [bar.get_width() for bar in below.patches]
    assert sum(widths[:-1]) == pytest.approx(
        sum(-move.moves("still to create") for move in found.movements) / 100
    )
    assert below.get_xlim()[0] == -below.get_xlim()[1]
