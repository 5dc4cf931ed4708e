"""The long validation against simulated truth: `make validate`, or `make validate-closed-loop` for that part alone.

Writes `benchmarks/results/validation.csv`, one row a check: what was asked, what was measured, with
version and seeds. Exits with 1 where a check that has a limit fails it; figures without one are reports.
``--only PART`` replaces the rows of a part and leaves the others as they are; ``--companies N`` asks fewer companies.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.checks import Check, failed, read_rows, renewed, verdict, within, write_rows
from benchmarks.closed_loop import WEEKS, Asked, Case, Share, closed_loop, mean_ratio, share, uniform
from benchmarks.companies import KINDS
from benchmarks.known_truth import distances
from simulations.calendar import DAY, timeline
from simulations.deals import deals_of
from simulations.experiment import Experiment, each_replication
from simulations.processes import in_order
from simulations.reference import simulate
from simulations.scenario.model import Sawtooth, Scenario, Steady
from simulations.scenario.people import Work
from simulations.scenario.records import Horizon, Recorder, Switches

SEED = 20_260_105
COMPANIES = 100  # whose parameters are looked for
CLOSED_LOOP, CARELESS_ONES, OF_A_KIND = 500, 100, 60  # companies that are forecast
FIRST = 500  # seed of the first of them; those before were looked at while holidays were being learned
PIT_WEEK = 26  # the one date a company of the transforms that are held against a uniform
EQUIVALENT = 0.02  # of the mean total
#: Shares of 80% and of 95% intervals that are to hold the truth, and the least chance of the transforms.
HELD, HELD_OUTER, LEAST_CHANCE = (0.77, 0.83), (0.93, 0.97), 0.01
FOUND_WITHIN = 0.05  # of the truth, the mean over the companies
PERFECT, HUMAN, CARELESS = "perfect", "human", "careless"
RECORDINGS = {
    PERFECT: Recorder(),  # which is not asked
    HUMAN: Recorder(),
    # The ends of the assumed ranges at which a CRM shows least.
    CARELESS: Recorder(
        logging_delay_days=7,
        optimism_logit=1,
        close_date_optimism=0.5,
        moved_when_passed=0.3,
        amount_revision_cv=0.4,
        next_step_share=0.2,
        activity_share=0.3,
    ),
}
REPLICATIONS = 200
MIDDLE = (0.1, 0.9)  # of the transforms of right forecasts so many lie between
T_90, T_95 = 1.653, 1.972  # of Student's distribution with 199 degrees of freedom
RESULTS = Path(__file__).parent / "results" / "validation.csv"
QUIET = dict.fromkeys(("staleness", "reviews", "market_slow", "market_weeks", "referrals"), False)


@dataclass(frozen=True, slots=True)
class Row(Check):
    """One check.

    Attributes
    ----------
    part : str
        Of the validation, by which ``--only`` names it.
    """

    part: str = ""


def a_row(
    check: str,
    found: Share | float,
    seeds: object,
    limit: str = "",
    passed: bool | None = None,  # noqa: FBT001 - a verdict
) -> Row:
    """Return a row; without a verdict it is a report."""
    figures = (found.share, found.low, found.high) if isinstance(found, Share) else (found,)
    measured, low, high = ([f"{figure:.4g}" for figure in figures] + ["", ""])[:3]
    return Row(check, measured, low, high, limit, verdict(passed), version("pipecast"), str(seeds))


def same_customers() -> Iterator[Row]:
    """Steady and sawtooth meet the same customers on the default team, exactly."""
    for off in ("", "contention", "silence", "inbound"):
        switches = Switches(**QUIET, **({off: False} if off else {}))
        scenario = Scenario(switches=switches, horizon=Horizon(run_off="until_closed"))
        equal = list(in_order(_equal_customers, [(scenario, replication) for replication in range(50)]))
        name = f"equal customers in 50 replications, {off + ' off' if off else 'all that may be on'}"
        yield a_row(name, float(sum(equal)), SEED, "50", all(equal))


def _equal_customers(scenario: Scenario, replication: int) -> bool:
    end = timeline(scenario).year_end_day * DAY
    sets = []
    for cadence in (Steady(), Sawtooth()):
        deals = deals_of(simulate(scenario, cadence, SEED, replication))
        counted = (deals.appeared < end) & (deals.amount > 0)
        columns = (deals.birth, deals.amount, deals.outcome)
        sets.append(set(zip(*(column[counted].tolist() for column in columns), strict=True)))
    return sets[0] == sets[1] and all(outcome for _, _, outcome in sets[0])


def _totals(scenario: Scenario, seed: int) -> tuple[np.ndarray, np.ndarray]:
    experiment = Experiment(scenario, seed, {"steady": Steady(), "sawtooth": Sawtooth()})
    years = list(each_replication(experiment, REPLICATIONS))
    steady, wave = (
        np.array([year[name].scalars["total"] for year in years]) for name in ("steady", "sawtooth")
    )
    return steady, wave


def equivalence() -> Iterator[Row]:
    """With only the market on, the 90% paired interval of the total lies within 2% of the mean."""
    off = ("contention", "staleness", "effort", "silence", "reviews", "inbound", "referrals")
    scenario = Scenario(switches=Switches(**dict.fromkeys(off, False)))
    for seed in (1, 2, 3):
        steady, wave = _totals(scenario, seed)
        found = _mean((wave - steady) / steady.mean(), T_90)
        inside = max(abs(found.low), abs(found.high)) < EQUIVALENT
        name = "sawtooth - steady with only the market on, share of the total (90% interval)"
        yield a_row(name, found, seed, "within 0.02", inside)


def _mean(values: np.ndarray, t: float) -> Share:
    """Return a mean with its interval, ``t`` standard errors to either side."""
    half = t * values.std(ddof=1) / np.sqrt(values.size)
    return Share(float(values.mean()), float(values.mean() - half), float(values.mean() + half))


def staleness() -> Iterator[Row]:
    """Report the sawtooth's loss on the default team by staleness, and its rise from 0 to 0.06."""
    losses = {}
    for rate in (0.0, 0.02, 0.06):
        steady, wave = _totals(Scenario(work=Work(staleness_logit_per_day=rate)), SEED)
        losses[rate] = steady - wave
        name = f"sawtooth's loss of the total at staleness {rate:g}, share of steady"
        yield a_row(name, _mean(losses[rate] / steady.mean(), T_95), SEED)
    rise = _mean(losses[0.06] - losses[0.0], T_95)
    yield a_row("rise of the loss from staleness 0 to 0.06, amount", rise, SEED, "low above 0", rise.low > 0)


def parameters() -> Iterator[Row]:
    """Parameters of a company without feedback are found again; human recording is a report."""
    seeds = f"0 to {COMPANIES - 1}"
    for recording in (PERFECT, HUMAN):
        perfect = recording == PERFECT
        for one in distances(range(COMPANIES), perfect=perfect):
            found = Share(one.error, one.error - 2 * one.standard_error, one.error + 2 * one.standard_error)
            name = f"{one.name}: found / true - 1, {recording} recording"
            limits = (f"within {FOUND_WITHIN:g}", abs(one.error) <= FOUND_WITHIN) if perfect else ("", None)
            yield a_row(name, found, seeds, *limits)


def recovery(most: int = CLOSED_LOOP) -> Iterator[Row]:
    """Intervals of 13-week forecasts hold the truth: 4 dates of many companies, clustered by company."""
    for recording, recorder in RECORDINGS.items():
        perfect = recording == PERFECT
        seeds = _first(min(most, CARELESS_ONES if recording == CARELESS else CLOSED_LOOP))
        cases = closed_loop(Scenario(recorder=recorder), seeds, Asked(perfect=perfect))
        for unit in ("amount", "deals"):
            own = [case for case in cases if case.unit == unit]
            yield from _held(own, f"bookings in {unit}, {recording} recording", perfect=perfect)
    for kind, scenario in KINDS.items():
        cases = closed_loop(scenario, _first(min(most, OF_A_KIND)), Asked(perfect=True))
        for unit in ("amount", "deals"):
            own = [case for case in cases if case.unit == unit]
            yield from _reported(own, f"bookings in {unit}, {kind}")


def _first(companies: int) -> range:
    return range(FIRST, FIRST + companies)


def _held(cases: list[Case], which: str, *, perfect: bool) -> Iterator[Row]:
    limited = perfect and cases[0].unit == "amount"
    seeds = _seeds(cases)
    yield from _reported(cases, which, limited=limited)
    width = sum(case.inner[1] - case.inner[0] for case in cases) / sum(case.truth for case in cases)
    yield a_row(f"mean width of the 80% interval, share of the truth, {which}", width, seeds)
    own = [case for case in cases if case.week == PIT_WEEK]
    even = uniform(own)
    name = f"chance of transforms as uneven, after week {PIT_WEEK}, {which}"
    yield a_row(name, even, seeds, *_least(even, limited=limited))
    for week in WEEKS:
        own = [case for case in cases if case.week == week]
        found = share(own, [case.holds() for case in own])
        yield a_row(f"80% interval after week {week} holds the truth, {which}", found, seeds)


def _reported(cases: list[Case], which: str, *, limited: bool = False) -> Iterator[Row]:
    """Yield how often intervals hold; the transform tells the edges of whole numbers apart, an interval includes them."""
    seeds = _seeds(cases)
    inner = share(cases, [case.holds() for case in cases])
    yield a_row(
        f"80% interval holds the truth, {which}", inner, seeds, *_between(inner, HELD, limited=limited)
    )
    middle = share(cases, [MIDDLE[0] < case.pit < MIDDLE[1] for case in cases])
    yield a_row(f"transform between 0.1 and 0.9, {which}", middle, seeds)
    outer = share(cases, [case.holds_outer() for case in cases])
    limits = _between(outer, HELD_OUTER, limited=limited)
    yield a_row(f"95% interval holds the truth, {which}", outer, seeds, *limits)
    yield a_row(f"sum of means over sum of truths, {which}", mean_ratio(cases), seeds)


def _between(found: Share, limits: tuple[float, float], *, limited: bool) -> tuple[str, bool | None]:
    """Return a limit and its verdict; bookings in amount alone have one, since edges of whole numbers hold more."""
    return (within(limits), limits[0] <= found.share <= limits[1]) if limited else ("", None)


def _least(chance: float, *, limited: bool) -> tuple[str, bool | None]:
    return (f"at least {LEAST_CHANCE:g}", chance >= LEAST_CHANCE) if limited else ("", None)


def _seeds(cases: Sequence[Case]) -> str:
    seeds = {case.seed for case in cases}
    return f"{min(seeds)} to {max(seeds)}"


CHECKS: dict[str, Callable[[], Iterator[Row]]] = {
    "closed loop": recovery,
    "parameters": parameters,
    "equal customers": same_customers,
    "equivalence": equivalence,
    "staleness": staleness,
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the checks, write the table, return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="benchmarks.validate", description="The long validation.")
    parser.add_argument("--only", choices=CHECKS, action="append", help="a part; may be repeated")
    parser.add_argument(
        "--companies", type=int, default=CLOSED_LOOP, help="most companies of the closed loop"
    )
    given = parser.parse_args(words)
    began, new = time.monotonic(), {}
    for part in given.only or CHECKS:
        found = recovery(given.companies) if part == "closed loop" else CHECKS[part]()
        new[part] = list(_told(replace(row, part=part) for row in found))
    kept = read_rows(RESULTS, Row) if given.only else []
    every = renewed(kept, new, lambda row: row.part, CHECKS)
    write_rows(RESULTS, Row, every)
    sys.stdout.write(f"{RESULTS.name}: {len(every)} rows in {time.monotonic() - began:.0f} s\n")
    return failed(every)


def _told(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        sys.stdout.write(f"{row.check}: {row.measured} [{row.low}, {row.high}] {row.limit} {row.passed}\n")
        sys.stdout.flush()
        yield row


if __name__ == "__main__":
    sys.exit(main())
