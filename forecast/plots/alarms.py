"""The monitors of a watch week by week: how likely luck alone would be to take each so far, and where an alarm begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from forecast.alarms.deviations import MONITORS
from forecast.alarms.plan import WEEKS
from forecast.alarms.results import Reading
from forecast.alarms.states import ALARM, WATCH, WATCH_BEGINS
from forecast.alarms.thresholds import TAIL
from forecast.alarms.today import Today
from simulations.plots.style import BLUE, GREY, ORANGE, SHADE, VERMILION, house_style, new_figure
from simulations.wording import sentence_start

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 2
#: The axis ends here unless the level or what is seen lies beyond.
RAREST = 0.001
#: What is rarer yet is drawn at the top.
LEAST = 1e-6
QUARTER = 13
_COLOURS = {ALARM: VERMILION, WATCH: ORANGE}


@house_style
def draw_alarms(found: Today) -> Figure:
    """Draw the team's monitors over the weeks of the watch.

    Parameters
    ----------
    found : Today

    Returns
    -------
    Figure
        A panel a monitor; the vertical axis is the chance of luck, rarer above, from a tenth, beyond which nothing is told
        apart. Above the line there is an alarm.
    """
    team = sorted((each for each in found.picture.readings if not each.owner), key=_place)
    rows = -(-len(team) // COLUMNS)
    figure = new_figure(11, 1.2 + 1.75 * rows)
    panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
    rarest = min([RAREST, *(min(each.level, *each.course) / 2 for each in team)])
    for axes, each in zip(panels, team, strict=False):
        _panel(axes, each, found)
        axes.set_yscale("log")
        axes.set_ylim(TAIL, max(rarest, LEAST))
        axes.yaxis.set_major_locator(FixedLocator([10.0**power for power in range(-6, 0)]))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(_share))
    for axes in panels[len(team) :]:
        axes.set_axis_off()
    for axes in panels[::COLUMNS]:
        axes.set_ylabel("chance of luck")
    for axes in panels[len(team) - COLUMNS : len(team)]:
        axes.set_xlim(0.5, WEEKS + 0.5)
        axes.set_xticks([1, *range(QUARTER, WEEKS + 1, QUARTER)])
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(f"week of the watch that begins on {found.start}")
    figure.supxlabel(_note(found), fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _place(each: Reading) -> int:
    """Return where a monitor stands in the order of the page; what is watched beside comes last."""
    return MONITORS.index(each.monitor) if each.monitor in MONITORS else len(MONITORS)


def _panel(axes: Axes, each: Reading, found: Today) -> None:
    level = each.level
    luck = np.clip(each.course, LEAST, TAIL)
    weeks = np.arange(1, len(luck) + 1)
    colour = _COLOURS.get(each.state, BLUE)
    axes.axhspan(level, LEAST, color=VERMILION, alpha=SHADE / 2, linewidth=0)
    axes.axhline(level, color=VERMILION, linewidth=1)
    axes.axhline(min(WATCH_BEGINS * level, TAIL), color=ORANGE, linewidth=0.8, linestyle=":")
    axes.plot(weeks, luck, color=colour, linewidth=1.6, marker="o", markersize=2.5, clip_on=False)
    since = "" if each.since is None else f", since {each.since}"
    axes.set_title(
        f"{sentence_start(each.monitor)}: {each.state}{since}", color=colour if each.since else "#222222"
    )
    if each.since is not None:
        axes.axvline((each.since - found.start).days / 7 + 1, color=GREY, linewidth=0.8, linestyle="--")


def _share(value: float, _: object) -> str:
    return f"{100 * value:g}%"


def _note(found: Today) -> str:
    return (
        "The team's monitors. Line and shade: an alarm, where luck alone seldom takes a monitor so far on plan; creation and "
        f"conversion may cause more\nfalse alarms than others, and the whole family together alarms in {found.picture.false_alarms:.0%} of years "
        "on plan. Dots: a watch begins. Dashes: where the deviation\nmost likely began. A tenth or more lies at the foot."
    )
