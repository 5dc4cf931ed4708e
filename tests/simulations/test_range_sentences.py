"""What is said of the ranges follows sign and interval: whether one turns it, which, and what moves it most."""

import pytest

from simulations.intervals import Estimate
from simulations.range_sentences import sentences_of
from simulations.ranges import AssumedRange, CadenceRanges, RangeEnd
from simulations.scenario.model import Sawtooth


def loss(mean, half=0.01):
    return Estimate(mean, mean - half, mean + half, 50)


def end(value, mean, base=0.05, shift_half=0.002):
    return RangeEnd(value, loss(mean), loss(mean - base, shift_half))


def said(low, high, base=0.05, more=()):
    """Return the sentences of a cadence that loses 5% as it stands, with one number that moves it."""
    item = AssumedRange("work.free_wait_days", 3, "days of waiting that cost nothing", low, high)
    return sentences_of(CadenceRanges(Sawtooth(), loss(base), (item, *more)))


STILL = AssumedRange("team.handover_days", 7, "days", end(1, 0.05), end(30, 0.05))


def test_a_loss_that_no_number_turns_stays():
    stands, sign, most = said(end(0, 0.06), end(7, 0.03), more=(STILL,))
    assert stands == (
        "On the assumptions as they stand the sawtooth (8 weeks on, 8 off) books 5.0% less than steady prospecting "
        "(4.0% to 6.0%)."
    )
    assert "Each of the 2 assumed numbers" in sign
    assert "no single one turns the sign, and each leaves a difference that shows" in sign
    assert most.startswith(
        "What surely moves it most is work.free_wait_days, days of waiting that cost nothing"
    )
    assert "6.0% less at 0 and 3.0% less at 7; in place of 5.0% less" in most


def test_a_number_that_turns_the_sign_is_named_with_its_end():
    _, sign, _ = said(end(0, -0.02), end(7, 0.03))
    assert "The sign turns with work.free_wait_days at 0." in sign
    assert "no single one" not in sign


def test_a_number_under_which_luck_may_be_the_cause_is_named():
    _, sign, _ = said(end(0, 0.004), end(7, 0.06))
    assert (
        "no single one turns the sign; but luck may be the cause of what is left with work.free_wait_days at 0"
        in sign
    )


def test_a_gain_is_called_one_and_turns_the_other_way():
    stands, sign, most = said(end(0, -0.06, -0.05), end(7, 0.03, -0.05), base=-0.05)
    assert "books 5.0% more than steady" in stands
    assert "The sign turns with work.free_wait_days at 7." in sign
    assert "6.0% more at 0 and 3.0% less at 7" in most


@pytest.mark.parametrize(
    ("high", "words"),
    [(0.03, "A difference shows with work.free_wait_days at 7."), (0.001, "no single one makes")],
)
def test_an_open_headline_stays_open_unless_a_number_decides_it(high, words):
    stands, sign, _ = said(end(0, 0.0, 0.002), end(7, high, 0.002), base=0.002)
    assert "it is open whether" in stands
    assert "(1.2% less to 0.8% more)" in stands
    assert words in sign


def test_what_luck_alone_may_have_moved_is_not_called_an_influence():
    unsure = AssumedRange("a.b", 1, "x", end(0, 0.06, shift_half=0.02), end(2, 0.055, shift_half=0.02))
    (*_, most) = sentences_of(CadenceRanges(Sawtooth(), loss(0.05), (unsure,)))
    assert most == "No assumed number surely moves it."


def test_an_end_that_was_not_tried_is_said_with_its_reason():
    *_, most, refused = said(RangeEnd(0, None, None, "it does not fit"), end(7, 0.03))
    assert "it cannot be tried at 0 and 3.0% less at 7" in most
    assert refused == "Not tried, because it cannot be: work.free_wait_days at 0 (it does not fit)."
