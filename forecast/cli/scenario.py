"""`pipecast scenario`: write, check and explain scenario files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simulations.assumptions import Assumption

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def scenario() -> None:
    """Write, check and explain scenario files."""


@scenario.command()
@click.argument("file", type=FILE, required=False)
def init(file: Path | None) -> None:
    """Write a commented scenario, the trainer's default, to FILE or to the terminal."""
    from simulations.errors import BadInput, Problem
    from simulations.scenario.template import scenario_template

    if file is None:
        click.echo(scenario_template(), nl=False)
        return
    if file.exists():
        raise BadInput([Problem(str(file), "", "", "", "is there already; name another file or remove it")])
    file.write_text(scenario_template(), encoding="utf-8")
    click.echo(f"Wrote {file}. Change it, then: pipecast scenario check {file}")


@scenario.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a scenario file: every fault with its line and column."""
    from simulations.scenario_file import load_scenario

    click.echo(f"{file}: fine, scenario {load_scenario(file).name!r}")


@scenario.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from simulations.scenario_file import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2))


@scenario.command()
@click.argument("file", type=FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def explain(file: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List every number with its source, range and grade, and what follows from them."""
    from dataclasses import asdict

    from forecast.cli.options import print_json
    from simulations.assumptions import assumptions, derived
    from simulations.scenario.model import Scenario
    from simulations.scenario_file import load_scenario

    chosen = Scenario() if file is None else load_scenario(file)
    if as_json:
        print_json(
            {
                "assumptions": [asdict(a) for a in assumptions(chosen)],
                "derived": [asdict(d) for d in derived(chosen)],
            }
        )
        return
    _print_assumptions(chosen.name, assumptions(chosen))
    from forecast.cli.tables import show

    show(
        "What follows, at no waiting",
        ("quantity", "value", "unit"),
        [(d.name, f"{d.value:.3g}", d.unit) for d in derived(chosen)],
    )


def _print_assumptions(name: str, assumed: Sequence[Assumption]) -> None:
    """Print every number with its range and grade, and its source below it."""
    import textwrap

    from forecast.cli.tables import width

    click.echo(f"What {name} assumes. Grades: A reviewed, B a vendor's data, C second-hand, D inferred.\n")
    for item in assumed:
        graded = f"{item.low:g} to {item.high:g}; {item.grade}"
        click.echo(f"{click.style(item.field, bold=True)} = {item.value:g}  ({graded})")
        click.echo(textwrap.fill(item.source, width(), initial_indent="    ", subsequent_indent="    "))
