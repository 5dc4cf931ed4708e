"""The command line is documented as it is, and answers at once."""

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from forecast.cli.main import cli

# Each costs from 0.3 to 1.1 seconds to import: a command that answers slowly is not used.
HEAVY = {
    "pandas",
    "pyarrow",
    "scipy",
    "matplotlib",
    "numba",
    "simpy",
    "pydantic",
    "holidays",
    "jinja2",
    "sqlalchemy",
}


def _commands(
    command: click.Command, path: tuple[str, ...] = ("pipecast",)
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it, the group itself first."""
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{name} is listed but cannot be called"
            yield from _commands(inner, (*path, name))


def _page(house):
    return (house.root / "docs" / "reference" / "cli.md").read_text("utf-8")


def test_the_reference_pages_are_as_the_code_has_them(house):
    """Written anew they are the same; where they are not, `make reference` repairs it."""
    written = runpy.run_path(str(house.root / "docs" / "write_reference.py"))["pages"]()
    folder = house.root / "docs" / "reference"
    stale = [name for name, text in written.items() if (folder / name).read_text("utf-8") != text]
    assert stale == []


def test_every_command_has_its_section_with_every_option(house):
    sections = {
        part.splitlines()[0].strip("` "): part
        for part in re.split(r"^##+ ", _page(house), flags=re.MULTILINE)[1:]
    }
    missing = []
    for words, command in _commands(cli):
        section = sections.get(words, "")
        names = [option for item in command.params for option in item.opts if option.startswith("--")]
        missing += [words] if not section else [f"{words} {name}" for name in names if name not in section]
    assert missing == []


def test_every_command_and_option_says_what_it_does():
    silent = []
    for words, command in _commands(cli):
        silent += [] if command.help or command.short_help else [words]
        silent += [
            f"{words} {item.opts[0]}"
            for item in command.params
            if isinstance(item, click.Option) and not item.help
        ]
    assert silent == []


def test_the_list_of_commands_says_what_each_command_says():
    """`pipecast --help` is printed without importing the commands, so its texts could drift from theirs."""
    listing = CliRunner().invoke(cli, ["--help"]).output
    for words, command in _commands(cli):
        if words.count(" ") == 1:
            assert words.split()[1] in listing
            assert command.get_short_help_str(200), words


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["scenario", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\nfrom forecast.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit as end: assert not end.code, end.code\n"
        f"print('loaded:', *sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"NO_COLOR": "1"},
        check=True,
    )
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


def test_an_unknown_command_is_the_users_fault():
    assert CliRunner().invoke(cli, ["foretell"]).exit_code == 2
