"""`make bench` measures what its page says, and `make validate` tells when a limit is not kept."""

from __future__ import annotations

import pytest

from benchmarks import validate
from benchmarks.closed_loop import Share
from benchmarks.speed import CUSTOMERS, measure, single_server_queue


def test_every_line_of_the_bench_is_explained(house):
    result = measure(runs=1)
    page = (house.root / "benchmarks" / "README.md").read_text("utf-8")
    told = {"version", "seed", "runs", "machine"}
    assert [name for name in result if name not in told and f"`{name.replace('_', ' ')}`" not in page] == []
    summaries = [value for value in result.values() if isinstance(value, dict)]
    assert len(summaries) == 7
    for one in summaries:
        assert 0 < one["lowest"] <= one["median"] <= one["highest"]
    rates = ("compiled_events_a_second", "reference_events_a_second", "single_server_queue_events_a_second")
    compiled, reference, queue = (result[name]["median"] for name in rates)
    ratios = ("ratio_compiled_to_reference", "ratio_reference_to_queue")
    assert [result[name]["median"] for name in ratios] == pytest.approx(
        [compiled / reference, reference / queue]  # of one run, which is its own median
    )


def test_the_peer_handles_every_customer():
    """Three events each: arrival, start of service, departure."""
    assert single_server_queue(CUSTOMERS // 100, 1) == 3 * CUSTOMERS // 100


@pytest.mark.parametrize(("share", "verdict", "code"), [(0.8, "yes", 0), (0.69, "NO", 1)])
def test_validate_fails_where_a_limit_is_not_kept(tmp_path, monkeypatch, capsys, share, verdict, code):
    def check():
        yield validate.a_row(
            "a share", Share(share, share - 0.1, share + 0.1), "0 to 9", "0.7 to 0.9", share > 0.7
        )
        yield validate.a_row("a report", 1 / 3, 5)

    monkeypatch.setattr(validate, "CHECKS", (check,))
    monkeypatch.setattr(validate, "RESULTS", tmp_path / "results" / "validation.csv")
    assert validate.main() == code
    assert verdict in capsys.readouterr().out
    lines = (tmp_path / "results" / "validation.csv").read_text("utf-8").splitlines()
    assert lines[0] == "check,measured,low,high,limit,passed,version,seeds"
    assert lines[1].startswith(f"a share,{share},{share - 0.1:.4g},{share + 0.1:.4g},0.7 to 0.9,{verdict},")
    assert lines[2].startswith("a report,0.3333,,,,,")
    assert lines[2].endswith(",5")
