"""A journal written by hand, so that every measure can be worked out on paper."""

from dataclasses import dataclass, field

import pytest

from simulations.calendar import DAY, HOUR, timeline
from simulations.journal import EventLog, Kind
from simulations.plan import make_plan
from simulations.randomness import inbound_birth, introduction_birth, prospecting_birth
from simulations.scenario.customers import Stage
from simulations.scenario.model import Scenario
from simulations.scenario.people import Calendar, SeatGroup, Team
from simulations.scenario.records import Horizon, Targets

STAGES = tuple(
    Stage(name=name, effort_hours=1, reply_days=7, advance_probability=0.5) for name in ("Talk", "Offer")
)


def paper_scenario(**other):
    """Return a scenario of two seats and two stages, each advancing with one half."""
    return Scenario(
        **{
            "calendar": Calendar(country=None),
            "team": Team(groups=(SeatGroup(seats=2),)),
            "stages": STAGES,
            "targets": Targets(yearly_quota_per_rep=100),
            "horizon": Horizon(warm_up_weeks=52, run_off=10),
            **other,
        }
    )


@dataclass
class Journal:
    """Writes events by day of the year (negative: warm-up), at ten o'clock unless told."""

    scenario: Scenario
    rows: list = field(default_factory=list)

    def write(  # noqa: PLR0913 - one argument a column of the journal
        self, day, kind, birth=0, *, seat=0, stage=-1, value=0.0, hour=10.0
    ):
        start = timeline(self.scenario).year_start_day
        time = round((start + day) * DAY + hour * HOUR)
        self.rows.append((time, int(kind), seat, birth, stage, stage, value))

    def lead(self, day, birth, seat=0):
        self.write(day, Kind.LEAD, birth, seat=seat)

    def opportunity(self, birth, opened, amount, moved=None, *, seat=0):
        """Open an opportunity two days after its lead; it enters the second stage on day ``moved``."""
        self.lead(opened - 2, birth, seat)
        self.write(opened, Kind.OPENED, birth, seat=seat, value=amount)
        self.write(opened, Kind.READY, birth, seat=seat, stage=0)
        if moved is not None:
            self.write(moved, Kind.ADVANCED, birth, seat=seat, stage=0)
            self.write(moved, Kind.READY, birth, seat=seat, stage=1)

    def events(self):
        log = EventLog()
        for row in sorted(self.rows, key=lambda row: row[0]):  # stable: as written within a second
            log.record(*row)
        return log.events()

    def plan(self):
        return make_plan(self.scenario)


@pytest.fixture
def paper():
    """Return the function that makes the paper scenario, with other parts where given."""
    return paper_scenario


@pytest.fixture
def journal():
    """Return an empty journal of the paper scenario."""
    return Journal(paper_scenario())


@pytest.fixture
def empty_journal():
    """Return the function that makes an empty journal of a scenario."""
    return Journal


@pytest.fixture
def year(journal):
    """Return a journal in which everything that a fair year tells apart happens once."""
    carried, inbound = prospecting_birth(0, 0, 0), inbound_birth(0, 0)
    later, quiet = prospecting_birth(0, 0, 1), prospecting_birth(1, 0, 0)
    journal.opportunity(carried, -18, 50.0, moved=-10)
    journal.write(10, Kind.WON, carried, stage=1, value=50.0)
    journal.write(10, Kind.ASKED, carried, stage=1, value=1)
    journal.opportunity(inbound, 31, 80.0, moved=100, seat=1)
    journal.write(200, Kind.WON, inbound, seat=1, stage=1, value=80.0)
    journal.opportunity(later, 301, 40.0, moved=340)
    journal.write(380, Kind.WON, later, stage=1, value=40.0)
    journal.opportunity(quiet, 321, 30.0, seat=1)
    journal.write(330, Kind.SILENT, quiet, seat=1, stage=0)
    _strangers(journal, carried)
    return journal


def _strangers(journal, parent):
    """Write what counts nowhere or ends badly: after the year, an introduction, dropped, reviewed, lost."""
    after, child = prospecting_birth(0, 0, 9), introduction_birth(parent, 0)
    journal.opportunity(after, 372, 1000.0, moved=375)
    journal.write(390, Kind.WON, after, stage=1, value=1000.0)
    journal.opportunity(child, 368, 7.0, moved=370)
    journal.write(395, Kind.WON, child, stage=1, value=7.0)
    dropped, reviewed, lost = (prospecting_birth(1, 0, k) for k in (1, 2, 3))
    journal.lead(50, dropped, 1)
    journal.write(51, Kind.DROPPED, dropped, seat=1)
    journal.opportunity(reviewed, 61, 20.0, seat=1)
    journal.write(120, Kind.DISQUALIFIED, reviewed, seat=1, stage=0, value=1)
    journal.opportunity(lost, 101, 25.0, seat=1)
    journal.write(150, Kind.LOST, lost, seat=1, stage=0, value=25.0)
