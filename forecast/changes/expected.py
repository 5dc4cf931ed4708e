"""What a period is expected to book, opportunity by opportunity: means over the draws' worlds, without the luck of winning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.bookings import Outlook, Unit, booked, faster, new_created, week_chances
from forecast.calibration.draws import Calibration, standing
from forecast.calibration.records import Floats, Records, records
from simulations.tables import CrmTables


@dataclass(frozen=True, slots=True)
class Expected:
    """What a period is expected to book, by what it comes from.

    Attributes
    ----------
    booked : float
        Won in the period before the moment of knowledge.
    new : float
        From opportunities that are not yet created.
    deals : Series
        Of each opportunity, by id: what it booked in the period, or is expected to.
    worlds : array of D
        The total in the world of each draw: its mean is what is expected.
    """

    booked: float
    new: float
    deals: pd.Series
    worlds: Floats

    @property
    def mean(self) -> float:
        """All that is expected, booked and not yet created included."""
        return float(self.worlds.mean())


def expected(view: Outlook, unit: Unit) -> Expected:
    """Return what a period is expected to book.

    The mean of the forecast's draws tends to it: whether an opportunity is won in a draw has the draw's chance as its
    mean, and an amount that is drawn has the mean of those it is drawn from.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    """
    known = view.calibration.records
    certain = booked(view.calibration, view.period, unit)
    won = known.won & (known.closed >= view.period.begin) & (known.closed < view.period.end)
    deals = np.where(won, 1.0 if unit == "deals" else np.nan_to_num(known.amount), 0.0)
    worlds, new = np.full(len(view.levels), certain), np.zeros(len(view.levels))
    if not view.over:
        open_worlds, open_deals = _open(view, unit)
        new = _new(view, unit)
        worlds = worlds + open_worlds + new
        deals[view.chances.deal] = open_deals
    return Expected(
        certain, float(new.mean()), pd.Series(deals, index=pd.Index(known.ids, name="id")), worlds
    )


def _open(view: Outlook, unit: Unit) -> tuple[Floats, Floats]:
    """Return what open opportunities are expected to book in each draw's world, and each of them over all worlds."""
    chances, amounts = view.chances, view.calibration.amounts
    level = view.mean_level(view.period.begin)[:, None]
    chance = faster(chances.in_period[view.world], level)
    amount = view.calibration.records.amount[chances.deal]
    groups = chance.shape[1]
    if unit == "deals":
        known, blank = np.ones(len(amount)), np.zeros(len(amount))
    else:
        known, blank = np.nan_to_num(amount), np.isnan(amount).astype(float)
    drawn = _mean_amount(view)[:, None] if amounts.known else np.zeros((len(chance), 1))
    worlds = chance @ np.bincount(chances.group, known, minlength=groups)
    worlds += (chance * drawn) @ np.bincount(chances.group, blank, minlength=groups)
    priced, unpriced = chance.mean(axis=0), (chance * drawn).mean(axis=0)
    return worlds, np.asarray(known * priced[chances.group] + blank * unpriced[chances.group])


def _new(view: Outlook, unit: Unit) -> Floats:
    """Return what opportunities not yet created are expected to book in each draw's world."""
    wins = (new_created(view) * week_chances(view)).sum(axis=1)
    return np.asarray(wins if unit == "deals" else wins * _mean_amount(view))


def _mean_amount(view: Outlook) -> Floats:
    """Return the mean amount of a win that has none yet, in each draw's world."""
    amounts = view.calibration.amounts
    return np.asarray(amounts.pool.mean() * amounts.mean_factor[view.world])


def carried(learned: Calibration, tables: CrmTables, moment: pd.Timestamp) -> Calibration:
    """Return a calibration as it was learned, applied to other opportunities at another moment.

    Stages that it does not know count as the last one before them that it knows.

    Parameters
    ----------
    learned : Calibration
    tables : CrmTables
        As they are taken to be at ``moment``.
    moment : Timestamp
    """
    known = records(tables, moment, by_stage=len(learned.records.stages) > 1)
    place = _places(learned.records, known, tables.stages)
    stage, age = standing(known, learned.clock)
    stage = np.where(stage >= 0, np.append(place, 0)[stage], stage)
    return Calibration(
        **{
            **{name: getattr(learned, name) for name in Calibration.__dataclass_fields__},
            "records": known,
            "stage": stage,
            "age": age,
        }
    )


def _places(learned: Records, known: Records, pipeline: tuple[str, ...]) -> np.ndarray:
    """Return the position that each stage of some records has in what was learned."""
    places, last = [], 0
    order = {stage: at for at, stage in enumerate(learned.stages)}
    for stage in known.stages:
        before = (
            [order[name] for name in pipeline[: pipeline.index(stage)] if name in order]
            if stage in pipeline
            else []
        )
        last = order.get(stage, max(before, default=last))
        places.append(last)
    return np.array(places, dtype=np.int64)
