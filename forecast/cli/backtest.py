"""`pipecast backtest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.deliver import writable
from forecast.cli.options import print_json, progress, workers_option
from forecast.cli.reading import read_export, reading_options
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.backtest import Backtest, How, Plan, Protocol
    from forecast.bookings import Unit
    from simulations.tables import CrmTables

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
HORIZONS = ("1 month", "3 months")


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
    _check(files, given)
    plans, how, level = _of_protocol(given) if given["protocol"] else _of_export(files, given)
    from forecast.backtest import backtest as run

    with progress("looking back", quiet=given["as_json"]) as tell:
        found = run(plans, how, pooled_level=level, workers=given["workers"], progress=tell)
    _keep(found, given)
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.league import print_backtest

    print_backtest(found)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _check(files: tuple[Path, ...], given: dict[str, Any]) -> None:
    """Refuse what the options alone show to be wrong, before a file is read."""
    problems = []
    if bool(files) == bool(given["protocol"]):
        problems.append(Problem("FILE", "", "", "", "give either an export or --protocol, one of them"))
    if given["protocol"] and given["data"] is None:
        allowed = "a protocol needs --data, the folder from which it names its files"
        problems.append(Problem("--data", "", "", "", allowed))
    if given["log"] is not None and not given["note"]:
        problems.append(Problem("--note", "", "", "", "--log needs --note: say what was changed"))
    if problems:
        raise BadInput(problems)


Asked = tuple["Mapping[str, tuple[Plan, CrmTables]]", "How", float]


def _of_protocol(given: dict[str, Any]) -> Asked:
    from forecast.backtest import How, read_datasets, read_protocol

    path: Path = given["protocol"]
    protocol: Protocol = read_protocol(path)
    plans = read_datasets(protocol, path.parent, given["data"], given["datasets"])
    how = How(protocol.draws, protocol.seed, given["country"], tuple(protocol.baselines))
    return plans, how, protocol.pooled.level / 100


def _of_export(files: tuple[Path, ...], given: dict[str, Any]) -> Asked:
    import pandas as pd

    from forecast.backtest import How, plan_of_export
    from forecast.backtest.backtest import POOLED_LEVEL

    reading = read_export(files, given, start=None)
    horizons = tuple(_horizon(text) for text in given["horizons"] or HORIZONS)
    priced = bool(reading.tables.opportunities["amount"].notna().any())
    unit: Unit = given["unit"] or ("amount" if priced else "deals")
    plan = plan_of_export(reading.tables, pd.Timestamp(reading.export_date), horizons, (unit,))
    return (
        {plan.name: (plan, reading.tables)},
        How(given["draws"], given["seed"], given["country"]),
        POOLED_LEVEL,
    )


def _horizon(text: str) -> Any:
    from pydantic import ValidationError

    from forecast.backtest import Horizon

    try:
        return Horizon.model_validate(text)
    except ValidationError:
        raise BadInput(
            [Problem("--horizon", "", "", text, "must be written like 2 weeks or 1 month")]
        ) from None


def _keep(found: Backtest, given: dict[str, Any]) -> None:
    """Write what the options ask for, before anything is printed."""
    from forecast.report.backtest import add_to_log, write_backtest

    if given["out"] is not None:
        write_backtest(given["out"], found)
    if given["log"] is not None:
        add_to_log(given["log"], found, given["note"])
