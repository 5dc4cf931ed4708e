"""The report's part on prospecting: what an hour brings, and whether the blocks were kept."""

from __future__ import annotations

from forecast.plots.prospecting import draw_per_hour, draw_weeks
from forecast.prospecting.results import WON_AMOUNT, Prospecting, Worker
from forecast.report.analyst import Settings
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.sentences.prospecting import NAMES, prospecting_sentences
from simulations.plots.numerals import digits, quantity, share, span

ASSUMES = (
    "results come in proportion to hours, in the weeks in which they are spent; owners of one team differ by a gamma "
    "distribution; the chance and the amount of a win are independent"
)


def prospecting_section(found: Prospecting, currency: str = "") -> Section:
    """Return what an hour brings, with its pictures and tables.

    Parameters
    ----------
    found : Prospecting
    currency : str
        Of the amounts; empty where unknown.
    """
    answer, *said = (str(sentence) for sentence in prospecting_sentences(found, currency))
    pictures = (
        Picture(
            "per_hour",
            draw_per_hour(found, currency),
            "What an hour brings",
            "Rows of owners with what comes of an hour of prospecting; the numbers stand in the table below.",
        ),
        Picture(
            "prospecting_weeks",
            draw_weeks(found),
            "Prospecting week by week",
            "Bars of hours, of the opportunities that prospecting found, and of protected blocks planned and kept.",
        ),
    )
    return Section(
        anchor="prospecting",
        question="What does an hour of prospecting bring?",
        answer=answer,
        cautions=tuple(one.message for one in found.findings if one.severity == "serious"),
        passages=(Passage("", "", tuple(said), pictures, (_table(found, currency),)),),
        findings=found.findings,
    )


def prospecting_settings(found: Prospecting) -> Settings:
    """Return what was looked at, and what that assumes."""
    return Settings(
        "Prospecting",
        (
            ("seed", str(found.seed)),
            ("knowledge ends", f"{found.moment:%Y-%m-%d %H:%M}"),
            ("whole weeks", f"{found.weeks}, from {found.start:%Y-%m-%d}"),
            ("sources that are prospecting", ", ".join(found.sources) or "none told: all opportunities"),
            ("assumes", ASSUMES),
        ),
    )


def _table(found: Prospecting, currency: str) -> Table:
    rows = tuple(_row(worker, currency) for worker in (found.whole, *found.teams, *found.owners))
    note = "Below each number its 95% interval. Owners with few hours are drawn toward their team."
    return Table("Results an hour", ("who", "hours", *NAMES.values(), "blocks kept"), rows, note)


def _row(worker: Worker, currency: str) -> tuple[Cell, ...]:
    cells = [
        Cell(worker.name, worker.team),
        Cell(digits(worker.hours), f"{digits(worker.hours_per_week)} a week"),
    ]
    for result, one in worker.per_hour.items():
        if one is None:
            cells.append(Cell("not said", worker.unsaid[result]))
            continue
        unit = currency if result == WON_AMOUNT else ""
        cells.append(Cell(quantity(one.mean, unit), span(one.low, one.high)))
    kept = worker.kept
    told = Cell("no plan") if kept is None else Cell(share(kept.mean), f"of {worker.blocks:,}")
    return (*cells, told)
