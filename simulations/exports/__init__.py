"""Exports of a simulated CRM in a vendor's shape, with the truth beside them."""

from simulations.exports.export import ExportPaths, export_crm
from simulations.exports.hubspot import hubspot_deals, record_ids
from simulations.exports.shapes import SHAPES
from simulations.exports.snapshot import Snapshot

__all__ = ["SHAPES", "ExportPaths", "Snapshot", "export_crm", "hubspot_deals", "record_ids"]
