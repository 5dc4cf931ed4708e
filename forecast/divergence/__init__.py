"""The divergence: week by week, whether projected bookings have left the plan, and since when."""

from forecast.divergence.imported import ImportedWeek, ImportedYear
from forecast.divergence.simulated import PublishedMonth, SimulatedWeek, SimulatedYear, simulated_year
from forecast.divergence.watching import imported_year

__all__ = [
    "ImportedWeek",
    "ImportedYear",
    "PublishedMonth",
    "SimulatedWeek",
    "SimulatedYear",
    "imported_year",
    "simulated_year",
]
