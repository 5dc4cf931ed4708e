"""Slips from snapshots: what they show of typed dates, and a part of today's picture where they reach back far enough."""

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.watched_companies import DEVELOPMENT, Companies, log_of
from forecast.alarms.beside import SLIPS, close_dates_of
from forecast.alarms.today import Question, watch_today
from forecast.cli.main import main
from forecast.crm import Reading
from forecast.store import Store, open_store
from simulations.calendar import timeline
from simulations.recorder import tables_at
from simulations.tables import OPPORTUNITIES, CrmTables, conform

FEW = Companies(3)
SEED = DEVELOPMENT + 31
MONTHS = 20


def _shown(*rows: tuple[str, str, str]) -> CrmTables:
    frame = pd.DataFrame(rows, columns=["id", "outcome", "expected_close"])
    frame["expected_close"] = pd.to_datetime(frame["expected_close"])
    return CrmTables(conform(frame, OPPORTUNITIES))


def test_a_date_is_known_from_the_snapshot_that_first_shows_it():
    """Unchanged dates and those of closed opportunities are no news; no date is none."""
    first, second, third = (pd.Timestamp(day) for day in ("2026-01-05", "2026-02-02", "2026-03-02"))
    known = [
        (first, _shown(("a", "open", "2026-02-28"), ("b", "open", "2026-01-31"), ("c", "open", None))),
        (second, _shown(("a", "open", "2026-02-28"), ("b", "open", "2026-02-28"))),
        (third, _shown(("a", "won", "2026-03-31"), ("b", "open", "2026-03-31"))),
    ]
    found = close_dates_of(known)
    told = [(row.id, row.when.ceil("D"), f"{row.expected_close:%m-%d}") for row in found.itertuples()]
    assert told == [
        ("a", first, "02-28"),
        ("b", first, "01-31"),
        ("b", second, "02-28"),
        ("b", third, "03-31"),
    ]
    assert (found["when"] < [first, first, second, third]).all(), "a moment of knowledge is exclusive"


@pytest.fixture(scope="module")
def start() -> pd.Timestamp:
    line = timeline(FEW.scenario)
    return pd.Timestamp(dt.datetime.combine(line.date_of(line.year_start_day), dt.time()))


@pytest.fixture(scope="module")
def snapshots(start) -> list[tuple[pd.Timestamp, CrmTables]]:
    """Return a snapshot every four weeks, from 53 weeks before the watch to its 25th week."""
    log = log_of(FEW, SEED, perfect=False)
    moments = [start + pd.Timedelta(weeks=4 * month - 53) for month in range(MONTHS)]
    return [(moment, tables_at(log, moment.to_pydatetime())) for moment in moments]


def _monitors(found) -> set[str]:
    return {reading.monitor for reading in found.picture.readings}


def test_slips_are_watched_where_snapshots_reach_back_a_year(start, snapshots):
    moment, tables = snapshots[-1]
    question = Question(start, years=200, family="team")
    assert SLIPS in _monitors(watch_today(tables, moment, question, snapshots=snapshots))
    assert SLIPS not in _monitors(watch_today(tables, moment, question, snapshots=snapshots[3:]))
    assert SLIPS not in _monitors(watch_today(tables, moment, question))


def test_snapshots_after_the_moment_of_knowledge_change_nothing(start, snapshots):
    moment, tables = snapshots[-4]
    question = Question(start, years=200, family="team")
    then, later = (
        watch_today(tables, moment, question, snapshots=known) for known in (snapshots[:-3], snapshots)
    )
    assert then.to_dict() == later.to_dict()


def test_a_team_that_pushes_everything_out_slips(start, snapshots):
    """From the watch's start on whatever is won is typed as open for ever: every date is passed."""
    moment, tables = snapshots[-1]
    rows = tables.opportunities
    late = rows["closed"] >= start
    pushed = rows.assign(closed=rows["closed"].mask(late), outcome=rows["outcome"].mask(late, "open"))
    found = watch_today(
        CrmTables(pushed, tables.stage_history, stages=tables.stages), moment, Question(start, years=200, family="team"),
        snapshots=snapshots,
    )  # fmt: skip
    assert SLIPS in {reading.monitor for reading in found.picture.alarms}


@pytest.mark.parametrize("left_out", [0, 3])
def test_the_command_reads_no_snapshots_that_do_not_reach_back(
    capsys, monkeypatch, start, snapshots, tmp_path: Path, left_out
):
    """Reading each of a year of large exports takes minutes: the store is asked for its first moment before."""
    path, kept, read = tmp_path / "pipeline.db", snapshots[left_out:], []
    with open_store(path, create=True) as store:
        for moment, tables in kept:
            store.add(Reading(tables, (), "simulated", moment), moment)
    real = Store.reading
    monkeypatch.setattr(Store, "reading", lambda self, one: read.append(one) or real(self, one))
    words = ["--start", f"{start:%Y-%m-%d}", "--years", "200", "--family", "team", "--json"]
    with pytest.raises(SystemExit) as end:
        main(["watch", "--store", f"{path}", *words])
    assert not end.value.code
    slips = {one["monitor"] for one in json.loads(capsys.readouterr().out)["readings"]} & {SLIPS}
    assert len(read) == (1 if left_out else 1 + len(kept))
    assert slips == (set() if left_out else {SLIPS})


def test_the_command_reads_them_from_a_store(capsys, start, snapshots, tmp_path: Path):
    path = tmp_path / "pipeline.db"
    with open_store(path, create=True) as store:
        for moment, tables in snapshots:
            store.add(Reading(tables, (), "simulated", moment), moment)
    words = ["--start", f"{start:%Y-%m-%d}", "--years", "200", "--family", "team", "--json"]
    with pytest.raises(SystemExit) as end:
        main(["watch", "--store", f"{path}", *words])
    assert not end.value.code
    told = json.loads(capsys.readouterr().out)
    moment, tables = snapshots[-1]
    ours = watch_today(tables, moment, Question(start, years=200, family="team"), snapshots=snapshots)
    assert told["readings"] == json.loads(json.dumps(ours.to_dict()["readings"]))
