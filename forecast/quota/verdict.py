"""A proposed sheet of quotas, line by line: the chance of each, what would fit, and the hours it would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from forecast.plan import read_targets, target_between
from forecast.quota.curve import chance_of, mean_of, quota_for
from forecast.quota.draws import COMPANY, QuotaDraws
from forecast.quota.hours import NeededHours
from simulations.errors import BadInput, Problem
from simulations.intervals import Estimate, plain

#: ``ample``: surely more likely than asked for. ``fits``: as likely, as far as the draws tell. ``high``: surely less
#: likely. ``out of reach``: surely below one in twenty.
Word = Literal["ample", "fits", "high", "out of reach"]
FAR = 0.05


@dataclass(frozen=True, slots=True)
class Proposed:
    """Quotas that somebody proposes for a period.

    Attributes
    ----------
    file : str
        Where they stand.
    reps : mapping of str to float
        By name, in the order of the file.
    teams : mapping of str to float
        Of teams, and of the ``company``.
    """

    file: str
    reps: Mapping[str, float]
    teams: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a rep's proposed quota.

    Attributes
    ----------
    rep, team : str
    quota : float
    chance : Estimate
    word : {"ample", "fits", "high", "out of reach"}
    fits : Estimate
        The quota that is attained with the chance asked for.
    expected : Estimate
        Mean bookings.
    hours : NeededHours or None
        Prospecting hours with which the proposed quota would be attained with that chance; None where not looked at.
    """

    rep: str
    team: str
    quota: float
    chance: Estimate
    word: Word
    fits: Estimate
    expected: Estimate
    hours: NeededHours | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; undefined ones are None."""
        return {
            "rep": self.rep,
            "team": self.team,
            "quota": self.quota,
            "chance": self.chance.to_dict(),
            "verdict": self.word,
            "fits": {
                "quota": plain(self.fits.mean),
                "low": plain(self.fits.low),
                "high": plain(self.fits.high),
            },
            "expected": self.expected.to_dict(),
            "hours": None if self.hours is None else self.hours.to_dict(),
        }


def read_proposed(path: Path, draws: QuotaDraws) -> Proposed:
    """Return the quotas that a sheet proposes for the period of the draws.

    The sheet is a targets file (`forecast.plan.read_targets`): a column for the rep and one for the quota are enough;
    with periods or effective dates, what they make of the period counts. A row of a team, or of nobody, is the
    team's or the company's quota.

    Raises
    ------
    BadInput
        It cannot be read, or names a rep or team that there is not.
    """
    start, end = pd.Timestamp(draws.start), pd.Timestamp(draws.end)
    rows = read_targets(path, period=(start, end))
    teams = rows["team"] if "team" in rows else pd.Series(index=rows.index, dtype="str")
    owners = rows["owner"].dropna().unique()
    ofs = teams[rows["owner"].isna()].dropna().unique()
    known, known_teams = {rep.name for rep in draws.reps}, set(draws.teams)
    problems = [_unknown(path, "rep", name, known) for name in owners if name not in known]
    problems += [_unknown(path, "team", name, known_teams) for name in ofs if name not in known_teams]
    if problems:
        raise BadInput(problems)
    of_reps = {str(name): target_between(rows, start, end, owner=name, file=str(path)) for name in owners}
    of_teams = {str(name): target_between(rows, start, end, team=name, file=str(path)) for name in ofs}
    if (rows["owner"].isna() & teams.isna()).any():
        of_teams[COMPANY] = target_between(rows, start, end, file=str(path))
    return Proposed(str(path), of_reps, of_teams)


def _unknown(path: Path, field: str, name: str, known: set[str]) -> Problem:
    some = ", ".join(sorted(known)[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")  # noqa: PLR2004 - a readable list
    return Problem(str(path), "", field, str(name), f"is not among those there are: {some}")


def verdict(
    draws: QuotaDraws, name: str, quota: float, asked: float, hours: NeededHours | None = None
) -> Verdict:
    """Return what is to be said of a rep's proposed quota.

    Parameters
    ----------
    draws : QuotaDraws
    name : str
    quota : float
    asked : float
        The chance with which a quota is to be attained.
    hours : NeededHours, optional
    """
    place = draws.place(name)
    columns = draws.of_rep(place)
    found = chance_of(columns, quota, draws.world)
    return Verdict(
        name, draws.reps[place].team, quota, found, word_of(found, asked),
        quota_for(columns, asked, draws.world), mean_of(columns, draws.world), hours,
    )  # fmt: skip


def word_of(found: Estimate, asked: float) -> Word:
    """Return what a chance is called beside the one asked for.

    Examples
    --------
    >>> word_of(Estimate(0.58, 0.55, 0.61, 1000), 0.6), word_of(Estimate(0.4, 0.37, 0.43, 1000), 0.6)
    ('fits', 'high')
    """
    if found.low > asked:
        return "ample"
    if found.high >= asked:
        return "fits"
    return "out of reach" if found.high < FAR else "high"
