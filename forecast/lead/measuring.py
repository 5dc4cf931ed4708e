"""The lead: companies by the hundred under every shock, and how much sooner their CRM tells than their books.

A rule that is silent for `SILENT_WEEKS` after a shock counts so many. A company in which a rule alarmed before the shock is
left out of that rule's row, since nobody can say what the next alarm is worth; the share of such companies is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from forecast.alarms.cusum import Floats
from forecast.lead.company import SILENT_WEEKS, WATCH_WEEKS, Company, Recording
from forecast.lead.one_company import (
    FALSE_ALARMS,
    YEARLY,
    Alarms,
    Knowledge,
    Ruler,
    alarms_of,
    known_ruler,
    shock_week,
)
from forecast.lead.profit_and_loss import RULES
from forecast.lead.shocks import SHOCKS, Shock
from simulations.intervals import Estimate, chance, plain, quantile_interval
from simulations.processes import in_order
from simulations.scenario.model import Scenario
from simulations.values import flat_row

#: Weeks within which an alarm of a shock counts as quick.
QUICK_WEEKS = 5
#: Companies on plan from which thresholds are found, a multiple of those that are shocked; of them, those that a plan is
#: learned from.
ON_PLAN, LEARNED = 4, 200
FEWEST = 20
#: First seeds: of companies that are shocked, and of those on plan.
SHOCKED, PLANNED = 1_000_000, 2_000_000
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """How the work is done.

    Attributes
    ----------
    workers : int or None
        Processes; as many as there are cores unless told.
    progress : callable or None
        Called with (done, of) after each company.
    """

    workers: int | None = None
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """How soon one shock is told, by the monitors of the CRM and by the best rule on published profit and loss.

    Attributes
    ----------
    shock : str
    knowledge : {"known plan", "as used"}
    recording : {"perfect", "human"}
    companies : int
        That count: no rule alarmed before the shock.
    left_out : float
        Share of the others.
    crm, books : Estimate
        Median weeks from the shock to the alarm, with its 95% interval; silence counts `SILENT_WEEKS`.
    rule : str
        The rule on published profit and loss with the lowest mean delay for this shock.
    lead : Estimate
        Median of the paired differences, books less CRM, in weeks.
    crm_silent, books_silent : float
        Shares of companies.
    quick, crm_in_quarter, books_in_quarter : Estimate
        Shares told within `QUICK_WEEKS`, and before the fiscal quarter of the shock closes.
    since_error : float
        Median of weeks by which the monitors miss the shock's beginning; nan where they never alarm.
    hours : Estimate or None
        Median weeks until recorded hours tell; None where they never tell in half of the companies.
    """

    shock: str
    knowledge: Knowledge
    recording: Recording
    companies: int
    left_out: float
    crm: Estimate
    books: Estimate
    rule: str
    lead: Estimate
    crm_silent: float
    books_silent: float
    quick: Estimate
    crm_in_quarter: Estimate
    books_in_quarter: Estimate
    since_error: float
    hours: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything for machines."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: _plain(value) for name, value in found.items()}


@dataclass(frozen=True, slots=True)
class LeadTable:
    """All shocks, and how often either side alarms on plan.

    Attributes
    ----------
    leads : tuple of Lead
    on_plan : dict of (knowledge, recording, side) to Estimate
        Share of companies without a shock that alarm within the watch; ``side`` is "crm" or a rule of the books.
    companies, planned : int
        Shocked, and simulated on plan to find thresholds.
    scenario : str
        Its name.
    seed : int
    """

    leads: tuple[Lead, ...]
    on_plan: dict[tuple[Knowledge, Recording, str], Estimate]
    companies: int
    planned: int
    scenario: str
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a shock, knowledge and recording; intervals as columns ``_low`` and ``_high``."""
        return pd.DataFrame([flat_row(lead) for lead in self.leads])

    def to_dict(self) -> dict[str, Any]:
        """Return everything for machines."""
        plan = [
            {"knowledge": knowledge, "recording": recording, "side": side, **share.to_dict()}
            for (knowledge, recording, side), share in self.on_plan.items()
        ]
        return {
            "version": version("pipecast"),
            "seed": self.seed,
            "scenario": self.scenario,
            "companies": self.companies,
            "on_plan_companies": self.planned,
            "watch_weeks": WATCH_WEEKS,
            "silent_weeks": SILENT_WEEKS,
            "stated_false_alarms_a_year": YEARLY,
            "stated_false_alarms": FALSE_ALARMS,
            "leads": [lead.to_dict() for lead in self.leads],
            "on_plan": plan,
        }


def measure_lead(
    scenario: Scenario,
    *,
    companies: int,
    seed: int,
    shocks: Sequence[Shock] = SHOCKS,
    recordings: Sequence[Recording] = ("perfect", "human"),
    effort: Effort = Effort(),
) -> LeadTable:
    """Return how much sooner the CRM tells than the books, in simulated companies of a scenario.

    Both sides get the same rate of false alarms: `YEARLY` in 52 weeks, found by simulation. The books' rules get theirs
    from as many companies on plan as know them, also where the plan is learned; of the four the best is taken shock by
    shock, with hindsight: what is said of the lead is therefore rather too little.

    Parameters
    ----------
    scenario : Scenario
        Its changes, horizon and open deals are replaced.
    companies : int
        That are shocked; at least 20. Four times as many are simulated on plan.
    seed : int
    shocks : sequence of Shock
    recordings : sequence of {"perfect", "human"}
        How the CRM is kept; the known plan is measured with perfect recording alone.
    effort : Effort
        The result does not depend on it.

    Raises
    ------
    ValueError
        Fewer companies than a median with its interval needs.
    """
    if companies < FEWEST:
        raise ValueError(f"a lead needs {FEWEST} companies or more")
    kind = Company.of(scenario)
    planned = max(ON_PLAN * companies, LEARNED)
    known, used = known_ruler(kind, range(_first(seed, PLANNED), _first(seed, PLANNED) + planned), LEARNED)
    rulers = [known, *(Ruler(used.knowledge, how, None, None, used.heights) for how in recordings)]
    seeds = range(_first(seed, SHOCKED), _first(seed, SHOCKED) + companies)
    tasks = [(kind, one, rulers, {shock.key: shock for shock in shocks}) for one in seeds]
    found = []
    for one_found in in_order(alarms_of, tasks, effort.workers):
        found.append(one_found)
        if effort.progress is not None:
            effort.progress(len(found), companies)
    weeks = np.array([shock_week(one) for one in seeds])
    ends = np.array([kind.quarter_end_week(int(week)) for week in weeks])
    leads = tuple(
        _lead(shock, ruler, [one[shock.key][place] for one in found], (weeks, ends))
        for shock in shocks
        for place, ruler in enumerate(rulers)
    )
    rates = dict(_on_plan(rulers, [one[""] for one in found]))
    return LeadTable(leads, rates, companies, planned, scenario.name, seed)


def _first(seed: int, kind: int) -> int:
    return seed * 10_000_000 + kind


def _on_plan(
    rulers: Sequence[Ruler], found: Sequence[list[Alarms]]
) -> Iterator[tuple[tuple[Knowledge, Recording, str], Estimate]]:
    for place, ruler in enumerate(rulers):
        alarms = [one[place] for one in found]
        sides = {"crm": [bool(one.monitors) for one in alarms]}
        sides |= {rule: [bool(one.books[number]) for one in alarms] for number, rule in enumerate(RULES)}
        for side, raised in sides.items():
            yield (ruler.knowledge, ruler.recording, side), chance(sum(raised), len(raised))


def _lead(shock: Shock, ruler: Ruler, found: Sequence[Alarms], when: tuple[Floats, Floats]) -> Lead:
    weeks, ends = when
    crm = np.array([_delay(one.monitors, int(week)) for one, week in zip(found, weeks, strict=True)])
    books = np.array(
        [[_delay(line, int(week)) for line in one.books] for one, week in zip(found, weeks, strict=True)]
    )
    best = int(np.nanmean(books, axis=0).argmin())
    line = books[:, best]
    kept = ~(np.isnan(crm) | np.isnan(line))
    heard = kept & (crm < SILENT_WEEKS)
    since = np.array([one.since for one in found])
    left = ends - weeks + 1  # an alarm of the quarter's last week still counts
    hours = np.array([_delay(one.hours, int(week)) for one, week in zip(found, weeks, strict=True)])[kept]
    return Lead(
        shock.name,
        ruler.knowledge,
        ruler.recording,
        int(kept.sum()),
        1 - float(kept.mean()),
        quantile_interval(crm[kept], HALF),
        quantile_interval(line[kept], HALF),
        RULES[best],
        quantile_interval((line - crm)[kept], HALF),
        float((crm[kept] >= SILENT_WEEKS).mean()),
        float((line[kept] >= SILENT_WEEKS).mean()),
        _share(crm[kept] <= QUICK_WEEKS),
        _share(crm[kept] <= left[kept]),
        _share(line[kept] <= left[kept]),
        float(np.median(np.abs(since - weeks)[heard])) if heard.any() else float("nan"),
        quantile_interval(hours, HALF) if np.nanmedian(hours) < SILENT_WEEKS else None,
    )


def _delay(alarms: Sequence[int], shock: int) -> float:
    """Return the weeks from the start of a shock to the end of the week of the first alarm; nan where one came before."""
    if any(week < shock for week in alarms):
        return float("nan")
    first = next((week for week in alarms if week >= shock), None)
    return SILENT_WEEKS if first is None else min(first - shock + 1, SILENT_WEEKS)


def _share(hits: Floats) -> Estimate:
    return chance(int(hits.sum()), len(hits))


def _plain(value: object) -> object:
    if isinstance(value, Estimate):
        return value.to_dict()
    return plain(value) if isinstance(value, float) else value
