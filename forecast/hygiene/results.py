"""What disqualifying after so many silent days does, as typed data: in a scenario, and in a CRM's own history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from simulations.intervals import Estimate
from simulations.values import flat_row

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Best:
    """The number of days with the highest mean, and how sure that is.

    Attributes
    ----------
    days : float or None
        None: never.
    low, high : float or None
        95% of the best of resampled years lie between; None: never.
    """

    days: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Swept:
    """One rule of a scenario's reviews, in the year; differences are to never disqualifying, with paired intervals.

    Attributes
    ----------
    days : float or None
        Without a next step; None: never.
    bookings : Estimate
        Bookings of the year and the run-off, less those without the rule.
    alike : bool
        Whether this cannot be told from the best rule.
    hours : Estimate
        Hours of follow-ups saved by the team in the year.
    bias : Estimate
        Weighted pipeline at year end less what came of it.
    weighted : float
        Mean weighted pipeline at year end.
    disqualified : Estimate
        Opportunities ended by reviews in the year.
    thrown, thrown_value : Estimate
        Of them, those that are won without the rule, and what they are won for.
    """

    days: float | None
    bookings: Estimate
    alike: bool
    hours: Estimate
    bias: Estimate
    weighted: float
    disqualified: Estimate
    thrown: Estimate
    thrown_value: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: one.to_dict() if isinstance(one, Estimate) else one for name, one in told.items()}


@dataclass(frozen=True, slots=True)
class ScenarioHygiene:
    """The rule swept in a scenario.

    Attributes
    ----------
    scenario : str
        Its name.
    unit : str
        ``amount`` or ``deals``.
    currency : str
    options : tuple of Swept
        By days, never last.
    best : Best
        Of the bookings.
    matters : bool
        Whether the bookings with any rule differ from those without by more than luck does, all rules looked at together.
    given : float
        The scenario's own number of days.
    replications, seed : int
    version : str
        Of the program.
    """

    scenario: str
    unit: str
    currency: str
    options: tuple[Swept, ...]
    best: Best
    matters: bool
    given: float
    replications: int
    seed: int
    version: str

    def option(self, days: float | None) -> Swept:
        """Return one rule by its days."""
        return next(one for one in self.options if one.days == days)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each rule: every measure with its interval."""
        return _frame(self.options)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "from": "scenario",
            "scenario": self.scenario,
            "unit": self.unit,
            "currency": self.currency or None,
            "options": [one.to_dict() for one in self.options],
            "best": asdict(self.best),
            "matters": self.matters,
            "given_days": self.given,
            "replications": self.replications,
            "seed": self.seed,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class SilentShare:
    """Opportunities of a CRM's history that were silent for so many days while they were open.

    Attributes
    ----------
    days : float
    reached : int
        How many were, the first time that each was.
    a_year : float
    won : Estimate or None
        Share that was won later, within ``horizon`` days; None where too few were.
    horizon : float or None
        Days after it to which enough were followed.
    median_days : float or None
        From then until won, the middle case.
    hours : float
        That follow-ups and reviews of them cost the team in a year, as assumed.
    thrown, thrown_value : Estimate or None
        Wins, and amount, that a year would lose.
    break_even : Estimate or None
        What an hour must bring at least for the rule to pay.
    net : Estimate or None
        What a year gains with the value of an hour that was given.
    open_now, open_value, crm_now : int, float, float or None
        Open at the moment and silent for so long: how many, their amount, and what the CRM's probabilities promise of it.
    reason : str
        Why nothing is said, else empty.
    """

    days: float
    reached: int
    a_year: float
    won: Estimate | None
    horizon: float | None
    median_days: float | None
    hours: float
    thrown: Estimate | None
    thrown_value: Estimate | None
    break_even: Estimate | None
    net: Estimate | None
    open_now: int
    open_value: float
    crm_now: float | None
    reason: str

    @property
    def worth_now(self) -> float | None:
        """What history says that the open ones are worth: the share won later of their amount."""
        return None if self.won is None else self.won.mean * self.open_value

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain = {name: one.to_dict() if isinstance(one, Estimate) else one for name, one in told.items()}
        return {**plain, "worth_now": self.worth_now, "reason": self.reason or None}


@dataclass(frozen=True, slots=True)
class HistoryHygiene:
    """The rule learned from a CRM's own history.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    since : Timestamp
        From which on silences are seen.
    currency : str
    snapshots : int
        How many the activities come from.
    options : tuple of SilentShare
        By days.
    best : Best or None
        Of the net gain; None without the value of an hour.
    hours_a_week : float
        Assumed cost of one silent opportunity.
    value_of_hour : float or None
    seed : int
    version : str
        Of the program.
    """

    moment: pd.Timestamp
    since: pd.Timestamp
    currency: str
    snapshots: int
    options: tuple[SilentShare, ...]
    best: Best | None
    hours_a_week: float
    value_of_hour: float | None
    seed: int
    version: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each rule: every measure with its interval."""
        return _frame(self.options)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "from": "history",
            "as_of": self.moment.isoformat(),
            "since": self.since.isoformat(),
            "currency": self.currency or None,
            "snapshots": self.snapshots,
            "options": [one.to_dict() for one in self.options],
            "best": None if self.best is None else asdict(self.best),
            "hours_a_week": self.hours_a_week,
            "value_of_hour": self.value_of_hour,
            "seed": self.seed,
            "version": self.version,
        }


def _frame(options: tuple[Swept, ...] | tuple[SilentShare, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([flat_row(one) for one in options])
