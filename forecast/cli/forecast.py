"""`pipecast forecast`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.asked import asked, asked_options, check_asked
from forecast.cli.judgement import calls_option, judgement_asked
from forecast.cli.options import draws_option, output_options, print_json, progress, seed_option, unit_option
from forecast.cli.reading import reading_options
from forecast.cli.stored import from_store, read_export_or_store, snapshots_until
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import datetime as dt

    from forecast.crm import Reading
    from forecast.divergence import ImportedYear
    from forecast.forecasting import Forecast
    from forecast.judgement import Judgement

FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
MOST_TARGETS = 1_000


@click.command()
@from_store
@click.option("--from", "start", type=DAY, required=True, help="First day of the period.")
@click.option("--to", "end", type=DAY, required=True, help="Last day of the period.")
@click.option("--target", type=click.FloatRange(min=0), help="What is to be booked in the period, in --unit.")
@click.option(
    "--targets-file",
    type=FILE,
    help="Targets by period (CSV, Excel or YAML); those that make up the period are added.",
)
@click.option("--targets", metavar="FIRST:LAST:STEP", help="Chances over a grid of multiples of the mean.")
@unit_option("What bookings count: money, or won deals.")
@draws_option("Possible periods that are drawn.")
@seed_option
@click.option(
    "--country",
    metavar="CODE",
    help="Whose public holidays count, such as US; default: those that the records keep.",
)
@click.option(
    "--week-by-week",
    is_flag=True,
    help="Also what each week of the period, as far as it has passed, said about the target (takes longer).",
)
@calls_option
@asked_options
@reading_options
@output_options
def forecast(files: tuple[Path, ...], **given: Any) -> None:
    """Forecast what a CRM export will book in a period, and the chance to reach a target.

    FILE... is what `pipecast import` reads: an export, several files that belong together, or a folder with them. With
    --store in its place, what was imported into a store until --as-of is forecast from.
    """
    start, end = given["start"].date(), given["end"].date()
    _check(given, start, end)
    grid = _grid(given["targets"]) if given["targets"] else None
    target = _target(given, start, end)
    reading = read_export_or_store(files, given, start)
    result = _forecast(reading, given, target, grid)
    year = _year(reading, given, target) if given["week_by_week"] and target is not None else None
    judged = judgement_asked(reading, result, given)
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_forecast

        deliver_forecast(result, (year, judged), reading, given)
    if given["as_json"]:
        beside = {"divergence": year, "judgement": judged}
        more = {name: found.to_dict() for name, found in beside.items() if found is not None}
        print_json({**result.to_dict(), **more})
        return
    _print(result, year, judged, reading.currency)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _print(result: Forecast, year: ImportedYear | None, judged: Judgement | None, currency: str) -> None:
    from forecast.cli.divergence import print_divergence
    from forecast.cli.target import print_forecast

    print_forecast(result, currency)
    if judged is not None:
        from forecast.cli.judgement import print_judgement

        print_judgement(judged, result, currency)
    if year is not None:
        print_divergence((), year, currency)


def _forecast(
    reading: Reading, given: dict[str, Any], target: float | None, grid: tuple[float, ...] | None
) -> Forecast:
    from forecast.forecasting import forecast as run_forecast
    from forecast.known import moment_of_knowledge

    return run_forecast(
        reading.tables,
        as_of=_moment(reading, given),
        start=given["start"],
        end=given["end"],
        target=target,
        targets=grid,
        unit=given["unit"],
        draws=given["draws"],
        seed=given["seed"],
        country=given["country"],
        findings=reading.findings,
        **asked(given, moment_of_knowledge(_moment(reading, given), given["start"].date()), target),
    )


def _year(reading: Reading, given: dict[str, Any], target: float) -> ImportedYear:
    from forecast.divergence import imported_year

    with progress("looking at each week", quiet=given["as_json"]) as tell:
        return imported_year(
            reading.tables,
            start=given["start"],
            end=given["end"],
            target=target,
            until=_moment(reading, given),
            unit=given["unit"],
            seed=given["seed"],
            country=given["country"],
            seen=snapshots_until(_moment(reading, given), given),
            progress=tell,
        )


def _moment(reading: Reading, given: dict[str, Any]) -> Any:
    """Return the moment of knowledge: that of the snapshot in a store, as asked for, else the export's own."""
    return (given["store"] is None and given["as_of"]) or reading.export_date.to_pydatetime()


def _check(given: dict[str, Any], start: dt.date, end: dt.date) -> None:
    """Refuse what the options alone show to be wrong, before a file is read."""
    problems = check_asked(given)
    if end < start:
        problems.append(Problem("--to", "", "", f"{end}", f"must not be before --from, {start}"))
    if given["week_by_week"] and given["target"] is None and given["targets_file"] is None:
        problems.append(Problem("--week-by-week", "", "", "", "needs --target or --targets-file"))
    if given["target"] is not None and given["targets_file"] is not None:
        found = f"{given['target']:g}"
        problems.append(
            Problem("--target", "", "", found, "give either --target or --targets-file, not both")
        )
    if problems:
        raise BadInput(problems)


def _grid(text: str) -> tuple[float, ...]:
    """Return the multiples that ``0.5:1.5:0.1`` names, both ends inside."""
    try:
        first, last, step = (float(part) for part in text.split(":"))
        count = round((last - first) / step)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise _no_grid(text) from None
    if step <= 0 or first < 0 or not 0 <= count < MOST_TARGETS:
        raise _no_grid(text)
    return tuple(round(first + step * index, 10) for index in range(count + 1))


def _no_grid(text: str) -> BadInput:
    allowed = f"must be FIRST:LAST:STEP, such as 0.5:1.5:0.1, of at most {MOST_TARGETS} steps"
    return BadInput([Problem("--targets", "", "", text, allowed)])


def _target(given: dict[str, Any], start: dt.date, end: dt.date) -> float | None:
    if given["targets_file"] is None:
        target: float | None = given["target"]
        return target
    import pandas as pd

    from forecast.plan import read_targets, target_between

    path = given["targets_file"]
    return target_between(read_targets(path), pd.Timestamp(start), pd.Timestamp(end), file=str(path))
