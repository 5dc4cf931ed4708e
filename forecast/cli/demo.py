"""`pipecast demo`: the whole story on the shipped examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.deliver import deliver, writable
from forecast.cli.options import print_json, progress, replication_options, tell_compilation

if TYPE_CHECKING:
    from forecast.cli.examples import Examples
    from forecast.crm import Reading
    from forecast.divergence import ImportedYear, SimulatedYear
    from forecast.forecasting import Forecast
    from forecast.report import InputFile, Results
    from simulations.comparison import Comparison
    from simulations.ranges import Ranges
    from simulations.sensitivity import LossGrid

REPLICATIONS = 1_000
#: Each of the nine cells of the loss over two assumptions, and each of the hundred ends of the ranges of all of them, gets
#: this share of the replications: their sum takes longer.
GRID_SHARE, RANGES_SHARE = 10, 25
FEWEST = 2
#: The export's moment of knowledge, the quarter that is forecast, and the year that is looked at week by week.
AS_OF, QUARTER, YEAR = "2026-10-04", ("2026-10-05", "2027-01-03"), ("2026-01-05", "2027-01-03")
MULTIPLES = tuple(round(0.5 + step / 10, 1) for step in range(11))
STEPS = 5


@click.command()
@replication_options(REPLICATIONS)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    callback=writable,
    help="Folder for tables (CSV), pictures (PNG, SVG) and the report (HTML).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, nothing else.")
def demo(**given: Any) -> None:
    """Run the whole story on the shipped examples: the rhythm, the forecast, the divergence."""
    from forecast.cli.examples import find_examples

    shipped = find_examples()
    results = run_demo(shipped, given)
    deliver(given["out"], results)
    happened = booked_in(shipped.truth, QUARTER)
    if given["as_json"]:
        print_json({**as_dict(results), "happened": happened})
    else:
        print_demo(results, happened)
        click.echo(f"\nWrote {given['out']}/report.html, its pictures (PNG, SVG) and its tables (CSV).")


def run_demo(shipped: Examples, given: dict[str, Any]) -> Results:
    """Return everything that the demo shows.

    Parameters
    ----------
    shipped : Examples
    given : dict
        The command's options: ``replications``, ``seed``, ``workers``.
    """
    from forecast.report import Results

    comparison, grid, ranges = _rhythm(shipped, given)
    reading, forecast = _target(shipped, given["seed"])
    simulated, imported = _divergence(comparison, reading, shipped, given["seed"])
    return Results(
        comparison=comparison,
        grid=grid,
        ranges=ranges,
        forecast=forecast,
        simulated=simulated,
        imported=imported,
        currency=reading.currency,
        inputs=_inputs(shipped),
    )


def _step(number: int, words: str) -> str:
    """Tell on standard error what is done now, and return it as the label of its progress."""
    label = f"Step {number} of {STEPS}: {words}"
    click.echo(f"{label} ...", err=True)
    return label


def _rhythm(shipped: Examples, given: dict[str, Any]) -> tuple[Comparison, LossGrid, Ranges]:
    from simulations.experiment import compare
    from simulations.ranges import assumed_ranges
    from simulations.scenario.model import Reactive, Sawtooth
    from simulations.scenario_file import load_scenario
    from simulations.sensitivity import loss_grid

    tell_compilation()
    scenario, replications, seed = load_scenario(shipped.scenario), given["replications"], given["seed"]
    with progress(_step(1, f"simulating {replications} years of each cadence"), quiet=False) as tell:
        comparison = compare(
            scenario, [Sawtooth(), Reactive()], replications, seed, workers=given["workers"], progress=tell
        )
    fewer = max(FEWEST, replications // GRID_SHARE)
    with progress(_step(2, f"{fewer} years each under nine other assumptions"), quiet=False) as tell:
        grid = loss_grid(scenario, fewer, seed, workers=given["workers"], progress=tell)
    fewer = max(FEWEST, replications // RANGES_SHARE)
    label = f"{fewer} years each with every assumed number at both ends of its range"
    with progress(_step(3, label), quiet=False) as tell:
        ranges = assumed_ranges(scenario, fewer, seed, workers=given["workers"], progress=tell)
    return comparison, grid, ranges


def _target(shipped: Examples, seed: int) -> tuple[Reading, Forecast]:
    from forecast.crm import read_crm
    from forecast.forecasting import forecast
    from forecast.known import moment_of_knowledge

    _step(4, "forecasting a quarter from the shipped CRM export")
    reading = read_crm(shipped.export, as_of=moment_of_knowledge(AS_OF))
    found = forecast(
        reading.tables,
        as_of=AS_OF,
        start=QUARTER[0],
        end=QUARTER[1],
        target=_target_of(shipped.targets, QUARTER),
        targets=MULTIPLES,
        seed=seed,
        findings=reading.findings,
    )
    return reading, found


def _target_of(targets: Path, period: tuple[str, str]) -> float:
    import pandas as pd

    from forecast.plan import read_targets, target_between

    first, last = (pd.Timestamp(day) for day in period)
    return target_between(read_targets(targets), first, last, file=str(targets))


def _divergence(
    comparison: Comparison, reading: Reading, shipped: Examples, seed: int
) -> tuple[tuple[SimulatedYear, ...], ImportedYear]:
    from forecast.divergence import imported_year, simulated_year
    from forecast.sentences.rhythm import compared

    label = _step(5, "looking at each week of the year, simulated and imported")
    simulated = tuple(simulated_year(comparison, name) for name in compared(comparison))
    with progress(label, quiet=False) as tell:
        imported = imported_year(
            reading.tables,
            start=YEAR[0],
            end=YEAR[1],
            target=_target_of(shipped.targets, YEAR),
            until=AS_OF,
            country=comparison.scenario.calendar.country,
            seed=seed,
            progress=tell,
        )
    return simulated, imported


def _inputs(shipped: Examples) -> tuple[InputFile, ...]:
    from forecast.report import input_file

    return (
        input_file(shipped.scenario, "scenario"),
        input_file(shipped.export, "CRM export"),
        input_file(shipped.targets, "targets"),
    )


def booked_in(truth: Path, period: tuple[str, str]) -> float:
    """Return what was really booked in a period, by the truth beside a simulated export.

    Parameters
    ----------
    truth : Path
        As `simulations.exports` writes it.
    period : tuple of str
        First and last day, both inside.
    """
    import pandas as pd

    rows = pd.read_csv(truth, parse_dates=["closed"])
    first, last = (pd.Timestamp(day) for day in period)
    inside = (rows["closed"] >= first) & (rows["closed"] < last + pd.Timedelta(days=1))
    return float(rows.loc[inside & (rows["outcome"] == "won"), "amount"].sum())


def print_demo(results: Results, happened: float) -> None:
    """Print the three parts, each under its question.

    Parameters
    ----------
    results : Results
    happened : float
        What was really booked in the period of the forecast.
    """
    from forecast.cli.assumed import print_ranges
    from forecast.cli.divergence import print_divergence
    from forecast.cli.rhythm import print_comparison, print_grid
    from forecast.cli.tables import heading, say
    from forecast.cli.target import print_forecast

    if results.comparison is not None:
        heading("1. What does the prospecting rhythm do to the year?")
        print_comparison(results.comparison)
    if results.grid is not None:
        print_grid(results.grid)
    if results.ranges is not None:
        print_ranges(results.ranges)
    if results.forecast is not None:
        heading("2. Will the pipeline reach the target?")
        print_forecast(results.forecast, results.currency)
        say([_truth(results.forecast, happened, results.currency)])
    heading("3. Is reality leaving the plan, and since when?")
    print_divergence(results.simulated, results.imported, results.currency)


def _truth(forecast: Forecast, happened: float, currency: str) -> str:
    """Return how what really happened compares with the forecast."""
    from forecast.wording.forecasts import amount

    below = float((forecast.bookings.total < happened).mean())
    return (
        f"This export comes from a simulated team, so what really happened is known, though the forecast could not: "
        f"{amount(happened, currency)} was booked in the period, more than {below:.0%} of the draws."
    )


def as_dict(results: Results) -> dict[str, Any]:
    """Return everything as plain values, for JSON.

    Keys: ``comparison``, ``loss``, ``ranges``, ``forecast``, ``divergence`` with ``simulated`` (a list) and ``imported``.
    """
    parts = {
        "comparison": results.comparison,
        "loss": results.grid,
        "ranges": results.ranges,
        "forecast": results.forecast,
    }
    return {
        **{name: None if part is None else part.to_dict() for name, part in parts.items()},
        "divergence": {
            "simulated": [year.to_dict() for year in results.simulated],
            "imported": None if results.imported is None else results.imported.to_dict(),
        },
    }
