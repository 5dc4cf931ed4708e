"""What a page lists: silent, without a next step, stuck, slipped, overdue; and what it does not say."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from forecast.review import Beside, review
from simulations.errors import BadInput

NOW = pd.Timestamp("2026-06-01")


def listed(pack, name):
    return {deal.id for deal in getattr(pack.team, name)}


def test_silent_is_who_had_no_activity_no_move_and_has_no_next_step_for_so_long(crm, asked):
    """The rule's days are reached at the 45th, counted to the moment: 17 April."""
    tables = crm(
        [
            {"id": "silent", "created": "2026-04-01"},
            {"id": "at the edge", "created": "2026-04-01"},
            {"id": "called", "created": "2026-04-01"},
            {"id": "moved", "created": "2026-04-01"},
            {"id": "planned", "created": "2026-04-01", "next_step": "2026-06-03"},
            {"id": "planned long ago", "created": "2026-04-01", "next_step": "2026-05-20"},
            {"id": "young"},
            {"id": "lost", "created": "2026-04-01", "outcome": "lost", "closed": "2026-05-01"},
        ],
        [("moved", "Qualify", "2026-04-01"), ("moved", "Propose", "2026-05-20")],
        [("called", "2026-05-01"), ("at the edge", "2026-04-17 00:01"), ("silent", "2026-04-17 00:00")],
    )
    assert listed(review(tables, asked), "to_disqualify") == {"silent", "planned long ago"}


def test_a_next_step_counts_from_its_own_day_on(crm, asked):
    deals = [{"id": day, "next_step": day} for day in ("2026-05-31", "2026-06-01", "2026-06-02")]
    assert listed(review(crm(deals), asked), "no_next_step") == {"2026-05-31"}


def test_a_next_step_of_an_activity_counts_as_well(crm, asked):
    tables = crm([{"id": "a"}, {"id": "b"}], (), [("a", "2026-05-20", "2026-06-05"), ("b", "2026-05-20")])
    assert listed(review(tables, asked), "no_next_step") == {"b"}


def test_overdue_is_expected_on_a_day_that_has_passed(crm, asked):
    deals = [{"id": day, "expected_close": day} for day in ("2026-05-31", "2026-06-01", "2026-07-01")]
    assert listed(review(crm([*deals, {"id": "never"}]), asked), "overdue") == {"2026-05-31"}


def test_stuck_is_longer_in_its_stage_than_nine_of_ten_that_advanced(crm, asked):
    """Forty advanced after 1 to 40 days: 36 days, were it not for those that wait; with their weight on later days, 38.

    By hand: after day 35 there is 1/6 left, shared by the six that remain; the steps 1/36 and twice 1/36 reach 89%, the
    next one 92%.
    """
    deals = [{"id": f"w{day}", "created": "2026-01-01"} for day in range(1, 41)]
    visits = [
        (f"w{day}", "Propose", pd.Timestamp("2026-01-01") + pd.Timedelta(days=day)) for day in range(1, 41)
    ]
    visits += [(f"w{day}", "Qualify", "2026-01-01") for day in range(1, 41)]
    still = [{"id": f"s{day}", "created": NOW - pd.Timedelta(days=day)} for day in (35, 39)]
    pack = review(crm([*deals, *still], visits), asked)
    limits = {deal.id: deal.stage_limit for deal in pack.team.open if deal.id.startswith("s")}
    assert limits == {"s35": pytest.approx(38), "s39": pytest.approx(38)}
    assert listed(pack, "stuck") == {"s39"}


def test_slipped_is_moved_into_a_later_quarter_twice_or_more(crm, asked):
    days = {"2026-03-01": "2026-03-15", "2026-04-15": "2026-06-15", "2026-06-01": "2026-07-15"}
    seen = [
        (
            pd.Timestamp(moment),
            crm([
                {"id": "twice", "created": "2026-01-01", "expected_close": close},
                {"id": "once", "created": "2026-01-01", "expected_close": max(close, "2026-06-15")},
            ]),
        )
        for moment, close in days.items()
    ]  # fmt: skip
    pack = review(seen[-1][1], asked, Beside(seen=seen))
    assert listed(pack, "slipped") == {"twice"}
    assert {deal.id: deal.slips for deal in pack.team.open} == {"twice": 2, "once": 1}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("slipped", "slips are seen only between snapshots"),
        ("to_disqualify", "does not say when an opportunity was last active"),
        ("no_next_step", "holds no next steps"),
        ("overdue", "no open opportunity carries an expected close date"),
        ("stuck", "too few advanced"),
        ("outcome", "needs at least 20 closed opportunities"),
        ("last_week", "no actions of an earlier review"),
    ],
)
def test_what_the_crm_does_not_tell_is_said_with_the_reason(crm, asked, name, said):
    pack = review(crm([{"id": "a"}]), asked)
    assert said in pack.team.unsaid[name]
    assert not getattr(pack.team, name, ())


def test_a_later_export_does_not_tell_who_was_silent_then(crm, asked):
    """It holds the last activity and the next step as they are on its own day."""
    later = pd.Timestamp("2026-06-20")
    tables = crm([{"id": "a"}], (), [("a", "2026-05-20")], known_from={"next_step": later})
    pack = review(tables, asked)
    assert "is of a later day" in pack.team.unsaid["to_disqualify"]
    assert not pack.team.to_disqualify
    assert "to_disqualify" not in review(tables, replace(asked, moment=later)).team.unsaid


def test_the_week_is_told_by_what_became_of_each(crm, asked):
    tables = crm(
        [
            {"id": "new", "created": "2026-05-26"},
            {"id": "old"},
            {"id": "ahead"},
            {"id": "there and back"},
            {"id": "back"},
            {"id": "won", "outcome": "won", "closed": "2026-05-29"},
            {"id": "disqualified", "outcome": "disqualified", "closed": "2026-05-29"},
            {"id": "lost before", "outcome": "lost", "closed": "2026-05-20"},
            {"id": "new and gone", "created": "2026-05-26", "outcome": "lost", "closed": "2026-05-28"},
        ],
        [
            ("ahead", "Qualify", "2026-05-01"), ("ahead", "Propose", "2026-05-27"), ("ahead", "Negotiate", "2026-05-28"),
            ("there and back", "Qualify", "2026-05-01"), ("there and back", "Propose", "2026-05-27"),
            ("there and back", "Qualify", "2026-05-28"),
            ("back", "Propose", "2026-05-01"), ("back", "Qualify", "2026-05-28"),
        ],
    )  # fmt: skip
    found = {(step.id, step.what, step.stage) for step in review(tables, asked).team.week}
    assert found == {
        ("new", "created", "Qualify"), ("new and gone", "created", "Qualify"), ("new and gone", "lost", "Qualify"),
        ("ahead", "advanced", "Negotiate"), ("back", "moved back", "Qualify"), ("won", "won", "Qualify"),
        ("disqualified", "disqualified", "Qualify"),
    }  # fmt: skip


def test_every_page_holds_its_own_and_the_teams_holds_all(pack):
    for name, deals in pack.team.lists():
        parts = [deal for page in pack.reps for deal in getattr(page, name)]
        assert sorted(deal.id for deal in parts) == sorted(deal.id for deal in deals)
    for page in pack.reps:
        assert {deal.owner for deal in page.open} <= {page.name}
        assert {step.owner for step in page.week} <= {page.name}
    assert sum(len(page.week) for page in pack.reps) == len(pack.team.week) > 10
    assert sum(page.hours.hours for page in pack.reps) == pytest.approx(pack.team.hours.hours)


def test_blocks_of_the_week_are_held_against_the_plan(pack):
    """Two hours planned on each of five days, two spent: all kept."""
    for page in pack.reps:
        assert (page.hours.blocks, page.hours.kept) == (5, 5)
        assert page.hours.hours == pytest.approx(10)
    assert pack.team.hours.blocks == 40


def test_a_rep_with_too_little_says_so(crm, asked):
    closed = [{"id": f"c{n}", "outcome": "lost", "closed": "2026-05-20"} for n in range(5)]
    pages = {page.name: page for page in review(crm([*closed, {"id": "b", "owner": "Bob"}]), asked).reps}
    assert pages["Ann"].few == ""
    assert pages["Bob"].few.startswith("1 opportunities are known, 0 of them closed")


def test_who_left_has_no_page_and_who_owns_nothing_yet_has_one_with_a_quota(crm, asked):
    tables = crm([
        {"id": "a"}, {"id": "x"}, {"id": "gone", "owner": "Zoe", "created": "2025-01-01", "outcome": "won", "closed": "2025-03-01"},
    ])  # fmt: skip
    pack = review(tables, asked, Beside(quotas={"New": 10.0}))
    assert [page.name for page in pack.reps] == ["Ann", "New"]


def test_what_nobody_owns_has_a_page_of_its_own(crm, asked):
    pack = review(crm([{"id": "a"}, {"id": "b", "owner": None}]), asked)
    assert [(page.name, len(page.open)) for page in pack.reps] == [("Ann", 1), ("no owner", 1)]


def test_only_those_asked_for_have_a_page(crm, asked):
    tables = crm([{"id": "a"}, {"id": "b", "owner": "Bob"}])
    assert [page.name for page in review(tables, replace(asked, owners=("Bob",))).reps] == ["Bob"]
    with pytest.raises(BadInput, match="there are: Ann, Bob"):
        review(tables, replace(asked, owners=("Bobby",)))


def test_before_anything_was_known_there_is_nothing_to_review(crm, asked):
    with pytest.raises(BadInput, match="there are none; ask for a later day"):
        review(crm([{"id": "a"}]), replace(asked, moment=pd.Timestamp("2026-01-01")))
