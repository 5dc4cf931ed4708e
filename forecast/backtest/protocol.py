"""The protocol of a backtest: what is forecast from which day on, and how it is scored; fixed before any tuning."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field, model_validator

from forecast.bookings import Unit
from simulations.scenario.load import read_yaml
from simulations.scenario.part import Part

_HORIZON = re.compile(r"(\d{1,3}) (week|month)s?")
BaselineName = Literal[
    "trailing mean", "spreadsheet", "seasonal naive", "exponential smoothing", "crm weighted", "rep commits"
]


class Horizon(Part):
    """How far ahead is forecast, written ``2 weeks`` or ``1 month``.

    Attributes
    ----------
    count : int
    unit : {"week", "month"}
        A month is one of the calendar: from the 15th to the 15th.
    """

    count: Annotated[int, Field(ge=1, le=260)]
    unit: Literal["week", "month"]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        found = _HORIZON.fullmatch(written.strip())
        if found is None:
            raise ValueError("must be written like 2 weeks or 1 month")
        return {"count": int(found[1]), "unit": found[2]}

    def __str__(self) -> str:
        """Return it as written."""
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, origin: pd.Timestamp) -> pd.Timestamp:
        """Return the first moment that is not forecast any more."""
        if self.unit == "week":
            return origin + pd.Timedelta(weeks=self.count)
        return origin + pd.DateOffset(months=self.count)


class Dataset(Part):
    """One file and its origins.

    Attributes
    ----------
    file, history : str
        Export and, where there is one, the file of stage entries; from the folder of the data.
    cut : date
        First day that is not in the file.
    first_origin : date
    step_days : int
        Days from one origin to the next.
    horizons : tuple of Horizon
    units : tuple of {"amount", "deals"}
    """

    file: str
    history: str | None = None
    cut: dt.date
    first_origin: dt.date
    step_days: Annotated[int, Field(ge=1, le=366)]
    horizons: Annotated[tuple[Horizon, ...], Field(min_length=1)]
    units: Annotated[tuple[Unit, ...], Field(min_length=1)]


class Intervals(Part):
    """How intervals over origins are made, in words."""

    differences: str
    hit_share: Annotated[str, Field(alias="hit share")]


class Pooled(Part):
    """What the hit share over everything must keep to.

    Attributes
    ----------
    over : str
    least_outcomes : int
    level : int
        Of the interval whose hits are counted, in percent.
    allowed : tuple of int
        Lowest and highest share of hits, in percent.
    """

    over: str
    least_outcomes: Annotated[int, Field(ge=1)]
    level: Literal[50, 80, 95]
    allowed: tuple[int, int]


class Protocol(Part):
    """What is measured and how; a later change is a new version with its reason.

    Attributes
    ----------
    version, seed, draws : int
        Of the protocol; of all chance; draws of every distribution.
    datasets : dict of str to Dataset
    score : str
        By which methods are ranked.
    also : tuple of str
        What else is reported.
    baselines : dict of str to str
        What a user would otherwise trust: name -> meaning.
    intervals : Intervals
    pooled : Pooled
    """

    version: Annotated[int, Field(ge=1)]
    seed: Annotated[int, Field(ge=0)]
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    datasets: Annotated[dict[str, Dataset], Field(min_length=1)]
    score: Literal["fair CRPS"]
    also: tuple[str, ...]
    baselines: dict[BaselineName, str]
    intervals: Intervals
    pooled: Pooled


def read_protocol(path: Path) -> Protocol:
    """Return a protocol file's content.

    Raises
    ------
    BadInput
        With file, line and key of everything that is wrong.
    """
    return read_yaml(path, Protocol)
