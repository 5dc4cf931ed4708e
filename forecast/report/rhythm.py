"""The report's first part: what the prospecting rhythm did to the year, and why."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.report.blocks import Cell, Passage, Picture, Section, Table, amount_cell, share_cell
from simulations.comparison import CadenceYear, Comparison
from simulations.example_year import example_pair
from simulations.intervals import Estimate
from simulations.measures import MEASURES
from simulations.plots.cadences import cadence_label
from simulations.plots.differences import draw_differences
from simulations.plots.loss import draw_loss, staleness_words
from simulations.plots.numerals import digits, signed_percent
from simulations.plots.totals import draw_totals
from simulations.plots.year import draw_year
from simulations.sensitivity import LossGrid
from simulations.sentences import sentences, sentences_about
from simulations.wording import MEASURE_NOTES, MEASURE_WORDS, cadence_words, value_unit

#: The cadence that the answer is about, where it is among those compared.
FIRST = "sawtooth"
#: The sentence about the steady year: what all others are held against, and no caution.
PLAN = "steady.year"


def rhythm_section(comparison: Comparison, grid: LossGrid | None = None) -> Section:
    """Return what a comparison of cadences says, with its pictures and tables.

    Parameters
    ----------
    comparison : Comparison
    grid : LossGrid, optional
        The loss over the assumptions that matter most.
    """
    others = compared(comparison)
    whole = [sentence for sentence in sentences(comparison) if not sentence.cadence]
    plan = Passage("", " ".join(str(sentence) for sentence in whole if sentence.key == PLAN))
    passages = [_cadence_passage(comparison, name, answered=not i) for i, name in enumerate(others)]
    passages.append(_totals_passage(comparison))
    if grid is not None:
        passages.append(_grid_passage(grid))
    answer = (
        str(sentences_about(comparison, others[0])[0]) if others else "Only steady prospecting was simulated."
    )
    return Section(
        anchor="rhythm",
        question="What does the prospecting rhythm do to the year?",
        answer=answer,
        cautions=tuple(str(sentence) for sentence in whole if sentence.key != PLAN),
        passages=(plan, *passages),
    )


def compared(comparison: Comparison) -> list[str]:
    """Return the names of the cadences that are held against steady, the sawtooth first."""
    names = [contrast.name for contrast in comparison.contrasts if contrast.role == "difference"]
    return sorted(names, key=lambda name: (not name.startswith(FIRST), names.index(name)))


def _cadence_passage(comparison: Comparison, name: str, *, answered: bool) -> Passage:
    """Return what is said of one cadence; its first sentence may be the section's answer already."""
    opening, *said = (str(sentence) for sentence in sentences_about(comparison, name))
    return Passage(
        f"Steady against {cadence_words(comparison.cadence(name).cadence)}",
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
    return Passage("All cadences side by side", said, (), tuple(pictures), (_measures_table(comparison),))


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
    return Passage("What the answer hangs on", opening, tuple(said), (picture,), (_grid_table(grid),))


def grid_sentences(grid: LossGrid) -> tuple[str, ...]:
    """Return what a grid of losses says: how sure they are, where they are largest, what is left for customers."""
    return (_grid_sentence(grid), *_crowding(grid), _left_sentence(grid))


def _crowding(grid: LossGrid) -> Iterator[str]:
    """Return that crowded weeks are the cause, where the figures say so: the loss falls surely as the week grows."""
    by_hours = sorted(range(len(grid.capacity_hours)), key=lambda column: grid.capacity_hours[column])
    few, many = by_hours[0], by_hours[-1]
    sure = sum(losses[few].low > losses[many].high for losses in grid.estimates)
    if not sure:
        return
    where = (
        "at every" if sure == len(grid.estimates) else f"at {sure} of {len(grid.estimates)} of the costs of"
    )
    cost = "cost of waiting tried" if sure == len(grid.estimates) else "waiting tried"
    hours, left = grid.capacity_hours[few], grid.hours_left[few].on_week
    yield (
        f"The cause is crowded weeks: {where} {cost} the loss is surely larger with {digits(hours)} hours a week than "
        f"with {digits(grid.capacity_hours[many])}. Of {digits(hours)} hours the weeks with prospecting leave "
        f"{digits(round(left, 1))} for customers."
    )


def _grid_sentence(grid: LossGrid) -> str:
    losses = [loss for row in grid.estimates for loss in row]
    sure, gains = sum(loss.sign > 0 for loss in losses), sum(loss.sign < 0 for loss in losses)
    return (
        "Nobody has measured what a day of waiting costs, and teams differ in how many hours a week are left for "
        f"prospecting and selling. Of the {len(losses)} combinations tried, steady surely books more in {sure} and "
        f"less in {gains}; in the other {len(losses) - sure - gains} luck may be the cause."
    )


def _left_sentence(grid: LossGrid) -> str:
    """Return the hours left for customers beside the loss: where its cause is to be looked for."""
    said = (
        f"with {digits(hours)} hours a week, {digits(round(left.on_week, 1))} in weeks on and "
        f"{digits(round(left.off_week, 1))} in weeks off (steady: {digits(round(left.steady, 1))})"
        for hours, left in zip(grid.capacity_hours, grid.hours_left, strict=True)
    )
    return f"Hours that a rep has left for customers: {'; '.join(said)}."


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
    low, mean, high = (signed_percent(round(value, 3), plus="") for value in (loss.low, loss.mean, loss.high))
    return Cell(mean, f"{low} to {high}")
