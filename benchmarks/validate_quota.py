"""Whether a quota set for 60% is attained in 60% of years: `make validate-quota`.

Writes `benchmarks/results/quota.csv`, one row a check, with version and seeds; exits with 1 where a limit is not kept.
The first part sets quotas in simulated years of a scenario and looks at 10,000 fresh ones. The second exports one year
of each of many simulated companies, sets quotas from the export alone, and looks at the company's next year.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.checks import Check, failed, read_rows, renewed, verdict, within, write_rows
from benchmarks.quota_years import Attained, Company, attained_in_fresh_years, companies, share_of
from simulations.scenario.model import Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario_file import load_scenario

CHANCE, SEED = 0.6, 20_260_106
PERFECT, HUMAN = "perfect", "human"
SET_IN, SEEN_IN = 20_000, 10_000
COMPANIES = 500
FRESH, EXPORTED = (0.585, 0.615), (0.55, 0.65)
RESULTS = Path(__file__).parent / "results" / "quota.csv"
EXAMPLES = Path(__file__).parents[1] / "examples" / "scenarios"
Row = Check


def with_ramp() -> Scenario:
    """Return the default team with two more reps, hired in the year's tenth week, who ramp for half a year."""
    hired = SeatGroup(name="hired", seats=2, hired=dt.date(2026, 3, 9), ramp_weeks=25)
    return Scenario(team=Team(groups=(SeatGroup(), hired)))


def scenarios() -> Iterator[tuple[str, Scenario]]:
    """Yield what quotas are set for, by name."""
    yield "eight reps and two hired", with_ramp()
    yield "saas-team with attrition", load_scenario(EXAMPLES / "saas-team.yaml")


def from_scenarios(given: argparse.Namespace) -> Iterator[Row]:
    """Yield how often a quota set for 60% in simulated years is attained in fresh ones: 58.5 to 61.5%."""
    set_in, seen_in = given.set_in, given.seen_in
    for name, scenario in scenarios():
        numbers = range(set_in), range(set_in, set_in + seen_in)
        for found in attained_in_fresh_years(scenario, CHANCE, *numbers, SEED):
            words = f"{name}: {found.name} attains in fresh years a quota set for 60%"
            yield _row(words, found, f"{SEED}, {set_in} years to set, {seen_in} fresh", FRESH)


def from_exports(given: argparse.Namespace, recording: str) -> Iterator[Row]:
    """Yield how many companies attain in the next year a quota set for 60% from one exported year: 55 to 65%."""
    seeds = f"0 to {given.companies - 1}"
    found = companies(
        Scenario(), range(given.companies), CHANCE, perfect=recording == PERFECT, workers=given.workers
    )
    yield _row(
        f"companies attain a quota set for 60% from one exported year, {recording} recording",
        share_of("company", np.array([each.booked >= each.quota for each in found], dtype=np.float64)),
        seeds, EXPORTED,
    )  # fmt: skip
    yield from _reports(found, recording, seeds)


def _reports(found: list[Company], recording: str, seeds: str) -> Iterator[Row]:
    reps = share_of("reps", np.array([np.mean(each.reps) for each in found]))
    yield _row(f"their reps attain one set for 60% likewise, {recording} recording", reps, seeds)
    ratio = np.array([each.mean for each in found]).sum() / np.array([each.booked for each in found]).sum()
    words = f"sum of means over sum of truths, next year, {recording} recording"
    yield Row(words, f"{ratio:.4g}", "", "", "", "", version("pipecast"), seeds)
    for level in (0.1, 0.25, 0.75, 0.9):
        hits = np.array([each.chance <= level for each in found], dtype=np.float64)
        words = f"companies book what they had a chance of {level:.0%} or less of, {recording} recording"
        yield _row(words, share_of("", hits), seeds)


def _row(words: str, found: Attained, seeds: str, limit: tuple[float, float] | None = None) -> Row:
    measured, low, high = (f"{figure:.4g}" for figure in (found.share, found.low, found.high))
    said = "" if limit is None else within(limit)
    passed = verdict(None if limit is None else limit[0] <= found.share <= limit[1])
    return Row(words, measured, low, high, said, passed, version("pipecast"), seeds)


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    "scenarios": from_scenarios,
    PERFECT: lambda given: from_exports(given, PERFECT),
    HUMAN: lambda given: from_exports(given, HUMAN),
}


def _part_of(check: str) -> str:
    """Return the part that a row of the table belongs to."""
    return next((part for part in (PERFECT, HUMAN) if f"{part} recording" in check), "scenarios")


def main(arguments: list[str] | None = None) -> int:
    """Run the parts, write the table, return 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; the others' rows are kept")
    parser.add_argument("--companies", type=int, default=COMPANIES, help="how many are exported")
    parser.add_argument(
        "--set-in", type=int, default=SET_IN, help="years in which a scenario's quotas are set"
    )
    parser.add_argument("--seen-in", type=int, default=SEEN_IN, help="fresh years")
    parser.add_argument("--workers", type=int, help="processes for the companies; all cores unless told")
    given, began = parser.parse_args(arguments), time.monotonic()
    new: dict[str, list[Row]] = {}
    for part in given.only or PARTS:
        new[part] = []
        for row in PARTS[part](given):
            new[part].append(row)
            print(f"{row.check}: {row.measured} [{row.low}, {row.high}] {row.limit} {row.passed}", flush=True)
    kept = read_rows(RESULTS, Row) if given.only else []
    whole = renewed(kept, new, lambda row: _part_of(row.check), PARTS)
    write_rows(RESULTS, Row, whole)
    count = sum(map(len, new.values()))
    print(f"{RESULTS.name}: {len(whole)} rows, {count} of them new, in {time.monotonic() - began:.0f} s")
    return failed(whole)


if __name__ == "__main__":
    sys.exit(main())
