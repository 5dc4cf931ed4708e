"""Where the team and each rep stand against the quota of the period, from one calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from forecast.bookings import Period, outlook
from forecast.calibration.draws import calibrate
from forecast.calibration.records import day
from forecast.calibration.remarks import calibration_findings
from forecast.findings import Finding
from forecast.question import Asked, check
from forecast.review.open_deals import Chances
from forecast.review.outlook import Outcome, Sight, outcome_of_team, outcomes_of_owners, sight_of
from forecast.review.results import ReviewAsked
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

NO_AMOUNTS = "no opportunity carries an amount: ask for the number of deals (unit deals), or export amounts"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everybody stands.

    Attributes
    ----------
    team : Outcome or None
    owners : mapping of str to Outcome
        By name.
    chances : mapping of str to Chances
        Of the open opportunities, by id.
    findings : tuple of Finding
    reason : str
        Why nothing can be said, else empty.
    """

    team: Outcome | None = None
    owners: Mapping[str, Outcome] = field(default_factory=dict)
    chances: Mapping[str, Chances] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    def outcome(self, name: str | None) -> Outcome | None:
        """Return that of an owner, or of the team where no name is given."""
        return self.team if name is None else self.owners.get(name)


def no_standing(reason: str) -> Standing:
    """Return a standing of which nothing can be said."""
    return Standing(reason=reason)


def standing_of(
    known: CrmTables, asked: ReviewAsked, quotas: Mapping[str, float], ended: set[str]
) -> Standing:
    """Return where everybody stands.

    The draws are those of `pipecast forecast` with the same seed: the chance of the target is the same number.

    Parameters
    ----------
    known : CrmTables
        As known at the moment.
    asked : ReviewAsked
    quotas : mapping of str to float
        By owner.
    ended : set of str
        Ids of the open opportunities that are to be disqualified.

    Raises
    ------
    BadInput
        The period is none, the history is too short, or no amounts are known though amounts are asked for.
    """
    question = Asked(
        asked.moment,
        asked.start,
        asked.end,
        asked.unit,
        asked.target,
        (),
        asked.draws,
        asked.seed,
        asked.country,
    )
    check(question)
    until = max(question.after, asked.moment)
    calibration = calibrate(known, asked.moment, until, seed=asked.seed, country=asked.country)
    if asked.unit == "amount" and not calibration.amounts.known:
        raise BadInput([Problem("the opportunities", "", "amount", "", NO_AMOUNTS)])
    view = outlook(
        calibration, Period(day(asked.start), day(question.after)), draws=asked.draws, seed=asked.seed
    )
    sight = sight_of(view, asked.unit)
    flagged = np.array([str(key) in ended for key in sight.ids], dtype=bool)
    return Standing(
        team=outcome_of_team(sight, asked.target, flagged),
        owners=_of_owners(sight, known, quotas, flagged),
        chances=_chances(sight),
        findings=tuple(calibration_findings(calibration, asked.unit)),
    )


def _of_owners(
    sight: Sight, known: CrmTables, quotas: Mapping[str, float], flagged: np.ndarray
) -> dict[str, Outcome]:
    """Return the outcomes of the owners; none where the CRM names no owner."""
    if known.opportunities["owner"].isna().all():
        return {}
    return outcomes_of_owners(sight, known, quotas, flagged)


def _chances(sight: Sight) -> dict[str, Chances]:
    cells = zip(sight.ids, sight.value, sight.ever, sight.in_period, strict=True)
    return {str(key): Chances(float(value), float(ever), float(inside)) for key, value, ever, inside in cells}
