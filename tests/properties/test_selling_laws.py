"""Laws of what is said of those who sell: no future, no row order, no id, no unit of money changes it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.incidence import LOST, WON, Fates, incidence
from forecast.inflow import learn_inflow
from forecast.judgement.bias import bias_draws
from forecast.judgement.blending import Blend, blended_draws, learn_blend
from forecast.known import as_of
from forecast.prospecting.blocks import KEPT, kept_blocks
from forecast.prospecting.per_hour import rates_of
from forecast.source_kinds import kind_of

#: Where an example takes a tenth of a second.
SLOW = settings(max_examples=max(8, settings.default.max_examples // 3))
NUMBERS = st.floats(0.0, 1e6, allow_nan=False)


@SLOW
@given(seed=st.integers(0, 500))
def test_an_inflow_knows_no_row_order_and_no_id(made_crm, seed: int) -> None:
    tables = made_crm(seed, deals=60, days=150)
    moment = tables.opportunities["created"].max() - pd.Timedelta(days=20)
    known = as_of(tables, moment)
    order = np.random.default_rng(seed).permutation(len(known.opportunities))
    rows = known.opportunities.iloc[order].reset_index(drop=True)
    names = {key: f"X{place}" for place, key in enumerate(rows["id"])}
    other = replace(
        known,
        opportunities=rows.assign(id=rows["id"].map(names)),
        stage_history=known.stage_history.assign(id=known.stage_history["id"].map(names)),
    )
    by = ("owner", "size")
    one, two = (json.dumps(learn_inflow(part, moment, by=by).to_dict()) for part in (known, other))
    assert one == two


@SLOW
@given(seed=st.integers(0, 500))
def test_an_inflow_knows_no_future(made_crm, futures, seed: int) -> None:
    """Another future, of which the export knows everything: the same words about the past."""
    tables = made_crm(seed, deals=100, days=250)
    other = futures.other(tables, np.random.default_rng(seed), amounts=False)
    rows = other.opportunities
    kept = tables.opportunities.set_index("id")[["owner", "source"]].reindex(rows["id"])
    for column in ("owner", "source"):  # what has no history may look ahead, and says so elsewhere
        rows[column] = kept[column].fillna(rows[column].set_axis(kept.index)).to_numpy()
    known = (as_of(one, futures.when) for one in (tables, replace(other, opportunities=rows)))
    one, two = (json.dumps(learn_inflow(part, futures.when, by=("owner",)).to_dict()) for part in known)
    assert one == two


@SLOW
@given(seed=st.integers(0, 500), factor=st.sampled_from([0.01, 3.0, 1e6]))
def test_money_in_another_unit_changes_amounts_and_nothing_else(made_crm, seed: int, factor: float) -> None:
    tables = made_crm(seed, deals=60, days=150)
    moment = tables.opportunities["created"].max()
    rows = tables.opportunities
    dearer = replace(tables, opportunities=rows.assign(amount=rows["amount"] * factor))
    one, two = (learn_inflow(as_of(part, moment), moment, by=("owner",)) for part in (tables, dearer))
    for (_, first), (_, second) in zip(one.segments(), two.segments(), strict=True):
        assert first.conversion == second.conversion
        assert first.per_week == second.per_week
        if first.value_per_week is not None:
            assert second.value_per_week.mean == pytest.approx(factor * first.value_per_week.mean)
            assert second.value_per_week_trend.mean == pytest.approx(
                first.value_per_week_trend.mean, abs=1e-6
            )


@given(
    ends=st.lists(
        st.tuples(st.floats(0.1, 300), st.sampled_from([WON, LOST, -1]), st.floats(0, 50)), min_size=1
    )
)
def test_an_incidence_rises_and_stays_a_share(ends) -> None:
    end, cause, begin = (np.array(part) for part in zip(*ends, strict=True))
    fates = Fates(np.minimum(begin, end), end, cause, np.zeros(len(end)))
    found = incidence(fates, 20, np.random.default_rng(1), fewest=1)
    assert (np.diff(found.won, axis=1) >= -1e-9).all()
    assert (found.won >= 0).all()
    assert (found.won <= 1 + 1e-9).all()
    assert (np.diff(found.ages) > 0).all()


@given(
    count=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=5),
    hours=st.lists(st.integers(0, 40), min_size=4, max_size=4),
)
def test_rates_are_above_nothing_and_shrink_toward_the_team(count, hours) -> None:
    """Finite and not below 0; an owner without hours is told by the team alone."""
    counts = np.array(count, dtype=float)
    spent = np.tile(np.array(hours, dtype=float), (len(counts), 1))
    counts[spent == 0] = 0
    counts, spent = np.vstack((counts, np.zeros(4))), np.vstack((spent, np.zeros(4)))
    if spent.sum() == 0:
        return
    rates = rates_of(counts, spent, np.zeros(len(counts), dtype=np.int64), (200, np.random.default_rng(1)))
    assert np.isfinite(rates.owner).all()
    assert (rates.owner >= 0).all()
    raw = counts[:-1].sum(axis=1) / np.maximum(spent[:-1].sum(axis=1), 1e-9)
    middle = np.median(rates.owner[:, -1])
    worked = spent[:-1].sum(axis=1) > 0
    shrunk = np.median(rates.owner[:, :-1], axis=0)
    # Between what came and the team, give or take half a result: the prior of a rate near 0 lies above it.
    slack = 1.0 / np.maximum(spent[:-1].sum(axis=1), 1e-9) + 0.5 * middle
    low, high = np.minimum(raw, middle) - slack, np.maximum(raw, middle) + slack
    assert ((shrunk >= low) & (shrunk <= high))[worked].all()


@given(
    blocks=st.lists(st.tuples(st.integers(0, 3), st.floats(0.25, 4)), min_size=1, max_size=12),
    hours=st.lists(
        st.tuples(st.integers(0, 3), st.floats(0, 10)), max_size=4, unique_by=lambda pair: pair[0]
    ),
)
def test_no_hour_keeps_two_blocks(blocks, hours) -> None:
    """What falls to the blocks of a day is no more than its hours, and no block gets more than it asks for."""
    day = pd.Timestamp("2026-01-05")
    plan = pd.DataFrame(
        {
            "owner": "Ann",
            "day": [day + pd.Timedelta(days=one) for one, _ in blocks],
            "hours": [h for _, h in blocks],
        }
    ).sort_values("day", kind="stable")
    table = pd.DataFrame(
        {
            "owner": "Ann",
            "day": [day + pd.Timedelta(days=one) for one, _ in hours],
            "hours": [h for _, h in hours],
        }
    ).astype({"owner": "str", "day": "datetime64[us]", "hours": "float64"})
    found = kept_blocks(plan.astype({"owner": "str", "day": "datetime64[us]"}).reset_index(drop=True), table)
    assert len(found) == len(blocks)
    spent = found.groupby("day")["spent"].sum()
    done = table.set_index("day")["hours"].reindex(spent.index).fillna(0.0)
    assert (spent <= done + 1e-9).all()
    assert (found["spent"] <= found["hours"] + 1e-9).all()
    assert (found["kept"] == (found["spent"] >= KEPT * found["hours"])).all()
    full = found.groupby("day")["hours"].sum() <= done
    assert found[found["day"].map(full)]["kept"].all()


@given(
    called=st.lists(st.floats(1.0, 1e6), min_size=2, max_size=12),
    share=st.floats(0.0, 2.0),
    factor=st.sampled_from([1e-3, 7.0, 1e5]),
)
def test_a_bias_has_no_unit(called, share, factor) -> None:
    """Calls and what came in another currency lean by as much; a call of which a share comes leans by the rest."""
    calls = np.array(called)
    came, owner = calls * share, np.arange(len(calls)) % 2
    one, two = (
        bias_draws(calls * unit, came * unit, owner, 2, (100, np.random.default_rng(1)))
        for unit in (1.0, factor)
    )
    assert two.owner == pytest.approx(one.owner, abs=1e-6)
    assert one.owner.mean() == pytest.approx(1 - share, abs=0.1 * max(abs(1 - share), 1e-6) + 1e-3)


@given(
    rows=st.lists(st.tuples(st.floats(1.0, 1e6), st.floats(1.0, 1e6), NUMBERS), min_size=0, max_size=15),
    factor=st.sampled_from([1e-3, 1e4]),
)
def test_a_weight_lies_between_nothing_and_all_and_has_no_unit(rows, factor) -> None:
    called, statistics, came = (
        (np.array(part) for part in zip(*rows, strict=True)) if rows else (np.zeros(0),) * 3
    )
    one = learn_blend(called, statistics, came)
    assert 0.0 <= one.weight <= 1.0
    assert (one.weight == 0.0) == (one.reason != "")
    assert len(rows) >= 6 or one.weight == 0.0
    other = learn_blend(called * factor, statistics * factor, came * factor)
    assert other.weight == pytest.approx(one.weight, abs=1e-6)


@given(
    draws=st.lists(NUMBERS, min_size=2, max_size=30), booked=NUMBERS, call=NUMBERS, weight=st.floats(0, 1),
    bias=st.floats(-1, 1),
)  # fmt: skip
def test_a_blend_moves_the_mean_and_never_what_is_booked(draws, booked, call, weight, bias) -> None:
    total = booked + np.array(draws)
    moved = blended_draws(total, booked, call, Blend(weight, bias, 9, None, ""))
    assert (moved >= booked * (1 - 1e-9) - 1e-6).all()
    mean = float(total.mean())
    if mean > booked + 1e-3:
        goal = max(mean + weight * ((1 - bias) * call - mean), booked)
        assert moved.mean() == pytest.approx(goal, rel=1e-6, abs=1e-3)
    same = blended_draws(total, booked, call, Blend(0.0, bias, 9, None, "few"))
    assert (same == total).all()


@given(text=st.text(max_size=40))
def test_any_word_is_a_source_of_some_kind_or_none(text: str) -> None:
    assert kind_of(text) in ("prospecting", "inbound", "referral", None)
