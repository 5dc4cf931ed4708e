"""Prospecting records from tables and a CRM's activities: what is read, what is left out, what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from forecast.prospecting import RecordFile, read_records
from forecast.prospecting.mapping import read_records_mapping
from forecast.prospecting.proposal import propose_records, records_proposal_text
from simulations.errors import BadInput

UNTIL = pd.Timestamp("2026-10-01")


def test_a_table_is_read_by_its_headers_and_summed_by_day(read, rows) -> None:
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


def test_what_nobody_counted_is_missing_and_an_empty_cell_is_none(read, rows) -> None:
    found = read("owner,day,hours,dials\nAnn,2026-01-05,2,\nAnn,2026-01-06,1,7\n")
    assert rows(found) == [("Ann", "01-05", 2.0, 0.0, None, None), ("Ann", "01-06", 1.0, 7.0, None, None)]
    assert [one.code for one in found.findings] == ["empty_counts_none"]


def test_a_mapping_names_columns_kinds_and_owners(read, tmp_path, rows) -> None:
    (tmp_path / "map.yaml").write_text(
        "columns: {owner: Who, day: Booked, hours: Spent, kind: What}\nkinds: [Cold calls]\nowners: {ann: Ann Miller}\n"
    )
    told = read_records_mapping(tmp_path / "map.yaml").model_dump()
    found = read("Who,Booked,Spent,What\nann,2026-01-05,2,cold calls\nann,2026-01-05,3,Admin\n", **told)
    assert rows(found) == [("Ann Miller", "01-05", 2.0, None, None, None)]


def test_a_day_counts_once_it_is_over(read) -> None:
    text = "owner,day,hours\nAnn,2026-01-05,2\nAnn,2026-01-06,2\n"
    assert len(read(text, until="2026-01-06 18:00").table) == 1
    assert len(read(text, until="2026-01-07").table) == 2


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


def test_two_files_must_not_count_the_same_hours(read, rows) -> None:
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


PIPEDRIVE = "activity_id,type,assigned_to_user,deal_id,done,due_to\n"


def test_activities_without_a_deal_are_prospecting(read, rows) -> None:
    found = read(
        PIPEDRIVE + "1,call,7,,True,2026-01-05T09:00:00\n2,email,7,,True,2026-01-05T10:00:00\n"
        "3,meeting,7,,1,2026-01-05T11:00:00\n4,meeting,7,55,True,2026-01-05T12:00:00\n"
        "5,call,7,,False,2026-01-06T09:00:00\n6,task,7,,True,2026-01-06T09:00:00\n"
    )
    assert rows(found) == [("7", "01-05", None, 2.0, None, 1.0)]
    assert {one.code: one.count for one in found.findings} == {
        "activities_of_deal": 1, "activities_undone": 1, "activities_other": 1
    }  # fmt: skip


def test_users_name_the_owners_of_activities(read, rows) -> None:
    users = "id,name,email,modified\n7,Ann Miller,a@example.org,2026-01-01\n"
    assert rows(read(PIPEDRIVE + "1,call,7,,True,2026-01-05T09:00:00\n", users))[0][0] == "Ann Miller"


def test_salesforce_tasks_know_calls_that_were_answered(read, rows) -> None:
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
