"""Prospecting and what comes of an hour of it, as typed data: all together, by team, by owner, week by week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from forecast.findings import Finding
from simulations.intervals import Estimate

if TYPE_CHECKING:
    import pandas as pd

TOUCHES, CONVERSATIONS, MEETINGS = "touches", "conversations", "meetings"
OPPORTUNITIES, WON_AMOUNT = "opportunities", "won_amount"
#: Results of an hour, and what they are.
RESULTS: Mapping[str, str] = MappingProxyType(
    {
        TOUCHES: "attempts to reach somebody",
        CONVERSATIONS: "attempts in which somebody answered",
        MEETINGS: "meetings agreed with somebody new",
        OPPORTUNITIES: "opportunities of source prospecting that were created",
        WON_AMOUNT: "amount that such opportunities will have won within the horizon",
    }
)


@dataclass(frozen=True, slots=True)
class Worker:
    """The prospecting of an owner, of a team, or of all.

    Attributes
    ----------
    name : str
    team : str
        Empty where unknown, and for teams themselves.
    hours : float
        In the weeks looked at.
    hours_per_week : float
        Over the weeks in which records run.
    counts : mapping of str to float
        Results counted in these weeks; without what nobody counted.
    per_hour : mapping of str to Estimate or None
        Results an hour with 95% intervals, by `RESULTS`.
    blocks : int
        Protected blocks planned in these weeks; 0 without a plan.
    kept : Estimate or None
        Share of them that were kept, with its 95% interval.
    unsaid : mapping of str to str
        Result -> why it cannot be said.
    """

    name: str
    team: str
    hours: float
    hours_per_week: float
    counts: Mapping[str, float]
    per_hour: Mapping[str, Estimate | None]
    blocks: int
    kept: Estimate | None
    unsaid: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "name": self.name,
            "team": self.team or None,
            "hours": self.hours,
            "hours_per_week": self.hours_per_week,
            "counts": dict(self.counts),
            "per_hour": {
                name: None if found is None else found.to_dict() for name, found in self.per_hour.items()
            },
            "blocks": self.blocks,
            "kept": None if self.kept is None else self.kept.to_dict(),
            "unsaid": dict(self.unsaid),
        }


@dataclass(frozen=True, slots=True)
class Prospecting:
    """Prospecting hours, what comes of an hour, and the blocks that were kept.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    start : Timestamp
        First day of the weeks looked at.
    weeks : int
        Whole weeks before the moment.
    whole : Worker
    teams, owners : tuple of Worker
        By hours, most first.
    weekly : DataFrame
        A row for each owner and week: ``week`` (its first day), ``owner``, ``hours``, ``touches``, ``conversations``,
        ``meetings``, ``opportunities``, ``blocks``, ``blocks_kept``; missing where nobody counted it.
    sources : tuple of str
        Sources of opportunities that count as prospecting; empty where no source is told and all do.
    horizon : float or None
        Days within which a win counts; None where no opportunities were given.
    findings : tuple of Finding
        What was left out or assumed, the gravest first.
    seed : int
    version : str
        Of the program.
    """

    moment: pd.Timestamp
    start: pd.Timestamp
    weeks: int
    whole: Worker
    teams: tuple[Worker, ...]
    owners: tuple[Worker, ...]
    weekly: pd.DataFrame
    sources: tuple[str, ...]
    horizon: float | None
    findings: tuple[Finding, ...]
    seed: int
    version: str

    def workers(self) -> Iterator[tuple[str, Worker]]:
        """Yield everybody with what they are: ``all``, ``team``, ``owner``."""
        yield "all", self.whole
        yield from (("team", worker) for worker in self.teams)
        yield from (("owner", worker) for worker in self.owners)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each owner, team and all, and result: ``mean``, ``low``, ``high`` an hour, ``reason``."""
        import pandas as pd

        nothing = float("nan")
        rows = []
        for kind, worker in self.workers():
            for result, found in worker.per_hour.items():
                bounds = (nothing,) * 3 if found is None else (found.mean, found.low, found.high)
                rows.append((kind, worker.name, worker.hours, result, *bounds, worker.unsaid.get(result, "")))
        columns = ["kind", "name", "hours", "result", "mean", "low", "high", "reason"]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        from simulations.intervals import plain

        weekly = self.weekly.assign(week=self.weekly["week"].dt.strftime("%Y-%m-%d"))
        return {
            "as_of": self.moment.isoformat(),
            "start": f"{self.start:%Y-%m-%d}",
            "weeks": self.weeks,
            "whole": self.whole.to_dict(),
            "teams": [worker.to_dict() for worker in self.teams],
            "owners": [worker.to_dict() for worker in self.owners],
            "weekly": [
                {name: plain(value) if isinstance(value, float) else value for name, value in row.items()}
                for row in weekly.to_dict("records")
            ],
            "sources": list(self.sources),
            "horizon_days": self.horizon,
            "findings": [
                {"code": one.code, "severity": one.severity, "count": one.count, "message": one.message}
                for one in self.findings
            ],
            "seed": self.seed,
            "version": self.version,
        }
