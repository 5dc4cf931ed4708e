"""From gathered replications to a comparison: estimates, bands, differences, first shortfalls."""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib.metadata import version

import numpy as np
import numpy.typing as npt

from simulations.cadence_year import Band, CadenceYear
from simulations.comparison import Comparison, Contrast, Needed, Role
from simulations.gathering import NAMES, TARGET_FACTORS, Gathered, Gathering
from simulations.intervals import Difference, chance, mean_interval, needed_to_see, paired_difference
from simulations.ledger import publication_weeks
from simulations.load import offered_load
from simulations.measures import team_target
from simulations.plan import Plan
from simulations.projection import Projection, calibrate
from simulations.scenario.model import Cadence
from simulations.shortfall import Paths, watch
from simulations.stationarity import Stationarity
from simulations.weekly import SERIES, shown_weeks

Floats = npt.NDArray[np.float64]
LOW, HIGH = 0.1, 0.9
BOOKINGS = NAMES.index("bookings_in_year")
TOTAL = NAMES.index("total")
HOURS = NAMES.index("prospecting_hours")


def summarise(
    plan: Plan, seed: int, cadences: Mapping[str, tuple[Cadence, str | None]], gathering: Gathering
) -> Comparison:
    """Return the comparison that gathered replications come to.

    Parameters
    ----------
    plan : Plan
    seed : int
    cadences : mapping of str to (Cadence, str or None)
        By name, the reference first; with the name of the cadence whose own hours it spreads evenly.
    gathering : Gathering
    """
    reference = next(iter(cadences))
    steady = gathering.cadences[reference]
    projection = calibrate(
        steady.open_by_class, steady.won_by_class, steady.new_value / gathering.replications
    )
    paths = {name: _paths(projection, gathered) for name, gathered in gathering.cadences.items()}
    plan_watch = watch(paths[reference], publication_weeks(plan))
    return Comparison(
        version=version("pipecast"),
        scenario=plan.scenario,
        seed=seed,
        replications=gathering.replications,
        kept=len(steady.kept),
        reference=reference,
        target=team_target(plan),
        weeks=shown_weeks(plan.timeline),
        cadences=tuple(
            _year(
                name, cadence, own, gathering.cadences[name], _need(plan, projection, gathering, name, paths)
            )
            for name, (cadence, own) in cadences.items()
        ),
        contrasts=tuple(
            _contrast(plan, pair, _role(pair, reference, cadences), gathering) for pair in gathering.pairs
        ),
        shortfalls={name: plan_watch.look(found) for name, found in paths.items()},
        stationarity=_stationarity(plan, steady),
        projection=projection,
    )


def _paths(projection: Projection, gathered: Gathered) -> Paths:
    return Paths(
        np.array([projection.projected(y.pipeline.booked, y.pipeline.open_by_class) for y in gathered.kept]),
        np.array([np.cumsum(year.revenue_by_month) for year in gathered.kept]),
    )


def _need(
    plan: Plan, projection: Projection, gathering: Gathering, name: str, paths: Mapping[str, Paths]
) -> dict[str, Band]:
    kept = gathering.cadences[name].kept
    target = team_target(plan)
    lines = np.array([projection.line_of_need(year.pipeline.booked, target) for year in kept])
    return {
        "projected": _band(paths[name].projected),
        "line_of_need": _band(lines),
        "published_to_date": _band(paths[name].published),
    }


def _band(rows: Floats) -> Band:
    """Return each column's mean, interval and percentiles; nan where any row is undefined."""
    p10, p90 = np.quantile(rows, (LOW, HIGH), axis=0)
    mean, low, high = mean_interval(rows)
    return Band(mean, low, high, p10, p90)


def _year(
    name: str, cadence: Cadence, own: str | None, gathered: Gathered, bands: Mapping[str, Band]
) -> CadenceYear:
    trials = int(gathered.measures.count.max())
    weekly = np.array([year.weekly for year in gathered.kept])
    undefined = {m: trials - int(gathered.measures.count[i]) for i, m in enumerate(NAMES)}
    return CadenceYear(
        name=name,
        cadence=cadence,
        own_hours_of=own,
        measures={m: gathered.measures.estimate(i) for i, m in enumerate(NAMES)},
        spread={m: _spread(np.array([year.scalars[m] for year in gathered.kept])) for m in NAMES},
        undefined={m: count for m, count in undefined.items() if count},
        chance_by_target={
            f: chance(int(h), trials) for f, h in zip(TARGET_FACTORS, gathered.hits, strict=True)
        },
        weekly={series: _band(weekly[:, i]) for i, series in enumerate(SERIES)},
        projected=bands["projected"],
        line_of_need=bands["line_of_need"],
        revenue=_band(np.array([year.revenue_by_month for year in gathered.kept])),
        published_to_date=bands["published_to_date"],
    )


def _spread(values: Floats) -> tuple[float, float]:
    defined = values[~np.isnan(values)]
    if not defined.size:
        return math.nan, math.nan
    low, high = np.quantile(defined, (LOW, HIGH))
    return float(low), float(high)


def _role(pair: tuple[str, str], reference: str, cadences: Mapping[str, tuple[Cadence, str | None]]) -> Role:
    if pair[1] != reference:
        return "rhythm"
    return "difference" if cadences[pair[0]][1] is None else "hours"


def _contrast(plan: Plan, pair: tuple[str, str], role: Role, gathering: Gathering) -> Contrast:
    one, other = (gathering.cadences[name] for name in pair)
    deltas = gathering.pairs[pair]
    differences = {
        name: paired_difference(deltas, one.measures, other.measures, i) for i, name in enumerate(NAMES)
    }
    return Contrast(
        name=pair[0],
        against=pair[1],
        role=role,
        differences=differences,
        relative=_relative(differences["total"], float(other.measures.mean[TOTAL])),
        hours_gap=_gap(float(one.measures.mean[HOURS]), float(other.measures.mean[HOURS])),
        needed=_needed(plan, one, other),
    )


def _relative(delta: Difference, base: float) -> Difference:
    """Return a difference as a share of the other side's mean, itself taken as known."""
    scale = 1.0 / base if base else math.nan
    return Difference(
        delta.mean * scale,
        delta.low * scale,
        delta.high * scale,
        delta.count,
        delta.variance_factor,
        delta.reason,
    )


def _gap(hours: float, other: float) -> float:
    if other == 0.0:
        return 0.0 if hours == 0.0 else math.inf
    return hours / other - 1.0


def _needed(plan: Plan, one: Gathered, other: Gathered) -> Needed:
    effect = float(one.measures.mean[BOOKINGS] - other.measures.mean[BOOKINGS])
    team = math.sqrt((one.measures.variance(BOOKINGS) + other.measures.variance(BOOKINGS)) / 2)
    rep = math.sqrt(max(0.0, one.rep_year_variance + other.rep_year_variance) / 2)
    return Needed(needed_to_see(effect, team), needed_to_see(effect / plan.seats, rep))


def _stationarity(plan: Plan, steady: Gathered) -> Stationarity:
    settling = steady.settling
    error = math.sqrt(settling.variance(2) / float(settling.count[2]))
    # Where a run starts from given deals, nothing has to settle.
    known = error > 0 and plan.timeline.warm_up_weeks > 0
    return Stationarity(
        quarter_before_last=settling.estimate(0),
        last_quarter=settling.estimate(1),
        standard_errors=float(settling.mean[2]) / error if known else math.nan,
        offered_load=offered_load(plan),
    )
