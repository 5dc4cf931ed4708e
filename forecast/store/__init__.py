"""Snapshots over time: what a CRM said at moment after moment, in an SQLite file or a PostgreSQL database.

Two times are kept: when something was so (the CRM's own dates), and when it was known (the moment of the snapshot, and
the moment at which it was recorded).
"""

from __future__ import annotations

from forecast.store.engines import address_of
from forecast.store.keeping import Counts
from forecast.store.snapshot import Added, Snapshot
from forecast.store.store import Store, open_store
from forecast.store.stored import StoredReading, known_at

__all__ = ["Added", "Counts", "Snapshot", "Store", "StoredReading", "address_of", "known_at", "open_store"]
