"""Pipeline changes week by week, as a table."""

from __future__ import annotations

from forecast.changes.between import PipelineChanges
from forecast.changes.steps import REVALUED, SIGNS, Step
from forecast.report.blocks import Cell, Table
from forecast.wording.changes import STEPS
from simulations.plots.numerals import MINUS, digits, scale_of


def weeks_tables(changes: PipelineChanges) -> tuple[Table, ...]:
    """Return a row for each week, a column for each step that was taken in any; nothing where no weeks were asked for."""
    if not changes.weeks:
        return ()
    priced = changes.priced
    steps: list[Step] = [
        step
        for step in (*SIGNS, "end")
        if any(week.total.deals(step) for week in changes.weeks) and (priced or step not in REVALUED)
    ]
    scale = scale_of(max(abs(week.total.amount(step)) for week in changes.weeks for step in steps))
    rows = []
    for week in changes.weeks:
        cells = []
        for step in steps:
            size = round(week.total.amount(step) / scale.factor, 3) if priced else week.total.deals(step)
            sign = "" if step in ("start", "end") or not size else "+" if SIGNS[step] > 0 else MINUS
            cells.append(Cell(f"{sign}{digits(size) if priced else f'{size:,}'}"))
        rows.append((Cell(f"{week.end:%Y-%m-%d}"), *cells))
    unit = (
        " ".join(word for word in ("amounts,", scale.word, changes.currency) if word) if priced else "deals"
    )
    note = "Each week ends with the last snapshot made by its end, on the day named: knowledge ends where it begins."
    header = ("until", *(STEPS[step] for step in steps))
    return (Table(f"Week by week: {unit.rstrip(',')}", header, tuple(rows), note),)
