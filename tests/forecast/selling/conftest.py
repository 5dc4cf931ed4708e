"""Histories whose truth is known: lives of opportunities, as fates and as the tables of a CRM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.calibration.records import CENSORED
from forecast.incidence import LOST, WON, Fates
from forecast.prospecting import ProspectingRecords, RecordFile, read_records
from forecast.prospecting.mapping import RecordsMapping
from simulations.tables import OPPORTUNITIES, CrmTables, conform

BEGIN = pd.Timestamp("2026-01-05")  # a Monday
QUARTER = 91.0


@dataclass(frozen=True)
class World:
    """What is true.

    ``chance`` to be won, of what was created in the middle of the time, and by how much it changes a quarter;
    ``stretch``: by which log factor all cycles grow a quarter. Cycles are gamma of shape 2 and mean 60 days (losses:
    shape 1.5, mean 45).
    """

    deals: int = 300
    days: int = 365
    chance: float = 0.3
    slope: float = 0.0
    stretch: float = 0.0


def _lives(world: World, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return day created, day ended, and whether it will be won."""
    rng = np.random.default_rng(seed)
    created = np.sort(rng.uniform(0, world.days, world.deals))
    quarters = (created - world.days / 2) / QUARTER
    won = rng.random(world.deals) < np.clip(world.chance + world.slope * quarters, 0, 1)
    cycle, other = rng.gamma(2.0, 30.0, world.deals), rng.gamma(1.5, 30.0, world.deals)
    return created, created + np.where(won, cycle, other) * np.exp(world.stretch * quarters), won


@pytest.fixture(scope="session")
def lived() -> Callable[..., Fates]:
    """Return a maker of fates as known at the end of a world's days."""

    def make(seed: int, world: World | None = None) -> Fates:
        world = world or World()
        created, ended, won = _lives(world, seed)
        known = ended < world.days
        cause = np.where(known, np.where(won, WON, LOST), CENSORED)
        return Fates(np.zeros(world.deals), np.minimum(ended, world.days) - created, cause, created)

    return make


@pytest.fixture(scope="session")
def world() -> type[World]:
    """Return the maker of worlds."""
    return World


@pytest.fixture(scope="session")
def crm_of() -> Callable[..., tuple[CrmTables, pd.Timestamp]]:
    """Return a maker of a CRM as known at the end of a world's days, with sources and owners dealt at random."""

    def make(seed: int, world: World | None = None) -> tuple[CrmTables, pd.Timestamp]:
        world = world or World()
        created, ended, won = _lives(world, seed)
        known = ended < world.days
        rng = np.random.default_rng([seed, 1])
        rows = pd.DataFrame(
            {
                "id": [f"D{number:05d}" for number in range(world.deals)],
                "owner": rng.choice(["Ann", "Bob", "Cid"], world.deals),
                "source": rng.choice(["Cold call", "Web form", "Customer referral"], world.deals),
                "created": BEGIN + pd.to_timedelta(created, unit="D").round("us"),
                "closed": (BEGIN + pd.to_timedelta(ended, unit="D").round("us")).where(known),
                "outcome": np.where(known, np.where(won, "won", "lost"), "open"),
                "amount": np.ceil(rng.lognormal(9.0, 0.8, world.deals)),
                "currency": "EUR",
            }
        )
        return CrmTables(conform(rows, OPPORTUNITIES)), BEGIN + pd.Timedelta(days=world.days)

    return make


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., ProspectingRecords]:
    """Return a function that writes texts into files and reads them as records until October."""

    def of(
        *texts: str, owner: str | None = None, name: str = "records{}.csv", until: str = "2026-10-01", **told
    ) -> ProspectingRecords:
        files = []
        for number, text in enumerate(texts):
            path = tmp_path / name.format(number)
            path.write_text(text, "utf-8")
            files.append(RecordFile(path, owner))
        return read_records(files, until=pd.Timestamp(until), mapping=RecordsMapping(**told))

    return of


@pytest.fixture(scope="session")
def rows() -> Callable[[ProspectingRecords], list[tuple]]:
    """Return a function that gives owner, day, hours, touches, conversations, meetings; None where nobody counted."""

    def of(found: ProspectingRecords) -> list[tuple]:
        table = found.table.assign(day=found.table["day"].dt.strftime("%m-%d")).astype(object)
        return list(table.where(found.table.notna(), None).itertuples(index=False, name=None))

    return of
