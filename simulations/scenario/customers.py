"""Where leads come from, how customers decide, and what they are worth."""

from __future__ import annotations

from pydantic import Field

from simulations.scenario.evidence import Evidence, assumed, quantity, required
from simulations.scenario.part import (
    Days,
    Hours,
    Logit,
    Money,
    NotNegative,
    Part,
    Positive,
    Probability,
    Shape,
    SomeDays,
    Variation,
    Whole,
)


class Prospecting(Part):
    """What an hour of prospecting finds."""

    leads_per_hour: NotNegative = quantity(
        0.3,
        Evidence(
            "D",
            "between a phone chain (Gong Labs 2024, Cognism 2024: 0.04) and SDR output (Bridge Group: 0.35); mixed, warm channels",
            0.04,
            0.35,
        ),
        "leads met per focused prospecting hour",
    )
    qualify_probability: Probability = quantity(
        0.4,
        Evidence("C", "mjmirza/roi-calculator: 38% of meetings become opportunities", 0.3, 0.5),
        "chance that a lead becomes an opportunity",
    )
    qualify_hours: Hours = assumed(0.5, 0.25, 1.0, "a first talk and its notes", "effort to qualify one lead")
    win_logit: Logit = assumed(
        0,
        -0.3,
        0.3,
        "the base probabilities are those of prospected deals",
        "added to every stage's log-odds",
    )


class Inbound(Part):
    """A stream of leads that arrive by themselves, dealt to the team."""

    name: str = "inbound"
    leads_per_week: NotNegative = assumed(
        2.0,
        0.0,
        20.0,
        "a small trickle for the whole team; most deals are self-sourced",
        "leads a week, whole team",
    )
    qualify_probability: Probability = assumed(
        0.3,
        0.1,
        0.5,
        "below a prospected lead, which was chosen",
        "chance that a lead becomes an opportunity",
    )
    qualify_hours: Hours = assumed(
        0.5, 0.25, 1.0, "a first talk and its notes", "effort to answer and qualify one lead"
    )
    win_logit: Logit = quantity(
        0.0,
        Evidence(
            "D",
            "ratio of lead-to-deal rates by source, Implisit/Salesforce 2014-2018 (about 500 firms)",
            -0.2,
            0.4,
        ),
        "added to every stage's log-odds",
    )
    monthly_season: tuple[NotNegative, ...] = assumed(
        (1.0,) * 12,
        0.5,
        1.5,
        "flat unless told: the known fourth-quarter rise (Oyer 1998) is of bookings, not of leads",
        "factors January to December",
        min_length=12,
        max_length=12,
    )
    response_exponent: NotNegative = quantity(
        0,
        Evidence(
            "B",
            "0.69 fits the published points, 1/7 after an hour and 1/60 after a day (Oldroyd, McElheran & Elkington, "
            "HBR 2011: 1.25M leads; observed, not an experiment); 0: waiting costs nothing",
            0,
            0.7,
        ),
        "beta of (1 + t / tau)^-beta: what the chance to qualify loses with the working hours until the first answer",
    )
    response_tau_hours: Positive = quantity(
        2.3,
        Evidence(
            "D",
            "with an exponent of 0.69: 0.063 fits the published points, 2.3 halves the chance in 4 working hours, "
            "14 in 24; the softer end unless told",
            0.06,
            14,
        ),
        "tau of the same",
    )


class Referrals(Part):
    """Introductions asked for after a win, and where told after a qualified meeting."""

    ask_rate_win: Probability = quantity(
        0.3,
        Evidence("C", "about 30% of reps ask systematically (widely repeated, origin unverified)", 0.1, 0.9),
        "chance that a win leads to an ask",
    )
    ask_rate_meeting: Probability = assumed(
        0,
        0,
        0.5,
        "asking before anything is bought is rarer than after; none unless told",
        "chance that a qualified meeting leads to an ask",
    )
    introductions: NotNegative = assumed(
        1.0,
        0.2,
        2.0,
        "2 a client meeting was observed in insurance (Houghton et al.); business deals yield fewer",
        "mean introductions an ask yields (Poisson)",
    )
    delay_days: SomeDays = assumed(
        30, 7, 90, "the customer needs time and an occasion", "mean days from ask to introduction"
    )
    delay_cv: Variation = assumed(1.0, 0.5, 1.5, "exponential-like", "coefficient of variation of the delay")
    qualify_probability: Probability = assumed(
        0.6,
        0.4,
        1.0,
        "an introduction opens more doors than a cold lead",
        "chance that an introduction becomes an opportunity",
    )
    qualify_hours: Hours = assumed(
        0.5, 0.25, 1.0, "a first talk and its notes", "effort to qualify one introduction"
    )
    win_logit: Logit = quantity(
        0.8,
        Evidence(
            "D",
            "referrals close about 2.2 times as often as website leads (Implisit, about 500 firms): 0.50 against 0.25 over four stages",
            0.2,
            2.0,
        ),
        "added to every stage's log-odds",
    )


class Sources(Part):
    """Where leads come from."""

    prospecting: Prospecting = Prospecting()
    inbound: tuple[Inbound, ...] = Field((Inbound(),), max_length=255)
    referrals: Referrals = Referrals()


class Stage(Part):
    """One step of the pipeline: the rep's effort, the customer's reply, the decision."""

    name: str
    effort_hours: Hours = required(
        Evidence(
            "D", "4 hours an active opportunity and month (mjmirza, 3 to 5), split over the stages", 0.5, 8
        ),
        "mean effort of the rep",
    )
    effort_cv: Variation = assumed(
        0.5, 0, 1, "tasks of one kind differ by half", "coefficient of variation of the effort; 0 is fixed"
    )
    effort_shape: Shape = "gamma"
    reply_days: Days = required(
        Evidence(
            "D", "median cycle 60 days at 25k (Bridge Group 2017, 384 firms), split over the stages", 3, 60
        ),
        "mean days until the customer replies",
    )
    reply_cv: Variation = quantity(
        1.2,
        Evidence("D", "four stages of CV 1.2 give a cycle CV of 0.6, near a gamma of shape 2", 0.5, 1.5),
        "coefficient of variation of the reply; 0 is fixed",
    )
    reply_shape: Shape = "gamma"
    advance_probability: Probability = required(
        Evidence(
            "D",
            "win rates 0.17 to 0.30 (Implisit 2014: 0.30 of 21,000; Ebsta 2025: 0.19), split over the stages",
            0.3,
            0.95,
        ),
        "chance to advance at no waiting",
    )
    typed_probability: Probability | None = quantity(
        None,
        Evidence(
            "A",
            "stage defaults 10/25/50/70/90 of a shipping CRM (Frappe CRM): practice, not calibrated",
            0,
            1,
        ),
        "what the CRM shows while in this stage; null: none",
    )


class DealValue(Part):
    """Amount of an opportunity."""

    mean: Money = quantity(
        20_000,
        Evidence(
            "D",
            "a self-sourcing rep's deal; SaaS averages are 25k to 35k (Bridge Group 2017)",
            5_000,
            100_000,
        ),
        "mean amount",
    )
    cv: Variation = quantity(
        1.0,
        Evidence("D", "lognormal; CV 1.08 in a widely used sample CRM file", 0.6, 2.0),
        "coefficient of variation",
    )
    shape: Shape = "lognormal"


class Silence(Part):
    """Customers who stop replying, and the follow-ups that chase them."""

    silent_given_not_advanced: Probability = quantity(
        0.55,
        Evidence("B", "Dixon & McKenna, HBR 2022: 40 to 60% lost to indecision", 0.4, 0.6),
        "share of what does not advance that goes silent",
    )
    follow_up_every_days: SomeDays = assumed(
        14, 7, 30, "a fortnight between reminders", "days between follow-ups"
    )
    follow_up_hours: Hours = assumed(0.25, 0.1, 0.5, "a mail or a call", "effort of one follow-up")
    revival_probability: Probability = assumed(
        0.04, 0.0, 0.1, "rare by definition", "chance that one follow-up revives"
    )
    max_follow_ups: Whole = assumed(
        6,
        3,
        15,
        "5 to 15 touches before giving up are advised (vendor guides), some of them made before the silence",
        "attempts after which it closes as lost: no decision",
        ge=0,
        le=1000,
    )


class Market(Part):
    """What is shared by the whole team: a slow regime times week noise, both of mean 1."""

    persistence_weeks: Positive = assumed(
        26, 8, 104, "markets move in regimes of about half a year", "e-folding time of the slow factor"
    )
    yearly_cv: Variation = assumed(
        0.1,
        0,
        0.3,
        "a year 10% better or worse for everybody",
        "coefficient of variation of the mean of 52 consecutive weeks of the slow factor",
    )
    week_cv: Variation = assumed(
        0.3,
        0,
        0.7,
        "weekly arrivals vary far more than Poisson in every real set tried",
        "coefficient of variation of the week noise",
    )
