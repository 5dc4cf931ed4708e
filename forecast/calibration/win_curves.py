"""From hazards to the chance that an opportunity is won within h days, or ever."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.hazards import Hazards
from forecast.calibration.records import Floats, Ints
from simulations.processes import by_threads

#: Steps into which a horizon is divided; a step is at least half a clock day.
STEPS, SHORTEST_STEP = 90, 0.5
#: Opportunities that are looked at at a time, to bound memory.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class WinCurves:
    """Chances of winning by time since entering each stage, P draws.

    Attributes
    ----------
    hazards : Hazards
    step : float
        Clock days between grid points.
    fresh : array, P x S x T
        Chance that an opportunity that has just entered the stage is won within t steps, t = 0, 1, ...;
        0 at t = 0.
    """

    hazards: Hazards
    step: float
    fresh: Floats

    def fresh_within(self, stage: int, horizon: Floats) -> Floats:
        """Return the chance of a win within horizons (clock days) from entering a stage, P x n."""
        return _between(self.fresh[:, stage, :], horizon / self.step)

    def within(self, stage: Ints, age: Floats, horizons: Floats) -> Floats:
        """Return the chance of a win within horizons, given still open in the stage at the age.

        Parameters
        ----------
        stage, age : array of n
            Current stage, and clock days in it.
        horizons : array of m
            Clock days from now, not above the horizon of the curves.

        Returns
        -------
        array, P x n x m
        """

        def some(_: None, at: int) -> Floats:
            own = slice(at * _AT_ONCE, (at + 1) * _AT_ONCE)
            return self._within(stage[own], age[own], horizons)

        won = list(by_threads(lambda: None, some, -(-len(stage) // _AT_ONCE), batch=1))
        return np.concatenate(won, axis=1) if won else np.zeros((self.hazards.draws, 0, len(horizons)))

    def _within(self, stage: Ints, age: Floats, horizons: Floats) -> Floats:
        steps, left = self.fresh.shape[2] - 1, horizons / self.step
        leave, stay, place = _steps_of(self.hazards, stage, age, (self.step, steps))
        alive = np.ones((self.hazards.draws, len(stage)))
        won = np.zeros((self.hazards.draws, len(stage), len(horizons)))
        for u in range(min(steps, int(np.ceil(left.max(initial=0.0))))):
            here, later = leave[:, :, place[:, u]], self._then(left - u)
            for m in np.flatnonzero(left > u):
                chance = here[-1] + sum(here[s] * later[s, :, m, None] for s in range(self.hazards.stages))
                won[:, :, m] += min(left[m] - u, 1.0) * alive * chance
            alive *= stay[:, place[:, u]]
        return won

    def _then(self, remaining: Floats) -> Floats:
        """Return the chance of a win after entering each stage, even over the coming step, S x P x m, with steps remaining."""
        most, least = np.maximum(remaining, 0.0), np.maximum(remaining - 1, 0.0)
        return np.stack([self._mean(s, least, most) for s in range(self.hazards.stages)])

    def _mean(self, stage: int, least: Floats, most: Floats) -> Floats:
        """Return the mean chance over the steps that may be left."""
        curve = self.fresh[:, stage, :]
        return (_between(curve, least) + _between(curve, most)) / 2

    def ever(self, stage: Ints, age: Floats) -> Floats:
        """Return the chance of a win at any time, given still open in the stage at the age, P x n."""
        hazards = self.hazards
        at_start = _ever_by_class(hazards)
        place = hazards.class_of(stage, age)
        rate = hazards.rate[:, stage, place, :]
        following = np.append(hazards.edges, np.full((hazards.stages, 1), np.inf), axis=1)[stage, place + 1]
        last = np.isinf(following)
        width = np.where(last, 0.0, following - age)
        next_class = np.minimum(place + 1, hazards.edges.shape[1] - 1)
        inside = _class_value(rate, width[None, :], at_start.fresh, at_start.at_edge[:, stage, next_class])
        return np.asarray(np.where(last, at_start.at_edge[:, stage, place], inside))


@dataclass(frozen=True, slots=True)
class _Ever:
    """Chance to be won ever: fresh in each stage (P x S) and at each class's beginning (P x S x B)."""

    fresh: Floats
    at_edge: Floats


def win_curves(hazards: Hazards, horizon: float) -> WinCurves:
    """Return the chances of winning within every step up to a horizon (clock days).

    The Aalen-Johansen estimator of a semi-Markov process: first passage from each stage by its
    competing hazards, then the same from the stage entered; opportunities may skip stages and come
    back. Leavings are even over their step, and chances linear in it (the trapezoidal rule), so the
    error falls with the square of the step.

    Assumed: how long a stage lasts and where it leads hang on the stage alone, not on the way to it (Aalen & Johansen 1978;
    semi-Markov).
    """
    step = max(SHORTEST_STEP, horizon / STEPS)
    steps = int(np.ceil(horizon / step)) + 1
    stages, leave = hazards.stages, first_leavings(hazards, step, steps)
    onward, wins = leave[..., :stages], np.cumsum(leave[..., stages], axis=2)
    fresh = np.zeros((hazards.draws, stages, steps + 1))
    middle = np.zeros((hazards.draws, stages, steps))
    first = onward[:, :, 0, :] / 2
    this_step = np.linalg.inv(np.eye(stages) - first)
    for t in range(1, steps + 1):
        through = np.einsum("psuj,pju->ps", onward[:, :, 1:t, :], middle[:, :, : t - 1][:, :, ::-1])
        through += np.einsum("psj,pj->ps", first, fresh[:, :, t - 1])
        fresh[:, :, t] = np.einsum("psj,pj->ps", this_step, wins[:, :, t - 1] + through)
        middle[:, :, t - 1] = (fresh[:, :, t - 1] + fresh[:, :, t]) / 2
    return WinCurves(hazards, step, fresh)


def first_leavings(hazards: Hazards, step: float, steps: int) -> Floats:
    """Return the chance to leave each stage in each step after entering it, by cause, P x S x T x (S + 2)."""
    cumulative = hazards.cumulative()
    age = np.asarray(np.arange(1, steps + 1) * step, dtype=np.float64)
    out = np.zeros((hazards.draws, hazards.stages, steps, hazards.stages + 2))
    for stage in range(hazards.stages):
        reached = hazards.at(cumulative, np.full(steps, stage), age)
        grown = np.diff(reached, axis=1, prepend=0.0)
        before = np.exp(-(reached.sum(axis=2) - grown.sum(axis=2)))
        out[:, stage] = _split(grown) * before[:, :, None]
    return out


def _steps_of(
    hazards: Hazards, stage: Ints, age: Floats, grid: tuple[float, int]
) -> tuple[Floats, Floats, Ints]:
    """Return what may happen in every step from an age on; opportunities that come to one age in a stage share it.

    Returns
    -------
    tuple
        Chance to leave to each stage and to win, (S + 1) x P x M, and to stay, P x M, for one still there; and which of
        the M each opportunity meets in each step, n x steps.
    """
    step, steps = grid
    ages = age[:, None] + step * np.arange(steps)
    apart = np.ceil(ages.max(initial=0.0) / step) + 1
    key = np.round(ages / step, 6) + apart * stage[:, None]
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    where, at = np.broadcast_to(stage[:, None], ages.shape).ravel()[first], ages.ravel()[first]
    cumulative = hazards.cumulative()
    gone = _split(hazards.at(cumulative, where, at + step) - hazards.at(cumulative, where, at))
    leave = np.ascontiguousarray(np.moveaxis(gone, 2, 0))
    return leave[:-1], np.asarray(1 - leave.sum(axis=0)), place.reshape(ages.shape).astype(np.int64)


def _split(hazard: Floats) -> Floats:
    """Return the chances to leave by cause from the hazards grown; the last axis holds the causes."""
    whole = hazard.sum(axis=-1, keepdims=True)
    share = np.divide(-np.expm1(-whole), whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(hazard * share)


def _between(curve: Floats, at: Floats) -> Floats:
    """Return a curve on the grid of steps (last axis) at fractional steps, linearly."""
    last = curve.shape[-1] - 1
    x = np.clip(at, 0.0, last)
    low = np.minimum(x.astype(np.int64), max(last - 1, 0))
    part = x - low
    return np.asarray(curve[..., low] * (1 - part) + curve[..., np.minimum(low + 1, last)] * part)


def _class_value(rate: Floats, width: Floats, fresh: Floats, after: Floats) -> Floats:
    """Return the chance of a win ever from within a class: by leaving in its width, else as after it."""
    stages = fresh.shape[1]
    whole = rate.sum(axis=-1)
    leave = -np.expm1(-whole * width)
    through = np.einsum("pnj,pj->pn", rate[..., :stages], fresh) + rate[..., stages]
    value = np.divide(through, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(leave * value + (1 - leave) * after)


def _ever_by_class(hazards: Hazards) -> _Ever:
    """Solve the chances of a win ever: linear in those of the stages entered."""
    stages, classes = hazards.stages, hazards.edges.shape[1]
    size = stages + 1
    # Coefficients of (fresh stages, 1) at each class's beginning, from the last class backward.
    value = np.zeros((hazards.draws, stages, classes, size))
    for stage in range(stages):
        after = np.zeros((hazards.draws, size))
        edges = np.append(hazards.edges[stage], np.inf)
        for b in range(int(np.isfinite(edges).sum()) - 1, -1, -1):
            rate = hazards.rate[:, stage, b, :]
            whole = rate.sum(axis=1)
            width = edges[b + 1] - edges[b]
            leave = -np.expm1(-whole * width) if np.isfinite(width) else np.ones_like(whole)
            share = np.divide(rate[:, :size], whole[:, None], out=np.zeros_like(rate[:, :size]),
                              where=whole[:, None] > 0)  # fmt: skip
            after = leave[:, None] * share + (1 - leave)[:, None] * after
            value[:, stage, b] = after
    begin = value[:, :, 0, :]
    fresh = np.linalg.solve(np.eye(stages) - begin[..., :stages], begin[..., stages:])[..., 0]
    at_edge = np.einsum("psbj,pj->psb", value[..., :stages], fresh) + value[..., stages]
    return _Ever(np.asarray(fresh, dtype=np.float64), np.asarray(at_edge, dtype=np.float64))
