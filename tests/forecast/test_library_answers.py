"""The calls that answer what a command does: the same words, the same JSON, the same refusals."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path

import click
import pandas as pd
import pytest

import forecast
from forecast.backtest import Backtest
from forecast.cli.main import main
from forecast.crm import Reading, read_mapping
from forecast.crm.proposal import proposal_text, propose
from forecast.lead.measuring import LeadTable
from forecast.library import backtests, leads
from simulations.errors import BadInput
from simulations.intervals import Estimate

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAAS = EXAMPLES / "scenarios" / "saas-team.yaml"
#: Command -> the call that answers the same.
CALLS = {
    "review": "make_review",
    "hygiene": "measure_hygiene",
    "ledger": "view_ledger",
    "lead": "measure_lead",
    "backtest": "run_backtest",
    "watch": "watch",
}
#: What only one of the two has: files and how they are read, or left; what is told to a terminal.
OF_COMMAND = {
    "files", "store", "recorded_by", "mapping", "pipeline", "all_pipelines", "rates", "encoding", "day_first", "json", "out",
    "log", "note", "webhook", "fail_on_alarm", "market_cv", "persistence_weeks", "scenario",
}  # fmt: skip
OF_CALL = {"source", "snapshots", "progress", "scenario", "day_first", "market"}


@pytest.fixture
def told(capsys):
    """Return a function that gives the JSON of a command."""

    def call(*words: object):
        with pytest.raises(SystemExit) as end:
            main([*map(str, words), "--json"])
        said = capsys.readouterr()
        assert not end.value.code, said.err
        return json.loads(said.out)

    return call


def plain(answer) -> object:
    return json.loads(json.dumps(answer.to_dict()))


def test_a_review_says_what_the_command_says(told, export, targets, tmp_path):
    records = export.parent / "prospecting.csv"
    words = (
        "--period",
        "2026-07-01:2026-12-31",
        "--draws",
        "100",
        "--seed",
        "3",
        "--disqualify-after-days",
        "30",
    )
    pack = forecast.make_review(
        export, targets_file=targets, prospecting=[records], owner="Rep 06", period="2026-07-01:2026-12-31", draws=100,
        seed=3, disqualify_after_days=30,
    )  # fmt: skip
    files = ("--targets-file", targets, "--prospecting", records)
    assert plain(pack) == told("review", export, *files, "--owner", "Rep 06", *words)
    assert pack.sentences() != pack.sentences("Rep 06")
    assert len(pack.to_frame()) == len(pack.pages) == 2
    with pytest.raises(BadInput, match="must be one of Rep 06"):
        pack.sentences("Rep 07")
    left = pack.report(tmp_path / "pack")
    assert {"review.html", "review.pdf", "actions.json"} <= set(left)
    assert "targets.csv (" in left["review.html"].read_text("utf-8")


def test_hygiene_says_what_the_command_says(told, tmp_path, whole_folder):
    rule = forecast.measure_hygiene(SAAS, days=[30], replications=20, seed=7, workers=1)
    assert plain(rule) == told(
        "hygiene", SAAS, "--days", "30", "--replications", "20", "--seed", "7", "--workers", "1"
    )
    assert len(rule.to_frame()) == 2
    assert all(rule.sentences())
    rule.report(f"{tmp_path / 'found'}")
    assert whole_folder(tmp_path / "found") == {"hygiene.csv", "hygiene.png", "hygiene.svg"}


def test_a_ledger_says_what_the_command_says(told, export, tmp_path):
    books = forecast.view_ledger(
        export, since="2026-04-01", recognition_months=3, close_lag=5, country="US", as_of="2026-09-15"
    )
    words = ("--since", "2026-04-01", "--recognition-months", "3", "--close-lag", "5", "--country", "US")
    assert plain(books) == told("ledger", export, *words, "--as-of", "2026-09-15")
    assert books.sentences()[0]
    assert books.report(tmp_path / "books")["ledger.csv"].exists()
    figures = tmp_path / "figures.csv"
    figures.write_text("month,revenue\n2026-07-31,1000\n2026-08-31,2000\n", "utf-8")
    real = forecast.view_ledger(export, figures=figures, since="2026-07-01")
    assert plain(real) == told("ledger", export, "--figures", figures, "--since", "2026-07-01")
    assert real.given


def test_a_backtest_says_what_the_command_says(told, made_crm, tmp_path):
    rows = made_crm(4, deals=110, days=80).opportunities
    path, mapping = tmp_path / "deals.csv", tmp_path / "mapping.yaml"
    rows[["id", "created", "amount", "stage", "outcome", "closed"]].to_csv(path, index=False)
    mapping.write_text(proposal_text(propose([path]), tmp_path), "utf-8")
    reading = forecast.read_crm(path, mapping=read_mapping(mapping))
    asked = {"horizon": "1 week", "draws": 100, "workers": 1}
    then = forecast.run_backtest(reading, **asked)
    words = (
        "backtest",
        path,
        "--mapping",
        mapping,
        "--horizon",
        "1 week",
        "--draws",
        "100",
        "--workers",
        "1",
    )
    assert plain(then) == told(*words)
    assert len(then.to_frame()) == len(then.outcomes)
    assert set(then.report(tmp_path / "found")) == {"backtest.csv", "backtest-outcomes.csv"}
    assert then.sentences()


def test_a_backtest_as_of_a_day_ends_with_what_was_known_then(made_crm, monkeypatch):
    """What comes after that day is not known to have come, so nothing is scored there."""
    reading = Reading(made_crm(4, deals=110, days=80), (), "made", pd.Timestamp("2026-03-29"))
    asked = []

    def run(plans, how, **_):
        asked.extend(plan.cut for plan, _ in plans.values())
        return Backtest((), None, how, "")

    monkeypatch.setattr(backtests, "backtest", run)
    for day in ("2026-03-14", None, "2030-01-01"):
        forecast.run_backtest(reading, as_of=day, horizon="1 week")
    assert asked == [pd.Timestamp("2026-03-15"), reading.export_date, reading.export_date]


def a_table(seed: int) -> LeadTable:
    one = Estimate(0.05, 0.01, 0.1, 80)
    return LeadTable((), {("known plan", "perfect", "crm"): one}, 20, 80, "saas team", seed)


def test_a_lead_asks_what_the_command_asks(told, monkeypatch):
    """Companies by the hundred are measured elsewhere: here what reaches the measurement, and what comes of it."""
    asked = []

    def measure(scenario, **words):
        words.pop("effort")
        asked.append((scenario, words))
        return a_table(words["seed"])

    monkeypatch.setattr(leads.measuring, "measure_lead", measure)
    answer = forecast.measure_lead(f"{SAAS}", companies=30, shock=("halves", "stops"), seed=4, workers=1)
    words = ("--companies", "30", "--shock", "halves", "--shock", "stops", "--seed", "4", "--workers", "1")
    assert plain(answer) == told("lead", SAAS, *words)
    assert asked[0] == asked[1]
    assert [shock.key for shock in asked[0][1]["shocks"]] == ["halves", "stops"]
    assert answer.kinds == ()
    with pytest.raises(BadInput, match="place"):
        answer.plot()


@pytest.mark.parametrize("command", CALLS)
def test_a_call_has_the_words_of_its_command_and_their_defaults(command):
    module = importlib.import_module(f"forecast.cli.{command}")
    options = {
        parameter.opts[0].removeprefix("--").replace("-", "_"): parameter
        for parameter in getattr(module, command).params
    }
    call = inspect.signature(getattr(forecast, CALLS[command])).parameters
    assert set(options) - OF_COMMAND == set(call) - OF_CALL
    context = click.Context(click.Command("any"))
    for name in set(options) - OF_COMMAND:
        given, own = options[name].get_default(context), call[name].default
        if isinstance(given, int | float | str):  # a command that names no default takes that of the call
            assert given == own, name


@pytest.mark.parametrize(
    ("call", "words", "said"),
    [
        ("make_review", {"period": "2026-10"}, "the call, period: found '2026-10'; must be FIRST:LAST"),
        ("make_review", {"plan": "plan.csv"}, "the call, plan: found 'plan.csv'; needs prospecting records"),
        (
            "make_review",
            {"disqualify_after_days": 0},
            "disqualify_after_days: found '0'; must be 1 to 3,650 days",
        ),
        ("make_review", {"fiscal_year_start": 13}, "must be a month, 1 to 12"),
        ("make_review", {"as_of": "soon"}, "the call, as_of: found 'soon'; must be a day such as 2026-03-31"),
        ("make_review", {"owner": "Nobody", "draws": 100}, "owns nothing that is open"),
        ("measure_hygiene", {"replications": 30}, "replications: found '30'; belongs to a scenario"),
        ("measure_hygiene", {}, "only the last of each opportunity is told"),
        ("view_ledger", {"close_lag": 61}, "close_lag: found '61'; must be 0 to 60"),
        ("run_backtest", {"horizon": "soon"}, "must be written like 2 weeks or 1 month"),
        ("run_backtest", {"protocol": "no.yaml"}, "give either an export or a protocol"),
        ("run_backtest", {"draws": 10}, "draws: found '10'; must be 100 or more"),
    ],
)
def test_a_call_is_refused_in_words_that_can_be_acted_on(export, call, words, said):
    with pytest.raises(BadInput) as refused:
        getattr(forecast, call)(export, **words)
    assert said in str(refused.value)


def test_what_a_scenario_or_a_protocol_lacks_is_said():
    with pytest.raises(BadInput, match="follow_up_hours: found '1'; belongs to a history"):
        forecast.measure_hygiene(SAAS, follow_up_hours=1)
    with pytest.raises(BadInput, match="data: a protocol needs the folder"):
        forecast.run_backtest(protocol="some.yaml")
    with pytest.raises(BadInput, match="companies: found '5'; must be 20 or more"):
        forecast.measure_lead(SAAS, companies=5)


def test_a_folder_that_is_a_file_is_refused(export, tmp_path):
    (tmp_path / "taken").write_text("", "utf-8")
    with pytest.raises(BadInput, match=r"taken: cannot be written: .*; name another folder"):
        forecast.view_ledger(export).report(tmp_path / "taken")
