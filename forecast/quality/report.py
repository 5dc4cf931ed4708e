"""All checks in one report."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from forecast.findings import Finding, by_severity
from forecast.quality import records, stages, values
from forecast.quality.facts import Facts
from simulations.processes import by_threads
from simulations.tables import CrmTables

CHECKS: tuple[Callable[[Facts], Finding | None], ...] = (
    records.few_closed,
    records.no_wins,
    records.no_losses,
    records.only_wins,
    records.no_open,
    records.quiet_end,
    records.dead_stock,
    records.left_truncated,
    records.duplicates,
    records.telling_fields,
    values.wins_without_amount,
    values.open_without_amount,
    values.amounts_reset,
    values.expected_in_past,
    values.bulk_expected,
    values.closed_at_once,
    values.no_expected_close,
    values.no_probability,
    stages.stage_disagrees,
    stages.without_history,
    stages.skipped_stages,
    stages.reentered_stages,
)


def quality_report(tables: CrmTables, when: pd.Timestamp) -> tuple[Finding, ...]:
    """Return what limits a forecast from these tables, the gravest first.

    Parameters
    ----------
    tables : CrmTables
        As known at ``when`` (`forecast.known.as_of`).
    when : Timestamp
        The first instant that is not known.
    """
    facts = Facts(tables, when)
    found = by_threads(lambda: None, lambda _, one: CHECKS[one](facts), len(CHECKS), batch=1)
    return by_severity(finding for finding in found if finding is not None)
