"""What the tests of the forecast share: the shipped export, and what must hold of every file that is delivered."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from forecast.crm import Reading, read_crm
from forecast.forecasting import Forecast, forecast
from simulations.comparison import Comparison
from simulations.experiment import compare
from simulations.scenario.model import Reactive, Sawtooth, Scenario
from simulations.sensitivity import Grid, LossGrid, loss_grid

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
#: First and last bytes of a whole file, by its kind.
WHOLE = {
    ".png": (b"\x89PNG", b"IEND\xaeB`\x82"),
    ".svg": (b"<?xml", b"</svg>\n"),
    ".html": (b"<!doctype html>", b"</html>"),
    ".csv": (b"\xef\xbb\xbf", b"\n"),
}


@pytest.fixture(scope="session")
def export() -> Path:
    """Return the shipped export of a simulated CRM: 834 deals, known until 2026-10-04."""
    return EXAMPLES / "crm" / "hubspot-crm-exports-all-deals-2026-10-04.csv"


@pytest.fixture(scope="session")
def targets() -> Path:
    """Return the shipped targets."""
    return EXAMPLES / "crm" / "targets.csv"


class _Addresses(HTMLParser):
    """Collects every address that a page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        asking = {"src", "href", "data", "srcset", "poster", "action", "background"}
        if tag in ("script", "link", "iframe"):
            self.asked.append(tag)
        self.asked += [value or "" for name, value in attrs if name in asking]


@pytest.fixture(scope="session")
def outside() -> Callable[[str], list[str]]:
    """Return a function that gives what a page would ask for outside itself."""

    def found(page: str) -> list[str]:
        reader = _Addresses()
        reader.feed(page)
        asked = [address for address in reader.asked if not address.startswith(("data:", "#"))]
        return asked + re.findall(r"@import|url\((?!#)[^)]*\)", page)

    return found


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Path], list[dict[str, str]]]:
    """Return a function that reads a CSV table as a spreadsheet does."""

    def read(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="session")
def whole_folder() -> Callable[[Path], set[str]]:
    """Return a function that gives the names in a folder, once it is sure that every file in it is whole."""

    def names(folder: Path) -> set[str]:
        for path in folder.iterdir():
            begin, end = WHOLE[path.suffix]
            content = path.read_bytes()
            assert content.startswith(begin), path.name
            assert content.endswith(end), path.name
        return {path.name for path in folder.iterdir()}

    return names


@pytest.fixture(scope="session")
def reading(export) -> Reading:
    """Return the shipped export, read."""
    return read_crm(export)


@pytest.fixture(scope="session")
def quarter(reading) -> Forecast:
    """Return the forecast of the quarter after the shipped export: 500 draws, seed 3, a target, a grid of targets."""
    return forecast(
        reading.tables,
        as_of="2026-10-04",
        start="2026-10-05",
        end="2027-01-03",
        target=640_000.0,
        targets=(0.8, 1.0, 1.2),
        draws=500,
        seed=3,
        findings=reading.findings,
    )


@pytest.fixture(scope="session")
def years() -> Comparison:
    """Return three years of a team of one: steady, sawtooth, reactive; seed 7."""
    scenario = Scenario.model_validate(
        {"team": {"groups": [{"seats": 1}]}, "horizon": {"warm_up_weeks": 8, "run_off": 4}}
    )
    return compare(scenario, [Sawtooth(), Reactive()], 3, 7, workers=1)


@pytest.fixture(scope="session")
def grid(years) -> LossGrid:
    """Return what the sawtooth loses in four cells, two years each."""
    return loss_grid(years.scenario, 2, 7, grid=Grid(Sawtooth(), (0.0, 0.06), (24.0, 40.0)), workers=1)
