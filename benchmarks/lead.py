"""The lead over profit and loss, at size: `make measure-lead`.

Writes `benchmarks/results/lead.csv`, a row for each shock and way of knowing, as `pipecast lead` delivers it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from forecast.lead.measuring import Effort, measure_lead
from forecast.report.spreadsheet import frame_table
from simulations.scenario_file import load_scenario

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "examples" / "scenarios" / "self-sourcing-team.yaml"
RESULTS = Path(__file__).parent / "results" / "lead.csv"
COMPANIES, SEED = 1_000, 7


def main() -> int:
    """Measure, write the table and say how often either side alarmed on plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=COMPANIES, help="that suffer each shock")
    parser.add_argument("--workers", type=int, help="processes; as many as there are cores unless told")
    given = parser.parse_args()
    began = time.monotonic()
    found = measure_lead(
        load_scenario(SCENARIO), companies=given.companies, seed=SEED, effort=Effort(given.workers, said)
    )
    RESULTS.write_bytes(frame_table(found.to_frame()))
    for (knowledge, recording, side), rate in found.on_plan.items():
        print(f"on plan, {knowledge}, {recording}: {side} alarms in {rate.mean:.1%} of companies")
    print(f"{RESULTS.name}: {len(found.leads)} rows in {time.monotonic() - began:.0f} s")
    return 0


def said(done: int, whole: int) -> None:
    """Say on standard error how far it is."""
    print(f"\r{done} of {whole} companies", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
