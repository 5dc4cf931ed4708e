"""`pipecast cycle`, `pipecast prospecting` and `pipecast forecast --calls`: what they print, leave behind and refuse."""

import json

import pandas as pd
import pytest

from forecast.crm import read_crm

MONTH = ("--as-of", "2026-10-04", "--from", "2026-10-01", "--to", "2026-10-31", "--draws", "200")


def test_a_cycle_is_told_in_words_and_tables(pipecast, export):
    code, out, err = pipecast("cycle", export, "--by", "source", "--by", "introductions")
    assert (code, err) == (0, "")
    assert "are won within 195 days" in out
    assert "By source: won within 195 days" in out
    assert "what changes over a quarter" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_a_cycle_leaves_its_files_whole(pipecast, export, whole_folder, rows_of, outside, tmp_path):
    code, _, _ = pipecast("cycle", export, "--by", "owner", "--out", "found")
    assert code == 0
    assert whole_folder(tmp_path / "found") == {
        "report.html",
        "inflow.csv",
        "inflow_owner.png",
        "inflow_owner.svg",
    }
    assert outside((tmp_path / "found" / "report.html").read_text("utf-8")) == []
    rows = rows_of(tmp_path / "found" / "inflow.csv")
    assert {row["by"] for row in rows} == {"all", "owner"}


def test_a_cycle_for_machines_knows_nothing_after_a_day(pipecast, export):
    _, out, _ = pipecast(
        "cycle", export, "--as-of", "2026-03-31", "--by", "size", "--size-edges", "10000", "--json"
    )
    found = json.loads(out)
    assert found["as_of"] == "2026-04-01T00:00:00"
    assert [one["name"] for one in found["by"]["size"]] == ["below 10,000", "10,000 and more"]
    since, _, _ = pipecast("cycle", export, "--from", "2026-09-30", "--as-of", "2026-03-31")
    assert since == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--size-edges", "many"), "must be amounts separated by commas"),
        (("--size-edges", "5,1"), "ascending order"),
        (("--introductions", "Aliens"), "is the source of no opportunity"),
        (("--as-of", "soon"), "--as-of"),
    ],
)
def test_a_wrong_question_about_the_cycle_is_refused(pipecast, export, words, said):
    code, out, err = pipecast("cycle", export, *words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.fixture
def hours(export):
    return export.parent / "prospecting.csv"


def test_an_hour_of_prospecting_is_told(pipecast, export, hours, tmp_path):
    """The truth of the shipped team is 0.3 leads an hour, of which 0.4 qualify."""
    (tmp_path / "plan.csv").write_text("weekday,start,end\nMon-Fri,9:00,11:00\n", "utf-8")
    words = ("--records", hours, "--plan", "plan.csv", "--country", "US")
    code, out, err = pipecast("prospecting", export, *words)
    assert (code, err) == (0, "")
    assert "protected blocks 100% were kept" in out
    assert max(len(line) for line in out.splitlines()) <= 100
    _, out, _ = pipecast("prospecting", export, *words, "--json")
    whole = json.loads(out)["whole"]["per_hour"]["opportunities"]
    assert whole["low"] <= 0.12 <= whole["high"]


def test_prospecting_leaves_its_files_whole(pipecast, export, hours, whole_folder, rows_of, tmp_path):
    code, _, _ = pipecast("prospecting", export, "--records", hours, "--out", "found")
    assert code == 0
    pictures = {f"{name}.{kind}" for name in ("per_hour", "prospecting_weeks") for kind in ("png", "svg")}
    tables = {"report.html", "per_hour.csv", "prospecting_weeks.csv"}
    assert whole_folder(tmp_path / "found") == pictures | tables
    assert "prospecting records" in (tmp_path / "found" / "report.html").read_text("utf-8")
    assert len(rows_of(tmp_path / "found" / "prospecting_weeks.csv")) == 8 * 26


def test_records_alone_are_told_until_their_last_day(pipecast, tmp_path):
    (tmp_path / "ann.csv").write_text(
        "day,hours,dials\n" + "".join(f"2026-01-{day:02d},2,30\n" for day in range(5, 24)), "utf-8"
    )
    code, out, _ = pipecast("prospecting", "--records", "Ann=ann.csv")
    assert code == 0
    assert "In 2 whole weeks from 10 January 2026 on 28 hours" in out
    assert "An hour brings 15 touches" in out


def test_columns_of_records_are_proposed_and_confirmed(pipecast, tmp_path):
    (tmp_path / "book.csv").write_text("Who did it,Booked,Hours of work\nAnn,2026-01-05,2\n", "utf-8")
    code, _, err = pipecast("prospecting", "--records", "book.csv", "--propose", "map.yaml")
    assert (code, "give --yes to write it unasked" in err) == (2, True)
    code, out, _ = pipecast("prospecting", "--records", "book.csv", "--propose", "map.yaml", "--yes")
    assert code == 0
    assert 'hours: "Hours of work"' in out
    assert (tmp_path / "map.yaml").exists()
    code, _, err = pipecast("prospecting", "--records", "book.csv", "--propose", "map.yaml")
    assert (code, "is there already" in err) == (2, True)


@pytest.fixture
def calls(export, tmp_path):
    """Return a file of calls for two months that are over and one that is not: a fifth too high."""
    rows = read_crm(export).tables.opportunities
    won = rows[rows["outcome"] == "won"]
    lines = ["period,owner,made on,kind,amount"]
    for month in pd.period_range("2026-08", "2026-10", freq="M"):
        start, end = month.start_time, month.end_time
        booked = won.loc[won["closed"].between(start, end), "amount"].sum() if month.month < 10 else 150_000
        lines.append(f"{month},,{start + pd.Timedelta(days=2):%Y-%m-%d},call,{booked * 1.25:.0f}")
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_calls_stand_beside_the_statistics_and_change_none(pipecast, export, calls, whole_folder, tmp_path):
    """The JSON of the forecast is the same with them; what they are worth stands beside it, and in the report."""
    _, plain, _ = pipecast("forecast", export, *MONTH, "--json")
    code, beside, _ = pipecast("forecast", export, *MONTH, "--calls", calls, "--json", "--out", "found")
    assert code == 0
    one, two = json.loads(plain), json.loads(beside)
    judged = two.pop("judgement")
    assert one == two
    assert judged["statistics"] == one["bookings"]["mean"]
    assert judged["blended"]["periods"] == 2
    assert judged["blended"]["bias"] == pytest.approx(0.2, abs=1e-4)
    assert {"calls.csv", "call_errors.png"} <= whole_folder(tmp_path / "found")
    assert "What are commits and calls worth?" in (tmp_path / "found" / "report.html").read_text("utf-8")


def test_calls_are_told_in_words(pipecast, export, tmp_path):
    (tmp_path / "calls.csv").write_text(
        "period,owner,made on,kind,amount\n2026-09,,2026-09-02,call,50000\n2026-10,,2026-10-02,call,150000\n",
        "utf-8",
    )
    code, out, err = pipecast("forecast", export, *MONTH, "--calls", "calls.csv")
    assert (code, err) == (0, "")
    assert "The call for the team of 2 October 2026, USD 150,000, is shown and not mixed in" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_wrong_calls_are_refused_with_their_line(pipecast, export, tmp_path):
    (tmp_path / "calls.csv").write_text(
        "period,owner,made on,kind,amount\n2026-09,,2026-09-02,call,5\n2026-08,,2026-08-02,hope,5\n", "utf-8"
    )
    code, out, err = pipecast("forecast", export, *MONTH, "--calls", "calls.csv")
    assert (code, out) == (2, "")
    assert all(part in err for part in ("calls.csv", "line 3", "hope", "best case"))
