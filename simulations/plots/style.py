"""How every picture looks: colours that all eyes tell apart, plain axes, the same bytes every time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulations.plots.numerals import Scale, digits, scale_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType

Arguments = ParamSpec("Arguments")

# Okabe & Ito (2008): told apart with every kind of colour blindness.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
GREY, PALE, GRID = "#5F5F5F", "#EFEFEF", "#D9D9D9"

#: By the kind of a cadence; what has no colour of its own is purple.
CADENCE_COLOURS = {
    "steady": BLUE,
    "sawtooth": VERMILION,
    "reactive": GREEN,
    "quarter_end": ORANGE,
    "custom": PURPLE,
}

#: Of an interval or band, laid over white.
SHADE = 0.22

_HOUSE: dict[RcKeyType, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": "#222222",
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": "#222222",
    "ytick.labelcolor": "#222222",
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": 100,
    "svg.hashsalt": "pipecast",
    "svg.fonttype": "path",
}
# A reader's own settings would change the bytes; the backend is theirs, and never used here.
_THEIRS = {"backend", "backend_fallback", "interactive", "toolbar", "timezone"}


def settings() -> dict[RcKeyType, Any]:
    """Return matplotlib's shipped settings with the house's over them."""
    shipped = {key: value for key, value in mpl.rcParamsDefault.items() if key not in _THEIRS}
    return {**shipped, **_HOUSE}


def house_style(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Let a function draw under the house's settings, whatever the reader's own are."""

    @functools.wraps(draw)
    def styled(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Figure:
        with mpl.rc_context(settings()):
            return draw(*args, **kwargs)

    return styled


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches, which keeps its labels apart."""
    return Figure(figsize=(width, height), layout="constrained")


def largest_of(arrays: Iterable[object]) -> float:
    """Return the largest finite size among arrays of numbers; 0 where there is none."""
    sizes = [np.abs(np.asarray(array, dtype=np.float64)) for array in arrays]
    return max((float(size[np.isfinite(size)].max(initial=0.0)) for size in sizes), default=0.0)


def amount_axis(axes: Axes, which: str, label: str, largest: float, unit: str) -> Scale:
    """Label an axis with amounts in thousands, millions or billions, and return the size chosen.

    Parameters
    ----------
    axes : Axes
    which : str
        ``x`` or ``y``.
    label : str
        What is counted.
    largest : float
        The largest amount that the axis shows.
    unit : str
        Currency, ``deals``, possibly with more words (``USD a week``).
    """
    scale = scale_of(largest)
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _position: digits(value / scale.factor)))
    axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    words = " ".join(part for part in (scale.word, unit) if part)
    axis.set_label_text(f"{label}\n({words})" if which == "y" else f"{label} ({words})")
    return scale
