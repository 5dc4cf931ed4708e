"""The mapping file of prospecting records: what a column is, and which rows and events are prospecting."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from forecast.crm.times import Order
from forecast.prospecting.headers import MEANINGS
from simulations.scenario.load import read_yaml

#: Words in the title or the categories of a calendar event that is prospecting.
WORDS = (
    *(
        "prospecting",
        "prospect",
        "outbound",
        "outreach",
        "cold call",
        "cold calls",
        "cold calling",
        "call block",
    ),
    *("lead generation", "kaltakquise", "akquise", "prospection", "prospeccion"),
)


class RecordsMapping(BaseModel):
    """What a mapping file may say of records; everything may be left out where the headers are known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str] = Field({}, description="Meaning -> header of the file.")
    kinds: tuple[str, ...] = Field(
        (), description="Values of the column kind that are prospecting; without it all rows are."
    )
    words: tuple[str, ...] = Field(WORDS, description="Words of calendar events that are prospecting.")
    meeting_words: tuple[str, ...] = Field(
        (), description="Words of calendar events that are meetings with somebody new."
    )
    owners: dict[str, str] = Field({}, description="Name in the records -> owner in the CRM.")
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


def read_records_mapping(path: Path) -> RecordsMapping:
    """Return a mapping file's content.

    Raises
    ------
    BadInput
        With file, line and key of everything that is wrong.
    """
    return read_yaml(path, RecordsMapping)
