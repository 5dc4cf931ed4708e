"""`pipecast simulate` and `pipecast compare`: what people read, and what `--out` leaves."""

import json

WORDS = ("--replications", "3", "--seed", "7", "--workers", "1")


def test_a_comparison_is_printed_in_words_that_a_manager_knows(pipecast, small):
    code, out, err = pipecast("compare", small, *WORDS)
    assert (code, err) == (0, "")
    for words in (
        "booked in the year, USD",
        "chance of the target",
        "hours left, off-weeks",
        "win rate, points",
    ):
        assert words in out
    for raw in ("bookings_in_year", "run_off", "days_waited", "nan", "None"):
        assert raw not in out
    assert "variance-reduction factor" in out
    assert out.rstrip().splitlines()[-1].startswith("Seed 7, pipecast ")


def test_a_table_fits_100_columns_where_the_terminal_says_nothing(pipecast, small):
    _, out, _ = pipecast("compare", small, *WORDS)
    assert max(len(line) for line in out.splitlines()) <= 100
    assert "…" not in out


def test_other_cadences_than_the_named_ones_are_only_steady(pipecast, small):
    code, out, _ = pipecast("simulate", small, *WORDS)
    assert code == 0
    assert "less steady" not in out
    code, out, _ = pipecast("simulate", small, "--cadence", "sawtooth:weeks_on=4,weeks_off=4", *WORDS)
    assert code == 0
    assert "the sawtooth (4 weeks on, 4 off)" in out


def test_a_pause_at_quarter_ends_is_a_cadence_and_the_second_year_is_named(pipecast, small):
    code, out, _ = pipecast("simulate", small, "--cadence", "quarter_end:weeks_off=3", *WORDS)
    assert code == 0
    assert "the pause at quarter ends (the last 3 weeks off)" in out
    assert "second" not in out
    again = small.with_name("second.yaml")
    again.write_text(
        "team: {groups: [{seats: 2}]}\nhorizon: {years: 2, warm_up_weeks: 8}\n", encoding="utf-8"
    )
    code, out, _ = pipecast("compare", again, "--cadence", "sawtooth", *WORDS)
    assert code == 0
    assert "3 simulated years of each cadence, the second under it" in out
    assert "Year 2, what the habit does. Steady against the sawtooth" in out
    assert "year 2 answers what the habit does" in " ".join(out.split())
    assert "year 1" not in out.lower()
    code, out, _ = pipecast("compare", small, "--cadence", "sawtooth", *WORDS, "--out", "found")
    assert code == 0
    assert "Year 1, what if the habit changes now. Steady against the sawtooth" in out
    page = (small.parent / "found" / "report.html").read_text("utf-8")
    assert "Steady against the sawtooth (8 weeks on, 8 off): year 1, what if the habit changes now" in page


def test_what_a_comparison_leaves_is_whole(pipecast, small, whole_folder, rows_of, outside, tmp_path):
    code, out, _ = pipecast("compare", small, *WORDS, "--out", "found")
    assert code == 0
    assert "Wrote found/" in out
    names = whole_folder(tmp_path / "found")
    pictures = {"year_sawtooth", "year_reactive", "totals", "differences", "divergence_sawtooth"}
    tables = {
        "comparison.csv",
        "divergence_sawtooth.csv",
        "published_sawtooth.csv",
        "divergence_reactive.csv",
    }
    assert names >= {"report.html"} | tables | {
        f"{name}.{kind}" for name in pictures for kind in ("png", "svg")
    }
    page = (tmp_path / "found" / "report.html").read_text("utf-8")
    assert outside(page) == []
    assert "small.yaml" in page
    rows = rows_of(tmp_path / "found" / "comparison.csv")
    assert {row["cadence"] for row in rows} >= {"steady", "sawtooth", "reactive"}
    assert float(next(row["mean"] for row in rows if row["measure"] == "total")) > 0


def test_the_table_and_the_json_tell_the_same(pipecast, small, rows_of, tmp_path):
    _, out, _ = pipecast("compare", small, *WORDS, "--json", "--out", "found")
    found = json.loads(out)
    for row in rows_of(tmp_path / "found" / "comparison.csv"):
        measure = found["cadences"][row["cadence"]]["measures"][row["measure"]]
        assert row["mean"] == ("" if measure["mean"] is None else str(measure["mean"])), row["measure"]


def test_the_same_bytes_by_one_process_and_by_two(pipecast, small, tmp_path):
    for workers in ("1", "2"):
        code, _, _ = pipecast(
            "compare",
            small,
            "--cadence",
            "sawtooth",
            "--replications",
            "3",
            "--workers",
            workers,
            "--out",
            workers,
        )
        assert code == 0
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("1", "2")
    )
    assert one == two
