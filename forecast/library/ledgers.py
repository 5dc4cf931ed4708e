"""`forecast.view_ledger`, and a ledger that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecast.known import as_of as known_at
from forecast.ledger import read_ledger
from forecast.ledger_view import LedgerView, ledger_view
from forecast.library.folders import leave
from forecast.library.sources import Source, moment_of, reading_of
from forecast.question import Day
from forecast.sentences.ledger import ledger_sentences
from simulations.errors import call_refused
from simulations.scenario.records import Ledger as Rules
from simulations.values import Extended

#: Months over which a booking may become revenue, and working days until a month may be published: the most.
MOST_MONTHS, MOST_LAG = 60, 60


@dataclass(frozen=True, slots=True)
class LedgerAnswer(LedgerView, Extended):
    """A ledger that can be shown: the data of `forecast.ledger_view.LedgerView`."""

    def sentences(self) -> tuple[str, ...]:
        """Return what is published by the moment, what is booked beside it, and what comes next, in plain sentences."""
        return tuple(map(str, ledger_sentences(self)))

    def report(self, folder: Path | str) -> dict[str, Path]:
        """Leave the months as CSV in a folder.

        Raises
        ------
        BadInput
            The folder cannot be written.
        """
        from forecast.report.spreadsheet import frame_table

        return leave(folder, {"ledger.csv": frame_table(self.to_frame())})


def view_ledger(  # noqa: PLR0913 - keyword-only, and each is an option of the command
    source: Source,
    *,
    as_of: Day | None = None,
    since: Day | None = None,
    recognition_months: int = 1,
    close_lag: int = 10,
    figures: Path | str | None = None,
    day_first: bool | None = None,
    country: str | None = None,
) -> LedgerAnswer:
    """Say what a reader of profit and loss knows on a day, beside what is booked; the same as `pipecast ledger`.

    Parameters
    ----------
    source : CrmTables, Reading, Path or str
        A CRM export (a file, or what `read_crm` made of it), or the tables themselves.
    as_of : date, datetime or str, optional
        Moment of knowledge; the export's own unless told; tables have none.
    since : date, datetime or str, optional
        First day of the year to date; that of the calendar year unless told.
    recognition_months : int
        Months over which a booking becomes revenue, in equal parts; 1: at once.
    close_lag : int
        Working days from a month's end until its figures are published.
    figures : Path or str, optional
        CSV of the real figures: month (any day of it), revenue and, where it is known, published; in place of those made
        from the bookings.
    day_first : bool, optional
        How 1/2/2026 is meant in the figures, where they do not show it.
    country : str, optional
        Two-letter code on whose public holidays nobody works.

    Raises
    ------
    BadInput
        The source, the figures or the question is refused, with the reason.

    Examples
    --------
    >>> export = "examples/crm/hubspot-crm-exports-all-deals-2026-10-04.csv"
    >>> books = view_ledger(export, close_lag=10)
    >>> books.last_month, books.booked > books.revenue
    (Timestamp('2026-08-01 00:00:00'), True)
    """
    for name, value, least, most in (
        ("recognition_months", recognition_months, 1, MOST_MONTHS),
        ("close_lag", close_lag, 0, MOST_LAG),
    ):
        if not least <= value <= most:
            raise call_refused(name, value, f"must be {least} to {most}")
    reading = reading_of(source, as_of)
    moment = moment_of(reading, as_of)
    rules = Rules(recognition_months=recognition_months, close_lag_working_days=close_lag)
    made = (
        None if figures is None else read_ledger(Path(figures), rules, day_first=day_first, country=country)
    )
    begin = None if since is None else pd.Timestamp(since)
    found = ledger_view(
        known_at(reading.tables, moment), moment, rules,
        since=begin, figures=made, country=country, currency=reading.currency,
    )  # fmt: skip
    return LedgerAnswer.of(found)
