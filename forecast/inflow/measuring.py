"""One segment's numbers, each as an estimate or as the reason why it cannot be said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import CENSORED, Bools, Floats, Records
from forecast.calibration.streams import stream
from forecast.cycle import PARAMETER_DRAWS, Cycle, cycle_of
from forecast.incidence import FEWEST_AT_RISK, LOST, WON, Fates, Incidence, incidence
from forecast.inflow.conversion_trend import conversion_trend
from forecast.inflow.cycle_trend import cycle_trend
from forecast.inflow.results import Segment
from forecast.inflow.shares import WIDE, Chance, chance_of, difference
from forecast.inflow.weekly import QUARTER_WEEKS, Weekly, weekly
from simulations.intervals import Estimate

#: Ended opportunities from which a conversion is said, and wins from which a cycle is.
FEWEST_ENDED, FEWEST_WON = 10, 8
#: Wins, and losses, from which a trend of the conversion is said; wins from which one of the cycle is.
FEWEST_TREND_ENDS, FEWEST_TREND_WINS = 10, 20
#: Weeks and opportunities from which what enters in a week is said, and from which its trend is.
FEWEST_WEEKS, FEWEST_CREATED = 8, 10
FEWEST_TREND_WEEKS, FEWEST_TREND_CREATED = QUARTER_WEEKS, 20
#: A segment is too young where it was not followed to the age by which so many of all wins have come.
FOLLOWED = 0.9
#: Largest share of new opportunities without an amount at which their value is said.
MOST_UNPRICED = 0.2
TOO_FEW = "too few to say: {count} {what}, at least {fewest} are needed"
TOO_YOUNG = (
    "too young to say: followed for {days:.0f} days, and by then only {share:.0%} of all wins have come"
)
NO_AMOUNTS = "{share:.0%} of the new opportunities carry no amount"
NO_REST = "there is nothing to compare it with"
NOT_SAID = "one of the two conversions cannot be said"


@dataclass(frozen=True, slots=True)
class Study:
    """What all segments are learned from.

    Attributes
    ----------
    known : Records
    fates : Fates
    chosen : array of bool
        Which opportunities are looked at.
    whole : Incidence
        Of all of them.
    edges : array
        Between the weeks in which new opportunities are counted.
    seed : int
    """

    known: Records
    fates: Fates
    chosen: Bools
    whole: Incidence
    edges: Floats
    seed: int

    def segment(self, name: str, mine: Bools, against: int = 0) -> Segment:
        """Return one segment's numbers.

        Parameters
        ----------
        name : str
        mine : array of bool
            Which opportunities belong to it.
        against : int
            How many comparisons with the rest are made; 0 for the whole, which has none.
        """
        fates = self.fates.of(mine)
        young, won = self._young(fates), self._incidence(fates)
        chance = young or self._chance(fates, won)
        entering = self._entering(mine)
        said: dict[str, Estimate | Cycle | str] = {
            "conversion": chance if isinstance(chance, str) else chance.estimate(),
            "conversion_trend": self._conversion_trend(fates),
            "cycle": self._cycle(fates, won),
            "cycle_trend": self._cycle_trend(fates),
        }
        said = {measure: young or found for measure, found in said.items()} | entering
        against_rest, stands_out = self._against_rest(mine, chance, against)
        said["conversion_against_rest"] = against_rest
        numbers = {measure: None if isinstance(found, str) else found for measure, found in said.items()}
        return Segment(
            name=name,
            created=int(mine.sum()),
            won=fates.count(WON),
            lost=fates.count(LOST),
            open=fates.count(CENSORED),
            **numbers,  # type: ignore[arg-type]  # the names are those of the fields
            stands_out=stands_out,
            unsaid={measure: found for measure, found in said.items() if isinstance(found, str)},
        )

    def _incidence(self, fates: Fates) -> Incidence:
        luck = stream(self.seed, "inflow of a segment")
        return incidence(fates, PARAMETER_DRAWS, luck, fewest=1).until(self.whole.horizon)

    def _young(self, fates: Fates) -> str:
        """Return why nothing can be said of a segment that was not followed for long enough; else nothing."""
        if not (fates.cause == CENSORED).any():
            return ""
        followed = np.sort(self.known.moment - fates.created)[::-1]
        days = float(followed[min(FEWEST_AT_RISK, len(followed)) - 1])
        seen, all_wins = (float(self.whole.by(age)[0]) for age in (days, self.whole.horizon))
        if seen >= FOLLOWED * all_wins:
            return ""
        return TOO_YOUNG.format(days=days, share=seen / all_wins)

    def _chance(self, fates: Fates, won: Incidence) -> Chance | str:
        ended = fates.count(WON) + fates.count(LOST)
        return _too_few(ended, FEWEST_ENDED, "have ended") or chance_of(won, self.whole.horizon, ended)

    def _conversion_trend(self, fates: Fates) -> Estimate | str:
        few = _too_few(fates.count(WON), FEWEST_TREND_ENDS, "wins")
        few = few or _too_few(fates.count(LOST), FEWEST_TREND_ENDS, "losses")
        return few or conversion_trend(fates, self.whole.horizon)

    def _cycle(self, fates: Fates, won: Incidence) -> Cycle | str:
        wins = int(((fates.cause == WON) & (fates.end <= self.whole.horizon)).sum())
        return _too_few(wins, FEWEST_WON, "wins") or cycle_of(won, wins)

    def _cycle_trend(self, fates: Fates) -> Estimate | str:
        few = _too_few(fates.count(WON), FEWEST_TREND_WINS, "wins")
        return few or cycle_trend(fates, self.whole.horizon, self.known.moment)

    def _against_rest(self, mine: Bools, chance: Chance | str, against: int) -> tuple[Estimate | str, bool]:
        """Return the difference of the conversion to that of all others, and whether it holds for all comparisons."""
        rest = self.chosen & ~mine
        if not against or not rest.any():
            return NO_REST, False
        others = self.fates.of(rest)
        other = self._chance(others, self._incidence(others))
        if isinstance(chance, str) or isinstance(other, str):
            return NOT_SAID, False
        return difference(chance, other), difference(chance, other, _bonferroni(against)).sign != 0

    def _entering(self, mine: Bools) -> dict[str, Estimate | Cycle | str]:
        """Return number and value of new opportunities a week, and their trends."""
        created, weeks = self.known.created, len(self.edges) - 1
        recent = mine & (created >= self.edges[0]) if weeks > 0 else np.zeros_like(mine)
        few = _too_few(weeks, FEWEST_WEEKS, "whole weeks")
        few = few or _too_few(int(recent.sum()), FEWEST_CREATED, "new opportunities")
        if few:
            return dict.fromkeys(
                ("per_week", "per_week_trend", "value_per_week", "value_per_week_trend"), few
            )
        short = _too_few(weeks, FEWEST_TREND_WEEKS, "whole weeks")
        short = short or _too_few(int(recent.sum()), FEWEST_TREND_CREATED, "new opportunities")
        count = weekly(np.histogram(created[recent], self.edges)[0].astype(float))
        value = self._value(recent)
        return {
            "per_week": count.mean,
            "per_week_trend": short or count.trend,
            "value_per_week": value if isinstance(value, str) else value.mean,
            "value_per_week_trend": value if isinstance(value, str) else short or value.trend,
        }

    def _value(self, recent: Bools) -> Weekly | str:
        """Return the value of new opportunities a week; what carries no amount counts as the others."""
        amount = self.known.amount[recent]
        priced = ~np.isnan(amount)
        if not priced.any() or 1 - priced.mean() > MOST_UNPRICED:
            return NO_AMOUNTS.format(share=1 - float(priced.mean()))
        known = amount[priced]
        sums = np.histogram(self.known.created[recent][priced], self.edges, weights=known)[0]
        return weekly(sums / priced.mean(), float((known**2).sum() / known.sum() / priced.mean()))


def _too_few(count: int, fewest: int, what: str) -> str:
    """Return that something is too few to say anything, or nothing where it is enough."""
    return "" if count >= fewest else TOO_FEW.format(count=count, what=what, fewest=fewest)


def _bonferroni(comparisons: int) -> float:
    """Return the normal quantile of 95% intervals that hold together for so many comparisons (Bonferroni 1936)."""
    from scipy.special import ndtri

    return WIDE if comparisons == 1 else float(ndtri(1 - 0.025 / comparisons))
