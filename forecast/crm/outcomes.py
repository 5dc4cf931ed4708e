"""Open, won, lost or disqualified: from a status, from flags, or from the stage's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from forecast.crm.cells import EMPTY, Cells
from forecast.crm.columns import flag
from forecast.crm.mapping import Mapping
from forecast.crm.outcome_words import may_be_closed
from simulations.tables import DISQUALIFIED, LOST, OPEN, WON, looked_up

#: A number, signs or pictures may stand before: "6 - Closed Won".
_BEFORE = r"^[\W_]*(?:\d+[\W_]*)?(?:closed\W*)?"
_CLOSED_STAGE = re.compile(_BEFORE + r"(won|lost)(?:\W.*)?$", re.IGNORECASE)
_DISQUALIFIED_STAGE = re.compile(_BEFORE + r"(?:disqualified|unqualified)(?:\W.*)?$", re.IGNORECASE)
_CANCELLED = re.compile(r"^cancell?ed\b", re.IGNORECASE)


def outcome_of_stage(stage: str, mapping: Mapping) -> str | None:
    """Return what a stage means by the mapping, else by its name; None where the name is unclear."""
    stated = {WON: mapping.won_stages, LOST: mapping.lost_stages, DISQUALIFIED: mapping.disqualified_stages}
    for outcome, stages in stated.items():
        if stage in stages:
            return outcome
    if stage in mapping.stages:
        return OPEN
    told = _CLOSED_STAGE.match(stage)
    if told:
        return WON if told[1].casefold() == "won" else LOST
    if _DISQUALIFIED_STAGE.match(stage):
        return DISQUALIFIED
    return None if _CANCELLED.match(stage) or may_be_closed(stage) else OPEN


def meanings(stages: Iterable[str], cells: Cells) -> dict[str, str | None]:
    """Return what each stage means: open where the CRM's own list says so, else as `outcome_of_stage`."""
    return {
        stage: OPEN if stage in cells.listed else outcome_of_stage(stage, cells.mapping) for stage in stages
    }


def outcomes(cells: Cells) -> pd.Series:
    """Return the outcome of each record; what cannot be told is noted."""
    if "status" in cells.texts:
        return _by_status(cells)
    if "is_won" in cells.texts and "is_closed" in cells.texts:
        return _by_flags(cells)
    return _by_stage(cells)


def _by_status(cells: Cells) -> pd.Series:
    status = cells.texts["status"]
    words = {
        word.casefold(): outcome
        for outcome in (OPEN, WON, LOST, DISQUALIFIED)
        for word in getattr(cells.mapping.status, outcome)
    }
    found = looked_up(status.str.casefold(), words, "str")
    allowed = f"must be one of {', '.join(words)}; name other words under `status:` in a mapping file"
    cells.faults.add(cells.header("status"), status[found.isna()].fillna(EMPTY), allowed)
    return found.fillna(OPEN).astype("str")


def _by_flags(cells: Cells) -> pd.Series:
    flags = {name: flag(cells.texts[name]) for name in ("is_closed", "is_won")}
    allowed = "must be true or false, 1 or 0, yes or no"
    for name, said in flags.items():
        cells.faults.add(cells.header(name), cells.texts[name][said.isna()].fillna(EMPTY), allowed)
    closed, won = flags["is_closed"].eq(other=True), flags["is_won"].eq(other=True)
    return pd.Series(OPEN, index=cells.records, dtype="str").mask(closed, LOST).mask(won, WON)


def _by_stage(cells: Cells) -> pd.Series:
    stage, header = cells.texts["stage"], cells.header("stage")
    found = looked_up(stage, meanings(map(str, stage.dropna().unique()), cells), "str")
    if "no_stage" not in cells.mapping.accept:
        cells.faults.add(
            header,
            stage[stage.isna()].fillna(EMPTY),
            "every opportunity needs a stage; fill it down where one cell stands for several rows; to count those without "
            "one as open, put `no_stage` under `accept:` in a mapping file",
        )
    cells.faults.add(
        header,
        stage[stage.notna() & found.isna()],
        "may mean won, lost or disqualified; say so under `won_stages:`, `lost_stages:` or "
        "`disqualified_stages:` in a mapping file, or name it among all open ones under `stages:`",
    )
    return found.fillna(OPEN).astype("str")
