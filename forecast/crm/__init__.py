"""What a CRM exports, read into the tables that everything downstream uses."""

from forecast.crm.mapping import Mapping, read_mapping
from forecast.crm.reading import Reading, read_crm

__all__ = ["Mapping", "Reading", "read_crm", "read_mapping"]
