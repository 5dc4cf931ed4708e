"""The mapping file: what a column is, where the headers do not say it by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from forecast.crm.dates import Order
from forecast.crm.layout import MORE_COLUMNS
from simulations.scenario.load import read_yaml
from simulations.tables import OPPORTUNITIES

Share = Annotated[float, Field(ge=0, le=1)]
MEANINGS = (*OPPORTUNITIES, *MORE_COLUMNS)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HistoryFile(_Part):
    """A second file: one row for each stage that an opportunity entered."""

    file: str = Field(description="Path, from the folder of the mapping file.")
    id: str = Field("id", description="Header of the opportunity's id.")
    stage: str = Field("stage", description="Header of the stage.")
    entered: str = Field("entered", description="Header of the moment it was entered.")


class Words(_Part):
    """The words of a status column, compared without regard to case."""

    open: tuple[str, ...] = ("open", "in progress")
    won: tuple[str, ...] = ("won",)
    lost: tuple[str, ...] = ("lost",)
    disqualified: tuple[str, ...] = ("disqualified", "canceled", "cancelled", "deleted")


class Mapping(_Part):
    """What a mapping file may say; everything may be left out where the headers are known."""

    columns: dict[str, str] = Field({}, description="Table column -> header of the export.")
    stages: tuple[str, ...] = Field((), description="The open stages, in the order of the pipeline.")
    stage_entered: dict[str, str] = Field({}, description="Stage -> header of the date it was entered.")
    stage_history: HistoryFile | None = None
    stage_probabilities: dict[str, Share] = Field(
        {}, description="Stage -> chance to win, where none is typed."
    )
    won_stages: tuple[str, ...] = Field((), description="Stages that mean won.")
    lost_stages: tuple[str, ...] = Field((), description="Stages that mean lost.")
    disqualified_stages: tuple[str, ...] = Field((), description="Stages that mean disqualified.")
    status: Words = Words()
    pipeline: str | None = Field(None, description="Read only this pipeline, where the export has several.")
    currency: str | None = Field(None, description="Currency of the amounts, where no column says it.")
    dates: Order | None = None
    decimal: Literal["point", "comma"] | None = None
    encoding: str | None = None

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(columns) - set(MEANINGS))
        if unknown:
            raise ValueError(f"no column {unknown[0]!r}; the columns are {', '.join(MEANINGS)}")
        return columns


def read_mapping(path: Path) -> Mapping:
    """Return a mapping file's content.

    Raises
    ------
    BadInput
        With file, line and key of everything that is wrong.
    """
    return read_yaml(path, Mapping)
