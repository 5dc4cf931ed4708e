"""`pipecast why`: what makes two cadences differ, and where on the map rhythm matters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.deliver import writable
from forecast.cli.options import parse_cadence, print_json, progress, replication_options, tell_compilation

if TYPE_CHECKING:
    from simulations.attribution import Attribution, Shares
    from simulations.intervals import Estimate
    from simulations.rhythm_map import RhythmMap

FILE = click.Path(dir_okay=False, path_type=Path)
REPLICATIONS = 300
#: The map has eighty cells, so each gets a share of the years.
MAP_SHARE = 6
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
@replication_options(REPLICATIONS)
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
    from simulations.rhythm_map import rhythm_map
    from simulations.scenario_file import load_scenario

    chosen, rule = load_scenario(scenario), parse_cadence(cadence)
    terms = {"workers": given["workers"]}
    tell_compilation()
    with progress("switching mechanisms on and off", quiet=given["as_json"]) as tell:
        found = attribute(chosen, rule, given["replications"], given["seed"], progress=tell, **terms)
    places = None
    if given["with_map"]:
        fewer = max(FEWEST, given["replications"] // MAP_SHARE)
        with progress("drawing the map", quiet=given["as_json"]) as tell:
            places = rhythm_map(chosen, fewer, given["seed"], progress=tell, **terms)
    if given["out"] is not None:
        _deliver(given["out"], found, places)
    if given["as_json"]:
        print_json({"attribution": found.to_dict(), "map": None if places is None else places.to_dict()})
        return
    print_attribution(found)
    if places is not None:
        print_map(places)
    click.echo(f"\nSeed {found.seed}, pipecast {found.version}.")


def print_attribution(found: Attribution) -> None:
    """Print the sentences, and the table of parts for bookings and for the chance of target."""
    from forecast.cli.tables import money, say, show
    from simulations.why import chance_words, why_sentences
    from simulations.wording import value_unit

    say([*why_sentences(found), chance_words(found)])
    unit = value_unit(found.scenario)
    header = ("mechanism", "part", "alone", "if removed")
    note = (
        "Steady less the other, mean and 95% interval. Part: averaged over all orders of switching the mechanisms on; "
        "parts and remainder sum to the whole. Alone: with nothing else on. If removed: what vanishes without it."
    )
    show(f"Total of year and run-off, {unit}", header, _rows(found.bookings, money), note)
    show("Chance of the target, points", header, _rows(found.chance, _points))


def _points(value: float) -> str:
    return f"{100 * value:.1f}"


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
    from forecast.cli.tables import show

    for weeks in places.wave_weeks:
        rows = [
            (
                f"{staleness:g}",
                *(_shown(places, utilisation, staleness, weeks) for utilisation in places.utilisation),
            )
            for staleness in places.staleness
        ]
        header = ("staleness", *(f"{utilisation:.0%} full" for utilisation in places.utilisation))
        show(f"A wave of {weeks} weeks: loss of total against steady", header, rows)
    click.echo(
        f"Blank: the 95% interval holds 0. -: the on-weeks cannot hold the hours. {places.replications} simulated years "
        "a cell and cadence; full: work offered over working hours."
    )


def _shown(places: RhythmMap, utilisation: float, staleness: float, weeks: int) -> str:
    cell = next(
        cell
        for cell in places.cells
        if (cell.utilisation, cell.staleness, cell.wave_weeks) == (utilisation, staleness, weeks)
    )
    if cell.loss is None:
        return "-"
    return f"{cell.loss.mean:.1%}" if cell.shows else ""


def _deliver(folder: Path, found: Attribution, places: RhythmMap | None) -> None:
    """Write pictures and tables, whole or not at all."""
    from simulations.exports.files import write_files
    from simulations.plots.attribution import draw_attribution
    from simulations.plots.files import FORMATS, rendered
    from simulations.plots.rhythm_map import draw_rhythm_map

    figures = {"attribution": draw_attribution(found)}
    files = {"attribution.csv": _attribution_table(found)}
    if places is not None:
        figures["rhythm_map"] = draw_rhythm_map(places)
        files["rhythm_map.csv"] = _map_table(places)
    for name, figure in figures.items():
        files |= {f"{name}{ending}": rendered(figure, ending[1:]) for ending in FORMATS}
    write_files(folder, files)


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
