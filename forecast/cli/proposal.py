"""A proposed mapping in the terminal: shown, confirmed, written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from forecast.cli.reading import check_encoding
from forecast.cli.tables import say, show
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.crm.proposal import Proposal

Command = TypeVar("Command", bound=Callable[..., Any])
NOBODY = "nobody can be asked here whether the proposal is right: give --yes to write it unasked, and check every line of it"


def propose_mapping(files: Sequence[Path], given: dict[str, Any]) -> None:
    """Show what names and contents of the columns suggest, and write it as a mapping file.

    Whoever sits at the terminal is asked first, unless `--yes` was given.

    Parameters
    ----------
    files : sequence of Path
    given : dict
        The command's options.

    Raises
    ------
    BadInput
        A file cannot be read as a table, the mapping file is there already, or nobody can be asked.
    """
    from forecast.crm.proposal import proposal_text, propose

    target: Path = given["propose"]
    check_target(target, unasked=given["yes"])
    check_encoding(given["encoding"])
    proposal = propose(files, day_first=given["day_first"], encoding=given["encoding"])
    print_proposal(proposal)
    named = " ".join(str(file) for file in files)
    then = f"then: pipecast import {named} --mapping {target}"
    write_confirmed(target, proposal_text(proposal, target.parent), then, unasked=given["yes"])


def yes_option(command: Command) -> Command:
    """Add `--yes`."""
    return click.option(
        "--yes", is_flag=True, help="With --propose: write the proposal without asking whether it is right."
    )(command)


def check_yes(given: dict[str, Any]) -> None:
    """Refuse `--yes` where nothing is asked."""
    if given["yes"] and given["propose"] is None:
        raise BadInput([Problem("--yes", "", "", "", "needs --propose: nothing else is asked")])


def check_target(target: Path, *, unasked: bool) -> None:
    """Refuse a mapping file that cannot be written, or about which nobody could be asked, before anything is read.

    Parameters
    ----------
    target : Path
    unasked : bool
        Whether `--yes` was given.

    Raises
    ------
    BadInput
        It is there already, its folder is not, or nobody sits at the terminal.
    """
    allowed = ""
    if target.exists():
        allowed = "is there already, and may hold what somebody corrected; name a new file"
    elif not target.parent.is_dir():
        allowed = "its folder is not there; name another"
    elif not unasked and not somebody_is_there():
        allowed = NOBODY
    if allowed:
        raise BadInput([Problem(str(target), "", "--propose", "", allowed)])


def write_confirmed(target: Path, text: str, then: str, *, unasked: bool) -> None:
    """Write a proposal that was shown, once it is confirmed.

    Parameters
    ----------
    target : Path
    text : str
    then : str
        What is done with the file next.
    unasked : bool
        Whether `--yes` was given.
    """
    from simulations.exports.files import write_files

    if not unasked and not click.confirm(f"Is this right? Then it is written into {target}"):
        click.echo("Nothing was written.")
        return
    write_files(target.parent, {target.name: text.encode("utf-8")})
    click.echo(f"Wrote {target}. Check every line of it, {then}")


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
