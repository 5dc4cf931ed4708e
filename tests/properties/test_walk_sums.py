"""What moved a forecast call adds up to its change, line by line, to the cent: by deal, by owner, by what happened."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.bookings import Period
from forecast.calibration.records import day
from forecast.calls.call import HUNDREDTHS, LINES, standings
from forecast.calls.walk import KINDS, TO_CREATE, Walk, WalkQuestion, walk
from simulations.tables import OPPORTUNITIES, CrmTables, conform

THEN, NOW = pd.Timestamp("2026-05-04"), pd.Timestamp("2026-05-11")
PERIOD = Period(day(pd.Timestamp("2026-04-01")), day(pd.Timestamp("2026-07-01")))
CATEGORIES = [None, "commit", "best case", "pipeline", "omitted"]
#: States of a deal: open or closed, when, due when, in which category, how much. Most are open and due in the period.
DEAL = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(["open", "open", "open", "open", "won", "won", "lost", "disqualified"]),
        "closed": st.integers(-60, 25),
        "due": st.sampled_from([0, 10, 20, 30, 40, 50, -60, 90, None]),
        "category": st.sampled_from(CATEGORIES),
        "amount": st.one_of(st.none(), st.decimals(0, 10_000_000, places=2).map(float)),
        "owner": st.sampled_from([None, "Ann", "Bob", "Cid"]),
        "there": st.sampled_from([True, True, True, True, True, False]),
    }
)


def export(deals: list[dict], moment: pd.Timestamp) -> CrmTables:
    """Return an export of a moment: what would have happened later is still open."""
    rows = []
    for number, deal in enumerate(deals):
        if not deal["there"]:
            continue
        closed = THEN + pd.Timedelta(days=deal["closed"])
        over = deal["outcome"] != "open" and closed < moment
        rows.append(
            {
                "id": f"D{number}", "owner": deal["owner"], "created": pd.Timestamp("2026-01-05"),
                "amount": deal["amount"], "outcome": deal["outcome"] if over else "open",
                "closed": closed if over else pd.NaT, "forecast_category": deal["category"],
                "expected_close": pd.NaT if deal["due"] is None else THEN + pd.Timedelta(days=deal["due"]),
            }
        )  # fmt: skip
    return CrmTables(conform(pd.DataFrame(rows, columns=list(OPPORTUNITIES)), OPPORTUNITIES))


def check(found: Walk, now: CrmTables, then: CrmTables, unit: str) -> None:
    """Say that movements add up to the change of every line, and that both calls add up to the target."""
    for call, tables in ((found.now, now), (found.then, then)):
        assert sum(line.hundredths for line in call.lines) + call.to_create == round(call.target * HUNDREDTHS)
        stands = standings(tables, PERIOD, unit)
        for line in (*call.lines, *call.left_out):
            assert line.hundredths == int(stands["hundredths"][stands["line"] == line.name].sum())
    for line in (*LINES, TO_CREATE):
        assert sum(move.moves(line) for move in found.movements) == found.change(line)
    for what in ("owner", "kind", "id"):
        sums = found.by(what)
        for line in (*LINES, TO_CREATE):
            assert sum(round(value * HUNDREDTHS) for value in sums[line]) == found.change(line)
    assert all(
        move.kind in KINDS and move.hundredths for move in found.movements if move.kind == "amount changed"
    )


@given(
    pairs=st.lists(st.tuples(DEAL, DEAL), max_size=12),
    target=st.decimals(0, 50_000_000, places=2).map(float),
    unit=st.sampled_from(["amount", "deals"]),
)
def test_two_exports_differ_by_what_moved(pairs: list, target: float, unit: str) -> None:
    """Deals may do anything between them: appear, vanish, close, reopen, change owner, date, category and amount."""
    before, after = export([then for then, _ in pairs], THEN), export([now for _, now in pairs], NOW)
    found = walk(after, WalkQuestion(NOW, THEN, PERIOD, unit, target), before)
    check(found, after, before, unit)
    assert found.assumed == ()


@functools.cache
def crm(make, seed: int) -> CrmTables:
    """Return a generated CRM with categories."""
    tables = make(seed, deals=150, days=130)
    rows, rng = tables.opportunities, np.random.default_rng(seed)
    category = pd.Series(rng.choice(["commit", "best case", "pipeline"], len(rows)), dtype="str")
    return CrmTables(rows.assign(forecast_category=category), tables.stage_history, stages=tables.stages)


@given(
    seed=st.integers(0, 5),
    weeks=st.integers(1, 10),
    known=st.booleans(),
    unit=st.sampled_from(["amount", "deals"]),
)
def test_one_export_differs_from_itself_as_of_then_by_what_moved(made_crm, seed, weeks, known, unit) -> None:
    """Also where it does not tell what its fields held then: what is assumed moves nothing."""
    tables = crm(made_crm, seed)
    if not known:
        names = ("expected_close", "forecast_category", "probability", "next_step", "amount")
        tables = CrmTables(
            tables.opportunities, tables.stage_history, stages=tables.stages, known_from=dict.fromkeys(names, NOW)
        )  # fmt: skip
    question = WalkQuestion(NOW, NOW - pd.Timedelta(weeks=weeks), PERIOD, unit, 500_000.0)
    found = walk(tables, question)
    for line in (*LINES, TO_CREATE):
        assert sum(move.moves(line) for move in found.movements) == found.change(line)
    assert found.assumed == (() if known else ("expected_close", "forecast_category"))
    if not known:
        assert {move.kind for move in found.movements} <= {"won", "lost", "new", "moved out"}


def test_the_check_notices_a_movement_that_is_left_out() -> None:
    """The check itself: without one movement the sums are wrong."""
    deal = {
        "outcome": "open",
        "closed": 0,
        "due": 10,
        "category": "commit",
        "amount": 5.0,
        "owner": "Ann",
        "there": True,
    }
    before, after = export([deal], THEN), export([deal, {**deal, "amount": 7.0}], NOW)
    found = walk(after, WalkQuestion(NOW, THEN, PERIOD, "amount", 9.0), before)
    check(found, after, before, "amount")
    with pytest.raises(AssertionError):
        check(Walk(found.now, found.then, found.movements[1:], ()), after, before, "amount")
