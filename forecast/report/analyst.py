"""The report's end: what an analyst needs to make every number again."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from forecast.report.blocks import Cell, InputFile, Table
from simulations.plots.numerals import digits, share

if TYPE_CHECKING:
    from forecast.divergence import ImportedYear
    from forecast.forecasting import Forecast
    from simulations.comparison import Comparison
    from simulations.ranges import Ranges
    from simulations.scenario.model import Scenario
    from simulations.sensitivity import LossGrid

GRADES = (
    "Grades: A peer-reviewed or official, B a vendor's own data, C a report quoted second-hand, D inference or "
    "arithmetic, assumed: chosen by us for the reason given, given: the scenario's own value."
)
FORECAST_ASSUMES = (
    "Opportunities that are open now will advance, win and be lost as those before them did from the same stage and "
    "age; new ones will be created at the recent level, which may drift as it did before; amounts will be like those "
    "of past wins. What the history leaves unknown of these is drawn anew with every draw."
)
#: What the numbers of a run come from, besides the program itself.
_LIBRARIES = ("numpy", "scipy", "numba", "simpy", "pandas", "matplotlib")


@dataclass(frozen=True, slots=True)
class Settings:
    """Facts of one kind: a heading and pairs of name and value."""

    title: str
    facts: tuple[tuple[str, str], ...]


def program_settings() -> Settings:
    """Return the versions that a result rests on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return Settings(
        "Program",
        (("pipecast", version("pipecast")), ("Python", platform.python_version()), ("libraries", libraries)),
    )


def comparison_settings(comparison: Comparison) -> Settings:
    """Return what a comparison was run with, and how well the pairs did."""
    settled = comparison.stationarity
    load = f"{share(settled.offered_load)} of the selling hours"
    drift = f"{digits(settled.standard_errors)} standard errors between the warm-up's last two quarters"
    cadences = "; ".join(f"{year.name}: {year.cadence.model_dump_json()}" for year in comparison.cadences)
    return Settings(
        "Comparison of cadences",
        (
            ("scenario", comparison.scenario.name),
            ("seed", str(comparison.seed)),
            ("replications", f"{comparison.replications:,} a cadence, paired"),
            ("percentiles, bands and shortfalls", f"from the first {comparison.kept:,} replications"),
            ("target", f"{comparison.target:,.0f}"),
            ("offered load", load),
            ("warm-up", drift),
            ("cadences", cadences),
            ("variance factor of total", _variance_factors(comparison)),
        ),
    )


def _variance_factors(comparison: Comparison) -> str:
    factors = []
    for contrast in comparison.contrasts:
        found = contrast.differences["total"]
        said = found.reason if found.variance_factor is None else digits(found.variance_factor)
        factors.append(f"{contrast.name} less {contrast.against}: {said}")
    return "; ".join(factors)


def grid_settings(grid: LossGrid) -> Settings:
    """Return what a grid of losses was run with."""
    return Settings(
        "Loss over staleness and weekly hours",
        (
            ("seed", str(grid.seed)),
            ("replications", f"{grid.replications:,} a cell and cadence"),
            ("staleness (log-odds a day waited)", ", ".join(f"{value:g}" for value in grid.staleness)),
            ("weekly hours", ", ".join(f"{value:g}" for value in grid.capacity_hours)),
        ),
    )


def ranges_settings(ranges: Ranges) -> Settings:
    """Return what the ranges of the assumed numbers were run with."""
    cadences = "; ".join(item.cadence.model_dump_json() for item in ranges.cadences)
    return Settings(
        "Loss over everything that is assumed",
        (
            ("seed", str(ranges.seed)),
            ("replications", f"{ranges.replications:,} an end and cadence"),
            ("cadences", cadences),
        ),
    )


def forecast_settings(forecast: Forecast) -> Settings:
    """Return what a forecast was asked, what it rests on, and how it was made."""
    asked, counts = forecast.asked, forecast.counts
    target = "none given" if asked.target is None else f"{asked.target:,.2f}"
    return Settings(
        "Forecast",
        (
            ("seed", str(asked.seed)),
            ("draws", f"{asked.draws:,}"),
            ("public holidays", forecast.country or "1 January, 25 and 26 December"),
            ("knowledge ends", f"{asked.moment:%Y-%m-%d %H:%M}"),
            ("period", f"{asked.start:%Y-%m-%d} to {asked.end:%Y-%m-%d}, both days inside"),
            ("counted in", "deals" if asked.unit == "deals" else "amount"),
            ("target", target),
            ("opportunities", ", ".join(f"{name} {count:,}" for name, count in counts.items())),
            ("assumes", FORECAST_ASSUMES),
        ),
    )


def imported_settings(year: ImportedYear) -> Settings:
    """Return what a period was looked at with, week by week."""
    return Settings(
        "Week by week",
        (
            ("seed", str(year.seed)),
            ("draws", f"{year.draws:,} a week"),
            ("period", f"{year.start} to {year.end}, both days inside"),
            ("target", f"{year.target:,.2f}"),
            ("band", f"from {year.paths:,} drawn courses, of which {year.on_plan:,} reach the target"),
            ("false alarms", f"at most {share(year.false_alarms)} of the courses that reach the target"),
            ("may look ahead", ", ".join(year.may_look_ahead) or "nothing"),
        ),
    )


def inputs_table(inputs: Iterable[InputFile]) -> Table:
    """Return the input files with their hashes."""
    rows = tuple((Cell(file.role), Cell(file.name), Cell(file.sha256)) for file in inputs)
    return Table("Inputs", ("what", "file", "SHA-256"), rows)


def assumption_tables(scenario: Scenario) -> tuple[Table, Table]:
    """Return every number that a scenario assumes, and what follows from them."""
    from simulations.assumptions import assumptions, derived

    assumed = tuple(
        (
            Cell(item.field, item.meaning),
            Cell(_value(item.value)),
            Cell(f"{item.low:g} to {item.high:g}"),
            Cell(item.grade),
            Cell(item.source),
        )
        for item in assumptions(scenario)
    )
    follows = tuple(
        (Cell(item.name), Cell(f"{item.value:.3g}"), Cell(item.unit)) for item in derived(scenario)
    )
    return (
        Table(
            "What the scenario assumes",
            ("field", "value", "plausible range", "grade", "source or reason"),
            assumed,
            GRADES,
        ),
        Table("What follows, at no waiting", ("quantity", "value", "unit"), follows),
    )


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_value(item) for item in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)
