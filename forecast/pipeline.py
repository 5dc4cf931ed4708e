"""The weighted pipeline in its three kinds, pipeline optimism, and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.bookings import Outlook, Period, Unit, value_if_won
from forecast.calibration.draws import Calibration
from forecast.calibration.records import Floats, Ints

NO_CLOSE_DATE = "no open opportunity carries an expected close date known at that moment"
NO_PROBABILITY = (
    "no open opportunity that is expected to close in the period carries a probability known at that moment"
)
NO_TARGET = "no target was given"
#: Draws that are looked at at a time, to bound memory.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class WeightedPipeline:
    """Sum of amount x probability over open opportunities, in three kinds.

    Attributes
    ----------
    crm : float or None
        By typed probability, opportunities whose expected close lies in the period.
    crm_reason : str
        Why there is none, else empty.
    calibrated : float
        By the calibrated chance to be won at any time.
    calibrated_in_period : float
        By the calibrated chance to be won in the period; the only one that may be added to bookings.
    low, high : float
        80% interval of ``calibrated_in_period`` as a mean: what is not known of the chances.
    """

    crm: float | None
    crm_reason: str
    calibrated: float
    calibrated_in_period: float
    low: float
    high: float

    @property
    def optimism(self) -> float | None:
        """Pipeline optimism: the CRM's weighted pipeline less the one calibrated in period."""
        return None if self.crm is None else self.crm - self.calibrated_in_period

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "crm": self.crm,
            "crm_reason": self.crm_reason or None,
            "calibrated": self.calibrated,
            "calibrated_in_period": self.calibrated_in_period,
            "calibrated_in_period_low": self.low,
            "calibrated_in_period_high": self.high,
            "optimism": self.optimism,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """Open amount expected to close in the period over what the target still lacks.

    Attributes
    ----------
    ratio : float or None
        None where the target is reached or something is unknown.
    reached : bool
        Whether what is booked is the target already.
    reason : str
        Why there is no ratio although the target is not reached, else empty.
    """

    ratio: float | None
    reached: bool
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the ratio, or ``"reached"``, or None, and the reason."""
        return {"ratio": "reached" if self.reached else self.ratio, "reason": self.reason or None}


def weighted_pipeline(view: Outlook, unit: Unit) -> WeightedPipeline:
    """Return the three weighted pipelines of a period; with ``deals`` every amount counts 1."""
    calibration, chances, period = view.calibration, view.chances, view.period
    value = value_if_won(calibration, chances.deal, unit)
    by_group = np.bincount(chances.group, value, minlength=chances.in_period.shape[1]).astype(np.float64)
    level = view.mean_level(period.begin)[:, None]
    in_period, ever = (
        _expected_by_draw(chance, by_group, view.world, level) for chance in (chances.in_period, chances.ever)
    )
    low, high = np.quantile(in_period, (0.1, 0.9))
    crm, reason = _typed(calibration, chances.deal, value, period)
    return WeightedPipeline(crm, reason, float(ever.mean()), float(in_period.mean()), float(low), float(high))


def _expected_by_draw(chance: Floats, value: Floats, world: Ints, level: Floats) -> Floats:
    """Return what groups are worth by chance in each draw: `forecast.bookings.faster`, of some draws at a time."""
    hazard = np.log1p(-np.clip(chance, 0.0, 1 - 1e-12))
    out = np.zeros(len(world))
    for begin in range(0, len(world), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        out[some] = -np.expm1(hazard[world[some]] * level[some]) @ value
    return out


def _expected(calibration: Calibration, deal: Ints, period: Period) -> Ints:
    """Return the positions of the open opportunities whose expected close lies in the period."""
    typed = calibration.records.expected_close[deal]
    return np.flatnonzero((typed >= period.begin) & (typed < period.end))


def _typed(calibration: Calibration, deal: Ints, value: Floats, period: Period) -> tuple[float | None, str]:
    known = calibration.records
    if len(deal) and np.isnan(known.expected_close[deal]).all():
        return None, NO_CLOSE_DATE
    due = _expected(calibration, deal, period)
    typed = known.probability[deal[due]]
    judged = typed if len(due) else known.probability[deal]
    if len(judged) and np.isnan(judged).all():
        return None, NO_PROBABILITY
    return float(np.nansum(value[due] * typed)), ""


def coverage(
    calibration: Calibration, period: Period, unit: Unit, booked: float, target: float | None
) -> Coverage:
    """Return the coverage of a target."""
    if target is None:
        return Coverage(None, reached=False, reason=NO_TARGET)
    if booked >= target:
        return Coverage(None, reached=True, reason="")
    deal = np.flatnonzero(calibration.stage >= 0)
    if len(deal) and np.isnan(calibration.records.expected_close[deal]).all():
        return Coverage(None, reached=False, reason=NO_CLOSE_DATE)
    due = _expected(calibration, deal, period)
    return Coverage(
        float(value_if_won(calibration, deal, unit)[due].sum() / (target - booked)), reached=False, reason=""
    )
