"""A small comparison to draw, and what a reader's eye would notice in a figure."""

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from simulations.example_year import example_pair
from simulations.experiment import compare
from simulations.scenario.model import Reactive, Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Targets

#: Pixels that two boxes may share: the box of a text is a little larger than its ink.
TOUCH = 1.5


@pytest.fixture(scope="session")
def comparison():
    """Return a team of two over twenty years: the fewest for which an arrow may be drawn."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=2),)),
        targets=Targets(yearly_quota_per_rep=300_000),
        horizon=Horizon(warm_up_weeks=26, run_off=13),
    )
    return compare(scenario, [Sawtooth(), Reactive()], 20, seed=7, workers=1)


@pytest.fixture(scope="session")
def pair(comparison):
    """Return the example year of the sawtooth, steady beside it."""
    return example_pair(comparison, "sawtooth")


@pytest.fixture
def eye():
    """Return what is written in a figure, and what about it is not readable."""
    return Eye


class Eye:
    """A figure as it is seen.

    Parameters
    ----------
    figure : Figure
        Is drawn, so that every text has its place.
    """

    def __init__(self, figure):
        self.figure = figure
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        self._renderer = canvas.get_renderer()
        undrawn = self._undrawn()
        self._boxes = [
            (item.get_text(), item.get_window_extent(self._renderer))
            for item in figure.findobj(Text)
            if item.get_visible() and item.get_text().strip() and item not in undrawn
        ]

    def _undrawn(self):
        """Return the labels of ticks beyond the ends of their axis: matplotlib keeps them and does not draw them."""
        found = set()
        for axes in self.figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                for tick in axis.get_major_ticks():
                    if not low <= tick.get_loc() <= high or not tick.get_visible():
                        found |= {tick.label1, tick.label2}
        return found

    @property
    def texts(self):
        """All that is written."""
        return [text for text, _ in self._boxes]

    @property
    def overlaps(self):
        """Pairs of texts that lie over each other."""
        return [
            (one, other)
            for (one, first), (other, second) in combinations(self._boxes, 2)
            if min(first.x1, second.x1) - max(first.x0, second.x0) > TOUCH
            and min(first.y1, second.y1) - max(first.y0, second.y0) > TOUCH
        ]

    @property
    def cut(self):
        """Texts that reach beyond the edge of the figure."""
        whole = self.figure.bbox
        return [
            text
            for text, box in self._boxes
            if box.x0 < -TOUCH or box.y0 < -TOUCH or box.x1 > whole.x1 + TOUCH or box.y1 > whole.y1 + TOUCH
        ]

    def says(self, part):
        """Whether a part of a sentence stands somewhere."""
        return any(part in text.replace("\n", " ") for text in self.texts)
