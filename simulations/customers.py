"""What became of the year's leads and opportunities: how many, from where, how fast, how often won."""

from __future__ import annotations

import numpy as np

from simulations.activity import NAN, mean
from simulations.calendar import DAY
from simulations.deals import History
from simulations.journal import Kind
from simulations.randomness import MEETING_INTRODUCTIONS, SOURCE_NAMES, introduction_birth

_SOURCE_SHIFT = np.uint64(62)


def customers(history: History) -> dict[str, float]:
    """Return counts, cycle and win rate of the year."""
    deals = history.deals
    won_in_year = deals.won & history.in_year(deals.closed)
    cycles = (deals.closed - deals.opened)[won_in_year] / DAY
    closed = history.in_year(deals.appeared) & (deals.outcome > 0)
    opened = history.in_year(deals.opened)
    source = (deals.birth >> _SOURCE_SHIFT).astype(np.int64)
    ended = history.of(Kind.DISQUALIFIED)["value"]
    return {
        "cycle_days": mean(cycles),
        "cycle_days_median": float(np.median(cycles)) if cycles.size else NAN,
        "win_rate": mean(deals.won[closed].astype(np.float64)),
        "leads": float(history.in_year(deals.appeared).sum()),
        "opportunities": float(opened.sum()),
        **{
            f"opportunities_{name}": float((opened & (source == number)).sum())
            for number, name in enumerate(SOURCE_NAMES)
        },
        "wins": float(won_in_year.sum()),
        "went_silent": float(history.of(Kind.SILENT).size),
        "revived": float(history.of(Kind.REVIVED).size),
        "disqualified_silent": float((ended == 1).sum()),
        "disqualified_unworked": float((ended == 0).sum()),
    }


def horizon_of_referrals(history: History) -> float:
    """Return what introductions that appeared after the year won, where they descend from counted opportunities.

    Introductions born within the year fall into the run-off or beyond it, depending on when their
    parents were won; this shows how much the end of the year cuts off.
    """
    deals = history.deals
    counted = deals.appeared < history.end
    asked = history.all_of(Kind.ASKED)
    family = np.zeros(deals.birth.size, dtype=np.bool_)
    for ask in asked:  # in order of time, so that parents come before their children
        parent = int(np.searchsorted(deals.birth, ask["birth"]))
        if counted[parent] or family[parent]:
            first = MEETING_INTRODUCTIONS if ask["stage"] < 0 else 0
            for index in range(first, first + int(ask["value"])):
                child = np.uint64(introduction_birth(int(ask["birth"]), index))
                at = int(np.searchsorted(deals.birth, child))
                if at < deals.birth.size and deals.birth[at] == child:
                    family[at] = not counted[at]
    return float(history.booked[family & deals.won].sum())
