"""One queue in four tools: customers arrive at random, wait for one server in the order of arrival, are served, leave.

M/M/1 at 80% load, started empty: arrivals are Poisson, service is exponential. Each function runs it and returns the
mean wait in mean services; the long run's is 0.8 / (1 - 0.8) = 4. The peers are written as their manuals write them.
"""

from __future__ import annotations

from collections.abc import Generator
from random import Random

import simpy

from simulations.calendar import WEEK_DAYS
from simulations.engine import Machine
from simulations.journal import Events, Kind
from simulations.plan import make_plan
from simulations.scenario.customers import DealValue, Inbound, Prospecting, Sources, Stage
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team, Work
from simulations.scenario.records import Horizon, Switches

LOAD = 0.8
WEEKS = 54  # a week before the year and one after it
HOURS_A_WEEK = 24 * WEEK_DAYS
SECONDS_AN_HOUR = 3_600


def in_simpy(customers: int, seed: int, load: float = LOAD) -> float:
    """Run the queue in SimPy; a process a customer, a resource for the server."""
    luck = Random(seed)
    env = simpy.Environment()
    server = simpy.Resource(env)
    waited = 0.0

    def customer() -> Generator[simpy.Event, object, None]:
        nonlocal waited
        arrived = env.now
        with server.request() as turn:
            yield turn
            waited += env.now - arrived
            yield env.timeout(luck.expovariate(1.0))

    def arrivals() -> Generator[simpy.Event, object, None]:
        for _ in range(customers):
            yield env.timeout(luck.expovariate(load))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return waited / customers


def in_ciw(customers: int, seed: int, load: float = LOAD) -> float:
    """Run the queue in Ciw; a network of one node."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=load)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[1],
    )
    ciw.seed(seed)
    run = ciw.Simulation(network)
    run.simulate_until_max_customers(customers, method="Finish")
    records = run.get_all_records()
    return float(sum(record.waiting_time for record in records) / len(records))


def in_salabim(customers: int, seed: int, load: float = LOAD) -> float:
    """Run the queue in salabim; a component a customer, a resource for the server."""
    import salabim

    # With `yield`, as greenlets are not among its requirements.
    env = salabim.Environment(random_seed=seed, trace=False, yieldless=False)
    server = salabim.Resource("server")
    between, service = salabim.Exponential(rate=load), salabim.Exponential(rate=1.0)
    waited = 0.0

    class Customer(salabim.Component):  # type: ignore[misc]  # salabim has no types
        def process(self) -> Generator[object, object, None]:
            nonlocal waited
            yield self.request(server)
            waited += env.now() - self.creation_time()
            yield self.hold(service())
            self.release()

    class Arrivals(salabim.Component):  # type: ignore[misc]  # salabim has no types
        def process(self) -> Generator[object, object, None]:
            for _ in range(customers):
                yield self.hold(between())
                Customer()

    Arrivals()
    env.run()
    return waited / customers


def our_queue(customers: int, load: float = LOAD) -> Scenario:
    """Return the queue as a team of one who is always there, with a stream of leads that each need one piece of work.

    Every lead qualifies without effort and is won after its only stage, whose effort is exponential (gamma of
    coefficient of variation 1). ``customers``: that arrive in the mean.
    """
    a_week = customers / WEEKS
    seat = SeatGroup(seats=1, selling_hours_per_week=HOURS_A_WEEK, prospecting_hours_per_week=0)
    stream = Inbound(leads_per_week=a_week, qualify_probability=1, qualify_hours=0)
    effort = load * HOURS_A_WEEK / a_week
    off = Switches(**dict.fromkeys(Switches.model_fields, False))
    return Scenario(
        team=Team(groups=(seat,)),
        sources=Sources(prospecting=Prospecting(leads_per_hour=0), inbound=(stream,)),
        stages=(Stage(name="Served", effort_hours=effort, effort_cv=1, reply_days=0, advance_probability=1),),
        deal_value=DealValue(mean=1, cv=0),
        work=Work(queue="oldest_first"),
        switches=off.model_copy(update={"contention": True, "inbound": True, "effort": True}),
        horizon=Horizon(warm_up_weeks=1, run_off=WEEKS - 53),
    )


def in_ours(customers: int, seed: int, load: float = LOAD) -> float:
    """Run the queue on the compiled engine, its events written down."""
    scenario = our_queue(customers, load)
    machine = Machine(make_plan(scenario))
    machine.run(Steady(), seed, 0, keep_journal=True)
    return _seconds_waited(machine.journal()) / (scenario.stages[0].effort_hours * SECONDS_AN_HOUR)


def _seconds_waited(events: Events) -> float:
    """Return the mean seconds from a lead's arrival to the first second of its stage's work."""
    leads = events[events["kind"] == Kind.LEAD]
    arrived = dict(zip(leads["birth"].tolist(), leads["time"].tolist(), strict=True))
    started = events[(events["kind"] == Kind.STARTED) & (events["stage"] == 0)]
    waits = [
        time - arrived[birth]
        for birth, time in zip(started["birth"].tolist(), started["time"].tolist(), strict=True)
    ]
    return float(sum(waits) / len(waits))


TOOLS = {"SimPy": in_simpy, "Ciw": in_ciw, "salabim": in_salabim, "ours": in_ours}
