"""The waterfall balances to the cent and to the opportunity, whatever happened between two moments, and so does each part."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from forecast.changes.steps import REVALUED, SIGNS, Due, steps_between
from forecast.changes.waterfall import BYS, parts, whole
from simulations.tables import OPEN, OPPORTUNITIES, OUTCOMES, OWNERS, CrmTables, conform

BEGIN, END = pd.Timestamp("2026-07-01"), pd.Timestamp("2026-08-01")
DUES = (None, Due(pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-30")))
NAMES = st.sampled_from(["Ann", "Bob", None])


@st.composite
def states(draw: st.DrawFn, until: pd.Timestamp) -> dict[str, object]:
    """Draw an opportunity as it may look at a moment: any outcome, amount, date and owner, also such as make no sense."""
    outcome = draw(st.sampled_from([OPEN, OPEN, *OUTCOMES]))
    days = st.integers(0, 120).map(lambda day: pd.Timestamp("2026-06-01") + pd.Timedelta(days=day))
    cents = st.one_of(st.none(), st.integers(0, 10_000_000), st.just(0))
    return {
        "created": pd.Timestamp("2026-05-01"),
        "outcome": outcome,
        "closed": pd.NaT if outcome == OPEN else min(draw(days), until - pd.Timedelta(hours=1)),
        "expected_close": draw(st.one_of(st.just(pd.NaT), days)) if outcome == OPEN else pd.NaT,
        "amount": float("nan") if (minor := draw(cents)) is None else minor / 100,
        "owner": draw(NAMES),
        "source": draw(NAMES),
        "product": "P",
    }


@st.composite
def crms(draw: st.DrawFn, until: pd.Timestamp) -> CrmTables:
    """Draw a CRM of a few opportunities at a moment; another one has some of the same, in another state."""
    ids = draw(st.lists(st.integers(0, 12), unique=True, max_size=10))
    rows = [{"id": f"D{number}", **draw(states(until))} for number in ids]
    frame = pd.DataFrame(rows, columns=list(OPPORTUNITIES))
    teams = pd.DataFrame(
        {"owner": ["Ann", "Bob"], "team": draw(st.sampled_from([["North", "South"], ["East", "East"]]))}
    )
    return CrmTables(conform(frame, OPPORTUNITIES), owners=conform(teams, OWNERS))


def assert_comes_and_goes_once(frame: pd.DataFrame) -> None:
    """No opportunity enters the pipeline twice or leaves it twice."""
    moved = frame[~frame["step"].isin(REVALUED)]
    sign = moved["step"].map({**SIGNS, "end": -1})
    assert (sign.groupby([moved["id"], sign]).count() == 1).all()


@given(crms(BEGIN), crms(END), st.sampled_from(DUES))
def test_start_and_all_steps_are_the_end(before: CrmTables, after: CrmTables, due: Due | None) -> None:
    taken = steps_between(before, after, BEGIN, due, "EUR")
    total = whole(taken, "EUR")
    assert total.balance == total.flows["end"]
    assert (taken.frame["minor"] >= 0).all()
    assert due or total.deals("pulled_in") == total.deals("pushed_out") == 0
    assert_comes_and_goes_once(taken.frame)
    for name, tables in (("start", before), ("end", after)):
        rows = tables.opportunities
        there = rows[(rows["outcome"] == OPEN) & (due is None or due.holds(rows["expected_close"]))]
        assert total.deals(name) == len(there)
        assert total.flows[name].minor == int(round(there["amount"].fillna(0) * 100).sum())


@given(crms(BEGIN), crms(END), st.sampled_from(DUES), st.sampled_from(BYS))
def test_every_part_balances_and_all_add_up_to_the_whole(before, after, due, by) -> None:
    taken = steps_between(before, after, BEGIN, due, "EUR")
    total = whole(taken, "EUR")
    named = pd.concat([before.opportunities, after.opportunities])[by if by != "team" else "owner"]
    if named.isna().all():
        return
    divided = parts(taken, before, after, by, "EUR")
    for part in divided:
        assert part.balance == part.flows["end"]
    for step in (*SIGNS, "end"):
        minor, deals = (
            sum(getattr(part.flows[step], what) for part in divided) for what in ("minor", "deals")
        )
        if step in ("taken_over", "handed_over"):
            other = "handed_over" if step == "taken_over" else "taken_over"
            assert (minor, deals) == (
                sum(part.flows[other].minor for part in divided),
                sum(part.flows[other].deals for part in divided),
            )
        else:
            assert (minor, deals) == (total.flows[step].minor, total.flows[step].deals)


@given(crms(END), st.sampled_from(DUES))
def test_where_nothing_changed_nothing_moves(tables: CrmTables, due: Due | None) -> None:
    total = whole(steps_between(tables, tables, END, due, "EUR"), "EUR")
    assert [step for step in SIGNS if step != "start" and total.deals(step)] == []
    assert total.flows["start"] == total.flows["end"]
