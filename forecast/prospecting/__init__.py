"""Prospecting records, what comes of an hour, and the protected blocks that were kept."""

from forecast.prospecting.blocks import Plan, read_plan
from forecast.prospecting.learning import learn_prospecting
from forecast.prospecting.reading import ProspectingRecords, RecordFile, known_prospecting, read_records
from forecast.prospecting.results import RESULTS, Prospecting, Worker

__all__ = [
    "RESULTS",
    "Plan",
    "Prospecting",
    "ProspectingRecords",
    "RecordFile",
    "Worker",
    "known_prospecting",
    "learn_prospecting",
    "read_plan",
    "read_records",
]
