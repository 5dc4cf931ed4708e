"""The oracles: what closed forms say of simulated years, each as a distance from the truth.

A distance is in standard errors unless the function says otherwise. The tests ask that it is small;
the seeded defects beside them ask that it is not.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from simulations import engine, reference, theory
from simulations.calendar import DAY, WEEK_DAYS, timeline
from simulations.deals import NEVER, deals_of, stays_of
from simulations.distributions import gamma_limited_mean
from simulations.journal import Events, Kind
from simulations.randomness import MEETING_INTRODUCTIONS, introduction_birth, source_of
from simulations.scenario.customers import DealValue, Inbound, Prospecting, Referrals, Sources, Stage
from simulations.scenario.model import Custom, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team, Work
from simulations.scenario.records import Horizon, Switches
from simulations.theory import Moments

WEEK = WEEK_DAYS * DAY
simulate = reference.simulate
OPEN_HOUSE = Switches(
    calendar=False,
    contention=False,
    staleness=False,
    effort=False,
    silence=False,
    reviews=False,
    inbound=False,
    referrals=False,
    market_slow=False,
    market_weeks=False,
)


def open_house(leads_per_hour: float, *, weeks: int = 1, **parts: object) -> Scenario:
    """Return a scenario without feedback: independent customers, one seat that is always there."""
    sources = Sources(
        prospecting=Prospecting(leads_per_hour=leads_per_hour, qualify_probability=1, qualify_hours=0)
    )
    return Scenario(
        **{
            "team": Team(
                groups=(SeatGroup(seats=1, selling_hours_per_week=168, prospecting_hours_per_week=84),)
            ),
            "sources": sources,
            "switches": OPEN_HOUSE,
            "horizon": Horizon(warm_up_weeks=weeks, run_off=1),
            **parts,
        }
    )


def cycle(mean_weeks: float, shape: float, advance: float = 1.0) -> tuple[Stage, ...]:
    """Return a single stage whose gamma reply is the whole cycle."""
    return (
        Stage(
            name="Cycle",
            effort_hours=0,
            reply_days=7 * mean_weeks,
            reply_cv=1 / math.sqrt(shape),
            advance_probability=advance,
        ),
    )


def gain(mean_weeks: float, shape: float, period_weeks: int, seed: int) -> tuple[float, int]:
    """Return the distance of the measured gain from theory, and the wins that it rests on."""
    first = 52 - (52 - math.ceil(5 * mean_weeks)) // period_weeks * period_weeks
    leads_per_hour = 90_000 / ((52 - first) * 84)
    scenario = open_house(leads_per_hour, stages=cycle(mean_weeks, shape))
    wave = Sawtooth(weeks_on=period_weeks // 2, weeks_off=period_weeks // 2)
    events = simulate(scenario, wave, seed, 0)
    start = timeline(scenario).year_start_day * DAY + first * WEEK
    end = timeline(scenario).year_end_day * DAY
    turn = 2 * math.pi / (period_weeks * WEEK)
    inside = events[(events["time"] >= start) & (events["time"] < end)]
    wins = inside["time"][inside["kind"] == Kind.WON].astype(float)
    blocks = inside[inside["kind"] == Kind.PROSPECTED]
    begin, seconds = blocks["time"].astype(float), blocks["value"] * 3600
    hours = (np.exp(-1j * turn * (begin + seconds)) - np.exp(-1j * turn * begin)) / (-1j * turn)
    hours_swing = abs(2 * hours.sum() / seconds.sum())
    measured = abs(2 * np.exp(-1j * turn * wins).mean()) / hours_swing
    # Each of the two coefficients of a Poisson stream of n points has variance 2 / n.
    error = math.sqrt(2 / wins.size) / hours_swing
    return (measured - theory.gain(period_weeks, mean_weeks, shape)) / error, wins.size


def little(seed: int) -> float:
    """Return the relative gap between the mean number open, counted daily, and what the events' stays say."""
    scenario = Scenario(team=Team(groups=(SeatGroup(seats=2),)), horizon=Horizon(warm_up_weeks=20, run_off=2))
    counted = waited = 0.0
    for replication in range(3):
        events = simulate(scenario, Steady(), seed, replication)
        deals = deals_of(events)
        stays = stays_of(events, deals)
        line = timeline(scenario)
        start, end = line.year_start_day * DAY, line.year_end_day * DAY
        looks = np.arange(start, end, DAY)
        counted += float(np.mean([stays.open_at(int(look)).size for look in looks]))
        opened = deals.opened < NEVER
        overlap = np.minimum(deals.closed[opened], end) - np.maximum(deals.opened[opened], start)
        # lambda W: arrivals for one second times the mean seconds of each.
        arrivals = opened.sum() / (end - start)
        waited += theory.mean_number(arrivals, np.maximum(overlap, 0).sum() / opened.sum())
    return abs(counted / waited - 1)


def transient(seed: int) -> float:
    """Return the greatest distance of wins in 4-week blocks from the M(t)/G/infinity mean."""
    hours = tuple(float(hour) for hour in np.random.default_rng(5).uniform(0, 160, 52))
    scenario = open_house(2.0, stages=cycle(6, 2.0), weeks=8)
    runs = [simulate(scenario, Custom(hours_by_week=hours), seed, replication) for replication in range(4)]
    wins = np.concatenate([run["time"][run["kind"] == Kind.WON] for run in runs])
    rates = 2.0 * np.array([84.0] * 8 + list(hours) + [84.0])
    expected = theory.mean_departures(rates, 1.0, lambda x: gamma_limited_mean(x, mean=6.0, shape=2.0))
    weekly = np.histogram(wins, bins=np.arange(rates.size + 1) * WEEK)[0] / len(runs)
    blocks, means = (series[8:60].reshape(13, 4).sum(axis=1) for series in (weekly, expected))
    return float(np.max(np.abs(blocks - means) / np.sqrt(means / len(runs))))


def sums(seed: int) -> tuple[float, float]:
    """Return the distances of mean and variance of a year's bookings from a compound Poisson sum."""
    scenario = open_house(
        0.02,
        stages=(*cycle(0, 1, 0.8), cycle(0, 1, 0.5)[0].model_copy(update={"name": "Last"})),
        deal_value=DealValue(mean=1_000, cv=0.8, shape="gamma"),
    )
    line = timeline(scenario)
    booked = []
    for replication in range(400):
        events = simulate(scenario, Steady(), seed, replication)
        won = events[(events["kind"] == Kind.WON) & (events["time"] >= line.year_start_day * DAY)]
        booked.append(won["value"][won["time"] < line.year_end_day * DAY].sum())
    truth = theory.compound_poisson(52 * 84 * 0.02 * 0.8 * 0.5, Moments(1_000, 800.0**2))
    values = np.array(booked)
    squares = (values - values.mean()) ** 2
    return (
        (values.mean() - truth.mean) / math.sqrt(truth.variance / values.size),
        (squares.mean() - truth.variance) / (squares.std() / math.sqrt(values.size)),
    )


def families(seed: int, ask_rate_meeting: float = 0.0) -> tuple[float, float]:
    """Return the distances of mean and variance of family sizes from the branching process."""
    terms = Referrals(
        ask_rate_win=0.9,
        ask_rate_meeting=ask_rate_meeting,
        introductions=1.2,
        qualify_probability=0.7,
        qualify_hours=0,
        win_logit=0,
        delay_days=3,
    )
    scenario = open_house(
        0.5,
        stages=cycle(0, 1, 0.8),
        switches=OPEN_HOUSE.model_copy(update={"referrals": True}),
        horizon=Horizon(warm_up_weeks=1, run_off="until_closed"),
        sources=Sources(
            prospecting=Prospecting(leads_per_hour=0.5, qualify_probability=1, qualify_hours=0),
            referrals=terms,
        ),
    )
    events = simulate(scenario, Steady(), seed, 0)
    year_end = timeline(scenario).year_end_day * DAY
    asked: dict[int, list[int]] = {}
    for row in events[events["kind"] == Kind.ASKED]:
        first = MEETING_INTRODUCTIONS if row["stage"] < 0 else 0
        asked.setdefault(int(row["birth"]), []).extend(range(first, first + int(row["value"])))
    leads = events[(events["kind"] == Kind.LEAD) & (events["time"] < year_end)]
    sizes = np.array([_family(int(birth), asked) for birth in leads["birth"] if source_of(int(birth)) == 0])
    truth = theory.progeny_of_other_root(
        theory.offspring_of_asks(1.0, ask_rate_meeting, 0.8, 0.9, 1.2),
        theory.offspring_of_asks(0.7, ask_rate_meeting, 0.8, 0.9, 1.2),
    )
    squares = (sizes - sizes.mean()) ** 2
    return (
        (sizes.mean() - truth.mean) / math.sqrt(truth.variance / sizes.size),
        (squares.mean() - truth.variance) / (squares.std() / math.sqrt(sizes.size)),
    )


def _family(root: int, asked: dict[int, list[int]]) -> int:
    return 1 + sum(_family(introduction_birth(root, i), asked) for i in asked.get(root, ()))


def waiting(load: float, service_cv: float, seed: int) -> tuple[float, float]:
    """Return the distance of the mean wait from Pollaczek and Khinchine's, and its relative standard error."""
    scenario = open_house(
        0.0,
        weeks=4,
        team=Team(groups=(SeatGroup(seats=1, selling_hours_per_week=168, prospecting_hours_per_week=0),)),
        stages=(
            Stage(name="Served", effort_hours=0.5, effort_cv=service_cv, reply_days=0, advance_probability=1),
        ),
        work=Work(queue="oldest_first"),
        sources=Sources(
            inbound=(Inbound(leads_per_week=load * 336, qualify_probability=1, qualify_hours=0),)
        ),
        switches=OPEN_HOUSE.model_copy(update={"contention": True, "inbound": True, "effort": True}),
    )
    means = [_mean_wait(simulate(scenario, Steady(), seed, replication)) for replication in range(6)]
    batches = np.concatenate(means)
    truth = theory.mean_wait(load / 1_800, Moments(1_800.0, (1_800.0 * service_cv) ** 2))
    error = batches.std(ddof=1) / math.sqrt(batches.size)
    return (batches.mean() - truth) / error, error / truth


def _mean_wait(events: Events) -> np.ndarray:
    """Return the mean wait in 10 batches of consecutive customers, the warm-up left out."""
    leads = events[events["kind"] == Kind.LEAD]
    appeared = dict(zip(leads["birth"].tolist(), leads["time"].tolist(), strict=True))
    started = events[(events["kind"] == Kind.STARTED) & (events["stage"] == 0) & (events["time"] > 4 * WEEK)]
    waits = started["time"] - np.array([appeared[birth] for birth in started["birth"].tolist()])
    return np.array([batch.mean() for batch in np.array_split(waits, 10)])


ENGINES = {"reference": reference.simulate, "compiled": engine.simulate}


def _oracles() -> SimpleNamespace:
    """Return the oracles by name."""
    return SimpleNamespace(
        gain=gain, little=little, transient=transient, sums=sums, families=families, waiting=waiting
    )


@pytest.fixture(params=ENGINES)
def oracle(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return the oracles, held against one engine and then the other."""
    monkeypatch.setitem(globals(), "simulate", ENGINES[request.param])
    return _oracles()


@pytest.fixture
def reference_oracle() -> SimpleNamespace:
    """Return the oracles of the reference model: a defect can be put into what is not compiled."""
    return _oracles()
