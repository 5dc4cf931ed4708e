"""The rules on published months, what counts as a delay, and what is said of it."""

import numpy as np
import pytest

from forecast.lead.company import LEARNED_MONTHS, SILENT_WEEKS, Published
from forecast.lead.measuring import Lead, LeadTable, _delay, measure_lead
from forecast.lead.profit_and_loss import (
    REFERENCES,
    RULES,
    Books,
    alarm_weeks,
    charts,
    known_books,
    learned_books,
    thresholds,
)
from forecast.sentences.lead import lead_sentences
from simulations.intervals import Estimate
from simulations.scenario.model import Scenario

RNG = np.random.default_rng(8)


def year_of(revenue):
    return Published(np.asarray(revenue, float), 4 * (np.arange(len(revenue)) - LEARNED_MONTHS) + 6)


def test_shortfalls_add_up_to_a_cusum_by_hand():
    year = year_of([100.0] * LEARNED_MONTHS + [90.0, 80.0, 120.0, 70.0])
    lines = charts(Books(np.full(4, 100.0), np.full(4, 10.0), 10 * np.sqrt([1, 2, 3, 4])), year)
    assert np.allclose(lines[REFERENCES.index(0.5)], [0.5, 2.0, 0.0, 2.5])
    assert np.allclose(lines[-1], np.array([1.0, 3.0, 1.0, 4.0]) / np.sqrt([1, 2, 3, 4]))


def test_what_is_short_since_the_years_start_is_forgotten_with_the_year():
    year = year_of([100.0] * (LEARNED_MONTHS + 11) + [0.0] + [100.0] * 3)
    lines = charts(Books(np.full(15, 100.0), np.full(15, 10.0), np.full(15, 10.0)), year)
    assert lines[-1].tolist() == [0] * 11 + [10] + [0] * 3


@pytest.mark.parametrize("rule", range(len(RULES)), ids=RULES)
def test_years_on_plan_alarm_as_often_as_stated(rule):
    """4,000 fresh years: the share's standard error is 0.5%, and that of the threshold's own 4,000 as much."""
    years = [year_of(row) for row in RNG.gamma(5.0, 20.0, (8_000, LEARNED_MONTHS + 12))]
    books = known_books(years[:4_000])
    heights = thresholds([charts(books, year) for year in years[:4_000]], 0.1)
    fresh = [charts(books, year)[rule].max() > heights[rule] for year in years[4_000:]]
    assert abs(np.mean(fresh) - 0.1) < 4 * np.sqrt(2 * 0.1 * 0.9 / 4_000)


def test_the_doubt_of_twelve_months_is_part_of_what_is_short_to_date():
    """Of k months against the mean of 12 others the variance is k + k^2 / 12 times that of one."""
    years = [year_of(row) for row in RNG.normal(100.0, 20.0, (6_000, LEARNED_MONTHS + 12))]
    short = [charts(learned_books(year), year)[-1] for year in years]
    sd = np.std(short, axis=0)
    # Dividing by an sd of twelve values widens a normal to Student's t of 11 degrees: by 1.106; 4 standard errors of an sd.
    assert np.allclose(sd, np.sqrt(11 / 9), rtol=0.05)


def test_an_alarm_is_known_in_the_week_of_publication():
    year = year_of([100.0] * LEARNED_MONTHS + [100.0, 0.0, 100.0])
    line = np.tile([0.0, 9.0, 0.0], (len(RULES), 1))
    assert alarm_weeks(line, np.full(len(RULES), 5.0), year) == [[10]] * len(RULES)


@pytest.mark.parametrize(
    ("alarms", "delay"),
    [((20,), 1), ((24, 25), 5), ((), SILENT_WEEKS), ((20 + SILENT_WEEKS,), SILENT_WEEKS), ((3, 24), None)],
)
def test_delays_count_from_the_shock_and_end_with_silence(alarms, delay):
    found = _delay(alarms, 20)
    assert np.isnan(found) if delay is None else found == delay


def table_of(**terms):
    some = Estimate(10.0, 8.0, 12.0, 50)
    usual = {
        "shock": "prospecting halves for good", "knowledge": "as used", "recording": "human", "companies": 50, "left_out": 0.1,
        "crm": some, "books": some, "rule": RULES[0], "lead": Estimate(20.0, 15.0, 25.0, 50), "crm_silent": 0.0,
        "books_silent": 0.0, "quick": Estimate(0.5, 0.4, 0.6, 50), "crm_in_quarter": Estimate(0.5, 0.4, 0.6, 50),
        "books_in_quarter": Estimate(0.1, 0.0, 0.2, 50), "since_error": 2.0, "hours": None,
    }  # fmt: skip
    first = Lead(**{**usual, **terms})
    known = Lead(**{**usual, **terms, "knowledge": "known plan", "recording": "perfect"})
    rate = Estimate(0.1, 0.05, 0.15, 50)
    plan = {(one.knowledge, one.recording, side): rate for one in (known, first) for side in ("crm", *RULES)}
    return LeadTable((known, first), plan, 50, 200, "some", 3)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({}, "the CRM tells 20 weeks before published profit and loss does (15 to 25)"),
        (
            {"lead": Estimate(-4.0, -8.0, -2.0, 50)},
            "profit and loss tells 4 weeks before the CRM does (2 to 8)",
        ),
        ({"lead": Estimate(1.0, -3.0, 4.0, 50)}, "neither tells surely before the other (-3 to 4 weeks)"),
        (
            {"crm": Estimate(78, 70, 78, 50), "books": Estimate(78, 78, 78, 50)},
            "neither the CRM nor published profit and loss tells within 78 weeks",
        ),
        ({"crm_silent": 0.3}, "silent for 78 weeks in 30% of the companies"),
    ],
)
def test_sentences_follow_sign_and_interval(terms, said):
    assert said in " ".join(lead_sentences(table_of(**terms)))


def test_too_few_companies_are_refused():
    with pytest.raises(ValueError, match="20 companies or more"):
        measure_lead(Scenario(), companies=19, seed=1)
