"""The three questions follow from the largest deviations; every sentence of a review can be said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from forecast.review.actions import Action, Judged
from forecast.review.deals import Deal, Step
from forecast.review.hours import WeekHours
from forecast.review.outlook import Cleanup, Outcome, Weighted
from forecast.review.pace import creation_of
from forecast.review.questions import Creation, Matter, questions
from forecast.review.results import Page
from forecast.sentences.review import page_sentences, question_sentence
from forecast.wording.review import TEMPLATES

NOTHING = dict.fromkeys(("to_disqualify", "no_next_step", "stuck", "slipped", "overdue"), ())


def deal(key, value, **more):
    told = {
        "id": key, "name": f"Deal {key}", "owner": "Ann", "stage": "Propose", "amount": value, "value": value,
        "expected_close": None, "next_step": None, "days_in_stage": 50.0, "stage_limit": 40.0, "silent_days": 60.0, "slips": 3,
        "typed": 0.7, "chance": 0.3, "chance_in_period": 0.2,
    }  # fmt: skip
    return Deal(**{**told, **more})


def outcome(**more):
    told = {
        "quota": 1_000.0, "booked": 400.0, "weighted": Weighted(500.0, 300.0, 200.0), "low": 150.0, "high": 250.0, "new": 100.0,
        "mean": 700.0, "p10": 500.0, "p90": 900.0, "chance": 0.3, "cleanup": Cleanup(0, 0.0, Weighted(None, 0.0, 0.0), 0.3),
    }  # fmt: skip
    return Outcome(**{**told, **more})


def matter(**more):
    told = {
        "open": (), "lists": NOTHING, "outcome": None, "hours": None, "creation": Creation(4, 4.0, 0.6), "week": (), "last": (),
    }  # fmt: skip
    return Matter(**{**told, **more})


def keys(found):
    return [question.key for question in found]


def test_the_largest_share_is_asked_first():
    big, small, other = deal("big", 70.0), deal("small", 20.0), deal("other", 10.0)
    lists = {
        **NOTHING,
        "stuck": (small,),
        "no_next_step": (big, other),
        "overdue": (other,),
        "slipped": (big,),
    }
    found = questions(matter(open=(big, small, other), lists=lists))
    assert [(one.key, round(one.weight, 2), one.deal.id) for one in found] == [
        ("no_next_step", 0.8, "big"), ("slipped", 0.7, "big"), ("stuck", 0.2, "small"),
    ]  # fmt: skip


def test_what_is_to_be_ended_is_asked_about_once():
    big, small = deal("big", 90.0), deal("small", 10.0)
    lists = {**NOTHING, "to_disqualify": (big,), "no_next_step": (big, small)}
    found = questions(matter(open=(big, small), lists=lists))
    assert [(one.key, one.weight) for one in found[:2]] == [("to_disqualify", 0.9), ("no_next_step", 0.1)]


def test_what_hardly_deviates_is_not_asked_about():
    big, small = deal("big", 970.0, chance_in_period=0.0), deal("small", 30.0)
    found = questions(matter(open=(big, small), lists={**NOTHING, "overdue": (small,)}))
    assert keys(found) == ["promise", "promise", "create"]
    assert found[0].deal.id == "small"


@pytest.mark.parametrize(
    ("more", "key", "weight"),
    [
        ({"outcome": outcome(weighted=Weighted(None, 300.0, 200.0))}, "gap", 0.4),
        ({"outcome": outcome(quota=None)}, "optimism", 0.6),
        ({"hours": WeekHours("2026-05-25", 2.5, 10.0, 5, 4, {}, {}, 26)}, "hours", 0.75),
        ({"hours": WeekHours("2026-05-25", 10.0, 10.0, 5, 1, {}, {}, 26)}, "blocks", 0.8),
        ({"creation": Creation(1, 4.0, 0.09)}, "creation", 0.75),
        (
            {
                "last": [
                    Judged(Action("next_step", "a", "A", "Ann"), what)
                    for what in ("done", "not_done", "untold")
                ]
            },
            "undone",
            0.5,
        ),
    ],
)
def test_each_matter_weighs_the_share_of_its_whole(more, key, weight):
    found = questions(matter(**more))
    assert (found[0].key, found[0].weight) == (key, pytest.approx(weight))


@pytest.mark.parametrize(
    "more",
    [
        {"outcome": outcome(quota=500.0, weighted=Weighted(200.0, 300.0, 200.0))},
        {"hours": WeekHours("2026-05-25", 12.0, 10.0, 5, 5, {}, {}, 26)},
        {"creation": Creation(1, 4.0, 0.11)},
        {"creation": Creation(1, None, None)},
        {"last": [Judged(Action("next_step", "a", "A", "Ann"), "untold")]},
    ],
)
def test_what_does_not_deviate_is_no_matter(more):
    assert keys(questions(matter(**more))) == ["create"]


def test_there_are_three_wherever_there_is_something_to_ask(pack):
    for page in pack.pages:
        assert len(page.questions) == 3
        weights = [question.weight for question in page.questions]
        assert weights == sorted(weights, reverse=True)


def test_few_new_ones_are_unusual_only_where_luck_hardly_leaves_so_few():
    """By hand: 26 in 26 weeks before make 4 in four weeks usual; none then is a chance of (182/210)^26.5, 2%."""
    import pandas as pd

    now = pd.Timestamp("2026-06-01")
    before = pd.Series(now - pd.to_timedelta([35 + 7 * week for week in range(26)], unit="D"))
    found = creation_of(before, now, pd.Timestamp("2020-01-01"))
    assert (found.seen, found.usual) == (0, pytest.approx(4))
    assert found.chance == pytest.approx((182 / 210) ** 26.5)
    assert creation_of(before, now, now - pd.Timedelta(days=40)).usual is None


def test_every_question_is_said_with_its_deal_and_its_numbers(pack):
    one = deal("x", 1_234.0)
    hours = WeekHours("2026-05-25", 2.5, 10.0, 5, 1, {}, {}, 26)
    last = [Judged(Action("next_step", "a", "Acme", "Ann"), "not_done")]
    won, lost = (Step("y", "Beta", "Ann", what, 1.0, "Propose") for what in ("won", "lost"))
    found = [
        question
        for more in (
            {"open": (one,), "lists": dict.fromkeys(NOTHING, (one,)), "outcome": outcome(), "last": last, "hours": hours},
            *({"open": (one,), "lists": {**NOTHING, name: (one,)}} for name in NOTHING),
            {"outcome": outcome(quota=None)}, {"outcome": outcome(quota=None), "open": (one,)}, {"outcome": outcome()}, {"hours": hours}, {"creation": Creation(0, 4.0, 0.01)},
            {"open": (one,), "week": (won,)}, {"week": (lost,)}, {"last": last},
            {"hours": replace(hours, hours=10.0)},
        )
        for question in questions(matter(**more))
    ]  # fmt: skip
    said = [str(question_sentence(question, pack, pack.reps[0])) for question in found]
    told = {question_sentence(question, pack, pack.reps[0]).key for question in found}
    assert told == {key for key in TEMPLATES if key.startswith("question.")}
    assert any("Deal x (USD 1,230" in text for text in said)
    assert all("{" not in text and text.endswith("?") for text in said)


def page(pack, **more):
    told = {name: getattr(pack.reps[0], name) for name in Page.__dataclass_fields__}
    return Page(**{**told, "unsaid": {}, "few": "", "last": (), "week": (), "hours": None, **more})


def said(pack, **more):
    return {sentence.key for sentence in page_sentences(page(pack, **more), pack) if str(sentence)}


def test_the_sentence_follows_the_sign(pack):
    cut = Cleanup(2, 90.0, Weighted(50.0, 30.0, 20.0), 0.25)
    one = (deal("x", 90.0),)
    plain = {"open": one, "to_disqualify": ()}
    assert "review.short" in said(pack, outcome=outcome(), **plain)
    assert "review.covered" in said(pack, outcome=outcome(quota=500.0), **plain)
    assert "review.reached" in said(pack, outcome=outcome(quota=300.0), **plain)
    assert "review.no_quota" in said(pack, outcome=outcome(quota=None, chance=None), **plain)
    for word, quota in (("short", 1_000.0), ("covered", 500.0), ("reached", 300.0), ("none", None)):
        assert f"review.target_{word}" in said(pack, outcome=outcome(quota=quota), is_team=True, **plain)
    assert "review.cleanup_none" in said(pack, outcome=outcome(), **plain)
    flagged = {"open": one, "to_disqualify": one}
    assert {"review.cleanup", "review.chance_falls"} <= said(pack, outcome=outcome(cleanup=cut), **flagged)
    bare = replace(cut, removed=Weighted(None, 30.0, 20.0), chance=0.299)
    assert {"review.cleanup_no_crm", "review.chance_same"} <= said(
        pack, outcome=outcome(cleanup=bare), **flagged
    )
    assert "review.unsaid_outcome" in said(pack, outcome=None, unsaid={"outcome": "why"}, **plain)
    assert "review.few" in said(pack, few="one is known", **plain)


def test_hours_and_last_week_are_told_as_they_were(pack):
    hours = WeekHours("2026-05-25", 2.5, 10.0, 5, 1, {}, {}, 26)
    assert {"review.hours_less", "review.blocks"} <= said(pack, hours=hours)
    assert "review.hours_usual" in said(pack, hours=replace(hours, hours=9.0))
    assert "review.hours_first" in said(pack, hours=replace(hours, usual=None))
    judged = [Judged(Action("disqualify", "a", "A", "Ann"), what) for what in ("won", "not_done")]
    assert {"review.last", "review.last_won"} <= said(pack, last=judged)
    assert "review.last_none" in said(pack, last=judged[1:])
    assert "review.quiet_week" in said(pack)


def test_every_template_of_a_page_is_said_somewhere():
    """Each key stands in one of the tests above: none is left that nobody ever reads."""
    from pathlib import Path

    text = Path(__file__).read_text("utf-8")
    words = {
        key.removeprefix("review.").removeprefix("target_") for key in TEMPLATES if key.startswith("review.")
    }
    assert [word for word in words if not re.search(rf"\b{word}\b", text)] == []
