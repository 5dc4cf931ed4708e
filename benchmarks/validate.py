"""The long validation against simulated truth: `make validate`.

Writes `benchmarks/results/validation.csv`, one row a check: what was asked, what was measured, with
version and seeds. Exits with 1 where a check that has a limit fails it; figures without one are reports.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.closed_loop import WEEKS, Asked, Case, Share, closed_loop, mean_ratio, share
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
COMPANIES = 100
EQUIVALENT = 0.02  # of the mean total
HELD = (0.70, 0.90)  # shares of 80% intervals that hold the truth
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
T_90, T_95 = 1.653, 1.972  # of Student's distribution with 199 degrees of freedom
RESULTS = Path(__file__).parent / "results" / "validation.csv"
QUIET = dict.fromkeys(("staleness", "reviews", "market_slow", "market_weeks", "referrals"), False)


@dataclass(frozen=True, slots=True)
class Row:
    """One check.

    Attributes
    ----------
    check : str
        What was asked.
    measured, low, high : str
        The figure and its 95% interval (where the check says so, another); empty where there is none.
    limit, passed : str
        What it must keep to, and "yes" or "NO"; both empty for a figure that is only reported.
    version, seeds : str
        Of the program, and of what was simulated.
    """

    check: str
    measured: str
    low: str
    high: str
    limit: str
    passed: str
    version: str
    seeds: str


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
    verdict = "" if passed is None else ("yes" if passed else "NO")
    return Row(check, measured, low, high, limit, verdict, version("pipecast"), str(seeds))


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


def recovery() -> Iterator[Row]:
    """Intervals of 13-week forecasts hold the truth: 4 dates of 100 companies, clustered by company."""
    for recording, recorder in RECORDINGS.items():
        perfect = recording == PERFECT
        cases = closed_loop(Scenario(recorder=recorder), range(COMPANIES), Asked(perfect=perfect))
        for unit in ("amount", "deals"):
            own = [case for case in cases if case.unit == unit]
            yield from _held(
                own, f"bookings in {unit}, {recording} recording", limited=perfect and unit == "amount"
            )


def _held(cases: list[Case], which: str, *, limited: bool) -> Iterator[Row]:
    seeds = f"0 to {COMPANIES - 1}"
    inner = share(cases, [case.holds() for case in cases])
    limits = ("0.70 to 0.90", HELD[0] <= inner.share <= HELD[1]) if limited else ("", None)
    yield a_row(f"80% interval holds the truth, {which}", inner, seeds, *limits)
    outer = share(cases, [case.holds_outer() for case in cases])
    yield a_row(f"95% interval holds the truth, {which}", outer, seeds)
    yield a_row(f"sum of means over sum of truths, {which}", mean_ratio(cases), seeds)
    width = sum(case.inner[1] - case.inner[0] for case in cases) / sum(case.truth for case in cases)
    yield a_row(f"mean width of the 80% interval, share of the truth, {which}", width, seeds)
    for week in WEEKS:
        own = [case for case in cases if case.week == week]
        found = share(own, [case.holds() for case in own])
        yield a_row(f"80% interval after week {week} holds the truth, {which}", found, seeds)


CHECKS = (recovery, parameters, same_customers, equivalence, staleness)


def main() -> int:
    """Run every check, write the table, return 1 where one failed."""
    rows: list[Row] = []
    began = time.monotonic()
    for check in CHECKS:
        for row in check():
            rows.append(row)
            sys.stdout.write(
                f"{row.check}: {row.measured} [{row.low}, {row.high}] {row.limit} {row.passed}\n"
            )
            sys.stdout.flush()
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows(astuple(row) for row in rows)
    sys.stdout.write(f"{RESULTS.name}: {len(rows)} rows in {time.monotonic() - began:.0f} s\n")
    return int(any(row.passed == "NO" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
