"""`pipecast forecast`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import output_options, print_json, read_export, reading_options
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import datetime as dt

    from forecast.forecasting import Forecast

FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
MOST_TARGETS = 1_000


@click.command()
@click.argument("file", type=FILE)
@click.option("--from", "start", type=DAY, required=True, help="First day of the period.")
@click.option("--to", "end", type=DAY, required=True, help="Last day of the period.")
@click.option("--target", type=click.FloatRange(min=0), help="What is to be booked in the period, in --unit.")
@click.option(
    "--targets-file", type=FILE, help="CSV of targets by period; those that make up the period are added."
)
@click.option("--targets", metavar="FIRST:LAST:STEP", help="Chances over a grid of multiples of the mean.")
@click.option("--unit", type=click.Choice(["amount", "deals"]), default="amount", show_default=True)
@click.option("--draws", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True)
@click.option(
    "--seed", type=click.IntRange(0, (1 << 64) - 1), default=1, show_default=True, help="Of all chance."
)
@reading_options
@output_options
def forecast(file: Path, **given: Any) -> None:
    """Forecast what the CRM export FILE will book in a period, and the chance to reach a target."""
    from forecast.forecasting import forecast as run_forecast

    start, end = given["start"].date(), given["end"].date()
    grid = _grid(given["targets"]) if given["targets"] else None
    target = _target(given, start, end)
    reading = read_export(file, given, start=start)
    result = run_forecast(
        reading.tables,
        as_of=given["as_of"] or reading.export_date.to_pydatetime(),
        start=start,
        end=end,
        target=target,
        targets=grid,
        unit=given["unit"],
        draws=given["draws"],
        seed=given["seed"],
        findings=reading.findings,
    )
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_forecast

        deliver_forecast(result, reading, file, given["out"])
    if given["as_json"]:
        print_json(result.to_dict())
        return
    print_forecast(result)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _grid(text: str) -> tuple[float, ...]:
    """Return the multiples that ``0.5:1.5:0.1`` names, both ends inside."""
    try:
        first, last, step = (float(part) for part in text.split(":"))
        count = round((last - first) / step)
    except (ValueError, ZeroDivisionError):
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
    if given["target"] is not None:
        raise BadInput(
            [Problem("--target", "", "", f"{given['target']:g}", "give either --target or --targets-file")]
        )
    import pandas as pd

    from forecast.plan import read_targets, target_between

    path = given["targets_file"]
    return target_between(read_targets(path), pd.Timestamp(start), pd.Timestamp(end), file=str(path))


def print_forecast(result: Forecast) -> None:
    """Print the distribution, its parts, the weighted pipelines, the cycle and the findings."""
    from forecast.cli.crm import print_findings
    from forecast.cli.tables import money, percent, show
    from forecast.sentences import forecast_sentences

    whole = result.to_dict()
    for sentence in forecast_sentences(result):
        click.echo(f"* {sentence}")
    quantiles = whole["bookings"]["quantiles"]
    show(
        f"Bookings {whole['inputs']['start']} to {whole['inputs']['end']}, as of {whole['inputs']['as_of'][:16]}",
        ("what", "value"),
        [
            ("mean", money(whole["bookings"]["mean"])),
            *((f"quantile {float(level):.1%}", money(value)) for level, value in quantiles.items()),
            *((f"part: {name}", money(value)) for name, value in whole["parts"].items()),
            ("target", money(whole["inputs"]["target"])),
            ("chance of target", percent(whole["chance_of_target"])),
            *(
                (f"chance of {row['times_mean']:g} x mean", percent(row["chance"]))
                for row in whole["chance_by_target"]
            ),
        ],
    )
    weighted = whole["weighted_pipeline"]
    show(
        "Weighted pipeline, three kinds",
        ("kind", "value"),
        [
            (
                "crm: typed probability, expected to close in the period",
                money(weighted["crm"]) if weighted["crm"] is not None else f"none: {weighted['crm_reason']}",
            ),
            ("calibrated: won ever", money(weighted["calibrated"])),
            ("calibrated in period", money(weighted["calibrated_in_period"])),
            ("pipeline optimism: crm less calibrated in period", money(weighted["optimism"])),
        ],
    )
    print_findings(result.findings)
    click.echo(f"Seed {result.asked.seed}, pipecast {result.version}.")
