"""What is said of quotas follows from signs and intervals, and every template can be said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from forecast.quota.asking import scenario_quotas
from forecast.quota.capacity import NEVER, Capacity, Heads, HirePlan
from forecast.quota.fairness import Fairness, Parts
from forecast.quota.hours import NeededHours
from forecast.quota.quotas import Asked
from forecast.sentences.quota import quota_sentences
from forecast.wording.quota import TEMPLATES
from simulations.intervals import Estimate


def about(mean, half=0.02):
    return Estimate(mean, mean - half, mean + half, 1_000)


@pytest.fixture(scope="module")
def answer(small_team, some_years, tmp_path_factory):
    """Return an answer about four proposed quotas and a target, without hours and hires."""
    path = tmp_path_factory.mktemp("said") / "quotas.csv"
    path.write_text(
        "rep,quota\nRep 01,200000\nRep 02,330000\nRep 03,5000000\nRep 04,150000\n,1000000\n", "utf-8"
    )
    return scenario_quotas(small_team, some_years, Asked(sheet=path, hours=False, hires=False))


def keys(found):
    return [sentence.key for sentence in quota_sentences(found)]


def text_of(found, key):
    return next(str(sentence) for sentence in quota_sentences(found) if sentence.key == key)


def with_hours(answer, needed):
    return replace(answer, verdicts=tuple(replace(each, hours=needed) for each in answer.verdicts))


HOURS = {
    "hours.enough": NeededHours(10.0, about(14.0, 1.0), about(0.7), 15.0),
    "hours.times": NeededHours(None, about(1.4, 0.1), about(0.7), 1.5),
    "hours.perhaps": NeededHours(10.0, Estimate(14.0, 13.0, float("inf"), 7), about(0.61), 15.0),
    "hours.never": NeededHours(10.0, None, about(0.4), 12.5),
    "hours.crowded": NeededHours(10.0, None, about(0.4), 12.5, crowded=True),
}


@pytest.mark.parametrize("key", HOURS)
def test_hours_are_told_as_they_were_found(answer, key):
    said = keys(with_hours(answer, HOURS[key]))
    assert key in said
    assert not (set(HOURS) - {key}) & set(said)


def test_hours_name_the_unit_that_is_known(answer):
    assert "14 prospecting hours a week in place of 10 (13 to 15)" in text_of(
        with_hours(answer, HOURS["hours.enough"]), "hours.enough"
    )
    assert "1.4 times the present prospecting (1.3 to 1.5)" in text_of(
        with_hours(answer, HOURS["hours.times"]), "hours.times"
    )


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("fits",) * 4, "sheet.all_fit"),
        (("high",) * 4, "sheet.none_fit"),
        (("ample", "fits", "high", "high"), "sheet.some_fit"),
    ],
)
def test_the_sheet_is_summed_up(answer, words, key):
    verdicts = tuple(replace(each, word=word) for each, word in zip(answer.verdicts, words, strict=True))
    assert keys(replace(answer, verdicts=verdicts))[0] == key


@pytest.mark.parametrize(
    ("sum_", "quota", "key"),
    [
        (1.2e6, 1e6, "over.above"),
        (0.9e6, 1e6, "over.below"),
        (1e6, 1e6, "over.exact"),
        (1e6, None, "over.no_target"),
    ],
)
def test_over_assignment_is_told_by_its_sign(answer, sum_, quota, key):
    whole = replace(
        answer.together[0], sum=sum_, quota=quota, over_assignment=None if quota is None else sum_ / quota,
        chance=None if quota is None else about(0.6),
    )  # fmt: skip
    assert key in keys(replace(answer, together=(whole,)))


@pytest.mark.parametrize(
    ("low", "mean", "high", "key"),
    [
        (0.6, 0.7, 0.8, "luck.most"),
        (0.1, 0.2, 0.3, "luck.least"),
        (0.4, 0.5, 0.6, "luck.half"),
        (0.5, 0.6, 0.7, "luck.half"),
    ],
)
def test_most_is_luck_only_where_the_interval_says_so(answer, low, mean, high, key):
    found = Fairness(4, Parts(0.02, 0.01, 0.01, 0.05), Estimate(mean, low, high, 20), about(0.7), 0.5, 0.2)
    said = keys(replace(answer, fairness=found))
    assert key in said
    assert {"luck.sizes", "luck.unknown"} <= set(said)
    plain = replace(found, sizes=0.0, parts=replace(found.parts, unknown=0.0))
    assert not {"luck.sizes", "luck.unknown"} & set(keys(replace(answer, fairness=plain)))


def capacity(chance, hours=10.0, **more):
    heads = (Heads("reps", 4, 3.5, hours),)
    return Capacity(1e6, 0.6, chance, about(9e5, 1e4), about(8e5, 1e4), 1.1e6, heads, 500.0, 52.0, (), **more)


@pytest.mark.parametrize(
    ("chance", "key"), [(0.7, "capacity.enough"), (0.5, "capacity.short"), (0.61, "capacity.open")]
)
def test_a_target_is_realistic_only_where_the_interval_says_so(answer, chance, key):
    said = keys(replace(answer, capacity=capacity(about(chance))))
    assert key in said
    assert "capacity.product" in said
    assert "capacity.heads" in keys(replace(answer, capacity=capacity(about(chance), None)))


def test_hires_are_told_one_after_another(answer):
    plans = tuple(HirePlan(hires, dt.date(2026, 2, 2), about(0.61)) for hires in (1, 2))
    found = replace(answer, capacity=replace(capacity(about(0.5)), plans=plans))
    assert text_of(found, "capacity.hire_one") == "It would take one hire by 2 February 2026."
    assert "With 2 it is enough if they begin by" in text_of(found, "capacity.hire_more")
    more = replace(answer, capacity=replace(capacity(about(0.5)), plans=plans[1:]))
    assert text_of(more, "capacity.hire_many") == "It would take 2 hires by 2 February 2026."
    assert "capacity.hire_never" in keys(replace(answer, capacity=capacity(about(0.5), reason=NEVER)))


def test_a_history_says_what_it_assumes(answer):
    found = replace(with_hours(answer, HOURS["hours.times"]), source="history", assumed={"market_cv": 0.1})
    assert {"assumed.market", "assumed.elasticity", "assumed.stay"} <= set(keys(found))
    assert not [key for key in keys(answer) if key.startswith("assumed.")]


@pytest.mark.parametrize(
    ("times", "key"), [(0.9, "quota.sum_below"), (1.1, "quota.sum_above"), (1.0, "quota.sum_same")]
)
def test_the_sum_of_fitting_quotas_is_held_against_the_companys(answer, times, key):
    reps = sum(each.quota.mean for each in answer.curves if each.level == "rep")
    company = replace(answer.curves[0], quota=about(reps / times, 1e4))
    assert key in keys(replace(answer, curves=(company, *answer.curves[1:])))


def test_every_template_is_said_somewhere_in_these_tests(answer):
    """So that none is left behind when what is said changes; the two that the fixture itself decides are said by it."""
    tested = {
        "quota.company",
        "quota.reps_one",
        "quota.reps_many",
        "sheet.far",
        "sheet.worst",
        "share.expected",
        "share.everybody",
    }
    text = Path(__file__).read_text("utf-8")
    assert [key for key in TEMPLATES if key not in tested and f'"{key}"' not in text] == []
    assert {"quota.company", "quota.reps_many", "sheet.far", "sheet.worst", "share.expected"} <= set(
        keys(answer)
    )
    same = tuple(replace(each, quota=about(3e5, 1e4)) for each in answer.curves[1:])
    assert "quota.reps_one" in keys(replace(answer, curves=(answer.curves[0], *same)))
    apart = replace(answer.together[0], everybody=about(0.2), product=0.1)
    assert "share.everybody" in keys(replace(answer, together=(apart,)))
