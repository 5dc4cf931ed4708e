"""`forecast.measure_lead`, and the lead over profit and loss in a form that can be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.lead import measuring
from forecast.lead.measuring import FEWEST, Effort, LeadTable
from forecast.lead.shocks import SHOCKS, Shock
from forecast.library.folders import leave
from forecast.library.sources import several
from forecast.question import SEED
from forecast.sentences.lead import lead_sentences
from simulations.errors import CALL, BadInput, Problem, call_refused
from simulations.scenario.model import Scenario
from simulations.scenario_file import load_scenario
from simulations.values import Extended

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COMPANIES = 100


@dataclass(frozen=True, slots=True)
class LeadAnswer(LeadTable, Extended):
    """The lead in a form that can be shown: the data of `forecast.lead.measuring.LeadTable`."""

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """What was measured: pairs of knowledge and recording, in the order of the table."""
        return tuple(dict.fromkeys((one.knowledge, one.recording) for one in self.leads))

    def sentences(self) -> tuple[str, ...]:
        """Return how much sooner the CRM tells than the books, in plain sentences."""
        return tuple(map(str, lead_sentences(self)))

    def plot(self, place: int = 0) -> Figure:
        """Return the picture of one of the `kinds`: when the CRM tells of each shock, and when the books do.

        Raises
        ------
        BadInput
            There are fewer kinds.
        """
        from forecast.plots.lead import draw_lead

        if not 0 <= place < len(self.kinds):
            raise call_refused("place", place, f"must be 0 to {len(self.kinds) - 1}")
        return draw_lead(self, place)

    def report(self, folder: Path | str) -> dict[str, Path]:
        """Leave the table as CSV and a picture of each of the `kinds` as PNG and SVG in a folder.

        Raises
        ------
        BadInput
            The folder cannot be written.
        """
        from forecast.report.spreadsheet import frame_table
        from simulations.plots.files import rendered

        files = {"lead.csv": frame_table(self.to_frame())}
        for place, (knowledge, recording) in enumerate(self.kinds):
            name = f"lead-{knowledge}-{recording}".replace(" ", "-")
            for kind in ("png", "svg"):
                files[f"{name}.{kind}"] = rendered(self.plot(place), kind)
        return leave(folder, files)


def measure_lead(
    scenario: Scenario | Path | str,
    *,
    companies: int = COMPANIES,
    shock: str | Sequence[str] = (),
    seed: int = SEED,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LeadAnswer:
    """Measure how many weeks before published profit and loss a CRM tells of a shock; the same as `pipecast lead`.

    Both sides get the same rate of false alarms. It takes long: companies by the hundred are simulated, and each
    is watched.

    Parameters
    ----------
    scenario : Scenario, Path or str
        What the companies are like, or the YAML file that says it.
    companies : int
        Simulated, that suffer each shock; at least 20. Four times as many stay on plan.
    shock : str or sequence of str
        Keys of the shocks; all unless told.
    seed : int
    workers : int, optional
        Processes; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many companies of how many are finished.

    Raises
    ------
    BadInput
        The file is refused, there is no such shock, or the companies are too few.

    Examples
    --------
    >>> from simulations import BadInput
    >>> try:
    ...     measure_lead("examples/scenarios/saas-team.yaml", shock="meteor")
    ... except BadInput as refused:
    ...     print(refused)
    the call, shock: found 'meteor'; must be one of halves, stops, drifts, wins, slows, shrinks, leaves, unreviewed
    """
    known = {one.key: one for one in SHOCKS}
    named = several(shock)
    wrong = [key for key in named if key not in known]
    if wrong:
        raise BadInput(Problem(CALL, "", "shock", key, f"must be one of {', '.join(known)}") for key in wrong)
    if companies < FEWEST:
        raise call_refused("companies", companies, f"must be {FEWEST} or more")
    whole = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    shocks: Sequence[Shock] = [known[key] for key in named] or SHOCKS
    found = measuring.measure_lead(
        whole, companies=companies, seed=seed, shocks=shocks, effort=Effort(workers, progress)
    )
    return LeadAnswer.of(found)
