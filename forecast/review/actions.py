"""What a review proposes to do until the next one, and whether it was done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import pandas as pd

from forecast.review.silence import touches
from simulations.errors import BadInput, Problem
from simulations.tables import OPEN, WON, CrmTables

Kind = Literal["disqualify", "next_step", "close_date"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: ``done``; ``won``: it was won in spite of the proposal; ``alive``: touched again, so that it was right to keep it;
#: ``not_done``; ``gone``: no longer in the CRM; ``untold``: what the CRM says does not show it.
Became = Literal["done", "won", "alive", "not_done", "gone", "untold"]
HAPPENED: tuple[Became, ...] = ("done", "won", "alive", "gone")
#: Name of the file beside a pack.
FILE = "actions.json"
NO_ACTIONS = "is not the file that `pipecast review --out` leaves"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do with one opportunity.

    Attributes
    ----------
    kind : {"disqualify", "next_step", "close_date"}
        End it; agree a next step with a date; set a close date that has not passed.
    id, name, owner : str
    """

    kind: Kind
    id: str
    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An action of an earlier review, and what became of it."""

    action: Action
    became: Became

    @property
    def happened(self) -> bool:
        """Whether the matter is settled: done as proposed, or by what happened since."""
        return self.became in HAPPENED

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {**asdict(self.action), "became": self.became}


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions of a review.

    Attributes
    ----------
    moment : Timestamp
        The first instant that the review did not know.
    actions : tuple of Action
    """

    moment: pd.Timestamp
    actions: tuple[Action, ...]

    def to_bytes(self) -> bytes:
        """Return the file that the next review reads."""
        told = {
            "what": "actions of a pipecast review",
            "as_of": self.moment.isoformat(),
            "actions": [asdict(action) for action in self.actions],
            "version": version("pipecast"),
        }
        return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def read_actions(path: Path) -> Actions:
    """Return the actions that a review left in its folder.

    Parameters
    ----------
    path : Path
        The file, or the folder with it.

    Raises
    ------
    BadInput
        It cannot be read, or is not what a review left.
    """
    file = path / FILE if path.is_dir() else path
    try:
        told = json.loads(file.read_text("utf-8"))
        rows, moment = told["actions"], pd.Timestamp(told["as_of"])
        known = all(isinstance(text, str) for row in rows for text in row.values())
        found = tuple(Action(**row) for row in rows) if known else ()
    except OSError as error:
        allowed = f"cannot be read: {error.strerror}; give the folder of an earlier review"
        raise _refused(file, allowed) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _refused(file, NO_ACTIONS) from None
    if not known or str(moment) == "NaT" or any(action.kind not in KINDS for action in found):
        raise _refused(file, NO_ACTIONS)
    return Actions(moment, found)


def _refused(file: Path, allowed: str) -> BadInput:
    return BadInput([Problem(str(file), "", "", "", allowed)])


@dataclass(frozen=True, slots=True)
class _Seen:
    """One opportunity now, beside the moment of the earlier review."""

    row: Mapping[Any, Any]
    touched: pd.Timestamp | None
    next_step: pd.Timestamp | None
    moment: pd.Timestamp
    then: pd.Timestamp
    tells: tuple[bool, bool]

    @property
    def is_open(self) -> bool:
        return bool(self.row["outcome"] == OPEN)

    @property
    def since(self) -> bool:
        """Whether it was touched since the earlier review."""
        return self.touched is not None and bool(self.touched >= self.then)


def judged(
    last: Actions, tables: CrmTables, moment: pd.Timestamp, unknown: tuple[str, str]
) -> tuple[Judged, ...]:
    """Return what became of the actions of an earlier review.

    An opportunity that was ended since settles each of them, and one that is no longer in the CRM. *Disqualify*: done when
    lost or disqualified; ``alive`` when it is open with an activity, a move or a next step since. *Next step*: done when it
    has one, or was touched since. *Close date*: done when it no longer lies in the past.

    Parameters
    ----------
    last : Actions
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
    unknown : tuple of str
        Why activities, and next steps, are not told; empty where they are.
    """
    rows = tables.opportunities.set_index("id").to_dict("index")
    touched = touches(tables, moment).to_dict("index")
    tells = (not unknown[0], not unknown[1])
    found = []
    for action in last.actions:
        row = rows.get(action.id)
        if row is None:
            found.append(Judged(action, "gone"))
            continue
        seen = touched.get(action.id, {"touched": pd.NaT, "next_step": pd.NaT})
        one = _Seen(row, _there(seen["touched"]), _there(seen["next_step"]), moment, last.moment, tells)
        found.append(Judged(action, _settled(one) or _JUDGES[action.kind](one)))
    return tuple(found)


def _there(moment: Any) -> pd.Timestamp | None:
    return None if pd.isna(moment) else moment


def _settled(seen: _Seen) -> Became | None:
    """Return what an end says, whatever was proposed."""
    if seen.is_open:
        return None
    return "won" if seen.row["outcome"] == WON else "done"


def _disqualify(seen: _Seen) -> Became:
    if seen.since or seen.next_step is not None:
        return "alive"
    return "not_done" if seen.tells[0] else "untold"


def _next_step(seen: _Seen) -> Became:
    if seen.next_step is not None or seen.since:
        return "done"
    return "not_done" if seen.tells[1] else "untold"


def _close_date(seen: _Seen) -> Became:
    expected = seen.row["expected_close"]
    if pd.isna(expected):
        return "untold"
    return "done" if expected >= seen.moment.normalize() else "not_done"


_JUDGES: Mapping[Kind, Callable[[_Seen], Became]] = MappingProxyType(
    {"disqualify": _disqualify, "next_step": _next_step, "close_date": _close_date}
)


def proposed(kind: Kind, deals: Iterable[tuple[str, str, str]]) -> tuple[Action, ...]:
    """Return the same action for several opportunities, each given by id, name and owner."""
    return tuple(Action(kind, *deal) for deal in deals)
