"""`forecast.make_review`, and a weekly review that can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecast.bookings import Unit
from forecast.library.folders import leave
from forecast.library.inputs import export_inputs, stored_inputs
from forecast.library.periods import period_asked
from forecast.library.records import Records
from forecast.library.sources import Snapshots, Source, moment_of, reading_of, several
from forecast.plan import owners_targets, read_targets, target_between
from forecast.question import DRAWS, SEED, Day
from forecast.report.blocks import InputFile, input_file
from forecast.review import Actions, Beside, ReviewAsked, ReviewPack, read_actions, review
from forecast.review.earlier import actions_at
from forecast.review.results import DISQUALIFY_AFTER
from forecast.sentences.review import page_sentences
from simulations.errors import call_refused
from simulations.values import Extended

#: Days without a next step that a rule may name, and months.
FEWEST_DAYS, MOST_DAYS, MONTHS = 1, 3_650, 12
NO_OWNERS = "the targets file holds no owner's target for the period; leave it out, or the target"


@dataclass(frozen=True, slots=True)
class ReviewAnswer(ReviewPack, Extended):
    """A weekly review that can be shown: the data of `forecast.review.ReviewPack`, and what it was made from.

    Attributes
    ----------
    inputs : tuple of InputFile
        Named below each page.
    """

    inputs: tuple[InputFile, ...] = ()

    def sentences(self, name: str | None = None) -> tuple[str, ...]:
        """Return what a page says, in plain sentences: the team's, or that of the rep who is named.

        Raises
        ------
        BadInput
            There is no such page.
        """
        page = next((one for one in self.pages if name in (None, one.name)), None)
        if page is None:
            raise call_refused("name", name, f"must be one of {', '.join(one.name for one in self.reps)}")
        return tuple(map(str, page_sentences(page, self)))

    def report(self, folder: Path | str) -> dict[str, Path]:
        """Leave the pages (HTML, PDF), their tables (CSV) and the actions for the next review in a folder.

        Raises
        ------
        BadInput
            The folder cannot be written.
        """
        from forecast.report.review import review_files

        return leave(folder, review_files(self, self.inputs))


def make_review(  # noqa: PLR0913 - keyword-only, and each is an option of the command
    source: Source,
    *,
    as_of: Day | None = None,
    period: str | None = None,
    target: float | None = None,
    targets_file: Path | str | None = None,
    owner: str | Sequence[str] = (),
    prospecting: Sequence[Path | str] = (),
    records_mapping: Path | str | None = None,
    plan: Path | str | None = None,
    last: Path | str | None = None,
    disqualify_after_days: float = DISQUALIFY_AFTER,
    fiscal_year_start: int = 1,
    unit: Unit = "amount",
    draws: int = DRAWS,
    seed: int = SEED,
    country: str | None = None,
    snapshots: Snapshots = (),
) -> ReviewAnswer:
    """Make the weekly review: a page for each rep and one for the team; the same as `pipecast review`.

    Parameters
    ----------
    source : CrmTables, Reading, Path or str
        A CRM export (a file, or what `read_crm` made of it), or the tables themselves.
    as_of : date, datetime or str, optional
        Moment of knowledge; the export's own unless told; tables have none.
    period : str, optional
        Days of the quotas, ``2026-10-01:2026-12-31``; the fiscal quarter of the review unless told.
    target : float, optional
        What the team is to book in the period, in the unit.
    targets_file : Path or str, optional
        Of targets by period and owner: the quotas, and their sum.
    owner : str or sequence of str
        Only the pages of these reps.
    prospecting : sequence of Path or str
        Files of prospecting records, each ``FILE`` or ``OWNER=FILE``.
    records_mapping : Path or str, optional
        YAML file that names columns, words and owners of the records.
    plan : Path or str, optional
        Of protected blocks.
    last : Path or str, optional
        Folder (or actions.json) of an earlier review, whose actions are looked up; unless told, what the last of the
        snapshots that is a week old would have proposed.
    disqualify_after_days : float
        Without activity and next step, 1 to 3,650.
    fiscal_year_start : int
        Month, 1 to 12.
    unit : {"amount", "deals"}
        What bookings count.
    draws, seed : int
        Possible periods that are drawn; of all chance.
    country : str, optional
        Two-letter code whose public holidays count.
    snapshots : sequence of (Timestamp, CrmTables)
        What was known at earlier moments, in their order, the last that of the review: slips show only between them.

    Raises
    ------
    BadInput
        The source, a file beside it or the question is refused, with the reason.

    Examples
    --------
    >>> export = "examples/crm/hubspot-crm-exports-all-deals-2026-10-04.csv"
    >>> pack = make_review(export, target=660_000, owner="Rep 06", draws=200)
    >>> [page.name for page in pack.pages]
    ['the team', 'Rep 06']
    >>> len(pack.team.to_disqualify), len(pack.team.questions)
    (8, 3)
    """
    _check(disqualify_after_days, fiscal_year_start)
    reading = reading_of(source, as_of)
    moment = moment_of(reading, as_of)
    start, end = period_asked(period, moment, fiscal_year_start)
    whole, quotas = _targets(target, targets_file, start, end)
    asked = ReviewAsked(
        moment, start, end, whole, unit, disqualify_after_days, fiscal_year_start, several(owner), draws, seed, country
    )  # fmt: skip
    records = Records.of(prospecting, records_mapping, plan)
    beside = Beside(quotas, records.learned(reading, asked), snapshots, _last(last, snapshots, asked))
    pack = review(reading.tables, asked, beside, reading.findings, reading.currency)
    named = {"targets_file": targets_file, "records_mapping": records_mapping, "plan": plan}
    recorded = (input_file(one.path, "prospecting records") for one in records.files)
    inputs = (*stored_inputs(reading), *export_inputs(reading.files, named), *recorded)
    return ReviewAnswer.of(pack, inputs=inputs)


def _check(days: float, month: int) -> None:
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        allowed = f"must be {FEWEST_DAYS} to {MOST_DAYS:,} days; `forecast.measure_hygiene` finds your own"
        raise call_refused("disqualify_after_days", f"{days:g}", allowed)
    if month not in range(1, MONTHS + 1):
        raise call_refused("fiscal_year_start", month, f"must be a month, 1 to {MONTHS}")


def _targets(
    target: float | None, file: Path | str | None, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[float | None, dict[str, float]]:
    """Return the team's target, as told, else that of the file; and the quotas that the file has for the whole period."""
    if file is None:
        return target, {}
    targets = read_targets(file)
    quotas = owners_targets(targets, start, end)
    if target is None:
        return target_between(targets, start, end, file=str(file)), quotas
    if not quotas:
        raise call_refused("target", f"{target:g}", NO_OWNERS)
    return target, quotas


def _last(told: Path | str | None, snapshots: Snapshots, asked: ReviewAsked) -> Actions | None:
    """Return the actions of the earlier review: of its folder, else what a snapshot of a week ago would have proposed."""
    if told is not None:
        return read_actions(Path(told))
    before = [(moment, tables) for moment, tables in snapshots if moment <= asked.begin]
    if not before:
        return None
    moment, tables = before[-1]
    return actions_at(tables, moment, asked)
