"""Sentences follow sign and interval: each case of each template, from results made for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.bookings import Bookings
from forecast.cycle import Cycle, Days
from forecast.forecasting import Forecast
from forecast.pipeline import NO_CLOSE_DATE, NO_TARGET, Coverage, WeightedPipeline
from forecast.question import Asked
from forecast.sentences.forecasts import forecast_sentences, unit_of
from forecast.wording.forecasts import TEMPLATES

#: Bookings of 100 to 200: 10th percentile 110, median 150, 90th 190.
DRAWN = np.linspace(100.0, 200.0, 1_001)


def made(**other: object) -> Forecast:
    """Return a forecast with a target of 150, some parts of it replaced."""
    asked = Asked(
        pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-30"),
        "amount", 150.0, (), len(DRAWN), 1,
    )  # fmt: skip
    whole = Forecast(
        asked=asked,
        bookings=Bookings(40.0, DRAWN - 90.0, np.full(len(DRAWN), 50.0)),
        weighted=WeightedPipeline(80.0, "", 90.0, 60.0, 55.0, 65.0),
        coverage=Coverage(1.5, reached=False, reason=""),
        cycle=Cycle(Days(40.0, 35, 45), Days(12.0, 10, 14), Days(90.0, 80, 100), 50),
        findings=(), counts={}, version="1",
    )  # fmt: skip
    return replace(whole, **other)


def with_target(target: float | None, **other: object) -> Forecast:
    """Return the forecast with another target."""
    return made(asked=replace(made().asked, target=target), **other)


def keys(forecast: Forecast) -> list[str]:
    return [sentence.key for sentence in forecast_sentences(forecast)]


def text(forecast: Forecast, key: str, currency: str = "EUR") -> str:
    return next(str(said) for said in forecast_sentences(forecast, currency) if said.key == key)


@pytest.mark.parametrize(
    ("target", "key"),
    [
        (105.0, "target.safe"), (110.0, "target.safe"), (111.0, "target.open"), (150.0, "target.open"),
        (190.0, "target.open"), (191.0, "target.missed"), (40.0, "target.reached"), (0.0, "target.reached"),
        (None, "target.none"),
    ],
)  # fmt: skip
def test_the_answer_follows_where_the_target_lies_in_the_interval(target: float | None, key: str) -> None:
    """Below the 10th percentile safe, above the 90th missed, between open; booked already: reached."""
    assert keys(with_target(target))[0] == key


@pytest.mark.parametrize(
    ("target", "key"), [(120.0, "gap.above"), (180.0, "gap.short"), (150.0, None), (None, None)]
)
def test_the_gap_has_the_sign_of_mean_less_target(target: float | None, key: str | None) -> None:
    assert [found for found in keys(with_target(target)) if found.startswith("gap")] == ([key] if key else [])


def test_a_reached_target_has_no_gap_and_no_coverage() -> None:
    found = keys(with_target(30.0, coverage=Coverage(None, reached=True, reason="")))
    assert [key for key in found if key.startswith(("gap", "coverage"))] == []


@pytest.mark.parametrize(
    ("crm", "key"),
    [(66.0, "more"), (65.0, "same"), (60.0, "same"), (55.0, "same"), (54.0, "less"), (None, "none")],
)
def test_optimism_follows_the_interval_of_the_calibrated_pipeline(crm: float | None, key: str) -> None:
    weighted = WeightedPipeline(crm, "" if crm else NO_CLOSE_DATE, 90.0, 60.0, 55.0, 65.0)
    assert f"optimism.{key}" in keys(made(weighted=weighted))


def test_optimism_without_a_crm_view_gives_the_reason() -> None:
    weighted = WeightedPipeline(None, NO_CLOSE_DATE, 90.0, 60.0, 55.0, 65.0)
    assert NO_CLOSE_DATE in text(made(weighted=weighted), "optimism.none")


@pytest.mark.parametrize(("new", "key"), [(50.0, "parts.all"), (0.0, "parts.known"), (0.5, "parts.known")])
def test_what_is_still_to_be_created_is_named_where_it_counts(new: float, key: str) -> None:
    bookings = Bookings(40.0, DRAWN - 40.0 - new, np.full(len(DRAWN), new))
    assert key in keys(made(bookings=bookings))


def test_nothing_booked_is_said_in_words() -> None:
    bookings = Bookings(0.0, DRAWN - 50.0, np.full(len(DRAWN), 50.0))
    assert "nothing is booked" in text(made(bookings=bookings), "parts.all")


def test_coverage_is_a_ratio_or_the_reason_for_none() -> None:
    assert "covers 1.5 times" in text(made(), "coverage.ratio")
    undated = Coverage(None, reached=False, reason=NO_CLOSE_DATE)
    assert NO_CLOSE_DATE in text(made(coverage=undated), "coverage.none")
    untold = with_target(None, coverage=Coverage(None, reached=False, reason=NO_TARGET))
    assert not any(key.startswith("coverage") for key in keys(untold))


def test_the_cycle_is_told_and_what_it_means_for_the_last_days() -> None:
    said = text(made(), "cycle.known")
    assert all(number in said for number in ("40 days", "12", "90"))
    assert "last 12 days" in text(made(), "cycle.too_late")
    quick = replace(made().cycle, shortest=Days(0.4, 0.1, 0.9))
    assert "cycle.too_late" not in keys(made(cycle=quick))
    assert not any(key.startswith("cycle") for key in keys(made(cycle=replace(made().cycle, wins=0))))


def test_numbers_carry_their_unit() -> None:
    assert "EUR 150" in text(made(), "target.open")
    deals = made(asked=replace(made().asked, unit="deals"))
    assert "150 deals" in text(deals, "target.open")
    assert "EUR" not in text(deals, "target.open")
    assert (unit_of(made(), "EUR"), unit_of(deals, "EUR")) == ("EUR", "deals")


def test_a_chance_is_never_said_to_be_certain() -> None:
    assert "above 99%" in text(with_target(99.0), "target.safe")
    assert "below 1%" in text(with_target(201.0), "target.missed")


def test_every_template_is_used_by_some_result() -> None:
    """A template about a forecast that no result reaches is dead."""
    none = WeightedPipeline(None, NO_CLOSE_DATE, 1.0, 1.0, 1.0, 1.0)
    reached = {"coverage.none", "optimism.none"} & set(
        keys(made(weighted=none, coverage=Coverage(None, reached=False, reason=NO_CLOSE_DATE)))
    )
    for target in (105.0, 150.0, 191.0, 40.0, None, 120.0):
        reached |= set(keys(with_target(target)))
    for crm in (66.0, 60.0, 50.0):
        reached |= set(keys(made(weighted=replace(none, crm=crm, low=55.0, high=65.0))))
    reached |= set(keys(made(bookings=Bookings(40.0, DRAWN - 40.0, np.zeros(len(DRAWN))))))
    reached |= set(keys(made()))
    topics = ("target.", "gap.", "parts.", "optimism.", "coverage.", "cycle.")
    assert reached == {key for key in TEMPLATES if key.startswith(topics)}
