"""The chance of attainment over all quotas: the company and its teams, the reps, and what is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from forecast.quota.curve import chance_of
from forecast.quota.draws import COMPANY, Floats
from forecast.quota.quotas import Quotas
from simulations.plots.numerals import counted, quantity, share
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SHADE,
    SKY,
    VERMILION,
    amount_axis,
    house_style,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: One after another; dashes tell lines apart where colours do not.
LINES = ((BLUE, "-"), (GREEN, "--"), (PURPLE, "-."), (ORANGE, ":"), (SKY, (0, (5, 1))), (GREY, (0, (1, 1))))
POINTS = 60
#: Share of draws above the right edge of the axis.
BEYOND = 0.001
NOTE = (
    "Lines: share of the {draws} draws in which a quota is attained; shaded: 95% interval, as far as so many draws tell. Dotted: the chance "
    "asked for, {asked}."
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A curve to draw: its name, its bookings, and the quotas marked on it."""

    name: str
    columns: Floats
    marked: tuple[float, ...]


@house_style
def draw_quotas(found: Quotas) -> Figure:
    """Draw the chance of attainment over all quotas, with intervals; what is proposed is marked.

    On the left the company and, where there are several, its teams; on the right the reps, those of one kind on one
    line; of more kinds than there are lines, the ones who are expected to book most.

    Parameters
    ----------
    found : Quotas
    """
    figure = new_figure(11, 4.8)
    left, right = figure.subplots(1, 2, sharey=True)
    wholes, reps, left_out = _wholes(found), *_reps(found)
    _draw(left, wholes, found, "Target of the company" if len(wholes) == 1 else "Target of company and teams")
    _draw(right, reps, found, "Quota of a rep")
    left.set_ylabel("chance of attainment")
    words = NOTE.format(draws=f"{found.draws.size:,}", asked=share(found.asked.chance))
    words += f"\n{counted(left_out, 'more rep')} not drawn." if left_out else ""
    figure.supxlabel(words, fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _wholes(found: Quotas) -> list[_Line]:
    draws = found.draws
    told = {each.name: each.quota for each in found.together if each.quota is not None}
    lines = [_Line(COMPANY, draws.company, _marked(told, COMPANY))]
    if len(draws.teams) > 1:
        lines += [_Line(team, draws.of_team(team), _marked(told, team)) for team in draws.teams]
    return lines[: len(LINES)]


def _marked(told: dict[str, float], name: str) -> tuple[float, ...]:
    return (told[name],) if name in told else ()


def _reps(found: Quotas) -> tuple[list[_Line], int]:
    """Return the lines of the reps, and how many reps have none."""
    draws = found.draws
    kinds: dict[int, list[int]] = {}
    for place, rep in enumerate(draws.reps):
        kinds.setdefault(rep.kind, []).append(place)
    order = sorted(kinds.values(), key=lambda places: -float(draws.bookings[:, places].mean()))
    quotas = {} if found.proposed is None else found.proposed.reps
    lines = []
    for places in order[: len(LINES)]:
        first = draws.reps[places[0]]
        name = first.name if len(places) == 1 else f"each of {len(places)} ({first.team})"
        names = [draws.reps[place].name for place in places]
        marked = tuple(sorted({quotas[each] for each in names if each in quotas}))
        lines.append(_Line(name, draws.of_rep(places[0]), marked))
    return lines, sum(len(places) for places in order[len(LINES) :])


def _draw(axes: Axes, lines: list[_Line], found: Quotas, label: str) -> None:
    right = max((float(np.quantile(line.columns, 1 - BEYOND)) for line in lines), default=0.0)
    right = max([right, *(1.05 * quota for line in lines for quota in line.marked)]) or 1.0
    quotas = np.linspace(0.0, right, POINTS)
    for line, (colour, dashes) in zip(lines, LINES, strict=False):
        chances = [chance_of(line.columns, float(quota), found.draws.world) for quota in quotas]
        axes.plot(
            quotas,
            [each.mean for each in chances],
            color=colour,
            linestyle=dashes,
            linewidth=1.8,
            label=line.name,
        )
        axes.fill_between(
            quotas,
            [each.low for each in chances],
            [each.high for each in chances],
            color=colour,
            alpha=SHADE,
            linewidth=0,
        )
        for quota in line.marked:
            _mark(axes, line, quota, found)
    axes.axhline(found.asked.chance, color=BLACK, linestyle=":", linewidth=1.2)
    axes.set_xlim(0, right)
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    amount_axis(axes, "x", label, right, found.draws.unit)
    axes.legend(loc="upper right", fontsize=9)
    marks = [quota for line in lines for quota in line.marked]
    if len(marks) == 1:
        _annotate(axes, lines, marks[0], right, found)


def _mark(axes: Axes, line: _Line, quota: float, found: Quotas) -> None:
    chance = chance_of(line.columns, quota, found.draws.world).mean
    axes.plot(
        [quota],
        [chance],
        marker="D",
        color=VERMILION,
        markersize=7,
        markeredgecolor="white",
        linestyle="none",
        zorder=5,
    )


def _annotate(axes: Axes, lines: list[_Line], quota: float, right: float, found: Quotas) -> None:
    """Write a single proposed quota and its chance beside its mark."""
    line = next(line for line in lines if line.marked)
    chance = chance_of(line.columns, quota, found.draws.world).mean
    low = quota < right / 2
    axes.annotate(
        f"proposed {quantity(quota, found.draws.unit)}: {share(chance)}", (quota, chance),
        xytext=(10 if low else -10, -4), textcoords="offset points", fontweight="bold", fontsize=9,
        ha="left" if low else "right", va="top", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
    )  # fmt: skip
