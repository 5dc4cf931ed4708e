"""What all tests share: the outside data, the size of generated examples, pictures without a screen."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
