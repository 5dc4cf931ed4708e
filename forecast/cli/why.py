"""`pipecast why`: what makes two cadences differ, where on the map rhythm matters, and what hangs on assumptions."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.assumed import print_ranges
from forecast.cli.deliver import deliver_files, writable
from forecast.cli.options import parse_cadence, print_json, progress, replication_options, tell_compilation

if TYPE_CHECKING:
    from simulations.attribution import Attribution, Shares
    from simulations.intervals import Estimate
    from simulations.ranges import Ranges
    from simulations.rhythm_map import RhythmMap
    from simulations.scenario.model import Cadence, Scenario

FILE = click.Path(dir_okay=False, path_type=Path)
REPLICATIONS = 1000
#: The simulation ends earlier once every part's interval is narrower than this share of the whole difference.
NARROW = 0.1
#: The map has eighty cells and the ranges a hundred ends, so each gets a share of the years.
SHARE = 6
FEWEST = 2


@click.command()
@click.argument("scenario", type=FILE)
@click.option(
    "--cadence",
    "cadence",
    default="sawtooth",
    show_default=True,
    metavar="CADENCE",
    help="Held against steady.",
)
@click.option(
    "--map", "with_map", is_flag=True, help="Also look where rhythm matters: utilisation, staleness, wave."
)
@click.option(
    "--ranges",
    "with_ranges",
    is_flag=True,
    help="Also move every assumed number to both ends of its range, for the sawtooth and the reactive cadence too.",
)
@replication_options(REPLICATIONS)
@click.option(
    "--until-narrow",
    "until_narrow",
    type=click.FloatRange(0, 10),
    default=NARROW,
    show_default=True,
    metavar="SHARE",
    help="End before --replications once every part's 95% interval is narrower than this share of the whole difference; "
    "0: never.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writable,
    help="Folder for tables (CSV) and pictures (PNG, SVG).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, nothing else.")
def why(scenario: Path, cadence: str, **given: Any) -> None:
    """Say why a cadence books less or more than steady: the part of each mechanism, from the SCENARIO file."""
    from simulations.attribution import attribute
    from simulations.scenario_file import load_scenario

    chosen, rule = load_scenario(scenario), parse_cadence(cadence)
    tell_compilation()
    with progress("switching mechanisms on and off", quiet=given["as_json"]) as tell:
        terms = {"until_narrow": given["until_narrow"] or None, "workers": given["workers"], "progress": tell}
        found = attribute(chosen, rule, given["replications"], given["seed"], **terms)
    places = _places(chosen, given) if given["with_map"] else None
    ranges = _ranges(chosen, rule, given) if given["with_ranges"] else None
    if given["out"] is not None:
        _deliver(given["out"], found, places, ranges)
    if given["as_json"]:
        parts = {"attribution": found, "map": places, "ranges": ranges}
        print_json({name: None if part is None else part.to_dict() for name, part in parts.items()})
        return
    print_attribution(found)
    if places is not None:
        print_map(places)
    if ranges is not None:
        print_ranges(ranges)
    click.echo(f"\nSeed {found.seed}, pipecast {found.version}.")


def _places(scenario: Scenario, given: dict[str, Any]) -> RhythmMap:
    from simulations.rhythm_map import rhythm_map

    fewer = max(FEWEST, given["replications"] // SHARE)
    with progress("drawing the map", quiet=given["as_json"]) as tell:
        return rhythm_map(scenario, fewer, given["seed"], workers=given["workers"], progress=tell)


def _ranges(scenario: Scenario, rule: Cadence, given: dict[str, Any]) -> Ranges:
    """Return the ranges of the cadence asked for, with those of the sawtooth and the reactive one where they fit."""
    from simulations.feasible import cadence_refusal
    from simulations.plan import make_plan
    from simulations.ranges import assumed_ranges
    from simulations.scenario.model import Reactive, Sawtooth

    plan = make_plan(scenario)
    beside = [other for other in (Sawtooth(), Reactive()) if other.kind != rule.kind]
    cadences = [rule, *(other for other in beside if cadence_refusal(plan, other) is None)]
    fewer = max(FEWEST, given["replications"] // SHARE)
    with progress("moving each assumed number", quiet=given["as_json"]) as tell:
        return assumed_ranges(
            scenario, fewer, given["seed"], cadences=cadences, workers=given["workers"], progress=tell
        )


def print_attribution(found: Attribution) -> None:
    """Print the sentences, and the table of parts for bookings and for the chance of target."""
    from forecast.cli.tables import money, say, show
    from simulations.why import chance_sentences, why_sentences
    from simulations.wording import value_unit, which_year

    say([*why_sentences(found), *chance_sentences(found)])
    unit = value_unit(found.scenario)
    header = ("mechanism", "part", "alone", "if removed")
    note = (
        "Steady less the other, mean and 95% interval. Part: averaged over all orders of switching the mechanisms on; "
        "parts and remainder sum to the whole. Alone: with nothing else on. If removed: what vanishes without it."
    )
    year = which_year(found.scenario)
    show(f"Total of year and run-off, {unit} ({year})", header, _rows(found.bookings, money), note)
    show(f"Chance of the target, points ({year})", header, _rows(found.chance, _points))


def _points(value: float) -> str:
    return f"{round(100 * value, 1) + 0:.1f}"  # + 0: no minus before what rounds to nothing


def _rows(shares: Shares, write: Any) -> list[tuple[str, ...]]:
    def cell(estimate: Estimate) -> str:
        return f"{write(estimate.mean)} ({write(estimate.low)} to {write(estimate.high)})"

    parts = [
        (name, cell(part.shapley), cell(part.alone), cell(part.removed))
        for name, part in shares.parts.items()
    ]
    return [
        ("whole", cell(shares.whole), "", ""),
        *parts,
        ("all switched off", cell(shares.remainder), "", ""),
    ]


def print_map(places: RhythmMap) -> None:
    """Print a table for each length of the wave; cells whose interval holds 0 are blank."""
    from forecast.cli.tables import show, width
    from simulations.wording import which_year

    for weeks in places.wave_weeks:
        rows = [
            (
                f"{staleness:g}",
                *(_shown(places, utilisation, staleness, weeks) for utilisation in places.utilisation),
            )
            for staleness in places.staleness
        ]
        header = ("staleness", *(f"{utilisation:.0%} full" for utilisation in places.utilisation))
        year = which_year(places.scenario)
        show(f"A wave of {weeks} weeks: loss of total against steady ({year})", header, rows)
    told = (
        f"Blank: the 95% interval holds 0. -: the on-weeks cannot hold the hours. {places.replications} simulated years "
        "a cell and cadence; full: work offered over working hours."
    )
    click.echo(textwrap.fill(told, width()))


def _shown(places: RhythmMap, utilisation: float, staleness: float, weeks: int) -> str:
    cell = next(
        cell
        for cell in places.cells
        if (cell.utilisation, cell.staleness, cell.wave_weeks) == (utilisation, staleness, weeks)
    )
    if cell.loss is None:
        return "-"
    return f"{cell.loss.mean:.1%}" if cell.shows else ""


def _deliver(folder: Path, found: Attribution, places: RhythmMap | None, ranges: Ranges | None) -> None:
    """Write pictures and tables, whole or not at all."""
    from forecast.report.ranges import picture_name, ranges_table
    from simulations.plots.attribution import draw_attribution
    from simulations.plots.files import FORMATS, rendered
    from simulations.plots.ranges import draw_ranges
    from simulations.plots.rhythm_map import draw_rhythm_map

    figures = {"attribution": draw_attribution(found)}
    files = {"attribution.csv": _attribution_table(found)}
    if places is not None:
        figures["rhythm_map"] = draw_rhythm_map(places)
        files["rhythm_map.csv"] = _map_table(places)
    if ranges is not None:
        figures |= {
            picture_name(item): draw_ranges(ranges, place) for place, item in enumerate(ranges.cadences)
        }
        files["ranges.csv"] = ranges_table(ranges)
    for name, figure in figures.items():
        files |= {f"{name}{ending}": rendered(figure, ending[1:]) for ending in FORMATS}
    deliver_files(folder, files)


def _attribution_table(found: Attribution) -> bytes:
    from forecast.report.spreadsheet import csv_table

    rows = []
    for figure, shares in (("total", found.bookings), ("chance_of_target", found.chance)):
        for name, series, estimate in _estimates(shares):
            rows.append((figure, name, series, estimate.mean, estimate.low, estimate.high))
    return csv_table(("figure", "mechanism", "series", "mean", "low", "high"), rows)


def _estimates(shares: Shares) -> list[tuple[str, str, Estimate]]:
    parts = [
        (name, series, getattr(part, series))
        for name, part in shares.parts.items()
        for series in ("shapley", "alone", "removed")
    ]
    return [("whole", "", shares.whole), *parts, ("remainder", "", shares.remainder)]


def _map_table(places: RhythmMap) -> bytes:
    from forecast.report.spreadsheet import csv_table

    header = ("utilisation", "staleness", "wave_weeks", "hours_per_week", "loss", "low", "high", "reason")
    rows = [
        (
            cell.utilisation, cell.staleness, cell.wave_weeks, cell.hours_per_week,
            *((cell.loss.mean, cell.loss.low, cell.loss.high) if cell.loss else (None, None, None)),
            cell.reason,
        )
        for cell in places.cells
    ]  # fmt: skip
    return csv_table(header, rows)
