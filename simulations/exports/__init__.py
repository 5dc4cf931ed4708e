"""Exports of a simulated CRM in a vendor's shape, with the truth beside them."""

from simulations.exports.export import ExportPaths, export_crm
from simulations.exports.hubspot import hubspot_deals, record_ids

__all__ = ["ExportPaths", "export_crm", "hubspot_deals", "record_ids"]
