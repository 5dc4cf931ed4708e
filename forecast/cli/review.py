"""`pipecast review`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import (
    as_options,
    draws_option,
    fiscal_year_option,
    output_options,
    print_json,
    seed_option,
    unit_option,
)
from forecast.cli.reading import FILE, reading_options
from forecast.cli.stored import as_of_asked, from_store, read_export_or_store, snapshots_until

if TYPE_CHECKING:
    from forecast.library.reviews import ReviewAnswer

#: Options that the call in Python has under the same names.
SAME = (
    "period", "target", "targets_file", "records_mapping", "plan", "last", "disqualify_after_days", "fiscal_year_start", "unit",
    "draws", "seed", "country",
)  # fmt: skip


@click.command()
@from_store
@click.option(
    "--period",
    metavar="FIRST:LAST",
    help="Days of the quotas, such as 2026-10-01:2026-12-31; default: the fiscal quarter of the review.",
)
@click.option(
    "--target", type=click.FloatRange(min=0), help="What the team is to book in the period, in --unit."
)
@click.option(
    "--targets-file", type=FILE, help="CSV of targets by period and owner: the quotas, and their sum."
)
@click.option(
    "--owner", "owners", metavar="NAME", multiple=True, help="Only this rep's page; may be repeated."
)
@click.option(
    "--prospecting",
    "records",
    metavar="FILE or OWNER=FILE",
    multiple=True,
    help="Prospecting records, as `pipecast prospecting --records` reads them; may be repeated.",
)
@click.option(
    "--records-mapping", type=FILE, help="YAML file that names columns, words and owners of the records."
)
@click.option(
    "--plan", type=FILE, help="Protected blocks: weekday or day, start and end or hours (CSV), or a calendar."
)
@click.option(
    "--last",
    type=click.Path(path_type=Path),
    help="Folder (or actions.json) of an earlier review, whose actions are looked up; default with --store: what a review "
    "a week ago would have proposed.",
)
@click.option(
    "--disqualify-after-days",
    type=click.FloatRange(1, 3_650),
    default=45,
    show_default=True,
    help="Days without activity and next step; `pipecast hygiene` finds your own.",
)
@fiscal_year_option
@unit_option("What bookings count: money, or won deals.")
@draws_option("Possible periods that are drawn.")
@seed_option
@click.option("--country", metavar="CODE", help="Whose public holidays count, such as US.")
@reading_options
@output_options
def review(files: tuple[Path, ...], **given: Any) -> None:
    """Make the weekly review: a page for each rep and one for the team.

    FILE... is what `pipecast import` reads; with --store in its place, what was imported until --as-of, which also shows
    slips and whether last week's actions happened. With --out: the pages as HTML and PDF (A4, a page for each rep), their
    tables, and the actions that the next review looks up.
    """
    from forecast.library.reviews import make_review

    reading = read_export_or_store(files, given, None)
    words = {name: given[name] for name in SAME}
    with as_options():
        pack = make_review(
            reading,
            as_of=as_of_asked(given),
            owner=given["owners"],
            prospecting=given["records"],
            snapshots=snapshots_until(reading.export_date, given),
            **words,
        )
    if given["out"] is not None:
        _with_mapping(pack, given["mapping"]).report(given["out"])
    if given["as_json"]:
        print_json(pack.to_dict())
        return
    from forecast.cli.review_tables import print_review

    print_review(pack)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _with_mapping(pack: ReviewAnswer, path: Path | None) -> ReviewAnswer:
    """Return the pack with the mapping file, by which its export was read, among what it rests on."""
    if path is None:
        return pack
    from forecast.report.blocks import input_file

    return replace(pack, inputs=(*pack.inputs, input_file(path, "mapping")))
