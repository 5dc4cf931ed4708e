"""Wins that are not yet created: what each is worth, drawn by several threads from one stream of luck."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from forecast.calibration.amounts import Amounts
from forecast.calibration.records import Floats, Ints
from forecast.calibration.short_luck import short_places
from forecast.calibration.streams import compiled, key_of, later, many
from simulations.processes import by_threads

Result = TypeVar("Result")
#: Name of the stream of which past win each new one is like.
OF_NEW = "amounts of new opportunities"
#: Amounts are drawn for about so many wins at a time, to bound memory.
_WINS = 200_000


@dataclass(frozen=True, slots=True)
class NewWins:
    """Wins of some draws that are not yet created, by draw.

    Attributes
    ----------
    first : int
        The first of these draws.
    before : int
        How many wins all draws before it have.
    wins, factor : array
        By draw: how many, and how much higher their amounts are than those of past wins in the draw's world.
    pool : array
        The amount of the past win that each of them is like.
    """

    first: int
    before: int
    wins: Ints
    factor: Floats
    pool: Floats

    @property
    def draw(self) -> Ints:
        """The draw of each win."""
        return np.repeat(np.arange(self.first, self.first + len(self.wins)), self.wins)

    @property
    def amount(self) -> Floats:
        """The amount of each win."""
        return self.pool * np.repeat(self.factor, self.wins)

    def sums(self) -> Floats:
        """Return the amount of all wins of each draw."""
        out, some = np.zeros(len(self.wins)), np.flatnonzero(self.wins)
        if len(some):
            out[some] = np.add.reduceat(self.pool, np.cumsum(self.wins[some]) - self.wins[some])
        return out * self.factor


def of_new_wins(
    wins: Ints,
    worth: tuple[Amounts, Floats],
    rng: np.random.Generator,
    work: Callable[[NewWins], Result],
    *,
    short: bool = False,
) -> Iterator[Result]:
    """Yield what some work makes of the wins that are not yet created, of some draws after another.

    Which past win each is like is drawn one after another; because every draw knows how many wins there were before it,
    several threads can draw and work, and the luck is always the same.

    Parameters
    ----------
    wins : array of D
        How many each draw has.
    worth : tuple
        Amounts of past wins, and by draw how much higher those of its world are.
    rng : Generator
        Fresh, of `forecast.calibration.streams.stream`.
    work : callable
        May be called by several threads at once.
    short : bool
        Whether the luck is short (`forecast.calibration.short_luck`): where very many wins are drawn.
    """
    amounts, factor = worth

    def done(own: slice, before: int) -> Result:
        count = int(wins[own].sum())
        pool = (
            amounts.pool.take(short_places(rng, before, count, len(amounts.pool)))
            if short
            else amounts.draw(count, later(rng, before))
        )
        return work(NewWins(own.start, before, wins[own], factor[own], pool))

    yield from in_spans(wins, done)


def in_spans(wins: Ints, work: Callable[[slice, int], Result]) -> Iterator[Result]:
    """Yield what some work makes of the draws, of about so many wins at a time as lie in memory together.

    Parameters
    ----------
    wins : array of D
        How many each draw has.
    work : callable
        Is told which draws, and how many wins all draws before them have; may be called by several threads at once.
    """
    passed = np.append(0, np.cumsum(wins))
    ends = np.unique(np.searchsorted(passed[1:], np.arange(_WINS, passed[-1] + _WINS, _WINS), side="right"))
    spans = list(pairwise([0, *ends[:-1].tolist(), len(wins)]))

    def done(_: None, span: int) -> Result:
        return work(slice(*spans[span]), int(passed[spans[span][0]]))

    yield from by_threads(lambda: None, done, len(spans))


def sums_of_new_wins(wins: Ints, worth: tuple[Amounts, Floats], rng: np.random.Generator) -> Floats:
    """Return the amount of all wins of each draw: what `of_new_wins` makes with `NewWins.sums`; parameters as there."""
    count, out, (amounts, factor) = int(wins.sum()), np.zeros(len(wins)), worth
    quick = compiled(count)
    if quick is None:
        return np.concatenate(list(of_new_wins(wins, worth, rng, NewWins.sums, short=many(count))))

    def add(own: slice, before: int) -> None:
        quick.sum_amounts(out[own], wins[own], before, amounts.pool, key_of(rng))

    deque(in_spans(wins, add), maxlen=0)
    return out * factor
