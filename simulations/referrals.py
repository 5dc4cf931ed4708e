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
    introductions, ask_rate_win, ask_rate_meeting, qualify_probability, win_probability : float
        The win probability is that of a qualified introduction at no waiting, in the hands of the
        most skilled group, decided in a push, revivals counted.
    """

    introductions: float
    ask_rate_win: float
    ask_rate_meeting: float
    qualify_probability: float
    win_probability: float

    @property
    def ratio(self) -> float:
        """Mean offspring m = introductions x qualified x (asked x won + asked at the meeting); below 1 or families explode."""
        asks = self.ask_rate_win * self.win_probability + self.ask_rate_meeting
        return self.introductions * self.qualify_probability * asks

    def __str__(self) -> str:
        """Show the ratio and its factors."""
        mean = f"m = {self.ratio:.3f} = {self.introductions:g} introductions x"
        asked, qualified = f"{self.ask_rate_win:g} asked", f"{self.qualify_probability:g} qualified"
        won = f"{self.win_probability:.3f} won"
        if not self.ask_rate_meeting:
            return f"{mean} {asked} x {qualified} x {won}"
        return f"{mean} {qualified} x ({asked} x {won} + {self.ask_rate_meeting:g} asked at the meeting)"


def branching(scenario: Scenario) -> Branching:
    """Return the branching ratio of introductions (RULES' definition)."""
    terms = scenario.sources.referrals
    skill = max(group.win_logit for group in scenario.team.groups)
    shift = [terms.win_logit + skill] * len(scenario.stages)
    if scenario.switches.quarter_end and scenario.quarter_end.push_weeks:
        shift[-1] += max(scenario.quarter_end.pull_in_logit, 0.0)
    odds = [
        advance_probability(stage.advance_probability, logit)
        for stage, logit in zip(scenario.stages, shift, strict=True)
    ]
    return Branching(
        terms.introductions if scenario.switches.referrals else 0.0,
        terms.ask_rate_win,
        terms.ask_rate_meeting,
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
