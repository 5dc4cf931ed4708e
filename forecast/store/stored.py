"""What a store knew at a moment, as a reading that can be forecast from like any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from forecast.crm import Reading
from forecast.findings import Finding, by_severity
from forecast.store.snapshot import Snapshot
from forecast.store.store import Store
from simulations.values import Extended

#: An export of the day itself ends with its last record, hours before midnight.
ONE_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading(Reading, Extended):
    """A reading that comes out of a store.

    Attributes
    ----------
    snapshot : Snapshot
        Which of the store's it is.
    store : str
        The store's name.
    """

    snapshot: Snapshot
    store: str

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        return f"{self.store}, known before {self.snapshot.moment:%Y-%m-%d %H:%M}"


def known_at(
    store: Store, moment: pd.Timestamp | None = None, recorded_by: pd.Timestamp | None = None
) -> StoredReading:
    """Return what a store knew at a moment; a finding says so where its last snapshot is older.

    Parameters
    ----------
    store : Store
    moment : Timestamp, optional
        The first instant that is not known; the last snapshot unless told.
    recorded_by : Timestamp, optional
        Only what was in the store before it (UTC) counts.

    Raises
    ------
    BadInput
        Nothing was known then, or what the store holds is not what was recorded.
    """
    snapshot = store.snapshot_at(moment, recorded_by)
    read = store.reading(snapshot)
    named = Path(store.name).name if store.address.file else store.name
    known = StoredReading.of(read, snapshot=snapshot, store=named)
    if moment is None or snapshot.moment == moment:
        return known
    return replace(known, findings=by_severity([*known.findings, _older(snapshot, moment)]))


def _older(snapshot: Snapshot, moment: pd.Timestamp) -> Finding:
    return Finding(
        "snapshot_older",
        "note" if moment - snapshot.moment <= ONE_DAY else "warning",
        1,
        (),
        f"The last snapshot that the store had at {moment:%Y-%m-%d %H:%M} knows nothing from "
        f"{snapshot.moment:%Y-%m-%d %H:%M} on: what happened in between is not in it",
        "Knowledge ends at the snapshot; import an export of that day for more",
    )
