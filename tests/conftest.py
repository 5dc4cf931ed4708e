"""What all tests share: the outside data, the size of generated examples, pictures without a screen."""

import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

ROOT = Path(__file__).resolve().parents[1]

# Before anything imports pyplot: no test opens a window.
os.environ["MPLBACKEND"] = "Agg"

settings.register_profile(
    "ci",
    max_examples=25,
    derandomize=True,  # the same examples every time: a red run is red for everybody
    deadline=None,  # the first example pays for compilation
    database=None,  # nothing is left in the tree
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=1_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("PIPECAST_HYPOTHESIS", "ci"))


@pytest.fixture(scope="session")
def trial_data() -> Path:
    """Return the folder of trial data: real and public CRM exports that are not part of the repository."""
    named = os.environ.get("PIPECAST_TRIAL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no trial data in {folder}; set PIPECAST_TRIAL_DATA to a folder that has it")
    return folder


MADE_FROM = pd.Timestamp("2026-01-05")  # a Monday
MADE_STAGES = ("Qualify", "Propose", "Negotiate")


def _path(rng: np.random.Generator, created: float) -> tuple[list[tuple[int, float]], float, str]:
    """Return the visits (stage, day entered) of one opportunity, the day it closed, and its outcome."""
    visits, at, stage = [], created, 0
    while True:
        visits.append((stage, at))
        at += rng.gamma(2.0, (5.0, 7.0, 4.0)[stage])
        luck = rng.random()
        if luck < 0.06 and stage > 0:
            stage -= 1
        elif luck > (0.68, 0.72, 0.8)[stage]:
            return visits, at, "lost"
        elif stage == 2:
            return visits, at, "won"
        else:
            stage = min(stage + (2 if luck < 0.14 else 1), 2)


@pytest.fixture(scope="session")
def made_crm() -> Callable[..., CrmTables]:
    """Return a maker of CRMs in which everything is known, the future too: three stages, some skipped or re-entered.

    ``made_crm(seed, deals=300, days=240)``: created evenly over the days from `MADE_FROM`, a Monday, and
    followed to their end; times are whole minutes. A third is won, after four weeks on average.
    """

    def make(seed: int, deals: int = 300, days: int = 240) -> CrmTables:
        rng = np.random.default_rng(seed)
        created = np.sort(rng.uniform(0, days, deals))
        paths = [_path(rng, float(day)) for day in created]
        ids = [f"D{number:04d}" for number in range(deals)]
        visits = [
            (key, MADE_STAGES[s], day, end)
            for key, (seen, closed, _) in zip(ids, paths, strict=True)
            for (s, day), end in zip(seen, [*(day for _, day in seen[1:]), closed], strict=True)
        ]
        history = pd.DataFrame(visits, columns=["id", "stage", "entered", "left"])
        closed = [closed for _, closed, _ in paths]
        rows = pd.DataFrame({"id": ids, "created": created, "closed": closed}).assign(
            name=[f"Deal {key}" for key in ids],
            owner=rng.choice(["Ann", "Bob"], deals),
            source=rng.choice(["prospecting", "inbound"], deals),
            outcome=[outcome for _, _, outcome in paths],
            stage=[MADE_STAGES[seen[-1][0]] for seen, _, _ in paths],
            amount=np.ceil(rng.lognormal(8.0, 0.8, deals)),
            currency="EUR",
            probability=rng.choice([0.2, 0.5, 0.8], deals),
            expected_close=np.floor(created + rng.uniform(10, 90, deals)),
        )
        for frame, columns in (
            (rows, ("created", "closed", "expected_close")),
            (history, ("entered", "left")),
        ):
            for column in columns:
                minutes = np.floor(frame[column].to_numpy() * 1_440).astype("timedelta64[m]")
                frame[column] = MADE_FROM + pd.Series(minutes.astype("timedelta64[us]"), index=frame.index)
        return CrmTables(conform(rows, OPPORTUNITIES), conform(history, STAGE_HISTORY), stages=MADE_STAGES)

    return make


#: Pixels that two boxes may share: the box of a text is a little larger than its ink.
TOUCH = 1.5


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
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.text import Text

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
