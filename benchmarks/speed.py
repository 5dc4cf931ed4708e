"""How fast: one table, every row measured in one run, as ratios wherever there is something to compare with.

``python -m benchmarks.speed [--only PART] [--long] [--runs N] [--json] [--keep]``. Absolute times belong to one machine
and one moment; what took turns in one run can be compared, and so can its ratios between machines.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from benchmarks import comparison, engines, growth, peers, quarter, startup
from benchmarks.clock import SEED, Size
from benchmarks.table import Row, printed

PARTS: Mapping[str, Callable[[Size], list[Row]]] = {
    engines.PART: engines.rows,
    peers.PART: peers.rows,
    growth.PART: growth.rows,
    startup.PART: startup.rows,
    comparison.PART: comparison.rows,
    quarter.PART: quarter.rows,
    comparison.LONG_PART: comparison.long_rows,
}
#: Parts that take many minutes.
LONG = (comparison.LONG_PART,)
KEPT = Path(__file__).parent / "results" / "speed.json"


def measured(parts: Iterable[str], size: Size) -> list[Row]:
    """Return the rows of some parts, in their order; says on standard error what is being measured."""
    rows = []
    for part in parts:
        print(f"measuring {part} ...", end="", file=sys.stderr, flush=True)
        start = time.perf_counter()
        rows += PARTS[part](size)
        print(f" {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return rows


def to_dict(rows: Iterable[Row], size: Size) -> dict[str, object]:
    """Return the table for machines, with what it depends on."""
    return {
        "version": version("pipecast"),
        "seed": SEED,
        "runs": size.runs,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": [row.to_dict() for row in rows],
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    options = _parser().parse_args(arguments)
    size = replace(Size(), runs=max(options.runs, 1))
    parts = options.only or [part for part in PARTS if options.long or part not in LONG]
    rows = measured(parts, size)
    figures = to_dict(rows, size)
    text = json.dumps(figures, indent=2)
    print(text if options.json else f"{printed(rows)}\n\n{figures['machine']}; pipecast {figures['version']}")
    if options.keep:
        KEPT.write_text(text + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks.speed", description="How fast Pipecast is, as one table."
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure one part of the table; may be repeated"
    )
    parser.add_argument("--long", action="store_true", help="also the rows that take many minutes")
    parser.add_argument("--runs", type=int, default=Size().runs, help="turns of each measurement")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument(
        "--keep", action="store_true", help=f"keep the figures in {KEPT.parent.name}/{KEPT.name}"
    )
    return parser


if __name__ == "__main__":
    main()
