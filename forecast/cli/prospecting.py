"""`pipecast prospecting`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import output_options, print_json, seed_option
from forecast.cli.proposal import check_target, check_yes, write_confirmed, yes_option
from forecast.cli.reading import FILE, reading_options
from forecast.cli.stored import from_store, read_export_or_store
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.crm import Reading
    from forecast.prospecting import Prospecting, ProspectingRecords, RecordFile
    from forecast.prospecting.mapping import RecordsMapping


@click.command()
@from_store
@click.option(
    "--records",
    metavar="FILE or OWNER=FILE",
    multiple=True,
    required=True,
    help="Hours, touches, conversations, meetings by owner and day (CSV, Excel), a calendar (.ics), or a CRM's "
    "activities; may be repeated.",
)
@click.option(
    "--records-mapping", type=FILE, help="YAML file that names columns, words and owners of the records."
)
@click.option(
    "--propose",
    type=FILE,
    help="Do not read: propose a mapping for the first file of records, and write it into this new file.",
)
@yes_option
@click.option(
    "--plan", type=FILE, help="Protected blocks: weekday or day, start and end or hours (CSV), or a calendar."
)
@click.option(
    "--weeks",
    type=click.IntRange(1, 156),
    default=26,
    show_default=True,
    help="Latest whole weeks looked at.",
)
@click.option(
    "--source",
    metavar="SOURCE",
    multiple=True,
    help="A source of opportunities that is prospecting, where its name does not tell; may be repeated.",
)
@click.option(
    "--country", metavar="CODE", help="On whose public holidays no block was to be kept, such as US."
)
@seed_option
@reading_options
@output_options
def prospecting(files: tuple[Path, ...], **given: Any) -> None:
    """Say what an hour of prospecting brings, by owner and team, and which protected blocks were kept.

    [FILE]... is a CRM export, as `pipecast import` reads it, or --store what was imported until --as-of: with it the opportunities and the amounts won of an hour
    are told, too.
    """
    from forecast.library.records import record_file

    check_yes(given)
    records = [record_file(text) for text in given["records"]]
    if given["propose"] is not None:
        _propose(records[0].path, given)
        return
    reading = read_export_or_store(files, given, None) if files or given["store"] else None
    moment, rows, told = _records(records, reading, given)
    found = _learn(reading, rows, told, moment, given)
    currency = "" if reading is None else reading.currency
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_prospecting

        deliver_prospecting(found, rows.files, reading, given)
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.prospecting_tables import print_prospecting

    print_prospecting(found, currency)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _records(
    files: list[RecordFile], reading: Reading | None, given: dict[str, Any]
) -> tuple[pd.Timestamp, ProspectingRecords, RecordsMapping]:
    """Return the moment of knowledge, the records until then, and what the mapping file says."""
    import pandas as pd

    from forecast.known import moment_of_knowledge
    from forecast.prospecting import read_records
    from forecast.prospecting.mapping import RecordsMapping, read_records_mapping

    path = given["records_mapping"]
    told = RecordsMapping() if path is None else read_records_mapping(path)
    if given["day_first"] is not None:
        told = told.model_copy(update={"dates": "day-first" if given["day_first"] else "month-first"})
    if reading is not None:
        asked = None if given["store"] else given["as_of"]
        moment = reading.export_date if asked is None else moment_of_knowledge(asked)
        return moment, read_records(files, until=moment, mapping=told), told
    moment = pd.Timestamp.now().normalize() if given["as_of"] is None else _moment(given["as_of"])
    rows = read_records(files, until=moment, mapping=told)
    if given["as_of"] is None:  # records end with their last day, whenever they are looked at
        moment = min(moment, rows.table["day"].max() + pd.Timedelta(days=1))
    return moment, rows, told


def _moment(text: str) -> pd.Timestamp:
    from forecast.known import moment_of_knowledge

    try:
        return moment_of_knowledge(text)
    except ValueError:
        raise BadInput([Problem("--as-of", "", "", text, "must be a day such as 2026-03-31")]) from None


def _learn(
    reading: Reading | None,
    rows: ProspectingRecords,
    told: RecordsMapping,
    moment: pd.Timestamp,
    given: dict[str, Any],
) -> Prospecting:
    from forecast.known import as_of
    from forecast.prospecting import learn_prospecting, read_plan

    return learn_prospecting(
        rows,
        moment,
        tables=None if reading is None else as_of(reading.tables, moment),
        plan=None if given["plan"] is None else read_plan(given["plan"], moment, told),
        weeks=given["weeks"],
        sources=given["source"],
        country=given["country"],
        seed=given["seed"],
    )


def _propose(path: Path, given: dict[str, Any]) -> None:
    """Show which column is what, and write it as a mapping file once that is confirmed."""
    from forecast.prospecting.proposal import propose_records, records_proposal_text

    target: Path = given["propose"]
    check_target(target, unasked=given["yes"])
    text = records_proposal_text(propose_records(path, given["encoding"]))
    click.echo(text.rstrip())
    write_confirmed(target, text, f"then give it with --records-mapping {target}", unasked=given["yes"])
