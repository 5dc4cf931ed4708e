"""How much of attainment is luck: the variance of a year's attainments, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from forecast.quota.draws import Floats, Ints, QuotaDraws
from simulations.intervals import Estimate, plain

#: Blocks of draws that are left out in turn for the interval.
BLOCKS = 20
_T_95 = 2.093  # Student's, 19 degrees of freedom


@dataclass(frozen=True, slots=True)
class Parts:
    """Variances of attainment, in squared attainment.

    Attributes
    ----------
    skill : float
        Between reps: of what each can expect. Skill, territory, hours, ramp.
    unknown : float
        Of what each can expect, as far as a history leaves it open; 0 where it is known.
    market : float
        From year to year, the same for all reps.
    own : float
        From year to year, each rep's own: which customers come, which say yes, how large they are.
    """

    skill: float
    unknown: float
    market: float
    own: float

    @property
    def luck_between_reps(self) -> float:
        """Share of the variance between reps of one year that is their own luck; the market is the same for all."""
        return _share(self.own, self.own + self.skill + self.unknown)

    @property
    def luck(self) -> float:
        """Share of all variance, over reps and years, that is luck: their own and the market's."""
        return _share(self.own + self.market, self.own + self.market + self.skill + self.unknown)


@dataclass(frozen=True, slots=True)
class Fairness:
    """What a year's attainment says of a rep, and what it does not.

    Attributes
    ----------
    reps : int
    parts : Parts
    luck_between_reps, luck : Estimate
        As of `Parts`, with the 95% interval that the number of draws leaves open.
    sizes : float
        Share of own luck that is the sizes of deals rather than their number.
    spread : float
        Standard deviation of attainment by own luck alone: what a rep may be off by without being better or worse.
    """

    reps: int
    parts: Parts
    luck_between_reps: Estimate
    luck: Estimate
    sizes: float
    spread: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; undefined ones are None."""
        return {
            "reps": self.reps,
            "variance": {name: plain(value) for name, value in asdict(self.parts).items()},
            "luck_between_reps": self.luck_between_reps.to_dict(),
            "luck": self.luck.to_dict(),
            "sizes": plain(self.sizes),
            "spread": plain(self.spread),
        }


def fairness(draws: QuotaDraws, quotas: Mapping[str, float], size_cv: float) -> Fairness | None:
    """Return how much of the reps' attainment is luck; None for fewer than two reps with a quota.

    Attainment of rep r in draw d is taken as mean + skill_r + market_d + own_rd (random effects of a two-way table
    without repetition, Searle, Casella and McCulloch 1992, chapter 4): the components follow from the mean squares of
    rows, columns and the rest. Where draws share worlds, the part of own that differs between worlds is not luck but
    what is not known of a rep; it is found from the mean squares between and within worlds.

    Deals that come as a Poisson process have a variance of n (m^2 + s^2) for n deals of mean m and standard deviation
    s; so the sizes' share of own luck is cv^2 / (1 + cv^2).

    Parameters
    ----------
    draws : QuotaDraws
    quotas : mapping of str to float
        By rep, above 0; others are left out.
    size_cv : float
        Coefficient of variation of the deals' sizes; 0 where deals are counted.
    """
    places = [place for place, rep in enumerate(draws.reps) if quotas.get(rep.name, 0.0) > 0]
    if len(places) < 2 or draws.size < 2 * BLOCKS:  # noqa: PLR2004 - a variance between reps needs two
        return None
    theirs = np.array([quotas[draws.reps[place].name] for place in places])
    attained = draws.bookings[:, places] / theirs
    whole = components(attained, draws.world)
    block = np.unique(draws.world, return_inverse=True)[1] % BLOCKS
    without = [components(attained[block != out], draws.world[block != out]) for out in range(BLOCKS)]
    return Fairness(
        reps=len(places),
        parts=whole,
        luck_between_reps=_jackknife(whole.luck_between_reps, [part.luck_between_reps for part in without]),
        luck=_jackknife(whole.luck, [part.luck for part in without]),
        sizes=size_cv**2 / (1 + size_cv**2),
        spread=float(np.sqrt(whole.own)),
    )


def components(attained: Floats, world: Ints) -> Parts:
    """Return the variance components of attainments.

    Parameters
    ----------
    attained : array, D x R
        At least two draws and two reps.
    world : array of D
        As in `QuotaDraws`.
    """
    draws, reps = attained.shape
    by_draw, by_rep = attained.mean(axis=1), attained.mean(axis=0)
    rest = attained - by_draw[:, None] - by_rep + attained.mean()
    noise = float((rest**2).sum()) / ((draws - 1) * (reps - 1))
    market = max(reps * float(by_draw.var(ddof=1)) - noise, 0.0) / reps
    between, within, each = _worlds(rest, world, noise)
    unknown = max(between - within, 0.0) / each if each > 1 else 0.0
    # A rep's mean is off by the luck of the draws, and by that of the worlds which they share.
    error = (within + each * unknown) / draws
    skill = max(float(by_rep.var(ddof=1)) - error, 0.0)
    return Parts(skill, unknown, market, within)


def _worlds(rest: Floats, world: Ints, noise: float) -> tuple[float, float, float]:
    """Return mean squares of what is left between and within worlds, and the draws of a world.

    Where every draw is a world of its own, both are the noise.
    """
    _, place, count = np.unique(world, return_inverse=True, return_counts=True)
    draws, reps, worlds = len(rest), rest.shape[1], len(count)
    if worlds == draws or worlds < 2:  # noqa: PLR2004 - a variance between worlds needs two
        return noise, noise, 1.0
    sums = np.stack([np.bincount(place, column, minlength=worlds) for column in rest.T], axis=1)
    squares = float((sums**2 / count[:, None]).sum())
    between = squares / ((worlds - 1) * (reps - 1))
    within = (float((rest**2).sum()) - squares) / ((draws - worlds) * (reps - 1))
    return between, within, draws / worlds


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _jackknife(value: float, without: list[float]) -> Estimate:
    """Return a figure with the interval of the delete-a-block jackknife (Efron and Stein 1981)."""
    left = np.array(without)
    count = len(left)
    half = _T_95 * float(np.sqrt((count - 1) / count * ((left - left.mean()) ** 2).sum()))
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0), count)
