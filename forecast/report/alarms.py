"""The report's part on alarms: what left the plan, since when, what it costs and what would repair it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd

from forecast.alarms.results import Reading
from forecast.alarms.today import Today
from forecast.plots.alarms import draw_alarms
from forecast.report.analyst import Settings
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.report.spreadsheet import frame_table
from forecast.sentences.alarm import TEAM_NAME, alarm_sentences, holidays, luck
from simulations.plots.numerals import quantity, span
from simulations.wording import unit_words


def alarm_section(found: Today, currency: str = "") -> Section:
    """Return what is said of the monitors, and their table.

    Parameters
    ----------
    found : Today
    currency : str
        Of the amounts; empty where unknown.
    """
    answer, *told = (str(sentence) for sentence in alarm_sentences(found, currency))
    caution = (
        f"On plan {found.picture.false_alarms:.0%} of years have an alarm all the same, if the market varies by "
        f"{found.market.yearly_cv:.0%} from year to year and keeps its course for {found.market.persistence_weeks:g} weeks: both "
        "are assumed, since one year of a CRM does not tell them."
    )
    picture = Picture(
        "alarms",
        draw_alarms(found),
        "How far the team's monitors stand beyond luck, week by week",
        "A panel a monitor: the chance that luck alone takes it so far, rarer above, the line where an alarm begins, and since "
        "when it deviates. What stands there at the last look is in the table below.",
    )
    table = _table(found, unit_words(found.unit, currency))
    return Section(
        anchor="alarms",
        question="Is reality leaving the plan, and since when?",
        answer=answer,
        cautions=(caution,),
        passages=(Passage("", "", tuple(told), (picture,), (table,)),),
    )


def alarm_files(found: Today) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the table and of the JSON."""
    told = found.to_dict()
    yield "alarms.csv", frame_table(reading_rows(found))
    yield "alarms.json", json.dumps(told, indent=2, allow_nan=False, ensure_ascii=False).encode()


def reading_rows(found: Today) -> pd.DataFrame:
    """Return a row for each monitor of the team and of each owner, without its course; days as ISO text."""
    return pd.json_normalize(found.to_dict()["readings"], sep="_").drop(columns="course")


def alarm_settings(found: Today) -> list[Settings]:
    """Return what a watch was made with."""
    rows = (
        ("watch", f"{found.start} to {found.end}"),
        ("known by", f"{found.picture.moment}"),
        ("learned from", f"{found.learned_weeks} weeks before"),
        ("public holidays", holidays(found)),
        ("family", found.picture.family),
        ("drawn years", f"{found.years:,}"),
        ("seed", str(found.seed)),
    )
    return [Settings("Alarms", rows)]


def _table(found: Today, unit: str) -> Table:
    rows = tuple(
        _row(each, unit) for each in found.picture.readings if each.state != "quiet" or not each.owner
    )
    note = (
        "Luck: the chance that it alone takes a monitor so far in any week of the watch. Cost: what is missing at its end if "
        "it goes on; small print: in 8 of 10 cases. Of reps only what is not quiet is listed."
    )
    header = ("who", "monitor", "state", "since", "luck", "cost by the end")
    return Table(f"The monitors after week {found.picture.week}", header, rows, note)


def _row(each: Reading, unit: str) -> tuple[Cell, ...]:
    cost = (
        Cell("-")
        if each.cost is None
        else Cell(quantity(each.cost.by_end, unit), span(each.cost.low, each.cost.high))
    )
    return (
        Cell(each.owner or TEAM_NAME), Cell(each.monitor), Cell(each.state), Cell(f"{each.since or '-'}"),
        Cell(luck(each.chance)), cost,
    )  # fmt: skip
