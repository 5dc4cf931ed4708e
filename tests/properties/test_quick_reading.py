"""A history of stages read many rows at a time says what a look at each opportunity says."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.crm import joined, read_crm
from forecast.crm import visits as visits_module
from forecast.crm.visits import stage_order, visits
from simulations.tables import TIME

STAGES = ("Demo", "Offer", "Contract")
FIRST = pd.Timestamp("2026-03-01")
#: Midnights, and moments between them, so that bare days and clocks meet.
MOMENTS = st.integers(0, 16).map(lambda half: FIRST + pd.Timedelta(hours=12 * half))
PERHAPS = st.one_of(st.none(), MOMENTS)
ENTRY = st.tuples(st.integers(0, 3), st.sampled_from([*STAGES, "Elsewhere"]), MOMENTS, PERHAPS)


def entries_of(rows: list[tuple]) -> pd.DataFrame:
    """Return entries of opportunities "0" to "3"."""
    frame = pd.DataFrame(rows, columns=["at", "stage", "entered", "until"])
    frame = frame.astype({"at": "int64", "stage": "str", "entered": TIME, "until": TIME})
    return frame.assign(id=frame["at"].astype("str"))


@given(
    rows=st.lists(ENTRY, max_size=12),
    lives=st.lists(st.tuples(PERHAPS, PERHAPS), min_size=4, max_size=4),
    told=st.booleans(),
)
@settings(deadline=None)
def test_visits_are_those_of_each_opportunity(rows: list[tuple], lives: list[tuple], *, told: bool) -> None:
    entries = entries_of(rows)
    known = pd.DataFrame(lives, columns=["created", "closed"]).astype(TIME)
    known = known.assign(id=[str(one) for one in range(4)])
    found = visits(entries if told else entries.drop(columns=["at", "until"]), known, STAGES)
    wanted, after, before = [], [], []
    for place, row in enumerate(entries.itertuples()):
        created, closed = known.loc[row.at, "created"], known.loc[row.at, "closed"]
        bare_day = pd.notna(closed) and closed == closed.normalize()
        seen = row.entered.normalize() if bare_day else row.entered
        entered = max(row.entered, created) if pd.notna(created) else row.entered
        if pd.notna(created) and row.entered.normalize() < created.normalize():
            before.append(row.id)
        if pd.notna(closed) and seen > closed:
            after.append(row.id)
            continue
        entered = min(entered, closed) if pd.notna(closed) else entered
        rank = STAGES.index(row.stage) if row.stage in STAGES else len(STAGES)
        wanted.append((row.at, entered, rank, place, row.stage, row.until if told else pd.NaT, closed))
    wanted.sort(key=lambda one: one[:4])
    left = []
    for one, following in zip(wanted, [*wanted[1:], None], strict=False):
        ends = following[1] if following is not None and following[0] == one[0] else one[6]
        until = max(one[5], one[1]) if pd.notna(one[5]) else pd.NaT
        left.append(until if pd.notna(until) and pd.notna(ends) and until < ends else ends)
    assert found.history["id"].tolist() == [str(one[0]) for one in wanted]
    assert found.history["stage"].tolist() == [one[4] for one in wanted]
    assert found.history["entered"].tolist() == [one[1] for one in wanted]
    pd.testing.assert_series_equal(found.history["left"], pd.Series(left, dtype=TIME), check_names=False)
    assert set(found.after_closing) == set(after)
    assert set(found.before_creation) == set(before)


@given(
    rows=st.lists(ENTRY, min_size=1, max_size=14),
    listed=st.permutations([*STAGES, "Elsewhere"]),
    at_once=st.integers(1, 9),
)
@settings(deadline=None)
def test_stages_stand_in_the_order_in_which_each_opportunity_met_them(
    rows: list[tuple], listed: list[str], at_once: int
) -> None:
    entries = entries_of(rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visits_module, "_CELLS", at_once)  # so few at a time that there are several lots
        found = stage_order(entries[["id", "stage", "entered"]], listed)
    first = entries.groupby(["id", "stage"])["entered"].min().unstack()  # noqa: PD010 - one cell each
    score = dict.fromkeys(listed, 0)
    for one, other in combinations(first.columns, 2):
        gap = (first[other] - first[one]).dropna()
        sign = int(np.sign(int((gap > pd.Timedelta(0)).sum()) - int((gap < pd.Timedelta(0)).sum())))
        score[one] += sign
        score[other] -= sign
    assert found == tuple(sorted(listed, key=lambda stage: (-score[stage], listed.index(stage))))


@pytest.mark.parametrize("stranger", [False, True])
def test_ids_that_are_the_opportunities_own_are_looked_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, stranger: bool
) -> None:
    """The tables are the same as where every id is looked for in every spelling; a stranger is left out and named."""
    rng = np.random.default_rng(5)
    days = [f"2026-0{1 + one % 6}-{1 + one % 27:02d} 09:00:00" for one in range(40)]
    deals = [
        f"d{one},{days[one]},{'won' if one % 3 else 'open'},Demo,100,{'2026-08-01' if one % 3 else ''}"
        for one in range(40)
    ]
    moves = [f"d{one},{stage},{days[one]}" for one in rng.permutation(40) for stage in ("Demo", "Offer")]
    moves += ["x1,Demo,2026-03-03 09:00:00"] if stranger else []
    (tmp_path / "deals.csv").write_text(
        "\n".join(["id,created,outcome,stage,amount,closed", *deals]) + "\n", "utf-8"
    )
    (tmp_path / "moves.csv").write_text("\n".join(["id,stage,entered", *moves]) + "\n", "utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "columns: {id: id, created: created, status: outcome, stage: stage, amount: amount, close: closed}\n"
        "stage_history: {file: moves.csv, id: id, stage: stage, entered: entered}\n", "utf-8",
    )  # fmt: skip
    given_ = {"mapping": tmp_path / "mapping.yaml", "export_date": pd.Timestamp("2026-10-01")}
    quick = read_crm(tmp_path / "deals.csv", **given_)
    asked = []
    monkeypatch.setattr(joined, "_rows_of", lambda *told: asked.append(told))
    plain = read_crm(tmp_path / "deals.csv", **given_)
    assert asked
    for name in ("opportunities", "stage_history"):
        pd.testing.assert_frame_equal(getattr(quick.tables, name), getattr(plain.tables, name))
    assert quick.findings == plain.findings
