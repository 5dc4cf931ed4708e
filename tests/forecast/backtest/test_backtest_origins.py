"""Origins, horizons and segments by hand, and what a protocol may not say."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from forecast.backtest.origins import Plan, came, of_segment, plan_of_export, segments
from forecast.backtest.protocol import Horizon, read_protocol
from simulations.errors import BadInput

MONDAY = pd.Timestamp("2026-01-05")


def horizon(text: str) -> Horizon:
    return Horizon.model_validate(text)


def plan(cut: str, *horizons: str) -> Plan:
    return Plan("made", MONDAY, pd.Timestamp(cut), 7, tuple(map(horizon, horizons)), ("deals",))


def test_origins_go_on_as_long_as_the_whole_horizon_is_known() -> None:
    """The cut is the first day that is not in the file: a horizon that ends on it is whole."""
    made = plan("2026-02-02", "1 week", "2 weeks")
    assert [f"{o:%m-%d}" for o in made.origins(horizon("1 week"))] == ["01-05", "01-12", "01-19", "01-26"]
    assert [f"{o:%m-%d}" for o in made.origins(horizon("2 weeks"))] == ["01-05", "01-12", "01-19"]
    assert made.all_origins() == made.origins(horizon("1 week"))
    assert plan("2026-02-01", "1 week").origins(horizon("1 week"))[-1] == pd.Timestamp("2026-01-19")


def test_a_block_is_as_many_origins_as_share_days() -> None:
    """A month has up to 31 days: five weekly origins."""
    made = plan("2026-07-01", "1 week", "2 weeks", "1 month", "3 months")
    assert [made.block(each) for each in made.horizons] == [1, 2, 5, 14]


def test_a_month_ahead_is_the_same_day_of_the_next() -> None:
    assert horizon("1 month").after(pd.Timestamp("2026-01-31")) == pd.Timestamp("2026-02-28")
    assert horizon("3 months").after(MONDAY) == pd.Timestamp("2026-04-05")
    assert str(horizon(" 1 weeks")) == "1 week"


def test_what_came_begins_at_the_origin_and_ends_before_the_horizons_end(weekly_wins) -> None:
    """Wins on Wednesdays: of weeks 0 to 3 are 1, 2, 3, 4."""
    tables = weekly_wins([1, 2, 3, 4], amount=10.0)
    wednesday = MONDAY + pd.Timedelta(days=9)
    assert came(tables, wednesday, wednesday + pd.Timedelta(weeks=1), "deals") == 2.0
    assert came(tables, wednesday, wednesday + pd.Timedelta(days=8), "amount") == 50.0


def test_segments_are_the_largest_before_the_first_origin(made_crm) -> None:
    """By what was created before it, ties by name; their tables hold their own rows and visits alone."""
    tables = made_crm(1)
    first = tables.opportunities["created"].quantile(0.5)
    early = tables.opportunities[tables.opportunities["created"] < first]
    found = segments(tables, first)
    assert found[0] == "all"
    owners = [name.removeprefix("owner: ") for name in found if name.startswith("owner: ")]
    counts = early["owner"].value_counts()
    assert owners == sorted(counts.index, key=lambda name: (-counts[name], name))[:3]
    part = of_segment(tables, f"owner: {owners[0]}")
    assert set(part.opportunities["owner"]) == {owners[0]}
    assert set(part.stage_history["id"]) <= set(part.opportunities["id"])
    assert of_segment(tables, "all").opportunities.equals(tables.opportunities)


def test_an_export_is_looked_back_on_over_its_second_half(made_crm) -> None:
    tables = made_crm(1)
    cut = pd.Timestamp("2026-09-01")
    made = plan_of_export(tables, cut, (horizon("2 weeks"),), ("deals",))
    first = tables.opportunities["created"].min().normalize()
    assert made.first_origin == (first + (cut - first) / 2).normalize()
    with pytest.raises(BadInput, match="fewer than 4 weekly origins"):
        plan_of_export(tables, cut, (horizon("4 months"),), ("deals",))


PROTOCOL = "benchmarks/backtest.yaml"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("datasets", "loans", "horizons"), ["soon"]),
        (("datasets", "loans", "step_days"), 0),
        (("datasets", "loans", "units"), ["euros"]),
        (("pooled", "level"), 81),
        (("score",), "the best"),
        (("baselines",), {"gut feeling": "as it comes"}),
        (("draws",), 5),
        (("more",), "words"),
    ],
)
def test_a_protocol_that_says_something_else_is_refused(request, tmp_path, path, value) -> None:
    told = yaml.safe_load((request.config.rootpath / PROTOCOL).read_text("utf-8"))
    place = told
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    changed = tmp_path / "protocol.yaml"
    changed.write_text(yaml.safe_dump(told), "utf-8")
    with pytest.raises(BadInput):
        read_protocol(changed)


def test_the_shipped_protocol_is_read(request) -> None:
    found = read_protocol(request.config.rootpath / PROTOCOL)
    assert (found.seed, found.draws, found.pooled.allowed) == (7, 2_000, (72, 88))
    assert [str(each) for each in found.datasets["loans"].horizons] == ["1 week", "2 weeks", "4 weeks"]
