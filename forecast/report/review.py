"""What a weekly review leaves in a folder: the pages as HTML and PDF, their tables as CSV, the actions for next week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from forecast.report.blocks import InputFile
from forecast.report.review_page import review_html
from forecast.report.review_pdf import review_pdf
from forecast.report.review_sheets import sheets_of
from forecast.report.spreadsheet import frame_table
from forecast.review import ReviewPack
from forecast.review.actions import FILE, Actions

_MARKS = ("to_disqualify", "no_next_step", "stuck", "slipped", "overdue")


def review_files(pack: ReviewPack, inputs: Sequence[InputFile]) -> dict[str, bytes]:
    """Return what a review leaves, file name -> content.

    Parameters
    ----------
    pack : ReviewPack
    inputs : sequence of InputFile
        What it was made from; named below each page.
    """
    sheets, foot = sheets_of(pack), _foot(pack, inputs)
    return {
        "review.html": review_html(sheets, foot),
        "review.pdf": review_pdf(sheets, foot, pack.asked.moment.to_pydatetime()),
        "review.csv": frame_table(pack.to_frame()),
        "deals.csv": frame_table(_deals(pack)),
        "steps.csv": frame_table(_rows([step.to_dict() for step in pack.team.week], _STEPS)),
        "last_week.csv": frame_table(_rows([one.to_dict() for one in pack.team.last], _LAST)),
        FILE: Actions(pack.asked.moment, _all_actions(pack)).to_bytes(),
    }


_STEPS = ("id", "name", "owner", "what", "amount", "stage")
_LAST = ("kind", "id", "name", "owner", "became")


def _all_actions(pack: ReviewPack) -> tuple:  # type: ignore[type-arg]  # see Page.actions
    """Return the actions of all who were asked for: those of the team's page where nobody was chosen."""
    if not pack.asked.owners:
        return pack.team.actions
    return tuple(action for page in pack.reps for action in page.actions)


def _rows(rows: Iterable[dict[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _deals(pack: ReviewPack) -> pd.DataFrame:
    """Return all open opportunities with what each needs."""
    marks = {name: {deal.id for deal in deals} for name, deals in pack.team.lists()}
    rows = [
        {**deal.to_dict(), **{name: deal.id in marks[name] for name in _MARKS}} for deal in pack.team.open
    ]
    return pd.DataFrame(rows)


def _foot(pack: ReviewPack, inputs: Sequence[InputFile]) -> str:
    files = ", ".join(f"{one.name} ({one.sha256[:12]})" for one in inputs)
    asked = pack.asked
    return (
        f"pipecast {pack.version}, seed {asked.seed}, {asked.draws:,} draws; knowledge ends {asked.moment:%Y-%m-%d %H:%M}. "
        f"From {files or 'tables'}."
    )
