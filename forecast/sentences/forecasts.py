"""What a forecast says, in sentences that need no statistics: chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from forecast.forecasting import Forecast
from forecast.wording.forecasts import TEMPLATES, amount, chance
from simulations.wording import three_digits, unit_words

LOW, HIGH = 0.1, 0.9
#: A share of the expected bookings below which what is not yet created "hardly counts".
HARDLY = 0.01


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    key : str
        Of `forecast.wording.TEMPLATES`; says what was found, for tests, translations and icons.
    words : mapping of str to str
        What was filled in.
    """

    key: str
    words: MappingProxyType[str, str]

    def __str__(self) -> str:
        """Return the finished sentence."""
        return TEMPLATES[self.key].format(**self.words)


def say(key: str, **words: str) -> Sentence:
    """Return a sentence by its key and what is filled in."""
    return Sentence(key, MappingProxyType(words))


def forecast_sentences(forecast: Forecast, currency: str = "") -> tuple[Sentence, ...]:
    """Return what a forecast says, the answer about the target first.

    Parameters
    ----------
    forecast : Forecast
    currency : str
        Of the amounts; empty where unknown. Ignored where deals are counted.
    """
    unit = unit_of(forecast, currency)
    parts = (_target, _gap, _parts, _optimism, _coverage, _cycle)
    return tuple(sentence for part in parts for sentence in part(forecast, unit))


def unit_of(forecast: Forecast, currency: str) -> str:
    """Return what a forecast's bookings are counted in: the currency, or ``deals``."""
    return unit_words(forecast.asked.unit, currency)


def _target(forecast: Forecast, unit: str) -> Iterator[Sentence]:
    target, booked = forecast.asked.target, forecast.bookings.booked
    low, middle, high = (float(q) for q in np.quantile(forecast.bookings.total, (LOW, 0.5, HIGH)))
    words = {"low": amount(low, unit), "middle": amount(middle, unit), "high": amount(high, unit)}
    if target is None:
        yield say("target.none", **words)
        return
    key = "target.safe" if low >= target else "target.missed" if high < target else "target.open"
    if booked >= target:
        key = "target.reached"
    words |= {"target": amount(target, unit), "booked": amount(booked, unit)}
    yield say(key, chance=chance(forecast.bookings.chance_of(target)), **words)


def _gap(forecast: Forecast, unit: str) -> Iterator[Sentence]:
    if forecast.asked.target is None or forecast.coverage.reached:
        return
    gap = forecast.mean - forecast.asked.target
    if gap:
        yield say("gap.above" if gap > 0 else "gap.short", gap=amount(abs(gap), unit))


def _parts(forecast: Forecast, unit: str) -> Iterator[Sentence]:
    parts = forecast.bookings
    open_mean, new_mean = float(parts.open.mean()), float(parts.new.mean())
    yield say(
        "parts.all" if new_mean > HARDLY * forecast.mean else "parts.known",
        mean=amount(forecast.mean, unit),
        booked=amount(parts.booked, unit) if parts.booked else "nothing",
        open=amount(open_mean, unit),
        new=amount(new_mean, unit),
    )


def _optimism(forecast: Forecast, unit: str) -> Iterator[Sentence]:
    weighted = forecast.weighted
    if weighted.crm is None:
        yield say("optimism.none", reason=weighted.crm_reason)
        return
    key = "more" if weighted.crm > weighted.high else "less" if weighted.crm < weighted.low else "same"
    yield say(
        f"optimism.{key}",
        crm=amount(weighted.crm, unit),
        calibrated=amount(weighted.calibrated_in_period, unit),
        gap=amount(abs(weighted.crm - weighted.calibrated_in_period), unit),
    )


def _coverage(forecast: Forecast, unit: str) -> Iterator[Sentence]:  # noqa: ARG001 - one signature for all parts
    coverage = forecast.coverage
    if coverage.ratio is not None:
        yield say("coverage.ratio", ratio=f"{coverage.ratio:.1f}")
    elif coverage.reason and forecast.asked.target is not None:
        yield say("coverage.none", reason=coverage.reason)


def _cycle(forecast: Forecast, unit: str) -> Iterator[Sentence]:  # noqa: ARG001 - one signature for all parts
    cycle = forecast.cycle
    if not cycle.wins:
        return
    words = {"median": cycle.median, "short": cycle.shortest, "long": cycle.longest}
    days = {name: three_digits(round(found.days)) for name, found in words.items()}
    yield say("cycle.known", **days)
    if cycle.shortest.days >= 1 and forecast.required is None:  # else the last useful creation date says it
        yield say("cycle.too_late", **days)
