"""The long validation against simulated truth: `make validate`.

Writes `benchmarks/results/validation.csv`, one row a check: what was asked, what was measured, with
version and seed. Exits with 1 where a check that has a limit fails it; figures without one are reports.
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

from benchmarks.closed_loop import closed_loop, share_with_interval
from simulations.calendar import DAY, timeline
from simulations.deals import deals_of
from simulations.experiment import Experiment, each_replication
from simulations.processes import in_order
from simulations.reference import simulate
from simulations.scenario.model import Sawtooth, Scenario, Steady
from simulations.scenario.people import Work
from simulations.scenario.records import Horizon, Switches

SEED = 20_260_105
COMPANIES = 100
EQUIVALENT = 0.02  # of the mean total
HELD = (0.70, 0.90)  # shares of 80% intervals that hold the truth
REPLICATIONS = 200
RESULTS = Path(__file__).parent / "results" / "validation.csv"
QUIET = dict.fromkeys(("staleness", "reviews", "market_slow", "market_weeks", "referrals"), False)


@dataclass(frozen=True, slots=True)
class Row:
    """One check: ``passed`` is empty for a figure that is only reported."""

    check: str
    measured: str
    low: str
    high: str
    limit: str
    passed: str
    version: str
    seed: int


def _row(
    check: str,
    measured: float,
    interval: tuple[float, float] | None,
    limit: str,
    passed: bool | None,  # noqa: FBT001 - a verdict
) -> Row:
    low, high = ("", "") if interval is None else (f"{interval[0]:.4g}", f"{interval[1]:.4g}")
    verdict = "" if passed is None else ("yes" if passed else "NO")
    return Row(check, f"{measured:.4g}", low, high, limit, verdict, version("pipecast"), SEED)


def same_customers() -> Iterator[Row]:
    """Steady and sawtooth meet the same customers on the default team, exactly."""
    for off in ("", "contention", "silence", "inbound"):
        switches = Switches(**QUIET, **({off: False} if off else {}))
        scenario = Scenario(switches=switches, horizon=Horizon(run_off="until_closed"))
        equal = list(in_order(_equal_customers, [(scenario, replication) for replication in range(50)]))
        name = f"equal customers in 50 replications, {off + ' off' if off else 'all of RULES on'}"
        yield _row(name, sum(equal), None, "50", all(equal))


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
        share = (wave - steady) / steady.mean()
        half = 1.653 * share.std(ddof=1) / np.sqrt(share.size)
        low, high = share.mean() - half, share.mean() + half
        yield _row(
            f"sawtooth - steady, market only, seed {seed}, share of the total (90% interval)",
            float(share.mean()), (low, high), "within 0.02", max(abs(low), abs(high)) < EQUIVALENT,
        )  # fmt: skip


def staleness() -> Iterator[Row]:
    """Report the sawtooth's loss on the default team by staleness, and its rise from 0 to 0.06."""
    losses = {}
    for rate in (0.0, 0.02, 0.06):
        steady, wave = _totals(Scenario(work=Work(staleness_logit_per_day=rate)), SEED)
        losses[rate] = steady - wave
        share, half = losses[rate] / steady.mean(), 1.972 / np.sqrt(REPLICATIONS)
        spread = share.std(ddof=1) * half
        yield _row(
            f"sawtooth's loss of the total at staleness {rate:g}, share of steady", float(share.mean()),
            (share.mean() - spread, share.mean() + spread), "", None,
        )  # fmt: skip
    rise = losses[0.06] - losses[0.0]
    half = 1.972 * rise.std(ddof=1) / np.sqrt(REPLICATIONS)
    yield _row(
        "rise of the loss from staleness 0 to 0.06", float(rise.mean()),
        (rise.mean() - half, rise.mean() + half), "low above 0", bool(rise.mean() - half > 0),
    )  # fmt: skip


def recovery() -> Iterator[Row]:
    """Intervals of 13-week forecasts hold the truth, 4 dates of 100 companies, clustered by company."""
    for perfect, name in ((True, "perfect"), (False, "human")):
        cases = closed_loop(Scenario(), range(COMPANIES), perfect=perfect)
        inside = np.array([case.in_80 for case in cases])
        share, low, high = share_with_interval(cases, inside)
        passed = bool(HELD[0] <= share <= HELD[1]) if perfect else None
        yield _row(
            f"80% interval holds the truth, {name} recording", share, (low, high),
            "0.70 to 0.90" if perfect else "", passed,
        )  # fmt: skip
        wide, low, high = share_with_interval(cases, np.array([case.in_95 for case in cases]))
        yield _row(f"95% interval holds the truth, {name} recording", wide, (low, high), "", None)
        bias = np.array([case.mean / case.truth - 1 for case in cases if case.truth > 0])
        yield _row(
            f"forecast mean over truth - 1, mean, {name} recording", float(bias.mean()), None, "", None
        )
        for week in sorted({case.week for case in cases}):
            hits = inside[np.array([case.week == week for case in cases])]
            yield _row(
                f"80% interval after week {week}, {name} recording", float(hits.mean()), None, "", None
            )


def main() -> int:
    """Run every check, write the table, return 1 where one failed."""
    rows: list[Row] = []
    began = time.monotonic()
    for check in (recovery, same_customers, equivalence, staleness):
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
