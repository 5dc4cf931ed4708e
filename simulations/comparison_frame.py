"""A comparison as one table: a row for each cadence and measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from simulations.measures import MEASURES

if TYPE_CHECKING:
    from simulations.comparison import CadenceYear, Comparison, Contrast


def frame_of(comparison: Comparison) -> pd.DataFrame:
    """Return the table that `Comparison.to_frame` describes."""
    contrasts = {contrast.name: contrast for contrast in comparison.contrasts if contrast.role != "rhythm"}
    rows = [
        _row(year, contrasts.get(year.name), name) for year in comparison.cadences for name in year.measures
    ]
    return pd.DataFrame(rows)


def _row(year: CadenceYear, contrast: Contrast | None, name: str) -> dict[str, Any]:
    estimate = year.measures[name]
    row: dict[str, Any] = {
        "cadence": year.name,
        "measure": name,
        "unit": MEASURES[name].unit,
        "mean": estimate.mean,
        "low": estimate.low,
        "high": estimate.high,
        "p10": year.spread[name][0],
        "p90": year.spread[name][1],
        "undefined": year.undefined.get(name, 0),
        "difference": float("nan"),
        "difference_low": float("nan"),
        "difference_high": float("nan"),
        "variance_factor": float("nan"),
        "reason": "",
    }
    if contrast is not None:
        delta = contrast.differences[name]
        factor = delta.variance_factor
        row |= {
            "difference": delta.mean,
            "difference_low": delta.low,
            "difference_high": delta.high,
            "variance_factor": float("nan") if factor is None else factor,
            "reason": delta.reason,
        }
    return row
