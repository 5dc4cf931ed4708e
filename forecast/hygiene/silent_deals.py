"""What became of opportunities that fell silent, in a CRM's own history: how many were won later, and what keeping them cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
import pandas as pd

from forecast.calibration.records import CENSORED, Floats, day
from forecast.calibration.streams import stream
from forecast.hygiene.results import Best, HistoryHygiene, SilentShare
from forecast.hygiene.spells import Spells, seen_since, shortest_silence, spells_of
from forecast.hygiene.sweep import DAYS
from forecast.incidence import LOST, WON, Fates, incidence
from simulations.errors import BadInput, Problem
from simulations.intervals import Estimate
from simulations.tables import OPEN, CrmTables
from simulations.tables import WON as IS_WON

_DRAWS, _RANGE, _YEAR = 1_000, (0.025, 0.975), 365.25
#: Opportunities that must have been silent for so long before anything is said.
FEWEST_REACHED = 20
FEW = "too few to say: {reached} were silent for so long, at least {fewest} are needed"
COARSE = "the snapshots are {apart:.0f} days apart, so silences of less than {shortest:.0f} days may be none"
WEEK_DAYS, MINUTES = 7.0, 60.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What a silent opportunity costs, as assumed, and what an hour is worth.

    Attributes
    ----------
    follow_up_hours, follow_up_every_days : float
        Effort of a follow-up, and days between them.
    review_minutes : float
        In each week.
    value_of_hour : float or None
        Amount that an hour of prospecting brings.
    """

    follow_up_hours: float = 0.25
    follow_up_every_days: float = 14.0
    review_minutes: float = 1.0
    value_of_hour: float | None = None

    @property
    def hours_a_week(self) -> float:
        """Hours that one silent opportunity costs in a week."""
        return self.follow_up_hours * WEEK_DAYS / self.follow_up_every_days + self.review_minutes / MINUTES


def learn_hygiene(
    seen: Sequence[tuple[pd.Timestamp, CrmTables]],
    rules: Sequence[float] = DAYS,
    *,
    costs: Costs | None = None,
    unanswered: Sequence[str] = (),
    currency: str = "",
    seed: int = 1,
) -> HistoryHygiene:
    """Return what became of opportunities that were silent for so many days, in a CRM's own history.

    Silent: no activity, no move, and no next step that was planned. Each opportunity counts at the first time that it had
    been silent for so long while it was open. The share that was won later is the Aalen-Johansen estimate from that day on
    (`forecast.incidence.incidence`): what is still open is censored, what is lost or disqualified competes. What CRM users
    disqualified can no longer be won: where they always did so early, the share is too low for later days.

    Parameters
    ----------
    seen : sequence of (Timestamp, CrmTables)
        Snapshots in the order of their moments; activities of all of them count, all else is that of the last.
    rules : sequence of float
        Days, each above 0.
    costs : Costs, optional
    unanswered : sequence of str
        Kinds of activities that are no sign of life, such as a mail that nobody answered.
    currency : str
        Of the amounts; empty where unknown.
    seed : int

    Raises
    ------
    BadInput
        No activities are known, or only the last of each opportunity, so that past silences cannot be seen.
    """
    given = costs or Costs()
    _check(rules, given)
    alive = [(when, _answered(tables, unanswered)) for when, tables in seen]
    moment, tables = alive[-1]
    spells, since = spells_of(alive), seen_since(alive)
    learn = _Learning(spells, tables, moment, since, given, shortest_silence(alive), seed)
    found = [learn.rule(rule) for rule in sorted(set(rules))]
    best = None if given.value_of_hour is None else _best(found)
    return HistoryHygiene(
        moment, since, currency, len(seen), tuple(one for one, _ in found), best, given.hours_a_week,
        given.value_of_hour, seed, version("pipecast"),
    )  # fmt: skip


def _answered(tables: CrmTables, unanswered: Sequence[str]) -> CrmTables:
    """Return the tables without the activities that are no sign of life."""
    acts = tables.activities
    return replace(tables, activities=acts[~acts["kind"].isin(list(unanswered))].reset_index(drop=True))


def _check(rules: Sequence[float], costs: Costs) -> None:
    problems = [
        Problem("the question", "", "days", f"{one:g}", "must be above 0") for one in rules if not one > 0
    ]
    if costs.follow_up_hours < 0 or costs.follow_up_every_days <= 0 or costs.review_minutes < 0:
        problems.append(
            Problem("the question", "", "costs", "", "must not be below 0; days between follow-ups above 0")
        )
    if not rules:
        problems.append(Problem("the question", "", "days", "", "must be at least one number"))
    if problems:
        raise BadInput(problems)


@dataclass(frozen=True, slots=True)
class _Learning:
    """What every rule is learned from."""

    spells: Spells
    tables: CrmTables
    moment: pd.Timestamp
    since: pd.Timestamp
    costs: Costs
    shortest: float
    seed: int

    @property
    def years(self) -> float:
        return max((self.moment - self.since) / pd.Timedelta(days=_YEAR), 1e-9)

    def rule(self, rule: float) -> tuple[SilentShare, Floats | None]:
        """Return what became of those that were silent for so many days, and draws of the net gain."""
        rows = self.spells.reached(rule, self.since)
        after = (rows["end"] - rows["at"]).to_numpy(float)
        hours = float(after.sum()) / WEEK_DAYS * self.costs.hours_a_week / self.years
        a_year, now = len(rows) / self.years, self._now(rule)
        reason = self._unsaid(rule, len(rows))
        if reason:
            return SilentShare(
                rule, len(rows), a_year, None, None, None, hours, None, None, None, None, *now, reason
            ), None
        cause = np.where(rows["outcome"] == OPEN, CENSORED, np.where(rows["outcome"] == IS_WON, WON, LOST))
        lives = Fates(np.zeros(len(rows)), after, cause.astype(np.int64), rows["at"].to_numpy(float))
        won = incidence(lives, _DRAWS, stream(self.seed, f"won after {rule:g} silent days"))
        share = won.won[:, -1] if won.won.shape[1] else np.zeros(_DRAWS)
        middle = float(won.quantiles((0.5,))[0, 0]) if won.won.shape[1] and share[0] > 0 else None
        lost = share * a_year * self._amount(rows)
        net = None if self.costs.value_of_hour is None else hours * self.costs.value_of_hour - lost
        return SilentShare(
            rule, len(rows), a_year, _estimate(share, len(rows)), won.horizon, middle, hours,
            _estimate(share * a_year, len(rows)), _estimate(lost, len(rows)),
            _estimate(lost / hours, len(rows)) if hours > 0 else None,
            None if net is None else _estimate(net, len(rows)), *now, "",
        ), net  # fmt: skip

    def _unsaid(self, rule: float, reached: int) -> str:
        """Return why nothing is said of a rule; empty where something is."""
        if rule < self.shortest:
            return COARSE.format(apart=self.shortest / 2, shortest=self.shortest)
        return FEW.format(reached=reached, fewest=FEWEST_REACHED) if reached < FEWEST_REACHED else ""

    def _amount(self, rows: pd.DataFrame) -> float:
        """Return the mean amount of wins after a silence; of all wins where fewer than five are known; 0 without amounts."""
        won = rows.loc[(rows["outcome"] == IS_WON) & (rows["amount"] > 0), "amount"]
        if len(won) < 5:  # noqa: PLR2004 - as few as a calibration needs
            whole = self.tables.opportunities
            won = whole.loc[(whole["outcome"] == IS_WON) & (whole["amount"] > 0), "amount"]
        return float(won.mean()) if len(won) else 0.0

    def _now(self, rule: float) -> tuple[int, float, float | None]:
        """Return number, amount and CRM-weighted amount of what is open and silent for so long."""
        rows = self.spells.silent_now(rule, day(self.moment))
        typed = (rows["amount"] * rows["probability"]).dropna()
        return len(rows), float(rows["amount"].sum()), float(typed.sum()) if len(typed) else None


def _estimate(draws: Floats, count: int) -> Estimate:
    """Return the estimate (draw 0) with the 95% interval of the others."""
    low, high = np.quantile(draws[1:], _RANGE)
    return Estimate(float(draws[0]), float(low), float(high), count)


def _best(found: Sequence[tuple[SilentShare, Floats | None]]) -> Best | None:
    """Return the rule with the largest net gain, and between which the largest of the draws lies; never gains 0."""
    told: list[tuple[float | None, Floats]] = [(one.days, net) for one, net in found if net is not None]
    if not told:
        return None
    told.append((None, np.zeros(_DRAWS)))
    nets = np.stack([net for _, net in told], axis=1)
    winner = np.sort(nets[1:].argmax(axis=1))
    low, high = (told[int(winner[int(level * (len(winner) - 1))])][0] for level in _RANGE)
    return Best(told[int(nets[0].argmax())][0], low, high)
