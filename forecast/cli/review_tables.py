"""The weekly review in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forecast.cli.tables import heading, say, show
from forecast.report.review_sheets import Sheet, sheets_of

if TYPE_CHECKING:
    from forecast.review import ReviewPack


def print_review(pack: ReviewPack) -> None:
    """Print each page: sentences, questions, and the tables of the team and of whom `--owner` names; what limits it; the seed.

    Parameters
    ----------
    pack : ReviewPack
    """
    for number, sheet in enumerate(sheets_of(pack)):
        _print_sheet(sheet, whole=number == 0 or bool(pack.asked.owners))
    if pack.reps and not pack.asked.owners:
        click.echo("\nThe tables of a rep: --owner NAME, or --out for all pages.")
    if pack.findings:
        click.echo(f"\n{click.style('What limits this', bold=True)}\n")
        say(f"{finding.severity.upper()}: {finding.message}" for finding in pack.findings)
    click.echo(f"\nSeed {pack.asked.seed}, {pack.asked.draws:,} draws, pipecast {pack.version}.")


def _print_sheet(sheet: Sheet, *, whole: bool) -> None:
    heading(sheet.title)
    say(sheet.sentences)
    click.echo(f"\n{click.style('Three questions', bold=True)}\n")
    say(sheet.questions)
    for table in sheet.tables if whole else ():
        show(table.title, table.header, [[cell.text for cell in row] for row in table.rows], table.note)
    if sheet.notes and whole:
        click.echo("")
        say(sheet.notes)
