"""What is asked of a forecast: bad questions get one clear message, good ones the whole answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from forecast.findings import Finding
from forecast.forecasting import Forecast, forecast
from simulations.errors import BadInput
from simulations.tables import CrmTables

DAY_150 = "2026-06-03"  # the last day that is known


@pytest.fixture(scope="module")
def tables(made_crm) -> CrmTables:
    return made_crm(11)


def asked(tables: CrmTables, **other: object) -> Forecast:
    """Return the forecast of June 2026 after its third day, with a few draws."""
    question = {"as_of": DAY_150, "start": "2026-06-01", "end": "2026-06-30", "draws": 400, **other}
    return forecast(tables, **question)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"end": "2026-05-31"}, ("end", "2026-05-31", "must not be before the first day, 2026-06-01")),
        ({"target": -1.0}, ("target", "-1", "must be 0 or more")),
        ({"target": float("nan")}, ("target", "nan")),
        ({"target": float("inf")}, ("target", "inf")),
        ({"targets": [0.5, -0.5]}, ("targets", "must be multiples of the mean, 0 or more")),
        ({"draws": 99}, ("draws", "99", "must be 100 or more")),
        ({"seed": -1}, ("seed", "-1", "must be 0 or more")),
        ({"country": "XX"}, ("country", "XX", "must be an ISO 3166 country code")),
        ({"unit": "euros"}, ("unit", "euros", "must be amount or deals")),
    ],
)
def test_what_cannot_be_answered_is_refused_with_field_value_and_what_is_allowed(
    tables, other, words
) -> None:
    with pytest.raises(BadInput) as caught:
        asked(tables, **other)
    for word in words:
        assert word in str(caught.value)


def test_all_that_is_wrong_with_a_question_is_said_at_once(tables) -> None:
    with pytest.raises(BadInput) as caught:
        asked(tables, draws=1, seed=-2, target=-3.0)
    assert all(word in str(caught.value) for word in ("draws", "seed", "target"))


def test_too_short_a_history_teaches_nothing_and_says_so(tables) -> None:
    with pytest.raises(BadInput, match=r"2026-01-20.*closed.*20"):
        asked(tables, as_of="2026-01-19")


def test_without_any_amount_only_deals_can_be_forecast(tables) -> None:
    rows = tables.opportunities
    bare = replace(tables, opportunities=rows.assign(amount=float("nan")))
    with pytest.raises(BadInput, match="unit deals"):
        asked(bare)
    assert asked(bare, unit="deals").mean > 0


def test_what_was_booked_before_the_moment_is_certain_and_the_rest_is_not(tables) -> None:
    rows = tables.opportunities
    won = rows[(rows["outcome"] == "won") & (rows["closed"] >= "2026-06-01")]
    known = won[won["closed"] < "2026-06-04"]
    result = asked(tables)
    assert result.bookings.booked == known["amount"].sum() > 0
    assert result.bookings.total.min() >= result.bookings.booked
    assert asked(tables, unit="deals").bookings.booked == len(known)


def test_a_period_in_the_past_is_known(tables) -> None:
    """Every draw is what was booked; the chance is 0 or 1."""
    result = asked(tables, start="2026-04-01", end="2026-04-30", target=1.0)
    rows = tables.opportunities
    april = rows["closed"].between(pd.Timestamp("2026-04-01"), pd.Timestamp("2026-04-30 23:59"))
    booked = rows.loc[april & (rows["outcome"] == "won"), "amount"].sum()
    assert (result.bookings.total == booked).all()
    assert result.chance_of_target == 1.0
    assert asked(tables, start="2026-04-01", end="2026-04-30", target=booked + 1).chance_of_target == 0.0


def test_the_answer_has_the_documented_keys_and_is_plain(tables) -> None:
    told = asked(tables, target=100_000, targets=[0.5, 1.0])
    whole = json.loads(json.dumps(told.to_dict(), allow_nan=False))
    assert set(whole["bookings"]["quantiles"]) >= {"0.025", "0.5", "0.975"}
    assert set(whole["weighted_pipeline"]) >= {"crm", "calibrated", "calibrated_in_period"}
    assert set(whole["parts"]) == {"booked", "open", "new"}
    assert {
        "chance_of_target",
        "chance_by_target",
        "coverage",
        "cycle",
        "findings",
        "seed",
        "version",
    } <= set(whole)
    assert whole["inputs"]["opportunities"]["known"] == sum(
        whole["inputs"]["opportunities"][state] for state in ("open", "won", "lost")
    )
    assert len(told.to_frame()) == 400


def test_fields_that_may_look_ahead_are_named_once(tables) -> None:
    """By the forecast itself where the reading did not, so that no caller can forget it."""
    export = pd.Timestamp("2026-12-31")
    later = replace(tables, known_from={"amount": export, "owner": export})

    def named(findings: tuple[Finding, ...]) -> list[tuple[str, ...]]:
        return [finding.examples for finding in findings if finding.code == "may_look_ahead"]

    result = asked(later)
    assert named(result.findings) == [("owner", "amount")]
    again = asked(later, findings=result.findings)
    assert named(again.findings) == [("owner", "amount")]
    assert named(asked(tables).findings) == []


def test_few_wins_and_missing_amounts_are_found(made_crm) -> None:
    small = made_crm(12, deals=80, days=150)
    rows = small.opportunities
    priced = rows["closed"] < pd.Timestamp(DAY_150)
    blank = replace(small, opportunities=rows.assign(amount=rows["amount"].where(priced)))
    codes = {finding.code for finding in asked(blank).findings}
    assert {"few_wins", "open_without_amount"} <= codes
    assert "open_without_amount" not in {finding.code for finding in asked(blank, unit="deals").findings}


def test_a_countrys_holidays_are_days_on_which_little_happens(tables):
    """19 and, as 4 July is a Saturday, 3 July 2026 are holidays in the US: fewer bookings are expected."""
    plain, american = (asked(tables, end="2026-07-05", country=country) for country in (None, "US"))
    assert american.mean < plain.mean
    assert american.to_dict()["inputs"]["country"] == "US"
