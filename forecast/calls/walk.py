"""The walk to target of a forecast call, against an earlier one, and who moved it: by deal, by owner, by what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from forecast.bookings import Period, Unit
from forecast.calls.call import BOOKED, CLOSED, HUNDREDTHS, LINES, Call, call_of, standings
from forecast.known import as_of, masked
from simulations.tables import OPEN, CrmTables

WON, LOST, NEW = "won", "lost", "new"
MOVED_IN, MOVED_OUT, AMOUNT, CATEGORY = "moved in", "moved out", "amount changed", "category changed"
REOPENED, GONE = "reopened", "gone from the export"
#: What can move a call, in the order in which it is told.
KINDS = (WON, NEW, MOVED_IN, AMOUNT, CATEGORY, REOPENED, MOVED_OUT, LOST, GONE)
#: No line of a call.
OUTSIDE = ""
TO_CREATE = "still to create"


@dataclass(frozen=True, slots=True)
class Movement:
    """What one deal did to a call.

    Attributes
    ----------
    id, name, owner : str
        The owner is that of the later call, where the deal is still in it.
    kind : str
        One of `KINDS`. ``won`` (in the period) and ``lost``: closed since; ``moved in``, ``moved out``: its expected
        close or the CRM's omission changed, or it was won in another period; ``new``: created since; ``amount
        changed``: on its line; ``reopened``: it was closed then and is no longer, or closed otherwise.
    leaves, enters : str
        Lines of the call; empty where it comes from none, or goes to none.
    hundredths : int
        What the line that it leaves loses and the line that it enters gains; below 0 for an amount that was cut.
    """

    id: str
    name: str
    owner: str
    kind: str
    leaves: str
    enters: str
    hundredths: int

    @property
    def value(self) -> float:
        """What moves, in the unit of the bookings."""
        return self.hundredths / HUNDREDTHS

    def moves(self, line: str) -> int:
        """Return by how much a line of the call changes, in hundredths; `TO_CREATE` is what all others leave."""
        if line == TO_CREATE:
            return -sum(self.moves(name) for name in LINES)
        return self.hundredths * ((self.enters == line) - (self.leaves == line))


@dataclass(frozen=True, slots=True)
class Walk:
    """A forecast call held against an earlier one.

    Attributes
    ----------
    now, then : Call
    movements : tuple of Movement
        In hundredths their sum is the change of every line, exactly; the largest first.
    assumed : tuple of str
        Fields of the earlier call that no file tells: of deals that are still open they are taken to have been what
        they are now, those that closed since to have been expected when they closed, in no category.
    """

    now: Call
    then: Call
    movements: tuple[Movement, ...]
    assumed: tuple[str, ...]

    def change(self, line: str) -> int:
        """Return the change of a line of the call, or of `TO_CREATE`, in hundredths."""
        if line == TO_CREATE:
            return self.now.to_create - self.then.to_create
        return self.now.line(line).hundredths - self.then.line(line).hundredths

    def by(self, what: str) -> pd.DataFrame:
        """Return the change of each line by ``owner``, ``kind`` or deal (``id``): a row each, in the unit of the bookings.

        Sums over the rows are the changes of the lines; `TO_CREATE` is the last column. The largest movers come first,
        kinds in the order of `KINDS`.
        """
        names = (*LINES, TO_CREATE)
        rows = [
            {what: getattr(movement, what), **{line: movement.moves(line) for line in names}}
            for movement in self.movements
        ]
        sums = pd.DataFrame(rows, columns=[what, *names]).groupby(what, sort=True)[list(names)].sum()
        if what == "kind":
            order = [kind for kind in KINDS if kind in sums.index]
        else:
            order = list(sums.abs().sum(axis=1).sort_values(ascending=False, kind="stable").index)
        return sums.loc[order] / HUNDREDTHS

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each movement: the fields of `Movement`, with ``value`` in place of hundredths."""
        rows = [{**asdict(movement), "value": movement.value} for movement in self.movements]
        names = [name for name in Movement.__dataclass_fields__ if name != "hundredths"]
        return pd.DataFrame(rows, columns=[*names, "value"])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        names = (*LINES, TO_CREATE)
        return {
            "now": self.now.to_dict(),
            "then": self.then.to_dict(),
            "change": {line: self.change(line) / HUNDREDTHS for line in names},
            "by_kind": self.by("kind").reset_index().to_dict("records"),
            "by_owner": self.by("owner").reset_index().to_dict("records"),
            "movements": self.to_frame().to_dict("records"),
            "assumed": list(self.assumed),
        }


@dataclass(frozen=True, slots=True)
class WalkQuestion:
    """What a walk is asked.

    Attributes
    ----------
    moment, since : Timestamp
        First instants that are not known, of the later call and of the earlier.
    period : Period
    unit : {"amount", "deals"}
    target : float
    """

    moment: pd.Timestamp
    since: pd.Timestamp
    period: Period
    unit: Unit
    target: float


def walk(
    tables: CrmTables,
    asked: WalkQuestion,
    earlier: CrmTables | None = None,
    expected: dict[str, float] | None = None,
) -> Walk:
    """Return the walk to target at a moment, against that of an earlier one.

    Parameters
    ----------
    tables : CrmTables
        As exported.
    asked : WalkQuestion
    earlier : CrmTables, optional
        An earlier export. Without it the earlier call is read from the same tables as they were known then; fields that
        they do not tell of that time are named under `Walk.assumed`.
    expected : dict of str to float, optional
        What history expects of the open deals on each line of the later call.
    """
    known = as_of(tables, asked.moment)
    assumed: tuple[str, ...] = ()
    if earlier is None:
        assumed = masked(tables, asked.since)
        before = _as_now(as_of(tables, asked.since), known, assumed)
    else:
        before = as_of(earlier, asked.since)
    now, then = (standings(each, asked.period, asked.unit) for each in (known, before))
    moved = sorted(
        _movements(now, then, before), key=lambda movement: (-abs(movement.hundredths), movement.id)
    )
    return Walk(
        call_of(now, asked.moment, asked.target, expected), call_of(then, asked.since, asked.target),
        tuple(moved), tuple(name for name in assumed if name in ("expected_close", "forecast_category", "amount")),
    )  # fmt: skip


def _as_now(before: CrmTables, known: CrmTables, columns: tuple[str, ...]) -> CrmTables:
    """Return earlier tables whose untold fields of open opportunities are what they are now."""
    rows = before.opportunities
    now = known.opportunities.set_index("id").reindex(rows["id"]).reset_index(drop=True)
    is_open, still = rows["outcome"] == OPEN, now["outcome"] == OPEN
    filled = {}
    if "expected_close" in columns:
        filled["expected_close"] = now["expected_close"].where(still, now["closed"].dt.normalize())
    if "forecast_category" in columns:
        filled["forecast_category"] = now["forecast_category"].where(still)
    if "amount" in columns:
        filled["amount"] = now["amount"]
    return replace(
        before,
        opportunities=rows.assign(
            **{name: rows[name].where(~is_open, value) for name, value in filled.items()}
        ),
    )


def _movements(now: pd.DataFrame, then: pd.DataFrame, before: CrmTables) -> Iterator[Movement]:
    """Yield what each deal did, of those that stand on a line of either call."""
    rows = before.opportunities
    was_open = set(rows["id"][rows["outcome"] == OPEN])
    there = now.join(then.add_suffix("_then"), how="outer")
    there = there[there["line"].isin(LINES) | there["line_then"].isin(LINES)]
    gone = there["line"].isna()
    for name in ("name", "owner"):
        there[name] = there[name].where(~gone, there[f"{name}_then"])
    there = there.fillna({"line": "", "line_then": "", "hundredths": 0, "hundredths_then": 0})
    columns = ("name", "owner", "line", "line_then", "hundredths", "hundredths_then")
    for key, *cells in zip(there.index, *(there[name].tolist() for name in columns), strict=True):
        yield from _moved(str(key), cells, open_then=key in was_open)


def _moved(key: str, cells: list[Any], *, open_then: bool) -> Iterator[Movement]:
    """Yield what one deal did, from its name, owner, lines and hundredths now and then."""
    name, owner, line, line_then, new, old = cells
    leaves, enters = (each if each in LINES else OUTSIDE for each in (line_then, line))
    if leaves != enters:
        kind = _kind(line, line_then, open_then=open_then)
        yield Movement(key, name, owner, kind, leaves, enters, int(old if leaves else new))
    if leaves and enters and old != new:
        yield Movement(key, name, owner, AMOUNT, OUTSIDE, enters, int(new) - int(old))


def _kind(line: str, then: str, *, open_then: bool) -> str:
    """Return what happened to a deal that changed its line; an empty one is that of a deal that is not there."""
    if not (line and then):
        return GONE if not line else WON if line == BOOKED else NEW
    if line == BOOKED or not open_then:
        return WON if line == BOOKED else REOPENED
    if line == CLOSED:
        return LOST
    if then not in LINES:
        return MOVED_IN
    return CATEGORY if line in LINES else MOVED_OUT
