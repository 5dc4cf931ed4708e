"""What enters by source, introductions, owner, team and size: what is told apart, what is not said, and why."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.inflow import MEASURES, Told, learn_inflow
from forecast.plots.inflow import draw_inflow
from forecast.report.inflow import inflow_section
from forecast.sentences.inflow import inflow_sentences
from forecast.source_kinds import kind_of
from simulations.errors import BadInput
from simulations.tables import OWNERS, CrmTables, conform


def better(tables: CrmTables, source: str, seed: int) -> CrmTables:
    """Return a CRM in which half of what was lost of a source was won at the same time."""
    rows = tables.opportunities
    mine = (rows["source"] == source) & (rows["outcome"] == "lost")
    luck = np.random.default_rng(seed).random(len(rows)) < 0.5
    return replace(tables, opportunities=rows.assign(outcome=rows["outcome"].mask(mine & luck, "won")))


def said(inflow, currency: str = "EUR") -> str:
    """Return all sentences."""
    return "\n".join(map(str, inflow_sentences(inflow, currency)))


def test_introductions_are_held_against_the_rest(crm_of, world) -> None:
    """A chance of about 65% against 30%: seen, with the difference of the truth in the interval."""
    tables, moment = crm_of(1, world(deals=600))
    inflow = learn_inflow(better(tables, "Customer referral", 1), moment, by=("introductions",))
    mine = next(one for one in inflow.by["introductions"] if one.name == "introductions")
    gap = mine.conversion_against_rest
    assert gap is not None
    assert gap.low <= 0.35 <= gap.high
    assert mine.stands_out
    assert "Introductions are won more often than all others" in said(inflow)


def test_alike_segments_are_said_to_be_alike(crm_of, world) -> None:
    """Owners dealt at random: in 10 companies at most two show one that stands out (one in twenty would)."""
    outstanding = 0
    for seed in range(10):
        tables, moment = crm_of(seed, world(deals=240))
        inflow = learn_inflow(tables, moment, by=("owner",), seed=seed)
        outstanding += any(one.stands_out for one in inflow.by["owner"])
    assert outstanding <= 2
    assert "By owner, no conversion differs from the rest" in said(inflow)


def test_segments_hold_everything_once(crm_of, world) -> None:
    tables, moment = crm_of(2, world(deals=400))
    inflow = learn_inflow(tables, moment, by=("introductions", "source", "owner", "size"))
    for by, segments in inflow.by.items():
        for name in ("created", "won", "lost", "open"):
            total = sum(getattr(one, name) for one in segments)
            assert total == getattr(inflow.whole, name), (by, name)
        counts = [one.per_week.mean for one in segments if one.per_week is not None]
        assert sum(counts) == pytest.approx(inflow.whole.per_week.mean, rel=1e-9)


def test_what_rests_on_too_little_is_not_said_and_says_why(crm_of, world) -> None:
    """Fifteen opportunities: conversion and cycle perhaps, trends never; each gap has its reason."""
    tables, moment = crm_of(3, world(deals=15, days=120))
    inflow = learn_inflow(tables, moment, by=("source",))
    for _, segment in inflow.segments():
        for name, found in segment.numbers():
            assert (found is None) == (name in segment.unsaid), (segment.name, name)
    assert "at least 10 are needed" in inflow.whole.unsaid["conversion_trend"]
    assert "at least 20 are needed" in inflow.whole.unsaid["cycle_trend"]
    assert "cannot be said: too few to say" in said(inflow)


def test_what_was_followed_too_shortly_is_too_young(crm_of, world) -> None:
    """A source of the last seven weeks: its wins so far are the quick ones only."""
    tables, moment = crm_of(4, world(deals=800))
    rows = tables.opportunities
    late = rows["created"] > moment - pd.Timedelta(days=49)
    tables = replace(tables, opportunities=rows.assign(source=rows["source"].mask(late, "New webinar")))
    inflow = learn_inflow(tables, moment, by=("source",))
    young = next(one for one in inflow.by["source"] if one.name == "New webinar")
    assert young.conversion is None
    assert "too young to say" in young.unsaid["conversion"]
    assert young.per_week is not None
    assert "one of the two conversions" in young.unsaid["conversion_against_rest"]


def test_a_horizon_no_longer_than_what_was_seen(crm_of, world) -> None:
    """After 90 days nothing is said of wins within a year, and the share is that of the truth by then."""
    tables, moment = crm_of(5, world(deals=2_000, days=90))
    inflow = learn_inflow(tables, moment, by=())
    assert inflow.horizon < 90
    assert not inflow.complete
    from scipy import stats

    truth = 0.3 * stats.gamma(2.0, scale=30.0).cdf(inflow.horizon)
    assert inflow.whole.conversion.low <= truth <= inflow.whole.conversion.high


def test_only_what_was_created_since_a_day(crm_of, world) -> None:
    tables, moment = crm_of(6, world(deals=400))
    since = moment - pd.Timedelta(weeks=20)
    inflow = learn_inflow(tables, moment, by=(), since=since)
    assert inflow.whole.created == int((tables.opportunities["created"] >= since).sum())
    assert inflow.weeks == 20
    with pytest.raises(BadInput, match="no opportunity was created"):
        learn_inflow(tables, moment, since=moment + pd.Timedelta(days=1))


def test_sizes_are_bands_in_their_order_and_refused_where_they_tell_the_outcome(crm_of, world) -> None:
    tables, moment = crm_of(7, world(deals=300))
    bands = learn_inflow(tables, moment, by=("size",)).by["size"]
    assert [one.name.split()[0] for one in bands][::2] == ["below", bands[2].name.split()[0]]
    assert bands[2].name.endswith("and more")
    own = learn_inflow(tables, moment, by=("size",), told=Told(size_edges=(5_000.0, 10_000.0)))
    assert [one.name for one in own.by["size"]] == ["below 5,000", "5,000 to 10,000", "10,000 and more"]
    rows = tables.opportunities
    cleared = replace(
        tables, opportunities=rows.assign(amount=rows["amount"].mask(rows["outcome"] == "lost"))
    )
    assert (
        "the size says how an opportunity ended" in learn_inflow(cleared, moment, by=("size",)).unsaid["size"]
    )
    with pytest.raises(BadInput, match="ascending order"):
        learn_inflow(tables, moment, by=("size",), told=Told(size_edges=(10_000.0, 5_000.0)))


def test_introductions_may_be_named(crm_of, world) -> None:
    tables, moment = crm_of(8, world(deals=300))
    inflow = learn_inflow(tables, moment, by=("introductions",), told=Told(introductions=("web form",)))
    mine = next(one for one in inflow.by["introductions"] if one.name == "introductions")
    assert mine.created == int((tables.opportunities["source"] == "Web form").sum())
    with pytest.raises(BadInput, match="is the source of no opportunity; there are Cold call"):
        learn_inflow(tables, moment, by=("introductions",), told=Told(introductions=("Partner",)))


def test_teams_come_from_the_owners(crm_of, world) -> None:
    tables, moment = crm_of(9, world(deals=300))
    assert (
        "no file says who belongs to which team" in learn_inflow(tables, moment, by=("team",)).unsaid["team"]
    )
    owners = conform(pd.DataFrame({"owner": ["Ann", "Bob"], "team": ["North", "North"]}), OWNERS)
    teams = learn_inflow(replace(tables, owners=owners), moment, by=("team",)).by["team"]
    assert [one.name for one in teams] == ["North", "no team"]


def test_of_many_sources_the_smallest_are_taken_together(crm_of, world) -> None:
    tables, moment = crm_of(10, world(deals=400))
    rows = tables.opportunities
    many = rows.assign(source=[f"Channel {number % 30:02d}" for number in range(len(rows))])
    segments = learn_inflow(replace(tables, opportunities=many), moment, by=("source",)).by["source"]
    assert len(segments) == 12
    assert segments[0].name == "19 other sources"
    assert sum(one.created for one in segments) == 400


def test_everything_can_be_shown(crm_of, world) -> None:
    """JSON without NaN, a table of every measure, a picture and a section for each kind."""
    tables, moment = crm_of(11, world(deals=250))
    inflow = learn_inflow(tables, moment, by=("source", "size"))
    whole = json.loads(json.dumps(inflow.to_dict(), allow_nan=False))
    assert list(whole["by"]) == ["source", "size"]
    frame = inflow.to_frame()
    assert len(frame) == len(MEASURES) * (1 + 3 + 3)
    assert (frame["low"].isna() == (frame["reason"] != "")).all()
    told = frame.dropna()
    assert (told["low"] <= told["mean"]).all()
    assert (told["mean"] <= told["high"]).all()
    for by in inflow.by:
        axes = draw_inflow(inflow, by, "EUR").axes
        assert [label.get_text() for label in axes[0].get_yticklabels()] == [
            "all",
            *(one.name for one in inflow.by[by]),
        ]
    section = inflow_section(inflow, "EUR")
    assert len(section.pictures) == 2


def test_where_no_amount_is_known_no_value_is_said(crm_of, world) -> None:
    tables, moment = crm_of(12, world(deals=250))
    bare = replace(tables, opportunities=tables.opportunities.assign(amount=np.nan))
    inflow = learn_inflow(bare, moment, by=("source", "size"))
    assert inflow.whole.value_per_week is None
    assert "carry no amount" in inflow.whole.unsaid["value_per_week"]
    assert "fewer than 30 opportunities carry an amount" in inflow.unsaid["size"]
    assert draw_inflow(inflow, "source").axes


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("prospecting", "prospecting"), ("SDR Outbound", "prospecting"), ("Self-sourced", "prospecting"),
        ("referral", "referral"), ("Introduction by client", "referral"), ("Word of mouth", "referral"),
        ("inbound", "inbound"), ("Organic Search", "inbound"), ("Trade Show", "inbound"),
        ("Partner", None), ("interned", None),
    ],
)  # fmt: skip
def test_a_source_is_known_by_its_name(name, kind) -> None:
    assert kind_of(name) == kind
