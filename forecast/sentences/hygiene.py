"""What disqualifying after so many silent days does, said in sentences: chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.hygiene import HistoryHygiene, ScenarioHygiene, SilentShare, Swept
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount
from simulations.intervals import Estimate
from simulations.plots.numerals import MINUS, counted, digits, share
from simulations.wording import unit_words


def days_words(days: float | None) -> str:
    """Return a number of days in words.

    Examples
    --------
    >>> days_words(45.0), days_words(None)
    ('45 days', 'never')
    """
    return "never" if days is None else counted(days, "day")


def scenario_sentences(found: ScenarioHygiene) -> tuple[Sentence, ...]:
    """Return what the rule does in a scenario: to bookings, hours, the weighted pipeline, and to wins."""
    unit = unit_words(found.unit, found.currency)
    return (*_bookings(found, unit), *_beside(found, unit))


def _bookings(found: ScenarioHygiene, unit: str) -> Iterator[Sentence]:
    best = found.option(found.best.days)
    if not found.matters:
        yield say("hygiene.nothing")
        return
    if best.days is not None and best.bookings.sign > 0:
        yield say(
            "hygiene.best",
            days=digits(best.days),
            gain=amount(best.bookings.mean, unit),
            **_ends(best.bookings, unit),
        )
    elif best.days is None:
        yield say("hygiene.best_never")
    yield from _alike(found)
    worst = min(found.options, key=lambda one: one.bookings.mean)
    if worst.days is not None and worst.bookings.sign < 0:
        ends = {"low": amount(-worst.bookings.high, unit), "high": amount(-worst.bookings.low, unit)}
        yield say("hygiene.harm", days=digits(worst.days), loss=amount(-worst.bookings.mean, unit), **ends)


def _alike(found: ScenarioHygiene) -> Iterator[Sentence]:
    alike = [one.days for one in found.options if one.alike]
    words = {"low": days_words(found.best.low), "high": days_words(found.best.high)}
    if len(alike) == len(found.options):
        yield say("hygiene.alike_all")
    elif len(alike) > 1:
        yield say("hygiene.alike", first=days_words(alike[0]), last=days_words(alike[-1]), **words)
    else:
        yield say("hygiene.alike_one", **words)


def _beside(found: ScenarioHygiene, unit: str) -> Iterator[Sentence]:
    """Say what the best rule, or where that is never the scenario's own, does to hours, honesty and wins."""
    told = [one for one in found.options if one.days is not None]
    wanted = found.best.days if found.matters and found.best.days is not None else found.given
    one = min(told, key=lambda option: abs((option.days or 0.0) - wanted))
    days = digits(one.days or 0.0)
    if one.hours.sign > 0:
        ends = {"low": digits(one.hours.low), "high": digits(one.hours.high)}
        yield say("hygiene.hours", days=days, hours=digits(one.hours.mean), **ends)
    else:
        yield say("hygiene.hours_none", days=days)
    if one.hours.sign > 0 and one.bookings.sign < 0:
        loss, even = -one.bookings.mean, -one.bookings.mean / one.hours.mean
        yield say("hygiene.hour_even", days=days, loss=amount(loss, unit), even=amount(even, unit))
    yield from _bias(one, found.option(None), unit)
    ended = counted(one.disqualified.mean, "opportunity").replace("opportunitys", "opportunities")
    if one.thrown.mean:
        yield say(
            "hygiene.thrown",
            ended=ended,
            thrown=digits(one.thrown.mean),
            value=amount(one.thrown_value.mean, unit),
        )
    else:
        yield say("hygiene.thrown_none", ended=ended)


def _bias(one: Swept, never: Swept, unit: str) -> Iterator[Sentence]:
    key = "hygiene.bias" if never.bias.sign > 0 and one.bias.mean >= 0 else "hygiene.bias_plain"
    words = {"without": _signed(never.bias.mean, unit), "bias": _signed(one.bias.mean, unit)}
    yield say(key, **words, **_ends(one.bias, unit))


def _ends(one: Estimate, unit: str) -> dict[str, str]:
    return {"low": _signed(one.low, unit), "high": _signed(one.high, unit)}


def _signed(value: float, unit: str) -> str:
    return f"{MINUS if value < 0 else ''}{amount(abs(value), unit)}"


def history_sentences(found: HistoryHygiene, rule: float = 45.0) -> tuple[Sentence, ...]:
    """Return what became of silent opportunities.

    Parameters
    ----------
    found : HistoryHygiene
    rule : float
        Days of the rule that is told where none is best; the nearest of those that were learned.
    """
    wanted = found.best.days if found.best is not None and found.best.days is not None else rule
    one = min(found.options, key=lambda option: abs(option.days - wanted))
    return (*_later(one, found.currency), *_pays(found, one), *_now(one, found.currency))


def _later(one: SilentShare, currency: str) -> Iterator[Sentence]:
    days = digits(one.days)
    if one.won is None or one.thrown is None or one.thrown_value is None:
        yield say("hygiene.few_later", days=days, reason=one.reason)
        return
    ends = {"low": share(one.won.low), "high": share(one.won.high)}
    horizon = digits(round(one.horizon or 0.0))
    yield say(
        "hygiene.won_later",
        reached=f"{one.reached:,}",
        days=days,
        share=share(one.won.mean),
        horizon=horizon,
        **ends,
    )
    value = amount(one.thrown_value.mean, currency)
    yield say(
        "hygiene.cost", hours=digits(one.hours), thrown=digits(one.thrown.mean), value=value,
        **_ends(one.thrown_value, currency),
    )  # fmt: skip
    if one.break_even is not None:
        yield say(
            "hygiene.break_even",
            even=amount(one.break_even.mean, currency),
            **_ends(one.break_even, currency),
        )


def _pays(found: HistoryHygiene, one: SilentShare) -> Iterator[Sentence]:
    if found.best is None or found.value_of_hour is None:
        return
    unit, hour = found.currency, amount(found.value_of_hour, found.currency)
    if found.best.days is None or one.net is None:
        yield say("hygiene.pays_never", hour=hour)
        return
    key = "hygiene.pays_best" if one.net.sign > 0 else "hygiene.pays_nothing"
    ends = {"first": days_words(found.best.low), "last": days_words(found.best.high)}
    gain = amount(one.net.mean, unit)
    yield say(key, hour=hour, days=digits(one.days), gain=gain, **_ends(one.net, unit), **ends)


def _now(one: SilentShare, currency: str) -> Iterator[Sentence]:
    if not one.open_now or one.worth_now is None:
        return
    deals = "1 opportunity" if one.open_now == 1 else f"{one.open_now:,} opportunities"
    words = {
        "days": digits(one.days), "deals": deals, "amount": amount(one.open_value, currency),
        "worth": amount(one.worth_now, currency),
    }  # fmt: skip
    if one.crm_now is None:
        yield say("hygiene.now_no_crm", **words)
    else:
        yield say("hygiene.now", crm=amount(one.crm_now, currency), **words)
