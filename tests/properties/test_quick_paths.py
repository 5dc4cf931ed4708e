"""What is done quickly for large tables says what the plain way says: ties, gaps and disorder included."""

from __future__ import annotations

import cProfile
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecast.calibration import past_weeks as weeks_module
from forecast.calibration.amounts import Amounts
from forecast.calibration.draws import calibrate, stays_of
from forecast.calibration.hazards import Hazards, Memory, Stays
from forecast.calibration.past_weeks import past_weeks
from forecast.calibration.records import records
from forecast.calibration.streams import WHOLE_LUCK, stream, whole_luck
from forecast.calibration.weeks import weeks_before
from forecast.calibration.win_curves import win_curves
from forecast.calibration.workdays import WEEK
from forecast.known import as_of
from forecast.new_wins import NewWins, of_new_wins
from forecast.winners import Winners, draw_winners
from simulations import tables as tables_module
from simulations.row_order import in_order, row_order
from simulations.tables import LOST, OPEN, WON, begins_anew, numbered, positions

FIRST = pd.Timestamp("2026-01-05")
MOMENT = FIRST + pd.Timedelta(days=200)
RANKED_BY = ["created", "stage", "amount", "closed", "outcome", "path", "probability", "expected_close"]
#: Texts that come in runs, some of them missing, some of them strange.
RUNS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "", "ä", "a ", None]), st.integers(1, 4)), min_size=1, max_size=12
).map(lambda runs: pd.Series([text for text, times in runs for _ in range(times)], dtype="str"))


@pytest.fixture
def always_runs(monkeypatch) -> None:
    """Look for runs however few texts there are."""
    monkeypatch.setattr(tables_module, "FEWEST_FOR_RUNS", 1)


@given(texts=RUNS, values=st.permutations(["a", "b", "ä", "c"]))
def test_texts_are_found_and_numbered_as_one_by_one(texts: pd.Series, values: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_module, "FEWEST_FOR_RUNS", 1)
        found = positions(texts, pd.Series(values, dtype="str"))
        numbers, anew = numbered(texts), begins_anew(texts)
    place = {value: number for number, value in enumerate(values)}
    assert found.tolist() == [-1 if pd.isna(text) else place.get(text, -1) for text in texts]
    assert numbers.tolist() == pd.factorize(texts)[0].tolist()
    assert anew.tolist() == (texts != texts.shift()).tolist()


@pytest.mark.usefixtures("always_runs")
def test_texts_that_are_the_values_in_their_order_are_found_at_once() -> None:
    values = pd.Series(["x", "y", "z"], dtype="str")
    assert positions(values.repeat(3), values).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert positions(pd.Series(["x", None, "z"], dtype="str"), values).tolist() == [0, -1, 2]


ROWS = st.lists(
    st.tuples(st.integers(-1, 4), st.sampled_from([0.0, 1.0, 2.0, np.nan]), st.integers(0, 2)), max_size=25
)


@example(rows=[(1, 0.0, 2), (1, 0.0, 1)], together=True, within=False)
@given(rows=ROWS, together=st.booleans(), within=st.booleans())
def test_rows_are_put_in_the_order_of_a_plain_sort(*, rows: list, together: bool, within: bool) -> None:
    """Also where groups stand together, in order or not, and where moments are missing or equal."""
    if within:
        rows = sorted(rows, key=lambda row: (np.isnan(row[1]), row[1], row[2]))
    if together:
        rows = sorted(rows, key=lambda row: [3, 0, 4, 1, -1, 2].index(row[0]))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    group, moment, place = (
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], float),
        np.array(columns[2], int),
    )
    wanted = np.lexsort((place, moment, group))
    assert row_order(group, moment, place).tolist() == wanted.tolist()
    if in_order(group, moment, place):
        assert wanted.tolist() == list(range(len(group)))


@given(
    seed=st.integers(0, 10_000), half_life=st.sampled_from([np.inf, 20.0, 91.0]),
    edges=st.sampled_from([(), (0.0,), (0.0, 5.0, 12.5), (0.0, 1.0, 2.0, 40.0, 90.0)]),
)  # fmt: skip
def test_days_lived_are_their_integrals_one_by_one(
    seed: int, half_life: float, edges: tuple[float, ...]
) -> None:
    """Ages on an edge, stays that begin late, old ones that hardly count; sums are exact but for rounding."""
    rng, count = np.random.default_rng(seed), 40
    begin = rng.choice([0.0, 0.0, 5.0], count)
    end = begin + rng.choice([0.0, 1.0, 7.5, 60.0], count)
    stays = Stays(np.zeros(count, int), begin, end, np.zeros(count, int), end + rng.uniform(0, 300, count))
    memory = Memory(half_life)
    bounds = [0.0, *edges, np.inf]
    for age in (begin, end):
        wanted = [
            math.fsum(
                _integral(low, min(high, one), ago, memory.decay)
                for one, ago in zip(age, stays.ago, strict=True)
            )
            for low, high in pairwise(bounds)
        ]
        assert memory.lived(stays, age, np.array(edges)) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def _integral(low: float, high: float, ago: float, decay: float) -> float:
    if high <= low:
        return 0.0
    if decay == 0:
        return float(high - low)
    return float((math.exp(decay * (high - ago)) - math.exp(decay * (low - ago))) / decay)


@given(seed=st.integers(0, 10_000))
def test_opportunities_rank_as_a_sort_by_all_keys_at_once(made_crm, seed: int) -> None:
    """With many ties, in each key and in all before it; missing values stand last."""
    rng = np.random.default_rng(seed)
    tables = made_crm(seed % 3, deals=60, days=90)
    rows = tables.opportunities
    rows = rows.assign(
        created=rows["created"].dt.normalize().where(rng.random(60) < 0.2, FIRST),
        closed=rows["closed"].dt.to_period("M").dt.to_timestamp().astype(rows["closed"].dtype),
        amount=rng.choice([np.nan, 0.0, 10.0], 60), probability=rng.choice([np.nan, 0.5], 60),
        stage=pd.Series(rng.choice(["One", "Two"], 60), dtype="str").mask(rng.random(60) < 0.3),
    )  # fmt: skip
    history = tables.stage_history[tables.stage_history["id"].isin(rows["id"])]
    history = history.assign(
        entered=history["entered"].dt.to_period("M").dt.to_timestamp().astype(history["entered"].dtype)
    )
    found = records(replace(tables, opportunities=rows, stage_history=history), MOMENT)
    visit = pd.util.hash_pandas_object(history[["stage", "entered"]], index=False)
    path = visit.groupby(history["id"].to_numpy()).sum().reindex(rows["id"], fill_value=0).to_numpy()
    keyed = rows.assign(path=path).sort_values(RANKED_BY, kind="stable", na_position="last")
    assert found.ids.tolist() == keyed["id"].tolist()


@given(seed=st.integers(0, 10_000), days=st.integers(20, 260))
def test_what_was_known_is_what_a_look_at_each_opportunity_says(made_crm, seed: int, days: int) -> None:
    tables = made_crm(seed % 3, deals=40, days=200)
    rng, when = np.random.default_rng(seed), FIRST + pd.Timedelta(days=days)
    shuffled = replace(
        tables, opportunities=tables.opportunities.sample(frac=1, random_state=seed),
        stage_history=tables.stage_history.sample(frac=float(rng.choice([0.5, 1.0])), random_state=seed),
    )  # fmt: skip
    found = as_of(shuffled, when)
    place = {stage: number for number, stage in enumerate(tables.stages)}
    wanted_visits = []
    for number, row in enumerate(
        shuffled.opportunities[shuffled.opportunities["created"] < when].itertuples()
    ):
        got = found.opportunities.iloc[number]
        closed = row.closed < when
        visits = shuffled.stage_history[shuffled.stage_history["id"] == row.id]
        visits = sorted(
            ((one.entered, place[one.stage], one) for one in visits.itertuples() if one.entered < when),
            key=lambda one: one[:2],
        )
        wanted_visits += [
            (row.id, one.stage, one.entered, one.left if one.left < when else None) for _, _, one in visits
        ]
        assert got["id"] == row.id
        assert got["outcome"] == (row.outcome if closed else OPEN)
        assert (got["closed"] == row.closed) if closed else pd.isna(got["closed"])
        last = visits[-1][2].stage if visits else (row.stage if closed else None)
        assert (got["stage"] == last) if last is not None else pd.isna(got["stage"])
    got_visits = [
        (one.id, one.stage, one.entered, None if pd.isna(one.left) else one.left)
        for one in found.stage_history.itertuples()
    ]
    assert got_visits == wanted_visits
    assert set(found.opportunities["outcome"]) <= {OPEN, WON, LOST}


@pytest.mark.usefixtures("few_parameter_draws")
@pytest.mark.parametrize(("seed", "at_once"), [(1, 200_000), (2, 7)])
def test_wins_of_past_weeks_are_expected_deal_by_deal_and_week_by_week(
    made_crm, monkeypatch, seed: int, at_once: int
) -> None:
    monkeypatch.setattr(weeks_module, "_VISITS", at_once)
    tables = as_of(made_crm(seed, deals=80, days=120), FIRST + pd.Timedelta(days=130))
    moment = FIRST + pd.Timedelta(days=130)
    found = calibrate(tables, moment, moment + pd.Timedelta(days=30), seed=seed)
    known, clock, hazards = found.records, found.clock, found.curves.hazards
    edges = weeks_before(known.moment, known.starts)
    mean = win_curves(Hazards(hazards.edges, hazards.rate[:1]), 2.0 * WEEK)
    expected, by_deal, first = np.zeros(len(edges) - 1), np.zeros(len(known.created)), {}
    for visit in zip(
        *(getattr(known.visits, name) for name in ("deal", "stage", "entered", "left", "next")), strict=True
    ):
        deal, stage, entered, left, following = visit
        first.setdefault(deal, stage)
        for week, (begin, end) in enumerate(pairwise(edges)):
            if entered < begin and (left > begin or following < 0):
                age = np.round((clock.at(begin) - clock.at(entered)) / mean.step) * mean.step
                span = np.round(clock.at(end) - clock.at(begin), 9)
                chance = mean.within(np.array([stage]), np.array([age]), np.array([span]))[0, 0, 0]
                expected[week] += chance
                by_deal[deal] += chance
    for deal, created in enumerate(known.created):
        for week, (begin, end) in enumerate(pairwise(edges)):
            if begin <= created < end:
                left = clock.at(end) - clock.at(created)
                chance = mean.fresh_within(int(first.get(deal, 0)), np.array([left]))[0, 0]
                expected[week] += chance
                by_deal[deal] += chance
    past, visits = past_weeks(known, clock, hazards), known.visits
    asked = 0.0
    for moment, sign in ((edges[-1], 1), (edges[0], -1)):
        age = clock.at(np.clip(moment, visits.entered, visits.left)) - clock.at(visits.entered)
        asked += sign * hazards.at(hazards.cumulative(), visits.stage, age)[0, :, hazards.stages].sum()
    assert past.soon == pytest.approx(asked / expected.sum(), rel=1e-12)
    expected, by_deal = past.soon * expected, past.soon * by_deal
    assert past.expected == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert past.by_deal == pytest.approx(by_deal, rel=1e-12, abs=1e-12)
    assert found.weekly_expected == pytest.approx(expected, rel=1e-12, abs=1e-12)


def _lose(groups: int, draws: int) -> np.ndarray:
    return np.random.default_rng(3).choice([0.0, 0.3, 0.99, 1.0], (groups, draws)).astype(np.float32)


@pytest.mark.parametrize(("deals", "draws"), [(0, 100), (1, 101), (1_203, 1_500), (501, 1_025)])
def test_winners_are_those_of_one_stream_drawn_in_one_go(deals: int, draws: int) -> None:
    """Chunk after chunk of opportunities, in it draw after draw; several threads do not change who has which luck."""
    lose, group = _lose(4, draws), np.random.default_rng(1).integers(0, 4, deals)
    found = draw_winners(np.arange(deals), group, lambda some: lose[:, some], draws, stream(7, "luck"))
    rng, wanted = stream(7, "luck"), np.zeros((deals, draws), dtype=bool)
    for first in range(0, deals, 500):
        rows = group[first : first + 500]
        for begin in range(0, draws, 1_024):
            some = slice(begin, min(begin + 1_024, draws))
            luck = rng.random((some.stop - begin, len(rows)), dtype=np.float32).T
            wanted[first : first + len(rows), some] = luck >= lose[rows, some]
    assert np.array_equal(np.unpackbits(found.bits, axis=1, count=draws).astype(bool), wanted)


@given(skipped=st.integers(0, 50).map(lambda half: 2 * half), count=st.integers(0, 40))
def test_whole_luck_is_the_generators_own_luck(skipped: int, count: int) -> None:
    together = stream(5, "luck").random(skipped + count, dtype=np.float32)[skipped:]
    assert np.array_equal(whole_luck(stream(5, "luck"), skipped, count), together * WHOLE_LUCK)


@example(seed=1, deals=1_203, draws=9, segments=2)
@given(
    seed=st.integers(0, 1_000), deals=st.integers(0, 30), draws=st.integers(1, 20), segments=st.integers(1, 4)
)
def test_sums_by_segment_are_those_of_each_draw(seed: int, deals: int, draws: int, segments: int) -> None:
    rng = np.random.default_rng(seed)
    won, value = rng.random((deals, draws)) < 0.4, rng.lognormal(9, 1, deals)
    segment = rng.integers(0, segments, deals)
    winners = Winners(np.arange(deals), draws, np.packbits(won, axis=1).reshape(deals, -(-draws // 8)))
    wanted = [[math.fsum(value[won[:, d] & (segment == s)]) for s in range(segments)] for d in range(draws)]
    assert winners.sums(value, segment, segments) == pytest.approx(np.array(wanted), rel=1e-12)


@pytest.mark.parametrize("wins", [[0, 0], [3, 0, 5], [150_000, 0, 120_000, 1, 90_000], [0, 450_000, 0]])
def test_amounts_of_new_wins_are_those_of_one_stream(wins: list[int]) -> None:
    """Whoever draws them, and however many there are at a time; their sums by draw too."""
    count, factor = np.array(wins), np.linspace(0.5, 2.0, len(wins))
    amounts = Amounts(np.sort(np.random.default_rng(1).lognormal(9, 1, 400)), np.ones(3), np.array([]))
    plain = amounts.draw(int(count.sum()), stream(3, "amounts"))
    found = list(of_new_wins(count, (amounts, factor), stream(3, "amounts"), lambda some: some))
    draw = np.concatenate([some.draw for some in found])
    assert np.array_equal(draw, np.repeat(np.arange(len(wins)), count))
    assert np.array_equal(np.concatenate([some.amount for some in found]), plain * factor[draw])
    assert [some.before for some in found] == [int(count[: some.first].sum()) for some in found]
    sums = np.concatenate(list(of_new_wins(count, (amounts, factor), stream(3, "amounts"), NewWins.sums)))
    assert sums == pytest.approx(
        [math.fsum(plain[draw == d] * factor[d]) for d in range(len(wins))], rel=1e-12
    )


@pytest.mark.usefixtures("few_parameter_draws")
def test_no_step_is_taken_for_each_opportunity(made_crm) -> None:
    """Four times as many opportunities over the same days: nearly as many calls, from what was known to the calibration."""
    moment = FIRST + pd.Timedelta(days=200)

    def calls(deals: int) -> int:
        tables = made_crm(4, deals=deals, days=200)
        profile = cProfile.Profile()
        profile.enable()
        known = as_of(tables, moment)
        learned = calibrate(known, moment, moment + pd.Timedelta(days=60), seed=1)
        stays_of(learned.records, learned.clock)
        profile.disable()
        return sum(entry.callcount for entry in profile.getstats())

    calls(100)  # imports
    assert calls(1_600) < 1.5 * calls(400)
