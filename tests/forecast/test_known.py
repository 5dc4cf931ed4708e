"""What is known at a moment is what had been recorded before it, and nothing else."""

import datetime as dt

import pandas as pd
import pytest

from forecast.known import as_of, masked, may_look_ahead, moment_of_knowledge
from simulations.tables import ACTIVITIES, OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

EXPORT = pd.Timestamp("2026-06-01")
FIELDS = (
    *("stage", "amount", "owner", "expected_close", "forecast_category"),
    *("probability", "next_step", "source", "product", "pipeline"),
)


def day(text: str | None) -> pd.Timestamp:
    return pd.Timestamp(text) if text else pd.NaT


def tables(
    *, lost_amount: float = 50.0, known_from: dict[str, pd.Timestamp | None] | None = None
) -> CrmTables:
    """Return four opportunities: won, lost, won later, created later."""
    rows = pd.DataFrame(
        [
            ("1", "2026-01-01", "2026-02-01", "won", 100.0, "B"),
            ("2", "2026-01-02", "2026-02-10", "lost", lost_amount, "A"),
            ("3", "2026-01-03", "2026-04-01", "won", 300.0, "B"),
            ("4", "2026-04-02", None, "open", 400.0, "A"),
        ],
        columns=["id", "created", "closed", "outcome", "amount", "stage"],
    )
    rows = rows.assign(
        created=rows["created"].map(day),
        closed=rows["closed"].map(day),
        owner="Ann",
        probability=0.5,
        expected_close=pd.Timestamp("2026-05-01"),
    )
    history = pd.DataFrame(
        [
            ("1", "A", "2026-01-01", "2026-02-01"),
            ("2", "A", "2026-01-02", "2026-02-10"),
            ("3", "A", "2026-01-03", "2026-03-20"),
            ("3", "B", "2026-03-20", "2026-04-01"),
            ("4", "A", "2026-04-02", None),
        ],
        columns=["id", "stage", "entered", "left"],
    )
    history = history.assign(entered=history["entered"].map(day), left=history["left"].map(day))
    activities = pd.DataFrame(
        {"id": ["3", "3"], "when": [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-03-25")], "kind": "call"}
    )
    return CrmTables(
        conform(rows, OPPORTUNITIES),
        conform(history, STAGE_HISTORY),
        conform(activities, ACTIVITIES),
        ("A", "B"),
        known_from or {},
    )


@pytest.mark.parametrize(
    ("as_of_text", "start", "expected"),
    [
        ("2017-09-30", "2017-10-01", "2017-10-01"),
        ("2012-01-01", "2012-01-01", "2012-01-01"),
        ("2012-01-15", "2012-01-01", "2012-01-16"),
        ("2012-01-01", None, "2012-01-02"),
        ("2012-01-01 00:00", None, "2012-01-01"),
        ("2017-09-30 18:00", "2017-10-01", "2017-09-30 18:00"),
    ],
)
def test_a_bare_day_counts_whole_unless_the_forecast_begins_on_it(
    as_of_text: str, start: str | None, expected: str
) -> None:
    begin = pd.Timestamp(start).date() if start else None
    assert moment_of_knowledge(as_of_text, begin) == pd.Timestamp(expected)


def test_a_day_and_a_moment_are_told_apart_by_type_too() -> None:
    assert moment_of_knowledge(dt.date(2026, 1, 1)) == pd.Timestamp("2026-01-02")
    assert moment_of_knowledge(pd.Timestamp("2026-01-01")) == pd.Timestamp("2026-01-01")


def test_what_is_later_is_taken_out() -> None:
    known = as_of(tables(), pd.Timestamp("2026-02-15"))
    assert known.opportunities["outcome"].tolist() == ["won", "lost", "open"]
    assert known.opportunities["closed"].isna().tolist() == [False, False, True]
    assert known.opportunities["stage"].tolist() == ["A", "A", "A"]
    assert known.stage_history["left"].isna().tolist() == [False, False, True]
    assert len(known.activities) == 1


def test_the_moment_itself_is_not_known() -> None:
    """A closing, a creation and a stage entry at the very moment have not happened yet."""
    at_closing = as_of(tables(), pd.Timestamp("2026-04-01")).opportunities
    assert at_closing["outcome"].tolist() == ["won", "lost", "open"]
    assert as_of(tables(), pd.Timestamp("2026-04-02")).opportunities["id"].tolist() == ["1", "2", "3"]
    assert as_of(tables(), pd.Timestamp("2026-03-20")).opportunities["stage"].tolist()[2] == "A"


def test_before_the_export_fields_without_history_are_masked_on_what_was_open() -> None:
    whole = tables(known_from=dict.fromkeys(FIELDS, EXPORT))
    known = as_of(whole, pd.Timestamp("2026-02-15")).opportunities
    assert masked(whole, pd.Timestamp("2026-02-15")) == (
        "expected_close",
        "forecast_category",
        "probability",
        "next_step",
    )
    assert known["probability"].isna().tolist() == [False, False, True]
    assert known["expected_close"].isna().tolist() == [False, False, True]
    assert known["amount"].tolist() == [100.0, 50.0, 300.0]
    assert may_look_ahead(whole, pd.Timestamp("2026-02-15")) == ("owner", "amount")


def test_at_the_export_nothing_is_masked_and_nothing_looks_ahead() -> None:
    whole = tables(known_from=dict.fromkeys(FIELDS, EXPORT))
    assert masked(whole, EXPORT) == ()
    assert may_look_ahead(whole, EXPORT) == ()
    pd.testing.assert_frame_equal(as_of(whole, EXPORT).opportunities, whole.opportunities)


def test_an_amount_that_closing_clears_is_masked_and_does_not_look_ahead() -> None:
    whole = tables(lost_amount=0.0, known_from=dict.fromkeys(FIELDS, EXPORT))
    known = as_of(whole, pd.Timestamp("2026-02-15")).opportunities
    assert known["amount"].isna().tolist() == [False, False, True]
    assert "amount" not in may_look_ahead(whole, pd.Timestamp("2026-02-15"))


def test_without_history_the_stage_of_what_was_open_is_unknown_before_the_export() -> None:
    whole = tables(known_from=dict.fromkeys(FIELDS, EXPORT))
    bare = CrmTables(whole.opportunities, stages=("A", "B"), known_from=whole.known_from)
    assert as_of(bare, pd.Timestamp("2026-02-15")).opportunities["stage"].isna().tolist() == [
        False,
        False,
        True,
    ]
    only = CrmTables(whole.opportunities, stages=("A",), known_from=whole.known_from)
    assert as_of(only, pd.Timestamp("2026-02-15")).opportunities["stage"].tolist() == ["B", "A", "A"]
