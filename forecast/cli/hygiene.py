"""`pipecast hygiene`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import (
    as_options,
    output_options,
    print_json,
    progress,
    seed_option,
    tell_compilation,
)
from forecast.cli.reading import reading_options
from forecast.cli.stored import as_of_asked, from_store, read_export_or_store, snapshots_until
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.library.hygiene import HistoryHygieneAnswer, ScenarioHygieneAnswer

    Answer = ScenarioHygieneAnswer | HistoryHygieneAnswer

Days = tuple[float, ...] | None
#: Options that the call in Python has under the same names.
SAME = (
    "replications", "workers", "value_of_hour", "follow_up_hours", "follow_up_every_days", "review_minutes", "unanswered",
    "seed",
)  # fmt: skip


@click.command()
@from_store
@click.option(
    "--days", metavar="A,B,...", help="Days without a next step that are compared; default: 14 to 120."
)
@click.option(
    "--replications", type=click.IntRange(20, 100_000), help="Of a scenario: simulated years; default: 200."
)
@click.option("--workers", type=click.IntRange(1, 256), help="Of a scenario: cores to use; default: all.")
@click.option(
    "--value-of-hour",
    type=click.FloatRange(min=0),
    help="Of a history: amount that an hour of prospecting brings.",
)
@click.option(
    "--follow-up-hours",
    type=click.FloatRange(min=0),
    help="Of a history: effort of a follow-up; default: 0.25.",
)
@click.option(
    "--follow-up-every-days",
    type=click.FloatRange(min=0.5),
    help="Of a history: days between follow-ups; default: 14.",
)
@click.option(
    "--review-minutes",
    type=click.FloatRange(min=0),
    help="Of a history: minutes of each week's review for an open deal; default: 1.",
)
@click.option(
    "--unanswered",
    metavar="KIND",
    multiple=True,
    help="Of a history: a kind of activity that is no sign of life, such as a mail that nobody answered; may be repeated.",
)
@seed_option
@reading_options
@output_options
def hygiene(files: tuple[Path, ...], **given: Any) -> None:
    """Say after how many silent days an opportunity is best disqualified: hours won, bias removed, wins thrown away.

    FILE is a scenario (.yaml), in which the rule is swept over paired years. Or it is what `pipecast import` reads, or
    --store in its place: then what became of opportunities that were silent for so long in the team's own history.
    """
    from forecast.library.sources import is_scenario_file

    words = {name: given[name] for name in SAME}
    days = _days(given["days"])
    with as_options():
        if len(files) == 1 and is_scenario_file(files[0]):
            found = _swept(files[0], days, words, given)
        else:
            found = _learned(files, days, words, given)
    if given["out"] is not None:
        found.report(given["out"])
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.hygiene_tables import print_hygiene

    print_hygiene(found)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _days(text: str | None) -> Days:
    """Return the days that ``14,30,60`` names."""
    try:
        return None if text is None else tuple(float(part) for part in text.split(","))
    except ValueError:
        allowed = "must be numbers of days separated by commas, such as 21,45,90"
        raise BadInput([Problem("--days", "", "", str(text), allowed)]) from None


def _swept(path: Path, days: Days, words: dict[str, Any], given: dict[str, Any]) -> Answer:
    from forecast.library.hygiene import measure_hygiene
    from simulations.scenario_file import load_scenario

    scenario = load_scenario(path)
    tell_compilation()
    with progress("simulating", quiet=given["as_json"]) as tell:
        return measure_hygiene(scenario, days=days, progress=tell, **words)


def _learned(files: tuple[Path, ...], days: Days, words: dict[str, Any], given: dict[str, Any]) -> Answer:
    from forecast.library.hygiene import measure_hygiene

    reading = read_export_or_store(files, given, None)
    seen = snapshots_until(reading.export_date, given)
    return measure_hygiene(reading, days=days, as_of=as_of_asked(given), snapshots=seen, **words)
