"""The forecast of a period: one call from the tables to everything that is said about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from forecast.bookings import Bookings, Period, Unit, draw_bookings, outlook
from forecast.calibration.draws import Calibration, calibrate
from forecast.calibration.records import day
from forecast.calibration.remarks import calibration_findings
from forecast.crm.notes import knowledge_findings
from forecast.cycle import Cycle, sales_cycle
from forecast.findings import Finding, by_severity
from forecast.known import as_of as known_at
from forecast.known import masked, may_look_ahead, moment_of_knowledge
from forecast.pipeline import Coverage, WeightedPipeline, coverage, weighted_pipeline
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

DRAWS, SEED = 10_000, 1
Day = dt.date | dt.datetime | str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the inputs of a forecast.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    start, end : Timestamp
        First and last day of the period, both inside.
    unit : {"amount", "deals"}
    target : float or None
    targets : tuple of float
        Multiples of the mean of the bookings for which chances are given.
    draws, seed : int
    country : str or None
        Whose public holidays count.
    """

    moment: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp
    unit: Unit
    target: float | None
    targets: tuple[float, ...]
    draws: int
    seed: int
    country: str | None = None

    @property
    def after(self) -> pd.Timestamp:
        """The first instant after the period."""
        return self.end + pd.Timedelta(days=1)

    def to_dict(self) -> dict[str, Any]:
        """Return the inputs as plain values."""
        return {
            "as_of": self.moment.isoformat(),
            "start": f"{self.start:%Y-%m-%d}",
            "end": f"{self.end:%Y-%m-%d}",
            "unit": self.unit,
            "target": self.target,
            "targets": list(self.targets),
            "draws": self.draws,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a period.

    Attributes
    ----------
    asked : Asked
    bookings : Bookings
        Draws, by part.
    weighted : WeightedPipeline
    coverage : Coverage
    cycle : Cycle
    findings : tuple of Finding
        What limits it, the gravest first.
    counts : dict
        Opportunities known, open, won and lost.
    version : str
        Of the program.
    """

    asked: Asked
    bookings: Bookings
    weighted: WeightedPipeline
    coverage: Coverage
    cycle: Cycle
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    version: str

    @property
    def mean(self) -> float:
        """Mean of the bookings."""
        return float(self.bookings.total.mean())

    @property
    def chance_of_target(self) -> float | None:
        """Share of draws that reach the target; None without a target."""
        return None if self.asked.target is None else self.bookings.chance_of(self.asked.target)

    def chance_by_target(self) -> list[dict[str, float]]:
        """Return the grid of targets, each a multiple of the mean, with its chance."""
        grid = [(multiple, multiple * self.mean) for multiple in self.asked.targets]
        return [
            {"times_mean": multiple, "target": target, "chance": self.bookings.chance_of(target)}
            for multiple, target in grid
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        parts = self.bookings
        return {
            "bookings": {"mean": self.mean, "quantiles": parts.quantiles()},
            "chance_of_target": self.chance_of_target,
            "chance_by_target": self.chance_by_target(),
            "weighted_pipeline": self.weighted.to_dict(),
            "parts": {
                "booked": parts.booked,
                "open": float(parts.open.mean()),
                "new": float(parts.new.mean()),
            },
            "coverage": self.coverage.to_dict(),
            "cycle": self.cycle.to_dict(),
            "findings": [_plain(finding) for finding in self.findings],
            "inputs": {**self.asked.to_dict(), "opportunities": dict(self.counts)},
            "seed": self.asked.seed,
            "version": self.version,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each draw: ``booked``, ``open``, ``new``, ``total``."""
        parts = self.bookings
        columns = {"booked": parts.booked, "open": parts.open, "new": parts.new, "total": parts.total}
        return pd.DataFrame(columns, index=pd.RangeIndex(self.asked.draws, name="draw"))


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "count": finding.count,
        "examples": list(finding.examples),
        "message": finding.message,
    }


def forecast(  # noqa: PLR0913 - the facade: keyword-only, and each is a question a user asks
    tables: CrmTables,
    *,
    as_of: Day,
    start: Day,
    end: Day,
    target: float | None = None,
    targets: Sequence[float] | None = None,
    unit: Unit = "amount",
    draws: int = DRAWS,
    seed: int = SEED,
    country: str | None = None,
    findings: Iterable[Finding] = (),
) -> Forecast:
    """Return the forecast of the bookings of a period.

    Parameters
    ----------
    tables : CrmTables
    as_of : date, datetime or str
        Moment of knowledge; nothing later is read (`forecast.known.moment_of_knowledge`).
    start, end : date, datetime or str
        First and last day of the period, both inside.
    target : float, optional
        In the unit of the bookings.
    targets : sequence of float, optional
        Multiples of the mean for which chances are wanted as well.
    unit : {"amount", "deals"}
    draws : int
        At least 100.
    seed : int
        The same seed and inputs give the same numbers.
    country : str, optional
        Two-letter code whose public holidays count; without it the three that most calendars share.
    findings : iterable of Finding
        What the reading noticed; passed on. What is masked or may look ahead is added if it did not say so.

    Raises
    ------
    BadInput
        If the period is none, the target is negative, no amount is known though amounts are asked
        for, or the history is too short to learn from.
    """
    first, last = (pd.Timestamp(text).normalize() for text in (start, end))
    moment = moment_of_knowledge(as_of, first.date())
    asked = Asked(moment, first, last, unit, target, tuple(targets or ()), draws, seed, country)
    check(asked)
    known = known_at(tables, moment)
    calibration = calibrate(known, moment, max(asked.after, moment), seed=seed, country=country)
    cycle = sales_cycle(known, moment, seed=seed)
    return answer(calibration, asked, cycle, _with_knowledge(tables, moment, findings))


def _with_knowledge(
    tables: CrmTables, moment: pd.Timestamp, findings: Iterable[Finding]
) -> Iterable[Finding]:
    """Return the findings and, if they do not say so, what is masked and what may look ahead."""
    told = list(findings)
    codes = {finding.code for finding in told}
    noticed = knowledge_findings(masked(tables, moment), may_look_ahead(tables, moment))
    return [*told, *(finding for finding in noticed if finding.code not in codes)]


def answer(
    calibration: Calibration, asked: Asked, cycle: Cycle, findings: Iterable[Finding] = ()
) -> Forecast:
    """Return the forecast that a calibration gives to what was asked."""
    _check_amounts(calibration, asked)
    period = Period(day(asked.start), day(asked.after))
    view = outlook(calibration, period, draws=asked.draws, seed=asked.seed)
    bookings = draw_bookings(view, asked.unit)
    known = calibration.records
    return Forecast(
        asked=asked,
        bookings=bookings,
        weighted=weighted_pipeline(view, asked.unit),
        coverage=coverage(calibration, period, asked.unit, bookings.booked, asked.target),
        cycle=cycle,
        findings=by_severity([*findings, *calibration_findings(calibration, asked.unit)]),
        counts={
            "known": len(known.created),
            "open": int(known.is_open.sum()),
            "won": int(known.won.sum()),
            "lost": int(known.lost.sum()),
        },
        version=version("pipecast"),
    )


FEWEST_DRAWS = 100
#: Beyond, a history of some years says nothing, and the steps of the win curves become too wide to be right.
LONGEST_AHEAD = pd.Timedelta(days=5 * 366)
TOO_FAR = "must lie within five years of the moment of knowledge, {moment:%Y-%m-%d}"


def check(asked: Asked) -> None:
    """Refuse what cannot be answered, all problems at once."""
    problems = [*_period_problems(asked)]
    if asked.target is not None and not 0 <= asked.target < float("inf"):
        problems.append(_problem("target", f"{asked.target:g}", "must be 0 or more"))
    if any(not 0 <= multiple < float("inf") for multiple in asked.targets):
        problems.append(_problem("targets", str(asked.targets), "must be multiples of the mean, 0 or more"))
    if asked.draws < FEWEST_DRAWS:
        problems.append(_problem("draws", str(asked.draws), f"must be {FEWEST_DRAWS} or more"))
    if asked.seed < 0:
        problems.append(_problem("seed", str(asked.seed), "must be 0 or more"))
    if asked.unit not in ("amount", "deals"):
        problems.append(_problem("unit", str(asked.unit), "must be amount or deals"))
    if problems:
        raise BadInput(problems)


def _period_problems(asked: Asked) -> Iterator[Problem]:
    found = f"{asked.end:%Y-%m-%d}"
    if asked.end < asked.start:
        yield _problem("end", found, f"must not be before the first day, {asked.start:%Y-%m-%d}")
    if asked.after - asked.moment > LONGEST_AHEAD:
        yield _problem("end", found, TOO_FAR.format(moment=asked.moment))


def _problem(name: str, value: str, allowed: str) -> Problem:
    return Problem("the question", "", name, value, allowed)


def _check_amounts(calibration: Calibration, asked: Asked) -> None:
    if asked.unit == "amount" and not calibration.amounts.known:
        allowed = (
            "no opportunity carries an amount: ask for the number of deals (unit deals), or export amounts"
        )
        raise BadInput([Problem("the opportunities", "", "amount", "", allowed)])
