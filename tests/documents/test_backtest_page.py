"""The page that says how often the forecast was right quotes the kept league table and the log, row by row."""

from __future__ import annotations

import csv
import math

import pytest

PAGE = "docs/explanation/how-often-it-was-right.md"


@pytest.fixture(scope="module")
def page(house) -> str:
    return (house.root / PAGE).read_text("utf-8")


@pytest.fixture(scope="module")
def table(house) -> list[dict[str, str]]:
    with (house.root / "benchmarks" / "results" / "backtest.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        return [row for row in csv.DictReader(file) if row["segment"] == "all"]


@pytest.fixture(scope="module")
def log(house) -> list[dict[str, str]]:
    with (house.root / "benchmarks" / "backtest-log.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _range(low: float, high: float, sign: str) -> str:
    return f" ({low:{sign}.0f} to {high:{sign}.0f})" if math.isfinite(low) else ""


def _line(own: dict[str, str], best: dict[str, str]) -> str:
    """Return the row of the page: the forecast beside the other method that lost least where it always answered."""
    loss = _number(best["crps"])
    gap, low, high = (100 * _number(best[name]) / loss for name in ("difference", "low", "high"))
    hit, least, most = (100 * _number(own[name]) for name in ("hit_80", "hit_80_low", "hit_80_high"))
    cells = (
        f"{own['dataset']}, {own['horizon']} ahead, {own['unit']}", own["origins"], f"{_number(own['ratio']):.2f}",
        f"{best['method']}: {_number(best['ratio']):.2f}", f"{gap:+.0f}%{_range(low, high, '+')}",
        f"{hit:.0f}%{_range(least, most, '')}", own["blocks"], f"{100 * _number(own['bias']):+.0f}%",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def test_every_row_of_the_league_stands_there_as_it_falls(page, table) -> None:
    said = [line for line in page.partition("<!-- league -->")[2].splitlines() if line.startswith("| ")][1:]
    said = said[
        : page.partition("<!-- league -->")[2].partition("<!-- end of league -->")[0].count("ahead, ")
    ]
    expected = []
    for own in (row for row in table if row["method"] == "forecast"):
        cell = [own[name] for name in ("dataset", "horizon", "unit")]
        rivals = [
            row
            for row in table
            if row["method"] != "forecast"
            and [row[name] for name in ("dataset", "horizon", "unit")] == cell
            and row["origins"] == own["origins"]
        ]
        expected.append(_line(own, min(rivals, key=lambda row: float(row["crps"]))))
    assert said == expected


def test_every_change_of_method_has_its_line(page, log) -> None:
    """In the order of the log, with its losses and its pooled share."""
    shown = [
        line.rsplit(" | ", 4)[1:]
        for line in page.partition("| change |")[2].splitlines()[2:]
        if line.startswith("| ")
    ]
    notes = list(dict.fromkeys(row["note"] for row in log))
    expected = []
    for note in notes:
        own = [row for row in log if row["note"] == note and row["method"] == "forecast"]
        ratios = {(row["dataset"], row["horizon"], row["unit"]): row["ratio"] for row in own}
        wanted = (
            ("loans", "2 weeks", "deals"),
            ("maven", "1 month", "amount"),
            ("olist", "1 month", "deals"),
        )
        pooled = next(row for row in own if row["dataset"] == "all, with segments")
        expected.append(
            [f"{float(ratios[cell]):.2f}" for cell in wanted] + [f"{100 * float(pooled['hit_80']):.0f}% |"]
        )
    assert shown == expected


def test_the_page_says_of_how_many_segments_it_loses(page, house) -> None:
    path = house.root / "benchmarks" / "results" / "backtest.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        parts = [r for r in csv.DictReader(file) if r["segment"] != "all" and r["method"] == "forecast"]
    losing = sum(float(row["ratio"]) > 1 for row in parts)
    words = " ".join(page.split())
    assert f"of {len(parts)} rows of single owners and sources, {losing} have a larger loss" in words
