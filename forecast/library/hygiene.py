"""`forecast.measure_hygiene`, and what the hygiene laboratory found, in a form that can be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.hygiene import DAYS, Costs, HistoryHygiene, ScenarioHygiene, learn_hygiene, sweep_days
from forecast.known import as_of as known_at
from forecast.library.folders import leave
from forecast.library.sources import Snapshots, Source, loaded, moment_of, reading_of, several
from forecast.question import SEED, Day
from forecast.sentences.hygiene import history_sentences, scenario_sentences
from simulations.errors import CALL, BadInput, Problem
from simulations.scenario.model import Scenario
from simulations.values import Extended

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPLICATIONS = 200
OF_HISTORY = "belongs to a history; a scenario says it itself"
OF_SCENARIO = "belongs to a scenario"


@dataclass(frozen=True, slots=True)
class ScenarioHygieneAnswer(ScenarioHygiene, Extended):
    """The rule swept in a scenario, in a form that can be shown: the data of `forecast.hygiene.ScenarioHygiene`."""

    def sentences(self) -> tuple[str, ...]:
        """Return what the rule does, in plain sentences, the most important first."""
        return tuple(map(str, scenario_sentences(self)))

    def plot(self) -> Figure:
        """Return the picture: bookings, hours and the weighted pipeline's bias over the days of the rule."""
        from forecast.plots.hygiene import draw_swept

        return draw_swept(self)

    def report(self, folder: Path | str) -> dict[str, Path]:
        """Leave the rules as CSV and the picture as PNG and SVG in a folder.

        Raises
        ------
        BadInput
            The folder cannot be written.
        """
        return _leave(self, folder)


@dataclass(frozen=True, slots=True)
class HistoryHygieneAnswer(HistoryHygiene, Extended):
    """The rule learned from a history, in a form that can be shown: the data of `forecast.hygiene.HistoryHygiene`."""

    def sentences(self) -> tuple[str, ...]:
        """Return what became of silent opportunities, in plain sentences."""
        return tuple(map(str, history_sentences(self)))

    def plot(self) -> Figure:
        """Return the picture: the share won later over the days of silence."""
        from forecast.plots.hygiene import draw_silent

        return draw_silent(self)

    def report(self, folder: Path | str) -> dict[str, Path]:
        """Leave the rules as CSV and the picture as PNG and SVG in a folder.

        Raises
        ------
        BadInput
            The folder cannot be written.
        """
        return _leave(self, folder)


def measure_hygiene(  # noqa: PLR0913 - keyword-only, and each is an option of the command
    source: Scenario | Source,
    *,
    days: Sequence[float] | None = None,
    replications: int | None = None,
    workers: int | None = None,
    value_of_hour: float | None = None,
    follow_up_hours: float | None = None,
    follow_up_every_days: float | None = None,
    review_minutes: float | None = None,
    unanswered: str | Sequence[str] = (),
    as_of: Day | None = None,
    snapshots: Snapshots = (),
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> ScenarioHygieneAnswer | HistoryHygieneAnswer:
    """Say after how many silent days an opportunity is best disqualified; the same as `pipecast hygiene`.

    Parameters
    ----------
    source : Scenario, CrmTables, Reading, Path or str
        A scenario or its YAML file, in which the rule is swept over paired years; or a CRM export or its tables: then what
        became of opportunities that were silent for so long in the team's own history.
    days : sequence of float, optional
        Without a next step, that are compared; 14 to 120 unless told.
    replications : int, optional
        Of a scenario: simulated years; 200 unless told.
    workers : int, optional
        Of a scenario: cores to use; all unless told. The result does not depend on it.
    value_of_hour : float, optional
        Of a history: amount that an hour of prospecting brings.
    follow_up_hours, follow_up_every_days : float, optional
        Of a history: effort of a follow-up (0.25), and days between them (14).
    review_minutes : float, optional
        Of a history: of each week's review for an open opportunity (1).
    unanswered : str or sequence of str
        Of a history: kinds of activities that are no sign of life.
    as_of : date, datetime or str, optional
        Of a history: moment of knowledge; the export's own unless told; tables have none.
    snapshots : sequence of (Timestamp, CrmTables)
        Of a history: what was known at earlier moments, in their order, the last that of the question; their activities
        count together.
    seed : int
    progress : callable, optional
        Of a scenario: told how many replications of how many are finished.

    Raises
    ------
    BadInput
        The source or the question is refused, with the reason.

    Examples
    --------
    >>> rule = measure_hygiene("examples/scenarios/saas-team.yaml", days=[30], replications=20, seed=7)
    >>> [one.days for one in rule.options], rule.replications
    ([30, None], 20)
    """
    costs = {
        "value_of_hour": value_of_hour, "follow_up_hours": follow_up_hours,
        "follow_up_every_days": follow_up_every_days, "review_minutes": review_minutes,
    }  # fmt: skip
    whole = loaded(source)
    if isinstance(whole, Scenario):
        _refuse(costs, OF_HISTORY)
        return ScenarioHygieneAnswer.of(
            sweep_days(
                whole, DAYS if days is None else days, seed=seed, workers=workers, progress=progress,
                replications=REPLICATIONS if replications is None else replications,
            )
        )  # fmt: skip
    _refuse({"replications": replications, "workers": workers}, OF_SCENARIO)
    reading = reading_of(whole, as_of)
    moment = moment_of(reading, as_of)
    return HistoryHygieneAnswer.of(
        learn_hygiene(
            snapshots or [(moment, known_at(reading.tables, moment))], DAYS if days is None else days,
            costs=Costs(**{name: value for name, value in costs.items() if value is not None}),
            unanswered=several(unanswered), currency=reading.currency, seed=seed,
        )
    )  # fmt: skip


def _leave(found: ScenarioHygieneAnswer | HistoryHygieneAnswer, folder: Path | str) -> dict[str, Path]:
    from forecast.report.spreadsheet import frame_table
    from simulations.plots.files import rendered

    figure = found.plot()
    pictures = {f"hygiene.{kind}": rendered(figure, kind) for kind in ("png", "svg")}
    return leave(folder, {"hygiene.csv": frame_table(found.to_frame()), **pictures})


def _refuse(told: dict[str, float | None], why: str) -> None:
    wrong = [(name, value) for name, value in told.items() if value is not None]
    if wrong:
        raise BadInput(Problem(CALL, "", name, f"{value:g}", why) for name, value in wrong)
