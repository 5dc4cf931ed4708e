"""The measures of a year counted from a compiled run, in one pass."""

from simulations.tally.layout import Frame
from simulations.tally.year import frame_of, year_of

__all__ = ["Frame", "frame_of", "year_of"]
