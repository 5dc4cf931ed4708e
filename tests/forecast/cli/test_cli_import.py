"""`pipecast import` over several files, with options and a proposed mapping; `export-crm` in every shape."""

from __future__ import annotations

import json

import pytest

from forecast.cli import crm, proposal
from simulations.exports import SHAPES

HUBSPOT = "Record ID,Deal Name,Pipeline,Deal Stage,Amount,Currency,Create Date,Close Date\n"
DEALS = HUBSPOT + (
    "1,A,New,Closed Won,100,EUR,2026-01-02,2026-02-03\n2,B,New,Offer,100,EUR,2026-01-02,2026-03-31\n"
    "3,C,Renewals,Closed Won,100,USD,2026-01-02,2026-02-03\n"
)
RATES = "currency,rate\nEUR,1\nUSD,0.5\n"
PLAIN = "no,begun,state,ended,worth\nA1,2026-01-02,won,2026-02-03,10\nA2,2026-01-05,open,,20\nA3,2026-01-06,lost,2026-02-09,20\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deals.csv").write_text(DEALS)
    (tmp_path / "rates.csv").write_text(RATES)
    (tmp_path / "plain.csv").write_text(PLAIN)
    return tmp_path


def read(pipecast, *words: str):
    code, out, err = pipecast("import", *words, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.usefixtures("folder")
def test_options_choose_pipelines_and_convert_currencies(pipecast):
    assert read(pipecast, "deals.csv", "--pipeline", "New")["opportunities"] == 2
    found = read(pipecast, "deals.csv", "--all-pipelines", "--rates", "rates.csv")
    assert (found["opportunities"], found["currency"], found["stages"]) == (3, "EUR", ["Offer (New)"])
    assert "amounts_converted" in {finding["code"] for finding in found["findings"]}
    for words, said in (
        ((), "--pipeline"),
        (("--all-pipelines",), "--rates"),
        (("--pipeline", "New", "--all-pipelines"), "not both"),
        (("--pipeline", "Old"), "is no pipeline of this file"),
        (("--all-pipelines", "--rates", "nothing.csv"), "nothing.csv"),
    ):
        code, out, err = pipecast("import", "deals.csv", *words)
        assert (code, out) == (2, "")
        assert said in err


def test_a_mapping_is_proposed_written_once_and_then_used(pipecast, folder):
    code, _, err = pipecast("import", "plain.csv")
    assert code == 2
    assert "--propose" in err
    code, out, err = pipecast("import", "plain.csv", "--propose", "plain.yaml", "--yes")
    assert code == 0, err
    assert "begun" in out
    assert "1 won, 1 open, 1 lost" in out
    assert "id: no" in (folder / "plain.yaml").read_text("utf-8") or 'id: "no"' in (
        folder / "plain.yaml"
    ).read_text("utf-8")
    assert read(pipecast, "plain.csv", "--mapping", "plain.yaml")["outcomes"] == {
        "won": 1,
        "open": 1,
        "lost": 1,
    }
    before = (folder / "plain.yaml").read_text("utf-8")
    code, out, err = pipecast("import", "plain.csv", "--propose", "plain.yaml", "--yes")
    assert (code, out) == (2, "")
    assert "is there already" in err
    assert (folder / "plain.yaml").read_text("utf-8") == before


def test_a_proposal_that_nobody_can_confirm_is_not_written(pipecast, folder):
    """No terminal: a script must say that it wants the proposal unasked."""
    code, out, err = pipecast("import", "plain.csv", "--propose", "plain.yaml")
    assert (code, out) == (2, "")
    assert "nobody can be asked here whether the proposal is right: give --yes" in err
    assert not (folder / "plain.yaml").exists()
    code, _, err = pipecast("import", "plain.csv", "--yes")
    assert (code, "--yes: needs --propose" in err) == (2, True)


@pytest.mark.parametrize(("answer", "kept"), [(True, True), (False, False)])
def test_whoever_sits_at_the_terminal_is_asked_first(pipecast, folder, monkeypatch, answer, kept):
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(proposal, "somebody_is_there", lambda: True)
    monkeypatch.setattr(proposal.click, "confirm", confirm)
    code, out, _ = pipecast("import", "plain.csv", "--propose", "plain.yaml")
    assert code == 0
    assert len(asked) == 1
    assert (folder / "plain.yaml").exists() == kept
    assert ("Nothing was written." in out) != kept


def test_what_only_the_user_can_say_is_asked(pipecast, folder):
    (folder / "plain.csv").write_text(
        PLAIN.replace("2026-01-02", "01/02/2026")
        .replace("2026-01-05", "01/03/2026")
        .replace("2026-01-06", "01/04/2026")
    )
    code, out, _ = pipecast("import", "plain.csv", "--propose", "plain.yaml", "--yes")
    assert code == 0
    assert "What only you can say" in out
    assert "cannot be told apart" in " ".join(out.split())
    code, out, _ = pipecast("import", "plain.csv", "--day-first", "--propose", "other.yaml", "--yes")
    assert "dates: day-first" in (folder / "other.yaml").read_text("utf-8")
    assert "1 won" in out


@pytest.mark.usefixtures("folder")
def test_a_proposal_that_cannot_be_written_is_refused(pipecast):
    code, out, err = pipecast("import", "plain.csv", "--propose", "nowhere/plain.yaml")
    assert (code, out) == (2, "")
    assert "its folder is not there" in err


def test_no_file_at_all_is_the_users_fault(pipecast):
    assert pipecast("import")[0] == 2


def test_the_command_offers_every_shape():
    assert tuple(SHAPES) == crm.SHAPES


@pytest.mark.parametrize("shape", ["salesforce", "hubspot-tables"])
def test_a_simulated_crm_is_read_from_its_folder_in_another_shape(pipecast, small, tmp_path, shape):
    code, out, err = pipecast(
        "export-crm", small, "crm", "--as-of", "2026-06-30", "--seed", "3", "--shape", shape
    )
    assert code == 0, err
    names = {path.name for path in (tmp_path / "crm").iterdir()}
    assert {"targets.csv", "truth.csv", "truth.json"} < names
    assert all(name in out for name in names)
    assert json.loads((tmp_path / "crm" / "truth.json").read_text("utf-8"))["shape"] == shape
    found = read(pipecast, "crm")
    assert found["stage_entries"] > found["opportunities"] > 10
    assert {"unused_files"} <= {finding["code"] for finding in found["findings"]}
    code, out, err = pipecast("import", "crm", "--out", "found")
    assert code == 0, err
    assert (tmp_path / "found" / "report.html").exists()
