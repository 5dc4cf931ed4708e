"""New opportunities: how many are created in the coming weeks, and on which of their days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.levels import Levels, learn_levels
from forecast.calibration.records import Floats, Ints, Records
from forecast.calibration.seasons import season_of
from forecast.calibration.weeks import weeks_before
from forecast.calibration.workdays import WEEK, Clock, estimate_clock


@dataclass(frozen=True, slots=True)
class Creation:
    """The level of creation.

    Attributes
    ----------
    clock : Clock
        Of the days on which opportunities are created.
    per_clock_day : float
        Created opportunities a clock day, at level 1.
    levels : Levels
    entry : array of S
        Share of new opportunities that begin in each stage.
    counts : array
        Created in the whole weeks before the moment, oldest first.
    """

    clock: Clock
    per_clock_day: float
    levels: Levels
    entry: Floats
    counts: Floats

    def draw(self, begin: float, end: float, draws: int, rng: np.random.Generator) -> Ints:
        """Return how many are created in each week from ``begin`` to ``end``, draws x weeks.

        The last week ends at ``end`` and may be short.
        """
        weeks = int(np.ceil((end - begin) / WEEK))
        edges = np.minimum(begin + WEEK * np.arange(weeks + 1), end)
        expected = self.per_clock_day * np.diff(self.clock.at(edges))
        return np.asarray(rng.poisson(self.levels.draw(draws, weeks, rng) * expected))


def learn_creation(records: Records, until: float, holidays: Ints) -> Creation:
    """Return the creation of the records: days of the week, level of the recent weeks, entry stages.

    Weeks are counted back from the moment, so that none is cut short; those before the records are
    whole are left out (of these, only what closed later is known).

    The rate is counts over clock days; how it drifts is learned by `forecast.calibration.levels.learn_levels` (Kalman 1960).
    Assumed: within a week creation is Poisson on its clock, and new opportunities enter the stages as past ones did.

    Parameters
    ----------
    records : Records
    until : float
        Last moment for which creation is asked, days since 1970-01-01.
    holidays : array of int
        Days since 1970-01-01.
    """
    created = records.created[records.created >= records.starts]
    clock = estimate_clock(created, (records.starts, records.moment), until, holidays)
    edges = weeks_before(records.moment, records.starts)
    counts = np.histogram(records.created, edges)[0].astype(float) if len(edges) > 1 else np.zeros(0)
    length = np.diff(clock.at(edges))
    per_day = max(float(counts.sum()), 0.5) / max(float(length.sum()), 1.0)
    levels = learn_levels(counts, per_day * length, season_of(edges, until, clock))
    return Creation(clock, per_day, levels, _entry(records), counts)


def _entry(records: Records) -> Floats:
    visits = records.visits
    first = np.append(True, visits.deal[1:] != visits.deal[:-1])[: len(visits.deal)]
    share = np.bincount(visits.stage[first], minlength=len(records.stages)).astype(float)
    return np.asarray(share / max(share.sum(), 1.0))
