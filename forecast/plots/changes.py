"""The waterfall of a pipeline and of a forecast between two moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from forecast.changes.between import PipelineChanges
from forecast.changes.forecast_change import ForecastChange
from forecast.changes.steps import REVALUED, SIGNS, Step
from forecast.wording.changes import CAUSES, STEPS
from simulations.plots.numerals import MINUS, digits, scale_of
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    SKY,
    VERMILION,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Steps that are drawn even where nothing took them.
ALWAYS: tuple[Step, ...] = ("start", "created", "lost", "won", "end")
COLOURS = {"level": BLUE, "in": SKY, "out": VERMILION, "won": GREEN}
WORDS = {"level": "open pipeline", "in": "came in", "out": "went out", "won": "won"}
#: Unit of what is counted in whole numbers.
COUNTED = "counted"
_WIDTH, _HEADROOM = 0.62, 1.14


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a waterfall.

    Attributes
    ----------
    label : str
    value : float
        A level, or a change with its sign.
    kind : {"level", "in", "out", "won"}
    error : float
        Half the width of the interval of a change; 0 for what is counted.
    """

    label: str
    value: float
    kind: str
    error: float = 0.0


@house_style
def draw_waterfall(changes: PipelineChanges) -> Figure:
    """Draw a pipeline's waterfall, in amount and in number of opportunities; where no amounts are known, in number alone.

    Parameters
    ----------
    changes : PipelineChanges
    """
    every: tuple[Step, ...] = (*SIGNS, "end")
    steps = [step for step in every if step in ALWAYS or changes.total.deals(step)]
    lanes = 2 if changes.priced else 1
    figure = new_figure(10, 3.5 * lanes + 0.6)
    axes = figure.subplots(lanes, 1, squeeze=False)[:, 0]
    if changes.priced:
        _draw(
            axes[0],
            [_bar(changes, step, changes.total.amount(step)) for step in steps],
            "Amount",
            changes.currency,
        )
    shown = [step for step in steps if changes.priced or step not in REVALUED]
    counted = [_bar(changes, step, 0.0 if step in REVALUED else changes.total.deals(step)) for step in shown]
    _draw(axes[-1], counted, "Opportunities", COUNTED)
    kinds = dict.fromkeys(bar.kind for bar in counted)
    figure.legend(
        handles=[Patch(color=COLOURS[kind], label=WORDS[kind]) for kind in kinds],
        loc="outside upper left",
        ncols=4,
        fontsize=9,
    )
    return figure


@house_style
def draw_forecast_change(change: ForecastChange, unit: str = "") -> Figure:
    """Draw what changed a forecast, cause by cause.

    Parameters
    ----------
    change : ForecastChange
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    figure = new_figure(10, 4.4)
    axes = figure.subplots()
    causes = [
        Bar(_broken(CAUSES[cause]), part.change, "in" if part.change >= 0 else "out", part.error)
        for cause, part in change.parts.items()
    ]
    bars = [
        Bar("forecast\nbefore", change.before, "level"),
        *causes,
        Bar("forecast\nafter", change.after, "level"),
    ]
    _draw(axes, bars, "Expected bookings", unit)
    figure.supxlabel(
        "Each cause on top of those to its left. Thin line: 95% interval of what the draws leave open.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _bar(changes: PipelineChanges, step: Step, size: float) -> Bar:
    if step in ("start", "end"):
        when = changes.before.moment if step == "start" else changes.after.moment
        return Bar(f"{STEPS[step]}\n{when - pd.Timedelta(microseconds=1):%Y-%m-%d}", size, "level")
    sign = SIGNS[step]
    kind = "won" if step == "won" else "in" if sign > 0 else "out"
    return Bar(STEPS[step], sign * size, kind)


def _broken(words: str) -> str:
    """Return words on two lines at most, broken near their middle."""
    spaces = [at for at, sign in enumerate(words) if sign == " "]
    if not spaces:
        return words
    at = min(spaces, key=lambda place: abs(place - len(words) / 2))
    return f"{words[:at]}\n{words[at + 1 :]}"


def _draw(axes: Axes, bars: Sequence[Bar], label: str, unit: str) -> None:
    """Draw bars that hang from where the one before ended, each with its value."""
    tops = _ends(bars)
    largest = largest_of([tops, [0.0]])
    for place, (bar, end) in enumerate(zip(bars, tops, strict=True)):
        begin = 0.0 if bar.kind == "level" else end - bar.value
        axes.bar(place, abs(bar.value), _WIDTH, bottom=min(begin, end), color=COLOURS[bar.kind], linewidth=0)
        if bar.error:
            axes.errorbar(place, end, bar.error, color=BLACK, linewidth=1.2, capsize=3)
        if place + 1 < len(bars):
            axes.plot([place - _WIDTH / 2, place + 1 + _WIDTH / 2], [end, end], color=GREY, linewidth=0.8)
        top = max(begin, end) + bar.error
        axes.annotate(
            _value(bar, largest, unit),
            (place, top),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_xticks(range(len(bars)), [bar.label for bar in bars], fontsize=9)
    axes.set_xlim(-0.6, len(bars) - 0.4)
    axes.set_ylim(min(0.0, *tops) * _HEADROOM, (largest or 1.0) * _HEADROOM)
    axes.grid(visible=False, axis="x")
    if unit != COUNTED:
        amount_axis(axes, "y", label, largest, unit)
        return
    axes.set_ylabel(label)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:,.0f}"))


def _ends(bars: Sequence[Bar]) -> list[float]:
    """Return the level after each bar."""
    level, ends = 0.0, []
    for bar in bars:
        level = bar.value if bar.kind == "level" else level + bar.value
        ends.append(level)
    return ends


def _value(bar: Bar, largest: float, unit: str) -> str:
    size = abs(bar.value)
    text = f"{size:,.0f}" if unit == COUNTED else digits(round(size / scale_of(largest).factor, 3))
    if bar.kind == "level" or not bar.value:
        return text
    return f"+{text}" if bar.value > 0 else f"{MINUS}{text}"
