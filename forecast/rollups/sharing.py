"""To whom new business falls: opportunities that are not yet created, dealt to segments by what each created lately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.bookings import Outlook
from forecast.calibration.draws import Calibration
from forecast.calibration.records import Floats, Ints, Records
from forecast.calibration.short_luck import short_slots
from forecast.calibration.streams import later, stream
from forecast.calibration.workdays import WEEK
from forecast.rollups.segments import LATELY, Segments, lately
from simulations.processes import by_threads

#: Weeks in which the weight of a creation halves, and after which a segment stops creating on average.
HALF_LIFE, LIFE = 13, 104
#: Creations that a segment's prior is worth, and closed opportunities that the prior of its win rate is.
CREATED_PRIOR, CLOSED_PRIOR = 1.0, 10.0
#: Weeks of one block of the counts from which their dispersion is found.
BLOCK = 4
#: Shares of the amounts drawn for new wins between which the size bands lie: finer where the amounts are large.
BANDS = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98)
#: Fewest amounts to tell sizes apart, what the prior of a band is worth, and what rounding may do to an amount.
FEWEST_AMOUNTS, BAND_PRIOR, _ROUNDING = 20, (0.5, 100.0), 1e-9
#: Fewest weeks over which newcomers are counted.
FEWEST_WEEKS = 4
#: Slots among which a parameter draw's shares are divided.
SLOTS = 8_192
#: Shares (of parameter draws, bands and segments) from which on several threads draw them, each from streams of its own;
#: parameter draws of one such stream.
MANY_SHARES, _AT_ONCE = 4_000_000, 8


@dataclass(frozen=True, slots=True)
class Shares:
    """Who wins what is not yet created.

    Attributes
    ----------
    edges : array
        Amounts between the size bands; an edge belongs to the band below it.
    slots : array, P x bands x SLOTS
        Segment of each slot, by parameter draw and size band; a uniformly chosen slot is a segment by its share.
    """

    edges: Floats
    slots: npt.NDArray[np.int16]

    def deal(self, world: Ints, amount: Floats, slot: Ints) -> Ints:
        """Return the segment of each win, from its parameter draw, its amount as it is in the pool of past wins, its slot."""
        band = np.zeros(len(amount), dtype=np.int64)
        for edge in self.edges:
            band += amount > edge
        place = (world * self.slots.shape[1] + band) * SLOTS + slot
        return np.asarray(self.slots.ravel()[place], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class ByShares:
    """What deals new wins to segments by their shares; ``world`` and ``factor`` by draw, ``rng`` fresh, ``short`` its luck."""

    shares: Shares
    world: Ints
    factor: Floats
    rng: np.random.Generator
    short: bool

    def __call__(self, draw: Ints, amount: Floats, before: int) -> Ints:
        """Return the segment of each win, from its draw and amount; ``before``: wins that all draws before these have."""
        slot = (
            short_slots(self.rng, before, len(draw), SLOTS)
            if self.short
            else (later(self.rng, before).random(len(draw)) * SLOTS).astype(np.int64)
        )
        return self.shares.deal(self.world[draw], amount / self.factor[draw], slot)


def dealer_of(view: Outlook, segments: Segments, *, short: bool) -> ByShares:
    """Return what deals new wins to segments, by shares that are learned once; ``short`` as their luck is."""
    weeks = (view.period.end - view.calibration.records.moment) / WEEK
    shares = learn_shares(view.calibration, segments, weeks, view.seed)
    factor = view.calibration.amounts.mean_factor[view.world]
    rng = stream(view.seed, f"new opportunities by {segments.by}")
    return ByShares(shares, view.world, factor, rng, short)


def learn_shares(calibration: Calibration, segments: Segments, weeks: float, seed: int) -> Shares:
    """Return to which segments the wins fall that come from opportunities not yet created.

    *Created lately.* Each opportunity created in the last 52 weeks counts for its segment, half as much for every 13
    weeks of its age. The counts are divided by their dispersion (Pearson's chi square over its degrees of freedom, in
    blocks of four weeks; at least 1: quasi-likelihood, McCullagh and Nelder 1989), because sales come in bunches. A prior
    worth one creation for each segment pulls small ones toward equal shares. Both count as far as the segment is still
    there: the longer it has been silent for its pace, the less, by the chance to be alive of a Poisson process that
    ends at random (Schmittlein, Morrison and Colombo 1987), after two years on average. The shares have the Dirichlet
    posterior of these counts.

    *Won.* Shares are multiplied by the segment's win rate over the team's, among what closed in the 52 weeks, shrunk
    toward 1 by a prior worth ten closed opportunities (gamma-Poisson).

    *Of which size.* Within each band of the amounts that are drawn for new wins, those created in that band count:
    whoever sells the dear product gets the dear deals. They are pulled toward the shares over all sizes by a prior that
    is worth the less the more the bands differ (moments of the Dirichlet multinomial, Brier 1980).

    *The rest* belongs to nobody yet: the share that segments take which created nothing before. It is counted over as
    many weeks as the period still has (at least four, at most half of the records): of what was created in the last so
    many, by newcomers to the 52 weeks before. A newcomer brings many at once, so the counts are divided by those of a
    newcomer before they enter a beta posterior (Jeffreys 1946).

    Assumed: who creates is independent of how much is created, and deals are won alike whoever newly owns them but for the
    measured success.

    Parameters
    ----------
    calibration : Calibration
    segments : Segments
        Of owners, sources or products.
    weeks : float
        That the period still has.
    seed : int
    """
    name = f"shares of new opportunities by {segments.by}"
    rng, known, draws = stream(seed, name), calibration.records, calibration.draws
    count, dispersion = _counts(known, segments)
    there = _there(known, segments, dispersion)
    count = (count / dispersion + CREATED_PRIOR) * there
    share = _whole(_drawn(np.broadcast_to(count, (draws, len(count))), rng))[:, None, :]
    edges = _band_edges(calibration.amounts.pool)
    counts, prior = _by_band(known, segments, edges) if len(edges) else (np.zeros((1, 0)), 0.0)
    apart = bool(len(edges)) and draws * counts.size >= MANY_SHARES
    if len(edges) and not apart:
        share = _drawn(counts / dispersion * there + prior * share, rng)
    success = _success(known, segments, draws, rng)[:, None, :]
    rest = _rest(known, segments, weeks, draws, rng)[:, None]
    begin = rng.random((draws, len(counts), 1))
    slots = np.empty((draws, len(counts), SLOTS), dtype=np.int16)

    def some(_: None, at: int) -> None:
        own = slice(at * _AT_ONCE, (at + 1) * _AT_ONCE)
        mine = share[own]
        if apart:
            shape = counts / dispersion * there + prior * mine
            mine = _drawn(shape, stream(seed, f"{name}, part {at}"), mean=at == 0)
        mine = _whole(mine * success[own])
        left = np.where(mine.any(axis=2), rest[own], 1.0)[..., None]
        slots[own] = _slots(np.concatenate((mine * (1 - left), left), axis=2), begin[own])

    for _ in by_threads(lambda: None, some, -(-draws // _AT_ONCE), batch=1):
        pass
    return Shares(edges, slots)


def _whole(share: Floats) -> Floats:
    """Return shares that sum to 1 over the segments; 0 where there is nothing to share."""
    whole = share.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(share, whole, out=np.zeros_like(share), where=whole > 0))


def _band_edges(pool: Floats) -> Floats:
    """Return the amounts between the size bands of a pool; none where it is too small to tell them apart."""
    enough = len(pool) >= FEWEST_AMOUNTS
    return (
        np.unique(np.quantile(pool, BANDS, method="inverted_cdf")) * (1 + _ROUNDING)
        if enough
        else np.zeros(0)
    )


def _created(known: Records, segments: Segments) -> tuple[Ints, Floats]:
    """Return what was created lately, and its weight by age."""
    at = np.flatnonzero((known.created >= lately(known)) & (segments.place >= 0))
    return at, 0.5 ** ((known.moment - known.created[at]) / (HALF_LIFE * WEEK))


def _there(known: Records, segments: Segments, dispersion: float) -> Floats:
    """Return the chance that each segment still creates; 0 for one that created nothing lately."""
    at, _ = _created(known, segments)
    begin, place = lately(known), segments.place[at]
    count = np.bincount(place, minlength=segments.rest)
    last = np.full(segments.rest, begin)
    np.maximum.at(last, place, known.created[at])
    seen, silent = np.maximum(last - begin, WEEK) / WEEK, (known.moment - last) / WEEK
    pace = count / dispersion / seen + 1 / LIFE
    alive = np.exp(-pace * silent)
    return np.where(count > 0, alive / (alive + (1 - alive) / (LIFE * pace)), 0.0)


def _counts(known: Records, segments: Segments) -> tuple[Floats, float]:
    """Return the weighted counts of creations by segment, without the rest, and their dispersion."""
    at, weight = _created(known, segments)
    place = segments.place[at]
    blocks = max(int((known.moment - lately(known)) // (BLOCK * WEEK)), 1)
    block = ((known.moment - known.created[at]) // (BLOCK * WEEK)).astype(np.int64)
    seen = np.zeros((blocks + 1, segments.rest))
    np.add.at(seen, (np.minimum(block, blocks), place), 1.0)
    count = np.bincount(place, weight, minlength=segments.rest)
    return np.asarray(count, dtype=np.float64), _dispersion(seen[:-1])


def _dispersion(seen: Floats) -> float:
    """Return Pearson's chi square over its degrees of freedom of counts, blocks x segments; at least 1."""
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0) / max(seen.sum(), 1.0)
    there = expected > 0
    freedom = (there.any(axis=1).sum() - 1) * (there.any(axis=0).sum() - 1)
    chi = float(((seen - expected)[there] ** 2 / expected[there]).sum())
    return max(chi / freedom, 1.0) if freedom > 0 else 1.0


def _by_band(known: Records, segments: Segments, edges: Floats) -> tuple[Floats, float]:
    """Return the weighted counts of creations with an amount, bands x segments, and what a band's prior is worth."""
    at, weight = _created(known, segments)
    priced = ~np.isnan(known.amount[at])
    at, weight = at[priced], weight[priced]
    place = (np.searchsorted(edges, known.amount[at]), segments.place[at])
    counts, seen = np.zeros((2, len(edges) + 1, segments.rest))
    np.add.at(counts, place, weight)
    np.add.at(seen, place, 1.0)
    inflated, each = _dispersion(seen), seen.sum() / len(seen)
    prior = (each - inflated) / (inflated - 1) if inflated > 1 else np.inf
    return counts, float(np.clip(prior, *BAND_PRIOR))


def _success(known: Records, segments: Segments, draws: int, rng: np.random.Generator) -> Floats:
    """Return each segment's win rate over all segments', P x segments."""
    at = np.flatnonzero((known.closed >= lately(known)) & (segments.place >= 0))
    place, won = segments.place[at], known.won[at]
    rate = max(float(won.sum()), 0.5) / max(len(at), 1)
    wins = np.bincount(place, won, minlength=segments.rest) + CLOSED_PRIOR * rate
    due = (np.bincount(place, minlength=segments.rest) + CLOSED_PRIOR) * rate
    return _drawn(np.broadcast_to(wins, (draws, len(wins))), rng, scale=1 / due)


def _rest(known: Records, segments: Segments, weeks: float, draws: int, rng: np.random.Generator) -> Floats:
    """Return the share of newcomers by parameter draw; draw 0 is the mean."""
    length = known.moment - known.starts
    span = min(max(weeks, FEWEST_WEEKS) * WEEK, length / 2)
    begin = known.moment - span
    inside = segments.place >= 0
    recent = np.bincount(segments.place[inside & (known.created >= begin)], minlength=segments.rest)
    before = inside & (known.created >= begin - LATELY * WEEK) & (known.created < begin)
    there = np.bincount(segments.place[before], minlength=segments.rest) > 0
    came = recent[~there]
    each = float(came.sum()) / max(int((came > 0).sum()), 1)
    scale = max(each, 1.0)
    new, old = came.sum() / scale + 0.5, recent[there].sum() / scale + 0.5
    drawn = rng.beta(new, old, draws)
    drawn[0] = new / (new + old)
    return np.asarray(drawn)


def _drawn(
    shape: Floats, rng: np.random.Generator, scale: Floats | float = 1.0, *, mean: bool = True
) -> Floats:
    """Return gamma draws of given shapes, parameter draws first; draw 0 is the mean, unless told that it is not there."""
    drawn = rng.standard_gamma(shape)
    if mean:
        drawn[0] = shape[0]
    return np.asarray(drawn * scale)


def _slots(share: Floats, begin: Floats) -> npt.NDArray[np.int16]:
    """Return which segment each slot belongs to, by systematic sampling: each gets its share, within one slot.

    The first slot begins at a point drawn anew for each row, so that the expected number is the exact share.
    """
    *rows, segments = share.shape
    reached = np.ceil(np.cumsum(share, axis=2) * SLOTS - begin).clip(0, SLOTS)
    reached[..., -1] = SLOTS
    width = np.diff(reached, axis=2, prepend=0.0).astype(np.int64)
    segment = np.broadcast_to(np.arange(segments, dtype=np.int16), share.shape)
    return np.repeat(segment.ravel(), width.ravel()).reshape(*rows, SLOTS)
