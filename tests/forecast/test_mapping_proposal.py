"""A mapping is proposed from names and contents, for its owner to confirm; what only they can say is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm import Mapping, read_crm, read_mapping
from forecast.crm.proposal import Proposal, proposal_text, propose
from simulations.errors import BadInput

PLAIN = (
    "Nr,Kunde,Angelegt am,Phase,Abschlussdatum,Wert,Vertriebler\n"
    "1,Alpha,2026-01-02,Gewonnen,2026-02-03,100,Ann\n2,Beta,2026-01-03,Angebot,,200,Bob\n"
    "3,Gamma,2026-01-04,Verloren,2026-02-05,300,Ann\n4,Delta,2026-01-05,Termin,,400,Bob\n"
)


def proposed(folder: Path, text: str, **others: str) -> Proposal:
    (folder / "deals.csv").write_text(text, encoding="utf-8")
    for name, content in others.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return propose([folder / "deals.csv", *(folder / f"{name}.csv" for name in others)])


def test_names_in_another_language_and_words_for_outcomes_are_known(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, PLAIN)
    assert proposal.mapping.columns == {
        "id": "Nr", "stage": "Phase", "close": "Abschlussdatum", "created": "Angelegt am", "amount": "Wert",
        "owner": "Vertriebler",
    }  # fmt: skip
    assert (proposal.mapping.won_stages, proposal.mapping.lost_stages) == (("Gewonnen",), ("Verloren",))
    assert proposal.ignored == ("Kunde",)
    assert proposal.reading is not None
    assert proposal.reading.tables.opportunities["outcome"].tolist() == ["won", "open", "lost", "open"]


def test_contents_decide_where_names_say_nothing(tmp_path: Path) -> None:
    """A key by its uniqueness, a status by its words, the creation by never lying after the closing."""
    text = (
        "a,b,c,closing date,d\nX1,won,2026-01-02,2026-02-03,7\nX2,lost,2026-01-05,2026-02-04,7\n"
        "X3,open,2026-01-06,,8\nX4,won,2026-01-09,2026-02-09,9\n"
    )
    columns = proposed(tmp_path, text).mapping.columns
    assert columns == {"id": "a", "status": "b", "created": "c", "close": "closing date"}


LANGUAGES = {
    "German": (
        "Opportunity-ID;Opportunity-Name;Phase;Betrag;Schlusstermin;Erstelldatum;Opportunity-Inhaber",
        ("Geschlossen und gewonnen", "Geschlossen und verloren"),
    ),
    "French": (
        "ID d'opportunité;Nom de l'opportunité;Étape;Montant HT;Date de fermeture;Date de création;Propriétaire",
        ("Fermée gagnée", "Fermée perdue"),
    ),
    "Spanish": (
        "Id. de oportunidad;Nombre de la oportunidad;Etapa;Importe;Fecha de cierre;Fecha de creación;Propietario",
        ("Cerrada ganada", "Cerrada perdida"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headers_and_stages_of_a_crm_in_another_language_are_proposed(
    tmp_path: Path, language: str
) -> None:
    head, (won, lost) = LANGUAGES[language]
    text = (
        f"{head}\nA1;Alpha;{won};1.200,50;20.02.2026;02.01.2026;Ann\nB2;Beta;{lost};300,00;21.02.2026;03.01.2026;Ann\n"
        "C3;Gamma;Offerta;40,25;21.03.2026;04.01.2026;Bob\nD4;Delta;Offerta;50,75;21.04.2026;05.01.2026;Bob\n"
    )
    proposal = proposed(tmp_path, text)
    assert proposal.reading is not None
    rows = proposal.reading.tables.opportunities
    assert rows["outcome"].tolist() == ["won", "lost", "open", "open"]
    assert rows["amount"].tolist() == [1200.5, 300.0, 40.25, 50.75]
    assert rows["owner"].tolist() == ["Ann", "Ann", "Bob", "Bob"]
    assert proposal.mapping.columns["name"] == head.split(";")[1]


def test_words_of_another_language_are_proposed_below_the_headers_of_a_known_crm(tmp_path: Path) -> None:
    text = (
        "Opportunity ID,Stage,Amount,Close Date,Created Date\n1,Gewonnen,5,2026-02-03,2026-01-02\n"
        "2,Verloren,5,2026-02-03,2026-01-02\n3,Angebot,5,2026-02-03,2026-01-02\n4,Closed Won,5,2026-02-03,2026-01-02\n"
    )
    proposal = proposed(tmp_path, text)
    assert (proposal.mapping.won_stages, proposal.mapping.lost_stages) == (("Gewonnen",), ("Verloren",))
    assert proposal.reading is not None
    assert proposal.reading.tables.opportunities["outcome"].tolist() == ["won", "lost", "open", "won"]


def test_dates_of_what_is_closed_and_of_nothing_else_are_the_closings(tmp_path: Path) -> None:
    """And the amount, of which nothing says it, is asked for."""
    text = (
        "Ticket,Where is it?,Came in,Done\nT1,Won,2026-01-02,2026-02-03\nT2,Lost,2026-01-05,2026-02-04\n"
        "T3,Open,2026-01-06,\nT4,Won,2026-01-09,2026-02-09\n"
    )
    proposal = proposed(tmp_path, text)
    assert proposal.mapping.columns == {
        "id": "Ticket", "status": "Where is it?", "created": "Came in", "close": "Done",
    }  # fmt: skip
    assert any("which column is the amount?" in question for question in proposal.open)


def test_a_name_alone_is_not_enough(tmp_path: Path) -> None:
    """A column called id that repeats is no id, one called amount with words is no amount."""
    text = PLAIN.replace("Nr,Kunde", "id,Kunde").replace("Wert", "amount")
    twice = text.replace("2,Beta", "1,Beta").replace(",200,", ",much,").replace(",300,", ",much,")
    columns = proposed(tmp_path, twice).mapping.columns
    assert "amount" not in columns
    assert columns["id"] == "Kunde"


def test_columns_that_fit_equally_are_asked_about(tmp_path: Path) -> None:
    text = PLAIN.replace("Kunde", "Betrag").replace("Alpha", "11").replace("Beta", "12")
    text = text.replace("Gamma", "13").replace("Delta", "14")
    proposal = proposed(tmp_path, text)
    assert proposal.mapping.columns["amount"] == "Betrag"
    assert any("is amount really 'Betrag'? 'Wert' fits as well" in question for question in proposal.open)
    assert "# OPEN: is amount really" in proposal_text(proposal, tmp_path)


def test_a_missing_column_and_the_order_of_stages_are_asked_for(tmp_path: Path) -> None:
    without = (
        "\n".join(",".join(line.split(",")[:2] + line.split(",")[3:]) for line in PLAIN.splitlines()) + "\n"
    )
    proposal = proposed(tmp_path, without)
    assert any("which column is created?" in question for question in proposal.open)
    assert proposal.reading is None
    assert any("stages: [Angebot, Termin]" in question for question in proposed(tmp_path, PLAIN).open)


def test_a_history_and_owners_are_found_by_what_they_share(tmp_path: Path) -> None:
    history = (
        "deal;step;at\n1;Termin;02.01.2026\n1;Angebot;09.01.2026\n2;Termin;03.01.2026\n2;Angebot;13.01.2026\n"
    )
    owners = "who,manager,team\nAnn,Dora,West\nBob,Dora,East\n"
    proposal = proposed(tmp_path, PLAIN, history=history, owners=owners)
    told = proposal.mapping
    assert told.stage_history is not None
    assert (told.stage_history.id, told.stage_history.stage, told.stage_history.entered) == (
        "deal",
        "step",
        "at",
    )
    assert told.owners is not None
    assert (told.owners.owner, told.owners.manager, told.owners.team) == ("who", "manager", "team")
    assert proposal.reading is not None
    assert len(proposal.reading.tables.stage_history) == 4
    assert set(proposal.reading.tables.owners["team"]) == {"West", "East"}


def test_what_must_be_accepted_is_proposed_with_its_count(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, PLAIN.replace("2026-01-05", "").replace("2026-02-05", "2025-02-05"))
    assert set(proposal.mapping.accept) == {"undated", "closed_before_created"}
    assert "- undated  # 1 rows: opportunities without a creation date are kept" in proposal_text(
        proposal, tmp_path
    )


def test_what_no_mapping_can_settle_stands_open_in_the_file(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, PLAIN.replace("100", "-100"))
    assert proposal.reading is None
    assert "must not be negative" in str(proposal.problems[0])
    assert "# OPEN: " in proposal_text(proposal, tmp_path)


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace("2026-01-05", "")])
def test_the_written_file_reads_as_proposed(tmp_path: Path, text: str) -> None:
    history = "deal;step;at\n1;Termin;02.01.2026\n2;Termin;03.01.2026\n"
    proposal = proposed(tmp_path, text, history=history)
    (tmp_path / "maps").mkdir()
    path = tmp_path / "maps" / "deals.yaml"
    path.write_text(proposal_text(proposal, path.parent), encoding="utf-8")
    told = read_mapping(path)
    files = {"stage_history": None, "owners": None}
    assert told.model_copy(update=files) == proposal.mapping.model_copy(update=files)
    again = read_crm(tmp_path / "deals.csv", mapping=path)
    assert proposal.reading is not None
    assert again.tables.opportunities.equals(proposal.reading.tables.opportunities)
    assert again.tables.stage_history.equals(proposal.reading.tables.stage_history)


HEADERS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12)


@given(headers=st.lists(HEADERS, min_size=4, max_size=4, unique_by=lambda text: text.strip().casefold()))
def test_any_header_survives_the_mapping_file(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str]
) -> None:
    """Written as YAML and read again, a mapping names the same columns, whatever they are called."""
    told = Mapping(columns=dict(zip(("id", "created", "status", "close"), headers, strict=True)))
    folder = tmp_path_factory.mktemp("proposal")
    text = proposal_text(Proposal("deals.csv", 1, told), folder)
    (folder / "map.yaml").write_text(text, encoding="utf-8")
    assert read_mapping(folder / "map.yaml").columns == told.columns


def test_a_known_export_needs_no_columns(tmp_path: Path) -> None:
    text = "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date\n1,A,Offer,10,,2026-03-31\n2,B,Offer,10,2026-01-02,2026-03-31\n"
    proposal = proposed(tmp_path, text)
    assert (proposal.mapping.columns, proposal.mapping.accept) == ({}, ("undated",))


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("just words\n")
    with pytest.raises(BadInput, match="no columns can be told apart"):
        propose([tmp_path / "deals.csv"])
