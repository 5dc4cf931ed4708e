"""What enters the pipeline, how long it takes and how much of it is won: as a whole and by segment."""

from forecast.inflow.dimensions import BYS, By, Told
from forecast.inflow.learning import learn_inflow
from forecast.inflow.results import MEASURES, Inflow, Segment

__all__ = ["BYS", "MEASURES", "By", "Inflow", "Segment", "Told", "learn_inflow"]
