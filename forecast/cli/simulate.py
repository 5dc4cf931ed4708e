"""`pipecast simulate` and `pipecast compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import (
    engine_option,
    output_options,
    parse_cadence,
    print_json,
    progress,
    replication_options,
    tell_compilation,
)
from forecast.cli.stopping import stopping_options, years_asked

if TYPE_CHECKING:
    from simulations.comparison import Comparison

FILE = click.Path(dir_okay=False, path_type=Path)
CADENCES = (
    "steady, sawtooth[:weeks_on=8,weeks_off=8], reactive[:...], quarter_end[:weeks_off=2], "
    "custom:FILE.csv (hours a week, one a line)"
)


@click.command()
@click.argument("scenario", type=FILE)
@click.option(
    "--cadence", "cadence", default=None, metavar="CADENCE", help=f"Default: the scenario's own. {CADENCES}"
)
@replication_options(200)
@stopping_options
@engine_option
@output_options
def simulate(scenario: Path, cadence: str | None, **given: Any) -> None:
    """Simulate one cadence's year, with the steady year beside it, from the SCENARIO file."""
    from simulations.experiment import simulate_year
    from simulations.scenario_file import load_scenario

    chosen = None if cadence is None else parse_cadence(cadence)
    tell_compilation(given["engine"])
    with progress("simulating", quiet=given["as_json"]) as tell:
        result = simulate_year(
            load_scenario(scenario),
            chosen,
            years_asked(given),
            given["seed"],
            workers=given["workers"],
            engine=given["engine"],
            progress=tell,
        )
    _deliver(result, scenario, as_json=given["as_json"], out=given["out"])


@click.command()
@click.argument("scenario", type=FILE)
@click.option(
    "--cadence",
    "cadences",
    multiple=True,
    default=("steady", "sawtooth", "reactive"),
    show_default=True,
    metavar="CADENCE",
    help=f"Repeat for each: {CADENCES}",
)
@replication_options(200)
@stopping_options
@engine_option
@output_options
def compare(scenario: Path, cadences: tuple[str, ...], **given: Any) -> None:
    """Compare prospecting cadences with steady under the same luck, from the SCENARIO file."""
    from simulations.experiment import compare as run_comparison
    from simulations.scenario_file import load_scenario

    chosen = [parse_cadence(text) for text in cadences]
    tell_compilation(given["engine"])
    with progress("simulating", quiet=given["as_json"]) as tell:
        result = run_comparison(
            load_scenario(scenario),
            chosen,
            years_asked(given),
            given["seed"],
            workers=given["workers"],
            engine=given["engine"],
            progress=tell,
        )
    _deliver(result, scenario, as_json=given["as_json"], out=given["out"])


def _deliver(result: Comparison, source: Path, *, as_json: bool, out: Path | None) -> None:
    if out is not None:
        from forecast.cli.deliver import deliver_comparison

        deliver_comparison(result, source, out)
    if as_json:
        print_json(result.to_dict())
        return
    from forecast.cli.rhythm import print_comparison

    print_comparison(result)
    if out is not None:
        click.echo(f"Wrote {out}/")
