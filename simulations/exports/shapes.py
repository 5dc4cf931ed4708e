"""The shapes in which a simulated CRM can be exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from simulations.exports.hubspot import hubspot_deals
from simulations.exports.hubspot_tables import hubspot_tables
from simulations.exports.others import dynamics_ids, dynamics_view, zoho_ids, zoho_module
from simulations.exports.pipedrive import pipedrive_changes, pipedrive_list
from simulations.exports.plain import plain_table
from simulations.exports.salesforce import (
    object_ids,
    report_ids,
    salesforce_fields,
    salesforce_objects,
    salesforce_report,
)
from simulations.exports.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Shape:
    """How one CRM exports.

    Attributes
    ----------
    files : callable
        From a snapshot to file name -> content; the file of the opportunities stands first.
    ids : callable
        From a snapshot to opportunity id -> id in those files.
    """

    files: Callable[[Snapshot], dict[str, bytes]]
    ids: Callable[[Snapshot], dict[str, str]]


def _hubspot(snapshot: Snapshot) -> dict[str, bytes]:
    """Return HubSpot's export of the deals page, as a file that carries the last day it knows."""
    last_day = (snapshot.moment - timedelta(microseconds=1)).date()
    return {f"hubspot-crm-exports-all-deals-{last_day.isoformat()}.csv": hubspot_deals(snapshot.tables)}


def _numbers(snapshot: Snapshot) -> dict[str, str]:
    return snapshot.numbers


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "hubspot": Shape(_hubspot, _numbers),
        "hubspot-tables": Shape(hubspot_tables, _numbers),
        "salesforce": Shape(salesforce_report, report_ids),
        "salesforce-fields": Shape(salesforce_fields, report_ids),
        "salesforce-objects": Shape(salesforce_objects, object_ids),
        "pipedrive": Shape(pipedrive_list, _numbers),
        "pipedrive-changes": Shape(pipedrive_changes, _numbers),
        "dynamics": Shape(dynamics_view, dynamics_ids),
        "zoho": Shape(zoho_module, zoho_ids),
        "plain": Shape(plain_table, _numbers),
    }
)
