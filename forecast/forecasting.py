"""The forecast of a period: one call from the tables to everything that is said about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from forecast.bookings import Bookings, Outlook, Period, Unit, draw_bookings, open_winners, outlook
from forecast.calibration.assumed import Assumed
from forecast.calibration.draws import Calibration
from forecast.calibration.records import day
from forecast.calibration.remarks import calibration_findings
from forecast.calibration.streams import compiled_ahead
from forecast.calls.call import expected_by_line, standings
from forecast.calls.walk import Walk, WalkQuestion, walk
from forecast.crm.notes import knowledge_findings
from forecast.cycle import Cycle, cycle_in
from forecast.findings import Finding, by_severity
from forecast.kept_calibration import calibrated
from forecast.known import as_of as known_at
from forecast.known import count_open, masked, may_look_ahead, moment_of_knowledge
from forecast.pipeline import Coverage, WeightedPipeline, coverage, weighted_pipeline
from forecast.question import DRAWS, SEED, Asked, Day, check
from forecast.risks import Risks, risks
from forecast.rollups.rollup import RollUp, dealt, rolled_up
from forecast.rollups.segments import By
from forecast.targets.required import CONFIDENCE, Required, required
from forecast.winners import Winners
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables


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
    roll_ups : tuple of RollUp
        The same draws by part, in the order asked for.
    required : Required or None
        What the target asks for; None without one.
    risks : Risks or None
        Open deals on which the target hangs; None where none were asked for.
    walk : Walk or None
        The walk to target against an earlier call; None where it was not asked for.
    country : str or None
        Whose public holidays count: as asked, or as the records keep them; None for the three that most calendars share.
    """

    asked: Asked
    bookings: Bookings
    weighted: WeightedPipeline
    coverage: Coverage
    cycle: Cycle
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    version: str
    roll_ups: tuple[RollUp, ...] = ()
    required: Required | None = None
    risks: Risks | None = None
    walk: Walk | None = None
    country: str | None = None

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
            "required": None if self.required is None else self.required.to_dict(),
            "roll_ups": {part.by: part.to_dict() for part in self.roll_ups},
            "risks": None if self.risks is None else self.risks.to_dict(),
            "walk": None if self.walk is None else self.walk.to_dict(),
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
    by: Sequence[By] = (),
    confidence: float = CONFIDENCE,
    risks: int = 0,
    since: Day | None = None,
    earlier: CrmTables | None = None,
    quotas: Mapping[str, float] | None = None,
    assumed: Assumed | None = None,
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
        Two-letter code whose public holidays count; without it those of the country whose holidays the records keep, else the
        three that most calendars share.
    by : sequence of {"owner", "team", "source", "product", "month"}
        Parts by which bookings are wanted as well.
    confidence : float
        With which the target is to be reached, above 0 and below 1.
    risks : int
        How many of the open deals are wanted that move the chance of the target most.
    since : date, datetime or str, optional
        Knowledge of the earlier call that the walk to target is held against; no walk without it.
    earlier : CrmTables, optional
        An export of that time; without it the same tables as they were known then.
    quotas : mapping of str to float, optional
        Target of owners, shown beside their bookings.
    assumed : Assumed, optional
        A win rate and a cycle that stand in where the history is too short to teach them.
    findings : iterable of Finding
        What the reading noticed; passed on. What is masked or may look ahead is added if it did not say so.

    Raises
    ------
    BadInput
        If the period is none, the target is negative, no amount is known though amounts are asked
        for, the history is too short to learn from, or nothing is known of a part asked for.
    """
    first, last = (pd.Timestamp(text).normalize() for text in (start, end))
    moment = moment_of_knowledge(as_of, first.date())
    back = None if since is None else moment_of_knowledge(since)
    asked = Asked(
        moment, first, last, unit, target, tuple(targets or ()), draws, seed, country, tuple(by), confidence, risks, back,
        assumed,
    )  # fmt: skip
    check(asked)
    compiled_ahead(draws * count_open(tables, moment))
    known = known_at(tables, moment)
    calibration = calibrated(
        known, moment, max(asked.after, moment), seed=seed, country=country, assumed=assumed
    )
    cycle = cycle_in(calibration.records, seed=seed)
    told = _with_knowledge(tables, moment, findings)
    return answer(calibration, asked, cycle, History(tables, known, earlier, quotas or {}), told)


def _with_knowledge(
    tables: CrmTables, moment: pd.Timestamp, findings: Iterable[Finding]
) -> Iterable[Finding]:
    """Return the findings and, if they do not say so, what is masked and what may look ahead."""
    told = list(findings)
    noticed = knowledge_findings(masked(tables, moment), may_look_ahead(tables, moment))
    codes = {finding.code for finding in told}
    return [*told, *(finding for finding in noticed if finding.code not in codes)]


@dataclass(frozen=True, slots=True)
class History:
    """The tables that names and calls are read from: as exported, as known, an earlier export; and quotas by owner."""

    tables: CrmTables
    known: CrmTables
    earlier: CrmTables | None
    quotas: Mapping[str, float]


def answer(
    calibration: Calibration, asked: Asked, cycle: Cycle, history: History, findings: Iterable[Finding] = ()
) -> Forecast:
    """Return the forecast that a calibration gives to what was asked."""
    _check_amounts(calibration, asked)
    period = Period(day(asked.start), day(asked.after))
    view = outlook(calibration, period, draws=asked.draws, seed=asked.seed)
    known, unit = calibration.records, asked.unit
    with ThreadPoolExecutor(1) as pool:  # meanwhile, what does not hang on who is won
        weighted = pool.submit(weighted_pipeline, view, unit)
        told = [pool.submit(dealt, view, unit, history.known, by) for by in asked.by]
        winners = open_winners(view)
        bookings = draw_bookings(view, unit, winners)
        parts = tuple(rolled_up(view, winners, part.result(), history.quotas) for part in told)
    return Forecast(
        asked=asked,
        bookings=bookings,
        weighted=weighted.result(),
        coverage=coverage(calibration, period, unit, bookings.booked, asked.target),
        cycle=cycle,
        findings=by_severity([*findings, *calibration_findings(calibration, unit)]),
        counts={
            "known": len(known.created),
            "open": int(known.is_open.sum()),
            "won": int(known.won.sum()),
            "lost": int(known.lost.sum()),
        },
        version=version("pipecast"),
        roll_ups=parts,
        country=asked.country or calibration.kept,
        **_beside(view, asked, (bookings, winners), history),
    )


def _beside(view: Outlook, asked: Asked, drawn: tuple[Bookings, Winners], history: History) -> dict[str, Any]:
    """Return what was asked for beside the distribution, from the same draws."""
    unit, target, (bookings, winners) = asked.unit, asked.target, drawn
    if target is None:
        return {}
    found: dict[str, Any] = {"required": required(view, unit, bookings, target, asked.confidence)}
    if asked.risks:
        found["risks"] = risks(view, unit, drawn, target, history.known, asked.risks)
    if asked.since is not None:
        question = WalkQuestion(asked.moment, asked.since, view.period, unit, target)
        expected = expected_by_line(view, unit, winners, standings(history.known, view.period, unit))
        found["walk"] = walk(history.tables, question, history.earlier, expected)
    return found


def _check_amounts(calibration: Calibration, asked: Asked) -> None:
    if asked.unit == "amount" and not calibration.amounts.known:
        allowed = (
            "no opportunity carries an amount: ask for the number of deals (unit deals), or export amounts"
        )
        raise BadInput([Problem("the opportunities", "", "amount", "", allowed)])
