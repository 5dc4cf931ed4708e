"""Weeks counted back from the moment of knowledge."""

from __future__ import annotations

import numpy as np

from forecast.calibration.records import Floats
from forecast.calibration.workdays import WEEK

#: Weeks of history that a level is learned from: three years.
MOST_WEEKS = 156


def weeks_before(moment: float, starts: float) -> Floats:
    """Return the edges of the whole weeks between the start of the records and the moment, ascending."""
    count = min(int((moment - starts) // WEEK), MOST_WEEKS)
    return moment - WEEK * np.arange(count, -1, -1.0)
