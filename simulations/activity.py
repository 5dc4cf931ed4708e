"""What reps spent their hours on in the year, and how long opportunities waited for them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulations.deals import WEEK, History, select, sums_by
from simulations.journal import Events, Kind

Floats = npt.NDArray[np.float64]
NAN = float("nan")


def hours_spent(history: History) -> dict[str, float]:
    """Return the year's hours by activity.

    Prospecting + reviews + selling + idle = working hours, every seat-day. Qualifying, stage and
    follow-up hours are counted where the item is finished; what is begun in one year and finished in
    another, or worked with contention off, makes their sum differ from the selling hours.
    """
    worked = history.of(Kind.WORKED)
    on_leads = worked["stage"] < 0
    sold, idle = _hours(history, Kind.SOLD), _hours(history, Kind.WORK_DAY)
    on, off = _selling_hours_by_week_kind(history)
    return {
        "prospecting_hours": _hours(history, Kind.PROSPECTED),
        "selling_hours": sold,
        "qualifying_hours": float(worked["value"][on_leads].sum()),
        "stage_hours": float(worked["value"][~on_leads].sum()),
        "follow_up_hours": _hours(history, Kind.FOLLOWED_UP),
        "review_hours": _hours(history, Kind.REVIEWED),
        "idle_hours": idle,
        "utilisation": sold / (sold + idle) if sold + idle else NAN,
        "selling_hours_on_week": on,
        "selling_hours_off_week": off,
    }


def _hours(history: History, kind: Kind) -> float:
    return float(history.of(kind)["value"].sum())


def _cells(history: History, events: Events) -> npt.NDArray[np.int64]:
    """Return for each event of the year its seat-week, as one number."""
    week = (events["time"] - history.start) // WEEK
    return np.asarray(events["seat"].astype(np.int64) * history.plan.timeline.year_weeks + week)


def _prospected_weeks(history: History) -> npt.NDArray[np.bool_]:
    """Return for each seat-week whether any time went into prospecting."""
    cells = history.plan.seats * history.plan.timeline.year_weeks
    return np.bincount(_cells(history, history.of(Kind.PROSPECTED)), minlength=cells) > 0


def _selling_hours_by_week_kind(history: History) -> tuple[float, float]:
    """Return the mean hours left for selling in seat-weeks with and without prospecting; nan where there are none."""
    on = _prospected_weeks(history)
    left = np.zeros(on.size)
    worked = np.zeros(on.size, dtype=np.bool_)
    for kind in (Kind.SOLD, Kind.WORK_DAY):
        days = history.of(kind)
        cells = _cells(history, days)
        left += sums_by(cells, days["value"], on.size)
        worked[cells] = True
    return mean(left[on & worked]), mean(left[~on & worked])


def waiting(history: History) -> dict[str, float]:
    """Return the mean days that stage visits begun in the year had waited for the rep."""
    begun = history.of(Kind.STARTED)
    begun = select(begun, begun["stage"] >= 0)
    on = _prospected_weeks(history)[_cells(history, begun)]
    return {
        "days_waited": mean(begun["value"]),
        "days_waited_on_week": mean(begun["value"][on]),
        "days_waited_off_week": mean(begun["value"][~on]),
    }


def mean(values: Floats) -> float:
    """Return the mean; nan of nothing."""
    return float(values.mean()) if values.size else NAN


def market_timing(history: History, market: Floats) -> float:
    """Return how much better the prospected hours met the market than hours spread evenly over the year's working days.

    Parameters
    ----------
    history : History
    market : array of float
        The market's factor in each of the year's weeks.

    Returns
    -------
    float
        Share: 0.01 where an hour was worth 1% more leads; 0 for steady hours, nan without any.

    Notes
    -----
    Its mean over the phase of a wave is 0: each week is then as likely to be an on-week as any other.
    """
    line = history.plan.timeline
    blocks = history.of(Kind.PROSPECTED)
    hours = sums_by((blocks["time"] - history.start) // WEEK, blocks["value"], line.year_weeks)
    days = (
        history.plan.working[line.year_start_day : line.year_end_day].reshape(line.year_weeks, -1).sum(axis=1)
    )
    if not hours.any():
        return NAN
    met, even = (float(weight @ market / weight.sum()) for weight in (hours, days))
    # Steady hours are proportional to the working days: what is left of them is rounding.
    return round(met / even - 1.0, 12)
