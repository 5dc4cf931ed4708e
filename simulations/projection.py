"""What the open pipeline will still book by the year's end, as steady replications teach it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulations.calendar import DAY
from simulations.deals import WEEK, History, sums_between, sums_by

Floats = npt.NDArray[np.float64]

#: Days in a stage at which one age class ends and the next begins.
AGE_EDGES_DAYS = (14, 28, 56)
AGE_CLASSES = len(AGE_EDGES_DAYS) + 1


@dataclass(frozen=True, slots=True)
class PipelineYear:
    """The open pipeline of one replication at the end of each week of the year.

    Attributes
    ----------
    booked : array, one for each week
        Bookings from the year's start to the week's end.
    open_by_class : array, weeks x stages x age classes
        Open value by stage and days in the stage.
    won_by_class : array, likewise
        How much of it was won by the year's end.
    new_value : array, one for each week
        Value won by the year's end of opportunities created after the week's end.
    """

    booked: Floats
    open_by_class: Floats
    won_by_class: Floats
    new_value: Floats


def pipeline_year(history: History) -> PipelineYear:
    """Return the open pipeline of one replication, week by week."""
    moments = np.arange(history.start + WEEK, history.end + 1, WEEK)
    deals, value = history.deals, history.booked
    in_time = deals.won & history.in_year(deals.closed)
    booked = sums_between(deals.closed[in_time], value[in_time], np.append(history.start, moments))
    by_class = [_open_classes(history, int(moment), in_time) for moment in moments]
    return PipelineYear(
        booked=np.cumsum(booked),
        open_by_class=np.array([pair[0] for pair in by_class]),
        won_by_class=np.array([pair[1] for pair in by_class]),
        new_value=np.array([value[in_time & (deals.opened >= moment)].sum() for moment in moments]),
    )


def _open_classes(history: History, moment: int, in_time: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    shape = (history.plan.stages, AGE_CLASSES)
    stays = history.stays
    at = stays.open_at(moment - 1)
    deal, value = stays.deal[at], history.value[stays.deal[at]]
    age = np.searchsorted(np.array(AGE_EDGES_DAYS) * DAY, moment - stays.entered[at], side="right")
    cell = stays.stage[at] * AGE_CLASSES + age
    cells = shape[0] * shape[1]
    is_open = sums_by(cell, value, cells)
    is_won = sums_by(cell, history.booked[deal] * in_time[deal], cells)
    return is_open.reshape(shape), is_won.reshape(shape)


@dataclass(frozen=True, slots=True)
class Projection:
    """What steady replications teach about the rest of the year.

    Attributes
    ----------
    win_share : array, weeks x stages x age classes
        Share of open value that is won by the year's end.
    unit_value : array, one for each week
        Calibrated-in-period value of one open unit of amount, over all classes.
    new_value : array, one for each week
        Value still to be won by the year's end of opportunities not yet created.
    """

    win_share: Floats
    unit_value: Floats
    new_value: Floats

    def in_period(self, open_by_class: Floats) -> Floats:
        """Return the pipeline calibrated in period; the last three axes are weeks, stages, age classes."""
        return np.asarray((open_by_class * self.win_share).sum(axis=(-2, -1)))

    def projected(self, booked: Floats, open_by_class: Floats) -> Floats:
        """Return booked + calibrated in period + expected new, for every week of the year."""
        return booked + self.in_period(open_by_class) + self.new_value

    def line_of_need(self, booked: Floats, target: float) -> Floats:
        """Return the open value that the target still asks for: compare it with the open value.

        Target still to book, less what is expected of opportunities not yet created, over the
        calibrated-in-period value of one open unit; 0 where nothing more is asked of the open ones, nan
        where nothing open can be won in time any more. Without the subtraction the line would ask of
        January's pipeline what only the whole year can create.
        """
        missing = np.maximum(target - booked - self.new_value, 0.0)
        need = np.divide(
            missing, self.unit_value, out=np.full_like(missing, np.nan), where=self.unit_value > 0
        )
        return np.where(missing == 0.0, 0.0, need)


def calibrate(open_by_class: Floats, won_by_class: Floats, new_value: Floats) -> Projection:
    """Return the projection that steady replications give.

    Parameters
    ----------
    open_by_class, won_by_class : array, weeks x stages x age classes
        Summed over the steady replications.
    new_value : array, one for each week
        Mean over the steady replications.

    Notes
    -----
    A class that no steady replication met takes its stage's share, and a stage never met wins nothing.
    """
    by_stage = _share(won_by_class.sum(axis=2), open_by_class.sum(axis=2))
    share = np.where(open_by_class > 0, _share(won_by_class, open_by_class), by_stage[:, :, None])
    unit = _share(won_by_class.sum(axis=(1, 2)), open_by_class.sum(axis=(1, 2)))
    return Projection(share, unit, new_value)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
