"""What an attribution says, in sentences chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from simulations.attribution import Attribution, Part
from simulations.intervals import Estimate
from simulations.wording import cadence_words, money, points, sentence_start, value_unit

#: What mechanisms are called within a sentence, and where they stand alone.
MECHANISM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hours": "the different number of prospecting hours",
        "contention": "the competition for the reps' hours",
        "staleness": "the staleness of deals that wait",
        "silence and reviews": "the silence of customers, with the reviews that end it,",
        "market and ramp": "the market, with its good and bad weeks and the ramp of new reps,",
        "referrals": "the chain of introductions that wins lead to",
        "response": "the slow first answer to inbound leads",
    }
)
WHY: Mapping[str, str] = MappingProxyType(
    {
        "none": "{years} simulated years show no difference between steady prospecting and {cadence}, so there is "
        "nothing to explain.",
        "costs": "{Mechanism} costs {cadence} {amount} of the {whole} ({low} to {high}).",
        "gains": "{Mechanism} gives {cadence} {amount} ({low} to {high}).",
        "together": "{Mechanism} acts together with the others: alone it makes {alone}, but without it {removed} of "
        "the difference would be gone.",
        "nothing": "No effect shows of {mechanisms}.",
        "idle": "This scenario gives no effect to {mechanisms}: exactly 0.",
        "remainder": "With all of it switched off, {amount} of the difference is left ({low} to {high}).",
        "no_remainder": "With all of it switched off, no difference that shows is left.",
        "chance_same": "The chance of the target does not differ in a way that shows.",
        "chance_lower": "The chance of the target is {points} points lower ({low} to {high}).",
        "chance_higher": "The chance of the target is {points} points higher ({low} to {high}).",
        "chance_parts": "What shows of that: {parts}.",
        "chance_no_parts": "Which mechanism does that does not show.",
        "chance_costs": "{mechanism} costs {points} points ({low} to {high})",
        "chance_gives": "{mechanism} gives {points} points ({low} to {high})",
    }
)


def why_sentences(attribution: Attribution) -> tuple[str, ...]:
    """Return what an attribution says of bookings: the mechanisms that show, the largest first, then the rest."""
    whole = attribution.bookings.whole
    if not whole.sign:
        words = {"years": str(attribution.replications), "cadence": cadence_words(attribution.cadence)}
        return (WHY["none"].format(**words),)
    return tuple(_said(attribution))


def _said(attribution: Attribution) -> Iterator[str]:
    shares = attribution.bookings
    ranked = sorted(shares.parts.items(), key=lambda item: -abs(item[1].shapley.mean))
    for name, part in ranked:
        if part.shapley.sign:
            yield _say(attribution, "costs" if part.shapley.sign > 0 else "gains", name, part)
        if part.acts_together:
            yield _say(attribution, "together", name, part)
    silent = [
        MECHANISM_WORDS[name]
        for name, part in ranked
        if not part.shapley.sign and not part.acts_together and name not in attribution.idle
    ]
    if silent:
        yield WHY["nothing"].format(mechanisms=_listed(silent))
    if attribution.idle:
        yield WHY["idle"].format(mechanisms=_listed([MECHANISM_WORDS[name] for name in attribution.idle]))
    rest, unit = shares.remainder, _unit(attribution)
    words = {"amount": money(rest.mean, unit), **_interval(rest.low, rest.high, unit)}
    yield WHY["remainder" if rest.sign else "no_remainder"].format(**words)


def _say(attribution: Attribution, key: str, name: str, part: Part) -> str:
    unit, mechanism = _unit(attribution), MECHANISM_WORDS[name]
    found = part.shapley
    return WHY[key].format(
        Mechanism=sentence_start(mechanism),
        cadence=cadence_words(attribution.cadence),
        amount=money(found.mean, unit),
        whole=money(attribution.bookings.whole.mean, unit),
        alone=_signed(part.alone.mean, unit),
        removed=_signed(part.removed.mean, unit),
        **_interval(found.low, found.high, unit),
    )


def _interval(low: float, high: float, unit: str) -> dict[str, str]:
    """Return the ends by their size, the smaller first, where both lie on one side of 0."""
    ends = sorted((low, high), key=abs)
    return {"low": money(ends[0], unit), "high": money(ends[1], unit)}


def _signed(value: float, unit: str) -> str:
    return ("-" if value < 0 else "") + money(value, unit)


def _unit(attribution: Attribution) -> str:
    return value_unit(attribution.scenario)


def _listed(words: Sequence[str]) -> str:
    """Return words as they are read one after another; a closing comma of one falls before the end."""
    plain = [each.rstrip(",") for each in words]
    return " and ".join((", ".join(plain[:-1]), plain[-1])) if len(plain) > 1 else plain[0]


def chance_sentences(attribution: Attribution) -> tuple[str, ...]:
    """Return how much of the chance of target the cadence loses or gains, and which mechanisms do it, the largest first."""
    shares = attribution.chance
    if not shares.whole.sign:
        return (WHY["chance_same"],)
    whole = WHY["chance_lower" if shares.whole.sign > 0 else "chance_higher"].format(**_points(shares.whole))
    ranked = sorted(shares.parts.items(), key=lambda item: -abs(item[1].shapley.mean))
    parts = [
        WHY["chance_costs" if part.shapley.sign > 0 else "chance_gives"].format(
            mechanism=MECHANISM_WORDS[name].rstrip(","), **_points(part.shapley)
        )
        for name, part in ranked
        if part.shapley.sign
    ]
    said = WHY["chance_parts"].format(parts="; ".join(parts)) if parts else WHY["chance_no_parts"]
    return whole, said


def _points(found: Estimate) -> dict[str, str]:
    low, high = sorted((abs(found.low), abs(found.high)))
    return {"points": points(found.mean), "low": points(low), "high": points(high)}
