"""What the prospecting rhythm did to the year, in the terminal: words and units a manager knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from forecast.cli.tables import money, percent, say, show
from forecast.sentences.rhythm import compared, grid_sentences
from simulations.measures import MEASURES
from simulations.plots.numerals import digits, staleness_words
from simulations.sentences import sentences, sentences_about
from simulations.wording import (
    MEASURE_NOTES,
    MEASURE_WORDS,
    cadence_words,
    sentence_start,
    value_unit,
    which_year,
)

if TYPE_CHECKING:
    from simulations.cadence_year import CadenceYear
    from simulations.comparison import Comparison, Contrast, Role
    from simulations.intervals import Estimate
    from simulations.sensitivity import LossGrid

#: Columns of numbers that fit beside the words of a row.
COLUMNS = 3


def print_comparison(comparison: Comparison) -> None:
    """Print the sentences, the year of each cadence, the differences from steady, and the seed."""
    say(sentence for sentence in sentences(comparison) if not sentence.cadence)
    names = compared(comparison)
    for name in names:
        year = which_year(comparison.scenario)
        words = cadence_words(comparison.cadence(name).cadence)
        click.echo(f"\n{sentence_start(year)}. Steady against {words}:")
        say(sentences_about(comparison, name))
    for group in _groups(names, COLUMNS - 1) or [[]]:
        _print_years(comparison, [comparison.reference, *group])
    for group in _groups(names, COLUMNS):
        _print_differences(comparison, group)
    _print_parts(comparison)
    click.echo(f"\nSeed {comparison.seed}, pipecast {comparison.version}.")


def _groups(names: Sequence[str], size: int) -> list[list[str]]:
    """Return the names in groups of a size that fits the terminal."""
    return [list(names[begin : begin + size]) for begin in range(0, len(names), size)]


def _print_years(comparison: Comparison, names: Sequence[str]) -> None:
    years = [comparison.cadence(name) for name in names]
    show(
        f"{comparison.scenario.name}: {comparison.replications:,} simulated years of each cadence{_which(comparison)}",
        ("", *names),
        [
            (_words(comparison, measure), *(_year_cell(year, measure) for year in years))
            for measure in MEASURE_WORDS
        ],
        note=f"Mean, in brackets its 95% interval. {MEASURE_NOTES}",
    )


def _which(comparison: Comparison) -> str:
    """Return which year under the cadence was looked at."""
    return ", the second under it" if comparison.year > 1 else ", the first under it"


def _print_differences(comparison: Comparison, names: Sequence[str]) -> None:
    contrasts = [comparison.contrast(name) for name in names]
    factors = ("variance-reduction factor of the total", *(_factor(contrast) for contrast in contrasts))
    show(
        "Difference from steady, year by year under the same luck",
        ("", *(f"{contrast.name} less {contrast.against}" for contrast in contrasts)),
        [
            *(
                (
                    _words(comparison, measure, points=True),
                    *(_interval(contrast.differences[measure], measure) for contrast in contrasts),
                )
                for measure in MEASURE_WORDS
                if not measure.startswith("selling_hours")  # steady has no off-weeks
            ),
            factors,
        ],
        note="Mean, in brackets its 95% interval: where it holds 0, luck alone may be the cause. The factor says how "
        "many times as many years it would take without pairing.",
    )


def _factor(contrast: Contrast) -> str:
    found = contrast.differences["total"]
    return found.reason if found.variance_factor is None else money(found.variance_factor)


def _print_parts(comparison: Comparison) -> None:
    """Print what the hours and what their rhythm did, of cadences that spend other hours than steady."""
    names = [year.own_hours_of for year in comparison.cadences if year.own_hours_of is not None]
    if not names:
        return
    roles: dict[str, Role] = {
        "difference in all": "difference",
        "by other hours": "hours",
        "by their rhythm": "rhythm",
    }
    show(
        f"Is it the hours, or their rhythm? Total, {value_unit(comparison.scenario)}",
        ("", *roles),
        [
            (
                f"{name} less {comparison.reference}",
                *(
                    _interval(comparison.contrast(name, role).differences["total"], "total")
                    for role in roles.values()
                ),
            )
            for name in names
        ],
        note="The same hours, spread evenly over the year, were simulated too.",
    )


def _words(comparison: Comparison, measure: str, *, points: bool = False) -> str:
    """Return what a measure is called, with its unit; differences of shares are points."""
    units = {"value": value_unit(comparison.scenario), "share": "points" if points else ""}
    unit = units.get(MEASURES[measure].unit, "")
    return f"{MEASURE_WORDS[measure]}, {unit}" if unit else MEASURE_WORDS[measure]


def _year_cell(year: CadenceYear, measure: str) -> str:
    # The interval of a chance stays within 0 and 1 only as a chance.
    estimate = year.chance_by_target[1.0] if measure == "target_reached" else year.measures[measure]
    if measure == "selling_hours_off_week" and not estimate.count:
        return "none"
    write = percent if MEASURES[measure].unit == "share" else money
    return f"{write(estimate.mean)} ({write(estimate.low)} to {write(estimate.high)})"


def _interval(difference: Estimate, measure: str) -> str:
    scale = 100.0 if MEASURES[measure].unit == "share" else 1.0
    low, mean, high = (money(value * scale) for value in (difference.low, difference.mean, difference.high))
    return f"{mean} ({low} to {high})"


def print_grid(grid: LossGrid) -> None:
    """Print what a cadence loses over staleness and weekly hours, and the hours left for customers."""
    name = cadence_words(grid.cadence)
    show(
        f"What {name} loses of the total, under other assumptions ({which_year(grid.scenario)})",
        (
            "what waiting for the rep costs",
            *(f"{digits(hours)} hours a week" for hours in grid.capacity_hours),
        ),
        [
            *(
                (staleness_words(staleness), *(_loss(loss) for loss in losses))
                for staleness, losses in zip(grid.staleness, grid.estimates, strict=True)
            ),
            ("hours left, on-weeks", *(money(left.on_week) for left in grid.hours_left)),
            ("hours left, off-weeks", *(money(left.off_week) for left in grid.hours_left)),
            ("hours left, steady", *(money(left.steady) for left in grid.hours_left)),
        ],
        note=f"Share of steady's total, in brackets its 95% interval, from {grid.replications} simulated years each; "
        "below 0 it gains. Hours are a rep's in a week, for prospecting and selling together; left: for customers.",
    )
    click.echo()
    say(grid_sentences(grid)[:-1])  # the last says in words what stands in the table


def _loss(loss: Estimate) -> str:
    return f"{percent(loss.mean)} ({percent(loss.low)} to {percent(loss.high)})"
