"""The pack of thirty reps is made in a few seconds, and is thirty-one pages."""

from __future__ import annotations

import re
import time

import numpy as np
import pandas as pd
import pytest

from forecast.report.review import review_files
from forecast.review import Beside, ReviewAsked, review
from simulations.tables import CrmTables

MOST_SECONDS = 10.0


@pytest.mark.deep
def test_thirty_reps_are_reviewed_in_under_ten_seconds(made_crm):
    """Of the processor's time, so that a busy machine does not matter: tables to files, 3,000 opportunities."""
    tables = made_crm(1, deals=3_000, days=500)
    owners = [f"Rep {n:02d}" for n in range(30)]
    rows = tables.opportunities.assign(
        owner=np.random.default_rng(1).choice(owners, len(tables.opportunities))
    )
    moment = pd.Timestamp("2027-04-01")
    asked = ReviewAsked(moment, pd.Timestamp("2027-04-01"), pd.Timestamp("2027-06-30"), target=1e6)
    begin = time.process_time()
    pack = review(
        CrmTables(rows, tables.stage_history, stages=tables.stages), asked, Beside(dict.fromkeys(owners, 3e4))
    )
    files = review_files(pack, ())
    assert time.process_time() - begin < MOST_SECONDS
    assert len(pack.reps) == 30
    assert len(re.findall(rb"/Type ?/Page\b", files["review.pdf"])) in (
        31,
        32,
    )  # the team's table may need a second one
