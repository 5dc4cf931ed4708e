"""From the tables to the year: a forecast for every week's end, and the band from the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
import pandas as pd

from forecast.bookings import Bookings, Outlook, Period, Unit, draw_bookings, outlook
from forecast.calibration.draws import calibrate
from forecast.calibration.records import day
from forecast.calibration.workdays import public_holidays
from forecast.divergence.band import FEWEST_PATHS, Edge, Plan, band_edge
from forecast.divergence.imported import ImportedWeek, ImportedYear, Progress
from forecast.known import as_of, may_look_ahead, moment_of_knowledge
from forecast.question import SEED, Asked, Day, check
from simulations.errors import BadInput
from simulations.shortfall import FALSE_ALARMS
from simulations.tables import CrmTables

DRAWS = 4_000
WEEK = pd.Timedelta(weeks=1)
#: An export of the day itself ends with its last record, hours before midnight.
ONE_DAY = pd.Timedelta(days=1)
#: Snapshots of a CRM, each with the first instant that it does not know.
Seen = Sequence[tuple[pd.Timestamp, CrmTables]]
LOW, HIGH = 0.1, 0.9
#: Keys of `forecast.wording.UNSAID`.
TOO_SHORT, NO_AMOUNTS, NOT_BEGUN, OUT_OF_REACH = (
    "too little history",
    "no amounts",
    "not begun",
    "out of reach",
)


def imported_year(  # noqa: PLR0913 - the facade: keyword-only, and each is a question a user asks
    tables: CrmTables,
    *,
    start: Day,
    end: Day,
    target: float,
    until: Day,
    unit: Unit = "amount",
    draws: int = DRAWS,
    seed: int = SEED,
    country: str | None = None,
    seen: Seen = (),
    progress: Progress | None = None,
) -> ImportedYear:
    """Return a period week by week: at each week's end the forecast that could be made then.

    Parameters
    ----------
    tables : CrmTables
        Of the whole export; each week reads only what was known at its end.
    start, end : date, datetime or str
        First and last day of the period, both inside.
    target : float
        Of the whole period, in the unit of the bookings.
    until : date, datetime or str
        Moment of knowledge: no week's end after it is looked at (`forecast.known.moment_of_knowledge`).
    unit : {"amount", "deals"}
    draws : int
        Of each week's forecast; at least 100.
    seed : int
    country : str, optional
        Two-letter code whose public holidays are not worked.
    seen : sequence of (Timestamp, CrmTables), optional
        Snapshots of the same CRM in the order of their moments. A week's end that has one, made on its last day, is looked
        at from it: with the amounts, owners and dates that stood in the CRM then.
    progress : callable, optional
        Told how many week ends of how many are done.

    Raises
    ------
    BadInput
        If the period is none, or a number is out of range.

    Notes
    -----
    Where history is too short for a forecast, the weeks begin later or not at all; see
    `ImportedYear.reason`.
    """
    first, last = (pd.Timestamp(text).normalize() for text in (start, end))
    moment = moment_of_knowledge(until, first.date())
    asked = Asked(moment, first, last, unit, target, (), draws, seed)
    check(asked)
    watch = _Watch(tables, asked, country, seen)
    moments = _moments(asked)
    weeks: list[ImportedWeek] = []
    reason, edge = "" if moments else NOT_BEGUN, Edge(0, 0, np.zeros(0))
    for number, when in enumerate(moments):
        view = watch.view(when)
        if isinstance(view, str):
            reason = view
        else:
            bookings = draw_bookings(view, unit)
            edge = edge if weeks else watch.edge(view, bookings, number)
            weeks.append(watch.week(number, when, bookings, float(edge.by_week[number])))
            reason = OUT_OF_REACH if edge.on_plan < FEWEST_PATHS else ""
        if progress is not None:
            progress(number + 1, len(moments))
    return _year(watch, tuple(weeks), reason, edge)


def _moments(asked: Asked) -> list[pd.Timestamp]:
    """Return the period's start and the ends of its whole weeks, as far as knowledge reaches."""
    last = min(asked.moment, asked.after)
    count = (last - asked.start) // WEEK
    return [asked.start + number * WEEK for number in range(count + 1)]


@dataclass(frozen=True, slots=True)
class _Watch:
    """What is looked at, from any moment.

    Attributes
    ----------
    tables : CrmTables
    asked : Asked
    country : str or None
    seen : sequence of (Timestamp, CrmTables)
    """

    tables: CrmTables
    asked: Asked
    country: str | None
    seen: Seen

    @property
    def target(self) -> float:
        return float(self.asked.target or 0.0)

    @property
    def period(self) -> Period:
        return Period(day(self.asked.start), day(self.asked.after))

    def view(self, when: pd.Timestamp) -> Outlook | str:
        """Return what a moment's knowledge says about the period, or why it says nothing."""
        own = self.own(when)
        known = as_of(self.tables if own is None else own, when)
        try:
            calibration = calibrate(known, when, self.asked.after, seed=self.asked.seed, country=self.country)
        except BadInput:
            return TOO_SHORT
        if self.asked.unit == "amount" and not calibration.amounts.known:
            return NO_AMOUNTS
        return outlook(calibration, self.period, draws=self.asked.draws, seed=self.asked.seed)

    def own(self, when: pd.Timestamp) -> CrmTables | None:
        """Return the snapshot of a moment: the last one made within the day before it; None where there is none."""
        there = [tables for moment, tables in self.seen if when - ONE_DAY < moment <= when]
        return there[-1] if there else None

    def edge(self, view: Outlook, bookings: Bookings, number: int) -> Edge:
        """Return the band's lower edge by number of the week; there is none before the next one."""
        weeks = (self.asked.after - self.asked.start) // WEEK - number
        plan = Plan(float(bookings.total.mean()), float(bookings.total.std()), self.target)
        found = band_edge(view, self.asked.unit, max(weeks, 1), plan)
        return replace(found, by_week=np.concatenate((np.full(number + 1, np.nan), found.by_week)))

    def week(self, number: int, when: pd.Timestamp, bookings: Bookings, edge: float) -> ImportedWeek:
        """Return one row."""
        total = bookings.total
        low, high = (float(q) for q in np.quantile(total, (LOW, HIGH)))
        return ImportedWeek(
            week=number,
            moment=when.date(),
            booked=bookings.booked,
            open=float(bookings.open.mean()),
            new=float(bookings.new.mean()),
            projected=float(total.mean()),
            low=low,
            high=high,
            plan=self.target * self._passed(when),
            edge=None if np.isnan(edge) else edge,
            chance=bookings.chance_of(self.target),
        )

    def _passed(self, when: pd.Timestamp) -> float:
        """Return the share of the period's working days before a moment; of its days where none is worked."""
        begin, end, now = (int(day(moment)) for moment in (self.asked.start, self.asked.after, when))
        days = np.arange(begin, end)
        off = np.isin(days, public_holidays(self.country, begin, end))
        works = np.is_busday(days.astype("datetime64[D]")) & ~off
        works = works if works.any() else np.ones(len(days), dtype=bool)
        return float(works[: now - begin].sum() / works.sum())


def _year(watch: _Watch, weeks: tuple[ImportedWeek, ...], reason: str, edge: Edge) -> ImportedYear:
    asked = watch.asked
    own = sum(watch.own(asked.start + week.week * WEEK) is not None for week in weeks)
    return ImportedYear(
        start=asked.start.date(),
        end=asked.end.date(),
        unit=asked.unit,
        target=watch.target,
        weeks=weeks,
        shortfall_week=next((week.week for week in weeks if week.fell), None),
        reason=reason,
        false_alarms=FALSE_ALARMS,
        may_look_ahead=() if own == len(weeks) > 0 else may_look_ahead(watch.tables, asked.start),
        draws=asked.draws,
        paths=edge.paths,
        on_plan=edge.on_plan,
        own_snapshots=own,
        seed=asked.seed,
        version=version("pipecast"),
    )
