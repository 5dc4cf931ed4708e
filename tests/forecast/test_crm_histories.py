"""Histories beside the opportunities, and without them: what each kind of file tells, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from forecast.crm import Reading, read_crm
from simulations.errors import BadInput

REPORT = "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Created Date\n"
FIELDS = "Opportunity ID,Field / Event,Old Value,New Value,Edit Date\n"
MOVES = "Opportunity ID,From Stage,To Stage,Last Modified\n"
OBJECT = "Id,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate\n"
VERSIONS = "OpportunityId,StageName,CreatedDate\n"
LOG = "deal_id,change_time,changed_field_key,new_value\n"


def files(folder: Path, **contents: str) -> list[Path]:
    for name, text in contents.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in contents]


def codes(reading: Reading) -> dict[str, int]:
    return {finding.code: finding.count for finding in reading.findings}


def visits(reading: Reading, key: str) -> list[tuple[str, str]]:
    rows = reading.tables.stage_history
    mine = rows[rows["id"] == key]
    return [
        (stage, f"{entered:%m-%d}") for stage, entered in zip(mine["stage"], mine["entered"], strict=True)
    ]


def refused(paths: Sequence[Path], **told: object) -> str:
    with pytest.raises(BadInput) as error:
        read_crm(paths, **told)
    return str(error.value)


# Salesforce.


def test_rows_that_are_no_change_of_stage_are_no_moves(tmp_path: Path) -> None:
    """A version is written for a change of the amount too, rows stand twice, and the newest come first."""
    report = REPORT + "1,A,Offer,10,2026-03-31,2026-01-02\n2,B,Closed Won,20,2026-02-03,2026-01-03\n"
    history = MOVES + (
        "2,Offer,Closed Won,2026-02-03 10:00\n2,Offer,Closed Won,2026-02-03 10:00\n1,Offer,Offer,2026-02-01 09:00\n"
        "1,Demo,Offer,2026-01-20 09:00\n2,,Offer,2026-01-03 09:00\n1,Demo,Demo,2026-01-10 09:00\n1,,Demo,2026-01-02 09:00\n"
    )
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert visits(reading, "1") == [("Demo", "01-02"), ("Offer", "01-20")]
    assert visits(reading, "2") == [("Offer", "01-03")]
    won = reading.tables.opportunities.set_index("id").loc["2"]
    assert won["closed"] == pd.Timestamp("2026-02-03 10:00")
    assert reading.tables.stages == ("Demo", "Offer")


def test_moves_of_one_moment_keep_the_order_of_the_file(tmp_path: Path) -> None:
    """Newest first: of two rows of one minute the lower one is the earlier, so the deal ended in the upper one."""
    report = REPORT + "1,A,Closed Won,10,2026-01-20,2026-01-02\n2,B,Offer,10,2026-03-31,2026-01-02\n"
    history = MOVES + (
        "1,Offer,Closed Won,2026-01-20 09:00\n1,Demo,Offer,2026-01-20 09:00\n1,,Demo,2026-01-02 09:00\n"
        "2,Demo,Offer,2026-01-19 09:00\n2,,Demo,2026-01-02 09:00\n"
    )
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert visits(reading, "1") == [("Demo", "01-02"), ("Offer", "01-20")]
    assert reading.tables.opportunities["closed"].iloc[0] == pd.Timestamp("2026-01-20 09:00")


def test_a_history_that_begins_in_a_stage_does_not_say_when_it_was_entered(tmp_path: Path) -> None:
    report = REPORT + "1,A,Offer,10,2026-03-31,2025-01-02\n2,B,Demo,10,2026-03-31,2026-01-02\n"
    history = MOVES + (
        "1,Demo,Demo,2026-01-05 09:00\n1,Demo,Offer,2026-01-20 09:00\n2,,Demo,2026-01-02 09:00\n"
    )
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert visits(reading, "1") == [("Offer", "01-20")]
    assert codes(reading)["history_begins_late"] == 1


def test_a_history_of_fields_gives_the_first_stage_by_its_old_value(tmp_path: Path) -> None:
    report = REPORT + (
        "1,A,Offer,10,2026-03-31,2026-01-02\n2,B,Demo,10,2026-03-31,2026-01-03\n3,C,Offer,10,2026-03-31,2025-06-01\n"
    )
    history = FIELDS + (
        "1,Created.,,,2026-01-02 09:00\n1,Stage,Demo,Offer,2026-01-20 09:00\n1,Amount,5,10,2026-01-21 09:00\n"
        "2,Created.,,,2026-01-03 09:00\n3,Stage,Demo,Offer,2026-01-25 09:00\n"
    )
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert visits(reading, "1") == [("Demo", "01-02"), ("Offer", "01-20")]
    assert visits(reading, "2") == [("Demo", "01-03")]
    assert reading.tables.opportunities["created"].iloc[0] == pd.Timestamp("2026-01-02 09:00")
    # The third was created before the history begins: nobody knows when it entered its first stage.
    assert visits(reading, "3") == [("Offer", "01-25")]
    assert codes(reading)["history_begins_late"] == 1


def test_a_closing_typed_in_the_future_or_before_the_creation_is_corrected_by_the_history(
    tmp_path: Path,
) -> None:
    deals = OBJECT + (
        "1,A,Closed Won,10,2024-02-03,TRUE,TRUE,2026-01-02\n2,B,Closed Won,10,2026-12-31,TRUE,TRUE,2026-01-02\n"
        "3,C,Closed Lost,10,2026-01-20,TRUE,FALSE,2026-01-02\n4,D,Demo,10,2024-01-01,FALSE,FALSE,2026-01-02\n"
    )
    history = VERSIONS + (
        "1,Closed Won,2026-01-05T10:00:00Z\n2,Demo,2026-01-02T10:00:00Z\n2,Closed Won,2026-02-01T10:00:00Z\n"
        "3,Demo,2026-01-02T10:00:00Z\n3,Closed Lost,2026-01-25T10:00:00Z\n4,Demo,2026-01-02T10:00:00Z\n"
    )
    reading = read_crm(files(tmp_path, deals=deals, history=history))
    closed = reading.tables.opportunities["closed"].tolist()
    assert closed[:2] == [pd.Timestamp("2026-01-05 10:00"), pd.Timestamp("2026-02-01 10:00")]
    assert closed[2] == pd.Timestamp("2026-01-20")  # typed for an earlier day than it was recorded: as typed
    assert codes(reading)["closing_by_history"] == 2


def test_a_deal_that_was_opened_again_was_in_no_stage_between(tmp_path: Path) -> None:
    deals = OBJECT + "1,A,Offer,10,2026-06-30,FALSE,FALSE,2026-01-02\n"
    history = VERSIONS + (
        "1,Demo,2026-01-02T10:00:00Z\n1,Closed Lost,2026-02-01T10:00:00Z\n1,Demo,2026-04-01T10:00:00Z\n"
        "1,Offer,2026-04-09T10:00:00Z\n"
    )
    reading = read_crm(files(tmp_path, deals=deals, history=history))
    assert visits(reading, "1") == [("Demo", "01-02"), ("Demo", "04-01"), ("Offer", "04-09")]
    left = reading.tables.stage_history["left"]
    assert left.tolist()[:2] == [pd.Timestamp("2026-02-01 10:00"), pd.Timestamp("2026-04-09 10:00")]
    assert pd.isna(left.iloc[2])
    assert reading.tables.opportunities["outcome"].tolist() == ["open"]


def test_versions_alone_are_opportunities_in_their_last_state(tmp_path: Path) -> None:
    history = (
        "OpportunityId,StageName,CreatedDate,Amount,CloseDate,Probability\n"
        "1,Demo,2026-01-02T10:00:00Z,10,2026-03-31,20\n1,Closed Won,2026-02-01T10:00:00Z,12,2026-02-01,100\n"
        "2,Demo,2026-01-05T10:00:00Z,7,2026-03-31,20\n"
    )
    reading = read_crm(files(tmp_path, history=history))
    rows = reading.tables.opportunities.set_index("id")
    assert rows["outcome"].to_dict() == {"1": "won", "2": "open"}
    assert rows["amount"].to_dict() == {"1": 12.0, "2": 7.0}
    assert rows.loc["1", "created"] == pd.Timestamp("2026-01-02 10:00")
    assert rows.loc["2", "expected_close"] == pd.Timestamp("2026-03-31")


def test_a_history_without_ids_is_joined_by_names_that_are_unique(tmp_path: Path) -> None:
    report = REPORT + "1,Alpha,Offer,10,2026-03-31,2026-01-02\n2,Beta,Demo,10,2026-03-31,2026-01-02\n"
    fields = FIELDS.replace("Opportunity ID", "Opportunity Name")
    history = fields + "Alpha,Stage,Demo,Offer,2026-01-20 09:00\nBeta,Created.,,,2026-01-02 09:00\n"
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert visits(reading, "1") == [("Demo", "01-02"), ("Offer", "01-20")]
    twice = files(tmp_path, report=report.replace("Beta", "Alpha"), history=history)
    assert "several opportunities (Alpha, Alpha)" in refused(twice)


def test_rows_of_other_opportunities_are_left_out_and_counted(tmp_path: Path) -> None:
    report = REPORT + "1,A,Demo,10,2026-03-31,2026-01-02\n"
    history = MOVES + "1,,Demo,2026-01-02 09:00\n8,,Demo,2026-01-02 09:00\n9,,Demo,2026-01-02 09:00\n"
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert codes(reading)["history_of_others"] == 2
    assert set(reading.tables.stage_history["id"]) == {"1"}


def test_a_history_of_others_alone_is_a_serious_finding(tmp_path: Path) -> None:
    report = REPORT + "1,A,Demo,10,2026-03-31,2026-01-02\n"
    reading = read_crm(files(tmp_path, report=report, history=MOVES + "8,,Demo,2026-01-02 09:00\n"))
    (finding,) = (finding for finding in reading.findings if finding.code == "history_of_others")
    assert (finding.severity, finding.count) == ("serious", 1)


def test_ids_in_other_capitals_are_joined_where_they_tell_no_two_apart(tmp_path: Path) -> None:
    """Salesforce counts in capitals and small letters: of two ids that differ in them alone neither is guessed."""
    report = REPORT + "OPP-1,A,Demo,10,2026-03-31,2026-01-02\nOPP-2,B,Demo,10,2026-03-31,2026-01-02\n"
    history = MOVES + "opp-1,,Demo,2026-01-03 09:00\nopp-2,,Demo,2026-01-04 09:00\n"
    reading = read_crm(files(tmp_path, report=report, history=history))
    assert "history_of_others" not in codes(reading)
    assert visits(reading, "OPP-2") == [("Demo", "01-04")]
    both = files(tmp_path, report=report, history=history + "Opp-1,,Offer,2026-01-05 09:00\n")
    assert codes(read_crm(both))["history_of_others"] == 3


def test_a_history_that_names_the_stages_otherwise_is_refused(tmp_path: Path) -> None:
    list_of_deals = (
        "Deal - ID,Deal - Title,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Won time\n"
        "1,A,Qualified,Open,2026-01-02 09:00:00,\n"
    )
    log = LOG + "1,2026-01-02 09:00:00,stage_id,1\n"
    said = refused(files(tmp_path, deals=list_of_deals, log=log))
    assert "the stages of the history (1) are none of these" in said
    stages = "stage_id,stage_name\n1,Qualified\n2,Offer\n"
    reading = read_crm(files(tmp_path, deals=list_of_deals, log=log, stages=stages))
    assert visits(reading, "1") == [("Qualified", "01-02")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,Demo,Offer,\n", "Last Modified: found '(empty)'"),
        (",Demo,Offer,2026-01-02 09:00\n", "Opportunity ID: found '(empty)'"),
        ("1,Demo,,2026-01-02 09:00\n", "To Stage: found '(empty)'"),
        ("1,Demo,Offer,soon\n", "Last Modified: found 'soon'"),
    ],
)
def test_a_row_of_a_history_that_lacks_something_is_named(tmp_path: Path, row: str, said: str) -> None:
    report = REPORT + "1,A,Demo,10,2026-03-31,2026-01-02\n"
    message = refused(files(tmp_path, report=report, history=MOVES + "1,,Demo,2026-01-02 09:00\n" + row))
    assert said in message
    assert "history.csv, line 3" in message


# Pipedrive's log of changes.


def test_a_log_of_changes_alone_tells_everything(tmp_path: Path) -> None:
    log = LOG + (
        "1,2026-01-02 09:00:00,add_time,2026-01-02T09:00:00\n1,2026-01-02 09:00:00,stage_id,1\n"
        "1,2026-01-05 09:00:00,value,100\n1,2026-01-06 09:00:00,value,120\n1,2026-01-20 09:00:00,stage_id,2\n"
        "1,2026-02-01 09:00:00,status,won\n"
        "2,2026-01-03 09:00:00,add_time,2026-01-03T09:00:00\n2,2026-01-04 09:00:00,stage_id,1\n"
        "2,2026-01-09 09:00:00,lost_reason,3\n"
        "3,2026-01-04 09:00:00,add_time,2026-01-04T09:00:00\n3,2026-01-04 09:00:00,stage_id,2\n"
        "3,2026-01-10 09:00:00,status,lost\n3,2026-01-12 09:00:00,status,open\n3,2026-01-13 09:00:00,lost_reason,2\n"
    )
    reading = read_crm(files(tmp_path, log=log))
    rows = reading.tables.opportunities.set_index("id")
    assert rows["outcome"].to_dict() == {"1": "won", "2": "lost", "3": "open"}
    assert rows.loc["1", "amount"] == 120.0
    assert rows.loc["1", "closed"] == pd.Timestamp("2026-02-01 09:00")
    assert rows.loc["2", "closed"] == pd.Timestamp("2026-01-09 09:00")
    assert pd.isna(rows.loc["3", "closed"])
    assert visits(reading, "1") == [("1", "01-02"), ("2", "01-20")]


def test_an_id_that_was_created_twice_is_one_opportunity_and_said(tmp_path: Path) -> None:
    log = LOG + (
        "7,2026-01-02 09:00:00,add_time,2026-01-02T09:00:00\n7,2026-01-03 09:00:00,stage_id,1\n"
        "7,2026-02-01 09:00:00,lost_reason,1\n7,2026-03-02 09:00:00,add_time,2026-03-02T09:00:00\n"
        "7,2026-03-03 09:00:00,stage_id,1\n7,2026-04-01 09:00:00,lost_reason,1\n"
    )
    reading = read_crm(files(tmp_path, log=log))
    (row,) = reading.tables.opportunities.to_dict("records")
    assert (row["created"], row["closed"]) == (
        pd.Timestamp("2026-01-02 09:00"),
        pd.Timestamp("2026-04-01 09:00"),
    )
    assert codes(reading)["reused_ids"] == 1


def test_a_history_of_properties_needs_the_deals(tmp_path: Path) -> None:
    history = "deal_id,timestamp,name,value\n1,2026-01-02 09:00:00,dealstage,5\n"
    assert "give the file of the opportunities as well" in refused(files(tmp_path, history=history))
    moves = "deal_id,value,date_entered\n1,5,2026-01-02 09:00:00\n"
    assert "give the file of the opportunities as well" in refused(files(tmp_path, moves=moves))
