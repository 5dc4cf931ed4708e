"""What the weeks before the watch teach: how fast stays end, who advances, what is created and what it is worth.

Owners are shrunk toward their team by as much as they have been alike (empirical Bayes: Efron & Morris, *Journal of the
American Statistical Association* 70, 1975; gamma, normal and Dirichlet with moments for the spread between owners).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.alarms.cusum import Floats
from forecast.alarms.tallies import Stays
from simulations.compiled import compiled_at_first_call

#: Days in a stage at which age classes begin.
CLASSES = (0.0, 3.5, 7.0, 10.5, 14.0, 21.0, 28.0, 35.0, 42.0, 49.0, 56.0, 70.0, 90.0, 120.0, 180.0, np.inf)
#: Events that the prior of an age class is worth: it is like its stage.
PRIOR = 0.5
#: Owners are never taken to be more alike than this coefficient of variation between them, since few show little.
LEAST_SPREAD = 0.03


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A number of each owner: best guess and how far off it may be, and how alike owners are.

    Attributes
    ----------
    mean, sd : array of R
    """

    mean: Floats
    sd: Floats

    def draw(self, years: int, weight: Floats, rng: np.random.Generator) -> Floats:
        """Return draws, years x R, whose mean by weight is the best guess's: the team's own level is drawn elsewhere."""
        off = rng.standard_normal((years, len(self.mean))) * self.sd
        off -= (off @ weight / max(float(weight.sum()), 1e-9))[:, None]
        return np.asarray(self.mean + off)


@compiled_at_first_call
def exposures(stays: Stays, begin: float, classes: Floats, spent: Floats, gone: Floats) -> None:
    """Add up the days that stays spent from a day on, and how they ended, by owner, stage and age class.

    Parameters
    ----------
    stays : Stays
    begin : float
        Days before it do not count.
    classes : array of B + 1
    spent : array, R x S x B
        Changed in place.
    gone : array, R x S x B x (S + 2)
        Stays that ended, by cause; changed in place.
    """
    for i in range(stays.stage.size):
        entered, left = stays.entered[i], stays.left[i]
        at = max(entered, begin)
        if left < at:
            continue
        age = np.searchsorted(classes, at - entered, side="right") - 1
        while left > entered + classes[age + 1]:
            spent[stays.owner[i], stays.stage[i], age] += entered + classes[age + 1] - at
            at = entered + classes[age + 1]
            age += 1
        spent[stays.owner[i], stays.stage[i], age] += left - at
        if stays.cause[i] >= 0:
            gone[stays.owner[i], stays.stage[i], age, stays.cause[i]] += 1


@dataclass(frozen=True, slots=True)
class Rates:
    """How stays end, learned.

    Attributes
    ----------
    shape, time : array, S x B
        The rate of leaving is gamma with this shape and this time: mean shape / time.
    ahead, other : array, S x B
        The share of those that advance is beta with these.
    causes : array, S x (S + 2)
        How often each cause was seen.
    entry : array of S
        How often new opportunities entered each stage.
    pace, odds : Shrunk
        Of each owner: factor of the rate; log-odds added to the share that advances.
    weight : array of R
        Stays that were to end.
    """

    shape: Floats
    time: Floats
    ahead: Floats
    other: Floats
    causes: Floats
    entry: Floats
    pace: Shrunk
    odds: Shrunk
    weight: Floats

    @property
    def rate(self) -> Floats:
        """Expected leavings a day."""
        return np.asarray(self.shape / self.time)

    @property
    def advance(self) -> Floats:
        """Expected share of those that advance."""
        return np.asarray(self.ahead / (self.ahead + self.other))

    @property
    def onward(self) -> Floats:
        """Where stays that advance go, S x (S + 2): shares of later stages and of won."""
        stages = len(self.causes)
        ahead = np.where(np.arange(stages + 2) > np.arange(stages)[:, None], self.causes, 0.0)
        ahead[:, stages + 1] = 0.0
        return _shares(ahead, np.eye(stages, stages + 2, 1))

    @property
    def back(self) -> Floats:
        """Where stays go that end without advancing, S x (S + 2): shares of earlier stages and of lost."""
        stages = len(self.causes)
        behind = np.where(np.arange(stages + 2) < np.arange(stages)[:, None], self.causes, 0.0)
        behind[:, stages + 1] = self.causes[:, stages + 1]
        lost = np.zeros((stages, stages + 2))
        lost[:, stages + 1] = 1.0
        return _shares(behind, lost)


def _shares(count: Floats, otherwise: Floats) -> Floats:
    whole = count.sum(axis=1, keepdims=True)
    return np.where(whole > 0, count / np.where(whole > 0, whole, 1.0), otherwise)


def learn_rates(spent: Floats, gone: Floats, entry: Floats) -> Rates:
    """Return how stays end; parameters as `exposures` adds them up, and how often each stage was entered first.

    Each age class has a prior: half an event at the pace of its stage, and one with the share of the classes around it.
    """
    stages = spent.shape[1]
    forward = np.arange(stages + 2)[None, :] > np.arange(stages)[:, None]
    forward[:, stages + 1] = False
    ended = gone.sum(axis=3)
    advanced = (gone * forward[None, :, None, :]).sum(axis=3)
    count, time, ahead = ended.sum(axis=0), spent.sum(axis=0), advanced.sum(axis=0)
    speed = (count.sum(axis=1) + PRIOR) / np.maximum(time.sum(axis=1), 1.0)
    share = (ahead.sum(axis=1) + PRIOR) / (count.sum(axis=1) + 2 * PRIOR)
    shape, time = count + PRIOR, time + PRIOR / speed[:, None]
    like = (_around(ahead) + PRIOR * share[:, None]) / (_around(count) + PRIOR)
    good, bad = ahead + 2 * PRIOR * like, count - ahead + 2 * PRIOR * (1 - like)
    due = (spent * (shape / time)).sum(axis=(1, 2))
    chance = good / (good + bad)
    doubt = (ended * chance * (1 - chance)).sum(axis=(1, 2))
    more = (advanced - ended * chance).sum(axis=(1, 2))
    return Rates(
        shape, time, good, bad, gone.sum(axis=(0, 2)), entry,
        _factors(ended.sum(axis=(1, 2)), due), _offsets(more, doubt), due,
    )  # fmt: skip


def _around(count: Floats) -> Floats:
    """Return the sums of each age class and the two beside it."""
    wide = np.pad(count, ((0, 0), (1, 1)))
    return np.asarray(wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:])


def _factors(seen: Floats, due: Floats) -> Shrunk:
    """Return how much more each owner had than was due: a gamma-Poisson factor about 1."""
    most = np.maximum(due, 1e-9)
    some = due > 0
    excess = (((seen - due) ** 2 - due)[some]).sum() / max(float((due[some] ** 2).sum()), 1e-9)
    spread = float(np.clip(excess, LEAST_SPREAD**2, 1.0))
    worth = 1 / spread
    mean = (seen + worth) / (most + worth)
    return Shrunk(mean, np.sqrt(mean / (most + worth)))


def _offsets(more: Floats, doubt: Floats) -> Shrunk:
    """Return what is to be added to each owner's log-odds: normal about 0."""
    some = doubt > 0
    excess = ((more**2 - doubt)[some]).sum() / max(float((doubt[some] ** 2).sum()), 1e-9)
    spread = float(np.clip(excess, LEAST_SPREAD**2, 1.0))
    precision = doubt + 1 / spread
    return Shrunk(more / precision, np.sqrt(1 / precision))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Logarithms of the amounts of new opportunities.

    Attributes
    ----------
    mean, error : float
        Of all, and its standard error.
    by_owner : Shrunk
        Difference of each owner from it.
    luck : array
        What single amounts differ from what is expected of them.
    """

    mean: float
    error: float
    by_owner: Shrunk
    luck: Floats

    @property
    def usual(self) -> Floats:
        """Logarithm of the amount that is expected of each owner."""
        return np.asarray(self.mean + self.by_owner.mean)

    @property
    def spread(self) -> float:
        """Standard deviation of single amounts about what is expected, on the logarithm."""
        return max(float(np.sqrt((self.luck**2).mean())), 1e-3)


def learn_sizes(amount: Floats, owner: np.ndarray, owners: int) -> Sizes:
    """Return what amounts, of which those that are missing are left out, say; owners as places below ``owners``."""
    priced = ~np.isnan(amount)
    logs, who = np.log(amount[priced]), owner[priced]
    if not len(logs):
        nothing = np.zeros(owners)
        return Sizes(0.0, 0.0, Shrunk(nothing, nothing), np.zeros(1))
    mean, variance = float(logs.mean()), max(float(logs.var()), 1e-6)
    count = np.bincount(who, minlength=owners).astype(float)
    off = np.bincount(who, logs - mean, minlength=owners)
    excess = (off**2 - variance * count).sum() / max(float((count**2).sum()), 1.0)
    spread = float(np.clip(excess, LEAST_SPREAD**2 * variance, variance))
    precision = count / variance + 1 / spread
    by_owner = Shrunk(off / variance / precision, np.sqrt(1 / precision))
    luck = logs - mean - by_owner.mean[who]
    return Sizes(mean, float(np.sqrt(variance / len(logs))), by_owner, luck - luck.mean())


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of what the team creates each owner does.

    Attributes
    ----------
    shape : array of R
        The shares are Dirichlet with these.
    own_variance : float
        Variance of each owner's own week noise, relative to the mean, beside the team's.
    """

    shape: Floats
    own_variance: float

    @property
    def mean(self) -> Floats:
        """Expected shares."""
        return np.asarray(self.shape / self.shape.sum())

    def draw(self, years: int, rng: np.random.Generator) -> Floats:
        """Return drawn shares, years x R; they add up to 1."""
        drawn = rng.standard_gamma(np.broadcast_to(np.maximum(self.shape, 1e-6), (years, len(self.shape))))
        return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def learn_shares(counts: Floats) -> Shares:
    """Return the shares that weekly counts, owners x weeks, suggest; an owner who created nothing has none."""
    team, own = counts.sum(axis=0), counts.sum(axis=1)
    total = max(float(own.sum()), 1.0)
    share = own / total
    active = own > 0
    if active.sum() < 2:  # noqa: PLR2004 - nobody to differ from
        return Shares(np.where(active, 1e6, 0.0) if active.any() else np.full(len(own), 1e6), 0.0)
    expected = share[:, None] * team
    luck = (team * (share * (1 - share))[:, None]).sum()
    excess = ((counts - expected) ** 2).sum() - luck
    variance = float(np.clip(excess / max(float((expected**2).sum()), 1e-9), 0.0, 2.0))
    worth = 1 / (1 + variance * own / counts.shape[1])
    equal = total / active.sum()
    between = (((own - equal) ** 2)[active] - (own / worth)[active]).sum() / (active.sum() * equal**2)
    spread = float(np.clip(between, LEAST_SPREAD**2, 4.0))
    return Shares(np.where(active, own * worth + 1 / spread, 0.0), variance)
