"""What is noted about each snapshot: of which moment it is, when it was recorded, and what it was read from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa

from forecast.store.content import Content
from forecast.store.keeping import Counts
from forecast.store.rows import microseconds, moment_of
from forecast.store.schema import SNAPSHOT

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Names and SHA-256 of the files that were read.
Files = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A CRM as it was known at a moment: what is noted about it.

    Attributes
    ----------
    number : int
        In the order of recording, from 1.
    moment : Timestamp
        The first instant that it does not know.
    recorded : Timestamp
        When it was put into the store, UTC.
    opportunities : int
    currency : str
        Of the amounts; empty where unknown.
    shape : str
        What the export was recognised as.
    files : tuple of (str, str)
        Names and SHA-256 of what was read.
    version : str
        Of the program that recorded it.
    digest : str
        SHA-256 of its content.
    """

    number: int
    moment: pd.Timestamp
    recorded: pd.Timestamp
    opportunities: int
    currency: str
    shape: str
    files: tuple[tuple[str, str], ...]
    version: str
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "number": self.number,
            "as_of": self.moment.isoformat(),
            "recorded": f"{self.recorded.isoformat()}Z",
            "opportunities": self.opportunities,
            "currency": self.currency,
            "shape": self.shape,
            "files": [{"name": name, "sha256": digest} for name, digest in self.files],
            "version": self.version,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a reading that was put into a store.

    Attributes
    ----------
    snapshot : Snapshot
        Where it is now: a new snapshot, or the one that held the same already.
    changed : bool
        False where the store held exactly this.
    corrects : Snapshot or None
        What was known of the same moment before; it is kept.
    counts : Counts
        Opportunities against the snapshot that was recorded before it.
    corrected : bool
        Whether the store held exactly this, and something else of the same moment was recorded since.
    """

    snapshot: Snapshot
    changed: bool
    corrects: Snapshot | None
    counts: Counts
    corrected: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "snapshot": self.snapshot.to_dict(),
            "changed": self.changed,
            "corrects": None if self.corrects is None else self.corrects.number,
            "corrected": self.corrected,
            "opportunities": self.counts.to_dict(),
        }


def noted(connection: Connection) -> list[Snapshot]:
    """Return what is noted about all snapshots, in the order of recording."""
    rows = connection.execute(sa.select(SNAPSHOT).order_by(SNAPSHOT.c.number)).all()
    return [
        Snapshot(
            row.number, moment_of(row.moment_us), moment_of(row.recorded_us), row.opportunities, row.currency,
            row.shape, tuple((name, digest) for name, digest in json.loads(row.files)), row.version, row.digest,
        )
        for row in rows
    ]  # fmt: skip


def note(
    connection: Connection, number: int, content: Content, digest: str, told: tuple[Files, dt.datetime]
) -> None:
    """Note a new snapshot; ``told`` are the files that were read, and when it is recorded."""
    files, now = told
    row = {
        "number": number,
        "moment_us": microseconds(content.moment),
        "exported_us": microseconds(content.exported),
        "recorded_us": microseconds(pd.Timestamp(now.astimezone(dt.UTC).replace(tzinfo=None))),
        "opportunities": len(content.tables["opportunities"]["id"]),
        "currency": content.currency,
        "shape": content.shape,
        "version": version("pipecast"),
        "files": json.dumps([list(one) for one in files]),
        "about": content.about,
        "digest": digest,
    }
    connection.execute(sa.insert(SNAPSHOT), [row])
