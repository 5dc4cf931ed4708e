"""The report on a target, continued: the walk to target of the forecast call, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.calls.call import HUNDREDTHS, LINES
from forecast.calls.walk import TO_CREATE, Walk
from forecast.plots.walk import draw_walk
from forecast.report.blocks import Cell, Passage, Picture, Table
from forecast.sentences.walk import walk_sentences
from simulations.plots.numerals import quantity

if TYPE_CHECKING:
    from forecast.calls.call import Line

#: Movements that are listed; all of them are in ``walk.csv``.
MOST_MOVES = 25


def walk_passage(walk: Walk, unit: str) -> Passage:
    """Return what is said of a walk to target, with its picture and tables.

    Parameters
    ----------
    walk : Walk
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    opening, *said = map(str, walk_sentences(walk, unit))
    picture = Picture(
        "walk",
        draw_walk(walk, unit),
        "The walk to target, and what moved it",
        "Above, steps from booked over commit, best case and pipeline to the target, each beside that of the earlier call. "
        f"Below, what changed their sum. {opening}",
    )
    tables = [_lines(walk, unit)]
    if walk.movements:
        tables += [
            _moves(walk, "kind", "What moved the call", unit),
            _moves(walk, "owner", "Who moved the call", unit),
        ]
        tables.append(_deals(walk, unit))
    return Passage("The walk to target of the forecast call", opening, tuple(said), (picture,), tuple(tables))


def _lines(walk: Walk, unit: str) -> Table:
    now = walk.now
    shown = [line for line in now.lines if line.deals or walk.change(line.name) or line.name == "booked"]
    rows = [_row(walk, line) for line in shown]
    rows += [
        (
            Cell(TO_CREATE),
            Cell(quantity(now.to_create / HUNDREDTHS)),
            Cell(""),
            Cell(""),
            Cell(_signed(walk.change(TO_CREATE))),
        ),
        (Cell("target"), Cell(quantity(now.target)), Cell(""), Cell(""), Cell("")),
        *(_row(walk, line) for line in now.left_out if line.deals),
    ]
    note = (
        "Amounts as typed, of deals expected to close in the period; below the target what the call leaves out. Change: "
        f"against what was known before {walk.then.moment:%Y-%m-%d %H:%M}."
    )
    header = ("line", "value", "deals", "history expects", "change")
    return Table(f"Booked, promised and still to create{_in(unit)}", header, tuple(rows), note)


def _row(walk: Walk, line: Line) -> tuple[Cell, ...]:
    expected = "" if line.expected is None else quantity(line.expected)
    change = Cell(_signed(walk.change(line.name)))
    return Cell(line.name), Cell(quantity(line.value)), Cell(f"{line.deals:,}"), Cell(expected), change


def _signed(hundredths: int) -> str:
    return f"{'+' if hundredths > 0 else ''}{quantity(hundredths / HUNDREDTHS)}"


def _moves(walk: Walk, what: str, title: str, unit: str) -> Table:
    sums = walk.by(what)
    names = [line for line in (*LINES, TO_CREATE) if sums[line].any() or line == TO_CREATE]
    rows = tuple(
        (Cell(str(key)), *(Cell(_signed(round(row[name] * HUNDREDTHS))) for name in names))
        for key, row in sums.iterrows()
    )
    return Table(
        f"{title}{_in(unit)}", (what, *names), rows, "The rows sum to the change of each line, exactly."
    )


def _deals(walk: Walk, unit: str) -> Table:
    rows = tuple(
        (
            Cell(move.name or move.id, move.owner),
            Cell(move.kind),
            Cell(move.leaves or "outside the call"),
            Cell(move.enters or "outside the call"),
            Cell(quantity(move.value)),
        )
        for move in walk.movements[:MOST_MOVES]
    )
    left = len(walk.movements) - len(rows)
    note = f"The largest; {left:,} more are in walk.csv." if left > 0 else ""
    return Table(f"Movements by deal{_in(unit)}", ("deal", "what", "from", "to", "value"), rows, note)


def _in(unit: str) -> str:
    return f" ({unit})" if unit else ""
