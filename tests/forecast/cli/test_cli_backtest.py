"""`pipecast backtest`: what it prints, leaves behind and refuses."""

import csv

import pytest

from forecast.backtest.backtest import LOGGED


@pytest.fixture
def deals(made_crm, tmp_path):
    """Return a small export and the place of its mapping: few origins are left of it, and no segments."""
    rows = made_crm(4, deals=110, days=80).opportunities
    path = tmp_path / "deals.csv"
    rows[["id", "created", "amount", "stage", "outcome", "closed"]].to_csv(path, index=False)
    mapping = tmp_path / "mapping.yaml"
    return path, mapping


def test_a_backtest_is_printed_kept_and_logged(pipecast, deals, rows_of, tmp_path):
    path, mapping = deals
    code, _, err = pipecast("import", path, "--propose", mapping, "--yes")
    assert (code, err) == (0, "")
    words = (
        "backtest",
        path,
        "--mapping",
        mapping,
        "--horizon",
        "2 weeks",
        "--draws",
        "100",
        "--workers",
        "1",
    )
    code, out, err = pipecast(*words, "--out", "found", "--log", "log.csv", "--note", "as found")
    assert (code, err) == (0, "")
    assert "2 weeks ahead, amount" in out
    assert "of the trailing mean's" in out
    assert "Seed 1, 100 draws" in out
    assert max(len(line) for line in out.splitlines()) <= 100
    league = rows_of(tmp_path / "found" / "backtest.csv")
    assert {row["method"] for row in league} >= {"forecast", "trailing mean", "spreadsheet"}
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        logged = list(csv.DictReader(file))
    assert tuple(logged[0]) == LOGGED
    assert {row["note"] for row in logged} == {"as found"}
    assert float(logged[0]["crps"]) == pytest.approx(float(league[0]["crps"]), rel=1e-4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give either an export or a protocol"),
        (("--protocol", "no.yaml", "--data", "."), "no.yaml"),
        (("--horizon", "soon"), "must be written like 2 weeks or 1 month"),
        (("--horizon", "30 months"), "fewer than 4 weekly origins"),
        (("--log", "log.csv"), "--log needs --note"),
    ],
)
def test_a_wrong_question_is_refused(pipecast, export, words, said):
    files = () if not words or "--protocol" in words else (export,)
    code, out, err = pipecast("backtest", *files, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_an_unknown_data_set_is_refused_with_those_known(pipecast, request, tmp_path):
    protocol = request.config.rootpath / "benchmarks" / "backtest.yaml"
    code, _, err = pipecast("backtest", "--protocol", protocol, "--data", tmp_path, "--dataset", "mine")
    assert code == 2
    assert "loans, maven, olist" in err
