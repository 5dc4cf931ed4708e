"""Calendars: blocks day by day, and the plan of protected blocks laid over the days of the records."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from forecast.prospecting import ProspectingRecords, read_plan
from forecast.prospecting.blocks import kept_blocks
from simulations.errors import BadInput

UNTIL = pd.Timestamp("2026-10-01")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
X-WR-CALNAME:Ann Miller
X-WR-TIMEZONE:Europe/Prague
{}
END:VCALENDAR
"""


def event(title: str, *lines: str, uid: str = "1") -> str:
    """Return an event as text."""
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT"])


def calendar(*events: str) -> str:
    """Return a calendar as text, with the line ends that the standard asks for."""
    return CALENDAR.format("\n".join(events)).replace("\n", "\r\n")


WEEKLY = event(
    "Prospecting block", "DTSTART;TZID=Europe/Prague:20260302T090000", "DTEND;TZID=Europe/Prague:20260302T110000",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260409T215959Z", "EXDATE;TZID=Europe/Prague:20260309T090000",
)  # fmt: skip


def ics(read, *events: str, **told) -> ProspectingRecords:
    return read(calendar(*events), name="cal{}.ics", **told)


def test_a_calendar_gives_its_blocks_day_by_day(read) -> None:
    """Mondays and Thursdays, over the change of the clocks, without the one that was taken out."""
    found = ics(read, WEEKLY)
    days = found.table["day"].dt.strftime("%m-%d").tolist()
    assert days == [
        "03-02",
        "03-05",
        "03-12",
        "03-16",
        "03-19",
        "03-23",
        "03-26",
        "03-30",
        "04-02",
        "04-06",
        "04-09",
    ]
    assert set(found.table["hours"]) == {2.0}
    assert set(found.table["owner"]) == {"Ann Miller"}
    assert found.shapes == ("calendar",)


def test_a_moved_block_counts_where_it_was_moved_to(read) -> None:
    moved = event(
        "Prospecting block", "RECURRENCE-ID;TZID=Europe/Prague:20260305T090000",
        "DTSTART;TZID=Europe/Prague:20260306T140000", "DURATION:PT45M",
    )  # fmt: skip
    table = ics(read, WEEKLY, moved).table.set_index(
        ics(read, WEEKLY, moved).table["day"].dt.strftime("%m-%d")
    )
    assert "03-05" not in table.index
    assert table.loc["03-06", "hours"] == 0.75


def test_overlapping_blocks_count_once_and_midnight_parts_the_days(read, rows) -> None:
    one = event("Cold calls", "DTSTART:20260302T220000", "DTEND:20260303T010000")
    two = event("Outbound", "DTSTART:20260302T230000", "DTEND:20260302T233000", uid="2")
    assert rows(ics(read, one, two)) == [
        ("Ann Miller", "03-02", 2.0, None, None, None), ("Ann Miller", "03-03", 1.0, None, None, None)
    ]  # fmt: skip


def test_times_in_utc_are_seen_on_the_calendars_clock(read) -> None:
    """22:30 UTC on the first of July is half past midnight of the second in Prague."""
    found = ics(read, event("Cold calls", "DTSTART:20260701T223000Z", "DTEND:20260701T233000Z"))
    assert found.table["day"].dt.strftime("%m-%d").tolist() == ["07-02"]


def test_what_is_no_block_is_left_out_and_named(read) -> None:
    found = ics(
        read, WEEKLY, event("Prospecting day", "DTSTART;VALUE=DATE:20260310", uid="2"),
        event("Prospecting block", "DTSTART:20260311T090000", "DTEND:20260311T100000", "STATUS:CANCELLED", uid="3"),
        event("Lunch", "DTSTART:20260311T120000", "DTEND:20260311T130000", uid="4"),
        event("Outbound trip", "DTSTART:20260316T080000", "DTEND:20260320T180000", uid="5"),
    )  # fmt: skip
    assert {one.code for one in found.findings} == {
        "events_cancelled",
        "events_whole_days",
        "events_too_long",
    }
    assert "03-11" not in found.table["day"].dt.strftime("%m-%d").tolist()


def test_words_of_ones_own_tell_blocks_and_meetings(read, rows) -> None:
    call = event("Power hour", "DTSTART:20260302T090000", "DTEND:20260302T100000")
    met = event("Discovery: Acme", "DTSTART:20260302T140000", "DTEND:20260302T143000", uid="2")
    found = ics(read, call, met, words=("power hour",), meeting_words=("discovery",))
    assert rows(found) == [("Ann Miller", "03-02", 1.0, None, None, 1.0)]
    with pytest.raises(BadInput, match="Its events: Power hour, Discovery: Acme"):
        ics(read, call, met)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("DTSTART:20260302T090000", "DTEND:20260302T080000"), "ends before it begins"),
        (("DTSTART:20260302T090000", "RRULE:FREQ=SECONDLY"), "recurs within a day"),
        (("DTSTART:20260302T090000", "RRULE:FREQ=DAILY;BYHOUR=1,2,3"), "recurs within a day"),
        (("DTSTART:19020302T090000", "RRULE:FREQ=DAILY"), "begins before 1980"),
    ],
)
def test_an_event_that_cannot_be_read_is_refused(read, lines, said) -> None:
    with pytest.raises(BadInput) as stop:
        ics(read, event("Prospecting", *lines))
    assert said in str(stop.value)


def test_a_file_that_is_no_calendar_is_refused(read) -> None:
    with pytest.raises(BadInput, match="no calendar that can be read"):
        read("BEGIN:VCALENDAR\nnonsense", name="cal{}.ics", owner="Ann")


def test_without_its_library_a_calendar_says_what_to_install(read, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(BadInput, match=r"install pipecast\[calendar\]"):
        ics(read, WEEKLY)


def plan_of(tmp_path: Path, text: str):
    path = tmp_path / "plan.csv"
    path.write_text(text, "utf-8")
    return read_plan(path, UNTIL)


SPANS = pd.DataFrame(
    {"owner": ["Ann", "Bob"], "first": pd.Timestamp("2026-01-05"), "last": pd.Timestamp("2026-01-09")}
)


def test_blocks_of_a_week_are_laid_over_the_days_of_the_records(tmp_path, read) -> None:
    """Everybody Monday and Tuesday nine to ten, Ann on Monday afternoon too; the hours of a day fill one after the other."""
    plan = plan_of(tmp_path, "owner,weekday,start,end\n,Mon-Tue,9:00,10:00\nAnn,Montag,14:00,15:30\n")
    blocks = plan.blocks(SPANS)
    assert blocks.groupby("owner").size().to_dict() == {"Ann": 3, "Bob": 2}
    table = read("owner,day,hours\nAnn,2026-01-05,2\nBob,2026-01-06,0.8\n").table
    found = kept_blocks(blocks, table)
    assert found["kept"].tolist() == [True, False, False, False, True]
    assert found["spent"].tolist() == [1.0, 1.0, 0.0, 0.0, 0.8]


def test_blocks_may_be_dated_or_stand_in_a_calendar(tmp_path) -> None:
    dated = plan_of(tmp_path, "owner,day,hours\nAnn,2026-01-06,2\nBob,2026-02-01,2\n").blocks(SPANS)
    assert dated[["owner", "hours"]].to_numpy().tolist() == [["Ann", 2.0]]
    (tmp_path / "plan.ics").write_bytes(calendar(WEEKLY).encode())
    plan = read_plan(tmp_path / "plan.ics", UNTIL)
    assert len(plan.dated) == 11


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("owner,hours\nAnn,2\n", "'weekday' or 'day' is missing"),
        ("weekday,start\nMon,9:00\n", "'hours', or both 'start' and 'end'"),
        ("weekday,hours\nsometimes,2\n", "must be a weekday"),
        ("weekday,start,end\nMon,9,10\n", "must be a time of day"),
        ("weekday,start,end\nMon,11:00,10:00\n", "longer than 0"),
        ("weekday,hours\nMon,30\n", "longer than 0"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(tmp_path, text, said) -> None:
    with pytest.raises(BadInput) as stop:
        plan_of(tmp_path, text)
    assert said in str(stop.value)
