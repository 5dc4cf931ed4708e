"""The quality report: what in the data limits a forecast, with counts, examples and what was done."""

from forecast.quality.report import quality_report

__all__ = ["quality_report"]
