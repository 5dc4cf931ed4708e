"""A stage says by its name how an opportunity ended, or somebody is asked; no win is quietly taken for open."""

from pathlib import Path

import pytest

from forecast.crm import Mapping, read_crm
from forecast.crm.outcomes import outcome_of_stage
from simulations.errors import BadInput

NAMES = {
    "won": ("Closed Won", "closedwon", "6 - Closed Won", "07_Closed Won", "\U0001f389 Won", "100% - Won", "Won (Sales)"),
    "lost": ("Closed Lost", "closedlost", "7. Lost", "\u274c Lost", "Lost - to price"),
    "disqualified": ("Disqualified", "8 - Unqualified"),
    "open": ("Proposal", "Closing", "Win plan agreed", "Persona fit", "Contract sent", "Wonderful"),
    None: (
        *("Deal Won", "Verbally won", "Deal closed", "To be closed", "Closed - dead", "Win", "2. Loss", "Signed"),
        *("Geschlossen und gewonnen", "Verloren", "Fermée / perdue", "Cerrada ganada", "Vyhráno", "Przegrana"),
        *("Выиграно", "受注", "Cancelled by customer"),
    ),
}  # fmt: skip
CASES = [(name, outcome) for outcome, names in NAMES.items() for name in names]


@pytest.mark.parametrize(("name", "outcome"), CASES)
def test_a_stage_means_what_its_name_says_or_is_asked_about(name: str, outcome: str | None) -> None:
    assert outcome_of_stage(name, Mapping()) == outcome


def test_a_mapping_has_the_last_word() -> None:
    told = Mapping(stages=("To be closed",), won_stages=("Signed",))
    assert [outcome_of_stage(name, told) for name in ("To be closed", "Signed")] == ["open", "won"]


def test_the_refusal_of_a_stage_in_another_language_says_where_to_name_it(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        "Opportunity ID,Stage,Amount,Close Date,Created Date\n1,Gewonnen,5,2026-02-03,2026-01-02\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match="`won_stages:`") as refused:
        read_crm(tmp_path / "deals.csv")
    (problem,) = refused.value.problems
    assert (problem.where, problem.field, problem.value) == ("line 2", "Stage", "Gewonnen")


@pytest.mark.parametrize(("yes", "no"), [("Ja", "Nein"), ("WAHR", "FALSCH"), ("Oui", "Non"), ("Y", "N")])
def test_yes_and_no_are_known_in_other_languages(tmp_path: Path, yes: str, no: str) -> None:
    (tmp_path / "deals.csv").write_text(
        "Opportunity ID,Stage,Closed,Won,Close Date,Created Date\n"
        f"1,A,{yes},{yes},2026-02-03,2026-01-02\n2,A,{yes},{no},2026-02-03,2026-01-02\n3,A,{no},{no},,2026-01-02\n"
    )
    assert read_crm(tmp_path / "deals.csv").tables.opportunities["outcome"].tolist() == [
        "won",
        "lost",
        "open",
    ]


def test_a_stage_of_unclear_name_is_open_where_another_column_says_that_something_in_it_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "deals.csv").write_text(
        "Record ID,Deal Stage,Create Date,Close Date,Is Closed Won,Is Deal Closed?,"
        '"Date entered ""Verbally won""","Date entered ""Gewonnen"""\n'
        "1,Verbally won,2026-01-02 10:00,,false,false,2026-01-05 10:00,\n"
        "2,Gewonnen,2026-01-02 10:00,2026-01-09 10:00,true,true,2026-01-06 10:00,2026-01-09 10:00\n"
    )
    tables = read_crm(tmp_path / "deals.csv").tables
    assert tables.stages == ("Verbally won",)
    assert tables.stage_history[["id", "stage"]].to_numpy().tolist() == [
        ["1", "Verbally won"],
        ["2", "Verbally won"],
    ]
