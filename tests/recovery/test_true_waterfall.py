"""The waterfall and the slips that exports and the store tell are those that the recorder of a simulated team knows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from forecast.changes.between import ChangesAsked, pipeline_changes
from forecast.changes.steps import SIGNS, Due, steps_between
from forecast.changes.waterfall import Waterfall, parts, whole
from forecast.crm import read_crm
from forecast.crm.proposal import proposal_text, propose
from forecast.store import Store, known_at, open_store
from simulations.calendar import DAY, timeline
from simulations.exports import SHAPES, Snapshot
from simulations.recorder import CrmLog, field_history, record_log, tables_at
from simulations.recorder.log import Field, owner_name
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Recorder
from simulations.tables import OUTCOMES

#: Three reps, of whom some leave, so that deals change their owner; close dates that are hoped for, and moved once passed.
SCENARIO = Scenario(
    team=Team(groups=(SeatGroup(seats=3, attrition_per_year=0.7),)),
    recorder=Recorder(close_date_optimism=0.5, moved_when_passed=0.9, amount_revision_cv=0.4),
    horizon=Horizon(warm_up_weeks=12, run_off=1),
)
LINE = timeline(SCENARIO)
START = LINE.date_of(LINE.year_start_day)
#: Midnights after month ends of the year.
MOMENTS = [pd.Timestamp(START.year, month, 1) for month in (4, 5, 6, 7, 8)]
QUARTER = Due(pd.Timestamp(START.year, 4, 1), pd.Timestamp(START.year, 6, 30))


@pytest.fixture(scope="module")
def log() -> CrmLog:
    """Return everything that was typed into the CRM of the team, as people do."""
    until = MOMENTS[-1].to_pydatetime()
    return record_log(simulate(SCENARIO, Steady(), 5, 0), SCENARIO, 5, 0, perfect=False, until=until)


@pytest.fixture(scope="module")
def store(log: CrmLog, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store into which the month ends' exports were imported."""
    folder = tmp_path_factory.mktemp("months")
    with open_store(folder / "pipeline.db", create=True) as opened:
        for moment in MOMENTS:
            files = exported(log, moment, folder)
            opened.add(read_crm(files, mapping=folder / "map.yaml"), moment)
        yield opened


def exported(log: CrmLog, moment: pd.Timestamp, folder: Path) -> list[Path]:
    """Write the export of a moment, and a mapping for it."""
    when = moment.to_pydatetime()
    contents = SHAPES["plain"].files(Snapshot(tables_at(log, when), field_history(log, when), when))
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = [folder / name for name in contents]
    (folder / "map.yaml").write_text(proposal_text(propose(files), folder), encoding="utf-8")
    return files


def states(log: CrmLog, moment: pd.Timestamp) -> dict[int, dict[str, Any]]:
    """Return what stood on each deal's page at a moment, straight from the log."""
    cut = (moment.to_pydatetime() - dt.datetime.combine(log.origin, dt.time())) // dt.timedelta(seconds=1)
    found: dict[int, dict[str, Any]] = {}
    for deal, field, when, value in log.changes.tolist():
        if when < cut:
            page = found.setdefault(deal, {"owner": str(log.owners[deal]), "closed": None})
            page[Field(field).name] = value
            if field == Field.OWNER:
                page["owner"] = owner_name(int(value))
            if field == Field.OUTCOME and OUTCOMES[int(value)] != "open":
                page["closed"] = when
    return {
        deal: {
            "owner": page["owner"],
            "outcome": OUTCOMES[int(page["OUTCOME"])],
            "cents": round(page["AMOUNT"] * 100),
            "due": _day(log, page["EXPECTED_CLOSE"] * DAY),
            "closed": None if page["closed"] is None else _day(log, page["closed"]),
        }
        for deal, page in found.items()
    }


def _day(log: CrmLog, second: float) -> dt.date:
    return log.origin + dt.timedelta(days=int(second // DAY))


def truth(log: CrmLog, begin: pd.Timestamp, end: pd.Timestamp, due: Due | None) -> dict[str, Counter[str]]:
    """Return the steps in cents, and of deals as ``step #``, by owner; the whole under an empty name."""
    first, last = states(log, begin), states(log, end)
    found: dict[str, Counter[str]] = {"": Counter()}

    def tell(owner: str, step: str, cents: int) -> None:
        for name in ("", owner):
            found.setdefault(name, Counter())[step] += cents
            found[name][f"{step} #"] += 1

    for deal, now in last.items():
        was = first.get(deal)
        _tell(was, now, due, tell)
        if (
            was is not None
            and was["outcome"] == "open"
            and _holds(due, was["due"])
            and was["owner"] != now["owner"]
        ):
            for owner, step in ((was["owner"], "handed_over"), (now["owner"], "taken_over")):
                found.setdefault(owner, Counter())[step] += was["cents"]
                found[owner][f"{step} #"] += 1
            # The start is the former owner's.
            for name, sign in ((now["owner"], -1), (was["owner"], 1)):
                found.setdefault(name, Counter())["start"] += sign * was["cents"]
                found[name]["start #"] += sign
    return found


def _holds(due: Due | None, day: dt.date | None) -> bool:
    return due is None or (day is not None and due.start.date() <= day <= due.end.date())


def _tell(was: dict[str, Any] | None, now: dict[str, Any], due: Due | None, tell: Any) -> None:
    """Tell what became of one deal; in a recorded CRM nothing is reopened and nothing vanishes."""
    owner, ended = now["owner"], now["outcome"] != "open"
    is_in = _holds(due, now["closed"] if ended else now["due"])
    if was is None and is_in:
        tell(owner, "created", now["cents"])
        tell(owner, now["outcome"] if ended else "end", now["cents"])
    if was is None or was["outcome"] != "open":
        return
    was_in, lost = _holds(due, was["due"]), ended and now["outcome"] != "won"
    if was_in:
        tell(owner, "start", was["cents"])
    if lost or (was_in and not is_in and not ended):
        if was_in:
            tell(owner, now["outcome"] if lost else "pushed_out", was["cents"])
    elif was_in or is_in:
        _tell_lasting(was, now, tell, pulled=not was_in)


def _tell_lasting(was: dict[str, Any], now: dict[str, Any], tell: Any, *, pulled: bool) -> None:
    """Tell of a deal that is in the pipeline at the end, or was until it was won."""
    owner, grown = now["owner"], now["cents"] - was["cents"]
    if pulled:
        tell(owner, "pulled_in", was["cents"])
    if grown:
        tell(owner, "increased" if grown > 0 else "decreased", abs(grown))
    tell(owner, "end" if now["outcome"] == "open" else "won", now["cents"])


SPANS = [*pairwise(MOMENTS), (MOMENTS[0], MOMENTS[-1])]


def waterfalls(store: Store, begin: pd.Timestamp, end: pd.Timestamp, due: Due | None) -> dict[str, Waterfall]:
    """Return the whole, under an empty name, and the owners' waterfalls, as the store tells them."""
    first, last = (known_at(store, moment).tables for moment in (begin, end))
    taken = steps_between(first, last, begin, due, "USD")
    return {one.name: one for one in (whole(taken, "USD"), *parts(taken, first, last, "owner", "USD"))}


@pytest.mark.parametrize("due", [None, QUARTER], ids=["all that is open", "what is due in the quarter"])
def test_every_step_is_the_recorders_to_the_cent(store, log, due):
    """Of each month and of all together, as a whole and owner by owner; and what can happen happens somewhere."""
    seen = Counter[str]()
    for begin, end in SPANS:
        wanted, found = truth(log, begin, end, due), waterfalls(store, begin, end, due)
        assert set(found) <= set(wanted)
        for name, steps in wanted.items():
            flows = found[name].flows if name in found else {}
            told = {step: (flow.minor, flow.deals) for step, flow in flows.items() if flow.deals}
            assert told == {
                step: (steps[step], count) for step in (*SIGNS, "end") if (count := steps[f"{step} #"])
            }
        for part in found.values():
            assert part.balance == part.flows["end"]
            seen.update({step: flow.deals for step, flow in part.flows.items()})
    missing = {"reopened"} | ({"pulled_in", "pushed_out"} if due is None else set())
    assert {step for step in SIGNS if not seen[step]} == missing


def test_slips_are_the_recorders(store, log):
    """Deal by deal: how often the expected close stood in a later month than at the month end before, while open."""
    changes = pipeline_changes(store, ChangesAsked(MOMENTS[0], MOMENTS[-1], slips_out_of="month"))
    last = MOMENTS[-1].to_pydatetime()
    numbers = Snapshot(tables_at(log, last), field_history(log, last), last).numbers
    slips, postponed = Counter[str](), Counter[str]()
    for begin, end in pairwise(MOMENTS):
        was, now = states(log, begin), states(log, end)
        for deal in was:
            if was[deal]["outcome"] == now[deal]["outcome"] == "open":
                first, then, key = was[deal]["due"], now[deal]["due"], numbers[str(log.ids[deal])]
                postponed[key] += then > first
                slips[key] += (then.year, then.month) > (first.year, first.month)
    frame = changes.slips.frame
    assert sum(slips.values()) > 20
    assert max(slips.values()) > 2
    for column, wanted in (("slips", slips), ("slips_ever", slips), ("postponed", postponed)):
        assert {key: count for key, count in frame[column].items() if count} == {
            key: count for key, count in wanted.items() if count
        }
    assert changes.slips.deals == sum(count > 0 for count in slips.values())
    assert changes.slips.again == sum(count > 1 for count in slips.values())
