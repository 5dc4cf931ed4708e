"""How introductions multiply: the branching ratio of the referral process."""

from __future__ import annotations

from dataclasses import dataclass

from simulations.rules import advance_probability
from simulations.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Branching:
    """Mean introductions that one introduction leads to, and its factors.

    Attributes
    ----------
    introductions, ask_rate, qualify_probability, win_probability : float
        The product is the ratio; the win probability is that of a qualified introduction at no
        waiting, in the hands of the most skilled group, revivals counted.
    """

    introductions: float
    ask_rate: float
    qualify_probability: float
    win_probability: float

    @property
    def ratio(self) -> float:
        """Mean offspring m; the family is finite only below 1."""
        return self.introductions * self.ask_rate * self.qualify_probability * self.win_probability

    def __str__(self) -> str:
        """Show the ratio and its factors."""
        return (
            f"m = {self.ratio:.3f} = {self.introductions:g} introductions x {self.ask_rate:g} asked "
            f"x {self.qualify_probability:g} qualified x {self.win_probability:.3f} won"
        )


def branching(scenario: Scenario, base_probability: tuple[float, ...]) -> Branching:
    """Return the branching ratio of introductions at given base probabilities (RULES' definition)."""
    terms = scenario.sources.referrals
    skill = max(group.win_logit for group in scenario.team.groups)
    odds = [advance_probability(base, terms.win_logit + skill) for base in base_probability]
    return Branching(
        terms.introductions if scenario.switches.referrals else 0.0,
        terms.ask_rate_win,
        terms.qualify_probability,
        win_probability(scenario, odds),
    )


def win_probability(scenario: Scenario, odds: list[float]) -> float:
    """Return the chance to win from the first stage, counting revivals of silent customers.

    A visit advances with p; else it goes silent with s, and revives with r = 1 - (1 - q)^n over the n
    follow-ups, into a new visit of the same stage: p / (1 - (1 - p) s r) a stage.
    """
    silence = scenario.silence
    silent = silence.silent_given_not_advanced if scenario.switches.silence else 0.0
    revived = 1.0 - (1.0 - silence.revival_probability) ** silence.max_follow_ups
    chance = 1.0
    for p in odds:
        again = (1.0 - p) * silent * revived
        chance *= p / (1.0 - again) if again < 1.0 else 0.0
    return chance
