"""From the tables to what enters: the whole first, then each segment beside all others."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import pandas as pd

from forecast.calibration.records import Records, day, records
from forecast.calibration.streams import stream
from forecast.calibration.weeks import weeks_before
from forecast.cycle import PARAMETER_DRAWS
from forecast.incidence import fates_of, incidence
from forecast.inflow.dimensions import BYS, By, Labels, Told, labels_of
from forecast.inflow.measuring import Study
from forecast.inflow.results import Inflow, Segment
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

#: Weeks that are looked at: the latest two years.
MOST_WEEKS = 104
_TWO = 2


def learn_inflow(
    tables: CrmTables,
    moment: pd.Timestamp,
    *,
    by: Sequence[By] = BYS,
    since: pd.Timestamp | None = None,
    told: Told | None = None,
    seed: int = 1,
) -> Inflow:
    """Return what enters the pipeline, how long it takes and how much of it is won, as known at a moment.

    A number is left out, with its reason, where it would rest on too little: a conversion on fewer than 10 ended
    opportunities, a cycle on fewer than 8 wins, a number a week on fewer than 8 whole weeks or 10 new opportunities;
    the trend of a conversion on fewer than 10 wins or 10 losses, of a cycle on fewer than 20 wins, of a number a week
    on fewer than 13 weeks or 20 new opportunities; a value where more than a fifth of them carry no amount; and of a
    segment that was not followed to the age by which nine in ten of all wins have come, all but its numbers a week.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment`` (`forecast.known.as_of`).
    moment : Timestamp
        Exclusive.
    by : sequence of {"introductions", "source", "owner", "team", "size"}
        What to tell apart.
    since : Timestamp, optional
        Only what was created from then on.
    told : Told, optional
        What the user says of the segments.
    seed : int

    Raises
    ------
    BadInput
        Nothing was created in that time, or what was told of the segments fits none.
    """
    known = records(tables, moment, by_stage=False)
    study = _study(known, since, seed)
    found: dict[By, tuple[Segment, ...]] = {}
    unsaid: dict[By, str] = {}
    for one in by:
        labels = labels_of(tables, known, one, told or Told())
        if isinstance(labels, str):
            unsaid[one] = labels
        else:
            found[one] = _segments(study, labels, one)
    everything = study.segment("all", study.chosen)
    return Inflow(
        moment, since, study.whole.horizon, study.whole.complete, len(study.edges) - 1, everything, found, unsaid, seed,
        version("pipecast"),
    )  # fmt: skip


def _study(known: Records, since: pd.Timestamp | None, seed: int) -> Study:
    begin = known.starts if since is None else max(known.starts, day(since))
    chosen = known.created < known.moment
    if since is not None:
        chosen &= known.created >= begin
    if not chosen.any():
        found = "" if since is None else f"{since:%Y-%m-%d}"
        allowed = "no opportunity was created from then until the moment of knowledge; choose an earlier day"
        raise BadInput([Problem("the opportunities", "", "created", found, allowed)])
    fates = fates_of(known)
    whole = incidence(fates.of(chosen), PARAMETER_DRAWS, stream(seed, "inflow"))
    edges = weeks_before(known.moment, begin)[-MOST_WEEKS - 1 :]
    return Study(known, fates, chosen, whole, edges, seed)


def _segments(study: Study, labels: Labels, by: By) -> tuple[Segment, ...]:
    """Return the segments, the largest first; size bands by their amounts."""
    names, place = np.unique(labels[study.chosen].astype(str), return_inverse=True)
    rank = -np.bincount(place).astype(float)
    if by == "size":
        amount = study.known.amount[study.chosen]
        rank = np.array([np.append(amount[place == number], np.inf).min() for number in range(len(names))])
    order = np.argsort(rank, kind="stable")
    found = []
    for number in order:
        mine = study.chosen.copy()
        mine[study.chosen] = place == number
        # Where two share everything, either is the other's rest: one comparison.
        against = 1 if len(names) == _TWO else len(names)
        found.append(study.segment(str(names[number]), mine, against))
    return tuple(found)
