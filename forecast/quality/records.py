"""What is recorded at all: losses, wins, enough of both, twice, and until when."""

from __future__ import annotations

import pandas as pd

from forecast.findings import Finding, first_examples
from forecast.quality.facts import SECONDS_A_DAY, Facts, share

#: Below this many closed opportunities every rate is mostly the prior.
FEW_CLOSED = 20
#: Days without any record after which an export counts as old.
QUIET_DAYS = 14.0
#: A field filled this much more often on one side than on the other says on which side it is.
TELLING = 0.5
#: Share of closed opportunities of one day, owner and amount up to which open ones with the same are suspected.
BY_CHANCE = 0.02
#: What of open opportunities is held against each other where they have no names; so many kinds at least, and nearly
#: all rows in even numbers.
PAIRED = ["created", "owner", "amount", "source", "product", "pipeline", "stage", "expected_close"]
MANY_KINDS, NEARLY_ALL = 20, 0.95
#: Expected number of early closings of which not one is there: by chance this happens in 1 of 150 files.
MISSED_CLOSINGS = 5.0


def few_closed(facts: Facts) -> Finding | None:
    """Too few closed opportunities to learn much from."""
    count = len(facts.closed)
    if count >= FEW_CLOSED:
        return None
    return Finding(
        "few_closed",
        "serious",
        count,
        first_examples(facts.closed["id"]),
        f"Only {count} opportunities have closed, so rates and cycles are hardly known and the range is wide",
        "Export a longer history if there is one",
    )


def no_wins(facts: Facts) -> Finding | None:
    """Nothing was ever won."""
    if len(facts.won) or not len(facts.rows):
        return None
    return Finding(
        "no_wins",
        "serious",
        len(facts.rows),
        (),
        "No opportunity in the file is won, so the chance to win cannot be learned from it",
        f"Check which stages or status words mean won, and name them in a mapping file{_certain(facts)}",
    )


def _certain(facts: Facts) -> str:
    """Return the stages of open opportunities that are typed at 100%, for a sentence."""
    named = facts.open.loc[facts.open["probability"] == 1, "stage"].dropna().unique()
    return f" (typed at 100%: {', '.join(first_examples(named))})" if len(named) else ""


def no_losses(facts: Facts) -> Finding | None:
    """Losses were never recorded."""
    if len(facts.not_won) or not len(facts.won) or not len(facts.open):
        return None
    return Finding(
        "no_losses",
        "warning",
        len(facts.open),
        first_examples(facts.open["id"]),
        "No opportunity is recorded as lost: open ones are a mixture of live and long dead, and won ÷ closed would be 100%",
        "Only age tells them apart here; closing dead opportunities in the CRM would sharpen the forecast",
    )


def only_wins(facts: Facts) -> Finding | None:
    """Find an export of wins alone: what is open or lost was filtered away."""
    if not len(facts.won) or len(facts.won) < len(facts.rows):
        return None
    return Finding(
        "only_wins",
        "serious",
        len(facts.won),
        (),
        "Every opportunity in the file is won: open and lost ones are missing, so neither the chance to win nor what is "
        "still to come can be learned",
        "Export open and lost opportunities too",
    )


def no_open(facts: Facts) -> Finding | None:
    """Nothing is open, though not everything was won."""
    if len(facts.open) or len(facts.won) == len(facts.rows):
        return None
    return Finding(
        "no_open",
        "warning",
        len(facts.closed),
        (),
        "No opportunity in the file is open, so nothing can come from the pipeline",
        "Export open opportunities too, if there are any",
    )


def dead_stock(facts: Facts) -> Finding | None:
    """Open opportunities that are older than nearly any that ever closed."""
    if len(facts.closed) < FEW_CLOSED:
        return None
    oldest = facts.cycle_days.quantile(0.99)
    dead = facts.open[facts.age_days > oldest]
    if dead.empty:
        return None
    return Finding(
        "dead_stock",
        "warning",
        len(dead),
        first_examples(dead["id"]),
        f"{share(len(dead), len(facts.open))} open opportunities are older than {oldest:.0f} days, the age by which "
        "99% of those that ever closed had closed; counted at face value they would inflate the pipeline",
        "Their chance to win falls with age; they should be closed in the CRM",
    )


def duplicates(facts: Facts) -> Finding | None:
    """Open opportunities that look like another one under a second id."""
    rows = facts.rows
    named = rows["name"].notna().any()
    key = ["name", "owner", "amount"] if named else ["created", "owner", "amount"]
    told = rows[rows["name"].notna()] if named else _told_apart(facts, key)
    again = told[told.duplicated(key, keep=False)]
    twins = again.groupby(key, dropna=False)["outcome"].transform(lambda outcome: (outcome == "open").any())
    suspected = again[twins.astype("bool")] if len(again) else again
    if not suspected.empty:
        extra = len(suspected) - suspected[key].drop_duplicates().shape[0]
        return _duplicates(extra, suspected["id"], ", ".join(key))
    if not named and _all_in_pairs(facts.open[PAIRED]):
        return _duplicates(len(facts.open) // 2, facts.open["id"], "values in every column")
    return None


def _duplicates(extra: int, ids: pd.Series, same: str) -> Finding:
    return Finding(
        "suspected_duplicates",
        "warning",
        extra,
        first_examples(ids),
        f"{extra:,} opportunities have the same {same} as another that stands beside them; "
        "if they are one, the pipeline counts it twice",
        "They were kept; merge them in the CRM if they are the same",
    )


def _told_apart(facts: Facts, key: list[str]) -> pd.DataFrame:
    """Return the opportunities without names of which two hardly have one key by chance.

    So it is where the creation has a clock, or where what has closed shows that owner, day and amount tell it apart.
    """
    rows, closed = facts.rows, facts.closed[facts.closed["amount"] > 0]
    chance = closed.duplicated(key, keep=False).mean() if len(closed) >= FEW_CLOSED else 1.0
    clock = rows["created"].dt.normalize() != rows["created"]
    told: pd.DataFrame = rows[rows["amount"].gt(0) & (clock | (chance < BY_CHANCE))]
    return told


def _all_in_pairs(rows: pd.DataFrame) -> bool:
    """Return whether (nearly) every row has twins that make an even number: by chance half of the numbers are odd."""
    sizes = rows.groupby(PAIRED, dropna=False).size()
    even = sizes[sizes % 2 == 0]
    return len(sizes) >= MANY_KINDS and bool(even.sum() >= NEARLY_ALL * len(rows))


def left_truncated(facts: Facts) -> Finding | None:
    """Find a history of closings that begins later than that of creations: early cohorts show only slow ones."""
    if len(facts.closed) < FEW_CLOSED:
        return None
    first = facts.closed["closed"].min()
    half = (first - facts.rows["created"].min()) / 2
    early = facts.rows["created"] < first - half
    later = facts.closed[facts.closed["created"] >= first]
    quick = ((later["closed"] - later["created"]) <= half).mean() if len(later) else 0.0
    if early.sum() * quick < MISSED_CLOSINGS:
        return None
    return Finding(
        "left_truncated",
        "warning",
        int(early.sum()),
        first_examples(facts.rows.loc[early, "id"]),
        f"Nothing closes before {first:%Y-%m-%d}, although opportunities go back to "
        f"{facts.rows['created'].min():%Y-%m-%d}: of the early ones only the slow are left",
        "Cycles of the earliest months read too long",
    )


def quiet_end(facts: Facts) -> Finding | None:
    """Find an export whose last record is long before the moment of the forecast."""
    moments = (
        facts.rows["created"].max(),
        facts.rows["closed"].max(),
        facts.tables.stage_history["entered"].max(),
    )
    last = max((moment for moment in moments if pd.notna(moment)), default=facts.when)
    days = (facts.when - last).total_seconds() / SECONDS_A_DAY
    if days <= QUIET_DAYS:
        return None
    return Finding(
        "old_export",
        "serious",
        int(days),
        (f"{last:%Y-%m-%d}",),
        f"The last record is {days:.0f} days before the date of the forecast; what happened since is missing",
        "Export again, or forecast as of the day of the export",
    )


def telling_fields(facts: Facts) -> Finding | None:
    """Fields that are filled on closed opportunities and empty on open ones, or the reverse."""
    if len(facts.closed) < FEW_CLOSED or not len(facts.open):
        return None
    found = []
    for field in ("owner", "source", "product"):
        gap = facts.closed[field].notna().mean() - facts.open[field].notna().mean()
        if abs(gap) > TELLING:
            found.append(field)
    if not found:
        return None
    return Finding(
        "field_tells_outcome",
        "warning",
        len(found),
        tuple(found),
        "Some fields are filled in when an opportunity closes and empty before: they tell the outcome "
        "instead of foretelling it",
        "They must not be used to judge open opportunities",
    )
