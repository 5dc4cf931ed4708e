"""What was typed: amounts, probabilities, closing dates."""

from __future__ import annotations

from forecast.findings import Finding, first_examples
from forecast.quality.facts import Facts, share

#: Share of losses without amount from which closing counts as having reset it.
RESET = 0.5
#: A day that holds this share of all dates, and at least `MANY` of them, looks edited in bulk.
BULK, MANY = 0.2, 20
#: So many closings in one minute were not made by hand.
AT_ONCE = 20


def wins_without_amount(facts: Facts) -> Finding | None:
    """Wins whose amount is missing or zero."""
    blank = facts.won[~(facts.won["amount"] > 0)]
    if blank.empty:
        return None
    every = len(blank) == len(facts.won)
    return Finding(
        "wins_without_amount",
        "serious" if every else "warning",
        len(blank),
        first_examples(blank["id"]),
        "No win has an amount, so only the number of opportunities can be forecast"
        if every
        else f"{share(len(blank), len(facts.won))} wins have no amount or zero; they add nothing to bookings and pull the mean down",
        "Forecast with --unit deals"
        if every
        else "They were kept as they are; fill in the amounts in the CRM",
    )


def open_without_amount(facts: Facts) -> Finding | None:
    """Open opportunities whose amount is missing or zero, where wins have one."""
    blank = facts.open[~(facts.open["amount"] > 0)]
    if blank.empty or not (facts.won["amount"] > 0).any():
        return None
    return Finding(
        "open_without_amount",
        "warning",
        len(blank),
        first_examples(blank["id"]),
        f"{share(len(blank), len(facts.open))} open opportunities have no amount or zero",
        "Their amount is drawn from what was won",
    )


def amounts_reset(facts: Facts) -> Finding | None:
    """Losses that carry no amount where wins do: closing has changed it."""
    blank = facts.not_won[~(facts.not_won["amount"] > 0)]
    if len(blank) < MANY or len(blank) < RESET * len(facts.not_won) or not (facts.won["amount"] > 0).any():
        return None
    return Finding(
        "amounts_reset_on_loss",
        "warning",
        len(blank),
        first_examples(blank["id"]),
        f"{share(len(blank), len(facts.not_won))} lost opportunities have no amount: it was cleared when they were lost, "
        "so the history does not show whether larger ones are harder to win",
        "The amount must not be used to judge the chance to win",
    )


def no_probability(facts: Facts) -> Finding | None:
    """Open opportunities without a typed probability."""
    blank = facts.open[facts.open["probability"].isna()]
    if blank.empty:
        return None
    every = len(blank) == len(facts.open)
    return Finding(
        "no_probability",
        "note",
        len(blank),
        () if every else first_examples(blank["id"]),
        "The CRM gives no probabilities, so its own weighted pipeline cannot be shown"
        if every
        else f"{share(len(blank), len(facts.open))} open opportunities have no typed probability",
        "Give `stage_probabilities:` in a mapping file to see an assumed one beside the calibrated"
        if every
        else "They are left out of the CRM's weighted pipeline, not counted as 0",
    )


def expected_in_past(facts: Facts) -> Finding | None:
    """Open opportunities whose expected closing day has passed."""
    late = facts.open[facts.open["expected_close"] < facts.when.normalize()]
    if late.empty:
        return None
    return Finding(
        "expected_close_in_past",
        "warning",
        len(late),
        first_examples(late["id"]),
        f"{share(len(late), len(facts.open))} open opportunities were expected to close before the date of the forecast",
        "The forecast takes its timing from the history, not from these dates; correct them in the CRM",
    )


def no_expected_close(facts: Facts) -> Finding | None:
    """Open opportunities without an expected closing day."""
    blank = facts.open[facts.open["expected_close"].isna()]
    if blank.empty:
        return None
    return Finding(
        "no_expected_close",
        "note",
        len(blank),
        first_examples(blank["id"]),
        f"{share(len(blank), len(facts.open))} open opportunities have no expected closing date, so coverage and the "
        "CRM's weighted pipeline leave them out",
        "The forecast takes its timing from the history",
    )


def bulk_expected(facts: Facts) -> Finding | None:
    """One expected closing day that many open opportunities share."""
    days = facts.open["expected_close"].dropna()
    counts = days.value_counts()
    if counts.empty or counts.iloc[0] < max(MANY, BULK * len(days)):
        return None
    day, count = counts.index[0], int(counts.iloc[0])
    return Finding(
        "bulk_expected_close",
        "warning",
        count,
        first_examples(facts.open.loc[facts.open["expected_close"] == day, "id"]),
        f"{share(count, len(days))} expected closing dates are {day:%Y-%m-%d}: they look set in bulk, not one by one",
        "The forecast takes its timing from the history, not from these dates",
    )


def closed_at_once(facts: Facts) -> Finding | None:
    """Find closings that share one minute: a rule or a clean-up closed them, not a customer."""
    closed = facts.closed["closed"]
    timed = facts.closed[closed != closed.dt.normalize()]
    minute = timed["closed"].dt.floor("min")
    again = minute.map(minute.value_counts()) >= AT_ONCE
    bulk = timed[again]
    if bulk.empty:
        return None
    return Finding(
        "closed_in_bulk",
        "note",
        len(bulk),
        first_examples(bulk["id"]),
        f"{share(len(bulk), len(facts.closed))} closings happened {AT_ONCE} or more in the same minute: a rule or a "
        "clean-up closed them, so their dates say little about customers",
        "They were kept with the dates they have",
    )
