"""How opportunities move: skipped and re-entered stages, stages that no one explains."""

from __future__ import annotations

import pandas as pd

from forecast.findings import Finding, first_examples
from forecast.quality.facts import Facts, share


def skipped_stages(facts: Facts) -> Finding | None:
    """Opportunities that went past a stage without entering it."""
    steps = _steps(facts)
    ids = steps.loc[steps["step"] > 1, "id"].unique()
    if not len(ids):
        return None
    return Finding(
        "skipped_stages",
        "note",
        len(ids),
        first_examples(ids),
        f"{share(len(ids), steps['id'].nunique())} opportunities skipped at least one stage",
        "Moves are counted as they were, also over several stages",
    )


def reentered_stages(facts: Facts) -> Finding | None:
    """Opportunities that went back to an earlier stage."""
    steps = _steps(facts)
    ids = steps.loc[steps["step"] < 0, "id"].unique()
    if not len(ids):
        return None
    return Finding(
        "reentered_stages",
        "note",
        len(ids),
        first_examples(ids),
        f"{share(len(ids), steps['id'].nunique())} opportunities went back to an earlier stage",
        "Time in stage counts from the latest entry",
    )


def without_history(facts: Facts) -> Finding | None:
    """Open opportunities of which no stage entry is known, where others have theirs."""
    history = facts.tables.stage_history
    if history.empty:
        return None
    blank = facts.open[~facts.open["id"].isin(history["id"])]
    if blank.empty:
        return None
    return Finding(
        "no_stage_entry",
        "warning",
        len(blank),
        first_examples(blank["id"]),
        f"{share(len(blank), len(facts.open))} open opportunities have no dated stage entry, so their time in stage is unknown",
        "They count from their creation",
    )


def stage_disagrees(facts: Facts) -> Finding | None:
    """Open opportunities whose stage is not the one they entered last."""
    last = facts.tables.stage_history.drop_duplicates("id", keep="last").set_index("id")["stage"]
    visited = facts.open["id"].map(last)
    other = facts.open[visited.notna() & facts.open["stage"].notna() & (visited != facts.open["stage"])]
    if other.empty:
        return None
    return Finding(
        "stage_disagrees",
        "warning",
        len(other),
        first_examples(other["id"]),
        f"{share(len(other), len(facts.open))} open opportunities are in another stage than the one they entered last",
        "The stage as it is typed counts; the time in it is uncertain",
    )


def _steps(facts: Facts) -> pd.DataFrame:
    """Return id and step of every move between stages: 1 to the next one, more where stages were skipped."""
    history = facts.tables.stage_history
    place = {stage: number for number, stage in enumerate(facts.tables.stages)}
    known = history[history["stage"].isin(place)]
    rank = known["stage"].map(place).astype("float64")
    same = known["id"] == known["id"].shift()
    step = (rank - rank.shift()).where(same, rank + 1)
    return pd.DataFrame({"id": known["id"], "step": step})
