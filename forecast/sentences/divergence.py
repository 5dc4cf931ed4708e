"""What a divergence says: since when the pipeline has left the plan, by how much, and when profit and loss shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from forecast.divergence import ImportedWeek, ImportedYear, SimulatedYear
from forecast.divergence.watching import OUT_OF_REACH
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import UNSAID, amount, chance, long_day
from simulations.plots.numerals import counted
from simulations.wording import REASONS, cadence_words, unit_words

DAYS_A_WEEK = 7


def imported_sentences(year: ImportedYear, currency: str = "") -> tuple[Sentence, ...]:
    """Return what an imported year says, the answer first.

    Parameters
    ----------
    year : ImportedYear
    currency : str
        Of the amounts; empty where unknown. Ignored where deals are counted.
    """
    unit = unit_words(year.unit, currency)
    if not year.weeks:
        return (say("imported.unsaid", reason=UNSAID[year.reason]),)
    answer = _answer(year, unit)
    return (answer, *_since(year, unit, answer), *_meaning(year))


def _answer(year: ImportedYear, unit: str) -> Sentence:
    """Return whether the pipeline left the plan, and when."""
    if year.shortfall is not None:
        return _held(year, "imported.left", year.shortfall, unit)
    if year.last.booked >= year.target:
        return _held(year, "imported.reached", year.last, unit)
    if year.reason == OUT_OF_REACH:
        return _held(year, "imported.out_of_reach", year.first, unit)
    return _held(year, "imported.kept", year.last, unit)


def _since(year: ImportedYear, unit: str, answer: Sentence) -> Iterator[Sentence]:
    """Return where it began and where it stands."""
    if year.first.week:
        yield say("imported.later", **_when(year.first), reason=UNSAID["too little history"])
    if year.first is not year.last and answer.key != "imported.out_of_reach":
        yield _held(year, "imported.first", year.first, unit)
    if answer.words["week"] != str(year.last.week):
        yield _held(year, "imported.now", year.last, unit)
    if year.unlikely is not None:
        yield say("imported.unlikely", **_when(year.unlikely))
    if year.last.week:
        behind = year.last.booked < year.last.plan
        yield _held(year, f"imported.booked_{'less' if behind else 'more'}", year.last, unit)


def _meaning(year: ImportedYear) -> Iterator[Sentence]:
    if not year.reason:
        yield say("imported.false_alarms", rate=f"at most {year.false_alarms:.0%}")
    yield say("imported.no_published")


def _held(year: ImportedYear, key: str, week: ImportedWeek, unit: str) -> Sentence:
    """Return a sentence on one week, held against the target."""
    gap = week.projected - year.target
    return say(
        key,
        **_when(week),
        projected=amount(week.projected, unit),
        target=amount(year.target, unit),
        booked=amount(week.booked, unit),
        plan=amount(week.plan, unit),
        difference=amount(abs(week.booked - week.plan), unit),
        gap=amount(abs(gap), unit),
        side=_side(gap),
        range=_range(week.low - year.target, week.high - year.target, unit),
        chance=chance(week.chance),
    )


def _when(week: ImportedWeek) -> dict[str, str]:
    """Return a week's end in words; its number is there for tests and icons."""
    day = long_day(week.through if week.week else week.moment)
    since = f"the end of week {week.week} ({day})" if week.week else f"the start ({day})"
    return {"week": str(week.week), "day": day, "since": since, "at": f"at {since}", "At": f"At {since}"}


def _side(gap: float) -> str:
    return "above" if gap > 0 else "below"


def _range(low: float, high: float, unit: str) -> str:
    """Return an interval of the gap to the target in words."""
    near, far = sorted((abs(low), abs(high)))
    if (low > 0) == (high > 0):
        return f"{amount(near, unit)} to {amount(far, unit)} {_side(low)} it"
    return f"{amount(abs(low), unit)} below to {amount(high, unit)} above it"


def simulated_sentences(year: SimulatedYear) -> tuple[Sentence, ...]:
    """Return what a simulated year says: when the pipeline left the plan, and when published figures showed it."""
    return (_left(year), *_published(year), *_often(year))


def _left(year: SimulatedYear) -> Sentence:
    cadence = cadence_words(year.cadence)
    if year.pipeline_week is None:
        return say("simulated.kept", cadence=cadence)
    week = year.at(year.pipeline_week)
    gap = week.example_projected - year.target
    return say(
        "simulated.left",
        cadence=cadence,
        week=str(week.week),
        day=long_day(week.ends),
        projected=amount(week.example_projected, year.unit),
        target=amount(year.target, year.unit),
        gap=amount(abs(gap), year.unit),
        side=_side(gap),
        range=_range(week.low - year.target, week.high - year.target, year.unit),
    )


def _published(year: SimulatedYear) -> Iterator[Sentence]:
    """Return when published figures show it, and why there is no arrow where there is none."""
    if year.published_week is not None:
        ends = year.weeks[0].ends + dt.timedelta(days=DAYS_A_WEEK * (year.published_week - 1))
        words = {"week": str(year.published_week), "day": long_day(ends)}
        weeks = year.weeks_between
        if weeks is None:
            yield say("simulated.published", **words)
        else:
            key = "before" if weeks > 0 else "after" if weeks < 0 else "same"
            yield say(f"simulated.{key}", **words, weeks=counted(abs(weeks), "week"))
    if year.weeks_between is None:
        yield say("simulated.no_arrow", reason=REASONS[year.reason])


def _often(year: SimulatedYear) -> Iterator[Sentence]:
    names = ("pipeline", "published", "both")
    mine = {name: chance(getattr(year.shares, name).mean) for name in names}
    steady = {f"steady_{name}": chance(getattr(year.steady, name).mean) for name in names}
    yield say("simulated.often", **mine, **steady)
    if year.lead_weeks is not None:
        low, middle, high = (f"{weeks:.0f}" for weeks in year.lead_weeks)
        yield say("simulated.lead", low=low, middle=middle, high=high)
