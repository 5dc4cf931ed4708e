"""Bookings by owner, team, source, product or month: the same draws as the total, so that parts add up in each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from forecast.bookings import (
    Bookings,
    Outlook,
    Unit,
    each_new_win,
    new_wins,
    open_sums,
)
from forecast.calibration.records import Floats, Ints
from forecast.calibration.streams import compiled, key_of, many, stream
from forecast.new_wins import OF_NEW, NewWins, in_spans
from forecast.rollups.columns import columns_of, quantiles_of
from forecast.rollups.months import month_of_new, month_sums
from forecast.rollups.segments import By, Segments, month_edges, segments_of, team_of_owner
from forecast.rollups.sharing import ByShares, dealer_of
from forecast.winners import Winners
from simulations.processes import by_threads
from simulations.tables import CrmTables

LOW, HIGH = 0.1, 0.9
NO_QUOTAS: Mapping[str, float] = MappingProxyType({})
#: Draws x parts that are kept at most, to bound memory: of more parts, fewer draws.
MOST_CELLS = 20_000_000
#: Parts that are looked at at a time.
_COLUMNS = 256
#: Where the segment of each win is found: from its draw and its amount, and from how many wins all draws before have.
Dealer = Callable[[Ints, Floats, int], Ints]


@dataclass(frozen=True, slots=True)
class RollUp:
    """Draws of bookings by part; draw d of every part, of the total and of every other roll-up is the same world.

    Of more than 2,000 parts fewer draws than the total has are kept: the first ones.

    Attributes
    ----------
    by : {"owner", "team", "source", "product", "month"}
    names : tuple of str
        Of the parts, by mean, the largest first, the rest last; months in their order.
    booked : array of K
        Won in the period before the moment of knowledge.
    open, new : array, D x K
        From opportunities that are open now, and from those not yet created.
    rest : int or None
        Position of what will be created by nobody seen lately ("not yet owned"); None for months, and where nothing is.
    targets : array of K
        Quotas of the owners, or of the owners of a team together; nan where none is known.
    """

    by: By
    names: tuple[str, ...]
    booked: Floats
    open: Floats
    new: Floats
    rest: int | None
    targets: Floats

    @property
    def total(self) -> Floats:
        """All that each part books, D x K."""
        return self.booked + self.open + self.new

    def parts(self) -> tuple[tuple[str, Bookings], ...]:
        """Return the name and the bookings of each part."""
        return tuple(
            (name, Bookings(float(self.booked[k]), self.open[:, k], self.new[:, k]))
            for k, name in enumerate(self.names)
        )

    def chances(self) -> Floats:
        """Return each part's chance to reach its target, K; nan where it has none."""
        found = [
            np.nan if np.isnan(target) else part.chance_of(float(target))
            for (_, part), target in zip(self.parts(), self.targets, strict=True)
        ]
        return np.array(found, dtype=np.float64)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each part, by name: booked, means of open, new and all, quantiles of all, target, chance."""
        some = by_threads(lambda: None, self._some_columns, -(-len(self.names) // _COLUMNS), batch=1)
        found = np.concatenate([np.zeros((6, 0)), *some], axis=1)
        columns = {
            "booked": self.booked, "open": found[0], "new": found[1], "mean": found[2],
            "p10": found[3], "p50": found[4], "p90": found[5], "target": self.targets,
            "chance": self.chances(),
        }  # fmt: skip
        return pd.DataFrame(columns, index=pd.Index(self.names, name=self.by, dtype="str"))

    def _some_columns(self, _: None, at: int) -> Floats:
        """Return means of open, new and all, and quantiles of all, of some parts: a row each."""
        own = slice(at * _COLUMNS, (at + 1) * _COLUMNS)
        open_, new = self.open[:, own], self.new[:, own]
        total = self.booked[own] + open_ + new
        means = (open_.mean(axis=0), new.mean(axis=0), total.mean(axis=0))
        return np.array([*means, *quantiles_of(total, (LOW, 0.5, HIGH))])

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the draws as plain values."""
        frame = self.to_frame().reset_index(names="name").astype(object)
        rows = frame.where(frame.notna(), None).to_dict("records")
        rest = None if self.rest is None else self.names[self.rest]
        return {"by": self.by, "rest": rest, "draws": len(self.open), "parts": rows}


def roll_up(
    view: Outlook,
    unit: Unit,
    winners: Winners,
    tables: CrmTables,
    by: By,
    quotas: Mapping[str, float] = NO_QUOTAS,
) -> RollUp:
    """Return the bookings of a period by part.

    Who is won of the open opportunities, how many new ones are, and every amount that is drawn are those of the total:
    only where they count is added. What is not yet created is dealt to owners, sources and products by
    `forecast.rollups.sharing.learn_shares`; a team's part is the sum of its owners' parts. A month's part holds what is won in
    it: the day of a win within the period follows the win curves and the draw's weekly levels.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    winners : Winners
        Those that the total was added up from.
    tables : CrmTables
        As known at the moment of knowledge.
    by : {"owner", "team", "source", "product", "month"}
    quotas : mapping of str to float
        Target of owners.

    Raises
    ------
    BadInput
        The tables do not know such segments.
    """
    return rolled_up(view, winners, dealt(view, unit, tables, by), quotas)


@dataclass(frozen=True, slots=True)
class Dealt:
    """What a roll-up has before it is known who is won of the open opportunities.

    Attributes
    ----------
    by, unit, tables
        As of `roll_up`.
    segments : Segments or None
        None for months, which have nothing else either.
    new : array, D x K, or None
        What is won in each segment of opportunities not yet created; the roll-up takes it over, so that it serves one.
    """

    by: By
    unit: Unit
    tables: CrmTables
    segments: Segments | None = None
    new: Floats | None = None


def dealt(view: Outlook, unit: Unit, tables: CrmTables, by: By) -> Dealt:
    """Return what `rolled_up` needs beside the winners; parameters and errors as of `roll_up`."""
    if by == "month":
        return Dealt(by, unit, tables)
    segments = segments_of(tables, view.calibration.records, view.period, "owner" if by == "team" else by)
    shape = (min(MOST_CELLS // len(segments.names), len(view.levels)), len(segments.names))
    wins = new_wins(view).sum(axis=1)
    dealer = dealer_of(view, segments, short=many(int(wins.sum())))
    return Dealt(by, unit, tables, segments, _new_sums(view, unit, dealer, wins, shape))


def rolled_up(
    view: Outlook, winners: Winners, told: Dealt, quotas: Mapping[str, float] = NO_QUOTAS
) -> RollUp:
    """Return the bookings of a period by part; see `roll_up`."""
    by, unit, segments, new = told.by, told.unit, told.segments, told.new
    if segments is None or new is None:
        return _by_month(view, unit, winners)
    kept, count = new.shape
    parts = (
        _booked(view, unit, segments.place, count),
        open_sums(view, unit, winners.of_draws(kept), segments.place[winners.deal], count),
        new,
    )
    of_owner = [quotas.get(name, np.nan) if by in ("owner", "team") else np.nan for name in segments.names]
    targets = np.array(of_owner, dtype=np.float64)
    if by != "team":
        return _sorted(RollUp(by, segments.names, *parts, segments.rest, targets))
    names, place = team_of_owner(told.tables, segments)
    booked, open_, new = (_joined(part, place, len(names)) for part in parts)
    given = np.bincount(place, ~np.isnan(targets), minlength=len(names)) > 0
    whole = np.where(given, np.bincount(place, np.nan_to_num(targets), minlength=len(names)), np.nan)
    return _sorted(RollUp(by, names, booked, open_, new, len(names) - 1, whole))


def _joined(part: Floats, place: Ints, count: int) -> Floats:
    """Return columns summed by the place that they go to; the last axis holds them."""
    whole = np.zeros((count, *part.shape[:-1])).T
    for column, goal in enumerate(place):
        whole[..., goal] += part[..., column]
    return whole


def _booked(view: Outlook, unit: Unit, place: Ints, count: int) -> Floats:
    """Return what was won in the period before the moment, by place; missing amounts count 0."""
    known, period = view.calibration.records, view.period
    won = np.flatnonzero(known.won & (known.closed >= period.begin) & (known.closed < period.end))
    value = np.ones(len(won)) if unit == "deals" else np.nan_to_num(known.amount[won])
    return np.bincount(place[won], value, minlength=count).astype(np.float64)


def _new_sums(view: Outlook, unit: Unit, dealer: Dealer, of_all: Ints, shape: tuple[int, int]) -> Floats:
    """Return what is won of opportunities not yet created, draws x segments; ``of_all``: wins of every draw."""
    out, count = np.zeros(shape[::-1]).T, shape[1]
    wins, all_wins = of_all[: len(out)], int(of_all.sum())  # luck is that of the total, however many are kept
    if unit == "deals" and not view.calibration.amounts.known:
        draw = np.repeat(np.arange(len(wins)), wins)
        np.add.at(out, (draw, dealer(draw, np.zeros(len(draw)), 0)), 1.0)
        return out
    quick = compiled(all_wins)
    if quick is not None and isinstance(dealer, ByShares):
        shares, amounts = dealer.shares, view.calibration.amounts
        luck = np.stack([key_of(stream(view.seed, OF_NEW)), key_of(dealer.rng)])

        def deal(own: slice, before: int) -> None:
            of_draws = (shares.edges, dealer.world[own], shares.slots)
            worth = (amounts.pool, dealer.factor[own], unit != "deals")
            # By draw, then turned: what one draw deals lies together.
            found = np.zeros((own.stop - own.start, count))
            quick.deal_amounts(found, (wins[own], before), worth, of_draws, luck)
            out[own] = found

        deque(in_spans(wins, deal), maxlen=0)
        return out

    def add(some: NewWins) -> None:
        draw, amount, draws = some.draw, some.amount, len(some.wins)
        place = (draw - some.first) * count + dealer(draw, amount, some.before)
        value = None if unit == "deals" else amount
        found = np.bincount(place, value, minlength=draws * count)
        out[some.first : some.first + draws] += found.reshape(-1, count)

    deque(each_new_win(view, wins, add, short=many(all_wins)), maxlen=0)
    return out


def _by_month(view: Outlook, unit: Unit, winners: Winners) -> RollUp:
    names, edges = month_edges(view.period)
    count = len(names)
    known = view.calibration.records
    place = np.clip(np.searchsorted(edges, np.nan_to_num(known.closed), side="right") - 1, 0, count - 1)
    wins = new_wins(view)
    new = _new_sums(view, unit, month_of_new(view, edges, wins), wins.sum(axis=1), (winners.draws, count))
    booked, open_ = _booked(view, unit, place, count), month_sums(view, unit, winners, edges)
    return RollUp("month", names, booked, open_, new, None, np.full(count, np.nan))


def _sorted(whole: RollUp) -> RollUp:
    """Return the parts by mean, the largest first and the rest last, without those that are nothing in any draw."""
    mean = whole.booked + (whole.open.sum(axis=0) + whole.new.sum(axis=0)) / max(len(whole.open), 1)
    order = np.argsort(-mean, kind="stable")
    order = order[(mean[order] > 0) | ~np.isnan(whole.targets[order])]
    order = np.concatenate((order[order != whole.rest], order[order == whole.rest]))
    rest = len(order) - 1 if whole.rest in order else None
    return RollUp(
        whole.by, tuple(whole.names[k] for k in order), whole.booked[order], columns_of(whole.open, order),
        columns_of(whole.new, order), rest, whole.targets[order],
    )  # fmt: skip
