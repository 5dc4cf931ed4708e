"""`pipecast ledger`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import as_options, output_options, print_json
from forecast.cli.reading import FILE, reading_options
from forecast.cli.stored import as_of_asked, from_store, read_export_or_store

if TYPE_CHECKING:
    from forecast.ledger_view import LedgerView

DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Options that the call in Python has under the same names.
SAME = ("since", "recognition_months", "close_lag", "figures", "day_first", "country")


@click.command()
@from_store
@click.option("--since", type=DAY, help="First day of the year to date; default: that of the calendar year.")
@click.option(
    "--recognition-months",
    type=click.IntRange(1, 60),
    default=1,
    show_default=True,
    help="Months over which a booking becomes revenue, in equal parts; 1: at once.",
)
@click.option(
    "--close-lag",
    type=click.IntRange(0, 60),
    default=10,
    show_default=True,
    help="Working days from a month's end until its figures are published.",
)
@click.option(
    "--figures",
    type=FILE,
    help="CSV of the real figures: month (any day of it), revenue and, where it is known, published; in place of those made from the "
    "bookings.",
)
@click.option("--country", metavar="CODE", help="On whose public holidays nobody works, such as US.")
@reading_options
@output_options
def ledger(files: tuple[Path, ...], **given: Any) -> None:
    """Say what a reader of profit and loss knows on a day, beside what is booked.

    FILE... is what `pipecast import` reads; with --store in its place, what was imported until --as-of. Bookings become
    revenue, and each month is published some working days after it ends.
    """
    from forecast.library.ledgers import view_ledger

    reading = read_export_or_store(files, given, None)
    words = {name: given[name] for name in SAME}
    with as_options():
        found = view_ledger(reading, as_of=as_of_asked(given), **words)
    if given["out"] is not None:
        found.report(given["out"])
    if given["as_json"]:
        print_json(found.to_dict())
        return
    _print(found)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _print(found: LedgerView) -> None:
    from forecast.cli.tables import say, show
    from forecast.sentences.ledger import ledger_sentences

    say(ledger_sentences(found))
    rows = [
        (
            f"{month:%Y-%m}", f"{row['bookings']:,.2f}", "-" if row["revenue"] != row["revenue"] else f"{row['revenue']:,.2f}",
            f"{row['published']:%Y-%m-%d}" if row["published"] == row["published"] else "-", "yes" if row["known"] else "not yet",
        )
        for month, row in zip(found.months.index, found.months.to_dict("records"), strict=True)
    ]  # fmt: skip
    unit = f", {found.currency}" if found.currency else ""
    count = found.rules.recognition_months
    made = (
        "as given"
        if found.given
        else f"bookings, recognised {'at once' if count == 1 else f'over {count} months'}"
    )
    show(
        f"Ledger{unit}",
        ("month", "bookings", "revenue", "published", "known"),
        rows,
        note=f"Revenue: {made}.",
    )
    click.echo(f"\npipecast {found.version}.")
