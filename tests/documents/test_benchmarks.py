"""`make validate` tells when a limit is not kept."""

from __future__ import annotations

import pytest

from benchmarks import validate, validate_alarms, validate_quota
from benchmarks.checks import read_rows, write_rows
from benchmarks.closed_loop import Share


@pytest.mark.parametrize(("share", "verdict", "code"), [(0.8, "yes", 0), (0.69, "NO", 1)])
def test_validate_fails_where_a_limit_is_not_kept(tmp_path, monkeypatch, capsys, share, verdict, code):
    def check():
        yield validate.a_row(
            "a share", Share(share, share - 0.1, share + 0.1), "0 to 9", "0.7 to 0.9", share > 0.7
        )
        yield validate.a_row("a report", 1 / 3, 5)

    monkeypatch.setattr(validate, "CHECKS", {"a part": check})
    monkeypatch.setattr(validate, "RESULTS", tmp_path / "results" / "validation.csv")
    assert validate.main(()) == code
    assert verdict in capsys.readouterr().out
    lines = (tmp_path / "results" / "validation.csv").read_text("utf-8").splitlines()
    assert lines[0] == "check,measured,low,high,limit,passed,version,seeds,part"
    assert lines[1].startswith(f"a share,{share},{share - 0.1:.4g},{share + 0.1:.4g},0.7 to 0.9,{verdict},")
    assert lines[2].startswith("a report,0.3333,,,,,")
    assert lines[2].endswith(",5,a part")


def test_one_part_measured_anew_leaves_the_others_as_they_are(tmp_path, monkeypatch, capsys):
    def one(measured):
        return lambda: iter([validate.a_row("a figure", measured, 1)])

    monkeypatch.setattr(validate, "RESULTS", tmp_path / "validation.csv")
    monkeypatch.setattr(validate, "CHECKS", {"first": one(1.0), "second": one(2.0)})
    validate.main(())
    monkeypatch.setattr(validate, "CHECKS", {"first": one(3.0), "second": one(4.0)})
    validate.main(("--only", "second"))
    rows = [(row.part, row.measured) for row in read_rows(validate.RESULTS, validate.Row)]
    assert rows == [("first", "1"), ("second", "4")]
    assert "a figure: 3" not in capsys.readouterr().out


@pytest.mark.parametrize("kept", [validate, validate_alarms, validate_quota], ids=lambda kept: kept.__name__)
def test_a_kept_table_is_written_as_it_was_read(kept, tmp_path):
    """Byte for byte: a part that is measured anew changes no other row."""
    rows = read_rows(kept.RESULTS, kept.Row)
    assert len(rows) > 3
    write_rows(tmp_path / "again.csv", kept.Row, rows)
    assert (tmp_path / "again.csv").read_bytes() == kept.RESULTS.read_bytes()
