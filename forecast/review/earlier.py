"""What a review at an earlier moment would have proposed: the same rules, from what was known then."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from forecast.review.actions import Actions
from forecast.review.results import ReviewAsked
from forecast.review.reviewing import proposals
from simulations.tables import CrmTables


def actions_at(tables: CrmTables, moment: pd.Timestamp, asked: ReviewAsked) -> Actions:
    """Return the actions that a review at a moment proposes.

    Parameters
    ----------
    tables : CrmTables
        A snapshot of that moment.
    moment : Timestamp
    asked : ReviewAsked
        Of the later review: its rules hold.
    """
    return Actions(moment, proposals(tables, replace(asked, moment=moment)))
