"""`pipecast changes`."""

from __future__ import annotations

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
from forecast.cli.reading import moment_asked
from forecast.cli.stored import opened, recorded_by, recorded_by_option, store_name, store_option

if TYPE_CHECKING:
    from forecast.changes.between import ChangesAsked, PipelineChanges
    from forecast.changes.steps import Due


@click.command()
@store_option("The store: ", required=True)
@click.option(
    "--from",
    "begin",
    metavar="DAY",
    required=True,
    help="The earlier moment of knowledge; a day counts whole.",
)
@click.option("--to", "end", metavar="DAY", required=True, help="The later one.")
@click.option(
    "--period",
    metavar="FIRST:LAST",
    help="Days such as 2026-07-01:2026-09-30: only what is expected to close in it, and what changed its forecast.",
)
@click.option(
    "--by",
    type=click.Choice(["owner", "team", "source", "product"]),
    help="Also the waterfall of each of these.",
)
@click.option(
    "--week-by-week",
    "weekly",
    is_flag=True,
    help="Also the waterfall of each week, from the snapshots of its ends.",
)
@click.option(
    "--slips-out-of",
    type=click.Choice(["month", "quarter"]),
    default="quarter",
    show_default=True,
    help="The period out of which a deal slips.",
)
@fiscal_year_option
@unit_option("Of the forecast; the waterfall gives both.")
@draws_option("Possible periods of the forecast that are drawn.")
@seed_option
@click.option("--country", metavar="CODE", help="Whose public holidays count in the forecast, such as US.")
@recorded_by_option
@output_options
def changes(**given: Any) -> None:
    """Say what changed in the pipeline between two days, and what changed the forecast.

    Both days are looked up in a store that `pipecast import --store` filled: of each the last snapshot until then.
    """
    from forecast.changes.between import pipeline_changes

    asked = _asked(given)
    with opened(given) as store:
        found = pipeline_changes(store, asked, recorded_by(given))
    if given["out"] is not None:
        from forecast.cli.deliver import deliver
        from forecast.report import InputFile, Results

        inputs = tuple(
            InputFile("snapshot in a store", f"{store_name(given)}, {one.moment:%Y-%m-%d %H:%M}", one.digest)
            for one in (found.before, found.after)
        )
        deliver(given["out"], Results(changes=found, currency=found.currency, inputs=inputs))
    if given["as_json"]:
        print_json(found.to_dict())
        return
    print_changes(found)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _asked(given: dict[str, Any]) -> ChangesAsked:
    from forecast.changes.between import ChangesAsked

    return ChangesAsked(
        begin=moment_asked("--from", given["begin"]),
        end=moment_asked("--to", given["end"]),
        due=None if given["period"] is None else _period(given["period"]),
        by=given["by"],
        slips_out_of=given["slips_out_of"],
        first_month=given["fiscal_year_start"],
        unit=given["unit"],
        draws=given["draws"],
        seed=given["seed"],
        country=given["country"],
        weekly=given["weekly"],
    )


def _period(text: str) -> Due:
    from forecast.changes.steps import Due
    from forecast.library.periods import days_of_period

    with as_options():
        return Due(*days_of_period(text))


def print_changes(found: PipelineChanges) -> None:
    """Print the sentences, the waterfall, what changed the forecast, age and slips."""
    from forecast.cli.tables import say, show
    from forecast.report.changes import changes_tables
    from forecast.sentences.changes import changes_sentences

    say(finding.message for finding in found.findings)
    say(changes_sentences(found))
    for tables in changes_tables(found).values():
        for table in tables:
            show(table.title, table.header, [[cell.text for cell in row] for row in table.rows], table.note)
    click.echo(f"\nSeed {found.asked.seed}, {found.asked.draws:,} draws, pipecast {found.version}.")
