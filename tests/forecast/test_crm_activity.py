"""The last activity of an opportunity is read where a CRM tells it, and not known before it was."""

from __future__ import annotations

import pandas as pd
import pytest

from forecast.crm import read_crm
from forecast.known import as_of

HUBSPOT = (
    '"Record ID","Deal Name","Deal Stage","Amount","Create Date","Close Date","Deal owner","Last Activity Date"\n'
    '"1","A","Closed Won","10","2026-01-01 10:00","2026-02-01 10:00","Ann","2026-01-20 09:30"\n'
    '"2","B","Discovery","10","2026-01-05 10:00","2026-05-01 10:00","Ann","2026-03-20 09:30"\n'
    '"3","C","Discovery","10","2026-01-06 10:00","2026-05-01 10:00","Ann",""\n'
)
SALESFORCE = (
    "Id,Name,StageName,Amount,CreatedDate,CloseDate,IsClosed,IsWon,LastActivityDate,LastModifiedDate\n"
    "006000000000001,A,Discovery,10,2026-01-01T10:00:00Z,2026-05-01,false,false,2026-03-19,2026-03-21T10:00:00Z\n"
)
PIPEDRIVE = (
    '"Deal - ID","Deal - Title","Deal - Stage","Deal - Status","Deal - Value","Deal - Deal created","Deal - Won time",'
    '"Deal - Lost time","Deal - Last activity date"\n'
    '"1","A","Discovery","Open","10","2026-01-01 10:00:00","","","2026-03-19"\n'
)


def read(tmp_path, text):
    path = tmp_path / "deals.csv"
    path.write_text(text, "utf-8")
    return read_crm(path)


def test_it_is_an_activity_of_its_opportunity(tmp_path):
    acts = read(tmp_path, HUBSPOT).tables.activities
    assert list(acts[["id", "when", "kind"]].itertuples(index=False, name=None)) == [
        ("1", pd.Timestamp("2026-01-20 09:30"), "last activity"),
        ("2", pd.Timestamp("2026-03-20 09:30"), "last activity"),
    ]


@pytest.mark.parametrize("text", [SALESFORCE, PIPEDRIVE])
def test_every_crm_that_tells_it_is_read(tmp_path, text):
    assert list(read(tmp_path, text).tables.activities["when"]) == [pd.Timestamp("2026-03-19")]


def test_before_it_was_it_is_not_known(tmp_path):
    tables = read(tmp_path, HUBSPOT).tables
    assert list(as_of(tables, pd.Timestamp("2026-03-20 09:30")).activities["id"]) == ["1"]


def test_the_shipped_export_tells_it(reading):
    acts, rows = reading.tables.activities, reading.tables.opportunities
    assert len(acts) > 0.7 * len(rows)
    assert acts["id"].is_unique
