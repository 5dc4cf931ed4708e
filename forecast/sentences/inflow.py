"""What enters the pipeline, said in sentences that need no statistics: chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forecast.inflow import Inflow, Segment
from forecast.inflow.dimensions import INTRODUCED
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount
from simulations.intervals import Estimate
from simulations.plots.numerals import digits, share

#: What measures are called where they cannot be said.
NAMES = {
    "conversion": "share that is won",
    "conversion_trend": "trend of that share",
    "cycle": "time until a win",
    "cycle_trend": "trend of that time",
    "per_week": "number of new opportunities a week",
    "value_per_week": "value of new opportunities a week",
}


def inflow_sentences(inflow: Inflow, currency: str = "") -> tuple[Sentence, ...]:
    """Return what enters, how long it takes and how much is won; the whole first, then what differs.

    Parameters
    ----------
    inflow : Inflow
    currency : str
        Of the amounts; empty where unknown.
    """
    return (*_whole(inflow, currency), *_introductions(inflow), *_segments(inflow))


def _whole(inflow: Inflow, currency: str) -> Iterator[Sentence]:
    whole, cycle = inflow.whole, inflow.whole.cycle
    if whole.conversion is not None:
        yield _said(
            "inflow.conversion", whole.conversion, share, "share", horizon=digits(round(inflow.horizon))
        )
    yield from _trend("inflow.conversion", whole.conversion_trend, points)
    if cycle is not None:
        days = {"median": cycle.median.days, "short": cycle.shortest.days, "long": cycle.longest.days}
        days |= {"low": cycle.median.low, "high": cycle.median.high}
        yield say("inflow.cycle", **{name: digits(round(value)) for name, value in days.items()})
    yield from _trend("inflow.cycle", whole.cycle_trend, share)
    if whole.per_week is not None:
        yield _said("inflow.per_week", whole.per_week, digits, "count", weeks=f"{inflow.weeks}")
    yield from _trend("inflow.per_week", whole.per_week_trend, share)
    if whole.value_per_week is not None:
        yield _said("inflow.value", whole.value_per_week, lambda value: amount(value, currency), "value")
    yield from _trend("inflow.value", whole.value_per_week_trend, share)
    for name, words in NAMES.items():
        bare = name.removesuffix("_trend")
        if name in whole.unsaid and (bare == name or bare not in whole.unsaid):
            yield say("inflow.missing", what=words, reason=whole.unsaid[name])


def points(difference: float) -> str:
    """Return a difference of shares in points.

    Examples
    --------
    >>> points(0.123), points(-0.04), points(0.003)
    ('12', '-4.0', '0.3')
    """
    size = 100 * difference
    return f"{size:.0f}" if abs(size) >= 10 else f"{size:.1f}"  # noqa: PLR2004 - two digits that count


def _said(key: str, found: Estimate, write: Callable[[float], str], name: str, **words: str) -> Sentence:
    return say(key, **{name: write(found.mean), "low": write(found.low), "high": write(found.high), **words})


def _trend(key: str, found: Estimate | None, write: Callable[[float], str]) -> Iterator[Sentence]:
    """Say a change over a quarter; of one that falls the size, smaller end first."""
    if found is not None:
        yield _signed(key, found, write)


def _signed(key: str, found: Estimate, write: Callable[[float], str], **words: str) -> Sentence:
    kind = {1: "more", -1: "less", 0: "same"}[found.sign]
    mean, low, high = found.mean, found.low, found.high
    if kind == "less":
        mean, low, high = -mean, -high, -low
    return say(f"{key}_{kind}", change=write(mean), low=write(low), high=write(high), **words)


def _introductions(inflow: Inflow) -> Iterator[Sentence]:
    found = {segment.name: segment for segment in inflow.by.get("introductions", ())}
    if INTRODUCED not in found:
        return
    mine = found.pop(INTRODUCED)
    rest = next(iter(found.values()), None)
    gap = mine.conversion_against_rest
    if gap is None or mine.conversion is None or rest is None or rest.conversion is None:
        reason = mine.unsaid.get("conversion") or mine.unsaid["conversion_against_rest"]
        yield say("inflow.introduced_unsaid", reason=reason)
        return
    shares = {"mine": share(mine.conversion.mean), "rest": share(rest.conversion.mean)}
    yield _signed("inflow.introduced", gap, points, **shares)


def _segments(inflow: Inflow) -> Iterator[Sentence]:
    for by, segments in inflow.by.items():
        if by != "introductions":
            yield from _differences(by, segments)
    for reason in dict.fromkeys(inflow.unsaid.values()):
        together = [by for by, why in inflow.unsaid.items() if why == reason]
        yield say("inflow.unsaid", by=" or ".join(together), reason=reason)


def _differences(by: str, segments: tuple[Segment, ...]) -> Iterator[Sentence]:
    compared = [segment for segment in segments if segment.conversion_against_rest is not None]
    outstanding = [segment for segment in compared if segment.stands_out]
    for segment in outstanding:
        gap, mine = segment.conversion_against_rest, segment.conversion
        if gap is not None and mine is not None:
            yield _signed("inflow.stands_out", gap, points, by=by, name=segment.name, mine=share(mine.mean))
    if len(compared) > 1 and not outstanding:
        yield say("inflow.alike", by=by, count=f"{len(compared)}")
    few = sum(segment.conversion is None for segment in segments)
    if few:
        yield say("inflow.few", by=by, few=f"{few}", count=f"{len(segments)}")
