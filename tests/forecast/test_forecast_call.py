"""A forecast call and its walk: which deal stands where, what is said to have happened to it, and what no file tells."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from forecast.bookings import Period
from forecast.calibration.records import day
from forecast.calls.call import Call
from forecast.calls.walk import TO_CREATE, Walk, WalkQuestion, walk
from forecast.known import OVERWRITTEN
from forecast.sentences.walk import walk_sentences
from simulations.errors import BadInput
from simulations.tables import OPPORTUNITIES, CrmTables, conform

THEN, NOW = pd.Timestamp("2026-05-04"), pd.Timestamp("2026-05-11")
PERIOD = Period(day(pd.Timestamp("2026-04-01")), day(pd.Timestamp("2026-07-01")))
IN, LATER = "2026-06-15", "2026-08-15"
SINCE = "2026-05-07"


def crm(*deals: dict) -> CrmTables:
    """Return a CRM of deals: open, 100, in the category commit and due in the period unless told."""
    whole = [
        {
            "id": "A", "name": "Alpha", "owner": "Ann", "created": "2026-02-02", "amount": 100.0, "outcome": "open",
            "expected_close": IN, "forecast_category": "commit", **deal,
        }
        for deal in deals
    ]  # fmt: skip
    return CrmTables(conform(pd.DataFrame(whole, columns=list(OPPORTUNITIES)), OPPORTUNITIES))


def between(then: CrmTables, now: CrmTables, target: float = 1_000.0) -> Walk:
    return walk(now, WalkQuestion(NOW, THEN, PERIOD, "amount", target), then)


WON = {"outcome": "won", "closed": SINCE}


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [
        ({}, WON, [("won", "commit", "booked", 100)]),
        ({}, {**WON, "amount": 80.0}, [("won", "commit", "booked", 100), ("amount changed", "", "booked", -20)]),
        ({"expected_close": LATER}, WON, [("won", "", "booked", 100)]),
        (None, {**WON, "created": "2026-05-05"}, [("won", "", "booked", 100)]),
        ({}, {"outcome": "lost", "closed": SINCE}, [("lost", "commit", "", 100)]),
        ({}, {"outcome": "disqualified", "closed": SINCE}, [("lost", "commit", "", 100)]),
        ({}, {"expected_close": LATER}, [("moved out", "commit", "", 100)]),
        ({}, {"expected_close": None}, [("moved out", "commit", "", 100)]),
        ({}, {"forecast_category": "omitted"}, [("moved out", "commit", "", 100)]),
        ({"expected_close": LATER}, {"amount": 70.0}, [("moved in", "", "commit", 70)]),
        ({"forecast_category": "omitted"}, {}, [("moved in", "", "commit", 100)]),
        ({}, {"amount": 130.0}, [("amount changed", "", "commit", 30)]),
        ({}, {"forecast_category": "pipeline"}, [("category changed", "commit", "pipeline", 100)]),
        (
            {"amount": None},
            {"forecast_category": "best case"},
            [("amount changed", "", "best case", 100), ("category changed", "commit", "best case", 0)],
        ),
        (None, {"created": "2026-05-05"}, [("new", "", "commit", 100)]),
        ({}, None, [("gone from the export", "commit", "", 100)]),
        ({"outcome": "lost", "closed": "2026-05-01"}, {}, [("reopened", "", "commit", 100)]),
        ({"outcome": "won", "closed": "2026-05-01"}, {}, [("reopened", "booked", "commit", 100)]),
        ({"outcome": "won", "closed": "2026-05-01"}, {"outcome": "won", "closed": "2026-05-01"}, []),
        ({}, {"name": "Another", "owner": "Bob"}, []),
        ({"expected_close": LATER}, {"expected_close": LATER, "amount": 7.0}, []),
    ],
)  # fmt: skip
def test_what_happened_to_a_deal_is_named(then, now, moved) -> None:
    found = between(*(crm(*([] if deal is None else [deal])) for deal in (then, now)))
    assert [(m.kind, m.leaves, m.enters, m.value) for m in found.movements] == moved


def test_a_deal_won_before_the_period_moved_out_of_the_call() -> None:
    ahead = Period(day(pd.Timestamp("2026-06-01")), PERIOD.end)
    found = walk(crm(WON), WalkQuestion(NOW, THEN, ahead, "amount", 1_000.0), crm({}))
    assert [(m.kind, m.leaves, m.enters) for m in found.movements] == [("moved out", "commit", "")]


def call() -> Call:
    """Return a call with a deal on every line and one left out for every reason."""
    deals = [
        {"id": "B", **WON, "amount": 50.0},
        *({"id": name, "forecast_category": name} for name in ("commit", "best case", "pipeline", "omitted")),
        {"id": "N", "forecast_category": None, "amount": 25.5},
        {"id": "L", "expected_close": LATER},
        {"id": "E", "expected_close": "2026-03-01"},
        {"id": "U", "expected_close": None},
        {"id": "0", "amount": None},
    ]
    return between(crm(), crm(*deals)).now


def test_booked_commit_best_case_pipeline_and_still_to_create_make_the_target() -> None:
    found = call()
    assert [(line.name, line.value, line.deals) for line in found.lines] == [
        ("booked", 50, 1), ("commit", 100, 2), ("best case", 100, 1), ("pipeline", 100, 1), ("no category", 25.5, 1),
    ]  # fmt: skip
    assert found.to_create == 62_450
    assert [line.deals for line in found.left_out] == [1, 1, 1, 1]
    assert found.unpriced == 1
    assert found.has_categories


def test_the_owner_is_the_present_one_and_of_what_is_gone_the_last() -> None:
    then = crm({"id": "A", "owner": "Ann"}, {"id": "B", "owner": "Ann"})
    now = crm({"id": "A", "owner": "Bob", "amount": 150.0})
    moved = {m.id: m.owner for m in between(then, now).movements}
    assert moved == {"A": "Bob", "B": "Ann"}


def test_sums_by_owner_and_kind_have_a_row_each_and_the_largest_owner_first() -> None:
    then = crm({"id": "A", "owner": "Ann"}, {"id": "B", "owner": "Bob"})
    now = crm(
        {"id": "A", "owner": "Ann", "amount": 110.0}, {"id": "B", "owner": "Bob", "expected_close": LATER}
    )
    found = between(then, now)
    by_owner = found.by("owner")
    assert list(by_owner.index) == ["Bob", "Ann"]
    assert by_owner.loc["Bob", "commit"] == -100
    assert by_owner[TO_CREATE].tolist() == [100, -10]
    assert list(found.by("kind").index) == ["amount changed", "moved out"]
    assert found.to_dict()["change"][TO_CREATE] == 90


def test_what_no_file_tells_of_then_is_taken_to_be_what_it_is_now() -> None:
    """An export that knows only its own day: a date that was moved in does not show; the won deal was expected."""
    columns = dict.fromkeys((*OVERWRITTEN, "amount"), NOW)
    tables = replace(
        crm({"id": "A"}, {"id": "B", **WON}, {"id": "C", "created": "2026-05-06"}), known_from=columns
    )
    found = walk(tables, WalkQuestion(NOW, THEN, PERIOD, "amount", 1_000.0))
    assert found.assumed == ("expected_close", "forecast_category")
    assert [(m.id, m.kind, m.leaves, m.enters) for m in found.movements] == [
        ("B", "won", "no category", "booked"),
        ("C", "new", "", "commit"),
    ]


def keys(found: Walk) -> list[str]:
    return [sentence.key for sentence in walk_sentences(found, "EUR")]


@pytest.mark.parametrize(
    ("target", "key"), [(1_000.0, "walk.short"), (100.0, "walk.exact"), (60.0, "walk.beyond")]
)
def test_the_answer_says_on_which_side_of_the_target_the_call_ends(target: float, key: str) -> None:
    assert keys(between(crm({}), crm({}), target))[0] == key


@pytest.mark.parametrize(
    ("now", "key"), [({"amount": 130.0}, "walk.rose"), ({"amount": 70.0}, "walk.fell"), ({}, "walk.same")]
)
def test_the_change_is_said_with_its_sign(now: dict, key: str) -> None:
    said = keys(between(crm({}), crm(now)))
    assert key in said
    assert ("walk.up" in said, "walk.down" in said) == (key == "walk.rose", key == "walk.fell")


def test_what_limits_the_call_is_said() -> None:
    assert "walk.no_categories" in keys(between(crm(), crm({"forecast_category": None})))
    assert "walk.no_dates" in keys(between(crm(), crm({"expected_close": None})))
    assert "walk.unpriced" in keys(between(crm(), crm({"amount": None})))
    assert not {"walk.no_categories", "walk.no_dates", "walk.unpriced", "walk.assumed"} & set(
        keys(between(crm({}), crm({})))
    )


def test_history_is_held_against_the_commit(made_crm) -> None:
    """What history expects of each line is the mean of the forecast's own draws of those deals: together all open ones."""
    from forecast.forecasting import forecast

    tables = made_crm(6, deals=200)
    rows = tables.opportunities
    named = rows.assign(forecast_category=["commit", "pipeline"] * (len(rows) // 2))
    when = pd.Timestamp("2026-07-06")
    result = forecast(
        replace(tables, opportunities=named), as_of=when, start=when, end="2026-09-30", target=300_000.0, draws=500,
        since="2026-06-28",
    )  # fmt: skip
    now = result.walk.now
    expected = sum(line.expected for line in (*now.lines[1:], *now.left_out))
    assert expected == pytest.approx(result.bookings.open.mean(), rel=1e-9)
    said = {sentence.key: str(sentence) for sentence in walk_sentences(result.walk, "EUR")}
    assert {"walk.expected", "walk.commit_less", "walk.left_out"} <= set(said)
    assert "28 June 2026" in said["walk.rose" if "walk.rose" in said else "walk.fell"]


def test_an_earlier_call_is_earlier_and_needs_a_target(made_crm) -> None:
    from forecast.forecasting import forecast

    question = {"as_of": "2026-06-30", "start": "2026-06-01", "end": "2026-07-31", "draws": 100}
    with pytest.raises(BadInput, match=r"since.*must be before"):
        forecast(made_crm(6), target=1.0, since="2026-06-30", **question)
    with pytest.raises(BadInput, match="walk: needs a target"):
        forecast(made_crm(6), since="2026-06-01", **question)
    with pytest.raises(BadInput, match="risks: needs a target"):
        forecast(made_crm(6), risks=5, **question)
