"""How much open pipeline a target asks for: from win curves and the dispersion of deal sizes, in place of "3 times"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.bookings import Bookings, Outlook, Unit, faster, value_if_won
from forecast.calibration.records import Bools, Floats
from forecast.calibration.streams import stream
from forecast.targets.quantiles import quantile_with_interval

#: The open pipeline is looked at in so many copies of itself at most.
MOST_COPIES = 40
#: Draws x deals of a copy at most, and the fewest draws; of them so many at a time.
_CELLS, _FEWEST, _AT_ONCE = 8_000_000, 100, 500_000
NOTHING_OPEN = "no opportunity is open"
NOTHING_DUE = "no open opportunity is expected to close in the period"
TOO_MUCH = f"even {MOST_COPIES} times the open pipeline would not do"


@dataclass(frozen=True, slots=True)
class RequiredCoverage:
    """The coverage at which open deals reach the target with the chosen confidence.

    Attributes
    ----------
    ratio : float or None
        Open amount expected to close in the period over what the target still lacks, from open deals alone.
    low, high : float or None
        95% interval of ``ratio``: it is found from so many draws and no more.
    with_new : float or None
        The ratio where opportunities not yet created bring what the forecast expects of them.
    reached : bool
        Whether what is booked is the target already.
    reason : str
        Why there is no ratio although the target is not reached, else empty.
    """

    ratio: float | None
    low: float | None
    high: float | None
    with_new: float | None
    reached: bool
    reason: str


def required_coverage(
    view: Outlook, unit: Unit, bookings: Bookings, target: float, confidence: float
) -> RequiredCoverage:
    """Return the coverage that reaches a target with a chosen confidence, for a pipeline like today's.

    The open deals are gone through one by one in random order, then all of them again as if there were others like
    them, each won in the period with the chance of the draw, until what is won makes up what the target lacks. What was
    expected to close in the period of those gone through, over what the target lacked, is the draw's coverage; the
    coverage asked for is the quantile at the confidence. So win curves, the mix of stages, ages and sizes, and the
    luck of few large deals are all in it. At the coverage that there is, the chance is that of the open deals.

    A first-passage quantile by simulation (Wald 1947). Assumed: further open deals are like those of today and
    independent given the draw.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    bookings : Bookings
        Of the outlook's draws.
    target : float
    confidence : float
        Above 0 and below 1.
    """
    lacks = target - bookings.booked
    if lacks <= 0:
        return RequiredCoverage(None, None, None, None, reached=True, reason="")
    value = value_if_won(view.calibration, view.chances.deal, unit)
    due = _due(view)
    reason = NOTHING_OPEN if not len(due) else NOTHING_DUE if not due.any() else ""
    if reason:
        return RequiredCoverage(None, None, None, None, reached=False, reason=reason)
    draws = int(np.clip(_CELLS // len(value), min(_FEWEST, len(bookings.open)), len(bookings.open)))
    alone = _passages(view, (value, due), np.full(draws, lacks)) / lacks
    helped = _passages(view, (value, due), lacks - bookings.new[:draws]) / lacks
    ratio, low, high = (_finite(found) for found in quantile_with_interval(alone, confidence))
    with_new = _finite(quantile_with_interval(helped, confidence)[0])
    return RequiredCoverage(
        ratio, low, high, with_new, reached=False, reason=TOO_MUCH if ratio is None else ""
    )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _due(view: Outlook) -> Bools:
    """Return which open opportunities are expected to close in the period."""
    typed = view.calibration.records.expected_close[view.chances.deal]
    return np.asarray((typed >= view.period.begin) & (typed < view.period.end))


def _passages(view: Outlook, deals: tuple[Floats, Bools], need: Floats) -> Floats:
    """Return, by draw, what was due of the deals gone through when what was won made up the need; inf if never."""
    value, due = deals
    rng, out = stream(view.seed, "required coverage"), np.zeros(len(need))
    level = view.mean_level(view.period.begin)
    width = max(_AT_ONCE // len(value), 1)
    for begin in range(0, len(need), width):
        still = np.flatnonzero(need[begin : begin + width] > 0) + begin
        lacking = need[still]
        for _ in range(MOST_COPIES):
            if not len(still):
                break
            order = rng.permuted(np.tile(np.arange(len(value)), (len(still), 1)), axis=1)
            groups, world = view.chances.group[order], view.world[still, None]
            chance = faster(view.chances.in_period[world, groups], level[still, None])
            won = np.cumsum(value[order] * (rng.random(order.shape) < chance), axis=1)
            passed = np.cumsum(value[order] * due[order], axis=1)
            there = won[:, -1] >= lacking
            at = np.where(there, np.argmax(won >= lacking[:, None], axis=1), len(value) - 1)
            out[still] += passed[np.arange(len(still)), at]
            still, lacking = still[~there], (lacking - won[:, -1])[~there]
        out[still] = np.inf
    return out
