"""What a comparison says, in sentences that need no statistics: chosen by sign and interval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulations.cadence_year import CadenceYear
from simulations.comparison import Comparison, Contrast
from simulations.intervals import Estimate
from simulations.shortfall import Shortfall
from simulations.wording import (
    REASONS,
    TEMPLATES,
    cadence_words,
    money,
    percent,
    points,
    sentence_start,
    value_unit,
)

#: An interval of the relative difference that lies within this range is "no difference to speak of".
NO_DIFFERENCE = 0.02
#: Hours left for customers in on- and off-weeks that are closer than this are not worth a sentence.
HOURS_APART = 0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    key : str
        Of `simulations.wording.TEMPLATES`; says what was found, for tests, translations and icons.
    cadence : str
        Name of the cadence it is about; empty where it is about the whole comparison.
    words : mapping of str to str
        What was filled in.
    """

    key: str
    cadence: str
    words: Mapping[str, str]

    @property
    def text(self) -> str:
        """The finished sentence."""
        return TEMPLATES[self.key].format(**self.words)

    def __str__(self) -> str:
        """Return the finished sentence."""
        return self.text


def sentences(comparison: Comparison) -> tuple[Sentence, ...]:
    """Return all that a comparison says: warnings, what steady comes to, which year it is, then cadence by cadence."""
    found = [*_warnings(comparison), _plan(comparison), *_which_year(comparison)]
    for contrast in comparison.contrasts:
        if contrast.role == "difference":
            found += sentences_about(comparison, contrast.name)
    return tuple(found)


def sentences_about(comparison: Comparison, name: str) -> tuple[Sentence, ...]:
    """Return what a comparison says about one cadence against steady, the most important first."""
    case = _Case(comparison, comparison.contrast(name))
    total = _total(case)
    if total.key == "total.identical":
        return (total,)
    parts = (_year, _quarter, _volatility, _hours, _cause, _target, _seeing, _arrow)
    return (total, *(sentence for part in parts for sentence in part(case)))


@dataclass(frozen=True, slots=True)
class _Case:
    """One cadence against the reference."""

    comparison: Comparison
    contrast: Contrast

    @property
    def mine(self) -> CadenceYear:
        return self.comparison.cadence(self.contrast.name)

    @property
    def steady(self) -> CadenceYear:
        return self.comparison.cadence(self.contrast.against)

    @property
    def unit(self) -> str:
        return _unit(self.comparison)

    @property
    def shortfall(self) -> Shortfall:
        return self.comparison.shortfalls[self.contrast.name]

    def say(self, key: str, **words: str) -> Sentence:
        name = cadence_words(self.mine.cadence)
        both = {"cadence": name, "Cadence": sentence_start(name)}
        return Sentence(key, self.contrast.name, MappingProxyType({**both, **words}))

    def share(self, measure: str) -> str:
        """Return a difference as a share of the reference's mean."""
        base = self.steady.measures[measure].mean
        return percent(self.contrast.differences[measure].mean / base) if base else "from nothing"

    def means(self, measure: str) -> tuple[float, float]:
        return self.mine.measures[measure].mean, self.steady.measures[measure].mean


def _warnings(comparison: Comparison) -> Iterator[Sentence]:
    settled = comparison.stationarity
    if comparison.interrupted:
        yield Sentence("run.interrupted", "", MappingProxyType({"years": f"{comparison.replications:,}"}))
    elif comparison.narrow is False:
        yield Sentence("run.wide", "", MappingProxyType({"years": f"{comparison.replications:,}"}))
    words = MappingProxyType({"load": percent(settled.offered_load)})
    if settled.drifting:
        yield Sentence("warm_up.drifting", "", words)
    if settled.overloaded:
        yield Sentence("warm_up.overloaded", "", words)


def _unit(comparison: Comparison) -> str:
    return value_unit(comparison.scenario)


def _plan(comparison: Comparison) -> Sentence:
    """Return what the steady year comes to, and how far luck alone carries it."""
    steady, unit = comparison.cadence(comparison.reference), _unit(comparison)
    low, high = steady.spread["bookings_in_year"]
    words = {
        "mean": money(steady.measures["bookings_in_year"].mean, unit),
        "low": money(low, unit),
        "high": money(high, unit),
        "target": money(comparison.target, unit),
        "chance": _chance(steady.chance_by_target[1.0].mean),
    }
    return Sentence("steady.year", "", MappingProxyType(words))


def _which_year(comparison: Comparison) -> Iterator[Sentence]:
    """Return what the year answers, where a habit is held against another."""
    if comparison.contrasts:
        key = "which_year.1" if comparison.year == 1 else "which_year.2"
        yield Sentence(key, "", MappingProxyType({}))


def _total(case: _Case) -> Sentence:
    delta, relative = case.contrast.differences["total"], case.contrast.relative
    if all(d.reason == "identical" or d.count == 0 for d in case.contrast.differences.values()):
        return case.say("total.identical")
    if relative.sign:
        ends = sorted((abs(relative.low), abs(relative.high)))
        return case.say(
            "total.more" if relative.sign > 0 else "total.less",
            share=percent(relative.mean),
            amount=money(delta.mean, case.unit),
            low=percent(ends[0]),
            high=percent(ends[1]),
        )
    bound = max(abs(relative.low), abs(relative.high))
    if bound <= NO_DIFFERENCE:
        return case.say("total.same", bound=percent(bound))
    return case.say(
        "total.unclear",
        years=f"{case.comparison.replications:,}",
        low=_signed(relative.low),
        high=_signed(relative.high),
    )


def _signed(share: float) -> str:
    if math.isnan(share):
        return "an unknown amount"
    return f"{percent(share)} {'less' if share < 0 else 'more'}"


def _by_sign(estimate: Estimate) -> str:
    return {1: "more", -1: "less", 0: "same"}[estimate.sign]


def _year(case: _Case) -> Iterator[Sentence]:
    delta, after = (case.contrast.differences[name] for name in ("bookings_in_year", "run_off"))
    if not delta.sign:
        return
    # What is missing within the year and made up after it was only moved, not lost.
    moved = after.sign == -delta.sign
    yield case.say(
        f"year.{_by_sign(delta)}{'_later' if moved else ''}",
        amount=money(delta.mean, case.unit),
        share=case.share("bookings_in_year"),
        later=money(min(abs(after.mean), abs(delta.mean)), case.unit),
    )


def _quarter(case: _Case) -> Iterator[Sentence]:
    delta = case.contrast.differences["worst_quarter"]
    words = {"amount": money(delta.mean, case.unit), "share": case.share("worst_quarter")}
    yield case.say(f"quarter.{_by_sign(delta)}", **words)


def _volatility(case: _Case) -> Iterator[Sentence]:
    delta = case.contrast.differences["month_volatility"]
    mine, steady = case.means("month_volatility")
    if delta.count:
        words = {"other": percent(mine), "steady": percent(steady), "share": points(delta.mean)}
        yield case.say(f"volatility.{_by_sign(delta)}", **words)


def _hours(case: _Case) -> Iterator[Sentence]:
    contrast = case.contrast
    if not contrast.hours_differ:
        return
    direction = "more" if contrast.hours_gap > 0 else "less"
    yield case.say("hours.differ", share=percent(contrast.hours_gap), direction=direction)
    parts = {c.role: c for c in case.comparison.contrasts if contrast.name in _cadences_of(case, c)}
    if "rhythm" in parts and not parts["rhythm"].differences["total"].sign:
        yield case.say("hours.only")
    elif "rhythm" in parts:
        amounts = {role: parts[role].differences["total"].mean for role in ("hours", "rhythm")}
        yield case.say("hours.parts", **{role: _gain(value, case.unit) for role, value in amounts.items()})


def _cadences_of(case: _Case, contrast: Contrast) -> tuple[str, str | None]:
    return contrast.name, case.comparison.cadence(contrast.name).own_hours_of


def _gain(value: float, unit: str) -> str:
    return f"{money(value, unit)} {'less' if value < 0 else 'more'}"


def _cause(case: _Case) -> Iterator[Sentence]:
    on, steady = case.means("selling_hours_on_week")
    off, _ = case.means("selling_hours_off_week")
    if abs(off - on) > HOURS_APART:
        words = {"on": f"{round(on, 1):g}", "off": f"{round(off, 1):g}", "steady": f"{round(steady, 1):g}"}
        yield case.say("cause.left", **words)
    waited = case.contrast.differences["days_waited"]
    mine, usual = case.means("days_waited")
    if waited.count:
        key = "cause.waits" if waited.sign else "cause.waits_same"
        # Tenths of a day, unless they would hide the difference.
        places = 2 if f"{mine:.1f}" == f"{usual:.1f}" else 1
        yield case.say(key, other=f"{mine:.{places}f}", steady=f"{usual:.{places}f}")
    if case.contrast.differences["win_rate"].sign:
        mine, usual = case.means("win_rate")
        yield case.say("cause.win_rate", other=f"{mine:.1%}", steady=f"{usual:.1%}")


def _target(case: _Case) -> Iterator[Sentence]:
    yield case.say(
        "target.chance",
        other=_chance(case.mine.chance_by_target[1.0].mean),
        steady=_chance(case.steady.chance_by_target[1.0].mean),
    )


def _chance(share: float) -> str:
    """Return a chance without a certainty that simulations cannot give."""
    if share < 0.01:  # noqa: PLR2004 - one in a hundred
        return "below 1%"
    return "above 99%" if share > 0.99 else f"{share:.0%}"  # noqa: PLR2004 - likewise


def _seeing(case: _Case) -> Iterator[Sentence]:
    if not case.contrast.differences["bookings_in_year"].sign:
        return
    years = case.contrast.needed.team_years
    if years is None:
        yield case.say("seeing.never")
    elif years > 1:
        yield case.say("seeing.years", years=f"{years:,}")


def _arrow(case: _Case) -> Iterator[Sentence]:
    shortfall = case.shortfall
    if shortfall.arrow is None:
        yield case.say("arrow.none", reason=REASONS[shortfall.reason])
        return
    weeks = shortfall.arrow.weeks
    yield case.say(
        "arrow.before" if weeks > 0 else "arrow.after",
        weeks=str(abs(weeks)),
        both=_chance(shortfall.shares.both.mean),
        steady=_chance(shortfall.steady.both.mean),
    )
