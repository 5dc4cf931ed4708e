"""Commits and calls: read, held against what came and what the statistics said, and mixed in only by skill."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.forecasting import Forecast, forecast
from forecast.judgement import Judgement, judge, read_judgements
from forecast.judgement.blending import FEWEST_PERIODS
from forecast.judgement.cases import DRAWS, Source, calls_of, with_outcomes, with_statistics
from forecast.judgement.reading import period_of
from forecast.plots.judgement import draw_biases, draw_scores
from forecast.report.judgement import judgement_section
from forecast.sentences.judgement import judgement_sentences
from simulations.errors import BadInput
from simulations.tables import CrmTables

HEADER = "period,owner,made on,kind,amount\n"


@pytest.fixture
def read(tmp_path):
    """Return a function that writes lines below the usual header and reads them."""

    def of(*lines: str, header: str = HEADER) -> pd.DataFrame:
        path = tmp_path / "calls.csv"
        path.write_text(header + "\n".join(lines) + "\n", "utf-8")
        return read_judgements(path)

    return of


def test_calls_are_read_with_their_periods(read) -> None:
    rows = read(
        "2026-Q3,Ann,2026-07-10,Commit,\"12,000.50\"", "2026-Q3,,2026-07-10,manager call,50000",
        "2026-07,Ann,2026-07-02,Best Case,9000",
    )  # fmt: skip
    told = rows.assign(start=rows["start"].dt.strftime("%m-%d"), end=rows["end"].dt.strftime("%m-%d"))
    assert told[["start", "end", "kind", "amount"]].to_numpy().tolist() == [
        ["07-01", "07-31", "best case", 9_000.0], ["07-01", "09-30", "commit", 12_000.5],
        ["07-01", "09-30", "call", 50_000.0],
    ]  # fmt: skip
    assert rows["owner"].isna().tolist() == [False, False, True]


def test_a_period_may_stand_as_first_and_last_day(read) -> None:
    rows = read("2026-07-05,2026-08-01,Ann,2026-07-10,commit,5", header="start,end,rep,date,type,value\n")
    assert rows.loc[0, "end"] == pd.Timestamp("2026-08-01")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-Q1", ("2026-01-01", "2026-03-31")), ("Q4/2026", ("2026-10-01", "2026-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")), ("2026", ("2026-01-01", "2026-12-31")),
        ("2026-07-06 to 2026-10-04", ("2026-07-06", "2026-10-04")), ("2026-13", None), ("Q5 2026", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_period_is_known_by_its_name(text, days) -> None:
    assert period_of(text) == (None if days is None else tuple(map(pd.Timestamp, days)))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["next quarter,Ann,2026-07-10,commit,5"], "must be a period such as 2026-Q3"),
        (["2026-Q3,Ann,2026-10-10,commit,5"], "lies after the end of its period"),
        (["2026-Q3,Ann,2026-07-10,hope,5"], "must be one of commit, best case, call"),
        (["2026-Q3,Ann,2026-07-10,commit,-5"], "must not be negative"),
        (["2026-Q3,Ann,2026-07-10,commit,"], "every commit or call needs it"),
        (["2026-Q3,Ann,2026-07-10,commit,5", "2026-Q3,Ann,2026-07-10,commit,6"], "stands on several lines"),
        (["2026-09-30 to 2026-07-01,Ann,2026-07-01,commit,5"], "must not end before it starts"),
    ],
)
def test_a_call_that_cannot_be_read_is_refused(read, lines, said) -> None:
    with pytest.raises(BadInput) as stop:
        read(*lines)
    assert said in str(stop.value)


def test_a_missing_column_is_named(read) -> None:
    with pytest.raises(BadInput, match="column 'made on' is missing"):
        read("2026-Q3,Ann,commit,5", header="period,owner,kind,amount\n")


MOMENT = pd.Timestamp("2026-08-03")
#: Three-week periods of the CRM made in conftest; the last one, which begins at the moment, is forecast.
STARTS = pd.date_range("2026-02-16", "2026-08-03", freq="21D")
PERIODS = [(start, start + pd.Timedelta(days=20)) for start in STARTS]


def outcome(tables: CrmTables, period: tuple, owner: str = "") -> float:
    """Return what a period booked."""
    rows = tables.opportunities
    inside = rows["closed"].between(period[0], period[1] + pd.Timedelta(days=1), inclusive="left")
    mine = (rows["outcome"] == "won") & inside & ((rows["owner"] == owner) | (owner == ""))
    return float(rows.loc[mine, "amount"].sum())


def calls(tables: CrmTables, optimism: float, noise: float, seed: int = 1) -> pd.DataFrame:
    """Return a call for the team and a commit of each owner, on the second day of each period."""
    rng = np.random.default_rng(seed)
    rows = []
    for start, end in PERIODS:
        for owner, kind in (("", "call"), ("Ann", "commit"), ("Bob", "commit")):
            amount = outcome(tables, (start, end), owner) * optimism * np.exp(noise * rng.normal())
            made = start + pd.Timedelta(days=1)
            rows.append(
                {
                    "start": start,
                    "end": end,
                    "owner": owner or None,
                    "made": made,
                    "kind": kind,
                    "amount": amount,
                }
            )
    return pd.DataFrame(rows).astype({"owner": "str"})


@pytest.fixture(scope="module")
def made(made_crm) -> CrmTables:
    """Return a CRM of 30 weeks, its whole future known."""
    return made_crm(5, deals=400, days=230)


@pytest.fixture(scope="module")
def said(made) -> Forecast:
    """Return the forecast of the last period."""
    start, end = PERIODS[-1]
    return forecast(
        made, as_of=MOMENT.to_pydatetime(), start=start, end=end, target=60_000, draws=500, seed=2
    )


@pytest.fixture(scope="module")
def judged(made, said) -> Judgement:
    """Return what calls a fifth too high, and right but for that, are worth."""
    from forecast.known import as_of

    return judge(as_of(made, MOMENT), calls(made, 1.25, 0.1), said)


def test_calls_are_held_against_what_came(made) -> None:
    source = Source(made, MOMENT, "amount", 1, None)
    found = with_outcomes(calls_of(calls(made, 1.0, 0.0), MOMENT), source)
    over = found[found["came"].notna()]
    assert over["amount"].tolist() == pytest.approx(over["came"].tolist())
    # The last period has not begun to be over; nor had its call been made when knowledge ends.
    assert len(over) == 4 * (len(PERIODS) - 1)
    assert set(over["scope"]) == {"team", "owner", "all owners"}


def test_commits_are_added_up_once_everybody_made_one(made) -> None:
    rows = calls(made, 1.0, 0.0)
    late = rows["made"].mask(rows["owner"] == "Bob", rows["made"] + pd.Timedelta(days=3))
    found = calls_of(rows.assign(made=late), MOMENT)
    sums = found[found["scope"] == "all owners"]
    assert (sums["made"] == sums["start"] + pd.Timedelta(days=4)).all()
    both = rows[rows["kind"] == "commit"].groupby("start")["amount"].sum()
    assert sums["amount"].tolist() == pytest.approx(both.iloc[:-1].tolist())


def test_sharp_calls_beat_the_statistics_and_are_mixed_in(judged, made, said) -> None:
    """A call that misses by a tenth once its bias is known, beside statistics that miss by a third."""
    team = next(score for score in judged.scores if score.scope == "team")
    assert team.periods == len(PERIODS) - 1
    assert team.statistics_error is not None
    assert team.bias is not None
    assert team.bias.low <= 0.2 <= team.bias.high
    # No call of the period that is forecast had been made by its first moment.
    assert judged.blended is None
    assert judged.unsaid == {"blended": "no call for the whole period and team is current"}
    known = replace(made, opportunities=made.opportunities)
    later = replace(said.asked, moment=MOMENT + pd.Timedelta(days=3))
    blended = judge(known, calls(made, 1.25, 0.1), replace(said, asked=later)).blended
    assert blended is not None
    assert blended.blend.weight > 0.3
    assert blended.blend.bias == pytest.approx(0.2, abs=0.07)
    goal = said.mean + blended.blend.weight * ((1 - blended.blend.bias) * blended.amount - said.mean)
    assert blended.mean == pytest.approx(goal)


def test_the_statistics_are_those_of_the_day_of_the_call(made) -> None:
    """What they said when the call of the fifth period was made; nothing of what came since."""
    source = Source(made, MOMENT, "amount", 1, None)
    rows = calls(made, 1.0, 0.0)
    one = rows[(rows["start"] == STARTS[4]) & (rows["kind"] == "call")]
    found = with_statistics(with_outcomes(calls_of(one, MOMENT), source), source, None).iloc[0]
    start, end = PERIODS[4]
    then = forecast(
        made, as_of=f"{start + pd.Timedelta(days=1):%Y-%m-%d}", start=start, end=end, draws=DRAWS, seed=1
    )
    assert found["statistics"] == pytest.approx(then.mean)
    assert found["score"] > 0.02 * found["came"]  # had it known the period, its score would be 0


def test_the_bias_of_owners_is_found_and_the_statistics_stay(judged, said) -> None:
    assert {(one.owner, one.kind) for one in judged.owners} == {("Ann", "commit"), ("Bob", "commit")}
    # Eight periods that miss by a tenth leave a standard error of 0.03; three of these are allowed.
    assert [one.bias.mean for one in judged.owners] == pytest.approx([0.2, 0.2], abs=0.09)
    assert all(one.bias.sign == 1 for one in judged.owners)
    assert judged.statistics == said.mean


def test_no_future_changes_what_past_calls_are_worth(made, said, judged) -> None:
    """What closes after the moment is another thing altogether: not one number moves."""
    rows = made.opportunities
    late = ~(rows["closed"] < MOMENT)
    rng = np.random.default_rng(1)
    other = rows.assign(
        outcome=rows["outcome"].mask(late, "won"),
        amount=rows["amount"].mask(rows["created"] >= MOMENT, 1e9),
        closed=rows["closed"].mask(late, MOMENT + pd.to_timedelta(rng.uniform(0, 50, len(rows)), unit="D")),
    )
    from forecast.known import as_of

    again = judge(as_of(replace(made, opportunities=other), MOMENT), calls(made, 1.25, 0.1), said)
    assert json.dumps(again.to_dict()) == json.dumps(judged.to_dict())


def test_an_owner_whom_nobody_knows_is_refused(made, said) -> None:
    rows = calls(made, 1.0, 0.1)
    with pytest.raises(BadInput, match="There are: Ann, Bob"):
        judge(made, rows.assign(owner=rows["owner"].replace("Bob", "Robert")), said)


def test_few_periods_are_scored_and_no_more_is_said(made, said) -> None:
    """Two periods that are over: errors, but no interval, no bias of owners, no weight."""
    rows = calls(made, 1.25, 0.1)
    few = rows[rows["start"] >= STARTS[-3]]
    later = replace(said, asked=replace(said.asked, moment=MOMENT + pd.Timedelta(days=3)))
    found = judge(made, few, later)
    assert all(
        score.against_statistics is None and "2 periods are over" in score.reason for score in found.scores
    )
    assert "at least 5 are needed" in found.unsaid["owners"]
    assert found.blended is not None
    assert found.blended.blend.weight == 0.0
    assert f"at least {FEWEST_PERIODS} are needed" in found.blended.blend.reason
    assert found.blended.mean == pytest.approx(later.mean)


def test_everything_can_be_shown(judged, said) -> None:
    json.dumps(judged.to_dict(), allow_nan=False)
    text = "\n".join(map(str, judgement_sentences(judged, said, "EUR")))
    assert "Nothing is mixed in" in text
    assert "of a commit does not come" in text
    assert draw_scores(judged, "EUR").axes
    assert draw_biases(judged).axes
    section = judgement_section(judged, said, "EUR")
    assert [table.title for table in section.passages[0].tables] == [
        "How good they were",
        "How far owners lean",
    ]
    assert len(judged.to_frame()) == len(judged.scores)
