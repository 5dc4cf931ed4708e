"""The store: a CRM as it was known at moment after moment, none of which is ever forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from forecast.crm import Reading
from forecast.store.content import Content, content_of, reading_of
from forecast.store.engines import Address, address_of, engine_of, reading, writing
from forecast.store.keeping import Counts, keep, kept_rows
from forecast.store.migrating import bring_up
from forecast.store.rows import moment_of
from forecast.store.schema import KEPT, SNAPSHOT
from forecast.store.snapshot import Added, Files, Snapshot, note, noted
from simulations.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Engine

NO_FILE = "there is no such file; put an export into it with `pipecast import EXPORT --store`"
NO_FOLDER = "its folder does not exist; make it first"
NOTHING_YET = "holds no snapshot yet; put an export into it with `pipecast import EXPORT --store`"
TOO_EARLY = (
    "knows nothing before {first:%Y-%m-%d %H:%M}, its earliest snapshot; put an older export into it, or a reading of "
    "one as of that day (`pipecast import EXPORT --store --as-of`)"
)
NOT_RECORDED = (
    "held nothing at {when:%Y-%m-%d %H:%M} (UTC): its first snapshot was recorded at {first:%Y-%m-%d %H:%M}"
)
OTHER_CURRENCY = (
    "its amounts are in {ours}, and those of the export in {theirs}: give rates into {ours} with --rates, or use another "
    "store"
)
UNNAMED = "a currency that it does not name: say it under `currency:` in a mapping file"
STRANGERS = "none of its {count:,} opportunities is in the export: that is another team's or another CRM's; use another store"
DAMAGED = "the snapshot of {moment:%Y-%m-%d %H:%M} is not as it was recorded; go back to a copy of the store"


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is open; use it in a ``with`` statement. Each call is one transaction of its own."""

    address: Address
    engine: Engine

    def __enter__(self) -> Store:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def name(self) -> str:
        """The file or database, without a password."""
        return self.address.name

    def add(
        self,
        read: Reading,
        moment: pd.Timestamp | None = None,
        *,
        files: Files = (),
        now: dt.datetime | None = None,
    ) -> Added:
        """Put a reading into the store: all of it, or, whatever happens, nothing.

        What was once recorded of the same moment changes nothing when it comes again, also where it was corrected since:
        so all exports may be imported anew at any time.

        Parameters
        ----------
        read : Reading
        moment : Timestamp, optional
            The first instant that it does not know; the export's own unless told.
        files : sequence of (str, str)
            Names and SHA-256 of what was read.
        now : datetime, optional
            When it is recorded, UTC; now unless told.

        Raises
        ------
        BadInput
            The amounts are in another currency than the store's, the export shares no opportunity with the store, or
            the database refuses.
        """
        content = content_of(read, read.export_date if moment is None else moment)
        digest = content.digest
        with writing(self.engine, self.address) as connection:
            known = noted(connection)
            there = [one for one in known if one.moment == content.moment]
            again = next((one for one in there if one.digest == digest), None)
            if again is not None:
                same = Counts(0, 0, 0, again.opportunities)
                return Added(again, changed=False, corrects=None, counts=same, corrected=again != there[-1])
            self._check_currency(known, content)
            number = known[-1].number + 1 if known else 1
            note(connection, number, content, digest, (files, now or dt.datetime.now(dt.UTC)))
            counts = keep(connection, number, content)
            if counts.strangers:
                raise self.address.refuse(STRANGERS.format(count=counts.gone))
            before = there[-1] if there else None
            return Added(noted(connection)[-1], changed=True, corrects=before, counts=counts)

    def snapshots(self, recorded_by: pd.Timestamp | None = None) -> tuple[Snapshot, ...]:
        """Return all snapshots in the order of recording, or those recorded before a moment (UTC)."""
        with reading(self.engine, self.address) as connection:
            found = noted(connection)
        return tuple(one for one in found if recorded_by is None or one.recorded < recorded_by)

    def current(self, recorded_by: pd.Timestamp | None = None) -> tuple[Snapshot, ...]:
        """Return the snapshots in the order of their moments, of each moment the one recorded last."""
        last = {one.moment: one for one in self.snapshots(recorded_by)}
        return tuple(last[moment] for moment in sorted(last))

    def snapshot_at(
        self, moment: pd.Timestamp | None = None, recorded_by: pd.Timestamp | None = None
    ) -> Snapshot:
        """Return what was known at a moment: the snapshot of that moment or the last one before it.

        Parameters
        ----------
        moment : Timestamp, optional
            The first instant that is not known; the last snapshot unless told.
        recorded_by : Timestamp, optional
            Only what was in the store before it (UTC) counts: what was known before a correction.

        Raises
        ------
        BadInput
            Nothing was known then.
        """
        found = self.current(recorded_by)
        if not found:
            raise self.address.refuse(self._nothing(recorded_by))
        known = [one for one in found if moment is None or one.moment <= moment]
        if not known:
            raise self.address.refuse(TOO_EARLY.format(first=found[0].moment))
        return known[-1]

    def reading(self, snapshot: Snapshot) -> Reading:
        """Return the reading that a snapshot was made of, cell for cell and row for row.

        Raises
        ------
        BadInput
            What the store holds is not what was recorded.
        """
        with reading(self.engine, self.address) as connection:
            row = connection.execute(sa.select(SNAPSHOT).where(SNAPSHOT.c.number == snapshot.number)).one()
            tables = {kept: kept_rows(connection, snapshot.number, kept) for kept in KEPT}
        content = Content(
            moment_of(row.moment_us), moment_of(row.exported_us), row.currency, row.shape, row.about, tables
        )
        if content.digest != snapshot.digest:
            raise self.address.refuse(DAMAGED.format(moment=snapshot.moment))
        return reading_of(content)

    def _nothing(self, recorded_by: pd.Timestamp | None) -> str:
        whole = self.snapshots()
        if not whole or recorded_by is None:
            return NOTHING_YET
        return NOT_RECORDED.format(when=recorded_by, first=whole[0].recorded)

    def _check_currency(self, known: Sequence[Snapshot], content: Content) -> None:
        """Refuse amounts in another currency than those that are there; a content without amounts has none."""
        ours = next((one.currency for one in known if one.currency), "")
        priced = (content.tables["opportunities"]["amount_minor"] > 0).any()
        if not ours or not priced or ours == content.currency:
            return
        theirs = content.currency or UNNAMED
        raise self.address.refuse(OTHER_CURRENCY.format(ours=ours, theirs=theirs))


def open_store(address: Path | str, *, create: bool = False) -> Store:
    """Open a store, brought to the newest schema.

    Parameters
    ----------
    address : Path or str
        An SQLite file, or the URL of a PostgreSQL database.
    create : bool
        Whether it is made where it does not exist.

    Raises
    ------
    BadInput
        It does not exist, cannot be reached or read, belongs to another program, or was written by a newer Pipecast.
    """
    place = address_of(address)
    if place.file is not None and not place.file.exists():
        if not create:
            raise place.refuse(NO_FILE)
        if not place.file.absolute().parent.is_dir():
            raise place.refuse(NO_FOLDER)
    store = Store(place, engine_of(place))
    try:
        bring_up(store.engine, place, create=create)
    except BadInput:
        store.engine.dispose()
        raise
    return store
