"""What the period will come to for each rep and the team, and what disqualifying does to it: from the forecast's own draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.bookings import (
    Bookings,
    Outlook,
    Unit,
    draw_bookings,
    faster,
    open_sums,
    open_winners,
    reached,
    value_if_won,
)
from forecast.calibration.records import Bools, Floats, Ints
from forecast.review.week import NO_OWNER
from forecast.rollups.rollup import RollUp, roll_up
from forecast.winners import Winners
from simulations.tables import CrmTables

_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weighted pipelines of some open opportunities; ``crm`` is None where none that is due carries a probability."""

    crm: float | None
    calibrated: float
    calibrated_in_period: float


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What disqualifying does: what the opportunities count for, and the chance without them.

    Attributes
    ----------
    deals : int
    value : float
        What they would count if won.
    removed : Weighted
        What each weighted pipeline loses.
    chance : float or None
        Of the quota without them; None without a quota.
    """

    deals: int
    value: float
    removed: Weighted
    chance: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a period will come to.

    Attributes
    ----------
    quota : float or None
        The team's target on its page.
    booked : float
    weighted : Weighted
    low, high : float
        80% interval of ``weighted.calibrated_in_period`` as a mean: what is not known of the chances.
    new : float
        Mean of what is not yet created and won in the period.
    mean, p10, p90 : float
        Of the bookings of the period.
    chance : float or None
        Of the quota.
    cleanup : Cleanup
    """

    quota: float | None
    booked: float
    weighted: Weighted
    low: float
    high: float
    new: float
    mean: float
    p10: float
    p90: float
    chance: float | None
    cleanup: Cleanup

    @property
    def gap(self) -> float | None:
        """What quota lacks when booked and weighted pipeline calibrated in period are taken from it."""
        if self.quota is None:
            return None
        return self.quota - self.booked - self.weighted.calibrated_in_period

    def flat(self) -> dict[str, Any]:
        """Return the numbers of a row of a table."""
        whole = asdict(self)
        weighted, cleanup = whole.pop("weighted"), whole.pop("cleanup")
        removed = cleanup.pop("removed")
        return {
            **whole, **{f"weighted_{name}": value for name, value in weighted.items()},
            **{f"disqualify_{name}": value for name, value in cleanup.items()},
            **{f"disqualify_{name}": value for name, value in removed.items()},
        }  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {**asdict(self), "gap": self.gap}


@dataclass(frozen=True, slots=True)
class Sight:
    """A period seen from the calibration: who is won in which draw, and every open opportunity's chance.

    Attributes
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    winners : Winners
    bookings : Bookings
    ids : array of n
        Of the open opportunities, in the order of ``view.chances``.
    value, typed : array of n
        What each counts if won; its typed probability where it is expected to close in the period, else nan.
    ever, in_period : array of n
        Calibrated chances, means over the draws.
    by_draw : array, draws x groups
        Chance of each group to be won in the period.
    """

    view: Outlook
    unit: Unit
    winners: Winners
    bookings: Bookings
    ids: np.ndarray
    value: Floats
    typed: Floats
    ever: Floats
    in_period: Floats
    by_draw: Floats

    def weighted(self, which: Bools) -> Weighted:
        """Return the weighted pipelines of some of the open opportunities."""
        value, typed = self.value[which], self.typed[which]
        crm = None if np.isnan(typed).all() else float(np.nansum(value * typed))
        return Weighted(crm, float(value @ self.ever[which]), float(value @ self.in_period[which]))

    def ranges(self, place: Ints, count: int) -> tuple[Floats, Floats]:
        """Return the 80% interval of the weighted pipeline calibrated in period, by place of the opportunities."""
        worth = np.zeros((self.by_draw.shape[1], count))
        np.add.at(worth, (self.view.chances.group, place), self.value)
        low, high = np.quantile(self.by_draw @ worth, (_LOW, _HIGH), axis=0)
        return low, high

    def won_of(self, which: Bools, place: Ints, count: int) -> Floats:
        """Return what some of the open opportunities book in each draw, draws x places."""
        order = pd.Series(np.where(which, place, count), index=self.view.chances.deal)
        segment = np.asarray(order.reindex(self.winners.deal).to_numpy(), dtype=np.int64)
        return open_sums(self.view, self.unit, self.winners, segment, count + 1)[:, :count]


def sight_of(view: Outlook, unit: Unit) -> Sight:
    """Return a period as seen from an outlook."""
    calibration, chances = view.calibration, view.chances
    known, deal = calibration.records, chances.deal
    winners = open_winners(view)
    due = (known.expected_close[deal] >= view.period.begin) & (known.expected_close[deal] < view.period.end)
    level = view.mean_level(view.period.begin)[:, None]
    by_draw = faster(chances.in_period[view.world], level)
    ever = faster(chances.ever[view.world], level).mean(axis=0)
    return Sight(
        view, unit, winners, draw_bookings(view, unit, winners), known.ids[deal],
        value_if_won(calibration, deal, unit), np.where(due, known.probability[deal], np.nan),
        ever[chances.group], by_draw.mean(axis=0)[chances.group], by_draw,
    )  # fmt: skip


def outcome_of_team(sight: Sight, target: float | None, flagged: Bools) -> Outcome:
    """Return what the period comes to for the team; ``flagged`` are those to disqualify."""
    nothing = np.zeros(len(sight.ids), dtype=np.int64)
    everything = np.ones(len(sight.ids), dtype=bool)
    low, high = sight.ranges(nothing, 1)
    gone = sight.won_of(flagged, nothing, 1)[:, 0]
    ends = (sight.weighted(everything), float(low[0]), float(high[0]))
    return _outcome(sight, sight.bookings, target, ends, (flagged, gone))


def outcomes_of_owners(
    sight: Sight, tables: CrmTables, quotas: Mapping[str, float], flagged: Bools
) -> dict[str, Outcome]:
    """Return what the period comes to for each owner, by name: draws that add up to the team's.

    Parameters
    ----------
    sight : Sight
    tables : CrmTables
        As known at the moment.
    quotas : mapping of str to float
        By owner.
    flagged : array of n, bool
        The open opportunities that are to be disqualified.

    Raises
    ------
    BadInput
        No opportunity names an owner.
    """
    roll = roll_up(sight.view, sight.unit, sight.winners, tables, "owner", quotas)
    owner = tables.opportunities.set_index("id")["owner"].reindex(sight.ids).fillna(NO_OWNER)
    place = np.asarray(pd.Index(roll.names).get_indexer(pd.Index(owner)), dtype=np.int64)
    place = np.where(
        place < 0, len(roll.names), place
    )  # nothing of theirs is won in any draw: they are in no part
    low, high = sight.ranges(place, len(roll.names) + 1)
    gone = sight.won_of(flagged, place, len(roll.names))
    found = {}
    for k, (name, part) in enumerate(_parts(roll)):
        mine = place == k
        quota = None if np.isnan(roll.targets[k]) else float(roll.targets[k])
        ends = (sight.weighted(mine), float(low[k]), float(high[k]))
        found[name] = _outcome(sight, part, quota, ends, (flagged & mine, gone[: len(part.open), k]))
    return found


def _parts(roll: RollUp) -> list[tuple[str, Bookings]]:
    return [part for k, part in enumerate(roll.parts()) if k != roll.rest]


def _outcome(
    sight: Sight,
    part: Bookings,
    quota: float | None,
    ends: tuple[Weighted, float, float],
    cut: tuple[Bools, Floats],
) -> Outcome:
    """Return the numbers of a page; ``cut`` are the opportunities to disqualify, and what they book in each draw."""
    (weighted, low, high), (flagged, gone), total = ends, cut, part.total
    p10, p90 = np.quantile(total, (_LOW, _HIGH))
    chances = [
        None if quota is None else float(reached(draws, quota).mean()) for draws in (total, total - gone)
    ]
    cleanup = Cleanup(
        int(flagged.sum()), float(sight.value[flagged].sum()), sight.weighted(flagged), chances[1]
    )
    return Outcome(
        quota, part.booked, weighted, low, high, float(part.new.mean()), float(total.mean()), float(p10), float(p90),
        chances[0], cleanup,
    )  # fmt: skip
