"""What a review proposes, and whether it happened a week later."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from forecast.review import Actions, Beside, read_actions, review
from forecast.review.actions import Action, judged
from forecast.review.earlier import actions_at
from simulations.errors import BadInput

NOW, THEN = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-05-25")


def became(crm, kind, deal, acts=(), visits=(), unknown=("", "")):
    tables = crm(
        [{"id": "other"}, *([] if deal is None else [{"id": "a", "created": "2026-03-01", **deal}])],
        visits,
        acts,
    )
    last = Actions(THEN, (Action(kind, "a", "A", "Ann"),))
    return judged(last, tables, NOW, unknown)[0].became


@pytest.mark.parametrize(
    ("kind", "deal", "acts", "wanted"),
    [
        ("disqualify", {}, (), "not_done"),
        ("disqualify", {"outcome": "lost", "closed": "2026-05-28"}, (), "done"),
        ("disqualify", {"outcome": "disqualified", "closed": "2026-05-28"}, (), "done"),
        ("disqualify", {"outcome": "won", "closed": "2026-05-28"}, (), "won"),
        ("disqualify", {}, [("a", "2026-05-25")], "alive"),
        ("disqualify", {}, [("a", "2026-05-24 23:59")], "not_done"),
        ("disqualify", {"next_step": "2026-06-10"}, (), "alive"),
        ("disqualify", None, (), "gone"),
        ("next_step", {}, (), "not_done"),
        ("next_step", {"next_step": "2026-05-30"}, (), "not_done"),
        ("next_step", {"next_step": "2026-06-01"}, (), "done"),
        ("next_step", {}, [("a", "2026-05-26")], "done"),
        ("next_step", {"outcome": "lost", "closed": "2026-05-28"}, (), "done"),
        ("close_date", {"expected_close": "2026-05-30"}, (), "not_done"),
        ("close_date", {"expected_close": "2026-06-30"}, (), "done"),
        ("close_date", {}, (), "untold"),
        ("close_date", {"outcome": "won", "closed": "2026-05-28"}, (), "won"),
    ],
)
def test_what_became_of_an_action(crm, kind, deal, acts, wanted):
    assert became(crm, kind, deal, acts) == wanted


@pytest.mark.parametrize(("kind", "wanted"), [("disqualify", "untold"), ("next_step", "untold")])
def test_what_the_crm_cannot_show_is_not_called_undone(crm, kind, wanted):
    assert became(crm, kind, {}, unknown=("no activities", "no next steps")) == wanted


def test_a_move_is_a_sign_of_life_too(crm):
    visits = [("a", "Qualify", "2026-03-01"), ("a", "Propose", "2026-05-28")]
    assert became(crm, "disqualify", {}, visits=visits) == "alive"


def test_the_file_is_read_back_as_it_was(tmp_path, pack):
    actions = Actions(pack.asked.moment, pack.team.actions)
    (tmp_path / "actions.json").write_bytes(actions.to_bytes())
    assert read_actions(tmp_path) == read_actions(tmp_path / "actions.json") == actions
    assert {action.kind for action in actions.actions} == {"disqualify", "next_step", "close_date"}


@pytest.mark.parametrize(
    "text",
    [
        "no json", "[]", "{}", '{"as_of": "2026-05-25", "actions": [{"kind": "dance", "id": "a", "name": "A", "owner": "Ann"}]}',
        '{"as_of": "2026-05-25", "actions": [{"kind": "disqualify", "id": 1, "name": "A", "owner": "Ann"}]}',
        '{"as_of": "2026-05-25", "actions": [{"kind": "disqualify"}]}', '{"as_of": "2026-05-25", "actions": ["a"]}',
        '{"as_of": "some day", "actions": []}', '{"as_of": null, "actions": []}',
    ],
)  # fmt: skip
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "actions.json").write_text(text, "utf-8")
    with pytest.raises(BadInput, match="is not the file that `pipecast review --out` leaves"):
        read_actions(tmp_path)


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="give the folder of an earlier review"):
        read_actions(tmp_path)


def test_what_is_to_be_ended_needs_no_next_step_and_no_date(pack):
    ended = {action.id for action in pack.team.actions if action.kind == "disqualify"}
    others = {action.id for action in pack.team.actions if action.kind != "disqualify"}
    assert ended == {deal.id for deal in pack.team.to_disqualify}
    assert not ended & others


def test_a_review_looks_up_the_actions_of_the_week_before(crm, asked):
    tables = crm(
        [
            {"id": "still", "created": "2026-03-01"},
            {"id": "ended", "created": "2026-03-01", "outcome": "lost", "closed": "2026-05-28"},
            {"id": "fresh", "created": "2026-05-27"},
        ],
        (),
        [("still", "2026-03-02"), ("ended", "2026-03-02")],
    )
    before = actions_at(tables, THEN, asked)
    assert {(action.kind, action.id) for action in before.actions} == {
        ("disqualify", "still"),
        ("disqualify", "ended"),
    }
    pack = review(tables, asked, Beside(last=before))
    assert {(one.action.id, one.became) for one in pack.team.last} == {
        ("still", "not_done"),
        ("ended", "done"),
    }
    assert [one.happened for one in pack.reps[0].last] == [True, False]
    assert any(question.key == "undone" for question in pack.team.questions)


def test_a_review_of_later_is_no_earlier_one(crm, asked):
    with pytest.raises(BadInput, match="must be the actions of a review before 2026-06-01"):
        review(crm([{"id": "a"}]), asked, Beside(last=Actions(NOW, ())))


def test_the_file_says_what_it_is(pack):
    told = json.loads(Actions(pack.asked.moment, pack.team.actions).to_bytes())
    assert told["what"] == "actions of a pipecast review"
    assert told["as_of"] == "2026-10-05T00:00:00"
