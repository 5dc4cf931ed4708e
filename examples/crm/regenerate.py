"""Write the export in this folder anew, byte for byte: ``python examples/crm/regenerate.py [FOLDER]``."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from simulations.exports import ExportPaths, export_crm
from simulations.scenario_file import load_scenario

HERE = Path(__file__).resolve().parent
SCENARIO = HERE.parent / "scenarios" / "self-sourcing-team.yaml"
SEED = 7
WEEKS = 39


def regenerate(folder: Path) -> ExportPaths:
    """Export the shipped team's CRM as it looked after week 39 of its year, typed as people do."""
    scenario = load_scenario(SCENARIO)
    last_day = scenario.calendar.year_start + timedelta(weeks=WEEKS, days=-1)
    return export_crm(scenario, scenario.cadence, SEED, folder, as_of=last_day, perfect=False)


if __name__ == "__main__":
    regenerate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
