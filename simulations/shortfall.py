"""The first shortfall: when the pipeline leaves the plan, and when profit and loss shows it.

Both by one rule: the first week, or published month, in which the figure lies below the lower edge of
its own simultaneous band, which 90% of steady replications never leave downwards in the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulations.intervals import Estimate, chance, plain

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FALSE_ALARMS = 0.10
FEWEST_REPLICATIONS = 20  # below, one replication is more than a twentieth of the band
NEVER_FALLS = -1


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the first pipeline shortfall to the first published one, in one named replication.

    Attributes
    ----------
    replication : int
        The replication whose lead is the median of those in which both fire.
    pipeline_week, published_week : int
        Weeks of the year, from 1: at the end of which the projected bookings, and within which the
        published figure, first lay below their bands.
    """

    replication: int
    pipeline_week: int
    published_week: int

    @property
    def weeks(self) -> int:
        """Weeks that the pipeline was earlier; negative where published revenue was."""
        return self.published_week - self.pipeline_week

    def to_dict(self) -> dict[str, Any]:
        """Return the four numbers."""
        return {
            "replication": self.replication,
            "pipeline_week": self.pipeline_week,
            "published_week": self.published_week,
            "weeks": self.weeks,
        }


@dataclass(frozen=True, slots=True)
class Shares:
    """In how many replications the pipeline, published revenue, either and both fall short in the year."""

    pipeline: Estimate
    published: Estimate
    either: Estimate
    both: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return the four shares with their intervals."""
        return {name: getattr(self, name).to_dict() for name in ("pipeline", "published", "either", "both")}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """First shortfalls of one cadence against the bands of the steady one.

    Attributes
    ----------
    pipeline_edge : array of 52
        Lower edge of the simultaneous 90% band of projected bookings, by week end.
    published_edge : array of 12
        The same of year-to-date published revenue, by month.
    published_weeks : array of int, 12
        Week of the year, from 1, in which each month is published; the last ones lie after its end.
    shares, steady : Shares
        Of this cadence and of the steady one.
    lead_weeks : tuple of (low, median, high) or None
        10th, 50th and 90th percentile of the weeks between, where both fire; None where none does.
    arrow : Arrow or None
        Drawn where both fire, and more often than in the steady year.
    reason : str
        Why no arrow is drawn, else empty: ``neither fires``, ``only the pipeline fires``,
        ``only published revenue fires``, ``never both in one year``, ``no more often than steady``,
        ``too few replications``.
    """

    pipeline_edge: Floats
    published_edge: Floats
    published_weeks: Ints
    shares: Shares
    steady: Shares
    lead_weeks: tuple[float, float, float] | None
    arrow: Arrow | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "pipeline_edge": [plain(x) for x in self.pipeline_edge],
            "published_edge": [plain(x) for x in self.published_edge],
            "published_weeks": [int(week) for week in self.published_weeks],
            "shares": self.shares.to_dict(),
            "steady": self.steady.to_dict(),
            "lead_weeks": None if self.lead_weeks is None else list(self.lead_weeks),
            "arrow": None if self.arrow is None else self.arrow.to_dict(),
            "reason": self.reason or None,
        }


def lower_edge(paths: Floats, false_alarms: float = FALSE_ALARMS) -> Floats:
    """Return the edge below which no more than a share of the paths ever falls.

    The edge is, at every look, the same order statistic of the paths: the highest for which the share
    of paths that fall below it anywhere is at most ``false_alarms``.

    Parameters
    ----------
    paths : array, replications x looks
    false_alarms : float
        Greatest share of paths that may leave the band downwards.
    """
    ordered = np.sort(paths, axis=0)
    low, high = 0, paths.shape[0]
    while high - low > 1:
        middle = (low + high) // 2
        leaving = (paths < ordered[middle]).any(axis=1).mean()
        low, high = (middle, high) if leaving <= false_alarms else (low, middle)
    return np.asarray(ordered[low])


def first_below(paths: Floats, edge: Floats) -> Ints:
    """Return for each path the first look (from 0) at which it lies below the edge, `NEVER_FALLS` where it never does."""
    below = paths < edge
    return np.where(below.any(axis=1), below.argmax(axis=1), NEVER_FALLS)


@dataclass(frozen=True, slots=True)
class Paths:
    """Both figures of one cadence's replications.

    Attributes
    ----------
    projected : array, replications x 52
        Booked + calibrated in period + expected new, at each week's end.
    published : array, replications x 12
        Year-to-date published revenue.
    """

    projected: Floats
    published: Floats


@dataclass(frozen=True, slots=True)
class Watch:
    """The two bands of the plan, learned from its steady replications.

    Attributes
    ----------
    pipeline_edge, published_edge, published_weeks : array
        As in `Shortfall`.
    steady : Paths
    """

    pipeline_edge: Floats
    published_edge: Floats
    published_weeks: Ints
    steady: Paths

    def look(self, paths: Paths) -> Shortfall:
        """Return the first shortfalls of a cadence."""
        steady, mine = _fallen(self, self.steady), _fallen(self, paths)
        reason = _reason(mine, steady)
        lead = mine.published_week[mine.both] - mine.pipeline_week[mine.both]
        low, median, high = np.quantile(lead, (0.1, 0.5, 0.9)) if lead.size else (np.nan,) * 3
        return Shortfall(
            pipeline_edge=self.pipeline_edge,
            published_edge=self.published_edge,
            published_weeks=self.published_weeks,
            shares=_shares(mine),
            steady=_shares(steady),
            lead_weeks=(float(low), float(median), float(high)) if lead.size else None,
            arrow=None if reason else _arrow(mine),
            reason=reason,
        )


def watch(steady: Paths, published_weeks: Ints) -> Watch:
    """Return the bands of the plan.

    Parameters
    ----------
    steady : Paths
        Of the steady replications.
    published_weeks : array of int, 12
        Week of the year, from 1, in which each month is published.
    """
    return Watch(lower_edge(steady.projected), lower_edge(steady.published), published_weeks, steady)


@dataclass(frozen=True, slots=True)
class _Fallen:
    """Weeks of the year, from 1, in which each replication's figures first fall short; 0: never."""

    pipeline_week: Ints
    published_week: Ints

    @property
    def pipeline(self) -> Flags:
        return np.asarray(self.pipeline_week > 0)

    @property
    def published(self) -> Flags:
        return np.asarray(self.published_week > 0)

    @property
    def both(self) -> Flags:
        return self.pipeline & self.published


def _fallen(plan: Watch, paths: Paths) -> _Fallen:
    pipeline = first_below(paths.projected, plan.pipeline_edge)
    month = first_below(paths.published, plan.published_edge)
    return _Fallen(pipeline + 1, np.where(month == NEVER_FALLS, 0, plan.published_weeks[month]))


def _shares(fallen: _Fallen) -> Shares:
    trials = fallen.pipeline.size
    return Shares(
        *(
            chance(int(flags.sum()), trials)
            for flags in (fallen.pipeline, fallen.published, fallen.pipeline | fallen.published, fallen.both)
        )
    )


def _reason(mine: _Fallen, steady: _Fallen) -> str:
    """Return why no arrow may be drawn, empty where it may."""
    if mine.both.size < FEWEST_REPLICATIONS:
        return "too few replications"
    fires = (bool(mine.pipeline.any()), bool(mine.published.any()))
    if fires != (True, True):
        return {
            (False, False): "neither fires",
            (True, False): "only the pipeline fires",
            (False, True): "only published revenue fires",
        }[fires]
    if not mine.both.any():
        return "never both in one year"
    return "" if _more_often(mine.both, steady.both) else "no more often than steady"


def _more_often(mine: Flags, steady: Flags) -> bool:
    """Return whether both fire more often than in the steady year: exact sign test on the pairs, one-sided 2.5%.

    Source: McNemar (1947), exact binomial form.
    """
    from scipy.special import bdtrc

    only_mine, only_steady = int((mine & ~steady).sum()), int((steady & ~mine).sum())
    if only_mine <= only_steady:
        return False
    return float(bdtrc(only_mine - 1, only_mine + only_steady, 0.5)) < 0.025  # noqa: PLR2004 - the level of a 95% interval


def _arrow(mine: _Fallen) -> Arrow:
    """Return the arrow of the replication with the (lower) median lead; the first of several."""
    both = np.flatnonzero(mine.both)
    lead = mine.published_week[both] - mine.pipeline_week[both]
    order = np.argsort(lead, kind="stable")
    middle = lead[order[(order.size - 1) // 2]]
    at = int(both[np.flatnonzero(lead == middle)[0]])
    return Arrow(at, int(mine.pipeline_week[at]), int(mine.published_week[at]))
