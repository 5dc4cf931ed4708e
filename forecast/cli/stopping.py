"""Until when is simulated: a number of years, or as many as it takes for an interval to be narrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from simulations.stopping import UntilNarrow

Command = TypeVar("Command", bound=Callable[..., Any])

#: What a part of the rule is called on the command line.
_OPTIONS = {"half_width": "--until-narrow", "measure": "--measure", "fewest": "--most", "most": "--most"}


def stopping_options(command: Command) -> Command:
    """Add `--until-narrow`, and what it looks at: in place of a number of years."""
    for option in (
        click.option(
            "--most",
            type=click.IntRange(2, 1_000_000),
            default=10_000,
            show_default=True,
            help="With --until-narrow: years after which it ends in any case.",
        ),
        click.option(
            "--measure",
            default="total",
            show_default=True,
            metavar="NAME",
            help="With --until-narrow: the measure whose difference is watched, by its name in the JSON.",
        ),
        click.option(
            "--until-narrow",
            "until_narrow",
            type=float,
            metavar="SHARE",
            help="In place of --replications: simulate until half the 95% interval of each cadence's difference from "
            "steady is at most this share of steady's mean; 0.01 is one percent.",
        ),
    ):
        command = option(command)
    return command


def years_asked(given: dict[str, Any]) -> int | UntilNarrow:
    """Return how many years are asked for, or until when.

    Raises
    ------
    BadInput
        Both are, or what belongs to one of them is given with the other.
    """
    from simulations.stopping import FEWEST, UntilNarrow

    told = click.get_current_context().get_parameter_source
    said = [name for name in ("replications", "measure", "most") if told(name) is ParameterSource.COMMANDLINE]
    if given["until_narrow"] is None:
        if wrong := [name for name in said if name != "replications"]:
            raise BadInput([Problem(f"--{name}", "", "", "", "is for --until-narrow") for name in wrong])
        return int(given["replications"])
    if "replications" in said:
        allowed = (
            "is given with --until-narrow; give a number of years, or how narrow an interval is to become"
        )
        raise BadInput([Problem("--replications", "", "", str(given["replications"]), allowed)])
    most = given["most"]
    until = UntilNarrow(given["until_narrow"], given["measure"], min(FEWEST, most), most)
    try:
        until.check()
    except BadInput as error:
        raise BadInput(
            [replace(problem, field=_OPTIONS[problem.field]) for problem in error.problems]
        ) from None
    return until
