"""Frozen values: one made of another that holds less, and one as the row of a table."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Self

from simulations.intervals import Estimate

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Extended:
    """What a frozen kind inherits, beside the kind whose data it holds: a way to be made of a value of that kind."""

    __slots__ = ()

    @classmethod
    def of(cls, value: DataclassInstance, **more: Any) -> Self:
        """Return a value as one of this kind.

        Parameters
        ----------
        value : dataclass
            Of the kind that this one extends, or of this one.
        **more
            What this kind holds beside it, by the names of its fields.

        Examples
        --------
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True, slots=True)
        ... class Plain:
        ...     days: int
        >>> @dataclass(frozen=True, slots=True)
        ... class Named(Plain, Extended):
        ...     name: str = ""
        >>> Named.of(Plain(3), name="cycle")
        Named(days=3, name='cycle')
        """
        kind: Any = cls
        held = {item.name: getattr(value, item.name) for item in fields(value)}
        made: Self = kind(**{**held, **more})
        return made


def flat_row(value: DataclassInstance) -> dict[str, Any]:
    """Return a value's fields as one row of a table: an estimate as its mean, and its interval beside it.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> flat_row(make_dataclass("Rule", ["days", "hours"])(30, Estimate(5.0, 4.0, 6.0, 9)))
    {'days': 30, 'hours': 5.0, 'hours_low': 4.0, 'hours_high': 6.0}
    """
    row: dict[str, Any] = {}
    for item in fields(value):
        held = getattr(value, item.name)
        if isinstance(held, Estimate):
            row |= {item.name: held.mean, f"{item.name}_low": held.low, f"{item.name}_high": held.high}
        else:
            row[item.name] = held
    return row
