"""How things are timed: in turns, so that all that is compared meets the same machine in the same minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SEED = 7


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the defaults are those of ``make bench``.

    Attributes
    ----------
    runs : int
        Turns, each of which gives one value of every figure.
    customers : int
        Of a queue.
    told, repeats : int
        Replications that both engines tell in a turn, and how often the compiled one does, so that a clock can see it.
    grown : int
        Replications of a comparison, before they are ten times as many.
    compared, many : int
        Replications of ``pipecast compare``, and those of its long row.
    company, company_replications : int
        Reps of the large company, and its replications.
    starts : int
        Starts with an empty cache, each of which compiles everything.
    """

    runs: int = 5
    customers: int = 20_000
    told: int = 2
    repeats: int = 15
    grown: int = 20
    compared: int = 1_000
    many: int = 10_000
    company: int = 1_000
    company_replications: int = 200
    starts: int = 1


Action = Callable[[int], float]


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def mean_seconds(run: Callable[[int], object], numbers: Sequence[int]) -> float:
    """Return how long a run takes in the mean over the numbers that it is given."""
    start = time.perf_counter()
    for number in numbers:
        run(number)
    return (time.perf_counter() - start) / len(numbers)


def in_turns(actions: Mapping[str, Action], runs: int) -> dict[str, list[float]]:
    """Return what each action measured in each turn; an action is given the number of the turn."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(runs):
        for name, action in actions.items():
            found[name].append(action(turn))
    return found


def ratios(dividends: list[float], divisors: list[float]) -> list[float]:
    """Return the ratio of each turn."""
    return [one / other for one, other in zip(dividends, divisors, strict=True)]
