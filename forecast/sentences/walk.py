"""What a walk to target says: how far the call goes, what moved it and who, and what no file tells."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from forecast.calls.call import BOOKED, COMMIT, HUNDREDTHS, LEFT_OUT, LINES, Call
from forecast.calls.walk import TO_CREATE, WON, Walk
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount, long_day


def walk_sentences(walk: Walk, unit: str) -> tuple[Sentence, ...]:
    """Return what a walk to target says, how far the call goes first.

    Parameters
    ----------
    walk : Walk
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    parts = (_reach, _expected, _change, _movers, _limits)
    return tuple(sentence for part in parts for sentence in part(walk, unit))


def _reach(walk: Walk, unit: str) -> Iterator[Sentence]:
    now = walk.now
    booked = now.line(BOOKED).value
    promised = sum(now.line(line).value for line in LINES[1:])
    short = now.to_create / HUNDREDTHS
    words = {
        "booked": amount(booked, unit) if booked else "nothing",
        "promised": amount(promised, unit) if promised else "nothing",
        "target": amount(now.target, unit),
    }
    key = "walk.short" if short > 0 else "walk.beyond" if short < 0 else "walk.exact"
    yield say(key, gap=amount(abs(short), unit), **words)


def _expected(walk: Walk, unit: str) -> Iterator[Sentence]:
    """Say what history expects of what the CRM promises."""
    promised = [walk.now.line(line) for line in LINES[1:]]
    value = sum(line.value for line in promised)
    if any(line.expected is None for line in promised) or not value:
        return
    found = sum(line.expected or 0.0 for line in promised)
    commit = walk.now.line(COMMIT)
    yield say("walk.expected", promised=amount(value, unit), expected=amount(found, unit))
    if commit.deals and commit.expected is not None:
        key = "walk.commit_less" if commit.expected < commit.value else "walk.commit_more"
        yield say(key, commit=amount(commit.value, unit), expected=amount(commit.expected, unit))
    outside = sum(walk.now.line(name).expected or 0.0 for name in LEFT_OUT)
    if outside:
        yield say("walk.left_out", expected=amount(outside, unit))


def _change(walk: Walk, unit: str) -> Iterator[Sentence]:
    change, since = -walk.change(TO_CREATE) / HUNDREDTHS, _known_through(walk.then)
    won = sum(move.hundredths for move in walk.movements if move.kind == WON) / HUNDREDTHS
    key = "walk.rose" if change > 0 else "walk.fell" if change < 0 else "walk.same"
    yield say(key, change=amount(abs(change), unit), since=since)
    if won:
        yield say("walk.won", won=amount(won, unit))


def _movers(walk: Walk, unit: str) -> Iterator[Sentence]:
    """Say who moved the sum of booked and promised most, up and down."""
    by_owner = -walk.by("owner")[TO_CREATE]
    for key, at in (("walk.up", by_owner.idxmax), ("walk.down", by_owner.idxmin)):
        if not len(by_owner):
            return
        owner = str(at())
        value = float(by_owner[owner])
        if (value > 0) == (key == "walk.up") and value:
            yield say(key, owner=owner, value=amount(abs(value), unit))


def _limits(walk: Walk, unit: str) -> Iterator[Sentence]:  # noqa: ARG001 - one signature for all parts
    now = walk.now
    open_deals = sum(line.deals for line in (*now.lines[1:], *now.left_out))
    if open_deals and now.line("without a date").deals == open_deals:
        yield say("walk.no_dates")
    elif open_deals and not now.has_categories:
        yield say("walk.no_categories")
    if now.unpriced:
        yield say("walk.unpriced", count=f"{now.unpriced:,}")
    if walk.assumed:
        yield say("walk.assumed", fields=", ".join(name.replace("_", " ") for name in walk.assumed))


def _known_through(call: Call) -> str:
    """Return the last day that a call knows whole."""
    return long_day((call.moment - pd.Timedelta(microseconds=1)).date())
