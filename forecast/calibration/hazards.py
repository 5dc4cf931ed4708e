"""How fast opportunities leave a stage, by age in it and by where they go: draws of competing hazards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.effective_number import worth_of
from forecast.calibration.records import CENSORED, Floats, Ints
from simulations.processes import by_threads

#: Events that an age class should hold, and the most classes a stage may have.
EVENTS_A_CLASS, MOST_CLASSES = 8, 80
NARROWEST = 0.5
#: Events that the prior of one age class is worth, at its own pace or at the prior's, whichever is less time
#: at risk: they leave as from the classes around, so many on either side.
PRIOR_EVENTS, AROUND = 1.0, 2
#: Beyond the oldest age at which anything advanced or was won, the prior pace of doing so is this share.
TAIL_PACE = 0.05


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays in stages on the clock of working time, left-truncated and right-censored.

    Attributes
    ----------
    stage : array of int
    begin, end : array
        Age in the stage, in clock days, when the stay comes under observation and when it ends.
    cause : array of int
        Stage entered next; S won; S + 1 lost; `CENSORED` while it lasts.
    ago : array or None
        Clock days from entering the stage to the moment of knowledge; None where recency does not count.
    """

    stage: Ints
    begin: Floats
    end: Floats
    cause: Ints
    ago: Floats | None = None

    def of(self, stage: int) -> Stays:
        """Return the stays in one stage."""
        at = self.stage == stage
        ago = None if self.ago is None else self.ago[at]
        return Stays(self.stage[at], self.begin[at], self.end[at], self.cause[at], ago)


@dataclass(frozen=True, slots=True)
class Memory:
    """How much less counts what lies further back: half after each half-life.

    Attributes
    ----------
    half_life : float
        Clock days; infinite where all counts alike.
    """

    half_life: float = np.inf

    @property
    def decay(self) -> float:
        """Share forgotten a clock day."""
        return float(np.log(2) / self.half_life)

    def weights(self, stays: Stays) -> Floats:
        """Return what the end of each stay counts."""
        if stays.ago is None or self.decay == 0:
            return np.ones(len(stays.end))
        return np.asarray(np.exp(self.decay * (stays.end - stays.ago)))

    def lived(self, stays: Stays, age: Floats, edges: Floats) -> Floats:
        """Return the weighted days of all stays up to an age of each: before the first edge, between edges, after the last.

        A day at age a of a stay entered so long ago counts exp(decay (a - ago)); its integral from edge to min(age, next)
        is exp(decay (edge - ago)) (exp(decay (min - edge)) - 1) / decay. Summed by the edges between which the ages lie,
        so that nothing is sorted and no small sum is the difference of large ones.
        """
        lives = age > 0  # what has not lived has no days
        age, ago = age[lives], None if stays.ago is None else stays.ago[lives]
        decay = 0.0 if ago is None else self.decay
        base = np.ones(len(age)) if ago is None else np.exp(-decay * ago)
        place = np.searchsorted(edges, age, side="left")  # an age on an edge lies below it
        begins = np.append(0.0, edges)
        own = np.bincount(place, base * _grown(decay, begins[place], age), minlength=len(begins))
        older = np.bincount(place, base, minlength=len(begins))
        older = np.append(np.cumsum(older[::-1])[::-1][1:], 0.0)  # from the oldest on: the smallest first
        return np.asarray(own + older * np.append(_grown(decay, begins[:-1], edges), 0.0), dtype=np.float64)

    def by_class(self, stays: Stays, edges: Floats) -> Floats:
        """Return the weighted days that stays spent between their begin and end in each age class, the last endless."""
        return (self.lived(stays, stays.end, edges) - self.lived(stays, stays.begin, edges))[1:]


def _grown(decay: float, begin: Floats, end: Floats) -> Floats:
    """Return the integral of exp(decay a) over ages a."""
    return np.asarray(
        end - begin if decay == 0 else np.exp(decay * begin) * np.expm1(decay * (end - begin)) / decay
    )


@dataclass(frozen=True, slots=True)
class Hazards:
    """Hazards constant within age classes; P draws, S stages, B classes, S + 2 causes.

    Attributes
    ----------
    edges : array, S x B
        Age at which each class begins, in clock days; classes that a stage does not have begin at inf.
    rate : array, P x S x B x (S + 2)
        Leavings a clock day.
    """

    edges: Floats
    rate: Floats

    @property
    def stages(self) -> int:
        """The number of stages."""
        return int(self.edges.shape[0])

    @property
    def draws(self) -> int:
        """The number of parameter draws."""
        return int(self.rate.shape[0])

    def cumulative(self) -> Floats:
        """Return the cumulative hazard at the beginning of each class; same shape as ``rate``."""
        width = np.diff(np.where(np.isinf(self.edges), np.nan, self.edges), axis=1)
        grown = self.rate[:, :, :-1, :] * np.nan_to_num(width)[None, :, :, None]
        start = np.zeros_like(self.rate[:, :, :1, :])
        return np.concatenate((start, np.cumsum(grown, axis=2)), axis=2)

    def at(self, cumulative: Floats, stage: Ints, age: Floats) -> Floats:
        """Return cumulative hazards at ages, P x n x (S + 2), from what `cumulative` gave."""
        place = self.class_of(stage, age)
        beyond = age - self.edges[stage, place]
        return cumulative[:, stage, place, :] + self.rate[:, stage, place, :] * beyond[None, :, None]

    def class_of(self, stage: Ints, age: Floats) -> Ints:
        """Return the age class of each age."""
        passed = (self.edges[stage] <= age[:, None]).sum(axis=1)
        return np.asarray(np.maximum(passed - 1, 0), dtype=np.int64)


def estimate_hazards(
    stays: Stays, stages: int, draws: int, rng: np.random.Generator, memory: Memory | None = None
) -> Hazards:
    """Return draws of the hazards of leaving each stage.

    The discrete-time cause-specific hazard (events over the number at risk, Kaplan and Meier 1958;
    Aalen and Johansen 1978) of each age class has a Dirichlet posterior: the classes are independent
    (a beta process, Hjort 1990), the prior is worth `PRIOR_EVENTS` events at the pace of the classes
    around, shrunk toward the stage's and that toward all stages'. Draw 0 is the posterior mean. Classes
    hold about eight events, so that a hump or a minute of automatic declines stands in classes of its
    own and bends little beside it. The last class begins at the oldest age at which anything advanced;
    in it opportunities also die unrecorded, at one over that age: without it, records that never tell a
    loss would say that all are won some day.

    Events and days at risk count less the longer ago they were (a power prior, Ibrahim and Chen 2000, that decays
    with time): what changed is forgotten; draws vary as the luck of such weights does (Kish 1965).

    Assumed: stays are independent given stage and age, and being still open tells nothing of what would have come.

    Parameters
    ----------
    stays : Stays
    stages, draws : int
    rng : Generator
    memory : Memory, optional
        All counts alike unless told.
    """
    kept = Memory() if memory is None else memory
    found = list(by_threads(lambda: None, lambda _, one: _seen(stays.of(one), kept, stages), stages, batch=1))
    most = max(len(one.edges) for one in found)
    edges = np.full((stages, most), np.inf)
    rate = np.zeros((draws, stages, most, stages + 2))
    pace = _stage_pace(np.array([one.days for one in found]), np.array([one.left for one in found]))
    for stage, one in enumerate(found):
        own = one.edges
        edges[stage, : len(own)] = own
        rate[:, stage, : len(own)] = _rates(one, pace[stage], (draws, rng))
        rate[:, stage, len(own) - 1, -1] += 1 / max(float(own[-1]), 1.0)
    return Hazards(edges, rate)


def _edges(stays: Stays, stages: int) -> Floats:
    """Return where the age classes of a stage begin: 0, quantiles of the leavings, the oldest advance.

    What counts little by now makes classes all the same: wider ones would bend the curve.
    """
    gone = stays.cause != CENSORED
    ages = np.sort(stays.end[gone])
    ahead = stays.end[gone & (stays.cause <= stages)]
    oldest = float(ahead.max()) + NARROWEST if len(ahead) else NARROWEST
    ages = ages[ages < oldest]
    wanted = int(np.clip(len(ages) // EVENTS_A_CLASS, 1, MOST_CLASSES))
    inner = np.quantile(ages, np.arange(1, wanted) / wanted) if len(ages) else np.array([])
    edges = [0.0]
    for edge in np.round(inner / NARROWEST) * NARROWEST:
        if edge >= edges[-1] + NARROWEST and edge <= oldest - NARROWEST:
            edges.append(float(edge))
    return np.array([*edges, oldest])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen in one stage: age classes, leavings by class and cause, how many were at risk; and days in all."""

    edges: Floats
    count: Floats
    left: Floats
    at_risk: Floats
    days: float


def _seen(stays: Stays, memory: Memory, stages: int) -> _Seen:
    """Return what the stays in one stage show; what counts little by now makes classes all the same."""
    edges, causes, nowhere, gone = _edges(stays, stages), stages + 2, np.zeros(0), stays.cause != CENSORED
    cause, end, weight = stays.cause[gone], stays.end[gone], memory.weights(stays)[gone]
    place = np.searchsorted(edges, end, side="right") - 1
    counted = np.bincount(place * causes + cause, weight, minlength=len(edges) * causes).astype(np.float64)
    left_over = np.append(edges[1:], np.inf)[place] - end
    left_over = np.where(np.isinf(left_over), 0.0, left_over) * weight
    tells = worth_of(weight)
    days = tells * (_exposure(stays, memory, edges) + np.bincount(place, left_over, len(edges)))
    in_all = (memory.lived(stays, stays.end, nowhere) - memory.lived(stays, stays.begin, nowhere))[0]
    left = np.bincount(cause, weight, minlength=causes).astype(np.float64)
    counted = tells * counted.reshape(-1, causes)
    return _Seen(edges, counted, left, days / _widths(edges), float(in_all))


def _stage_pace(exposure: Floats, count: Floats) -> Floats:
    """Return leavings a clock day by stage and cause, shrunk toward the pace of all stages; 0 where never seen."""
    stages = len(exposure)
    total = max(float(exposure.sum()), 1.0)
    kind = np.arange(stages + 2) <= stages
    ahead, lost = count[:, kind].sum() / stages, count[:, ~kind].sum()
    overall = np.where(kind, ahead, lost) / total
    half = 0.5  # an event, as in Jeffreys' prior of a rate
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = (count + half) / (exposure[:, None] + half / overall)
    return np.asarray(np.where((count > 0) & (overall > 0), pace, 0.0))


def _widths(edges: Floats) -> Floats:
    """Return the clock days of each age class; of the endless last one as many as passed before it, 30 at least."""
    return np.append(np.diff(edges), max(edges[-1], 30.0))


def _rates(seen: _Seen, pace: Floats, how: tuple[int, np.random.Generator]) -> Floats:
    """Return hazard draws of one stage, P x classes x causes."""
    width, count, at_risk = _widths(seen.edges), seen.count, seen.at_risk
    prior = np.vstack((_around(count[:-1], at_risk[:-1] * width[:-1], pace), pace))
    prior[-1, :-1] *= TAIL_PACE
    chance = _leaving(count, at_risk, prior * width[:, None], how)
    leave = np.minimum(chance.sum(axis=2, keepdims=True), 1 - 1e-9)
    share = np.divide(chance, leave, out=np.zeros_like(chance), where=leave > 0)
    return np.asarray(-np.log1p(-leave) * share / width[None, :, None])


def _exposure(stays: Stays, memory: Memory, edges: Floats) -> Floats:
    """Return weighted clock days spent in each class."""
    return memory.by_class(stays, edges)


def _around(count: Floats, time: Floats, pace: Floats) -> Floats:
    """Return the pace of each class with those around it, by cause, shrunk by one event toward the stage's."""
    at = np.arange(len(count))
    low, high = np.maximum(at - AROUND, 0), np.minimum(at + AROUND + 1, len(count))
    events, days = (
        np.diff(np.concatenate((np.zeros_like(part[:1]), np.cumsum(part, axis=0)))[[low, high]], axis=0)[0]
        for part in (count, time[:, None])
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.fmin(1 / pace.sum(), days / events.sum(axis=1, keepdims=True))
    worth = np.where(pace.sum() > 0, worth, 1.0)
    return np.asarray((events + worth * pace) / (days + worth))


def _leaving(
    count: Floats, at_risk: Floats, prior_hazard: Floats, how: tuple[int, np.random.Generator]
) -> Floats:
    """Return draws of the chance to leave within each class by cause; draw 0 is the mean."""
    draws, rng = how
    whole = prior_hazard.sum(axis=1, keepdims=True)
    leave, events = -np.expm1(-whole), count.sum(axis=1, keepdims=True)
    share = np.divide(prior_hazard, whole, out=np.zeros_like(prior_hazard), where=whole > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = PRIOR_EVENTS * np.fmin(1 / leave, at_risk[:, None] / events)
    worth = np.where(leave > 0, worth, 0.0)
    gone = count + worth * leave * share
    stay = np.maximum(at_risk[:, None] - events, 0.0) + worth * (1 - leave)
    shape = np.concatenate((gone, np.maximum(stay, 1e-12)), axis=1)
    drawn = rng.standard_gamma(np.broadcast_to(shape, (draws, *shape.shape)))
    drawn[0] = shape
    total = drawn.sum(axis=2, keepdims=True)
    return np.asarray(drawn[..., :-1] / np.where(total > 0, total, 1.0))
