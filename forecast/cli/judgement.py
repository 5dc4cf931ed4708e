"""Commits and calls beside a forecast, in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.tables import money, percent, say, show
from forecast.sentences.judgement import WHOSE, judgement_sentences

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.forecasting import Forecast
    from forecast.judgement import Judgement

FILE = click.Path(dir_okay=False, path_type=Path)


def calls_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--calls`."""
    return click.option(
        "--calls",
        type=FILE,
        help="CSV of rep commits and manager calls: period, owner, made on, kind, amount. They are scored against what "
        "came, and mixed in by their skill (takes longer).",
    )(command)


def judgement_asked(reading: Reading, said: Forecast, given: dict[str, Any]) -> Judgement | None:
    """Return what the calls of `--calls` are worth; None where none were given."""
    if given["calls"] is None:
        return None
    from forecast.cli.options import progress
    from forecast.judgement import judge, read_judgements

    rows = read_judgements(given["calls"], day_first=given["day_first"], encoding=given["encoding"])
    with progress("making past forecasts again", quiet=given["as_json"]) as tell:
        return judge(reading.tables, rows, said, tell)


def print_judgement(found: Judgement, said: Forecast, currency: str = "") -> None:
    """Print what the calls are worth: sentences, scores, and how far owners lean.

    Parameters
    ----------
    found : Judgement
    said : Forecast
    currency : str
        Of the amounts; empty where unknown.
    """
    click.echo(f"\n{click.style('Commits and calls', bold=True)}\n")
    say(judgement_sentences(found, said, currency))
    if found.scores:
        show(
            "How far calls missed what was booked",
            ("whose", "periods", "calls", "error", "statistics", "difference"),
            [
                (
                    WHOSE[score.scope, score.kind], f"{score.periods}", f"{score.cases}", money(score.error),
                    money(score.statistics_error),
                    "-" if score.against_statistics is None else percent(score.against_statistics.mean),
                )
                for score in found.scores
            ],
            note="Difference: error less that of the statistics of the same days, as a share of what was booked.",
        )  # fmt: skip
    if found.owners:
        show(
            "How far owners lean: share of a call that does not come",
            ("owner", "kind", "periods", "called", "came", "bias"),
            [
                (
                    one.owner, one.kind, f"{one.periods}", money(one.called), money(one.came),
                    f"{percent(one.bias.mean)} ({percent(one.bias.low)} to {percent(one.bias.high)})",
                )
                for one in found.owners
            ],
            note="In brackets: 95% intervals; owners with few periods are drawn toward the others.",
        )  # fmt: skip
