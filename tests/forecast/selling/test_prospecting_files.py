"""Prospecting records from tables, calendars and a CRM's activities: what is read, what is left out, what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from forecast.prospecting import ProspectingRecords, RecordFile, read_plan, read_records
from forecast.prospecting.blocks import kept_blocks
from forecast.prospecting.mapping import RecordsMapping, read_records_mapping
from forecast.prospecting.proposal import propose_records, records_proposal_text
from simulations.errors import BadInput

UNTIL = pd.Timestamp("2026-10-01")


@pytest.fixture
def read(tmp_path):
    """Return a function that writes texts into files and reads them as records."""

    def of(
        *texts: str, owner: str | None = None, name: str = "records{}.csv", until=UNTIL, **told
    ) -> ProspectingRecords:
        files = []
        for number, text in enumerate(texts):
            path = tmp_path / name.format(number)
            path.write_text(text, "utf-8")
            files.append(RecordFile(path, owner))
        return read_records(files, until=until, mapping=RecordsMapping(**told))

    return of


def rows(found: ProspectingRecords) -> list[tuple]:
    """Return owner, day, hours, touches, conversations, meetings; None where nobody counted."""
    table = found.table.assign(day=found.table["day"].dt.strftime("%m-%d")).astype(object)
    return list(table.where(found.table.notna(), None).itertuples(index=False, name=None))


def test_a_table_is_read_by_its_headers_and_summed_by_day(read) -> None:
    found = read(
        "Rep,Date,Hours,Calls,Conversations,Meetings booked\n"
        "Ann,2026-01-05,1.5,20,3,1\nAnn,2026-01-05,0.5,10,1,0\nBob,2026-01-06,2,30,4,2\n"
    )
    assert rows(found) == [("Ann", "01-05", 2.0, 30.0, 4.0, 1.0), ("Bob", "01-06", 2.0, 30.0, 4.0, 2.0)]
    assert found.shapes == ("prospecting records",)
    assert found.findings == ()


@pytest.mark.parametrize(
    ("header", "cell", "hours"),
    [
        ("hours", "1:30", 1.5), ("duration", "01:30:00", 1.5), ("time spent", "1h 30m", 1.5), ("hours", "2h", 2.0),
        ("minutes", "90", 1.5), ("Std", "1,5", 1.5), ("Stunden", "0:45", 0.75),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(read, header, cell, hours) -> None:
    found = read(f"owner;date;{header}\nAnn;2026-01-05;{cell}\nAnn;2026-01-06;{cell}\n")
    assert found.table["hours"].tolist() == [hours, hours]


def test_what_nobody_counted_is_missing_and_an_empty_cell_is_none(read) -> None:
    found = read("owner,day,hours,dials\nAnn,2026-01-05,2,\nAnn,2026-01-06,1,7\n")
    assert rows(found) == [("Ann", "01-05", 2.0, 0.0, None, None), ("Ann", "01-06", 1.0, 7.0, None, None)]
    assert [one.code for one in found.findings] == ["empty_counts_none"]


def test_a_mapping_names_columns_kinds_and_owners(read, tmp_path) -> None:
    (tmp_path / "map.yaml").write_text(
        "columns: {owner: Who, day: Booked, hours: Spent, kind: What}\nkinds: [Cold calls]\nowners: {ann: Ann Miller}\n"
    )
    told = read_records_mapping(tmp_path / "map.yaml").model_dump()
    found = read("Who,Booked,Spent,What\nann,2026-01-05,2,cold calls\nann,2026-01-05,3,Admin\n", **told)
    assert rows(found) == [("Ann Miller", "01-05", 2.0, None, None, None)]


def test_a_day_counts_once_it_is_over(read) -> None:
    text = "owner,day,hours\nAnn,2026-01-05,2\nAnn,2026-01-06,2\n"
    assert len(read(text, until=pd.Timestamp("2026-01-06 18:00")).table) == 1
    assert len(read(text, until=pd.Timestamp("2026-01-07")).table) == 2


@pytest.mark.parametrize(
    ("text", "told", "said"),
    [
        ("a,b\n1x,2\n", {}, "--propose"),
        ("day,hours\n2026-01-05,2\n", {}, "OWNER=FILE"),
        ("owner,day,hours\nAnn,2026-01-05,-2\n", {}, "must not be negative"),
        ("owner,day,hours\nAnn,2026-01-05,two\n", {}, "must be a number"),
        ("owner,day,hours\nAnn,,2\n", {}, "every row needs it"),
        ("owner,day,hours\nAnn,2026-01-05,90\n", {}, "a day has 24 hours"),
        ("owner,day,hours\nAnn,03/04/2026,1\n", {}, "--day-first or --month-first"),
        ("owner,day,hours\nAnn,2026-01-05,1\n", {"columns": {"hours": "Spent"}}, "is no column of this file"),
        (
            "owner,day,hours,kind\nAnn,2026-01-05,1,Admin\n",
            {"kinds": ("Calls",)},
            "no row has one; there is: Admin",
        ),
        ("owner,day,hours\nAnn,2027-01-05,1\n", {}, "hold no prospecting before 2026-10-01"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(read, text, told, said) -> None:
    with pytest.raises(BadInput) as stop:
        read(text, **told)
    assert said in str(stop.value)


def test_two_files_must_not_count_the_same_hours(read) -> None:
    text = "owner,day,hours\nAnn,2026-01-05,2\n"
    with pytest.raises(BadInput, match="which would count them twice"):
        read(text, text)
    other = read(text, "owner,day,touches\nAnn,2026-01-05,30\n")
    assert rows(other) == [("Ann", "01-05", 2.0, 30.0, None, None)]


def test_columns_are_proposed_from_names_and_contents(tmp_path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(
        "Who did it;Booked;Hours of work;Dials total;Task\nAnn;05.01.2026;1,5;20;Outbound\nBob;16.01.2026;2;9;Admin\n"
    )
    proposal = propose_records(path)
    assert proposal.mapping.columns == {
        "owner": "Who did it", "day": "Booked", "hours": "Hours of work", "touches": "Dials total", "kind": "Task"
    }  # fmt: skip
    assert proposal.mapping.kinds == ("Outbound",)
    assert proposal.open == ()
    (tmp_path / "map.yaml").write_text(records_proposal_text(proposal), "utf-8")
    told = read_records_mapping(tmp_path / "map.yaml")
    found = read_records([RecordFile(path)], until=UNTIL, mapping=told)
    assert found.table[["owner", "hours", "touches"]].to_numpy().tolist() == [["Ann", 1.5, 20.0]]


def test_a_proposal_asks_for_what_it_cannot_find(tmp_path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("alpha,beta\nx,red\ny,blue\n")
    assert len(propose_records(path).open) == 3


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


def test_overlapping_blocks_count_once_and_midnight_parts_the_days(read) -> None:
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


def test_words_of_ones_own_tell_blocks_and_meetings(read) -> None:
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
    import sys

    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(BadInput, match=r"install pipecast\[calendar\]"):
        ics(read, WEEKLY)


PIPEDRIVE = "activity_id,type,assigned_to_user,deal_id,done,due_to\n"


def test_activities_without_a_deal_are_prospecting(read) -> None:
    found = read(
        PIPEDRIVE + "1,call,7,,True,2026-01-05T09:00:00\n2,email,7,,True,2026-01-05T10:00:00\n"
        "3,meeting,7,,1,2026-01-05T11:00:00\n4,meeting,7,55,True,2026-01-05T12:00:00\n"
        "5,call,7,,False,2026-01-06T09:00:00\n6,task,7,,True,2026-01-06T09:00:00\n"
    )
    assert rows(found) == [("7", "01-05", None, 2.0, None, 1.0)]
    assert {one.code: one.count for one in found.findings} == {
        "activities_of_deal": 1, "activities_undone": 1, "activities_other": 1
    }  # fmt: skip


def test_users_name_the_owners_of_activities(read) -> None:
    users = "id,name,email,modified\n7,Ann Miller,a@example.org,2026-01-01\n"
    assert rows(read(PIPEDRIVE + "1,call,7,,True,2026-01-05T09:00:00\n", users))[0][0] == "Ann Miller"


def test_salesforce_tasks_know_calls_that_were_answered(read) -> None:
    found = read(
        "Id,OwnerId,WhatId,ActivityDate,TaskSubtype,Status,CallDisposition\n"
        "1,005A,,2026-01-05,Call,Completed,Connected - no interest\n"
        "2,005A,001000000000001AAA,2026-01-05,Call,Completed,No answer\n"
        "3,005A,006000000000001AAA,2026-01-05,Call,Completed,Connected\n"
        "4,005A,,2026-01-05,Email,Not Started,\n"
    )
    assert rows(found) == [("005A", "01-05", None, 2.0, 1.0, 0.0)]


def test_real_activities_are_read_or_say_why_nothing_is_left(trial_data) -> None:
    """All of Pipedrive's belong to deals; Salesforce's events do not."""
    folder = trial_data / "pipedrive_enpal" / "original"
    with pytest.raises(BadInput, match="4,579 activities belong to a deal"):
        read_records([RecordFile(folder / "activity.csv"), RecordFile(folder / "users.csv")], until=UNTIL)
    events = read_records(
        [RecordFile(trial_data / "fivetran_salesforce" / "original" / "sf_event_data.csv")], until=UNTIL
    )
    assert events.shapes == ("Salesforce events",)
    assert events.table[["touches", "meetings"]].to_numpy().sum() == 10


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
