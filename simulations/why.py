"""What an attribution says, in sentences chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulations.attribution import Attribution, Part
from simulations.wording import cadence_words, money, points, value_unit

#: What mechanisms are called within a sentence, and where they stand alone.
MECHANISM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hours": "the different number of prospecting hours",
        "contention": "the competition for the reps' hours",
        "staleness": "the staleness of deals that wait",
        "silence and reviews": "the silence of customers, with the reviews that end it,",
        "market": "the market, with its good and bad weeks",
        "referrals": "the chain of introductions that wins lead to",
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
        "remainder": "With all of it switched off, {amount} of the difference is left ({low} to {high}).",
        "no_remainder": "With all of it switched off, no difference that shows is left.",
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
        MECHANISM_WORDS[name] for name, part in ranked if not part.shapley.sign and not part.acts_together
    ]
    if silent:
        listed = " and ".join((", ".join(silent[:-1]), silent[-1])) if len(silent) > 1 else silent[0]
        yield WHY["nothing"].format(mechanisms=listed)
    rest, unit = shares.remainder, _unit(attribution)
    words = {"amount": money(rest.mean, unit), **_interval(rest.low, rest.high, unit)}
    yield WHY["remainder" if rest.sign else "no_remainder"].format(**words)


def _say(attribution: Attribution, key: str, name: str, part: Part) -> str:
    unit, mechanism = _unit(attribution), MECHANISM_WORDS[name]
    found = part.shapley
    return WHY[key].format(
        Mechanism=mechanism[0].upper() + mechanism[1:],
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


def chance_words(attribution: Attribution) -> str:
    """Return how much of the chance of target the cadence loses or gains, in one clause."""
    whole = attribution.chance.whole
    if not whole.sign:
        return "The chance of the target does not differ in a way that shows."
    direction = "lower" if whole.sign > 0 else "higher"
    return f"The chance of the target is {points(whole.mean)} points {direction}."
