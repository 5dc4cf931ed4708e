"""`pipecast export-crm` and `pipecast import`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from forecast.cli.deliver import writable
from forecast.cli.options import output_options, parse_cadence, print_json, seed_option
from forecast.cli.proposal import check_yes, propose_mapping, yes_option
from forecast.cli.reading import FILE, FILES, moment_asked, read_export, reading_options, title
from forecast.cli.stored import add_reading, print_added, store_option

FOLDER = click.Path(file_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Those of `simulations.exports.shapes`, written out so that help needs no import.
SHAPES = (
    *("hubspot", "hubspot-tables", "salesforce", "salesforce-fields", "salesforce-objects"),
    *("pipedrive", "pipedrive-changes", "dynamics", "zoho", "plain"),
)


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
@seed_option
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default="hubspot",
    show_default=True,
    help="The CRM whose files and habits are imitated; plain is a table for a mapping file.",
)
@click.option("--perfect/--human", default=False, help="Perfect recording, or what people type (default).")
def export_crm(scenario: Path, folder: Path, **given: Any) -> None:
    """Simulate the SCENARIO's team and write what its CRM would export into FOLDER, with the truth beside it."""
    from simulations.exports import export_crm as export
    from simulations.scenario_file import load_scenario

    chosen = load_scenario(scenario)
    cadence = chosen.cadence if given["cadence"] is None else parse_cadence(given["cadence"])
    as_of: dt.datetime = given["as_of"]
    paths = export(
        chosen,
        cadence,
        given["seed"],
        folder,
        as_of=as_of.date(),
        perfect=given["perfect"],
        shape=given["shape"],
    )
    for path in (paths.deals, *paths.beside, paths.targets, paths.prospecting, paths.truth, paths.provenance):
        click.echo(f"Wrote {path}")


@click.command(name="import")
@FILES
@click.option(
    "--propose",
    type=FILE,
    help="Do not import: propose a mapping from names and contents of the columns, and write it into this new file.",
)
@yes_option
@click.option(
    "--tables",
    type=FOLDER,
    callback=writable,
    help="Also leave what was read in this folder, as Parquet: give it in place of FILE, and nothing is read anew.",
)
@store_option("Put what was read, as known at --as-of or else when it was exported, into a store: ")
@reading_options
@output_options
def import_crm(files: tuple[Path, ...], **given: Any) -> None:
    """Read a CRM export and report what it holds and what limits a forecast from it.

    FILE... is an export (CSV or Excel), several files that belong together, such as opportunities and their history,
    or a folder with them.
    """
    check_yes(given)
    if given["propose"] is not None:
        propose_mapping(files, given)
        return
    reading = read_export(files, given, start=None)
    added = None if given["store"] is None else add_reading(reading, given)
    if given["tables"] is not None:
        from forecast.cli.deliver import deliver_reading

        deliver_reading(given["tables"], reading, moment_asked("--as-of", given["as_of"]))
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_tables

        deliver_tables(reading, given)
    if given["as_json"]:
        from forecast.cli.export import reading_as_dict

        whole = reading_as_dict(reading, title(files))
        print_json(whole if added is None else {**whole, "store": added.to_dict()})
        return
    from forecast.cli.export import print_reading

    print_reading(reading, title(files))
    if added is not None:
        print_added(added, given)
    if given["tables"] is not None:
        click.echo(f"Wrote {given['tables']}/")
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")
