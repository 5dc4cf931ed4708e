"""Exports of a simulated CRM in a vendor's shape, with the truth beside them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.exports.export import ExportPaths, export_crm
    from simulations.exports.hubspot import hubspot_deals, record_ids
    from simulations.exports.shapes import SHAPES
    from simulations.exports.snapshot import Snapshot

__all__ = ["SHAPES", "ExportPaths", "Snapshot", "export_crm", "hubspot_deals", "record_ids"]

_HOMES = {
    "SHAPES": "simulations.exports.shapes",
    "ExportPaths": "simulations.exports.export",
    "Snapshot": "simulations.exports.snapshot",
    "export_crm": "simulations.exports.export",
    "hubspot_deals": "simulations.exports.hubspot",
    "record_ids": "simulations.exports.hubspot",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for: who writes a file (`simulations.exports.files`) needs no CRM for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
