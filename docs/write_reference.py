"""Write the pages of `docs/reference` that can be read off the code: python docs/write_reference.py.

The tests write them again and compare, so a page that is out of date is found.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from click.testing import CliRunner

from forecast.cli.main import cli
from simulations.measures import MEASURES
from simulations.weekly import SERIES

FOLDER = Path(__file__).parent / "reference"

COMMANDS = """# Commands

What each command takes, in its own words; this page is written from them by `make reference`.

Exit codes: 0 fine; 2 the input or the call was wrong, and a message says what to change; 1 a defect of Pipecast's
own, which we would like to hear of; 130 stopped by the user. With `--json` the result goes to standard output and
nothing else does; messages and progress go to standard error.
"""

MEASURES_TOP = """# Measures of a year

What `pipecast compare --json` gives for each cadence under `measures`, each with `mean`, `low` and `high` (95%
interval over the replications), `p10` and `p90` (of single replications), and `undefined` (replications in which it
has no value). The same names stand under `differences`, with `variance_factor` and, where there is none, its
`reason`. This page is written from the code by `make reference`.

Units: *value* is money or number of opportunities, as the scenario's `unit` says; *share* is 0 to 1.
"""

WEEKLY_TOP = """## Weekly series

Under `weekly`, each with `mean`, `low` and `high` (95% interval of the mean), `p10` and `p90` (of single replications),
one entry for each week of `weeks`: week 1 is the year's first, 0 and below are warm-up.
"""


def commands(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words that call each command, a group before its members."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from commands(inner, (*words, name))


def section(words: tuple[str, ...]) -> str:
    """Return one command's section: its heading, and its help as the terminal shows it."""
    result = CliRunner().invoke(cli, [*words[1:], "--help"], prog_name="pipecast", env={"COLUMNS": "80"})
    lines = "\n".join(line.rstrip() for line in result.output.strip().splitlines())
    mark = "###" if len(words) > 2 else "##"  # noqa: PLR2004 - a member of a group stands below its group
    return f"{mark} {' '.join(words)}\n\n```text\n{lines}\n```\n"


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    ruled = ["|" + "|".join("---" for _ in head) + "|"]
    return "\n".join(
        "| " + " | ".join(row) + " |" if isinstance(row, tuple) else row for row in (head, *ruled, *rows)
    )


def pages() -> Mapping[str, str]:
    """Return every page by its file name."""
    measures = ((f"`{name}`", measure.unit, measure.meaning) for name, measure in MEASURES.items())
    series = ((f"`{name}`", meaning) for name, meaning in SERIES.items())
    return {
        "cli.md": "\n".join([COMMANDS, *(section(words) for words in commands(cli, ("pipecast",)))]),
        "measures.md": "\n".join(
            [
                MEASURES_TOP,
                table(("name", "unit", "meaning"), measures) + "\n",
                WEEKLY_TOP,
                table(("name", "meaning"), series) + "\n",
            ]
        ),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
