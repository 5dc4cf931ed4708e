"""The commands, and what becomes of a fault: exit code 2 for bad input, 1 for a defect of ours."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click

#: Environment variable that lets a defect be seen with all its lines.
TRACEBACK = "PIPECAST_TRACEBACK"
LONGEST_FAULT = 300
#: New objects after which rubbish is looked for: at Python's 700, imports alone let it be looked for hundreds of times.
RUBBISH_AFTER = 100_000
#: Set before numpy is loaded, unless the user has: its idle threads take turns from ours, and numbers must not hang on cores.
LINEAR_ALGEBRA = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

COMMANDS = {
    "demo": ("forecast.cli.demo", "demo", "Run everything once: the rhythm, the forecast, the divergence."),
    "simulate": ("forecast.cli.simulate", "simulate", "Simulate one cadence's year."),
    "compare": ("forecast.cli.simulate", "compare", "Compare prospecting cadences under the same luck."),
    "why": ("forecast.cli.why", "why", "Say why a cadence books less or more than steady."),
    "scenario": ("forecast.cli.scenario", "scenario", "Write, check and explain scenario files."),
    "export-crm": ("forecast.cli.crm", "export_crm", "Export the CRM of a simulated team."),
    "import": ("forecast.cli.crm", "import_crm", "Read a CRM export and report its quality."),
    "changes": ("forecast.cli.changes", "changes", "Say what changed in the pipeline between two days."),
    "snapshots": ("forecast.cli.stored", "snapshots", "List the snapshots that a store holds."),
    "ledger": ("forecast.cli.ledger", "ledger", "Say what a reader of profit and loss knows on a day."),
    "forecast": ("forecast.cli.forecast", "forecast", "Forecast what a CRM export will book."),
    "watch": (
        "forecast.cli.watch",
        "watch",
        "Say whether reality is leaving the plan, in what, and since when.",
    ),
    "lead": (
        "forecast.cli.lead",
        "lead",
        "Measure how much sooner a CRM tells of a shock than profit and loss.",
    ),
    "quota": ("forecast.cli.quota", "quota", "Say what quota is realistic, and judge a proposed sheet."),
    "review": (
        "forecast.cli.review",
        "review",
        "Make the weekly review: a page for each rep and one for the team.",
    ),
    "hygiene": (
        "forecast.cli.hygiene",
        "hygiene",
        "Say after how many silent days an opportunity is best disqualified.",
    ),
    "prospecting": (
        "forecast.cli.prospecting",
        "prospecting",
        "Say what an hour of prospecting brings, and which blocks were kept.",
    ),
    "cycle": (
        "forecast.cli.cycle",
        "cycle",
        "Say how long it takes, how much is won, and what enters in a week.",
    ),
    "backtest": (
        "forecast.cli.backtest",
        "backtest",
        "Score the forecast on past days, beside simpler ones.",
    ),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called, so that help is there at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pipecast")
def cli() -> None:
    """See what prospecting rhythm does to a year, and what a real pipeline will close.

    Profit and loss tells you when it is too late; the pipeline tells you while you can still act.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    from simulations.errors import BadInput

    gc.set_threshold(RUBBISH_AFTER)
    os.environ.update({name: os.environ.get(name, most) for name, most in LINEAR_ALGEBRA.items()})
    try:
        code: Any = cli.main(args=arguments, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except BadInput as error:
        click.echo("\n".join(f"Error: {problem}" for problem in error.problems), err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped; nothing was written.", err=True)
        sys.exit(130)
    except SystemExit as end:
        # Nobody else ends with 1 in here: click and rich do where whoever reads has had enough, which is no fault.
        sys.exit(0 if end.code == 1 else end.code)
    except OSError as error:
        click.echo(
            f"Error: {error.filename or 'a file'}: cannot be read or written: {error.strerror}", err=True
        )
        sys.exit(2)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        click.echo(_defect(error), err=True)
        sys.exit(1)


def _defect(error: Exception) -> str:
    """Return what is said of a fault that is ours."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split())[:LONGEST_FAULT]
    return (
        f"Error: this is a defect of Pipecast, not of your input: {type(error).__name__}: {said} "
        f"({Path(place.filename).name}, line {place.lineno}). Nothing was written. Please report it with the command "
        f"that you ran and what it prints with {TRACEBACK}=1 set."
    )
