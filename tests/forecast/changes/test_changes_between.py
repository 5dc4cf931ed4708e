"""Changes between two moments of a store: which snapshots count, what is refused, what is left in no step."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from forecast.changes.between import ChangesAsked, pipeline_changes
from forecast.changes.steps import Due, steps_between
from forecast.changes.waterfall import Waterfall, whole
from forecast.crm import Reading
from simulations.errors import BadInput
from simulations.tables import DISQUALIFIED, LOST, OPEN, OPPORTUNITIES, WON, CrmTables, conform

FIRST, LAST = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-07-01")
JUNE = Due(pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-30"))


def crm(moment: pd.Timestamp, *deals: dict[str, object]) -> Reading:
    """Return a reading of a few deals; each is open, worth 100 and due in June unless told."""
    plain = {"created": pd.Timestamp("2026-05-01"), "outcome": OPEN, "amount": 100.0, "currency": "EUR"}
    rows = [
        {"name": f"Deal {deal['id']}", **plain, "expected_close": pd.Timestamp("2026-06-20"), **deal}
        for deal in deals
    ]
    return Reading(CrmTables(conform(pd.DataFrame(rows), OPPORTUNITIES)), (), "made up", moment)


def closed(outcome: str, day: str, **more: object) -> dict[str, object]:
    return {"outcome": outcome, "closed": pd.Timestamp(day), "expected_close": pd.NaT, **more}


def steps(total: Waterfall) -> dict[str, tuple[float, int]]:
    return {step: (total.amount(step), flow.deals) for step, flow in total.flows.items() if flow.deals}


AUGUST = {"expected_close": pd.Timestamp("2026-08-01")}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, {"start": (100, 1), "end": (100, 1)}),
        ({}, {"amount": 130.0}, {"start": (100, 1), "increased": (30, 1), "end": (130, 1)}),
        ({}, {"amount": 100.01}, {"start": (100, 1), "increased": (0.01, 1), "end": (100.01, 1)}),
        ({}, {"amount": 60.0}, {"start": (100, 1), "decreased": (40, 1), "end": (60, 1)}),
        ({}, AUGUST, {"start": (100, 1), "pushed_out": (100, 1)}),
        ({}, {"amount": 130.0, **AUGUST}, {"start": (100, 1), "pushed_out": (100, 1)}),
        (AUGUST, {}, {"pulled_in": (100, 1), "end": (100, 1)}),
        (AUGUST, {"amount": 90.0}, {"pulled_in": (100, 1), "decreased": (10, 1), "end": (90, 1)}),
        (AUGUST, AUGUST, {}),
        ({}, closed(WON, "2026-06-10"), {"start": (100, 1), "won": (100, 1)}),
        (
            {},
            closed(WON, "2026-06-10", amount=80.0),
            {"start": (100, 1), "decreased": (20, 1), "won": (80, 1)},
        ),
        (AUGUST, closed(WON, "2026-06-10"), {"pulled_in": (100, 1), "won": (100, 1)}),
        (AUGUST, closed(LOST, "2026-06-10"), {}),
        ({}, closed(LOST, "2026-06-10", amount=0.0), {"start": (100, 1), "lost": (100, 1)}),
        ({}, closed(DISQUALIFIED, "2026-06-10"), {"start": (100, 1), "disqualified": (100, 1)}),
        (None, {}, {"created": (100, 1), "end": (100, 1)}),
        (None, AUGUST, {}),
        (None, closed(WON, "2026-06-10"), {"created": (100, 1), "won": (100, 1)}),
        (None, closed(WON, "2026-05-10"), {}),
        ({}, None, {"start": (100, 1), "disqualified": (100, 1)}),
        (closed(LOST, "2026-05-10"), {}, {"reopened": (100, 1), "end": (100, 1)}),
        (closed(LOST, "2026-05-10"), closed(WON, "2026-06-10"), {"reopened": (100, 1), "won": (100, 1)}),
        (closed(WON, "2026-05-10"), closed(WON, "2026-05-11"), {}),
        ({"amount": float("nan")}, {"amount": 50.0}, {"start": (0, 1), "increased": (50, 1), "end": (50, 1)}),
    ],
)
def test_what_becomes_of_one_deal_of_june(before, after, found):
    """Beside one that stays as it is: open, in June, worth 1."""
    beside = {"id": "same", "amount": 1.0}
    first = crm(FIRST, beside, *([] if before is None else [{"id": "it", **before}]))
    last = crm(LAST, beside, *([] if after is None else [{"id": "it", **after}]))
    told = steps(whole(steps_between(first.tables, last.tables, FIRST, JUNE, "EUR"), "EUR"))
    for step in ("start", "end"):
        amount, deals = found.get(step, (0, 0))
        found = {**found, step: (round(amount + 1, 2), deals + 1)}
    assert told == found


def test_the_forecast_of_a_short_history_is_left_out_with_the_reason(between):
    found = between(crm(FIRST, {"id": "a"}), crm(LAST, {"id": "a", "amount": 5.0}), due=JUNE, draws=100)
    assert found.forecast is None
    assert "at least 20 closed opportunities" in found.forecast_reason
    assert found.total.deals("decreased") == 1


def test_what_is_not_in_the_crm_any_more_and_what_was_seen_late_is_counted(between):
    late = {"id": "late", **closed(LOST, "2026-05-10")}
    found = between(crm(FIRST, {"id": "a"}, {"id": "b"}), crm(LAST, {"id": "a"}, late))
    assert (found.gone.minor, found.gone.deals) == (10_000, 1)
    assert found.taken.unseen == 1


def test_without_any_close_date_all_that_is_open_is_looked_at(between):
    undated = {"expected_close": pd.NaT}
    found = between(
        crm(FIRST, {"id": "a", **undated}),
        crm(LAST, {"id": "a", **undated}, {"id": "b", **undated}),
        due=JUNE,
        draws=100,
    )
    assert found.due is None
    assert steps(found.total) == {"start": (100, 1), "created": (100, 1), "end": (200, 2)}


def test_an_opportunity_handed_over_leaves_one_owner_and_comes_to_the_other(between):
    found = between(
        crm(FIRST, {"id": "a", "owner": "Ann"}),
        crm(LAST, {"id": "a", "owner": "Bob", "amount": 140.0}),
        by="owner",
    )
    ann, bob = found.parts
    assert {step: flow.minor for step, flow in ann.flows.items() if flow.minor} == {
        "start": 10_000,
        "handed_over": 10_000,
    }
    assert {step: flow.minor for step, flow in bob.flows.items() if flow.minor} == {
        "taken_over": 10_000, "increased": 4_000, "end": 14_000,
    }  # fmt: skip


def test_the_last_snapshot_until_each_day_counts_and_an_older_one_is_named(store, snapshots):
    asked = ChangesAsked(pd.Timestamp("2026-06-03"), pd.Timestamp("2026-07-01"))
    found = pipeline_changes(store, asked)
    assert found.before.moment == snapshots[0].export_date
    assert found.after.moment == snapshots[2].export_date
    assert [finding.code for finding in found.findings] == ["snapshot_older"]
    assert found.slips.snapshots == 3


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("2026-07-01", "2026-06-01", "must lie after --from"),
        ("2026-06-03", "2026-06-10", "its last snapshot is at both times that of 2026-06-01"),
        ("2026-05-01", "2026-06-10", "knows nothing before 2026-06-01"),
    ],
)
def test_two_moments_that_tell_nothing_are_refused(store, begin, end, said):
    with pytest.raises(BadInput, match=said):
        pipeline_changes(store, ChangesAsked(pd.Timestamp(begin), pd.Timestamp(end)))


def test_parts_that_nobody_named_are_refused(store):
    for by, said in (("product", "no opportunity names one"),):
        with pytest.raises(BadInput, match=said):
            pipeline_changes(store, ChangesAsked(FIRST, LAST, by=by))


def test_teams_are_those_of_the_owners_table(store, changes):
    found = pipeline_changes(store, replace(changes.asked, by="team", due=None))
    assert [part.name for part in found.parts] == ["North", "South"]
    assert sum(part.flows["end"].minor for part in found.parts) == found.total.flows["end"].minor


def test_everything_is_told_as_plain_values(changes):
    told = json.loads(json.dumps(changes.to_dict(), allow_nan=False))
    assert told["waterfall"]["start"] == {
        "amount": changes.total.amount("start"),
        "deals": changes.total.deals("start"),
    }
    assert {part["name"] for part in told["parts"]} == {"Ann", "Bob", "Cy"}
    assert sum(part["change"] for part in told["forecast"]["parts"].values()) == pytest.approx(
        told["forecast"]["change"]
    )
    assert told["seed"] == 1
    assert told["before"]["digest"] == changes.before.digest


def test_ages_are_counted_in_days_since_creation(between):
    ages = {"a": 30, "b": 31, "c": 400}
    deals = [{"id": key, "created": LAST - pd.Timedelta(days=days)} for key, days in ages.items()]
    aged = between(crm(FIRST, deals[2]), crm(LAST, *deals)).aged[1]
    assert {band.words: band.deals for band in aged.bands if band.deals} == {
        "0 to 30 days": 1, "31 to 60 days": 1, "over 365 days": 1,
    }  # fmt: skip
    assert aged.median_days == 31
    assert (aged.late_days, aged.late_deals) == (None, 0)
