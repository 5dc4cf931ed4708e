"""`pipecast import` and `pipecast export-crm`."""

import csv
import json

HOSTILE = "=cmd|' /C calc'!A0"


def test_an_export_is_read_and_its_limits_are_told(pipecast, export):
    code, out, err = pipecast("import", export)
    assert (code, err) == (0, "")
    assert "read as HubSpot deals" in out
    assert "834" in out
    assert "WARNING: 31 of 93 (33%) open opportunities were expected to close before" in out


def test_what_was_read_as_json(pipecast, export):
    _, out, _ = pipecast("import", export, "--json")
    found = json.loads(out)
    assert found["opportunities"] == sum(found["outcomes"].values()) == 834
    assert found["stages"] == ["Discovery", "Evaluation", "Proposal", "Negotiation"]
    assert {finding["code"] for finding in found["findings"]} >= {"expected_close_in_past", "skipped_stages"}


def test_what_an_import_leaves_is_whole(pipecast, export, whole_folder, rows_of, outside, tmp_path):
    code, _, _ = pipecast("import", export, "--out", "read")
    assert code == 0
    folder = tmp_path / "read"
    assert whole_folder(folder) == {
        "report.html", "history.png", "history.svg", "opportunities.csv", "stage_history.csv", "findings.csv",
    }  # fmt: skip
    page = (folder / "report.html").read_text("utf-8")
    assert outside(page) == []
    assert export.name in page
    rows = rows_of(folder / "opportunities.csv")
    assert len(rows) == 834
    assert {row["closed"] == "" for row in rows if row["outcome"] == "open"} == {True}


def test_no_cell_of_a_table_becomes_a_formula(pipecast, export, rows_of, tmp_path):
    with export.open(encoding="utf-8", newline="") as file:
        header, first, *rest = csv.reader(file)
    first[header.index("Deal owner")] = HOSTILE
    with (tmp_path / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, first, *rest])
    code, _, _ = pipecast("import", "deals.csv", "--out", "read")
    assert code == 0
    owners = {row["owner"] for row in rows_of(tmp_path / "read" / "opportunities.csv")}
    assert f"'{HOSTILE}" in owners
    assert [owner for owner in owners if owner.startswith(("=", "+", "-", "@"))] == []


def test_a_name_in_the_export_cannot_write_into_the_report(pipecast, export, tmp_path):
    """Text of a CRM is text: markup in it is shown, not obeyed."""
    text = export.read_text("utf-8").replace('"Discovery"', '"<script>alert(1)</script>"')
    text = text.replace("Discovery (Sales Pipeline)", "<script>alert(1)</script> (Sales Pipeline)")
    (tmp_path / "deals.csv").write_text(text, "utf-8")
    code, _, err = pipecast("import", "deals.csv", "--out", "read")
    assert code == 0, err
    page = (tmp_path / "read" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_simulated_crm_is_exported_and_read_again(pipecast, small, tmp_path):
    code, out, _ = pipecast("export-crm", small, "crm", "--as-of", "2026-06-30", "--seed", "3")
    assert code == 0
    names = sorted(path.name for path in (tmp_path / "crm").iterdir())
    deals = "hubspot-crm-exports-all-deals-2026-06-30.csv"
    assert names == [deals, "prospecting.csv", "targets.csv", "truth.csv", "truth.json"]
    assert all(name in out for name in names)
    code, out, _ = pipecast("import", f"crm/{names[0]}")
    assert code == 0
    assert "HubSpot deals" in out
