"""What disqualifying after so many silent days does, in the terminal."""

from __future__ import annotations

from collections.abc import Callable

import click

from forecast.cli.tables import money, percent, say, show
from forecast.hygiene import HistoryHygiene, ScenarioHygiene, SilentShare, Swept
from forecast.sentences.hygiene import history_sentences, scenario_sentences
from simulations.intervals import Estimate
from simulations.plots.numerals import digits
from simulations.wording import unit_words

NOTHING = "-"


def print_hygiene(found: ScenarioHygiene | HistoryHygiene) -> None:
    """Print the sentences, a row for each rule, and what they rest on."""
    if isinstance(found, ScenarioHygiene):
        print_scenario(found)
    else:
        print_history(found)


def print_scenario(found: ScenarioHygiene) -> None:
    """Print the sentences, a row for each rule, and the seed."""
    say(scenario_sentences(found))
    unit = unit_words(found.unit, found.currency)
    show(
        f"Disqualify after so many days without a next step, {found.scenario}{f', {unit}' if unit else ''}",
        ("days", "bookings against never", "hours saved", "bias", "ended", "wins thrown away", "worth"),
        [_swept_row(one) for one in found.options],
        note="A year of the team. In brackets: 95% intervals; of bookings for all rules together. Bias: weighted pipeline at "
        "year end less what came of it. Marked *: not to be told from the best.",
    )
    click.echo(f"\nSeed {found.seed}, {found.replications} paired years, pipecast {found.version}.")


def _swept_row(one: Swept) -> tuple[str, ...]:
    days = "never" if one.days is None else digits(one.days)
    return (
        f"{days}{' *' if one.alike else ''}", _range(one.bookings, money), _range(one.hours, digits),
        _range(one.bias, money), digits(one.disqualified.mean), _range(one.thrown, digits), money(one.thrown_value.mean),
    )  # fmt: skip


def print_history(found: HistoryHygiene) -> None:
    """Print the sentences, a row for each rule, and what it rests on."""
    say(history_sentences(found))
    unit = f", {found.currency}" if found.currency else ""
    show(
        f"What became of silent opportunities{unit}",
        (
            "silent days",
            "were",
            "won later",
            "days to win",
            "hours a year",
            "wins a year",
            "worth",
            "pays from an hour of",
            "open now",
        ),
        [_silent_row(one) for one in found.options],
        note="In brackets: 95% intervals. Hours a year: what keeping them cost, as assumed. Worth: of the wins that a year would "
        "lose. Open now: silent for so long at the moment.",
    )
    click.echo(
        f"\nSilences from {found.since:%Y-%m-%d} on, {found.snapshots} snapshots; a silent opportunity costs "
        f"{digits(found.hours_a_week)} hours a week, as assumed. Seed {found.seed}, pipecast {found.version}."
    )


def _silent_row(one: SilentShare) -> tuple[str, ...]:
    start = (digits(one.days), f"{one.reached:,}")
    if one.won is None or one.thrown is None:
        return (*start, "too few", NOTHING, digits(one.hours), NOTHING, NOTHING, NOTHING, f"{one.open_now:,}")
    return (
        *start, _range(one.won, percent), NOTHING if one.median_days is None else digits(round(one.median_days)),
        digits(one.hours), digits(one.thrown.mean), _range(one.thrown_value, money), _range(one.break_even, money),
        f"{one.open_now:,}",
    )  # fmt: skip


def _range(one: Estimate | None, write: Callable[[float], str]) -> str:
    return NOTHING if one is None else f"{write(one.mean)} ({write(one.low)} to {write(one.high)})"
