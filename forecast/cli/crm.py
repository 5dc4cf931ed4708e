"""`pipecast export-crm` and `pipecast import`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from forecast.cli.options import output_options, parse_cadence, print_json, reading_options

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("scenario", type=FILE)
@click.argument("folder", type=FOLDER)
@click.option(
    "--as-of",
    "as_of",
    type=DAY,
    required=True,
    help="Day of the export; nothing of that day or later is in it.",
)
@click.option("--cadence", default=None, metavar="CADENCE", help="Default: the scenario's own.")
@click.option(
    "--seed", type=click.IntRange(0, (1 << 64) - 1), default=1, show_default=True, help="Of all chance."
)
@click.option("--perfect/--human", default=False, help="Perfect recording, or what people type (default).")
def export_crm(scenario: Path, folder: Path, **given: Any) -> None:
    """Simulate the SCENARIO's team and write what its CRM would export into FOLDER, with the truth beside it."""
    from simulations.exports import export_crm as export
    from simulations.scenario_file import load_scenario

    chosen = load_scenario(scenario)
    cadence = chosen.cadence if given["cadence"] is None else parse_cadence(given["cadence"])
    as_of: dt.datetime = given["as_of"]
    paths = export(chosen, cadence, given["seed"], folder, as_of=as_of.date(), perfect=given["perfect"])
    for path in (paths.deals, paths.targets, paths.truth, paths.provenance):
        click.echo(f"Wrote {path}")


@click.command(name="import")
@click.argument("file", type=FILE)
@reading_options
@output_options
def import_crm(file: Path, **given: Any) -> None:
    """Read a CRM export FILE and report what it holds and what limits a forecast from it."""
    from forecast.cli.options import read_export

    reading = read_export(file, given, start=None)
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_tables

        deliver_tables(reading, file, given)
    if given["as_json"]:
        from forecast.cli.export import reading_as_dict

        print_json(reading_as_dict(reading, file))
        return
    from forecast.cli.export import print_reading

    print_reading(reading, file)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")
