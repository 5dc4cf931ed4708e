"""`pipecast forecast` asked for more: parts, what the target asks for, deals that carry the risk, the walk to target."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

QUARTER = ("--as-of", "2026-10-04", "--from", "2026-10-05", "--to", "2027-01-03")
FEW = ("--draws", "400")
CATEGORIES = (
    "stage_categories: {Negotiation: commit, Proposal: best case, Evaluation: pipeline, Discovery: omitted}\n"
)


@pytest.fixture
def asked(export, targets):
    return ("forecast", export, *QUARTER, "--targets-file", targets, *FEW)


@pytest.fixture
def categories(tmp_path) -> Path:
    """Return a mapping file that gives stages their category."""
    path = tmp_path / "categories.yaml"
    path.write_text(CATEGORIES, "utf-8")
    return path


SINCE = "2026-09-28"


@pytest.fixture
def last_week(export, tmp_path) -> Path:
    """Return the export as of a week before: nothing that came later is in it, and two deals have another amount."""
    with export.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    at = {name: place for place, name in enumerate(header)}
    rows = [_as_before(row, at) for row in rows if row[at["Create Date"]] < SINCE]
    called = [
        row
        for row in rows
        if row[at["Deal Stage"]] in ("Proposal", "Evaluation") and row[at["Close Date"]] > "2026-10-05"
    ]
    called[0][at["Amount"]], called[1][at["Amount"]] = "1000.0", "2000.0"
    path = tmp_path / "hubspot-crm-exports-all-deals-2026-09-27.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return path


def _as_before(row: list[str], at: dict[str, int]) -> list[str]:
    """Return a row as it was: what closed since is still in negotiation, and no moment since is told."""
    closed = row[at["Deal Stage"]].startswith("Closed") and row[at["Close Date"]] >= SINCE
    if closed:
        row[at["Deal Stage"]], row[at["Close Date"]] = "Negotiation", "2026-10-30 12:00"
    dated = [place for name, place in at.items() if name.startswith(("Date entered", "Last Activity"))]
    return ["" if place in dated and cell >= SINCE else cell for place, cell in enumerate(row)]


def test_all_that_is_asked_is_printed(pipecast, asked, categories):
    code, out, err = pipecast(*asked, "--by", "owner", "--by", "month", "--walk", "--mapping", categories)
    assert (code, err) == (0, "")
    for words in ("Bookings by owner, USD", "Bookings by month, USD", "quota", "not yet owned", "2026-12"):
        assert words in out
    for words in (
        "To reach the target with a confidence of 80%",
        "The last useful creation date is",
        "coverage required",
    ):
        assert words in out
    for words in (
        "Which deals carry the risk",
        "The walk to target",
        "commit",
        "best case",
        "still to create",
    ):
        assert words in out
    assert "What moved the call" in out
    assert "Who moved the call" in out
    assert "What these fields held then, no file tells: expected close, forecast category" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_all_that_is_asked_is_in_the_json_and_is_delivered(
    pipecast, asked, whole_folder, rows_of, outside, tmp_path
):
    words = ("--by", "owner", "--confidence", "0.9", "--walk", "--json", "--out", "found")
    code, out, _ = pipecast(*asked, *words)
    assert code == 0
    found = json.loads(out)
    _check_json(found)
    folder = tmp_path / "found"
    names = whole_folder(folder)
    assert {"by_owner.csv", "risks.csv", "walk.csv"} <= names
    assert {f"{name}.{kind}" for name in ("by_owner", "risks", "walk") for kind in ("png", "svg")} <= names
    page = (folder / "report.html").read_text("utf-8")
    assert outside(page) == []
    for title in (
        "What the target asks for",
        "Which deals carry the risk",
        "By owner",
        "The walk to target of the forecast call",
    ):
        assert title in page
    mean = sum(float(row["mean"]) for row in rows_of(folder / "by_owner.csv"))
    told = {(row["group"], row["name"]): row["value"] for row in rows_of(folder / "forecast.csv")}
    assert mean == pytest.approx(float(told["bookings", "mean"]), rel=1e-9)
    assert float(told["required creation", "per_week"]) == found["required"]["creation"]["per_week"]
    assert len(rows_of(folder / "risks.csv")) == 10


def _check_json(found: dict) -> None:
    """Say that parts, risks and requirements are there and fit the total."""
    assert list(found["roll_ups"]) == ["owner"]
    parts = found["roll_ups"]["owner"]["parts"]
    assert sum(part["mean"] for part in parts) == pytest.approx(found["bookings"]["mean"], rel=1e-9)
    owners = {part["name"]: part for part in parts}
    assert owners["Rep 01"]["target"] == pytest.approx(80_000, rel=0.01)  # shares of two quarters
    assert 0 < owners["Rep 01"]["chance"] < 1
    assert found["required"]["confidence"] == 0.9
    assert found["required"]["creation"]["per_week"] > found["required"]["creation"]["present"]
    assert found["required"]["last_useful"]["day"].startswith("2026-1")
    deals = found["risks"]["deals"]
    assert len(deals) == 10
    assert [deal["moves"] for deal in deals] == sorted((deal["moves"] for deal in deals), reverse=True)
    assert deals[0]["moves"] == pytest.approx(deals[0]["given_won"] - deals[0]["given_lost"])
    assert found["walk"]["then"]["as_of"] == "2026-09-28T00:00:00"
    assert found["inputs"]["by"] == ["owner"]


def test_without_a_target_there_is_nothing_to_ask_for(pipecast, export):
    _, out, _ = pipecast("forecast", export, *QUARTER, *FEW, "--by", "source", "--json")
    found = json.loads(out)
    assert found["required"] is found["risks"] is None
    assert list(found["roll_ups"]) == ["source"]


def test_an_earlier_export_tells_more(pipecast, asked, categories, last_week):
    _, out, _ = pipecast(*asked, "--walk", "--earlier", last_week, "--mapping", categories, "--json")
    walk = json.loads(out)["walk"]
    kinds = {move["kind"] for move in walk["movements"]}
    assert {"amount changed", "new"} <= kinds
    assert walk["assumed"] == []
    assert walk["then"]["as_of"] == "2026-09-28T00:00:00"
    names = ("booked", "commit", "best case", "pipeline", "no category", "still to create")
    for line in names:
        for rows in (walk["by_kind"], walk["by_owner"]):
            assert sum(row[line] for row in rows) == pytest.approx(walk["change"][line], abs=0.005)
    for call in (walk["now"], walk["then"]):
        assert sum(line["value"] for line in call["lines"]) + call["still_to_create"] == pytest.approx(
            call["target"]
        )


@pytest.mark.deep
def test_a_store_holds_the_earlier_call(pipecast, export, last_week, tmp_path, categories):
    store = tmp_path / "snapshots.sqlite"
    for file, day in ((last_week, "2026-09-27"), (export, "2026-10-04")):
        code, _, err = pipecast("import", file, "--as-of", day, "--mapping", categories, "--store", store)
        assert code == 0, err
    words = ("--from", "2026-10-05", "--to", "2027-01-03", "--target", "640000", *FEW, "--walk", "--json")
    code, out, err = pipecast("forecast", "--store", store, *words)
    assert code == 0, err
    walk = json.loads(out)["walk"]
    assert walk["then"]["as_of"] == "2026-09-28T00:00:00"
    assert "amount changed" in {move["kind"] for move in walk["movements"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "colour"), ("--by", "colour", "owner")),
        (("--confidence", "1"), ("--confidence", "1")),
        (("--confidence", "nan"), ("confidence", "nan")),
        (("--since", "2026-09-01"), ("--since", "2026-09-01", "needs --walk")),
        (("--walk", "--since", "2026-10-04"), ("since", "must be before the moment of knowledge")),
        (("--walk", "--since", "lately"), ("--since", "lately", "2026-03-31")),
        (("--walk", "--earlier", "gone.csv"), ("gone.csv",)),
        (("--assume-win-rate", "0.2"), ("--assume-win-rate", "give both")),
        (("--assume-win-rate", "2", "--assume-cycle-days", "60"), ("win rate", "2", "at most 1")),
    ],
)
def test_a_wrong_question_is_refused_with_what_is_allowed(pipecast, asked, tmp_path, words, said):
    before = set(tmp_path.iterdir())
    code, out, err = pipecast(*asked, *words, "--out", "found")
    assert (code, out) == (2, "")
    assert all(part in err for part in said), err
    assert set(tmp_path.iterdir()) == before


def test_the_walk_needs_a_target(pipecast, export):
    code, _, err = pipecast("forecast", export, *QUARTER, "--walk")
    assert code == 2
    assert "--walk: needs --target or --targets-file" in err


def test_too_short_a_history_is_refused_and_then_rests_on_what_is_assumed(pipecast, export):
    """The first days of the export: the refusal offers the two options that then answer."""
    words = ("forecast", export, "--as-of", "2025-02-10", "--from", "2025-02-11", "--to", "2025-05-31", *FEW)
    code, out, err = pipecast(*words)
    assert (code, out) == (2, "")
    assert "--assume-win-rate" in err
    code, out, err = pipecast(*words, "--assume-win-rate", "0.25", "--assume-cycle-days", "60")
    assert (code, err) == (0, "")
    assert "an assumed win rate of 25%" in " ".join(out.split())
