"""How opportunities move: skipped and re-entered stages, stages that no one explains."""

from __future__ import annotations

from forecast.findings import Finding, first_examples
from forecast.quality.facts import Facts, share


def skipped_stages(facts: Facts) -> Finding | None:
    """Opportunities that went past a stage without entering it."""
    steps = facts.steps
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
    steps = facts.steps
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
    blank = facts.open[facts.visited_last.isna()]
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
    visited = facts.visited_last
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
