"""A scenario as a file: read and checked, and its JSON Schema for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulations.checks import scenario_problems
from simulations.errors import BadInput, Problem
from simulations.scenario.load import field_name, read_with_tree
from simulations.scenario.model import Scenario
from simulations.scenario.yaml import position


def load_scenario(path: Path | str) -> Scenario:
    """Return the scenario that a YAML file describes.

    Raises
    ------
    BadInput
        With every problem found: unknown or duplicate keys, values out of range, parts that do not fit.
    """
    scenario, tree = read_with_tree(Path(path), Scenario)
    found = [
        Problem(str(path), position(tree, item.loc), field_name(item.loc), item.value, item.allowed)
        for item in scenario_problems(scenario)
    ]
    if found:
        raise BadInput(found)
    return scenario


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file (draft 2020-12); each number carries its evidence."""
    schema = Scenario.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
