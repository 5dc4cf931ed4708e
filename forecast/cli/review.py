"""`pipecast review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import (
    draws_option,
    fiscal_year_option,
    output_options,
    print_json,
    seed_option,
    unit_option,
)
from forecast.cli.periods import period_asked
from forecast.cli.reading import FILE, reading_options
from forecast.cli.stored import from_store, opened, read_export_or_store, recorded_by, snapshots_until
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.crm import Reading
    from forecast.prospecting import Prospecting
    from forecast.review import Actions, Beside, ReviewAsked, ReviewPack


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
    from forecast.review import review as make_review

    reading = read_export_or_store(files, given, None)
    asked = _asked(reading, given)
    pack = make_review(
        reading.tables, asked, _beside(reading, asked, given), reading.findings, reading.currency
    )
    if given["out"] is not None:
        _deliver(pack, reading, given)
    if given["as_json"]:
        print_json(pack.to_dict())
        return
    from forecast.cli.review_tables import print_review

    print_review(pack)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _asked(reading: Reading, given: dict[str, Any]) -> ReviewAsked:
    from forecast.cli.reading import moment_asked
    from forecast.review import ReviewAsked

    moment = (
        reading.export_date
        if given["store"]
        else moment_asked("--as-of", given["as_of"]) or reading.export_date
    )
    start, end = period_asked(given["period"], moment, given["fiscal_year_start"])
    if given["target"] is not None and given["targets_file"] is not None and not _quotas(given, start, end):
        allowed = "the targets file holds no owner's target for the period; leave it out, or --target"
        raise BadInput([Problem("--target", "", "", f"{given['target']:g}", allowed)])
    return ReviewAsked(
        moment, start, end, _target(given, start, end), given["unit"], given["disqualify_after_days"],
        given["fiscal_year_start"], given["owners"], given["draws"], given["seed"], given["country"],
    )  # fmt: skip


def _target(given: dict[str, Any], start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    """Return the team's target: as given, else that of the file."""
    if given["target"] is not None or given["targets_file"] is None:
        target: float | None = given["target"]
        return target
    from forecast.plan import read_targets, target_between

    return target_between(read_targets(given["targets_file"]), start, end, file=str(given["targets_file"]))


def _quotas(given: dict[str, Any], start: pd.Timestamp, end: pd.Timestamp) -> dict[str, float]:
    """Return the targets of owners that the targets file has for the whole period."""
    if given["targets_file"] is None:
        return {}
    from forecast.plan import read_targets, target_between

    targets, found = read_targets(given["targets_file"]), {}
    for owner in targets["owner"].dropna().unique():
        try:
            found[str(owner)] = target_between(targets, start, end, owner=owner)
        except BadInput:  # an owner without a target for all of the days has no quota to be held against
            continue
    return found


def _beside(reading: Reading, asked: ReviewAsked, given: dict[str, Any]) -> Beside:
    from forecast.review import Beside

    return Beside(
        quotas=_quotas(given, asked.start, asked.end),
        prospecting=_prospecting(reading, asked, given),
        seen=snapshots_until(asked.moment, given),
        last=_last(asked, given),
    )


def _prospecting(reading: Reading, asked: ReviewAsked, given: dict[str, Any]) -> Prospecting | None:
    if not given["records"]:
        if given["plan"] is not None or given["records_mapping"] is not None:
            option = "plan" if given["plan"] is not None else "records-mapping"
            raise BadInput(
                [Problem(f"--{option}", "", "", str(given[option.replace("-", "_")]), "needs --prospecting")]
            )
        return None
    from forecast.cli.prospecting import record_file
    from forecast.known import as_of
    from forecast.prospecting import learn_prospecting, read_plan, read_records
    from forecast.prospecting.mapping import RecordsMapping, read_records_mapping

    path = given["records_mapping"]
    told = RecordsMapping() if path is None else read_records_mapping(path)
    rows = read_records([record_file(text) for text in given["records"]], until=asked.moment, mapping=told)
    plan = None if given["plan"] is None else read_plan(given["plan"], asked.moment, told)
    return learn_prospecting(
        rows,
        asked.moment,
        tables=as_of(reading.tables, asked.moment),
        plan=plan,
        country=given["country"],
        seed=asked.seed,
    )


def _last(asked: ReviewAsked, given: dict[str, Any]) -> Actions | None:
    """Return the actions of the earlier review: of its folder, else what the store would have proposed a week ago."""
    from forecast.review import read_actions

    if given["last"] is not None:
        return read_actions(given["last"])
    if given["store"] is None:
        return None
    from forecast.review.earlier import actions_at

    before = asked.begin
    with opened(given) as store:
        there = [one for one in store.current(recorded_by(given)) if one.moment <= before]
        return None if not there else actions_at(store.reading(there[-1]).tables, there[-1].moment, asked)


def _deliver(pack: ReviewPack, reading: Reading, given: dict[str, Any]) -> None:
    from forecast.cli.deliver import deliver_files, export_inputs, stored_inputs
    from forecast.report.blocks import input_file
    from forecast.report.review import review_files

    records = tuple(input_file(path, "prospecting records") for path in _paths(given))
    inputs = (*stored_inputs(reading), *export_inputs(reading.files, given), *records)
    deliver_files(given["out"], review_files(pack, inputs))


def _paths(given: dict[str, Any]) -> list[Path]:
    from forecast.cli.prospecting import record_file

    return [record_file(text).path for text in given["records"]]
