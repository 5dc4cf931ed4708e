"""Sentences follow the sign and the interval, say so where nothing makes a difference, and need no statistics."""

import inspect
import re
import string
from dataclasses import replace

import numpy as np
import pytest

import simulations.sentences
from simulations.cadence_year import Band, CadenceYear
from simulations.comparison import Comparison, Contrast, Needed
from simulations.intervals import Difference, Estimate
from simulations.measures import MEASURES
from simulations.projection import Projection
from simulations.scenario.model import Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.records import Horizon
from simulations.sentences import sentences
from simulations.shortfall import Arrow, Shares, Shortfall
from simulations.stationarity import Stationarity
from simulations.weekly import SERIES
from simulations.wording import REASONS, TEMPLATES, money, percent, three_digits, which_year

SURE = Estimate(0.5, 0.4, 0.6, 200)
FLAT = Band(*(np.zeros(12) for _ in range(5)))
JARGON = re.compile(
    r"confidence|interval|significan|p-value|standard (error|deviation)|varian|paired|percentile|replication(?!s would)",
    re.IGNORECASE,
)


def delta(mean, half=None, reason=""):
    """Return a difference; without a half-width one that is surely not 0."""
    half = abs(mean) / 4 if half is None else half
    return Difference(mean, mean - half, mean + half, 200, None if reason else 2.0, reason)


IDENTICAL = delta(0.0, 0.0, "identical")


def _year(name, cadence, level, own=None):
    estimates = {measure: Estimate(level, level * 0.99, level * 1.01, 200) for measure in MEASURES}
    estimates["selling_hours_on_week"] = Estimate(3.0, 3.0, 3.0, 200)
    estimates["selling_hours_off_week"] = Estimate(22.0, 22.0, 22.0, 200)
    return CadenceYear(
        name=name,
        cadence=cadence,
        own_hours_of=own,
        measures=estimates,
        spread=dict.fromkeys(MEASURES, (level, level)),
        undefined={},
        chance_by_target={1.0: Estimate(0.4, 0.3, 0.5, 200)},
        weekly=dict.fromkeys(SERIES, FLAT),
        projected=FLAT,
        line_of_need=FLAT,
        revenue=FLAT,
        published_to_date=FLAT,
    )


def _shortfall(reason="", weeks=9):
    shares = Shares(SURE, SURE, SURE, SURE)
    arrow = None if reason else Arrow(3, 20, 20 + weeks)
    return Shortfall(
        np.zeros(52), np.zeros(12), np.zeros(12, dtype=np.int64), shares, shares, None, arrow, reason
    )


def _contrast(name, against, role, differences, hours_gap=0.0):
    relative = differences["total"]
    scaled = Difference(
        relative.mean / 1000,
        relative.low / 1000,
        relative.high / 1000,
        200,
        relative.variance_factor,
        relative.reason,
    )
    return Contrast(name, against, role, differences, scaled, hours_gap, Needed(21, 100))


def _comparison(differences, cadence=None, shortfall=None, hours_gap=0.0):
    """Return a comparison of steady with another cadence; measures not given do not differ, but are not identical."""
    unsure = {name: delta(0.0, 1.0) for name in MEASURES}
    cadence = cadence or Sawtooth()
    return Comparison(
        version="0",
        scenario=Scenario(),
        seed=1,
        replications=200,
        kept=200,
        reference="steady",
        target=2_000_000.0,
        weeks=np.arange(1, 53),
        cadences=(_year("steady", Steady(), 1000.0), _year(cadence.kind, cadence, 950.0)),
        contrasts=(_contrast(cadence.kind, "steady", "difference", {**unsure, **differences}, hours_gap),),
        shortfalls={cadence.kind: shortfall or _shortfall("neither fires")},
        stationarity=Stationarity(SURE, SURE, 0.5, 0.8),
        projection=Projection(np.zeros((52, 4, 4)), np.zeros(52), np.zeros(52)),
    )


def _said(comparison):
    return {sentence.key: sentence.text for sentence in sentences(comparison)}


@pytest.mark.parametrize(
    ("total", "key", "words"),
    [
        (delta(-50.0), "total.less", ["5.0% less", "USD 50", "between 3.8% and 6.2% less"]),
        (delta(50.0), "total.more", ["5.0% more", "between 3.8% and 6.2% more"]),
        (delta(1.0, 5.0), "total.same", ["no difference to speak of", "at most 0.6%"]),
        (delta(10.0, 100.0), "total.unclear", ["9.0% less to 11% more", "200 simulated years"]),
    ],
)
def test_the_total_is_told_by_sign_and_interval(total, key, words):
    said = _said(_comparison({"total": total}))
    assert [name for name in said if name.startswith("total.")] == [key]
    assert all(word in said[key] for word in words), said[key]


def test_identical_cadences_get_one_sentence_and_no_more():
    found = sentences(_comparison(dict.fromkeys(MEASURES, IDENTICAL)))
    assert [sentence.key for sentence in found] == ["steady.year", "which_year.1", "total.identical"]
    assert found[2].text.startswith("The sawtooth (8 weeks on, 8 off) is the same as steady")


@pytest.mark.parametrize(
    ("years", "words"),
    [(1, "year 1 answers what happens if the habit changes now"), (2, "year 2 answers what the habit does")],
)
def test_which_year_it_is_and_what_it_answers_is_told(years, words):
    found = _comparison({})
    scenario = found.scenario.model_copy(update={"horizon": Horizon(years=years)})
    said = _said(replace(found, scenario=scenario))
    assert [key for key in said if key.startswith("which_year")] == [f"which_year.{years}"]
    assert words in said[f"which_year.{years}"]
    assert which_year(scenario).startswith(f"year {years}, what")
    assert replace(found, scenario=scenario).to_dict()["year"] == years
    alone = replace(found, contrasts=(), cadences=found.cadences[:1])
    assert not [key for key in _said(alone) if key.startswith("which_year")], "steady alone changes no habit"


def test_what_steady_comes_to_is_told_with_the_range_of_luck():
    found = _comparison({})
    steady = replace(found.cadences[0], spread={"bookings_in_year": (800.0, 1200.0)})
    text = _said(replace(found, cadences=(steady, *found.cadences[1:])))["steady.year"]
    assert "books USD 1,000 in the year" in text
    assert "between USD 800 and USD 1,200" in text
    assert "its target of USD 2,000,000 in 40% of the years" in text


def test_what_is_only_moved_is_not_called_lost():
    lost = _said(_comparison({"bookings_in_year": delta(-100.0), "run_off": delta(0.0, 5.0)}))
    moved = _said(_comparison({"bookings_in_year": delta(-100.0), "run_off": delta(60.0)}))
    assert "after the year" not in lost["year.less"]
    assert "USD 60 of that is won after the year" in moved["year.less_later"]
    pulled = _said(_comparison({"bookings_in_year": delta(100.0), "run_off": delta(-60.0)}))
    assert "USD 60 of that is missing after the year" in pulled["year.more_later"]


def test_where_nothing_shows_it_is_said():
    said = _said(_comparison({"total": delta(0.0, 5.0)}))
    assert {"total.same", "quarter.same", "volatility.same", "cause.waits_same"} <= said.keys()
    assert not {"year.less", "year.more", "seeing.years", "cause.win_rate", "hours.differ"} & said.keys()


@pytest.mark.parametrize(
    ("measure", "prefix"), [("worst_quarter", "quarter"), ("month_volatility", "volatility")]
)
@pytest.mark.parametrize(("sign", "ending"), [(1, "more"), (-1, "less")])
def test_rhythm_is_told_with_its_direction(measure, prefix, sign, ending):
    assert f"{prefix}.{ending}" in _said(_comparison({measure: delta(sign * 0.1)}))


def test_the_cause_is_told_with_both_kinds_of_weeks():
    said = _said(_comparison({"days_waited": delta(0.7), "win_rate": delta(-0.01)}))
    assert "has 3 hours left for customers, in the others 22" in said["cause.left"]
    assert "cause.waits" in said
    assert "cause.win_rate" in said


def test_other_hours_are_told_and_split():
    whole = _comparison({"total": delta(-100.0)}, Reactive(), hours_gap=-0.2)
    own = "reactive: steady at its own hours"
    parts = {
        role: _contrast(*pair, role, {**whole.contrasts[0].differences, "total": delta(total)})
        for pair, role, total in (((own, "steady"), "hours", -90.0), (("reactive", own), "rhythm", -10.0))
    }
    split = replace(
        whole,
        cadences=(*whole.cadences, _year(own, Steady(), 960.0, "reactive")),
        contrasts=(*whole.contrasts, *parts.values()),
    )
    said = _said(split)
    assert "20% less prospecting" in said["hours.differ"]
    assert "USD 90 less comes from the hours and USD 10 less from their rhythm" in said["hours.parts"]
    unsure = {**parts["rhythm"].differences, "total": delta(-10.0, 20.0)}
    nothing = replace(split, contrasts=(*split.contrasts[:2], replace(parts["rhythm"], differences=unsure)))
    assert {"hours.differ", "hours.only"} <= _said(nothing).keys()


@pytest.mark.parametrize("reason", REASONS)
def test_no_arrow_is_never_left_without_a_reason(reason):
    said = _said(_comparison({}, shortfall=_shortfall(reason)))
    assert REASONS[reason] in said["arrow.none"]


def test_the_arrow_is_told_with_its_weeks_and_which_came_first():
    assert "by 9 weeks" in _said(_comparison({}, shortfall=_shortfall(weeks=9)))["arrow.before"]
    assert "by 4 weeks" in _said(_comparison({}, shortfall=_shortfall(weeks=-4)))["arrow.after"]


def test_warnings_come_first():
    calm = _comparison({})
    shaky = replace(calm, stationarity=Stationarity(SURE, SURE, 4.0, 0.97))
    keys = [sentence.key for sentence in sentences(shaky)]
    assert keys[:2] == ["warm_up.drifting", "warm_up.overloaded"]
    assert "97%" in sentences(shaky)[1].text
    assert not [key for key in _said(calm) if key.startswith("warm_up")]


@pytest.mark.parametrize(("years", "key"), [(21, "seeing.years"), (None, "seeing.never")])
def test_how_long_luck_hides_it_is_told(years, key):
    found = _comparison({"bookings_in_year": delta(-100.0)})
    contrast = replace(found.contrasts[0], needed=Needed(years, None))
    assert key in _said(replace(found, contrasts=(contrast,)))


def test_no_sentence_uses_the_words_of_statistics():
    assert [key for key, text in TEMPLATES.items() if JARGON.search(text)] == []
    assert [reason for reason, text in REASONS.items() if JARGON.search(text)] == []


def test_every_template_is_chosen_somewhere():
    """No dead sentence: each key stands in the source of the module that chooses, or is put together there."""
    source = inspect.getsource(simulations.sentences)
    subjects = {"quarter", "volatility", "year"}
    unused = {key for key in TEMPLATES if f'"{key}"' not in source and key.split(".")[0] not in subjects}
    assert unused == set()
    assert all(f'f"{subject}.{{_by_sign(delta)}}' in source for subject in subjects)


def test_every_placeholder_of_a_template_is_a_plain_word():
    for text in TEMPLATES.values():
        for _, name, spec, conversion in string.Formatter().parse(text):
            assert (spec or "", conversion) == ("", None)
            assert name is None or name.isidentifier()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,230,000"), (999.5, "1,000"), (12.345, "12.3"), (0.01234, "0.01")],
)
def test_numbers_are_told_to_three_digits(value, text):
    assert three_digits(value) == text


def test_amounts_carry_their_unit():
    assert money(-1234567.0, "EUR") == "EUR 1,230,000"
    assert money(4.0, "deals") == "4 deals"
    assert (percent(-0.051), percent(0.21)) == ("5.1%", "21%")
