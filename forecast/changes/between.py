"""Pipeline changes between two moments: one call from a store to everything that is said about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import pandas as pd

from forecast.bookings import Unit
from forecast.changes.ageing import Ageing, ageing
from forecast.changes.forecast_change import ForecastChange, Known, forecast_change
from forecast.changes.slips import PeriodOf, Slips, slips_of
from forecast.changes.steps import Due, StepsTaken, steps_between
from forecast.changes.waterfall import By, Flow, Waterfall, parts, whole
from forecast.changes.weekly import WeekOfChanges, weeks_of
from forecast.findings import Finding
from forecast.minor_units import decimals_of
from forecast.question import DRAWS, SEED, Asked, check
from forecast.store import Snapshot, Store, StoredReading, known_at
from simulations.errors import BadInput, Problem
from simulations.tables import OPEN, CrmTables

SAME = "the store knows nothing new between the two: its last snapshot is at both times that of {moment:%Y-%m-%d %H:%M}"
ORDER = "must lie after --from, {begin:%Y-%m-%d %H:%M}"
NO_PERIOD = "no period was named"


@dataclass(frozen=True, slots=True)
class ChangesAsked:
    """What is asked of two moments.

    Attributes
    ----------
    begin, end : Timestamp
        The first instants that are not known, before and after.
    due : Due or None
        The period whose pipeline is looked at, and whose forecast; all that is open, and no forecast, where there is none.
    by : {"owner", "team", "source", "product"} or None
        Parts by which the waterfall is given as well.
    slips_out_of : {"month", "quarter"}
    first_month : int
        In which the fiscal year begins.
    unit : {"amount", "deals"}
        Of the forecast; the waterfall gives both.
    draws, seed : int
    country : str or None
    weekly : bool
        Whether the waterfall of each week is wanted as well.
    """

    begin: pd.Timestamp
    end: pd.Timestamp
    due: Due | None = None
    by: By | None = None
    slips_out_of: PeriodOf = "quarter"
    first_month: int = 1
    unit: Unit = "amount"
    draws: int = DRAWS
    seed: int = SEED
    country: str | None = None
    weekly: bool = False

    def question(self, moment: pd.Timestamp) -> Asked | None:
        """Return what is asked of the forecast at a moment; None without a period."""
        if self.due is None:
            return None
        return Asked(
            moment, self.due.start, self.due.end, self.unit, None, (), self.draws, self.seed, self.country
        )


@dataclass(frozen=True, slots=True)
class PipelineChanges:
    """What changed in a pipeline between two moments.

    Attributes
    ----------
    asked : ChangesAsked
    before, after : Snapshot
        What was known at either moment.
    due : Due or None
        Whose pipeline it is. All that is open although a period was asked for, where no close dates are known.
    currency : str
        Of the amounts; empty where unknown.
    total : Waterfall
    parts : tuple of Waterfall
        Empty unless asked for.
    taken : StepsTaken
        Opportunity by opportunity.
    aged : (Ageing, Ageing)
        Before and after.
    slips : Slips
    forecast : ForecastChange or None
    forecast_reason : str
        Why there is no change of a forecast, else empty.
    findings : tuple of Finding
        Where the store knew less than was asked.
    version : str
        Of the program.
    weeks : tuple of WeekOfChanges
        Empty unless asked for.
    """

    asked: ChangesAsked
    before: Snapshot
    after: Snapshot
    due: Due | None
    currency: str
    total: Waterfall
    parts: tuple[Waterfall, ...]
    taken: StepsTaken
    aged: tuple[Ageing, Ageing]
    slips: Slips
    forecast: ForecastChange | None
    forecast_reason: str
    findings: tuple[Finding, ...]
    version: str
    weeks: tuple[WeekOfChanges, ...] = ()

    @property
    def gone(self) -> Flow:
        """What is no longer in the CRM: it counts as disqualified."""
        rows = self.taken.frame
        minor = rows.loc[rows["gone"] & (rows["step"] == "disqualified"), "minor"]
        return Flow(int(minor.sum()), len(minor))

    @property
    def priced(self) -> bool:
        """Whether any amount stands in the pipeline at either moment."""
        return self.total.flows["start"].minor > 0 or self.total.flows["end"].minor > 0

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        asked = self.asked
        return {
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "period": _plain(asked.due),
            "pipeline_due": _plain(self.due),
            "currency": self.currency or None,
            "waterfall": self.total.to_dict(),
            "by": asked.by,
            "parts": [part.to_dict() for part in self.parts],
            "weeks": [week.to_dict() for week in self.weeks],
            "no_longer_in_crm": self.gone.deals,
            "without_amount": {"before": self.taken.unpriced[0], "after": self.taken.unpriced[1]},
            "closed_before_unseen": self.taken.unseen,
            "ageing": {"before": self.aged[0].to_dict(), "after": self.aged[1].to_dict()},
            "slips": self.slips.to_dict(),
            "forecast": None if self.forecast is None else {"unit": asked.unit, **self.forecast.to_dict()},
            "forecast_reason": self.forecast_reason or None,
            "findings": [
                {"code": finding.code, "severity": finding.severity, "message": finding.message}
                for finding in self.findings
            ],
            "inputs": {
                "from": asked.begin.isoformat(), "to": asked.end.isoformat(), "unit": asked.unit,
                "draws": asked.draws, "country": asked.country,
            },
            "seed": asked.seed,
            "version": self.version,
        }  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each step of each waterfall, the whole first: ``part``, ``step``, ``amount``, ``deals``."""
        rows = [
            (waterfall.name, step, waterfall.amount(step), flow.deals)
            for waterfall in (self.total, *self.parts)
            for step, flow in waterfall.flows.items()
        ]
        return pd.DataFrame(rows, columns=["part", "step", "amount", "deals"])

    def steps_frame(self) -> pd.DataFrame:
        """Return one row for each step of each opportunity: ``id``, ``step``, ``amount``."""
        frame = self.taken.frame
        return frame[["id", "step"]].assign(amount=frame["minor"] / 10.0 ** decimals_of(self.currency))

    def weeks_frame(self) -> pd.DataFrame:
        """Return one row for each step of each week: ``from``, ``to``, ``step``, ``amount``, ``deals``."""
        rows = [
            (week.begin, week.end, step, week.total.amount(step), flow.deals)
            for week in self.weeks
            for step, flow in week.total.flows.items()
        ]
        return pd.DataFrame(rows, columns=["from", "to", "step", "amount", "deals"])

    def ageing_frame(self) -> pd.DataFrame:
        """Return one row for each band of age before and after: ``when``, ``over``, ``upto``, ``deals``, ``amount``."""
        rows = [
            (when, band.over, band.upto, band.deals, band.amount)
            for when, aged in zip(("before", "after"), self.aged, strict=True)
            for band in aged.bands
        ]
        columns = ["when", "over", "upto", "deals", "amount"]
        return pd.DataFrame(rows, columns=columns).astype({"upto": "Int64"})


def _plain(due: Due | None) -> dict[str, str] | None:
    return None if due is None else {"start": f"{due.start:%Y-%m-%d}", "end": f"{due.end:%Y-%m-%d}"}


def pipeline_changes(
    store: Store, asked: ChangesAsked, recorded_by: pd.Timestamp | None = None
) -> PipelineChanges:
    """Return what changed in a pipeline between two moments.

    Parameters
    ----------
    store : Store
    asked : ChangesAsked
    recorded_by : Timestamp, optional
        Only what was in the store before it (UTC) counts.

    Raises
    ------
    BadInput
        Nothing was known at one of the moments, nothing new between them, or the parts that are asked for are not told.
    """
    if asked.end <= asked.begin:
        raise _refused("--to", f"{asked.end:%Y-%m-%d %H:%M}", ORDER.format(begin=asked.begin))
    before, after = (known_at(store, moment, recorded_by) for moment in (asked.begin, asked.end))
    if before.snapshot.number == after.snapshot.number:
        raise _refused(store.name, "", SAME.format(moment=before.snapshot.moment))
    seen = [
        (one.moment, store.reading(one).tables)
        for one in store.current(recorded_by)
        if one.moment <= after.snapshot.moment
    ]
    return changes_of(before, after, asked, seen)


def changes_of(
    before: StoredReading,
    after: StoredReading,
    asked: ChangesAsked,
    seen: Sequence[tuple[pd.Timestamp, CrmTables]],
) -> PipelineChanges:
    """Return what changed between two snapshots; ``seen`` are all until the second, for the slips."""
    first, last = (Known(read.tables, read.snapshot.moment) for read in (before, after))
    currency = after.currency or before.currency
    due = asked.due if _dated(first.tables) or _dated(last.tables) else None
    taken = steps_between(first.tables, last.tables, first.moment, due, currency)
    divided = () if asked.by is None else parts(taken, first.tables, last.tables, asked.by, currency)
    forecast, reason = _forecast(first, last, asked)
    found = [*before.findings, *after.findings]
    return PipelineChanges(
        asked=asked,
        before=before.snapshot,
        after=after.snapshot,
        due=due,
        currency=currency,
        total=whole(taken, currency),
        parts=divided,
        taken=taken,
        aged=(
            ageing(first.tables, first.moment, due, currency),
            ageing(last.tables, last.moment, due, currency),
        ),
        slips=slips_of(seen, first.moment, period=asked.slips_out_of, first_month=asked.first_month),
        forecast=forecast,
        forecast_reason=reason,
        findings=tuple(finding for finding in found if finding.code == "snapshot_older"),
        version=version("pipecast"),
        weeks=weeks_of(seen, first.moment, due, currency) if asked.weekly else (),
    )


def _dated(tables: CrmTables) -> bool:
    """Return whether any open opportunity carries an expected close."""
    rows = tables.opportunities
    return bool(rows.loc[rows["outcome"] == OPEN, "expected_close"].notna().any())


def _forecast(before: Known, after: Known, asked: ChangesAsked) -> tuple[ForecastChange | None, str]:
    """Return the change of the forecast, or why there is none: a waterfall needs no history to learn from."""
    question = asked.question(before.moment)
    if question is None:
        return None, NO_PERIOD
    check(question)
    check(replace(question, moment=after.moment))
    try:
        return forecast_change(before, after, question), ""
    except BadInput as refused:
        return None, "; ".join(problem.allowed for problem in refused.problems)


def _refused(where: str, found: str, allowed: str) -> BadInput:
    return BadInput([Problem(where, "", "", found, allowed)])
