"""What all tests share: the outside data, the size of generated examples, pictures without a screen."""

import os
from collections.abc import Callable
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
