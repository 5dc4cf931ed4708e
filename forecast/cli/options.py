"""Options that several commands share, and how results leave the program."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from forecast.cli.deliver import writable
from simulations.errors import CALL, BadInput, Problem

Command = TypeVar("Command", bound=Callable[..., Any])
#: What is compiled beside the engine; name of the thread that waits for it.
COUNTING = "from simulations.tally import compile_counting; compile_counting()"
COMPILATION = "compilation"


def seed_option(command: Command) -> Command:
    """Add `--seed`."""
    return click.option(
        "--seed", type=click.IntRange(0, (1 << 64) - 1), default=1, show_default=True, help="Of all chance."
    )(command)


def workers_option(command: Command) -> Command:
    """Add `--workers`."""
    return click.option(
        "--workers",
        type=click.IntRange(1, 256),
        help="Cores to use; default: all. The result does not depend on it.",
    )(command)


def unit_option(words: str) -> Callable[[Command], Command]:
    """Add `--unit`, with what it is the unit of."""
    return click.option(
        "--unit", type=click.Choice(["amount", "deals"]), default="amount", show_default=True, help=words
    )


def draws_option(words: str) -> Callable[[Command], Command]:
    """Add `--draws` of a forecast, with what is drawn."""
    return click.option(
        "--draws", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help=words
    )


def fiscal_year_option(command: Command) -> Command:
    """Add `--fiscal-year-start`."""
    return click.option(
        "--fiscal-year-start",
        type=click.IntRange(1, 12),
        default=1,
        show_default=True,
        help="First month of the fiscal year: where quarters end.",
    )(command)


def replication_options(default: int) -> Callable[[Command], Command]:
    """Add `--replications`, `--seed` and `--workers`."""

    def decorate(command: Command) -> Command:
        for option in (
            workers_option,
            seed_option,
            click.option(
                "--replications",
                type=click.IntRange(2, 1_000_000),
                default=default,
                show_default=True,
                help="Simulated years of each cadence.",
            ),
        ):
            command = option(command)
        return command

    return decorate


def engine_option(command: Command) -> Command:
    """Add `--engine`."""
    return click.option(
        "--engine",
        type=click.Choice(["compiled", "reference"]),
        default="compiled",
        show_default=True,
        help="The fast engine, or the model in SimPy that is written to be read; both tell the same events.",
    )(command)


def tell_compilation(engine: str = "compiled") -> None:
    """Say on standard error that the engine has to be compiled first, where it has; what counts is compiled meanwhile."""
    from simulations.compiled import is_compiled

    if engine == "compiled" and not is_compiled():
        click.echo("Compiling the engine, once after installation: about half a minute ...", err=True)
        beside = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", COUNTING], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # Somebody must wait for its end, and the command, which may be over sooner, is not held up by it.
        threading.Thread(target=beside.wait, name=COMPILATION, daemon=True).start()


def output_options(command: Command) -> Command:
    """Add `--json` and `--out`."""
    command = click.option(
        "--out",
        type=click.Path(path_type=Path),
        callback=writable,
        help="Folder for tables (CSV), pictures (PNG, SVG) and the report (HTML).",
    )(command)
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, nothing else.")(
        command
    )


def print_json(result: dict[str, Any]) -> None:
    """Print a result for machines: sorted as made, no NaN."""
    click.echo(json.dumps(result, indent=2, allow_nan=False, ensure_ascii=False))


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error where somebody looks at it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def as_options() -> Iterator[None]:
    """Tell of a parameter of a call that is refused as of the option that it was given by."""
    try:
        yield
    except BadInput as refused:
        raise BadInput(map(_as_option, refused.problems)) from None


def _as_option(problem: Problem) -> Problem:
    if problem.file != CALL:
        return problem
    option = "FILE" if problem.field == "source" else f"--{problem.field.replace('_', '-')}"
    return replace(problem, file=option, field="")


def parse_cadence(text: str) -> Any:
    """Return a cadence written as ``kind`` or ``kind:key=value,key=value``; ``custom:FILE.csv`` reads a table.

    Raises
    ------
    BadInput
        The kind or a key is unknown, or a value is out of range.
    """
    from pydantic import TypeAdapter, ValidationError

    from simulations.scenario.model import FileCadence

    kind, _, rest = text.partition(":")
    adapter: TypeAdapter[Any] = TypeAdapter(FileCadence)
    try:
        return adapter.validate_python({"kind": kind, **_cadence_keys(kind, rest)})
    except ValidationError as error:
        raise BadInput(
            [
                Problem(
                    "--cadence",
                    "",
                    ".".join(str(part) for part in item["loc"][1:]),
                    text,
                    item["msg"].replace("Input should", "must"),
                )
                for item in error.errors()
            ]
        ) from None


def _cadence_keys(kind: str, rest: str) -> dict[str, Any]:
    if kind == "custom":
        if not rest:
            allowed = "needs a file: custom:FILE.csv, the prospecting hours of a week in each line"
            raise BadInput([Problem("--cadence", "", "", kind, allowed)])
        return {"hours_by_week": _weekly_hours(Path(rest))}
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    return {key.strip(): _literal(value.strip()) for key, _, value in pairs}


def _literal(text: str) -> Any:
    """Return a value as it would be read in a scenario file: a number, true or false, else text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _weekly_hours(path: Path) -> list[float]:
    """Read prospecting hours, one number a line; a header line is passed over."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([Problem(str(path), "", "", "", f"cannot be read: {error}")]) from None
    hours = []
    for number, line in enumerate(lines, 1):
        cell = line.split(",")[-1].strip()
        try:
            hours.append(float(cell))
        except ValueError:
            if number > 1 and cell:
                raise BadInput(
                    [Problem(str(path), f"line {number}", "hours", cell, "must be a number of hours")]
                ) from None
    if not hours:
        allowed = "holds no number; write the prospecting hours of a week in each line"
        raise BadInput([Problem(str(path), "", "hours", "", allowed)])
    return hours
