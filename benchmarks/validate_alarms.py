"""The false alarms of the monitors against simulated companies on plan: `make validate-alarms`.

Writes `benchmarks/results/alarms.csv`, one row a check. (a) The plan is known: thresholds from years of the compiled
engine, checked on fresh ones. (b) As used: each company's plan is learned from the exported CRM of its preceding 52 weeks
alone, then the company is watched for a year. Exits with 1 where a check that has a limit fails it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.stats import beta

from benchmarks.checks import failed, verdict, within, write_rows
from benchmarks.watched_companies import Companies, asked_of, decided, told
from forecast.alarms.market import Market
from forecast.alarms.plan import Plan
from forecast.alarms.planning import known_plan
from forecast.alarms.watching import EVERYBODY, TEAM, Family, team_of, watch_known
from simulations.processes import in_order

RESULTS = Path(__file__).parent / "results" / "alarms.csv"
#: Companies as used, of each kind; simulated years of the known plan, for the thresholds and for the check; years from
#: which a known plan is learned.
COMPANIES, KNOWN, LEARNED = 400, 20_000, 400
STATED = 0.05
AS_USED, AS_KNOWN = (0.03, 0.08), (0.045, 0.055)
#: First seeds: of companies as used (those before were looked at while thresholds were being repaired), of the years that a
#: known plan is learned from, of those for its thresholds, of those that check them.
FIRST_USED, FIRST_LEARNED, FIRST_THRESHOLD, FIRST_CHECK = 20_000, 200_000, 300_000, 400_000
#: Of reps who differ: two standard deviations reach the ends of what a scenario assumes of a group.
SKILL_SD = 0.2
PERSISTENT = Market(persistence_weeks=104.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One check.

    Attributes
    ----------
    check : str
    companies : int
        Watched.
    alarms : int
        Of them, with at least one alarm of the family in 52 weekly looks.
    rate, low, high : str
        Share and its 95% interval (Clopper & Pearson).
    limit, passed : str
        What the rate must keep to, and "yes" or "NO"; empty for a report.
    seconds : str
        Of one processor, a company; empty where it was not measured.
    version, seeds : str
    """

    check: str
    companies: int
    alarms: int
    rate: str
    low: str
    high: str
    limit: str
    passed: str
    seconds: str
    version: str
    seeds: str


def a_row(
    check: str, raised: Sequence[bool], seeds: str, limit: tuple[float, float] | None, seconds: float = 0.0
) -> Row:
    """Return a row; without a limit it is a report."""
    count, alarms = len(raised), int(sum(raised))
    low = float(beta.ppf(0.025, alarms, count - alarms + 1)) if alarms else 0.0
    high = float(beta.ppf(0.975, alarms + 1, count - alarms)) if alarms < count else 1.0
    rate = alarms / count
    said = "" if limit is None else within(limit)
    passed = verdict(None if limit is None else limit[0] <= rate <= limit[1])
    spent = f"{seconds:.2f}" if seconds else ""
    return Row(
        check, count, alarms, f"{rate:.4f}", f"{low:.4f}", f"{high:.4f}", said, passed, spent, version("pipecast"), seeds
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """Which companies a row watches, how their CRM is kept, and what share of the number asked for is watched."""

    name: str
    companies: Companies
    perfect: bool
    families: tuple[Family, ...]
    share: float = 1.0


BOTH: tuple[Family, ...] = (TEAM, EVERYBODY)
KINDS = (
    Kind("8 reps, human recording", Companies(8), perfect=False, families=BOTH),
    Kind(
        "8 reps, perfect recording, persistence of 104 weeks",
        Companies(8, PERSISTENT),
        perfect=True,
        families=BOTH,
    ),
    Kind("20 reps, perfect recording", Companies(20), perfect=True, families=BOTH),
    Kind(
        "20 reps who differ in skill, perfect recording",
        Companies(20, skill_sd=SKILL_SD),
        perfect=True,
        families=BOTH,
        share=0.25,
    ),
)


def one_company(kind: Kind, seed: int) -> tuple[float, dict[Family, bool]]:
    """Return the seconds of the processor that one company took, and whether each family raised an alarm."""
    began = time.process_time()
    seen = decided(kind.companies, seed, perfect=kind.perfect)
    raised = {family: seen.alarm_week(family) is not None for family in kind.families}
    return time.process_time() - began, raised


def as_used(kind: Kind, seeds: range, workers: int | None = None) -> Iterator[Row]:
    """Yield the rate of each family over companies that are each watched as the product is used."""
    found = list(in_order(one_company, [(kind, seed) for seed in seeds], workers))
    seconds = float(np.mean([spent for spent, _ in found]))
    for family in kind.families:
        name = "team family" if family == TEAM else f"family of team and {kind.companies.seats} reps"
        raised = [raised[family] for _, raised in found]
        yield a_row(f"as used: {kind.name}, {name}", raised, f"{seeds[0]} to {seeds[-1]}", AS_USED, seconds)


def known_plan_of(companies: Companies, learned: int) -> Plan:
    """Return the plan of a kind of companies, learned from so many of them."""
    seeds = range(FIRST_LEARNED, FIRST_LEARNED + learned)
    return known_plan([told(companies, seed, at_end=False) for seed in seeds], asked_of(companies))


def known(companies: Companies, years: int = KNOWN, learned: int = LEARNED) -> Iterator[Row]:
    """Yield the rate of fresh years against thresholds found from other years, all of the compiled engine."""
    began = time.process_time()
    plan = known_plan_of(companies, learned)
    first = range(FIRST_THRESHOLD, FIRST_THRESHOLD + years)
    watch = watch_known(plan, [team_of(plan.count(told(companies, seed))) for seed in first])
    check = range(FIRST_CHECK, FIRST_CHECK + years)
    raised = [
        watch.look_at(team_of(plan.count(told(companies, seed)))).alarm_week(TEAM) is not None
        for seed in check
    ]
    spent = (time.process_time() - began) / (2 * years)
    name = f"known plan: thresholds from {years} years, {companies.seats} reps, team family"
    yield a_row(name, raised, f"{check[0]} to {check[-1]}", AS_KNOWN, spent)


def rows(companies: int, years: int, workers: int | None) -> Iterator[Row]:
    """Yield every row of the table; companies as used, and years of the known plan (none where 0)."""
    for kind in KINDS if companies else ():
        count = max(int(kind.share * companies), 1)
        yield from as_used(kind, range(FIRST_USED, FIRST_USED + count), workers)
    if years:
        yield from known(Companies(), years)


def main() -> int:
    """Run every check, write the table, return 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--companies", type=int, default=COMPANIES, help="watched as used, of each kind; 0: none"
    )
    parser.add_argument("--years", type=int, default=KNOWN, help="of the known plan; 0: none")
    parser.add_argument(
        "--workers", type=int, default=None, help="processes; as many as there are cores unless told"
    )
    given = parser.parse_args()
    began, found = time.monotonic(), []
    for row in rows(given.companies, given.years, given.workers):
        found.append(row)
        print(
            f"{time.monotonic() - began:6.0f} s  {row.check}: {row.rate} ({row.low} to {row.high}) {row.passed}",
            flush=True,
        )
        write_rows(RESULTS, Row, found)
    return failed(found)


if __name__ == "__main__":
    sys.exit(main())
