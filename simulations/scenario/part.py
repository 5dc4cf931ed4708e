"""What every part of a scenario is: frozen and validated. Units stand in the field names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

Shape = Literal["gamma", "lognormal", "fixed"]
# Strict: in a file, `true` is no number and "3" is a text.
Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
# The upper bounds keep seconds and cents far inside 64 bits, and a slip of the keyboard out of a run.
Probability = Annotated[Number, Field(ge=0, le=1)]
Positive = Annotated[Number, Field(gt=0, le=1e6)]
NotNegative = Annotated[Number, Field(ge=0, le=1e6)]
Logit = Annotated[Number, Field(ge=-20, le=20)]
Variation = Annotated[Number, Field(ge=0, le=10)]
Money = Annotated[Number, Field(gt=0, le=1e12)]
Days = Annotated[Number, Field(ge=0, le=3_650)]
SomeDays = Annotated[Number, Field(ge=0.01, le=3_650)]
Hours = Annotated[Number, Field(ge=0, le=10_000)]
WeekHours = Annotated[Number, Field(ge=0, le=168)]
Weeks = Annotated[Number, Field(ge=0, le=520)]
AbsenceWeeks = Annotated[Number, Field(ge=0, le=52)]
# A seat's holders are numbered in 8 bits.
Attrition = Annotated[Number, Field(ge=0, le=0.9)]
SeatNumber = Annotated[Whole, Field(ge=1, le=65_536)]
BackfillWeeks = Annotated[Whole, Field(ge=1, le=104)]
HandOverDays = Annotated[Whole, Field(ge=1, le=728)]
BlockMinutes = Annotated[Number, Field(ge=0, le=1_440)]
SellingHours = Annotated[Number, Field(gt=0, le=168)]


class Part(BaseModel):
    """A frozen, validated piece of a scenario; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
