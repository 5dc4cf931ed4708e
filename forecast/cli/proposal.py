"""A proposed mapping in the terminal: shown, confirmed, written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.reading import check_encoding
from forecast.cli.tables import say, show
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.crm.proposal import Proposal


def propose_mapping(files: Sequence[Path], given: dict[str, Any]) -> None:
    """Show what names and contents of the columns suggest, and write it as a mapping file.

    Where somebody sits at the terminal, they are asked first.

    Parameters
    ----------
    files : sequence of Path
    given : dict
        The command's options.

    Raises
    ------
    BadInput
        A file cannot be read as a table, or the mapping file is there already.
    """
    from forecast.crm.proposal import proposal_text, propose
    from simulations.exports.files import write_files

    target: Path = given["propose"]
    if target.exists():
        allowed = "is there already, and may hold what somebody corrected; name a new file"
        raise BadInput([Problem(str(target), "", "--propose", "", allowed)])
    if not target.parent.is_dir():
        raise BadInput([Problem(str(target), "", "--propose", "", "its folder is not there; name another")])
    check_encoding(given["encoding"])
    proposal = propose(files, day_first=given["day_first"], encoding=given["encoding"])
    print_proposal(proposal)
    if somebody_is_there() and not click.confirm(f"Is this right? Then it is written into {target}"):
        click.echo("Nothing was written.")
        return
    write_files(target.parent, {target.name: proposal_text(proposal, target.parent).encode("utf-8")})
    named = " ".join(str(file) for file in files)
    click.echo(f"Wrote {target}. Check every line of it, then: pipecast import {named} --mapping {target}")


def somebody_is_there() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty()


def print_proposal(proposal: Proposal) -> None:
    """Print a proposal: column by column, what must be accepted, what it reads, what is open."""
    from forecast.crm.mapping import BECOMES
    from forecast.crm.proposal.writing import reason

    if proposal.guesses:
        rows = [(one.meaning, one.column.header, reason(one)) for one in proposal.guesses]
        unread = f"Not read: {', '.join(proposal.ignored)}." if proposal.ignored else ""
        show(
            f"What the columns of {Path(proposal.file).name} seem to be",
            ("is", "column", "why"),
            rows,
            note=unread,
        )
    for name in proposal.mapping.accept:
        click.echo(f"Accepted: {name} ({BECOMES[name]}).")
    if proposal.reading is not None:
        counts = proposal.reading.tables.opportunities["outcome"].value_counts()
        held = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items())
        click.echo(f"So it would be read as {proposal.reading.shape}: {held}.")
    if proposal.open or proposal.problems:
        click.echo(f"\n{click.style('What only you can say', bold=True)}\n")
        say([*proposal.open, *map(str, proposal.problems)])
