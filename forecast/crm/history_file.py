"""A second file with one row for each stage that an opportunity entered."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from forecast.crm.dates import Order, parse_dates
from forecast.crm.faults import Faults
from forecast.crm.generic import listed
from forecast.crm.mapping import Mapping
from forecast.crm.outcomes import outcome_of_stage
from forecast.crm.sheet import read_sheet
from simulations.tables import OPEN


def read_history(folder: Path, mapping: Mapping, order: Order | None) -> pd.DataFrame:
    """Return the entries (id, stage, entered) into open stages that the mapping's history file lists.

    Parameters
    ----------
    folder : Path
        From which the mapping names the file.
    mapping : Mapping
        With its ``stage_history`` given.
    order : {'day-first', 'month-first'} or None

    Raises
    ------
    BadInput
        If the file cannot be read, lacks a column, or has cells that are no dates.
    """
    stated = mapping.stage_history
    if stated is None:
        raise ValueError("the mapping names no history file")
    sheet = read_sheet(folder / stated.file, mapping.encoding)
    faults = Faults(sheet)
    wanted = (stated.id, stated.stage, stated.entered)
    for header in wanted:
        if header not in sheet.headers:
            faults.add_file(
                "header", header, f"is no column of this file; its columns are {listed(sheet.headers)}"
            )
    faults.raise_any()
    ids, stages, moments = (sheet.rows[sheet.headers.index(header)].str.strip() for header in wanted)
    at = sheet.headers.index(stated.entered)
    parsed = parse_dates({at: moments.mask(moments == "")}, {at: stated.entered}, order, faults)
    entered = parsed.moments[at]
    faults.add(stated.entered, moments[moments == ""].replace("", "(empty)"), "every entry needs its moment")
    faults.raise_any()
    rows = pd.DataFrame({"id": ids, "stage": stages, "entered": entered}).drop_duplicates()
    meaning = {stage: outcome_of_stage(stage, mapping) for stage in rows["stage"].unique()}
    return rows[rows["stage"].map(meaning) == OPEN].reset_index(drop=True)
