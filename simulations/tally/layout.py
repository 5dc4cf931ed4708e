"""What is counted from a compiled run's journal, and the scratch paper that it is counted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from simulations.measures import MEASURES
from simulations.projection import AGE_CLASSES


def _record(fields: Sequence[tuple[str, Any]], *, align: bool = False) -> np.dtype[np.void]:
    """Return a record whose fields are attributes, also where compilation is switched off."""
    return np.dtype((np.record, np.dtype(list(fields), align=align)))


#: Every measure as a field, in the order of `MEASURES`.
SCALARS: Final = _record([(name, np.float64) for name in MEASURES])

#: One lead; ``value`` in hundredths of what it counts while open, 0 for what never became an opportunity; ``booked``
#: in hundredths of what it counts once won.
LEAD: Final = _record(
    [
        ("birth", np.uint64),
        ("appeared", np.int64),
        ("opened", np.int64),
        ("closed", np.int64),
        ("value", np.int64),
        ("booked", np.int64),
        ("outcome", np.int64),
        ("seat", np.int64),
        ("stay", np.int64),
        ("asked", np.int64),
        ("asked_meeting", np.int64),
        ("family", np.bool_),
    ],
    align=True,
)
#: A stretch of time in one stage.
STAY: Final = _record([("lead", np.int64), ("stage", np.int64), ("entered", np.int64), ("left", np.int64)])
#: A seat's week of the year, in whole seconds.
CELL: Final = _record(
    [
        ("prospected", np.int64),
        ("blocks", np.int64),
        ("left", np.int64),
        ("days", np.int64),
        ("waited", np.int64),
        ("waits", np.int64),
    ]
)
#: What the year is: seconds at which it starts and ends, sizes, how things are counted.
FRAME: Final = _record(
    [
        ("start", np.int64),
        ("end", np.int64),
        ("weeks", np.int64),
        ("stages", np.int64),
        ("target", np.float64),
        ("first_shown", np.int64),
        ("last_week", np.int64),
        ("habit_start", np.int64),
        ("years", np.int64),
        ("counts_deals", np.bool_),
    ],
    align=True,
)

NEVER: Final = np.iinfo(np.int64).max >> 4
HUNDREDTHS: Final = 100
SETTLING_WEEKS: Final = 26

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Frame(NamedTuple):
    """What counting needs to know of a plan.

    ``terms``: one `FRAME`. ``weights``: shown weeks x stages, chance to win from a stage as the rep counts.
    ``age_edges``: seconds in a stage at which age classes begin. Edges of periods: seconds. ``evenly``: the
    year's weeks, working days in each. ``recognised``: edges of the months that revenue is made from.
    """

    terms: npt.NDArray[np.void]
    weights: Floats
    age_edges: Ints
    months: Ints
    quarters: Ints
    recognised: Ints
    evenly: Floats


class Tally(NamedTuple):
    """What one run comes to.

    ``scalars``: one `SCALARS`; ``open_by_class``, ``won_by_class``: hundredths by week end of the year x stage
    x age class; ``stocks``: hundredths by shown week x stage; ``stock_count``:
    open opportunities by shown week; ``settling``: hundredths by week end of the warm-up's last 26.
    """

    scalars: npt.NDArray[np.void]
    cells: npt.NDArray[np.void]
    hours_by_week: Ints
    bookings_by_week: Ints
    stocks: Ints
    stock_count: Ints
    settling: Ints
    open_by_class: Ints
    won_by_class: Ints
    booked: Ints
    new_value: Ints
    bookings_by_month: Ints
    recognised: Ints
    by_seat: Ints
    seconds_by_seat: Ints


def empty_tally(frame: Frame, seats: int) -> Tally:
    """Return a tally of nothing yet."""
    terms = frame.terms[0]
    years = int(terms["years"])
    weeks, stages, shown = int(terms["weeks"]), int(terms["stages"]), frame.weights.shape[0]

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Tally(
        scalars=np.zeros(1, dtype=SCALARS),
        cells=np.zeros(seats * weeks, dtype=CELL),
        hours_by_week=zeros(shown),
        bookings_by_week=zeros(shown + 3),
        stocks=zeros(shown, stages),
        stock_count=zeros(shown),
        settling=zeros(SETTLING_WEEKS),
        open_by_class=zeros(weeks, stages, AGE_CLASSES),
        won_by_class=zeros(weeks, stages, AGE_CLASSES),
        booked=zeros(weeks),
        new_value=zeros(weeks),
        bookings_by_month=zeros(12),
        recognised=zeros(frame.recognised.size - 1),
        by_seat=zeros(seats),
        seconds_by_seat=zeros(seats * years),
    )
