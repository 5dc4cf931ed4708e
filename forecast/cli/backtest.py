"""`pipecast backtest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.deliver import writable
from forecast.cli.options import as_options, print_json, progress, workers_option
from forecast.cli.reading import read_export, reading_options
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.library.backtests import BacktestAnswer

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
#: Options that the call in Python has under the same names.
SAME = ("protocol", "data", "unit", "as_of", "draws", "seed", "country", "workers")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option(
    "--protocol", type=FILE, help="YAML file that says what is forecast from which days; in place of FILE."
)
@click.option(
    "--data",
    type=FOLDER,
    help="Folder from which the protocol names its files.",
    envvar="PIPECAST_TRIAL_DATA",
)
@click.option(
    "--dataset", "datasets", multiple=True, help="Only this data set of the protocol; may be repeated."
)
@click.option(
    "--horizon",
    "horizons",
    multiple=True,
    help="How far ahead FILE is forecast, such as 2 weeks; may be repeated. Default: 1 month, 3 months.",
)
@click.option(
    "--unit",
    type=click.Choice(["amount", "deals"]),
    help="What bookings of FILE count; default: amount where the export has any.",
)
@click.option(
    "--draws",
    type=click.IntRange(100, 1_000_000),
    default=2_000,
    show_default=True,
    help="Of each forecast of FILE; a protocol names its own.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, (1 << 64) - 1),
    default=1,
    show_default=True,
    help="Of all chance; a protocol names its own.",
)
@click.option("--country", metavar="CODE", help="Whose public holidays count in the forecast, such as US.")
@workers_option
@click.option("--log", type=FILE, help="CSV to which a row for every method is added; needs --note.")
@click.option("--note", help="What was changed, for the log.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, nothing else.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writable,
    help="Folder for the league table and the single outcomes (CSV).",
)
@reading_options
def backtest(files: tuple[Path, ...], **given: Any) -> None:
    """Forecast from past days' knowledge alone, and score it beside what you would otherwise trust.

    FILE... is what `pipecast import` reads; origins are a week apart over its second half. With --protocol in its place,
    the files, days and horizons are the protocol's. The league table is printed as it falls, also where we lose.
    """
    if given["log"] is not None and not given["note"]:
        raise BadInput([Problem("--note", "", "", "", "--log needs --note: say what was changed")])
    from forecast.library.backtests import run_backtest

    reading = read_export(files, given, start=None) if files else None
    words = {name: given[name] for name in SAME}
    if given["horizons"]:
        words["horizon"] = given["horizons"]
    with progress("looking back", quiet=given["as_json"]) as tell, as_options():
        found = run_backtest(reading, dataset=given["datasets"], progress=tell, **words)
    _keep(found, given)
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.league import print_backtest

    print_backtest(found)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _keep(found: BacktestAnswer, given: dict[str, Any]) -> None:
    """Write what the options ask for, before anything is printed."""
    if given["out"] is not None:
        found.report(given["out"])
    if given["log"] is not None:
        from forecast.report.backtest import add_to_log

        add_to_log(given["log"], found, given["note"])
