"""What a command that reads a CRM's files may be told of them, and the reading as asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.crm import Mapping, Reading

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)
FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))


def reading_options(command: Command) -> Command:
    """Add what a reader of a CRM export may have to be told."""
    for option in (
        click.option(
            "--day-first/--month-first",
            "day_first",
            default=None,
            help="How 1/2/2026 is meant, where the file does not show it.",
        ),
        click.option("--encoding", default=None, help="Of files that are not UTF-8."),
        click.option(
            "--rates", type=FILE, help="CSV of exchange rates: currency, rate and, where they change, since."
        ),
        click.option(
            "--all-pipelines",
            is_flag=True,
            help="Read every pipeline of the export; stages then carry its name.",
        ),
        click.option(
            "--pipeline", metavar="NAME", help="The pipeline to read, where the export has several."
        ),
        click.option("--mapping", type=FILE, help="YAML file that names columns, stages and probabilities."),
        click.option(
            "--as-of",
            "as_of",
            default=None,
            help="Moment of knowledge, such as 2026-03-31; default: the export's own.",
        ),
    ):
        command = option(command)
    return command


def read_export(files: Sequence[Path], given: dict[str, Any], start: Any) -> Reading:
    """Return the reading of an export as the options ask for it; ``start`` is the forecast's first day, if any."""
    from forecast.crm import read_crm

    check_encoding(given["encoding"])
    as_of = moment_asked("--as-of", given["as_of"], start)
    return read_crm(
        files,
        mapping=mapping_asked(given),
        as_of=as_of,
        day_first=given["day_first"],
        encoding=given["encoding"],
        rates=given["rates"],
    )


def moment_asked(option: str, text: str | None, start: Any = None) -> Any:
    """Return the first instant that is not known by an option, None where it was not given.

    Parameters
    ----------
    option : str
        Its name, for messages.
    text : str or None
    start : date, optional
        First day of the forecast period.
    """
    from forecast.known import moment_of_knowledge

    try:
        return None if text is None else moment_of_knowledge(text, start)
    except ValueError:
        raise BadInput([Problem(option, "", "", str(text), "must be a day such as 2026-03-31")]) from None


def mapping_asked(given: dict[str, Any]) -> Mapping:
    """Return the mapping file's content, with what the options say of pipelines."""
    from forecast.crm import Mapping, read_mapping

    if given["pipeline"] is not None and given["all_pipelines"]:
        allowed = "give either --pipeline or --all-pipelines, not both"
        raise BadInput([Problem("--pipeline", "", "", given["pipeline"], allowed)])
    told = Mapping() if given["mapping"] is None else read_mapping(given["mapping"])
    if given["pipeline"] is not None:
        return told.model_copy(update={"pipeline": given["pipeline"], "all_pipelines": False})
    if given["all_pipelines"]:
        return told.model_copy(update={"pipeline": None, "all_pipelines": True})
    return told


def title(files: Sequence[Path]) -> str:
    """Return what an export of one or several files is called: their names."""
    return " + ".join(file.name for file in files)


def check_encoding(name: str | None) -> None:
    """Refuse an encoding that does not exist, also where the file turns out not to need it."""
    import codecs

    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        allowed = "is no encoding; name one such as cp1252, latin-1 or utf-16"
        raise BadInput([Problem("--encoding", "", "", str(name), allowed)]) from None
