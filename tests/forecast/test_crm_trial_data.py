"""Real exports are read unaided, and every opportunity is counted where its manifest says."""

import json
from pathlib import Path

import pandas as pd
import pytest

from forecast.crm import Reading, read_crm
from forecast.known import moment_of_knowledge

EXPORTS = {
    "bpic2012_2012-01-01": ("vendor_style/hubspot_deals.csv", "HubSpot deals", "2012-01-01"),
    "maven_2017-09-30": ("vendor_style/salesforce_report.csv", "Salesforce opportunity report", "2017-10-01"),
    "olist_2018-04-01": ("vendor_style/pipedrive_deals.csv", "Pipedrive deals", "2018-04-01"),
}
LOANS = {
    "columns": {
        "id": "case_id", "created": "created_at", "amount": "requested_amount", "currency": "currency",
        "stage": "stage", "status": "status", "closed": "closed_at",
    },
    "stages": ["Submitted", "Qualified", "Accepted", "Offer sent", "Offer returned"],
    "stage_history": {"file": "stage_history.csv", "id": "case_id", "stage": "stage", "entered": "entered_at"},
}  # fmt: skip


def reading(trial_data: Path, name: str) -> Reading:
    file, _, moment = EXPORTS[name]
    return read_crm(trial_data / name / file, as_of=pd.Timestamp(moment))


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_and_counted_as_its_manifest_says(trial_data: Path, name: str) -> None:
    manifest = json.loads((trial_data / name / "manifest.json").read_text())
    read = reading(trial_data, name)
    assert read.shape == EXPORTS[name][1]
    assert read.tables.opportunities["outcome"].value_counts().to_dict() == manifest["status_in_export"]
    assert read.may_look_ahead == ()


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_wrong_with_an_export_is_found(trial_data: Path, name: str) -> None:
    expected = {
        "bpic2012_2012-01-01": {"dead_stock", "no_probability", "skipped_stages", "reentered_stages"},
        "maven_2017-09-30": {"dead_stock", "left_truncated", "amounts_reset_on_loss", "footer_stripped"},
        "olist_2018-04-01": {"dead_stock", "no_losses", "wins_without_amount", "field_tells_outcome"},
    }
    assert expected[name] <= {finding.code for finding in reading(trial_data, name).findings}


def test_the_loans_have_the_stages_in_their_order_and_visits_that_follow_each_other(trial_data: Path) -> None:
    tables = reading(trial_data, "bpic2012_2012-01-01").tables
    assert tables.stages == tuple(LOANS["stages"])
    history = tables.stage_history
    assert (history["left"].dropna() >= history["entered"][history["left"].notna()]).all()
    assert history.groupby("id", sort=False)["entered"].is_monotonic_increasing.all()
    still = history[history["left"].isna()].merge(tables.opportunities[["id", "outcome"]], on="id")
    assert (still["outcome"] == "open").all()
    assert len(still) == (tables.opportunities["outcome"] == "open").sum()


def test_the_plain_table_by_a_mapping_file_agrees_with_the_hubspot_shape(
    trial_data: Path, tmp_path: Path
) -> None:
    """Two files of the same loans: seconds in one, minutes in the other; all else is equal."""
    folder = trial_data / "bpic2012_2012-01-01"
    mapping = {
        **LOANS,
        "stage_history": {**LOANS["stage_history"], "file": str(folder / "stage_history.csv")},
    }  # type: ignore[dict-item]
    (tmp_path / "map.yaml").write_text(json.dumps(mapping))
    plain = read_crm(folder / "export.csv", mapping=tmp_path / "map.yaml").tables.opportunities
    shaped = reading(trial_data, "bpic2012_2012-01-01").tables.opportunities
    plain, shaped = (frame.set_index("id").sort_index() for frame in (plain, shaped))
    assert plain["outcome"].equals(shaped["outcome"])
    assert plain["amount"].equals(shaped["amount"])
    assert plain["created"].dt.floor("min").equals(shaped["created"])
    assert plain["closed"].dt.floor("min").equals(shaped["closed"])


def test_the_day_of_maven_counts_whole(trial_data: Path) -> None:
    """As of 2017-09-30 for the quarter after it: what was recorded on the day itself is known."""
    moment = moment_of_knowledge("2017-09-30", pd.Timestamp("2017-10-01"))
    read = read_crm(trial_data / "maven_2017-09-30" / EXPORTS["maven_2017-09-30"][0], as_of=moment)
    assert len(read.tables.opportunities) == 7135
