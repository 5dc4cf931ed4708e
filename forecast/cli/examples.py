"""Where the shipped examples are: beside the sources, or where a wheel puts them."""

from __future__ import annotations

import sysconfig
from dataclasses import dataclass
from pathlib import Path

from simulations.errors import BadInput, Problem

SCENARIO = "scenarios/self-sourcing-team.yaml"
EXPORT = "crm/hubspot-crm-exports-all-deals-2026-10-04.csv"
TARGETS, TRUTH = "crm/targets.csv", "crm/truth.csv"


@dataclass(frozen=True, slots=True)
class Examples:
    """The files that the demo runs on.

    Attributes
    ----------
    scenario : Path
        The self-sourcing team.
    export : Path
        What that team's CRM would export.
    targets : Path
        The team's targets.
    truth : Path
        What really happened to every opportunity, after the export too.
    """

    scenario: Path
    export: Path
    targets: Path
    truth: Path


def places() -> tuple[Path, ...]:
    """Return the folders in which examples may stand, the first to be looked into first."""
    beside_sources = Path(__file__).resolve().parents[2] / "examples"
    return beside_sources, Path(sysconfig.get_path("data")) / "share" / "pipecast" / "examples"


def find_examples() -> Examples:
    """Return the shipped examples.

    Raises
    ------
    BadInput
        They are nowhere, or not whole; every file that is missing is named.
    """
    folder = next((place for place in places() if place.is_dir()), None)
    if folder is None:
        tried = " or ".join(str(place) for place in places())
        raise BadInput([Problem("examples", "", "", "", f"are not installed: looked for {tried}; {_REPAIR}")])
    paths = [folder / name for name in (SCENARIO, EXPORT, TARGETS, TRUTH)]
    missing = [
        Problem(str(path), "", "", "", f"is missing; {_REPAIR}") for path in paths if not path.is_file()
    ]
    if missing:
        raise BadInput(missing)
    return Examples(*paths)


_REPAIR = "they come with the repository, so run the demo in a whole clone of it"
