"""Irregular rows that a mapping must accept, and the names behind ids: stages, pipelines, owners, teams."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from forecast.crm import Mapping, Reading, read_crm
from simulations.errors import BadInput

REPORT = "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Created Date\n"
OBJECT = "Id,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate\n"


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


# What a mapping must accept.

HUBSPOT = "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date\n"
ACCEPTED = {
    "undated": ("3,C,Offer,7,,2026-03-31\n", {"undated": 1}),
    "no_stage": ("3,C,,7,2026-01-04,2026-03-31\n", {"no_stage": 1}),
    "closed_before_created": ("3,C,Closed Won,7,2026-01-04,2025-03-31\n", {"closed_before_created": 1}),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_irregular_is_refused_until_it_is_accepted(tmp_path: Path, name: str) -> None:
    row, finding = ACCEPTED[name]
    good = "1,A,Closed Won,10,2026-01-02,2026-02-03\n2,B,Offer,20,2026-01-03,2026-03-31\n"
    (path,) = files(tmp_path, deals=HUBSPOT + good + row)
    assert f"`{name}` under `accept:`" in refused([path])
    reading = read_crm(path, mapping=Mapping(accept=(name,)))  # type: ignore[arg-type]
    assert finding.items() <= codes(reading).items()
    assert len(reading.tables.opportunities) == 3
    dated = read_crm(path, mapping=Mapping(accept=(name,)), as_of=pd.Timestamp("2026-02-10"))  # type: ignore[arg-type]
    assert len(dated.tables.opportunities) == (2 if name == "undated" else 3)


def test_deleted_rows_are_left_out_unless_they_are_all_there_is(tmp_path: Path) -> None:
    deals = (
        "IsDeleted,"
        + OBJECT
        + (
            "false,1,A,Demo,10,2026-03-31,FALSE,FALSE,2026-01-02\ntrue,2,B,Demo,10,2026-03-31,FALSE,FALSE,2026-01-02\n"
        )
    )
    reading = read_crm(files(tmp_path, deals=deals))
    assert reading.tables.opportunities["id"].tolist() == ["1"]
    assert codes(reading)["deleted_opportunities"] == 1
    every = files(tmp_path, deals=deals.replace("false,1", "true,1"))
    assert "every row is marked as deleted" in refused(every)
    assert len(read_crm(every, mapping=Mapping(accept=("deleted",))).tables.opportunities) == 2


def test_a_probability_that_is_none_stops_only_where_somebody_reads_it(tmp_path: Path) -> None:
    header = OBJECT.replace("Amount", "Amount,Probability")
    won = "1,A,Closed Won,10,1000,2026-02-03,TRUE,TRUE,2026-01-02\n"
    lost = "2,B,Closed Lost,10,0,2026-02-03,TRUE,FALSE,2026-01-02\n"
    reading = read_crm(files(tmp_path, deals=header + won + lost))
    assert codes(reading)["probability_of_closed"] == 1
    still_open = "3,C,Demo,10,1000,2026-03-31,FALSE,FALSE,2026-01-02\n"
    assert "Probability: found '1000'" in refused(files(tmp_path, deals=header + lost + still_open))


# Names behind ids.

DEAL = "deal_id,deal_pipeline_id,deal_pipeline_stage_id,owner_id,property_dealname,property_amount,property_createdate,property_closedate\n"
STAGES = (
    "stage_id,label,pipeline_id,display_order,probability,is_closed,closed_won\n"
    "12,Signed,p1,2,1.0,TRUE,TRUE\n10,Demo,p1,0,0.2,FALSE,FALSE\n11,Won over,p1,1,0.6,FALSE,FALSE\n"
    "13,Gone,p1,3,0.0,TRUE,FALSE\n20,Demo,p2,0,0.5,FALSE,FALSE\n21,Renewed,p2,1,1.0,TRUE,TRUE\n"
)
PIPELINES = "pipeline_id,label,display_order\np1,New business,0\np2,Renewals,1\n"
TABLES = {
    "deal": DEAL + (
        "1,p1,12,5,A,10,2026-01-02 09:00:00,2026-02-03 09:00:00\n2,p1,11,6,B,20,2026-01-03 09:00:00,2026-03-31 00:00:00\n"
        "3,p1,13,5,C,30,2026-01-04 09:00:00,2026-02-05 09:00:00\n"
    ),
    "deal_stage": "deal_id,value,date_entered\n1,10,2026-01-02 09:00:00\n1,11,2026-01-09 09:00:00\n"
    "1,12,2026-02-03 09:00:00\n2,10,2026-01-03 9:00:00\n2,11,2026-01-12 09:00:00\n3,10,2026-01-04 09:00:00\n"
    "3,13,2026-02-05 09:00:00\n",
    "stages": STAGES,
    "pipelines": PIPELINES,
    "owner": "owner_id,email,first_name,last_name\n5,a@example.com,Ann,Lee\n6,bob@example.com,,\n",
    "owner_team": "owner_id,team_id,is_team_primary\n5,77,false\n5,78,true\n",
}  # fmt: skip


def test_tables_of_a_warehouse_join_by_their_ids(tmp_path: Path) -> None:
    """The CRM's own list says which stages mean won, in which order they stand, and what they are worth."""
    reading = read_crm(files(tmp_path, **TABLES))
    rows = reading.tables.opportunities.set_index("id")
    assert rows["outcome"].to_dict() == {"1": "won", "2": "open", "3": "lost"}
    assert rows["stage"].to_dict() == {"1": "Won over", "2": "Won over", "3": "Demo"}
    assert rows["owner"].to_dict() == {"1": "Ann Lee", "2": "bob@example.com", "3": "Ann Lee"}
    assert set(rows["pipeline"]) == {"New business"}
    assert reading.tables.stages == ("Demo", "Won over")
    assert rows.loc["2", "probability"] == 0.6
    assert codes(reading)["probability_assumed"] == 1
    assert reading.tables.owners.set_index("owner")["team"].to_dict()["Ann Lee"] == "78"


def test_several_pipelines_are_read_together_when_asked(tmp_path: Path) -> None:
    """Stages of one name stay apart: they carry their pipeline's name."""
    second = "4,p2,20,5,D,40,2026-01-05 09:00:00,2026-03-31 00:00:00\n5,p2,21,5,E,50,2026-01-05 09:00:00,2026-02-06 09:00:00\n"
    paths = files(tmp_path, **{**TABLES, "deal": TABLES["deal"] + second})
    assert "several pipelines" in refused(paths)
    reading = read_crm(paths, mapping=Mapping(all_pipelines=True))
    assert reading.tables.stages == ("Demo (New business)", "Won over (New business)", "Demo (Renewals)")
    rows = reading.tables.opportunities.set_index("id")
    assert rows["outcome"].to_dict() == {"1": "won", "2": "open", "3": "lost", "4": "open", "5": "won"}
    assert rows["stage"].to_dict()["4"] == "Demo (Renewals)"
    one = read_crm(paths, mapping=Mapping(pipeline="Renewals")).tables
    assert (one.opportunities["id"].tolist(), one.stages) == (["4", "5"], ("Demo",))


def test_hubspots_stage_columns_of_all_pipelines(tmp_path: Path) -> None:
    header = (
        HUBSPOT.strip()
        + ',Pipeline,"Date entered ""Demo (A)""","Date entered ""Demo (B)""","Date entered ""Closed Won (A)"""\n'
    )
    rows = (
        "1,x,Closed Won,10,2026-01-02,2026-02-03,A,2026-01-02,,2026-02-03\n"
        "2,y,Demo,10,2026-01-02,2026-03-31,B,2026-01-02,2026-01-09,\n"
    )
    paths = files(tmp_path, deals=header + rows)
    reading = read_crm(paths, mapping=Mapping(all_pipelines=True))
    assert visits(reading, "2") == [("Demo (A)", "01-02"), ("Demo (B)", "01-09")]
    assert visits(reading, "1") == [("Demo (A)", "01-02")]
    assert reading.tables.opportunities["outcome"].tolist() == ["won", "open"]
    assert reading.tables.opportunities["stage"].tolist() == ["Demo (A)", "Demo (B)"]


def test_a_list_of_owners_says_who_belongs_where(tmp_path: Path) -> None:
    deals = (
        HUBSPOT.strip()
        + ",Deal owner\n1,A,Offer,10,2026-01-02,2026-03-31,Ann\n2,B,Offer,10,2026-01-02,2026-03-31,Bob\n"
    )
    owners = "sales_agent,manager,regional_office\nBob,Dora,East\nAnn,Dora,West\n"
    found = read_crm(files(tmp_path, deals=deals, owners=owners)).tables.owners
    assert found.to_dict("records") == [
        {"owner": "Ann", "manager": "Dora", "team": "West"},
        {"owner": "Bob", "manager": "Dora", "team": "East"},
    ]


def test_a_reports_own_columns_say_who_belongs_where(tmp_path: Path) -> None:
    report = (
        "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Created Date,Opportunity Owner,Opportunity Owner: Manager,Owner Role\n"
        "1,A,Demo,10,2026-03-31,2026-01-02,Ann,Dora,West\n2,B,Demo,10,2026-03-31,2026-01-02,Ann,Dora,West\n"
        "3,C,Demo,10,2026-03-31,2026-01-02,Ann,Eve,West\n"
    )
    found = read_crm(files(tmp_path, report=report)).tables.owners
    assert found.to_dict("records") == [{"owner": "Ann", "manager": "Dora", "team": "West"}]


def test_two_files_of_opportunities_are_refused(tmp_path: Path) -> None:
    row = "1,A,Demo,10,2026-03-31,2026-01-02\n"
    said = refused(files(tmp_path, one=REPORT + row, two=REPORT + row))
    assert "each of these files holds opportunities" in said
