"""What the target asks for, in words: each sentence follows sign and interval, from results made for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from forecast.forecasting import Forecast
from forecast.risks import Risk, Risks
from forecast.rollups.rollup import RollUp
from forecast.sentences.target import risk_sentences, roll_up_sentences, target_sentences
from forecast.targets.coverage import RequiredCoverage
from forecast.targets.creation import TOO_LATE, RequiredCreation
from forecast.targets.last_useful import LastUseful
from forecast.targets.required import Required
from forecast.wording.target import TEMPLATES

CREATION = RequiredCreation(12.0, 11.0, 13.0, 8.0, 6.0, 10.0, 240_000.0, "")
USEFUL = LastUseful(
    dt.date(2026, 12, 5), dt.date(2026, 12, 3), dt.date(2026, 12, 7), dt.date(2026, 10, 29), passed=False
)
COVERAGE = RequiredCoverage(3.0, 2.9, 3.1, 2.4, reached=False, reason="")


def asking(quarter: Forecast, **other: object) -> Forecast:
    """Return the quarter's forecast with other requirements; its own coverage is 2.0."""
    required = replace(Required(0.8, CREATION, USEFUL, COVERAGE), **other)
    return replace(quarter, required=required, coverage=replace(quarter.coverage, ratio=2.0))


def said(found: Forecast) -> dict[str, str]:
    return {sentence.key: str(sentence) for sentence in target_sentences(found, "USD")}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({}, "required.more"),
        ({"per_week": 30.0, "low": 28.0, "high": 32.0}, "required.far"),
        ({"per_week": 8.2, "low": 7.5, "high": 8.9}, "required.same"),
        ({"per_week": 5.0, "low": 4.5, "high": 5.5}, "required.less"),
        ({"per_week": 0.0, "low": 0.0, "high": 0.0}, "required.nothing"),
        ({"per_week": None, "low": None, "high": None, "reason": TOO_LATE}, "required.none"),
        ({"high": None}, "required.more"),
    ],
)
def test_required_creation_is_held_against_the_present_pace(quarter, change: dict, key: str) -> None:
    """By the interval, so that a difference within the luck of the draws is called none."""
    assert next(iter(said(asking(quarter, creation=replace(CREATION, **change))))) == key


def test_the_numbers_of_the_required_creation_are_said(quarter) -> None:
    text = said(asking(quarter))["required.more"]
    assert "confidence of 80%" in text
    assert (
        "12 opportunities must be created a week from now on (worth USD 240,000): 1.5 times the 8.0" in text
    )
    deals = said(asking(quarter, creation=replace(CREATION, amount=None)))["required.more"]
    assert "worth" not in deals


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({}, "last_useful.day"),
        ({"half": dt.date(2026, 9, 1)}, "last_useful.already"),
        ({"half": None}, "last_useful.already"),
        ({"day": dt.date(2026, 10, 1), "passed": True}, "last_useful.passed"),
    ],
)
def test_the_last_useful_date_is_said_as_it_lies_to_today(quarter, change: dict, key: str) -> None:
    found = said(asking(quarter, last_useful=replace(USEFUL, **change)))
    assert key in found
    assert "December 2026" in found[key] or "October 2026" in found[key]


def test_where_nothing_is_ever_won_no_date_is_said(quarter) -> None:
    none = LastUseful(None, None, None, None, passed=False)
    assert not any(key.startswith("last_useful") for key in said(asking(quarter, last_useful=none)))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"ratio": 1.9, "with_new": 1.2}, "required_coverage.enough"),
        ({"ratio": 3.0, "with_new": 1.9}, "required_coverage.with_new"),
        ({}, "required_coverage.short"),
        ({"ratio": None, "with_new": None, "reason": "nothing is open"}, "required_coverage.none"),
    ],
)
def test_coverage_is_held_against_what_is_required(quarter, change: dict, key: str) -> None:
    assert key in said(asking(quarter, coverage=replace(COVERAGE, **change)))


def test_a_target_that_is_reached_or_was_not_given_asks_for_nothing(quarter) -> None:
    reached = RequiredCoverage(None, None, None, None, reached=True, reason="")
    assert said(asking(quarter, coverage=reached)) == {}
    assert target_sentences(replace(quarter, required=None)) == ()
    whole = asking(quarter, coverage=reached).required.to_dict()
    assert whole["coverage"]["ratio"] == "reached"


def risk(moves: float, error: float = 0.01, owner: str = "Ann") -> Risk:
    return Risk(
        "D1", "Big deal", owner, "Proposal", 90_000.0, dt.date(2026, 11, 1), 0.3, 0.5 + moves, 0.5, error
    )


def test_the_deal_on_which_most_hangs_is_named_where_it_is_clear() -> None:
    (sentence,) = risk_sentences(Risks((risk(0.2),), 5, 0, 1_000), "USD")
    assert sentence.key == "risks.top"
    assert "Big deal of Ann, USD 90,000" in str(sentence)
    assert "is 70%, else 50%" in str(sentence)
    assert (
        " of " not in str(risk_sentences(Risks((risk(0.2, owner=""),), 5, 0, 1_000), "USD")[0]).split(",")[0]
    )
    for unclear in (Risks((risk(0.01),), 5, 0, 1_000), Risks((), 0, 0, 1_000)):
        assert risk_sentences(unclear, "USD")[0].key == "risks.none"


@pytest.mark.parametrize(
    ("untold", "words"), [(1, "one open deal that is won"), (3, "3 open deals that are won")]
)
def test_too_few_draws_are_said(untold: int, words: str) -> None:
    few = risk_sentences(Risks((risk(0.2),), 5, untold, 1_000), "USD")[1]
    assert few.key == "risks.few"
    assert words in str(few)


def roll_up(by: str, rest: int | None) -> RollUp:
    draws = np.ones((4, 2))
    return RollUp(by, ("Ann", "not yet owned"), np.array([5.0, 0.0]), draws, draws, rest, np.full(2, np.nan))


def test_the_largest_part_and_what_nobody_owns_are_said() -> None:
    largest, rest = roll_up_sentences(roll_up("owner", 1), "deals")
    assert (largest.key, rest.key) == ("roll_up.largest", "roll_up.rest")
    assert str(largest) == "The largest part by owner is Ann, with 7 deals expected (78% of all)."
    assert str(rest) == "Expected from opportunities that are not yet created and not yet owned: 2 deals."
    assert [sentence.key for sentence in roll_up_sentences(roll_up("month", None), "deals")] == [
        "roll_up.month"
    ]


def test_the_cycle_leaves_the_last_useful_date_to_the_target(quarter) -> None:
    """One of them says when it is too late, not both."""
    from forecast.sentences.forecasts import forecast_sentences

    with_target = {sentence.key for sentence in forecast_sentences(asking(quarter))}
    without = {sentence.key for sentence in forecast_sentences(replace(quarter, required=None))}
    assert without - with_target == {"cycle.too_late"}


def test_every_template_is_said_somewhere() -> None:
    """No template is left over that no case would choose: each key stands in the modules of sentences."""
    import inspect

    from forecast.sentences import target as targets
    from forecast.sentences import walk as walks

    sources = inspect.getsource(targets) + inspect.getsource(walks)
    parts = {key.partition(".")[2] for key in TEMPLATES if f'"{key}"' not in sources}
    assert {part for part in parts if f'"{part}"' not in sources} == set()
