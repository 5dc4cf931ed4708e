"""What a CRM export holds, and what limits a forecast from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.plots.history import draw_history
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from simulations.plots.numerals import quantity
from simulations.tables import OPEN, OUTCOMES, WON

if TYPE_CHECKING:
    from forecast.crm import Reading


def export_section(reading: Reading) -> Section:
    """Return what was read from a CRM export: how much, over what time, and every finding about it.

    Parameters
    ----------
    reading : Reading
    """
    rows = reading.tables.opportunities
    picture = Picture(
        "history",
        draw_history(rows, reading.export_date),
        "What the export holds, month by month",
        "Bars of the opportunities created, won, and lost or disqualified in each month.",
    )
    return Section(
        anchor="export",
        question="What does the CRM export hold, and what limits a forecast from it?",
        answer=_answer(reading),
        cautions=tuple(finding.message for finding in reading.findings if finding.severity == "serious"),
        passages=(Passage("What was read", pictures=(picture,), tables=(_table(reading),)),),
        findings=reading.findings,
    )


def _answer(reading: Reading) -> str:
    rows = reading.tables.opportunities
    grave = sum(finding.severity == "serious" for finding in reading.findings)
    doubts = sum(finding.severity == "warning" for finding in reading.findings)
    held = (
        f"The file was read as {reading.shape}: {len(rows):,} opportunities, of which "
        f"{int((rows['outcome'] == OPEN).sum()):,} are open and {int((rows['outcome'] == WON).sum()):,} were won."
    )
    if grave:
        return f"{held} Before a forecast is believed, {_things(grave)} must be looked at."
    if doubts:
        return f"{held} A forecast from it is less sharp, or may lean, for {_reasons(doubts)}."
    return f"{held} Nothing that was found speaks against a forecast from it."


def _things(count: int) -> str:
    return "one serious finding" if count == 1 else f"{count} serious findings"


def _reasons(count: int) -> str:
    return "one reason, named below" if count == 1 else f"{count} reasons, named below"


def _table(reading: Reading) -> Table:
    tables = reading.tables
    rows = tables.opportunities
    counts = rows["outcome"].value_counts()
    amounts = rows.groupby("outcome")["amount"].sum(min_count=1)
    unit = reading.currency
    lines = [
        (
            Cell(outcome),
            Cell(f"{int(counts.get(outcome, 0)):,}"),
            Cell(quantity(float(amounts.get(outcome, float("nan"))), unit)),
        )
        for outcome in OUTCOMES
    ]
    stages = " > ".join(tables.stages) or "not told"
    note = (
        f"Stages, in order: {stages}. {len(tables.stage_history):,} stage visits and {len(tables.activities):,} "
        f"activities were read. Nothing after {reading.export_date:%Y-%m-%d %H:%M} is known."
    )
    return Table("Opportunities by outcome", ("outcome", "how many", "amount"), tuple(lines), note)
