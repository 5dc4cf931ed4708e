"""The waterfall of a pipeline between two moments: start, what came, what went, end; as a whole and by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from forecast.changes.steps import REVALUED, SIGNS, Step, StepsTaken
from forecast.minor_units import decimals_of
from forecast.rollups.segments import NO_NAMES, NO_TEAMS
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

By = Literal["owner", "team", "source", "product"]
BYS: tuple[By, ...] = get_args(By)
#: What stands for opportunities that name none.
UNNAMED = "no {by}"


@dataclass(frozen=True, slots=True)
class Flow:
    """One step of a waterfall.

    Attributes
    ----------
    minor : int
        Amount, 0 or more, in the smallest unit of the currency.
    deals : int
        Opportunities concerned.
    """

    minor: int = 0
    deals: int = 0


@dataclass(frozen=True, slots=True)
class Waterfall:
    """What a pipeline was made of, step by step.

    Attributes
    ----------
    name : str
        Of the part; empty for the whole.
    flows : mapping of Step to Flow
        Every step; see `forecast.changes.steps.SIGNS` for those that add and those that take.
    currency : str
    """

    name: str
    flows: Mapping[Step, Flow]
    currency: str

    def amount(self, step: Step) -> float:
        """Return the amount of a step, in the currency."""
        return self.flows[step].minor / 10.0 ** decimals_of(self.currency)

    def deals(self, step: Step) -> int:
        """Return how many opportunities a step concerns."""
        return self.flows[step].deals

    @property
    def balance(self) -> Flow:
        """What start and all steps come to: the end, to the cent and to the opportunity, or something is wrong."""
        minor = sum(sign * self.flows[step].minor for step, sign in SIGNS.items())
        deals = sum(sign * self.flows[step].deals for step, sign in SIGNS.items() if step not in REVALUED)
        return Flow(minor, deals)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        steps: dict[str, Any] = {
            str(step): {"amount": self.amount(step), "deals": flow.deals} for step, flow in self.flows.items()
        }
        return {"name": self.name or None, **steps}


def whole(taken: StepsTaken, currency: str) -> Waterfall:
    """Return the waterfall of the whole pipeline."""
    return Waterfall("", _flows(taken.frame), currency)


def parts(
    taken: StepsTaken, before: CrmTables, after: CrmTables, by: By, currency: str
) -> tuple[Waterfall, ...]:
    """Return the waterfalls by owner, team, source or product; step by step they add up to the whole.

    An opportunity that was in the pipeline of one part and is now another's is handed over at its amount then, and taken
    over by the other; what became of it since is the other's. Over all parts the two are equal.

    Parameters
    ----------
    taken : StepsTaken
    before, after : CrmTables
        That they are of.
    by : {"owner", "team", "source", "product"}
    currency : str

    Raises
    ------
    BadInput
        No opportunity says what it belongs to.
    """
    first, last = _labels(before, by), _labels(after, by)
    if first.isna().all() and last.isna().all():
        raise BadInput([Problem("the opportunities", "", by, "", NO_TEAMS if by == "team" else NO_NAMES)])
    frame = taken.frame
    unnamed = UNNAMED.format(by=by)
    was, now = (frame["id"].map(labels.fillna(unnamed)).astype("str") for labels in (first, last))
    now = now.fillna(was)
    is_start = frame["step"] == "start"
    passed = is_start & (was != now)
    rows = pd.concat(
        [
            frame.assign(part=now.mask(is_start, was)),
            frame[passed].assign(part=was[passed], step="handed_over"),
            frame[passed].assign(part=now[passed], step="taken_over"),
        ]
    )
    return tuple(
        Waterfall(str(name), _flows(part), currency) for name, part in rows.groupby("part", sort=True)
    )


def _labels(tables: CrmTables, by: By) -> pd.Series:
    """Return what each opportunity belongs to, by id; missing where nothing says it."""
    rows = tables.opportunities.set_index("id")
    if by != "team":
        return rows[by]
    owners = tables.owners.dropna(subset=["owner", "team"]).drop_duplicates("owner").set_index("owner")
    return rows["owner"].map(owners["team"]).astype("str")


def _flows(frame: pd.DataFrame) -> dict[Step, Flow]:
    sums = frame.groupby("step")["minor"].agg(["sum", "count"])
    steps: tuple[Step, ...] = (*SIGNS, "end")
    return {step: Flow(int(sums["sum"].get(step, 0)), int(sums["count"].get(step, 0))) for step in steps}
