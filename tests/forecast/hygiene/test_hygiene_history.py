"""What became of silent opportunities in a CRM's own history: against counting them one by one."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from forecast.hygiene import Costs, HistoryHygiene, SilentShare, learn_hygiene
from forecast.hygiene.results import Best
from forecast.known import as_of
from forecast.plots.hygiene import draw_silent
from forecast.sentences.hygiene import history_sentences
from simulations.engine.machine import simulate
from simulations.errors import BadInput
from simulations.intervals import Estimate
from simulations.recorder.log import tables_at
from simulations.recorder.record import record_log
from simulations.scenario.model import Scenario, Steady
from simulations.tables import ACTIVITIES, OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

BEGIN = pd.Timestamp("2026-01-05")
NOW = pd.Timestamp("2027-06-01")


def lives(seed: int, deals: int = 300) -> tuple[list[tuple[float, list[float], float, bool]], CrmTables]:
    """Return lives (day created, days of activities, day closed, won), all closed, and the CRM that tells them."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(deals):
        created = float(rng.uniform(0, 250))
        acts = np.sort(created + rng.uniform(0, 200, rng.integers(1, 8))).tolist()
        found.append((created, acts, max(acts) + float(rng.uniform(0, 60)), bool(rng.random() < 0.4)))
    times = [
        {"id": f"D{n:04d}", "owner": "Ann", "created": created, "closed": closed, "outcome": "won" if won else "lost",
         "amount": 1_000.0, "currency": "EUR"}
        for n, (created, _, closed, won) in enumerate(found)
    ]  # fmt: skip
    rows = pd.DataFrame(times)
    done = pd.DataFrame(
        [(f"D{n:04d}", when) for n, (_, acts, _, _) in enumerate(found) for when in acts],
        columns=["id", "when"],
    )
    for frame, columns in ((rows, ("created", "closed")), (done, ("when",))):
        for column in columns:
            frame[column] = BEGIN + pd.to_timedelta(frame[column], unit="D")
    done["kind"] = "call"
    return found, CrmTables(
        conform(rows, OPPORTUNITIES), conform(pd.DataFrame(), STAGE_HISTORY), conform(done, ACTIVITIES)
    )


def counted(found, rule: float) -> tuple[int, int, float]:
    """Return how many were silent for so long, how many of them were won, and their days from then to the end."""
    reached, won, days = 0, 0, 0.0
    for created, acts, closed, is_won in found:
        signs = [created, *acts]
        ends = [*acts, closed]
        first = next((sign + rule for sign, end in zip(signs, ends, strict=True) if end - sign >= rule), None)
        if first is not None:
            reached, won, days = reached + 1, won + is_won, days + closed - first
    return reached, won, days


@pytest.mark.parametrize("seed", [1, 2])
def test_a_finished_history_is_counted_as_by_hand(seed):
    """With nothing open the estimate is the share itself."""
    found, tables = lives(seed)
    told = learn_hygiene([(NOW, tables)], (10.0, 30.0, 60.0))
    years = (NOW - told.since) / pd.Timedelta(days=365.25)
    for one in told.options:
        reached, won, days = counted(found, one.days)
        assert one.reached == reached > 20
        assert one.won.mean == pytest.approx(won / reached)
        assert one.won.low < won / reached < one.won.high
        assert one.hours == pytest.approx(days / 7 * told.hours_a_week / years)
        assert one.thrown_value.mean == pytest.approx(won / years * 1_000)
        assert one.break_even.mean == pytest.approx(one.thrown_value.mean / one.hours)
        assert (one.open_now, one.crm_now) == (0, None)


@pytest.mark.deep
def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """Silence tells nothing here, so 40% are won whatever the rule; of 25 intervals 24 hold it, give or take 2."""
    held = 0
    for seed in range(25):
        one = learn_hygiene([(NOW, lives(seed, 120)[1])], (30.0,), seed=seed).options[0]
        held += one.won.low <= 0.4 <= one.won.high
    assert 21 <= held <= 25


def test_what_is_still_open_is_not_counted_as_lost():
    """In the middle of the history four of ten are open; of those silent 40% will be won, give or take 4 standard errors."""
    moment = BEGIN + pd.Timedelta(days=330)
    known = [as_of(lives(seed, 500)[1], moment) for seed in range(6)]
    shares = [learn_hygiene([(moment, tables)], (20.0,)).options[0].won.mean for tables in known]
    error = float(np.std(shares, ddof=1)) / np.sqrt(len(shares))
    assert abs(np.mean(shares) - 0.4) < 4 * error < 0.08


def test_a_planned_next_step_is_no_silence():
    tables = lives(1)[1]
    acts = tables.activities
    planned = acts.assign(next_step=acts["when"] + pd.Timedelta(days=500))
    rows = CrmTables(tables.opportunities, tables.stage_history, planned)
    # Only the time from creation to the first activity is left.
    first = acts.groupby("id")["when"].min() - tables.opportunities.set_index("id")["created"]
    told = learn_hygiene([(NOW, rows)], (30.0,)).options[0]
    assert told.reached == int((first >= pd.Timedelta(days=30)).sum())


def test_a_move_is_a_sign_of_life():
    _, tables = lives(1)
    rows = tables.opportunities
    visits = pd.DataFrame({
        "id": np.repeat(rows["id"].to_numpy(), 60), "stage": "Propose",
        "entered": np.concatenate([
            pd.date_range(row["created"], row["closed"], 60).to_numpy() for row in rows.to_dict("records")
        ]),
    })  # fmt: skip
    moved = CrmTables(rows, conform(visits, STAGE_HISTORY), tables.activities, ("Propose",))
    assert learn_hygiene([(NOW, moved)], (10.0,)).options[0].reached == 0


def test_mails_that_nobody_answered_may_be_left_out():
    _, tables = lives(1)
    acts = tables.activities
    mails = acts.assign(when=acts["when"] + pd.Timedelta(days=9), kind="mail")
    more = CrmTables(tables.opportunities, tables.stage_history, pd.concat([acts, mails], ignore_index=True))
    plain, heard, left = (
        learn_hygiene([(NOW, crm)], (20.0,), unanswered=kinds).options[0]
        for crm, kinds in ((tables, ()), (more, ()), (more, ("mail",)))
    )
    assert heard.reached < plain.reached
    assert left == plain


def test_snapshots_of_the_last_activity_make_a_log():
    """Weekly, each tells the last activity only: together they tell all that lie a week apart."""
    found, tables = lives(3, 60)
    seen = []
    for week in range(74):
        moment = BEGIN + pd.Timedelta(days=7 * week + 1)
        acts = tables.activities[tables.activities["when"] < moment]
        last = acts.sort_values("when").drop_duplicates("id", keep="last").reset_index(drop=True)
        seen.append((moment, CrmTables(tables.opportunities, tables.stage_history, last)))
    with pytest.raises(BadInput, match="only the last of each opportunity is told"):
        learn_hygiene(seen[-1:], (30.0,))
    short, told = learn_hygiene(seen, (13.0, 30.0)).options
    assert short.reason == "the snapshots are 7 days apart, so silences of less than 14 days may be none"
    reached, _, _ = counted(found, 30.0)
    assert reached <= told.reached <= reached + 3  # an activity between two snapshots that a later one hides


def test_without_activities_nothing_is_said():
    rows = lives(1)[1]
    with pytest.raises(BadInput, match="none is told: export the date of the last activity"):
        learn_hygiene([(NOW, CrmTables(rows.opportunities))], (30.0,))


@pytest.mark.parametrize(
    ("rules", "costs"), [((), Costs()), ((0.0,), Costs()), ((30.0,), Costs(follow_up_every_days=0.0))]
)
def test_what_cannot_be_asked_is_refused(rules, costs):
    with pytest.raises(BadInput, match="the question"):
        learn_hygiene([(NOW, lives(1)[1])], rules, costs=costs)


def test_a_simulated_team_is_told_what_it_is_like():
    """With follow-ups left out: few of those silent for 90 days come back, and more of those for 21."""
    scenario = Scenario.model_validate(
        {"reviews": {"disqualify_after_days": 3650}, "team": {"groups": [{"seats": 2}]}}
    )
    events = simulate(scenario, Steady(), 5, 0)
    moment = datetime(2026, 12, 28)  # noqa: DTZ001 - the wall clock of the CRM
    tables = tables_at(record_log(events, scenario, 5, 0, perfect=True), moment)
    told = learn_hygiene([(pd.Timestamp(moment), tables)], (21.0, 90.0), unanswered=("follow-up",))
    short, long = told.options
    assert short.reached > long.reached > 20
    assert long.won.high < short.won.mean
    assert short.open_now >= long.open_now > 0
    assert short.crm_now > 0


def share(*, net=None, now=0, crm=None, reason=""):
    def of(mean):
        return None if reason else Estimate(mean, 0.9 * mean, 1.1 * mean, 30)

    return SilentShare(
        45.0, 30, 15.0, of(0.1), 200.0, 30.0, 40.0, of(1.5), of(900.0), of(50.0), net, now, 1_000.0 * now, crm, reason
    )  # fmt: skip


def history(*options, best=None, hour=None):
    return HistoryHygiene(NOW, BEGIN, "EUR", 1, options, best, 0.142, hour, 1, "0")


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (history(share()), {"won_later", "cost", "break_even"}),
        (history(share(reason="too few")), {"few_later"}),
        (history(share(now=2, crm=800.0)), {"won_later", "cost", "break_even", "now"}),
        (history(share(now=1)), {"won_later", "cost", "break_even", "now_no_crm"}),
        (
            history(share(net=Estimate(60.0, 10.0, 110.0, 30)), best=Best(45.0, 30.0, None), hour=70.0),
            {"won_later", "cost", "break_even", "pays_best"},
        ),
        (
            history(share(net=Estimate(60.0, -10.0, 110.0, 30)), best=Best(45.0, 30.0, None), hour=70.0),
            {"won_later", "cost", "break_even", "pays_nothing"},
        ),
        (
            history(share(), best=Best(None, None, None), hour=5.0),
            {"won_later", "cost", "break_even", "pays_never"},
        ),
    ],
)
def test_the_sentence_follows_what_is_known(found, wanted):
    said = history_sentences(found)
    assert {sentence.key.removeprefix("hygiene.") for sentence in said} == wanted
    assert all("{" not in str(sentence) for sentence in said)


def test_the_best_rule_weighs_hours_against_wins():
    """With hours for nothing never ends best; with hours beyond price the shortest does."""
    _, tables = lives(1)
    best = {
        value: learn_hygiene([(NOW, tables)], (10.0, 60.0), costs=Costs(value_of_hour=value)).best
        for value in (0.0, 1e9)
    }
    assert best == {0.0: Best(None, None, None), 1e9: Best(10.0, 10.0, 10.0)}


def test_the_picture_of_a_history_can_be_read(eye):
    _, tables = lives(1)
    told = learn_hygiene([(NOW, tables)], costs=Costs(value_of_hour=300.0), currency="EUR")
    seen = eye(draw_silent(told))
    assert seen.overlaps == []
    assert seen.cut == []
    assert seen.says("Red line: what an hour brings")
