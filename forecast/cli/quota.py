"""`pipecast quota`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import (
    as_options,
    output_options,
    parse_cadence,
    print_json,
    progress,
    seed_option,
    tell_compilation,
    unit_option,
    workers_option,
)
from forecast.cli.reading import FILE, read_export, reading_options
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.quota.quotas import Quotas

DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Options that the call in Python has under the same names.
SAME = (
    "chance", "sheet", "target", "start", "end", "as_of", "unit", "draws", "seed", "country", "market_cv", "fast",
)  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--scenario", type=FILE, help="Scenario to simulate, in place of a CRM export.")
@click.option(
    "--chance", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.6, show_default=True,
    help="With which a quota is to be attained.",
)  # fmt: skip
@click.option(
    "--sheet",
    type=FILE,
    help="Proposed quotas (CSV, Excel or YAML): a column for the rep, one for the quota.",
)
@click.option(
    "--target", type=click.FloatRange(min=0), help="Of the company; default: what the sheet says of it."
)
@click.option(
    "--from",
    "start",
    type=DAY,
    help="First day of the period; default: the scenario's year, or the day of knowledge.",
)
@click.option("--to", "end", type=DAY, help="Last day of the period; default: 52 weeks.")
@unit_option("What bookings of an export count: money, or won deals.")
@click.option(
    "--hours",
    type=click.FloatRange(min=0, min_open=True),
    help="Of an export: present prospecting hours a week and rep.",
)
@click.option(
    "--market-cv", type=click.FloatRange(0, 1), default=0.1, show_default=True,
    help="Of an export: by how much years of the market that all share differ at least (coefficient of variation).",
)  # fmt: skip
@click.option("--cadence", metavar="CADENCE", help="Of a scenario; default: its own.")
@click.option("--country", metavar="CODE", help="Of an export: whose public holidays count, such as US.")
@click.option("--fast", is_flag=True, help="Neither hours nor hires are tried.")
@click.option(
    "--draws", type=click.IntRange(100, 1_000_000),
    help="Simulated years, or possible periods drawn from an export; default: 4,000 and 10,000.",
)  # fmt: skip
@seed_option
@workers_option
@reading_options
@output_options
def quota(files: tuple[Path, ...], **given: Any) -> None:
    """Say what quota is realistic for each rep, team and the company, and what to think of a proposed sheet.

    [FILE]... is a CRM export, as `pipecast import` reads it: the period is drawn from its history. With --scenario in its
    place, so many years of the scenario are simulated, ramp, attrition and the shared market included.
    """
    _check(files, given)
    reading = read_export(files, given, start=given["start"]) if files else None
    with progress("simulating", quiet=given["as_json"]) as tell:
        found = _of_scenario(given, tell) if reading is None else _of_history(reading, given, tell)
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_quotas

        deliver_quotas(found, reading, given)
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.quota_tables import print_quotas

    print_quotas(found)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _check(files: tuple[Path, ...], given: dict[str, Any]) -> None:
    """Refuse what the options alone show to be wrong."""
    problems = []
    if bool(files) == (given["scenario"] is not None):
        problems.append(
            Problem("--scenario", "", "", "", "give either a scenario or the files of a CRM export")
        )
    if (given["start"] is None) != (given["end"] is None) and given["scenario"] is not None:
        problems.append(Problem("--from", "", "", "", "give both --from and --to, or neither"))
    if None not in (given["start"], given["end"]) and given["end"] < given["start"]:
        problems.append(Problem("--to", "", "", f"{given['end']:%Y-%m-%d}", "must not be before --from"))
    if problems:
        raise BadInput(problems)


def _asked(given: dict[str, Any]) -> Any:
    from forecast.quota.quotas import Asked

    tried = not given["fast"]
    return Asked(given["chance"], given["sheet"], given["target"], tried, tried, given["hours"])


def _of_scenario(given: dict[str, Any], tell: Any) -> Quotas:
    from forecast.quota.asking import REPLICATIONS, scenario_quotas
    from forecast.quota.simulated import Years
    from simulations.scenario_file import load_scenario

    scenario = load_scenario(given["scenario"])
    cadence = scenario.cadence if given["cadence"] is None else parse_cadence(given["cadence"])
    tell_compilation()
    period = None if given["start"] is None else (given["start"].date(), given["end"].date())
    years = Years(cadence, range(given["draws"] or REPLICATIONS), given["seed"], given["workers"], period)
    return scenario_quotas(scenario, years, _asked(given), lambda _what, done, whole: tell(done, whole))


def _of_history(reading: Reading, given: dict[str, Any], tell: Any) -> Quotas:
    from forecast.library.quotas import quotas

    words = {name: given[name] for name in SAME}
    with as_options():
        return quotas(reading, present_hours=given["hours"], progress=tell, **words)
