"""Bookings by part: what each owner, team, source, product or month is expected to book, with its range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from forecast.rollups.rollup import HIGH, LOW, RollUp
from simulations.plots.numerals import counted, quantity
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from forecast.bookings import Bookings

#: Parts that are drawn one by one; all others are drawn as one.
MOST_SHOWN = 12
PARTS = (
    ("booked", "booked", GREEN),
    ("open", "from open opportunities", BLUE),
    ("new", "not yet created", ORANGE),
)
_HEADROOM, _HEIGHT, _LONGEST_NAME = 1.2, 0.56, 28


@house_style
def draw_roll_up(whole: RollUp, unit: str = "") -> Figure:
    """Draw each part's expected bookings as a bar of booked, open and new, with its range and its target.

    Parameters
    ----------
    whole : RollUp
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    shown = _shown(whole)
    figure = new_figure(10, 1.9 + 0.42 * max(len(shown), 3))
    axes = figure.subplots()
    largest = _draw_bars(axes, shown)
    _draw_targets(axes, shown)
    axes.set_xlim(0, (largest or 1.0) * _HEADROOM)
    axes.set_yticks(range(len(shown)), [_short(name) for name, _, _ in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    amount_axis(axes, "x", "Bookings in the period", largest, unit)
    figure.legend(loc="outside upper left", ncols=4, fontsize=9)
    words = (
        "Bars: means. Thin line: 8 of 10 draws. The parts of a draw add up to its total; their ranges do not."
    )
    figure.supxlabel(words, fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _shown(whole: RollUp) -> list[tuple[str, Bookings, float]]:
    """Return name, bookings and target of the parts that are drawn: the largest, and all others as one."""
    from forecast.bookings import Bookings

    parts = [
        (name, part, float(target)) for (name, part), target in zip(whole.parts(), whole.targets, strict=True)
    ]
    if len(parts) <= MOST_SHOWN or whole.by == "month":
        return parts
    rest = parts[MOST_SHOWN - 1 :]
    joined = Bookings(
        sum(part.booked for _, part, _ in rest),
        np.sum([part.open for _, part, _ in rest], axis=0),
        np.sum([part.new for _, part, _ in rest], axis=0),
    )
    return [*parts[: MOST_SHOWN - 1], (counted(len(rest), "other"), joined, float("nan"))]


def _draw_bars(axes: Axes, shown: list[tuple[str, Bookings, float]]) -> float:
    """Draw the bars and return the largest value drawn."""
    ends = []
    for row, (_, part, target) in enumerate(shown):
        begin = 0.0
        for name, label, colour in PARTS:
            mean = float(np.mean(getattr(part, name)))
            said = {"label": label} if row == 0 else {}
            axes.barh(row, mean, left=begin, height=_HEIGHT, color=colour, linewidth=0, **said)  # type: ignore[arg-type]  # matplotlib's stubs know no spread labels
            begin += mean
        low, high = (float(end) for end in np.quantile(part.total, (LOW, HIGH)))
        axes.plot([low, high], [row, row], color=BLACK, linewidth=1.4, marker="|", markersize=7)
        ends.append(max(begin, high, 0.0 if np.isnan(target) else target))
        axes.annotate(
            quantity(begin), (ends[-1], row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    return largest_of([ends])


def _draw_targets(axes: Axes, shown: list[tuple[str, Bookings, float]]) -> None:
    rows = [(row, target) for row, (_, _, target) in enumerate(shown) if not np.isnan(target)]
    for number, (row, target) in enumerate(rows):
        said = {"label": "quota"} if number == 0 else {}
        ends = [row - _HEIGHT / 2 - 0.08, row + _HEIGHT / 2 + 0.08]
        axes.plot([target, target], ends, color=VERMILION, linewidth=2.4, **said)  # type: ignore[arg-type]  # likewise


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
