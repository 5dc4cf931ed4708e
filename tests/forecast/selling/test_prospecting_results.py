"""What an hour of prospecting brings: the truth lies in the intervals, few hours are told by the team, blocks are counted."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecast.incidence import LOST, WON, Fates
from forecast.plots.prospecting import draw_per_hour, draw_weeks
from forecast.prospecting import Plan, ProspectingRecords, learn_prospecting
from forecast.prospecting.per_hour import dispersion, rates_of
from forecast.prospecting.worth import worth_of
from forecast.report.prospecting import prospecting_section
from forecast.sentences.prospecting import prospecting_sentences
from simulations.errors import BadInput
from simulations.tables import OPPORTUNITIES, OWNERS, PROSPECTING, CrmTables, conform

BEGIN = pd.Timestamp("2026-01-05")
TEAMS = range(30)
#: Owners' intervals are counted in shares: at least so many hold, for 95% intervals whose prior is not the truth's.
LEAST_HELD = 0.88


def team(
    seed: int, owners: int = 8, differ: float = 0.4, noise: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return counts and hours by owner and cell, and each owner's true rate: gamma around 0.05 an hour."""
    rng = np.random.default_rng(seed)
    rate = 0.05 * (rng.gamma(differ**-2, differ**2, owners) if differ else np.ones(owners))
    hours = 20 * rng.uniform(0.3, 1.5, (owners, 1)) * rng.uniform(0.5, 1.5, (owners, 6))
    luck = rng.gamma(1 / noise, noise, (owners, 6)) if noise else 1.0
    return rng.poisson(rate[:, None] * hours * luck).astype(float), hours, rate


@pytest.mark.parametrize(("differ", "noise"), [(0.4, 0.0), (0.0, 0.0), (0.4, 0.3)])
def test_rates_lie_in_their_intervals_and_nearer_than_plain_ones(differ, noise) -> None:
    """Of 240 owners; the shrunk rates miss the truth by at least a fifth less than counts over hours do."""
    held, team_held, missed, plain = [], [], [], []
    for seed in TEAMS:
        count, hours, rate = team(seed, differ=differ, noise=noise)
        found = rates_of(count, hours, np.zeros(8, dtype=np.int64), (1_000, np.random.default_rng(seed)))
        low, high = np.quantile(found.owner, (0.025, 0.975), axis=0)
        held += list((low <= rate) & (rate <= high))
        missed += list((found.owner.mean(axis=0) - rate) ** 2)
        plain += list((count.sum(axis=1) / hours.sum(axis=1) - rate) ** 2)
        low, high = np.quantile(found.team, (0.025, 0.975))
        team_held.append(low <= (rate @ hours.sum(axis=1)) / hours.sum() <= high)
    assert np.mean(held) >= LEAST_HELD
    assert sum(team_held) >= stats.binom.ppf(0.001, len(TEAMS), 0.93)
    assert np.mean(missed) < 0.64 * np.mean(plain)


def test_an_owner_of_few_hours_is_told_by_the_team_and_one_of_many_by_what_came() -> None:
    hours = np.array([[2.0] * 4, [500.0] * 4, *[[100.0] * 4] * 6])
    count = np.array([[1.0, 0, 0, 0], [50.0] * 4, *[[5.0] * 4] * 6])
    found = rates_of(count, hours, np.zeros(8, dtype=np.int64), (4_000, np.random.default_rng(1)))
    few, many = found.owner.mean(axis=0)[:2]
    assert abs(few - 0.05) < abs(few - 0.125) / 2  # it had 0.125 an hour, the others 0.05
    assert many == pytest.approx(0.1, rel=0.05)


def test_owners_are_drawn_toward_their_own_team() -> None:
    """Two teams at 0.02 and 0.2; of each one owner with an hour and no result."""
    hours = np.array([[1.0] * 4, *[[100.0] * 4] * 3] * 2)
    count = np.array([[0.0] * 4, *[[2.0] * 4] * 3, [0.0] * 4, *[[20.0] * 4] * 3])
    found = rates_of(count, hours, np.repeat([0, 1], 4), (4_000, np.random.default_rng(1)))
    low, high = found.owner.mean(axis=0)[[0, 4]]
    assert low < 0.04
    assert high > 0.1


def test_dispersion_is_one_for_luck_alone_and_larger_for_more() -> None:
    """Over 200 teams: Poisson counts near 1 (it is cut below), counts with gamma noise of a variance mean x 0.3 more."""
    plain = [dispersion(*team(seed, noise=0.0)[:2]) for seed in range(200)]
    noisy = [dispersion(*team(seed, noise=1.0)[:2]) for seed in range(200)]
    assert 1.0 <= np.mean(plain) < 1.15
    assert np.mean(noisy) > 1.6


def test_worth_lies_in_its_interval() -> None:
    """Chance x amount of 8 owners whose chances and amounts differ by three tenths."""
    held, team_held = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        chance = np.clip(0.25 * (1 + 0.3 * rng.normal(size=8)), 0.03, 0.9)
        mean = 1e4 * np.exp(0.3 * rng.normal(size=8) - 0.045)
        owner, created = np.repeat(np.arange(8), 40), rng.uniform(0, 365, 320)
        won = rng.random(320) < chance[owner]
        end = created + np.where(won, rng.gamma(2.0, 30.0, 320), rng.gamma(1.5, 30.0, 320))
        known = end < 365
        cause = np.where(known, np.where(won, WON, LOST), -1)
        fates = Fates(np.zeros(320), np.minimum(end, 365) - created, cause, created)
        amount = mean[owner] * rng.lognormal(-0.34, 0.83, 320)
        found = worth_of(fates, amount, owner, 8, (1_000, rng))
        low, high = np.quantile(found.owner, (0.025, 0.975), axis=0)
        held += list((low <= chance * mean) & (chance * mean <= high))
        low, high = np.quantile(found.team, (0.025, 0.975))
        team_held.append(low <= (chance * mean).mean() <= high)
    assert np.mean(held) >= LEAST_HELD
    assert sum(team_held) >= stats.binom.ppf(0.001, 20, 0.93)


def records(owners: dict[str, float], weeks: int = 20) -> ProspectingRecords:
    """Return so many hours on each working day of some weeks, by owner."""
    days = pd.bdate_range(BEGIN, periods=5 * weeks)
    parts = [pd.DataFrame({"owner": name, "day": days, "hours": hours}) for name, hours in owners.items()]
    table = conform(pd.concat(parts, ignore_index=True), PROSPECTING)
    return ProspectingRecords(table, (), ("hours.csv",), ("prospecting records",))


def crm(rates: dict[str, float], seed: int, weeks: int = 20, hours: float = 2.0) -> CrmTables:
    """Return opportunities found at given rates an hour, a third won after 20 days at 1,000 each, and as many inbound."""
    rng = np.random.default_rng(seed)
    rows = []
    for owner, rate in rates.items():
        for source, many in (("Outbound", rng.poisson(rate * hours * 5 * weeks)), ("Inbound", 30)):
            days = rng.uniform(0, 7 * weeks, many)
            rows += [(owner, source, BEGIN + pd.Timedelta(days=day)) for day in days]
    frame = pd.DataFrame(rows, columns=["owner", "source", "created"]).sort_values("created")
    won = rng.random(len(frame)) < 1 / 3
    closed = frame["created"] + pd.Timedelta(days=20)
    over = closed < BEGIN + pd.Timedelta(weeks=weeks)
    frame = frame.assign(
        id=[str(number) for number in range(len(frame))],
        closed=closed.where(over),
        outcome=np.where(over, np.where(won, "won", "lost"), "open"),
        amount=1_000.0,
    )
    return CrmTables(conform(frame, OPPORTUNITIES))


RATES = {"Ann": 0.2, "Bob": 0.2, "Cid": 0.6}
MOMENT = BEGIN + pd.Timedelta(weeks=20)


def learned(**more):
    return learn_prospecting(records(dict.fromkeys(RATES, 2.0)), MOMENT, tables=crm(RATES, 3), **more)


def test_an_hour_brings_what_it_brings() -> None:
    """Only what prospecting found counts; a third of it is won at 1,000."""
    found = learned()
    assert found.sources == ("Outbound",)
    assert (found.weeks, found.whole.hours) == (20, 600.0)
    owners = {one.name: one.per_hour for one in found.owners}
    for name, rate in RATES.items():
        rates = owners[name]["opportunities"]
        assert rates.low <= rate <= rates.high, name
        won = owners[name]["won_amount"]
        assert won.low <= rate * 1_000 / 3 <= won.high, name
    assert found.whole.per_hour["touches"] is None
    assert found.whole.unsaid["touches"] == "nobody counted it"


def test_who_gets_more_out_of_an_hour_is_named() -> None:
    text = "\n".join(map(str, prospecting_sentences(learned(), "EUR")))
    assert "Cid gets more out of an hour than all together" in text
    assert "An hour brings 0.3" in text
    assert text.count("gets less out of an hour") <= 4


def test_weeks_add_up_to_the_whole() -> None:
    found = learned()
    weekly = found.weekly
    assert len(weekly) == 3 * 20
    assert weekly["hours"].sum() == found.whole.hours
    assert weekly["opportunities"].sum() == found.whole.counts["opportunities"]
    assert weekly["week"].min() == found.start == BEGIN


def test_blocks_are_counted_but_not_on_holidays() -> None:
    """Two hours every Thursday and Friday; on Fridays nobody prospected, and New Year's Day is none."""
    rows = records({"Ann": 2.0}, weeks=4)
    table = rows.table[rows.table["day"].dt.day_of_week != 4].reset_index(drop=True)
    weekly = pd.DataFrame(
        {"owner": pd.Series([None, None], dtype="str"), "weekday": [3, 4], "hours": [2.0, 2.0]}
    )
    dated = pd.DataFrame(
        {"owner": pd.Series(dtype="str"), "day": pd.Series(dtype="datetime64[us]"), "hours": 0.0}
    )
    plan = Plan(weekly, dated, "plan.csv")
    told = ProspectingRecords(table, (), (), ())
    found = learn_prospecting(told, BEGIN + pd.Timedelta(weeks=4), plan=plan, country="US")
    assert found.whole.blocks == 7  # the last Friday lies after the last record
    assert found.whole.kept.mean == pytest.approx(4 / 7)
    assert found.weekly["blocks_kept"].tolist() == [1, 1, 1, 1]
    holiday = learn_prospecting(told, BEGIN + pd.Timedelta(weeks=4), plan=plan, country="RU")
    assert holiday.whole.blocks == 5  # 8 and 9 January are Russian holidays


def test_few_hours_are_too_few() -> None:
    found = learn_prospecting(
        records({"Ann": 2.0, "Bob": 0.05}), MOMENT, tables=crm({"Ann": 0.2, "Bob": 0.2}, 3)
    )
    bob = next(one for one in found.owners if one.name == "Bob")
    assert bob.per_hour["opportunities"] is None
    assert "5 hours were recorded" in bob.unsaid["opportunities"]


def test_names_must_meet() -> None:
    with pytest.raises(BadInput, match="write under `owners:`"):
        learn_prospecting(records({"ann.miller": 2.0}), MOMENT, tables=crm(RATES, 3))
    some = learn_prospecting(records({"Ann": 2.0, "bob2": 2.0}), MOMENT, tables=crm(RATES, 3))
    assert [(one.code, one.examples) for one in some.findings] == [("owners_without_opportunity", ("bob2",))]


def test_a_source_must_be_prospecting_or_be_named() -> None:
    tables = crm(RATES, 3)
    odd = tables.opportunities.assign(
        source=tables.opportunities["source"].map({"Outbound": "Ours", "Inbound": "Theirs"})
    )
    with pytest.raises(BadInput, match="There are: Ours, Theirs"):
        learn_prospecting(records(RATES), MOMENT, tables=CrmTables(odd))
    named = learn_prospecting(
        records(dict.fromkeys(RATES, 2.0)), MOMENT, tables=CrmTables(odd), sources=("ours",)
    )
    assert named.whole.counts == learned().whole.counts


def test_teams_are_told_where_they_are_known() -> None:
    owners = conform(
        pd.DataFrame({"owner": ["Ann", "Bob", "Cid"], "team": ["North", "North", "South"]}), OWNERS
    )
    tables = crm(RATES, 3)
    found = learn_prospecting(
        records(dict.fromkeys(RATES, 2.0)), MOMENT, tables=CrmTables(tables.opportunities, owners=owners)
    )
    teams = {one.name: one for one in found.teams}
    assert teams["North"].hours == 400.0
    assert teams["North"].per_hour["opportunities"].mean == pytest.approx(0.2, abs=0.08)
    assert teams["South"].per_hour["opportunities"].mean > 2 * teams["North"].per_hour["opportunities"].mean


def test_without_an_export_touches_and_meetings_are_told_alone() -> None:
    rows = records({"Ann": 2.0})
    table = rows.table.assign(touches=20.0, meetings=1.0)
    found = learn_prospecting(ProspectingRecords(table, (), (), ()), MOMENT)
    assert found.whole.per_hour["touches"].mean == pytest.approx(10.0, rel=0.01)
    assert found.whole.per_hour["meetings"].mean == pytest.approx(0.5, rel=0.05)
    assert found.whole.unsaid["opportunities"] == "no opportunities were given"
    assert found.horizon is None


def test_everything_can_be_shown_in_words_and_pictures() -> None:
    found = learned()
    json.dumps(found.to_dict(), allow_nan=False)
    frame = found.to_frame()
    assert (frame["low"].isna() == (frame["reason"] != "")).all()
    assert len(draw_per_hour(found, "EUR").axes) == 2
    assert len(draw_weeks(found).axes) == 2
    assert prospecting_section(found, "EUR").answer.startswith("In 20 whole weeks")


def test_less_than_a_week_says_so() -> None:
    with pytest.raises(BadInput, match="at least one whole week"):
        learn_prospecting(records({"Ann": 2.0}, weeks=1), BEGIN + pd.Timedelta(days=5))
