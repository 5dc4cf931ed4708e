"""The report's second part: whether the pipeline will reach the target."""

from __future__ import annotations

import numpy as np

from forecast.forecasting import Forecast
from forecast.plots.bookings import draw_distribution
from forecast.plots.chances import draw_chances
from forecast.plots.cycle import draw_cycle
from forecast.plots.parts import draw_parts
from forecast.report.beside import beside_passages
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.sentences.forecasts import forecast_sentences, unit_of
from forecast.wording.forecasts import chance
from simulations.plots.numerals import quantity, span

LOW, HIGH = 0.1, 0.9


def target_section(forecast: Forecast, currency: str = "") -> Section:
    """Return what a forecast says, with its pictures, tables and the findings about its data.

    Parameters
    ----------
    forecast : Forecast
    currency : str
        Of the amounts; empty where unknown.
    """
    answer, *said = (str(sentence) for sentence in forecast_sentences(forecast, currency))
    unit = unit_of(forecast, currency)
    serious = [finding for finding in forecast.findings if finding.severity == "serious"]
    passages = (
        Passage("", "", tuple(said), (_distribution(forecast, unit),), (_parts_table(forecast, unit),)),
        Passage("What it is made of", pictures=_parts_pictures(forecast, unit)),
        Passage(
            "Other targets",
            pictures=(_chances(forecast, unit),),
            tables=(_chances_table(forecast, unit),) if forecast.asked.targets else (),
        ),
        *beside_passages(forecast, currency),
    )
    return Section(
        anchor="target",
        question="Will the pipeline reach the target?",
        answer=answer,
        cautions=tuple(finding.message for finding in serious),
        passages=passages,
        findings=forecast.findings,
    )


def _distribution(forecast: Forecast, unit: str) -> Picture:
    low, high = np.quantile(forecast.bookings.total, (LOW, HIGH))
    return Picture(
        "forecast",
        draw_distribution(forecast, unit),
        "Where bookings can end",
        f"Distribution of the bookings of the period: 8 of 10 draws lie in {span(float(low), float(high))}. "
        + _target_words(forecast, unit),
    )


def _target_words(forecast: Forecast, unit: str) -> str:
    target = forecast.asked.target
    if target is None:
        return "No target is drawn."
    reached = chance(forecast.bookings.chance_of(target))
    return f"The target of {quantity(target, unit)} is reached with a chance of {reached}."


def _parts_pictures(forecast: Forecast, unit: str) -> tuple[Picture, ...]:
    parts = Picture(
        "parts",
        draw_parts(forecast, unit),
        "Booked, open, still to be created, and the weighted pipelines beside it",
        "Bars of the forecast's three parts and of the three weighted pipelines; the numbers stand in the table "
        "above.",
    )
    if not forecast.cycle.wins:
        return (parts,)
    days = forecast.cycle
    cycle = Picture(
        "cycle",
        draw_cycle(days),
        "How long an opportunity takes",
        f"Days from creation to won: {days.median.days:.0f} in the middle, 8 of 10 between "
        f"{days.shortest.days:.0f} and {days.longest.days:.0f}.",
    )
    return parts, cycle


def _chances(forecast: Forecast, unit: str) -> Picture:
    return Picture(
        "chances",
        draw_chances(forecast, unit),
        "The chance of every target",
        f"The chance falls from 100% at what is booked to 0 beyond the largest draw. {_target_words(forecast, unit)}",
    )


def _parts_table(forecast: Forecast, unit: str) -> Table:
    bookings, weighted = forecast.bookings, forecast.weighted
    typed = "none" if weighted.crm is None else quantity(weighted.crm)
    rows = (
        (Cell("Bookings expected"), _draws_cell(bookings.total)),
        (Cell("booked"), Cell(quantity(bookings.booked))),
        (Cell("from open opportunities"), _draws_cell(bookings.open)),
        (Cell("not yet created"), _draws_cell(bookings.new)),
        (
            Cell("Weighted pipeline, calibrated in the period", "may be added to what is booked"),
            Cell(quantity(weighted.calibrated_in_period), span(weighted.low, weighted.high)),
        ),
        (Cell("Weighted pipeline, calibrated", "won ever"), Cell(quantity(weighted.calibrated))),
        (
            Cell("Weighted pipeline, by the CRM", "typed probabilities and dates"),
            Cell(typed, weighted.crm_reason),
        ),
        (Cell("Coverage"), Cell(_coverage_words(forecast), forecast.coverage.reason)),
    )
    words = f" ({unit})" if unit else ""
    note = "Means; below them the range that holds 8 of 10 draws."
    return Table(f"The forecast in numbers{words}", ("", "value"), rows, note)


def _draws_cell(draws: np.ndarray) -> Cell:
    low, high = np.quantile(draws, (LOW, HIGH))
    return Cell(quantity(float(draws.mean())), span(float(low), float(high)))


def _coverage_words(forecast: Forecast) -> str:
    coverage = forecast.coverage
    if coverage.reached:
        return "reached"
    return "none" if coverage.ratio is None else f"{coverage.ratio:.1f} times"


def _chances_table(forecast: Forecast, unit: str) -> Table:
    rows = tuple(
        (
            Cell(quantity(point["target"], unit)),
            Cell(f"{point['times_mean']:.0%}"),
            Cell(chance(point["chance"])),
        )
        for point in forecast.chance_by_target()
    )
    return Table("Chance by target", ("target", "of the expected bookings", "chance"), rows)
