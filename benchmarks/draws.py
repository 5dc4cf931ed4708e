"""How many random numbers a replication draws, counted where they are drawn.

``python -m benchmarks.draws < scenario.json`` counts with compilation switched off, in a process of its own, and
prints the counts; `counts_of` starts it, and `draw` lets numpy draw as many.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path

import numpy as np

from benchmarks.clock import SEED
from simulations.scenario.model import Scenario, Steady

ROOT = Path(__file__).resolve().parents[1]
#: What draws, and what it draws: uniforms and normals. A gamma is counted by its shape, whatever it is made of.
DRAWING = {
    "philox": (2, 0),
    "word_pair": (2, 0),
    "uniform_pair": (2, 0),
    "uniform": (1, 0),
    "uniform_in_loop": (1, 0),
    "normal": (0, 1),
    "normal_and_uniform": (1, 1),
    "gamma": (0, 0),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """The random numbers of one replication.

    Attributes
    ----------
    uniforms, normals : int
    gammas : tuple of (shape, number)
    leads : int
        That the replication knew of.
    """

    uniforms: int
    normals: int
    gammas: tuple[tuple[float, int], ...]
    leads: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.uniforms + self.normals + sum(number for _, number in self.gammas)


def counts_of(scenario: Scenario) -> Counts:
    """Return the counts of replication 0 under the steady cadence.

    Raises
    ------
    subprocess.CalledProcessError
        The process that counts failed; its words are on standard error.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.draws"],
        input=scenario.model_dump_json(),
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    gammas = tuple((float(shape), int(number)) for shape, number in told.pop("gammas"))
    return Counts(**told, gammas=gammas)


def draw(counts: Counts, seed: int) -> None:
    """Let numpy draw as many numbers from Philox, each kind in one call."""
    generator = np.random.Generator(np.random.Philox(seed))
    generator.random(counts.uniforms)
    generator.standard_normal(counts.normals)
    for shape, number in counts.gammas:
        generator.standard_gamma(shape, number)


class Watch:
    """Counts what the functions that draw are asked for from outside; what they ask of each other is part of it."""

    def __init__(self) -> None:
        self.drawn: Counter[str] = Counter()
        self.gammas: Counter[float] = Counter()
        self._inside = False

    def over(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """Return the function, watched."""

        @wraps(function)
        def watched(*given: float) -> object:
            if self._inside:
                return function(*given)
            self._inside = True
            self.drawn[name] += 1
            if name == "gamma":
                self.gammas[float(given[0])] += 1
            try:
                return function(*given)
            finally:
                self._inside = False

        return watched

    def counts(self, leads: int) -> Counts:
        """Return what was counted."""
        uniforms, normals = (
            sum(number * DRAWING[name][kind] for name, number in self.drawn.items()) for kind in (0, 1)
        )
        return Counts(uniforms, normals, tuple(sorted(self.gammas.items())), leads)


def _watch_all(watch: Watch) -> None:
    """Put the watch before every name by which a module of the simulation calls what draws."""
    from simulations import randomness

    originals = {name: getattr(randomness, name, None) for name in DRAWING}
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("simulations")]
    for name, original in originals.items():
        if original is None:
            continue
        watched = watch.over(name, original)
        for module in ours:
            if getattr(module, name, None) is original:
                setattr(module, name, watched)


def main() -> None:
    """Count the draws of the scenario on standard input, and print them."""
    from simulations.engine import Machine
    from simulations.plan import make_plan

    machine = Machine(make_plan(Scenario.model_validate_json(sys.stdin.read())))
    watch = Watch()
    _watch_all(watch)
    with warnings.catch_warnings():
        # Words of 64 bits are meant to overflow: compiled they do so silently.
        warnings.simplefilter("ignore", RuntimeWarning)
        machine.run(Steady(), SEED, 0, keep_journal=False)
    print(json.dumps(asdict(watch.counts(machine.leads_made()))))


if __name__ == "__main__":
    main()
