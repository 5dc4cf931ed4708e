"""What a script or notebook calls: `simulations.compare`, and a comparison that can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter, ValidationError

from simulations import experiment
from simulations.comparison import Comparison
from simulations.errors import call_refused
from simulations.experiment import Progress
from simulations.plots.differences import draw_differences
from simulations.plots.totals import draw_totals
from simulations.plots.year import draw_year
from simulations.scenario.model import Cadence, FileCadence, Scenario
from simulations.scenario_file import load_scenario
from simulations.sentences import sentences
from simulations.stopping import UntilNarrow
from simulations.values import Extended

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Picture = Literal["year", "totals", "differences"]
REPLICATIONS, SEED = 100, 1


@dataclass(frozen=True, slots=True)
class ComparedYears(Comparison, Extended):
    """A comparison that can be shown: the same data as `simulations.comparison.Comparison`.

    A page of it (HTML) is written by `forecast.page_of`: the simulation knows nothing of reports.
    """

    def sentences(self) -> tuple[str, ...]:
        """Return what the comparison says, in plain sentences, the most important first."""
        return tuple(sentence.text for sentence in sentences(self))

    def plot(self, picture: Picture = "year", cadence: str | None = None) -> Figure:
        """Return a picture of the comparison.

        Parameters
        ----------
        picture : {"year", "totals", "differences"}
            One simulated year lane by lane, steady beside another cadence; the bookings of all cadences
            with the target; the paired differences with their intervals.
        cadence : str, optional
            Whose year is drawn: a name of the comparison. The first one beside steady unless told.

        Raises
        ------
        BadInput
            There is no such picture, or no such cadence.
        """
        if picture == "totals":
            return draw_totals(self)
        if picture == "differences":
            return draw_differences(self)
        if picture != "year":
            raise call_refused("picture", picture, "must be year, totals or differences")
        from simulations.example_year import example_pair

        return draw_year(self, example_pair(self, self._drawn(cadence)))

    def _drawn(self, cadence: str | None) -> str:
        """Return the cadence whose year is drawn; *steady at its own hours* has no example of its own."""
        names = [year.name for year in self.cadences if year.own_hours_of is None]
        if cadence is None:
            return names[min(1, len(names) - 1)]
        if cadence not in names:
            raise call_refused("cadence", cadence, f"must be one of {', '.join(names)}")
        return cadence


def compare(
    scenario: Scenario | Path | str,
    cadences: Sequence[Cadence | str] = ("sawtooth", "reactive"),
    replications: int | UntilNarrow = REPLICATIONS,
    seed: int = SEED,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ComparedYears:
    """Simulate cadences under the same luck and compare each with steady.

    Parameters
    ----------
    scenario : Scenario, Path or str
        What is simulated, or the YAML file that says it.
    cadences : sequence of Cadence or str
        Rules, or the names of rules as they come: ``sawtooth``, ``reactive``, ``quarter_end``. Steady is always there.
    replications : int or UntilNarrow
        Years of each cadence, or how narrow an interval is to become.
    seed : int
        The same seed gives the same numbers.
    workers : int, optional
        Threads; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many replications of how many are finished.

    Raises
    ------
    BadInput
        The file, a cadence or a number is refused, with the reason.

    Examples
    --------
    >>> years = compare(Scenario(), ["sawtooth"], replications=2, seed=7)
    >>> [year.name for year in years.cadences]
    ['steady', 'sawtooth']
    """
    what = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    rules = [_cadence(item) for item in cadences]
    found = experiment.compare(what, rules, replications, seed, workers=workers, progress=progress)
    return ComparedYears.of(found)


def _cadence(given: Cadence | str) -> Cadence:
    if not isinstance(given, str):
        return given
    adapter: TypeAdapter[Any] = TypeAdapter(FileCadence)
    try:
        rule: Cadence = adapter.validate_python({"kind": given})
    except ValidationError:
        allowed = (
            "must be steady, sawtooth, reactive or quarter_end; a custom cadence is given as "
            "Custom(hours_by_week=...)"
        )
        raise call_refused("cadence", given, allowed) from None
    return rule
