"""What is said of compared cadences beside their own sentences: which come first, and what the answer hangs on."""

from __future__ import annotations

from collections.abc import Iterator

from simulations.comparison import Comparison
from simulations.plots.numerals import digits
from simulations.sensitivity import LossGrid

#: The cadence that the answer is about, where it is among those compared.
FIRST = "sawtooth"


def compared(comparison: Comparison) -> list[str]:
    """Return the names of the cadences that are held against steady, the sawtooth first."""
    names = [contrast.name for contrast in comparison.contrasts if contrast.role == "difference"]
    return sorted(names, key=lambda name: (not name.startswith(FIRST), names.index(name)))


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
