"""What a reader of profit and loss knows on a day, beside what is booked; and the command that says it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from forecast.cli.main import main
from forecast.known import as_of
from forecast.ledger import known_of, ledger_of
from forecast.ledger_view import ledger_view
from forecast.sentences.ledger import ledger_sentences
from simulations.errors import BadInput
from simulations.scenario.records import Ledger as Rules
from simulations.tables import OPPORTUNITIES, WON, CrmTables, conform

AT_ONCE = Rules(recognition_months=1)
WINS = [("2025-11-20", 1_200.0), ("2026-01-20", 90.0), ("2026-02-03", 100.0), ("2026-03-02", 7.0)]


def crm(wins=WINS) -> CrmTables:
    rows = pd.DataFrame({
        "id": [f"D{n}" for n in range(len(wins))], "created": pd.Timestamp("2025-10-01"), "outcome": WON,
        "closed": pd.to_datetime([day for day, _ in wins]), "amount": [amount for _, amount in wins],
    })  # fmt: skip
    return CrmTables(conform(rows, OPPORTUNITIES))


def at(day, rules=AT_ONCE, **more):
    moment = pd.Timestamp(day)
    return ledger_view(as_of(crm(), moment), moment, rules, currency="EUR", **more)


def said(found):
    return {sentence.key.removeprefix("ledger."): str(sentence) for sentence in ledger_sentences(found)}


def test_a_month_is_known_once_its_figures_have_appeared():
    """January's appear ten working days after it, on Friday, 13 February."""
    before, after = at("2026-02-13"), at("2026-02-14")
    assert (before.revenue, after.revenue) == (0.0, 90.0)
    assert (before.last_month, after.last_month) == (pd.Timestamp("2025-12-01"), pd.Timestamp("2026-01-01"))
    assert said(before)["next"] == "The next figures, of January 2026, appear on 13 February 2026."


def test_booked_and_published_are_held_beside_each_other():
    found = at("2026-03-05")
    assert (found.booked, found.revenue, found.unseen) == (197.0, 90.0, 107.0)
    assert list(found.months["bookings"]) == [1_200.0, 0.0, 90.0, 100.0, 7.0]
    assert list(found.months["known"]) == [True, True, True, False, False]
    assert pd.isna(found.months["revenue"].iloc[-1])
    assert set(said(found)) == {"known", "unseen", "next"}


def test_what_is_recognised_later_shows_later():
    """1,200 of November over twelve months: January's figures hold 100 of it, and 90 / 12 of its own."""
    found = at("2026-03-05", Rules(recognition_months=12))
    assert found.revenue == pytest.approx(107.5)
    january = ledger_view(crm(WINS[:2]), pd.Timestamp("2026-02-20"), Rules(recognition_months=12))
    assert january.unseen == pytest.approx(90 - 107.5)
    assert "seen" in said(january)


def test_it_is_the_ledgers_own_figure():
    moment = pd.Timestamp("2026-03-20")
    found = ledger_view(crm(), moment, AT_ONCE, since=pd.Timestamp("2025-11-15"))
    assert found.since == pd.Timestamp("2025-11-01")
    assert (
        found.revenue == known_of(ledger_of(crm(), moment, AT_ONCE), moment, found.since).to_date == 1_390.0
    )


def test_given_figures_stand_in_place_of_made_ones():
    figures = pd.DataFrame({
        "month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "revenue": [80.0, 111.0],
        "published": pd.to_datetime(["2026-02-05", "2026-03-05"]),
    })  # fmt: skip
    found = at("2026-03-06", figures=figures)
    assert (found.revenue, found.given) == (191.0, True)


def test_before_the_year_has_figures_it_says_so():
    assert set(said(at("2026-01-05"))) == {"nothing", "same", "next"}


def test_without_an_ended_month_there_is_nothing_to_say():
    with pytest.raises(BadInput, match="no month with a win that carries an amount has ended"):
        ledger_view(crm([("2026-01-20", 90.0)]), pd.Timestamp("2026-01-25"), AT_ONCE)


def run(capsys, *words):
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    found = capsys.readouterr()
    return int(end.value.code or 0), found.out, found.err


def test_the_command_says_it(capsys, export, tmp_path):
    code, out, err = run(capsys, "ledger", export, "--country", "US", "--out", tmp_path / "found")
    assert (code, err) == (0, "")
    assert "knows the months until August 2026" in " ".join(out.split())
    assert "2026-09   167,354.41" in out
    assert (tmp_path / "found" / "ledger.csv").is_file()
    told = json.loads(run(capsys, "ledger", export, "--as-of", "2026-03-05", "--json")[1])
    assert (told["last_month"], told["since"], told["months"][-1]["revenue"]) == (
        "2026-01",
        "2026-01-01",
        None,
    )


def test_the_command_reads_figures_and_a_store(capsys, export, tmp_path):
    (tmp_path / "figures.csv").write_text("month,revenue\n2026-01-31,10\n2026-02-28,20\n", "utf-8")
    told = json.loads(run(capsys, "ledger", export, "--figures", tmp_path / "figures.csv", "--json")[1])
    assert (told["revenue"], told["figures_given"]) == (30.0, True)
    assert run(capsys, "import", export, "--store", tmp_path / "p.db")[0] == 0
    stored = json.loads(run(capsys, "ledger", "--store", tmp_path / "p.db", "--json")[1])
    assert stored == json.loads(run(capsys, "ledger", export, "--json")[1])
    assert run(capsys, "ledger")[0] == 2
