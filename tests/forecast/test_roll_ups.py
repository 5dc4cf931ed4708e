"""Whose bookings they are: owners, teams, sources and products, what nobody owns yet, and the months of the period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.bookings import Period
from forecast.calibration import draws
from forecast.calibration.records import day
from forecast.forecasting import forecast
from forecast.known import as_of
from forecast.rollups import rollup as rollup_module
from forecast.rollups import segments as segments_module
from forecast.rollups import sharing
from forecast.rollups.rollup import RollUp
from simulations.errors import BadInput
from simulations.tables import OWNERS, CrmTables, conform

FIRST = pd.Timestamp("2026-01-05")
WHEN = FIRST + pd.Timedelta(days=230)
QUESTION = {"as_of": WHEN, "start": WHEN, "end": WHEN + pd.Timedelta(days=89), "draws": 2_000, "seed": 4}


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Run with 60 parameter draws in place of 200."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "PARAMETER_DRAWS", 60)
        yield


@pytest.fixture(scope="module")
def tables(made_crm) -> CrmTables:
    """Return a CRM of 400 opportunities in which everybody sells alike."""
    return made_crm(21, deals=400)


def asked(tables: CrmTables, by: str, **columns: object) -> RollUp:
    """Return the roll-up of the quarter after day 230, with other columns of the opportunities."""
    changed = replace(tables, opportunities=tables.opportunities.assign(**columns))
    return forecast(changed, by=(by,), **QUESTION).roll_ups[0]


def new_shares(whole: RollUp) -> dict[str, float]:
    """Return the share of each part in what is not yet created."""
    mean = whole.new.mean(axis=0)
    return dict(zip(whole.names, mean / mean.sum(), strict=True))


def test_new_business_falls_to_owners_as_they_created_lately(tables) -> None:
    """Ann creates three times as much as Bob: a quarter of it is his, within what 170 creations tell."""
    rng = np.random.default_rng(1)
    owner = rng.choice(["Ann", "Bob"], len(tables.opportunities), p=[0.75, 0.25])
    shares = new_shares(asked(tables, "owner", owner=owner))
    assert shares["Bob"] == pytest.approx(0.25, abs=0.08)
    assert shares["not yet owned"] < 0.05


def test_shares_of_very_many_segments_are_drawn_alike(tables, monkeypatch) -> None:
    """Each from a stream of its own: the mean, draw 0, is divided as before, within a slot; the others scatter as much."""
    owner = np.random.default_rng(1).choice(
        ["Ann", "Bob", "Cid"], len(tables.opportunities), p=[0.6, 0.3, 0.1]
    )
    known = as_of(replace(tables, opportunities=tables.opportunities.assign(owner=owner)), WHEN)
    learned = draws.calibrate(known, WHEN, WHEN + pd.Timedelta(days=90), seed=4)
    begin = day(WHEN)
    segments = segments_module.segments_of(known, learned.records, Period(begin, begin + 90), "owner")
    counts, means, drawn = [], [], sharing._drawn

    def watched(shape, rng, scale=1.0, *, mean=True):
        means.append(mean if shape.ndim == 3 else None)  # of what is drawn by size
        return drawn(shape, rng, scale, mean=mean)

    monkeypatch.setattr(sharing, "_drawn", watched)
    for many in (1 << 62, 0):
        monkeypatch.setattr(sharing, "MANY_SHARES", many)
        slots = sharing.learn_shares(learned, segments, 13.0, 7).slots
        counts.append((slots[..., None] == np.arange(len(segments.names))).sum(axis=2) / sharing.SLOTS)
    together, apart = counts
    assert [mean for mean in means if mean is not None].count(True) == len(
        counts
    )  # draw 0 alone, of each way
    assert not np.array_equal(together, apart)
    assert np.abs(together[0] - apart[0]).max() <= 1.01 / sharing.SLOTS
    error = np.sqrt((together[1:].var(axis=0) + apart[1:].var(axis=0)) / (len(apart) - 1))
    assert (np.abs(together[1:].mean(axis=0) - apart[1:].mean(axis=0)) < 5 * error + 1 / sharing.SLOTS).all()
    assert apart[1:].std(axis=0) == pytest.approx(together[1:].std(axis=0), rel=0.5, abs=0.01)


def test_an_owner_who_left_gets_nothing_new_and_keeps_what_is_open(tables) -> None:
    """Ann has created nothing for 20 weeks; Bob, who took over, creates everything."""
    left = tables.opportunities["created"] < WHEN - pd.Timedelta(days=140)
    whole = asked(tables, "owner", owner=np.where(left, "Ann", "Bob"))
    assert new_shares(whole).get("Ann", 0.0) < 0.1
    assert left.mean() >= 0.4
    names = [name for name, part in whole.parts() if part.open.mean() > 0]
    assert "Bob" in names


def test_what_newcomers_took_before_is_left_to_nobody(tables) -> None:
    """Everybody who created in the last quarter was new in it: much of the next belongs to people not seen yet."""
    late = tables.opportunities["created"] >= WHEN - pd.Timedelta(days=85)
    steady = asked(tables, "owner", owner="Ann")
    moving = asked(tables, "owner", owner=np.where(late, "Eve", "Ann"))
    assert new_shares(steady)["not yet owned"] < 0.05
    assert new_shares(moving)["not yet owned"] > 0.3
    assert moving.names[moving.rest] == "not yet owned" == moving.names[-1]


def test_the_dear_product_gets_the_dear_deals(tables) -> None:
    """A tenth of the opportunities, ten times the amounts: what past wins brought of it, and not a tenth."""
    rng = np.random.default_rng(2)
    dear = rng.random(len(tables.opportunities)) < 0.1
    amount = np.where(dear, 50_000.0, 5_000.0)
    by_product = asked(tables, "product", product=np.where(dear, "dear", "plain"), amount=amount)
    rows = tables.opportunities
    won = ((rows["outcome"] == "won") & (rows["closed"] < WHEN)).to_numpy()
    brought = amount[won & dear].sum() / amount[won].sum()
    assert brought > 0.25
    assert new_shares(by_product)["dear"] == pytest.approx(brought, abs=0.06)


def test_who_wins_more_of_what_he_creates_gets_more(tables) -> None:
    """Both create alike; what Ann closes is won twice as often."""
    rows, rng = tables.opportunities, np.random.default_rng(3)
    won = (rows["outcome"] == "won").to_numpy()
    ann = rng.random(len(rows)) < np.where(won, 0.667, 0.4)
    shares = new_shares(asked(tables, "owner", owner=np.where(ann, "Ann", "Bob")))
    assert shares["Ann"] > 0.55


def test_the_unnamed_are_a_part_of_their_own(tables) -> None:
    rows = tables.opportunities
    some = rows["source"].mask(np.arange(len(rows)) % 3 == 0)
    whole = asked(tables, "source", source=some)
    assert {"no source", "prospecting", "inbound"} <= set(whole.names)
    assert whole.names[whole.rest] == "of a source not seen lately"


def test_parts_are_sorted_and_the_rest_is_last(tables) -> None:
    rng = np.random.default_rng(5)
    owner = rng.choice(["Ann", "Bob", "Cid"], len(tables.opportunities), p=[0.2, 0.5, 0.3])
    whole = asked(tables, "owner", owner=owner)
    means = whole.to_frame()["mean"].to_numpy()[:-1]
    assert (np.diff(means) <= 0).all()
    assert whole.rest == len(whole.names) - 1


def test_quotas_stand_beside_their_owners_and_add_up_for_teams(tables) -> None:
    owners = pd.DataFrame({"owner": ["Ann", "Bob"], "team": ["North", "North"]})
    with_teams = replace(tables, owners=conform(owners, OWNERS))
    result = forecast(with_teams, by=("owner", "team"), quotas={"Ann": 40_000.0, "Bob": 30_000.0}, **QUESTION)
    by_owner, by_team = (part.to_frame() for part in result.roll_ups)
    assert by_owner.loc["Ann", "target"] == 40_000
    total = dict(result.roll_ups[0].parts())["Ann"]
    assert by_owner.loc["Ann", "chance"] == total.chance_of(40_000.0)
    assert by_team.loc["North", "target"] == 70_000
    assert np.isnan(by_owner.loc["not yet owned", "target"])
    assert result.roll_ups[0].to_dict()["parts"][-1]["target"] is None


@pytest.mark.parametrize(
    ("by", "columns", "words"),
    [
        ("product", {}, ("product", "no opportunity names one")),
        ("team", {}, ("team", "which team")),
        ("colour", {}, ("by", "colour", "owner, team, source, product, month")),
    ],
)
def test_what_the_tables_do_not_know_is_refused(tables, by, columns, words) -> None:
    with pytest.raises(BadInput) as caught:
        asked(tables, by, **columns)
    assert all(word in str(caught.value) for word in words)


def test_more_parts_than_anybody_reads_are_refused(tables, monkeypatch) -> None:
    monkeypatch.setattr(segments_module, "MOST_PARTS", 50)
    with pytest.raises(BadInput, match=r"product.*join those that belong together"):
        asked(tables, "product", product=tables.opportunities["id"].astype("str"))


def test_of_many_parts_fewer_draws_are_kept_and_they_are_the_first(tables, monkeypatch) -> None:
    """What is kept of each part is what it has among all draws."""
    monkeypatch.setattr(rollup_module, "MOST_CELLS", 3 * 500)
    result = forecast(tables, by=("owner",), **QUESTION)
    (whole,) = result.roll_ups
    assert len(whole.names) <= 3
    assert whole.to_dict()["draws"] == len(whole.open) == 500
    assert np.allclose(whole.total.sum(axis=1), result.bookings.total[:500], rtol=1e-12)


def test_months_are_in_order_and_hold_what_was_booked_in_them(tables) -> None:
    start = WHEN - pd.Timedelta(days=40)
    whole = forecast(tables, by=("month",), **{**QUESTION, "start": start}).roll_ups[0]
    assert list(whole.names) == sorted(whole.names)
    assert whole.names[0] == f"{start:%Y-%m}"
    rows = tables.opportunities
    won = rows[(rows["outcome"] == "won") & (rows["closed"] >= start) & (rows["closed"] < WHEN)]
    by_month = won.groupby(won["closed"].dt.strftime("%Y-%m"))["amount"].sum()
    for name, booked in zip(whole.names, whole.booked, strict=True):
        assert booked == by_month.get(name, 0.0)
    over = [name < f"{WHEN:%Y-%m}" for name in whole.names]
    assert (whole.open[:, over] == 0).all()
    assert (whole.new[:, over] == 0).all()


def test_a_period_of_one_month_is_one_part(tables) -> None:
    period = {**QUESTION, "start": "2026-09-01", "end": "2026-09-30"}
    result = forecast(tables, by=("month",), **period)
    assert result.roll_ups[0].names == ("2026-09",)
    assert np.allclose(result.roll_ups[0].total[:, 0], result.bookings.total, rtol=1e-12)
