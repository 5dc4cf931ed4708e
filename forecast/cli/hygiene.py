"""`pipecast hygiene`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import output_options, print_json, progress, seed_option, tell_compilation
from forecast.cli.reading import reading_options
from forecast.cli.stored import from_store, read_export_or_store, snapshots_until
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.hygiene import HistoryHygiene, ScenarioHygiene
    from simulations.tables import CrmTables

#: How a scenario's file ends.
SCENARIOS = (".yaml", ".yml")
#: Options that only a scenario, or only a history, has.
OF_SCENARIO = ("replications", "workers")
OF_HISTORY = ("value_of_hour", "follow_up_hours", "follow_up_every_days", "review_minutes")


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
    days = _days(given["days"])
    if len(files) == 1 and files[0].suffix.lower() in SCENARIOS:
        _refuse(given, OF_HISTORY, "belongs to a history; a scenario says it itself")
        _tell_scenario(_swept(files[0], days, given), given)
        return
    _refuse(given, OF_SCENARIO, "belongs to a scenario")
    _tell_history(_learned(files, days, given), given)


def _refuse(given: dict[str, Any], names: tuple[str, ...], why: str) -> None:
    told = [name for name in names if given[name] is not None]
    if told:
        raise BadInput(Problem(f"--{name.replace('_', '-')}", "", "", f"{given[name]}", why) for name in told)


def _days(text: str | None) -> tuple[float, ...] | None:
    """Return the days that ``14,30,60`` names."""
    try:
        return None if text is None else tuple(float(part) for part in text.split(","))
    except ValueError:
        allowed = "must be numbers of days separated by commas, such as 21,45,90"
        raise BadInput([Problem("--days", "", "", str(text), allowed)]) from None


def _swept(path: Path, days: tuple[float, ...] | None, given: dict[str, Any]) -> ScenarioHygiene:
    from forecast.hygiene import DAYS, sweep_days
    from simulations.scenario_file import load_scenario

    scenario = load_scenario(path)
    tell_compilation()
    with progress("simulating", quiet=given["as_json"]) as tell:
        return sweep_days(
            scenario, days or DAYS, replications=given["replications"] or 200, seed=given["seed"],
            workers=given["workers"], progress=tell,
        )  # fmt: skip


def _learned(
    files: tuple[Path, ...], days: tuple[float, ...] | None, given: dict[str, Any]
) -> HistoryHygiene:
    from forecast.cli.reading import moment_asked
    from forecast.hygiene import DAYS, Costs, learn_hygiene
    from forecast.known import as_of

    reading = read_export_or_store(files, given, None)
    moment = (
        reading.export_date
        if given["store"]
        else moment_asked("--as-of", given["as_of"]) or reading.export_date
    )
    seen: list[tuple[pd.Timestamp, CrmTables]] = [(moment, as_of(reading.tables, moment))]
    if given["store"] is not None:
        seen = snapshots_until(moment, given)
    told = {name: given[name] for name in OF_HISTORY if given[name] is not None}
    return learn_hygiene(
        seen, days or DAYS, costs=Costs(**told), unanswered=given["unanswered"], currency=reading.currency,
        seed=given["seed"],
    )  # fmt: skip


def _tell_scenario(found: ScenarioHygiene, given: dict[str, Any]) -> None:
    if given["out"] is not None:
        from forecast.plots.hygiene import draw_swept

        _deliver(found, draw_swept(found), given["out"])
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.hygiene_tables import print_scenario

    print_scenario(found)
    _wrote(given)


def _tell_history(found: HistoryHygiene, given: dict[str, Any]) -> None:
    if given["out"] is not None:
        from forecast.plots.hygiene import draw_silent

        _deliver(found, draw_silent(found), given["out"])
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.hygiene_tables import print_history

    print_history(found)
    _wrote(given)


def _wrote(given: dict[str, Any]) -> None:
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _deliver(found: ScenarioHygiene | HistoryHygiene, figure: Any, folder: Path) -> None:
    from forecast.cli.deliver import deliver_files
    from forecast.report.spreadsheet import frame_table
    from simulations.plots.files import rendered

    pictures = {f"hygiene.{kind}": rendered(figure, kind) for kind in ("png", "svg")}
    deliver_files(folder, {"hygiene.csv": frame_table(found.to_frame()), **pictures})
