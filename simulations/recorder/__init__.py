"""The recorder: the run is the truth, the CRM is what a rep types.

A change that a later one overtook, because it was still unlogged, is never typed: the stage is skipped, as
in real histories. A new visit of the same stage, after a revival, is no change of stage and leaves no
trace. A silent deal looks open. Nothing that is typed depends on what happens after it is typed.
"""

from simulations.recorder.log import CrmLog, field_history, snapshot, tables_at, weekly_snapshots
from simulations.recorder.prospecting import prospecting_hours
from simulations.recorder.record import record, record_log

__all__ = [
    "CrmLog",
    "field_history",
    "prospecting_hours",
    "record",
    "record_log",
    "snapshot",
    "tables_at",
    "weekly_snapshots",
]
