"""A history: what a CRM's tables say of a span of weeks, as flat arrays by owner, nothing later than a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.alarms.cusum import Floats, Ints
from forecast.alarms.tallies import Stays
from forecast.calibration.records import day, records
from simulations.tables import CrmTables

NOBODY = "(nobody)"


@dataclass(frozen=True, slots=True)
class History:
    """What was known at a moment; times are days since 1970-01-01.

    Attributes
    ----------
    moment : float
        Exclusive.
    owners : tuple of str
        Who owned an opportunity, in order of name.
    stages : tuple of str
    stays : Stays
        ``left`` is the moment while a stay lasts; ``value`` is the amount, nan where it is missing.
    created : array
        When each opportunity was created.
    owner : array of int
        Of each opportunity, place in ``owners``.
    amount : array
        nan where missing.
    """

    moment: float
    owners: tuple[str, ...]
    stages: tuple[str, ...]
    stays: Stays
    created: Floats
    owner: Ints
    amount: Floats


def history_of(tables: CrmTables, moment: pd.Timestamp) -> History:
    """Return the history that tables show, which hold nothing later than the moment (`forecast.known.as_of`).

    Stages, and a fallback where they have no history, are those of `forecast.calibration.records`.
    """
    known = records(tables, moment)
    names = tables.opportunities.set_index("id")["owner"].reindex(known.ids).fillna(NOBODY)
    owners, owner = np.unique(names.to_numpy(str), return_inverse=True)
    visits = known.visits
    stays = Stays(
        owner=owner[visits.deal].astype(np.int64),
        stage=visits.stage,
        entered=visits.entered,
        left=visits.left,
        cause=visits.next,
        value=known.amount[visits.deal],
    )
    return History(
        day(moment),
        tuple(owners.tolist()),
        known.stages,
        stays,
        known.created,
        owner.astype(np.int64),
        known.amount,
    )


def renumbered(history: History, owners: Sequence[str], stages: Sequence[str]) -> History:
    """Return a history whose owners and stages are numbered as in another one.

    An owner who is not among ``owners`` becomes the number behind the last: somebody new. A stage that is not among
    ``stages`` is taken as the last of them.
    """
    of_owner = _places(history.owners, owners, len(owners))
    of_stage = _places(history.stages, stages, len(stages) - 1)
    kept = len(history.stages)
    causes = np.concatenate((of_stage, [len(stages), len(stages) + 1, -1]))
    stays = history.stays
    cause = np.where(stays.cause < 0, kept + 2, stays.cause)
    return History(
        history.moment,
        tuple(owners),
        tuple(stages),
        stays._replace(owner=of_owner[stays.owner], stage=of_stage[stays.stage], cause=causes[cause]),
        history.created,
        of_owner[history.owner],
        history.amount,
    )


def _places(names: Sequence[str], known: Sequence[str], other: int) -> Ints:
    place = {name: number for number, name in enumerate(known)}
    return np.array([place.get(name, other) for name in names], dtype=np.int64)
