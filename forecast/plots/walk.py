"""The walk to target: booked, commit, best case, pipeline, still to create; and what moved it since an earlier call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from forecast.calls.call import BEST_CASE, BOOKED, COMMIT, HUNDREDTHS, LINES, NO_CATEGORY, PIPELINE, Call
from forecast.calls.walk import TO_CREATE, Walk
from simulations.plots.numerals import quantity
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    BOOKED: GREEN,
    COMMIT: BLUE,
    BEST_CASE: SKY,
    PIPELINE: PURPLE,
    NO_CATEGORY: PURPLE,
    TO_CREATE: ORANGE,
}
BEYOND = "beyond\nthe target"
_WIDTH, _HEADROOM = 0.62, 1.16


@house_style
def draw_walk(walk: Walk, unit: str = "") -> Figure:
    """Draw the walk to target as steps, the earlier call's beside them, and below what changed its sum.

    Parameters
    ----------
    walk : Walk
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    kinds = _kinds(walk)
    figure = new_figure(10, 5.4 + 0.36 * len(kinds))
    above, below = figure.subplots(2, 1, height_ratios=[4.0, 0.9 + 0.36 * len(kinds)])
    _draw_steps(above, walk, unit)
    _draw_kinds(below, kinds, unit)
    figure.supxlabel(
        f"Filled: known before {walk.now.moment:%Y-%m-%d}. Outlined: before {walk.then.moment:%Y-%m-%d}. Amounts as "
        "typed, of deals expected to close in the period;\nno chance is in them. What only moved from one line to "
        "another (won, other category) does not change the sum.",
        fontsize=9, color=GREY, x=0.01, ha="left",
    )  # fmt: skip
    return figure


def _steps(call: Call, names: list[str]) -> list[tuple[float, float]]:
    """Return where each step begins and ends; the last one ends at the target."""
    ends = np.cumsum([call.line(name).hundredths for name in names]) / HUNDREDTHS
    begins = [0.0, *ends[:-1]]
    return [*zip(begins, ends, strict=True), (float(ends[-1]), call.target)]


def _draw_steps(axes: Axes, walk: Walk, unit: str) -> None:
    names = [
        line for line in LINES if walk.now.line(line).deals or walk.then.line(line).deals or line == BOOKED
    ]
    now, then = _steps(walk.now, names), _steps(walk.then, names)
    largest = largest_of([now, then, [walk.now.target]])
    for place, (name, step, before) in enumerate(zip([*names, TO_CREATE], now, then, strict=True)):
        low, high = min(step), max(step)
        axes.bar(place, high - low, _WIDTH, bottom=low, color=COLOURS[name], linewidth=0)
        axes.bar(
            place + _WIDTH / 2 + 0.09, max(before) - min(before), 0.14, bottom=min(before), facecolor="none",
            edgecolor=BLACK, linewidth=1,
        )  # fmt: skip
        axes.annotate(
            quantity(high - low),
            (place, high),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
        axes.plot([place + _WIDTH / 2, place + 1 - _WIDTH / 2], [step[1], step[1]], color=GREY, linewidth=0.8)
    last = len(names) + 1
    axes.bar(last, walk.now.target, _WIDTH, color=GREY, linewidth=0)
    axes.annotate(
        quantity(walk.now.target), (last, walk.now.target), xytext=(0, 4), textcoords="offset points", ha="center",
        fontsize=9,
    )  # fmt: skip
    create = TO_CREATE.replace(" to ", " to\n") if walk.now.to_create >= 0 else BEYOND
    axes.set_xticks(range(last + 1), [*(name.replace(" ", "\n") for name in names), create, "target"])
    axes.tick_params(axis="x", length=0)
    axes.grid(visible=False, axis="x")
    axes.set_ylim(0, (largest or 1.0) * _HEADROOM)
    amount_axis(axes, "y", "On paper", largest, unit)


def _kinds(walk: Walk) -> list[tuple[str, float]]:
    """Return what changed the sum of booked and promised, by what happened, and the change itself last."""
    sums = walk.by("kind")
    moved = [(kind, -float(row[TO_CREATE])) for kind, row in sums.iterrows()]
    change = -walk.change(TO_CREATE) / HUNDREDTHS
    return [*((str(kind), value) for kind, value in moved if value), ("change in all", change)]


def _draw_kinds(axes: Axes, kinds: list[tuple[str, float]], unit: str) -> None:
    largest = largest_of([[value for _, value in kinds]])
    for row, (name, value) in enumerate(kinds):
        colour = GREY if name == kinds[-1][0] else GREEN if value > 0 else VERMILION
        axes.barh(row, value, height=0.6, color=colour, linewidth=0)
        right = value >= 0
        axes.annotate(
            f"{'+' if value > 0 else ''}{quantity(value)}".replace("-", "\u2212"), (value, row),
            xytext=(5 if right else -5, 0), textcoords="offset points", va="center", ha="left" if right else "right",
            fontsize=9,
        )  # fmt: skip
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_yticks(range(len(kinds)), [name for name, _ in kinds])
    axes.set_ylim(len(kinds) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    edge = (largest or 1.0) * 1.4
    axes.set_xlim(-edge, edge)
    amount_axis(axes, "x", "What changed the sum", largest, unit)
