"""The mapping file: what a column is, where the headers do not say it by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from forecast.crm.layout import MORE_COLUMNS
from forecast.crm.times import Order
from simulations.scenario.load import read_yaml
from simulations.tables import OPPORTUNITIES

Share = Annotated[float, Field(ge=0, le=1)]
Category = Literal["commit", "best case", "pipeline", "omitted"]
MEANINGS = (*OPPORTUNITIES, *MORE_COLUMNS)
#: What is refused unless a mapping accepts it, and what then becomes of it.
Accepted = Literal["undated", "closed_before_created", "no_stage", "deleted"]
BECOMES = {
    "undated": "opportunities without a creation date are kept, but no forecast counts them",
    "closed_before_created": "what closed before it was created counts as closed when it was created",
    "no_stage": "opportunities without a stage count as open, in no known stage",
    "deleted": "rows that the CRM marks as deleted are kept",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HistoryFile(_Part):
    """A second file: one row for each stage that an opportunity entered."""

    file: str = Field(description="Path, from the folder of the mapping file.")
    id: str = Field("id", description="Header of the opportunity's id.")
    stage: str = Field("stage", description="Header of the stage.")
    entered: str = Field("entered", description="Header of the moment it was entered.")


class OwnersFile(_Part):
    """A file of owners: one row for each, with the manager or team."""

    file: str = Field(description="Path, from the folder of the mapping file.")
    owner: str = Field("owner", description="Header of the owner, as the opportunities name them.")
    manager: str | None = Field(None, description="Header of the manager.")
    team: str | None = Field(None, description="Header of the team.")


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
    owners: OwnersFile | None = None
    stage_probabilities: dict[str, Share] = Field(
        {}, description="Stage -> chance to win, where none is typed."
    )
    stage_categories: dict[str, Category] = Field(
        {}, description="Stage -> forecast category, where none is typed."
    )
    won_stages: tuple[str, ...] = Field((), description="Stages that mean won.")
    lost_stages: tuple[str, ...] = Field((), description="Stages that mean lost.")
    disqualified_stages: tuple[str, ...] = Field((), description="Stages that mean disqualified.")
    status: Words = Words()
    pipeline: str | None = Field(None, description="Read only this pipeline, where the export has several.")
    all_pipelines: bool = Field(default=False, description="Read every pipeline; stages carry its name.")
    currency: str | None = Field(None, description="Currency of the amounts, where no column says it.")
    rates: str | None = Field(
        None, description="File of exchange rates, from the folder of the mapping file."
    )
    accept: tuple[Accepted, ...] = Field((), description="What is otherwise refused.")
    dates: Order | None = None
    decimal: Literal["point", "comma"] | None = None
    encoding: str | None = None
    sheet: str | None = Field(None, description="Sheet to read, where a workbook has several with a table.")

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(columns) - set(MEANINGS))
        if unknown:
            raise ValueError(f"no column {unknown[0]!r}; the columns are {', '.join(MEANINGS)}")
        return columns

    @field_validator("all_pipelines")
    @classmethod
    def _one_or_all(cls, every: bool, info: object) -> bool:  # noqa: FBT001 - pydantic calls it
        if every and getattr(info, "data", {}).get("pipeline") is not None:
            raise ValueError("cannot be true where `pipeline` names one")
        return every


def read_mapping(path: Path) -> Mapping:
    """Return a mapping file's content, with the files that it names found from its own folder.

    Raises
    ------
    BadInput
        With file, line and key of everything that is wrong.
    """
    told, folder = read_yaml(path, Mapping), path.parent
    found: dict[str, object] = {}
    if told.stage_history is not None:
        named = str(folder / told.stage_history.file)
        found["stage_history"] = told.stage_history.model_copy(update={"file": named})
    if told.owners is not None:
        found["owners"] = told.owners.model_copy(update={"file": str(folder / told.owners.file)})
    if told.rates is not None:
        found["rates"] = str(folder / told.rates)
    return told.model_copy(update=found)
