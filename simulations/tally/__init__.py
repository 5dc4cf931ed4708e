"""The measures of a year counted from a compiled run, in one pass."""

from simulations.tally.layout import Frame
from simulations.tally.year import compile_counting, frame_of, year_of

__all__ = ["Frame", "compile_counting", "frame_of", "year_of"]
