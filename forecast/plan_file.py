"""A plan written as YAML: targets by named periods, with seasons and changes in mid-period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from forecast.plan_periods import A_PERIOD, MONTHS, by_season, period_named
from simulations.scenario.load import read_yaml

NotNegative = Annotated[float, Field(ge=0)]
ENDINGS = {".yaml", ".yml"}


class PlannedTarget(BaseModel):
    """One target: of the company, unless it names a team or an owner."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: str | int | None = Field(
        None, description="A calendar year, quarter or month: 2026, 2026-Q2, 2026-04."
    )
    start: dt.date | None = Field(None, description="First day, where no period is named.")
    end: dt.date | None = Field(None, description="Last day, inside.")
    owner: str | None = None
    team: str | None = None
    amount: NotNegative
    effective: dt.date | None = Field(
        None, description="First day on which this amount holds; the earlier one until then."
    )
    season: tuple[NotNegative, ...] | None = Field(
        None,
        min_length=MONTHS,
        max_length=MONTHS,
        description="Factors of January to December; flat unless told.",
    )

    @field_validator("period")
    @classmethod
    def _named(cls, period: str | int | None) -> str | None:
        if period is not None and period_named(str(period)) is None:
            raise ValueError(A_PERIOD)
        return None if period is None else str(period)

    @model_validator(mode="after")
    def _whole(self) -> PlannedTarget:
        if (self.period is None) == (self.start is None or self.end is None):
            raise ValueError("needs either a period, or start and end")
        if self.season is not None and sum(self.season) <= 0:
            raise ValueError("season needs a factor above 0")
        return self


class PlanFile(BaseModel):
    """What a plan file holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    targets: tuple[PlannedTarget, ...] = Field(min_length=1)


def is_yaml(path: Path) -> bool:
    """Return whether a file is YAML by its name."""
    return path.suffix.lower() in ENDINGS


def plan_rows(path: Path) -> pd.DataFrame:
    """Return the targets of a plan file as rows: a target with a season is one row for each month.

    Raises
    ------
    BadInput
        With line and key of everything that is wrong.
    """
    plan = read_yaml(path, PlanFile)
    columns = ("start", "end", "amount", "owner", "team", "effective")
    rows = pd.DataFrame([row for target in plan.targets for row in _rows(target)], columns=columns)
    for name in ("start", "end", "effective"):
        rows[name] = pd.to_datetime(rows[name])
    return rows.astype({"owner": "str", "team": "str"}) if len(rows) else rows


def _rows(target: PlannedTarget) -> Iterator[tuple[object, ...]]:
    start, end = _days(target)
    rest = (target.owner, target.team, target.effective)
    if target.season is None:
        yield start, end, target.amount, *rest
        return
    for first, last, amount in by_season(start, end, target.amount, target.season):
        yield first, last, amount, *rest


def _days(target: PlannedTarget) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return first and last day of a target that was checked to have either a period or both days."""
    named = None if target.period is None else period_named(str(target.period))
    if named is not None:
        return named
    assert target.start is not None  # noqa: S101 - the model was validated
    assert target.end is not None  # noqa: S101 - likewise
    return pd.Timestamp(target.start), pd.Timestamp(target.end)
