"""Week by week, whether projected bookings left the plan, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from forecast.cli.tables import money, say, show
from forecast.sentences.divergence import imported_sentences, simulated_sentences
from forecast.wording.forecasts import chance
from simulations.wording import unit_words

if TYPE_CHECKING:
    from forecast.divergence import ImportedYear, SimulatedYear

MARK = "short"


def print_divergence(
    simulated: Sequence[SimulatedYear], imported: ImportedYear | None, currency: str = ""
) -> None:
    """Print what is said of each year, and the weeks of the first simulated and of the imported one."""
    for number, year in enumerate(simulated):
        click.echo(f"\nA simulated year, {year.name}:")
        say(simulated_sentences(year))
        if number == 0:  # the weeks of the others stand in the report and in their CSV
            print_simulated(year)
    if imported is not None:
        click.echo("\nThe year of the CRM export:" if simulated else "\nWeek by week:")
        say(imported_sentences(imported, currency))
        if imported.weeks:
            print_imported(imported, currency)


def print_simulated(year: SimulatedYear) -> None:
    """Print a simulated year's example week by week, with what was published in each week."""
    published = {month.week: month for month in year.months}
    rows = []
    for week in year.weeks:
        month = published.get(week.week)
        rows.append(
            (
                f"{week.week}",
                f"{week.ends:%d %b}",
                money(week.example_booked),
                money(week.example_open),
                money(week.example_new),
                money(week.example_projected),
                money(week.edge),
                MARK if week.example_projected < week.edge else "",
                "" if month is None else money(month.example),
                "" if month is None else money(month.edge),
                MARK if month is not None and month.example < month.edge else "",
            )
        )
    show(
        f"Simulated year number {year.example + 1} of {year.name}, {year.unit}; target {money(year.target)}",
        (
            "week",
            "ends",
            "booked",
            "open",
            "new",
            "in all",
            "edge",
            "pipeline",
            "published",
            "edge",
            "P&L",
        ),
        rows,
        note="In all = booked so far + open pipeline calibrated in period + expected new. Edge: 9 of 10 steady years never "
        f"fall below it; what does is marked {MARK!r}. Published: revenue to date, in the week in which it becomes known.",
    )


def print_imported(year: ImportedYear, currency: str = "") -> None:
    """Print an imported year, or another period, week by week.

    Parameters
    ----------
    year : ImportedYear
    currency : str
        Of the amounts; empty where unknown. Ignored where deals are counted.
    """
    unit = unit_words(year.unit, currency)
    show(
        f"{year.start} to {year.end}, week by week{f', {unit}' if unit else ''}; target {money(year.target)}",
        (
            "week",
            "known by",
            "booked",
            "plan",
            "open",
            "new",
            "in all",
            "8 of 10 cases",
            "edge",
            "",
            "chance",
        ),
        [
            (
                f"{week.week}",
                f"{week.through if week.week else week.moment:%d %b %y}",
                money(week.booked),
                money(week.plan),
                money(week.open),
                money(week.new),
                money(week.projected),
                f"{money(week.low)} to {money(week.high)}",
                money(week.edge),
                MARK if week.fell else "",
                chance(week.chance),
            )
            for week in year.weeks
        ],
        note="In all = booked so far + expected from open opportunities + expected new. Plan: the target spread over working "
        f"days. Edge: of the courses that reach the target, no more than {year.false_alarms:.0%} ever fall below it; a week that "
        f"does is marked {MARK!r}. Chance: of the target.",
    )
