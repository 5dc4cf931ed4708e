"""Where a compiled run keeps its records, and how compiled functions reach them.

A `World` is one record that holds the addresses of all tables. Compiled functions get the world and
nothing else: handing arrays from function to function costs more than the work that is done with
them, because each array is counted in and out. A record is reached by `..._at(world, index)`.

With numba's compilation switched off the same functions run as Python and find the tables in `_TABLES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from numba.core import cgutils
from numba.extending import intrinsic

from simulations.engine import layout

Table = npt.NDArray[np.void]

#: Tables of the run that is going on in this process, by address; only looked at without compilation.
_TABLES: dict[int, Table] = {}


def point_to(world: Table, tables: dict[str, Table], pointed: dict[str, Table]) -> None:
    """Write the addresses and widths of the tables into the world, but of those that ``pointed`` has already."""
    for name, table in tables.items():
        if pointed.get(name) is table:
            continue
        pointed[name] = table
        address = table.ctypes.data
        world[name][0] = address
        world[f"{name}_width"][0] = table.shape[1] if table.ndim > 1 else 1
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set by numba at import
            _TABLES[address] = table


def _reader(name: str, *, wide: bool) -> Callable[..., Any]:
    """Return the function that reaches a record of a table: by one index, or by row and place."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set by numba at import
        return _plain_reader(name, wide=wide)
    record = numba.from_dtype(layout.TABLES[name])
    address, width = _offset(name), _offset(f"{name}_width")
    size = layout.TABLES[name].itemsize

    def reach(context: Any, builder: Any, world: Any, place: Any) -> Any:
        integer = place.type
        base = builder.load(_beyond(builder, world, address, integer))
        return builder.inttoptr(
            builder.add(base, builder.mul(place, integer(size))), context.get_value_type(record)
        )

    @intrinsic
    def at(typingctx: Any, world: Any, i: Any) -> Any:  # noqa: ARG001 - numba's signature
        def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return reach(context, builder, args[0], args[1])

        return record(world, numba.int64), generate

    @intrinsic
    def at_both(typingctx: Any, world: Any, row: Any, i: Any) -> Any:  # noqa: ARG001 - numba's signature
        def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            integer = args[1].type
            columns = builder.load(_beyond(builder, args[0], width, integer))
            return reach(context, builder, args[0], builder.add(builder.mul(args[1], columns), args[2]))

        return record(world, numba.int64, numba.int64), generate

    return at_both if wide else at


def _beyond(builder: Any, record: Any, offset: int, integer: Any) -> Any:
    """Return the pointer to the integer that stands so many bytes into a record."""
    return cgutils.pointer_add(builder, record, offset, return_type=integer.as_pointer())  # type: ignore[no-untyped-call]  # numba is untyped


def _offset(field: str) -> int:
    fields: Any = layout.WORLD.fields
    return int(fields[field][1])


def _plain_reader(name: str, *, wide: bool) -> Callable[..., Any]:
    def at(world: Any, i: int) -> Any:
        return _TABLES[int(world[name])][i]

    def at_both(world: Any, row: int, i: int) -> Any:
        return _TABLES[int(world[name])][row, i]

    return at_both if wide else at


stage_at = _reader("stages", wide=True)
source_at = _reader("sources", wide=True)
day_at = _reader("days", wide=False)
week_at = _reader("weeks", wide=False)
rule_at = _reader("rules", wide=False)
staff_at = _reader("staff", wide=True)
hand_over_at = _reader("hand_overs", wide=False)
given_at = _reader("given", wide=False)
passing_at = _reader("passing", wide=False)
terms_at = _reader("terms", wide=False)
hours_at = _reader("hours", wide=True)
season_at = _reader("seasons", wide=True)
planned_at = _reader("planned", wide=True)
stream_at = _reader("streams", wide=False)
seat_at = _reader("seats", wide=False)
deal_at = _reader("deals", wide=False)
coming_at = _reader("coming", wide=True)
waiting_at = _reader("waiting", wide=True)
open_at = _reader("open", wide=True)
row_at = _reader("journal", wide=False)
