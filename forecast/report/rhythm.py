"""The report's first part: what the prospecting rhythm did to the year, and why."""

from __future__ import annotations

from forecast.report.blocks import Cell, Passage, Picture, Section, Table, amount_cell, share_cell
from forecast.report.ranges import loss_words, ranges_passage
from forecast.sentences.rhythm import compared, grid_sentences
from simulations.cadence_year import CadenceYear
from simulations.comparison import Comparison
from simulations.example_year import example_pair
from simulations.intervals import Estimate
from simulations.measures import MEASURES
from simulations.plots.cadences import cadence_label
from simulations.plots.differences import draw_differences
from simulations.plots.loss import draw_loss
from simulations.plots.numerals import digits, staleness_words
from simulations.plots.totals import draw_totals
from simulations.plots.year import draw_year
from simulations.ranges import Ranges
from simulations.sensitivity import LossGrid
from simulations.sentences import sentences, sentences_about
from simulations.wording import MEASURE_NOTES, MEASURE_WORDS, cadence_words, value_unit, which_year

#: Sentences about the steady year, which all others are held against, and about what the year answers: no cautions.
PLAN = ("steady.year", "which_year.1", "which_year.2")


def rhythm_section(
    comparison: Comparison, grid: LossGrid | None = None, ranges: Ranges | None = None
) -> Section:
    """Return what a comparison of cadences says, with its pictures and tables.

    Parameters
    ----------
    comparison : Comparison
    grid : LossGrid, optional
        The loss over the assumptions that matter most.
    ranges : Ranges, optional
        The loss over everything that is assumed.
    """
    others = compared(comparison)
    whole = [sentence for sentence in sentences(comparison) if not sentence.cadence]
    plan = Passage("", " ".join(str(sentence) for sentence in whole if sentence.key in PLAN))
    passages = [_cadence_passage(comparison, name, answered=not i) for i, name in enumerate(others)]
    passages.append(_totals_passage(comparison))
    if grid is not None:
        passages.append(_grid_passage(grid))
    if ranges is not None:
        passages.append(ranges_passage(ranges))
    answer = (
        str(sentences_about(comparison, others[0])[0]) if others else "Only steady prospecting was simulated."
    )
    return Section(
        anchor="rhythm",
        question="What does the prospecting rhythm do to the year?",
        answer=answer,
        cautions=tuple(str(sentence) for sentence in whole if sentence.key not in PLAN),
        passages=(plan, *passages),
    )


def _cadence_passage(comparison: Comparison, name: str, *, answered: bool) -> Passage:
    """Return what is said of one cadence; its first sentence may be the section's answer already."""
    opening, *said = (str(sentence) for sentence in sentences_about(comparison, name))
    return Passage(
        f"Steady against {cadence_words(comparison.cadence(name).cadence)}: {which_year(comparison.scenario)}",
        "" if answered else opening,
        tuple(said),
        (_year_picture(comparison, name),),
    )


def _year_picture(comparison: Comparison, name: str) -> Picture:
    label = cadence_label(comparison.cadence(name))
    return Picture(
        name=f"year_{name.replace(' ', '_')}",
        figure=draw_year(comparison, example_pair(comparison, name)),
        title="One year, seen four times: hours, pipeline, bookings, published revenue",
        alternative=(
            f"Steady prospecting on the left, {label} on the right. From top to bottom: prospecting hours, "
            f"open and weighted pipeline with the line of need, bookings, published revenue to date. "
            f"{_arrow_words(comparison, name)}"
        ),
        note=(
            "The line of need is the open value that the target still asks for; while the pipeline lies below it, "
            "the year is short. It rests on the scenario's assumptions, listed at the end."
        ),
    )


def _arrow_words(comparison: Comparison, name: str) -> str:
    arrow = comparison.shortfalls[name].arrow
    if arrow is None:
        return "No arrow is drawn."
    return (
        f"An arrow leads from the first pipeline shortfall in week {arrow.pipeline_week} to the first published "
        f"shortfall in week {arrow.published_week}."
    )


def _totals_passage(comparison: Comparison) -> Passage:
    pictures = [
        Picture(
            "totals",
            draw_totals(comparison),
            "How far single years lie apart",
            "For each cadence the range of 8 in 10 simulated years, the mean and its interval: "
            + "; ".join(_total_words(year) for year in comparison.cadences)
            + ".",
        )
    ]
    if compared(comparison):
        pictures.append(
            Picture(
                "differences",
                draw_differences(comparison),
                "What is different, and how surely",
                "Differences from steady with their 95% intervals; the numbers stand in the table below.",
            )
        )
    said = (
        "Every cadence meets the same customers and the same luck, so the differences are those of the habit; "
        "the ranges show how far luck alone moves a year."
    )
    return Passage(
        f"All cadences side by side: {which_year(comparison.scenario)}",
        said,
        (),
        tuple(pictures),
        (_measures_table(comparison),),
    )


def _total_words(year: CadenceYear) -> str:
    return f"{cadence_label(year)}, {amount_cell(year.measures['total']).text}"


def _measures_table(comparison: Comparison) -> Table:
    unit = value_unit(comparison.scenario)
    return Table(
        title=f"The year in numbers (values in {unit})",
        header=("", *(cadence_label(year) for year in comparison.cadences)),
        rows=tuple(
            (Cell(words), *(_measure_cell(year, measure) for year in comparison.cadences))
            for measure, words in MEASURE_WORDS.items()
        ),
        note=f"Means of all simulated years, each with its 95% interval below. {MEASURE_NOTES}",
    )


def _measure_cell(year: CadenceYear, measure: str) -> Cell:
    # The interval of a chance stays within 0 and 1 only as a chance.
    estimate = year.chance_by_target[1.0] if measure == "target_reached" else year.measures[measure]
    if not estimate.count:
        return Cell("none")
    return share_cell(estimate) if MEASURES[measure].unit == "share" else amount_cell(estimate)


def _grid_passage(grid: LossGrid) -> Passage:
    name = cadence_words(grid.cadence)
    picture = Picture(
        "loss",
        draw_loss(grid),
        "Does the answer hold under other assumptions?",
        f"The share of total that {name} loses against steady, for different weekly hours and costs of waiting; "
        "the numbers stand in the table below.",
    )
    opening, *said = grid_sentences(grid)
    return Passage(
        f"What the answer hangs on: {which_year(grid.scenario)}",
        opening,
        tuple(said),
        (picture,),
        (_grid_table(grid),),
    )


def _grid_table(grid: LossGrid) -> Table:
    header = ("waiting costs", *(f"{digits(hours)} hours a week" for hours in grid.capacity_hours))
    rows = tuple(
        (Cell(staleness_words(staleness)), *(_loss_cell(loss) for loss in losses))
        for staleness, losses in zip(grid.staleness, grid.estimates, strict=True)
    )
    return Table(
        title="Loss of total against steady",
        header=header,
        rows=rows,
        note=f"With 95% intervals from {grid.replications} simulated years each; below 0 it gains.",
    )


def _loss_cell(loss: Estimate) -> Cell:
    return Cell(*loss_words(loss))
