"""From records and opportunities to results an hour: all together, by team, by owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pandas as pd

from forecast.calibration.records import Bools, Floats, day
from forecast.calibration.streams import stream
from forecast.calibration.workdays import public_holidays
from forecast.findings import Finding, by_severity, first_examples
from forecast.incidence import WON, incidence
from forecast.prospecting.blocks import Plan, kept_blocks
from forecast.prospecting.found import Found, found_by_prospecting
from forecast.prospecting.per_hour import rates_of
from forecast.prospecting.reading import ProspectingRecords
from forecast.prospecting.results import OPPORTUNITIES, RESULTS, WON_AMOUNT, Prospecting, Worker
from forecast.prospecting.weekly import WEEKS, Grid, grid_of
from forecast.prospecting.worth import Worth, worth_of
from simulations.errors import BadInput, Problem
from simulations.intervals import Estimate, chance
from simulations.tables import CrmTables

DRAWS = 4_000
#: Hours from which results an hour are said; wins from which their amount is.
FEWEST_HOURS, FEWEST_WON = 10.0, 8
NO_COUNT = "nobody counted it"
NO_EXPORT = "no opportunities were given"
FEW_HOURS = "too few to say: {hours:.0f} hours were recorded in these weeks, at least {fewest:.0f} are needed"
FEW_WINS = "too few to say: prospecting brought {wins} wins with an amount, at least {fewest} are needed"
_RANGE = (0.025, 0.975)


def learn_prospecting(  # noqa: PLR0913 - the facade: keyword-only, and each is a question that a user asks
    rows: ProspectingRecords,
    moment: pd.Timestamp,
    *,
    tables: CrmTables | None = None,
    plan: Plan | None = None,
    weeks: int = WEEKS,
    sources: Sequence[str] = (),
    country: str | None = None,
    seed: int = 1,
) -> Prospecting:
    """Return prospecting hours, what comes of an hour, and the protected blocks that were kept.

    Results an hour are those of the weeks looked at (`forecast.prospecting.per_hour.rates_of`); an opportunity counts
    in the week of its creation, so one that comes after the weeks' end is missing and one from hours before their
    beginning is too many: with steady hours the two cancel. The amount won an hour is opportunities an hour x what
    such an opportunity is worth (`forecast.prospecting.worth.worth_of`), whenever they will be won within the horizon.
    Nothing is said of an owner with fewer than 10 hours, of what nobody counted, and of amounts before 8 wins.

    Parameters
    ----------
    rows : ProspectingRecords
        Nothing later than ``moment``.
    moment : Timestamp
        Exclusive; whole weeks are counted back from its midnight.
    tables : CrmTables, optional
        As known at ``moment``.
    plan : Plan, optional
        Protected blocks.
    weeks : int
        Weeks looked at, at most.
    sources : sequence of str
        Sources of opportunities that are prospecting, where their names do not tell.
    country : str, optional
        Two-letter code on whose public holidays no block was to be kept.
    seed : int

    Raises
    ------
    BadInput
        The records hold no whole week, no opportunity is prospecting, or no owner of the records owns one.
    """
    found = None if tables is None else found_by_prospecting(tables, moment, sources)
    grid = grid_of(rows.table, None if found is None else found.rows, moment, weeks)
    findings = [*rows.findings, *_strangers(grid, found)]
    kept = None if plan is None else _kept(plan, rows.table, grid, country)
    teams = _teams(grid, found)
    study = _Study(grid, teams, kept, _worth(grid, found, seed), _owner_rates(grid, teams, seed), seed)
    return Prospecting(
        moment=moment, start=grid.starts[0], weeks=grid.weeks, whole=study.worker("all", "", study.everybody),
        teams=study.teams(), owners=study.owners(), weekly=_weekly(grid, kept),
        sources=() if found is None else found.sources,
        horizon=None if found is None else _horizon(found, seed), findings=by_severity(findings), seed=seed,
        version=version("pipecast"),
    )  # fmt: skip


def _strangers(grid: Grid, found: Found | None) -> list[Finding]:
    """Return owners of the records who own no opportunity; refuse where that is all of them."""
    if found is None:
        return []
    there = set(found.rows["owner"])
    without = [owner for owner in grid.owners if owner not in there]
    if len(without) == len(grid.owners):
        known = ", ".join(sorted(map(str, there))[:6])
        allowed = (
            "no owner of the records owns an opportunity that prospecting found; write under `owners:` of a mapping file "
            f"which name in the records is which owner. There are: {known}"
        )
        raise BadInput([Problem("the prospecting records", "", "owner", ", ".join(without[:6]), allowed)])
    if not without:
        return []
    effect = "Some owners of the prospecting records own no opportunity that prospecting found"
    action = "If they stand under another name in the CRM, write it under `owners:` of a mapping file"
    return [
        Finding(
            "owners_without_opportunity", "warning", len(without), first_examples(without), effect, action
        )
    ]


def _kept(plan: Plan, table: pd.DataFrame, grid: Grid, country: str | None) -> pd.DataFrame:
    """Return the blocks of the weeks looked at, with whether each was kept; none on public holidays."""
    spans = table.groupby("owner")["day"].agg(["min", "max"]).reset_index()
    first, last = (pd.Timestamp(edge, unit="D") for edge in (grid.edges[0], grid.edges[-1]))
    end = last - pd.Timedelta(days=1)
    spans["min"] = spans["min"].where(spans["min"] > first, first)
    spans["max"] = spans["max"].where(spans["max"] < end, end)
    blocks = kept_blocks(plan.blocks(spans), table)
    number = (blocks["day"] - pd.Timestamp(0)) // pd.Timedelta(days=1)
    free = public_holidays(country, int(grid.edges[0]), int(grid.edges[-1]))
    return blocks[~number.isin(free)].reset_index(drop=True)


def _horizon(found: Found, seed: int) -> float:
    return incidence(found.fates, 2, stream(seed, "prospecting horizon")).horizon


def _worth(grid: Grid, found: Found | None, seed: int) -> Worth | str:
    """Return what an opportunity of each owner is worth, or why it cannot be said."""
    if found is None:
        return NO_EXPORT
    wins = int(((found.fates.cause == WON) & ~np.isnan(found.amount)).sum())
    if wins < FEWEST_WON:
        return FEW_WINS.format(wins=wins, fewest=FEWEST_WON)
    owner = pd.Index(grid.owners).get_indexer(pd.Index(found.rows["owner"]))
    how = (DRAWS, stream(seed, "prospecting worth"))
    return worth_of(found.fates, found.amount, owner, len(grid.owners), how)


def _teams(grid: Grid, found: Found | None) -> tuple[str, ...]:
    known: Mapping[str, str] = {} if found is None else found.teams
    return tuple(known.get(owner, "") for owner in grid.owners)


def _owner_rates(grid: Grid, teams: tuple[str, ...], seed: int) -> dict[str, Floats]:
    """Return draws of what each owner achieves in an hour, by result."""
    _, group = np.unique(np.array(teams), return_inverse=True)
    return {
        base: rates_of(
            grid.cells(grid.numbers[base]),
            grid.cells(hours),
            group,
            (DRAWS, stream(seed, f"prospecting {base}")),
        ).owner
        for base, hours in grid.hours_with.items()
        if base in grid.numbers
    }


def _weekly(grid: Grid, kept: pd.DataFrame | None) -> pd.DataFrame:
    """Return a row for each owner and week in which records run."""
    columns = {"week": np.tile(grid.starts, len(grid.owners)), "owner": np.repeat(grid.owners, grid.weeks)}
    columns |= {name: values.ravel() for name, values in grid.numbers.items()}
    rows = pd.DataFrame(columns)
    rows["hours"] = rows["hours"].fillna(0.0)
    if kept is None:
        return rows[grid.runs.ravel()].reset_index(drop=True)
    week = np.searchsorted(grid.edges, [day(one) for one in kept["day"]], side="right") - 1
    counted = kept.assign(week=grid.starts[week]).groupby(["owner", "week"])["kept"].agg(["size", "sum"])
    blocks = counted.reindex(pd.MultiIndex.from_frame(rows[["owner", "week"]]), fill_value=0).to_numpy()
    rows = rows.assign(blocks=blocks[:, 0], blocks_kept=blocks[:, 1])
    return rows[grid.runs.ravel()].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Study:
    """What everybody's numbers are learned from; parameters as the functions above."""

    grid: Grid
    team_of: tuple[str, ...]
    kept: pd.DataFrame | None
    worth: Worth | str
    rates: Mapping[str, Floats]
    seed: int

    @property
    def everybody(self) -> Bools:
        return np.ones(len(self.grid.owners), dtype=bool)

    def teams(self) -> tuple[Worker, ...]:
        names = np.array(self.team_of)
        named = sorted(set(names) - {""})
        return _by_hours(self.worker(name, "", names == name) for name in named)

    def owners(self) -> tuple[Worker, ...]:
        number = np.arange(len(self.grid.owners))
        named = zip(self.grid.owners, self.team_of, strict=True)
        return _by_hours(
            self.worker(owner, team, number == at, own=at) for at, (owner, team) in enumerate(named)
        )

    def worker(self, name: str, team: str, mine: Bools, own: int | None = None) -> Worker:
        """Return one owner's numbers, or those of several together."""
        grid = self.grid
        hours = np.nan_to_num(grid.numbers["hours"][mine])
        said = {result: self._per_hour(result, mine, own) for result in RESULTS}
        counted = {result: grid.numbers[result][mine] for result in RESULTS if result in grid.numbers}
        counts = {
            result: float(np.nansum(values))
            for result, values in counted.items()
            if not np.isnan(values).all()
        }
        blocks, kept = self._blocks(
            [owner for owner, is_mine in zip(grid.owners, mine, strict=True) if is_mine]
        )
        weeks = max(int(grid.runs[mine].any(axis=0).sum()), 1)
        return Worker(
            name, team, float(hours.sum()), float(hours.sum()) / weeks, counts,
            {result: None if isinstance(one, str) else one for result, one in said.items()}, blocks, kept,
            {result: one for result, one in said.items() if isinstance(one, str)},
        )  # fmt: skip

    def _per_hour(self, result: str, mine: Bools, own: int | None) -> Estimate | str:
        base = OPPORTUNITIES if result == WON_AMOUNT else result
        if base not in self.grid.numbers:
            return NO_EXPORT
        if result == WON_AMOUNT and isinstance(self.worth, str):
            return self.worth
        if np.isnan(self.grid.numbers[base][mine]).all():
            return NO_COUNT
        hours = float(self.grid.hours_with[base][mine].sum())
        if hours < FEWEST_HOURS:
            return FEW_HOURS.format(hours=hours, fewest=FEWEST_HOURS)
        drawn = self._draws(base, mine, own)
        if result == WON_AMOUNT and isinstance(self.worth, Worth):
            drawn = drawn * (self._joint_worth(mine) if own is None else self.worth.owner[:, own])
        low, high = np.quantile(drawn, _RANGE)
        return Estimate(float(drawn.mean()), float(low), float(high), round(hours))

    def _draws(self, base: str, mine: Bools, own: int | None) -> Floats:
        if own is not None:
            return self.rates[base][:, own]
        grid = self.grid
        count, hours = grid.cells(grid.numbers[base])[mine], grid.cells(grid.hours_with[base])[mine]
        together = np.zeros(len(count), dtype=np.int64)
        return rates_of(count, hours, together, (DRAWS, stream(self.seed, f"prospecting {base}"))).team

    def _joint_worth(self, mine: Bools) -> Floats:
        """Return what an opportunity of several owners together is worth: of all, that of all prospecting."""
        if isinstance(self.worth, str) or mine.all():
            return self.worth.team if isinstance(self.worth, Worth) else np.zeros(DRAWS)
        weight = np.nansum(self.grid.numbers[OPPORTUNITIES][mine], axis=1) + 1e-9
        return np.asarray(self.worth.owner[:, mine] @ weight / weight.sum())

    def _blocks(self, owners: list[str]) -> tuple[int, Estimate | None]:
        if self.kept is None:
            return 0, None
        mine = self.kept[self.kept["owner"].isin(owners)]
        return len(mine), chance(int(mine["kept"].sum()), len(mine)) if len(mine) else None


def _by_hours(workers: Iterable[Worker]) -> tuple[Worker, ...]:
    return tuple(sorted(workers, key=lambda worker: -worker.hours))
