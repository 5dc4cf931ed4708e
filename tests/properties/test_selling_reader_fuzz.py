"""Mutated files of records, calendars, plans and calls: a refusal or a table in which every number can be; never a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.judgement import read_judgements
from forecast.prospecting import RecordFile, read_plan, read_records
from simulations.errors import BadInput

UNTIL = pd.Timestamp("2026-10-01")
BASES = {
    "records.csv": "owner,day,hours,touches,conversations\nAnn,2026-01-05,1.5,20,3\nBob,2026-01-06,1:30,4,\n",
    "activities.csv": "activity_id,type,assigned_to_user,deal_id,done,due_to\n1,call,7,,True,2026-01-05T09:00:00\n",
    "cal.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nX-WR-CALNAME:Ann\r\nX-WR-TIMEZONE:Europe/Prague\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Prospecting\r\nDTSTART;TZID=Europe/Prague:20260302T090000\r\n"
    "DTEND;TZID=Europe/Prague:20260302T110000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260409T215959Z;INTERVAL=1\r\n"
    "EXDATE;TZID=Europe/Prague:20260309T090000\r\nRDATE:20260310T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "plan.csv": "owner,weekday,start,end\nAnn,Mon-Thu,9:00,10:00\n,Fri,14:00,15:30\n",
    "calls.csv": "period,owner,made on,kind,amount\n2026-Q3,Ann,2026-07-10,commit,12000\n2026-07,,2026-07-02,call,9000\n",
}
PIECES = st.one_of(
    st.sampled_from(
        [
            "",
            "\n",
            ",",
            ";",
            '"',
            "-",
            "0",
            "9" * 30,
            "1e308",
            "nan",
            "NaT",
            "2026-13-45",
            "31/31/2026",
            "\x00",
        ]
    ),
    st.sampled_from(
        ["FREQ=YEARLY", "COUNT=99999999", "BYMONTHDAY=31", "19700101T000000Z", "P9999D", "DURATION:-PT1H"]
    ),
    st.text(max_size=8),
)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> str:
    """Return a base with some pieces cut out, doubled or put in its place."""
    text = BASES[name]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = draw(st.integers(at, min(len(text), at + 25)))
        text = text[:at] + draw(st.one_of(PIECES, st.just(text[at:end] * 2))) + text[end:]
    return text


def _of_records(path: Path) -> pd.DataFrame:
    table = read_records([RecordFile(path, "Ann")], until=UNTIL).table
    assert (table["day"] < UNTIL).all()
    assert table["owner"].notna().all()
    assert not table.duplicated(["owner", "day"]).any()
    assert (table["hours"].dropna() <= 24 + 1e-9).all()
    return table


def _of_plan(path: Path) -> pd.DataFrame:
    plan = read_plan(path, UNTIL)
    return pd.concat([plan.weekly, plan.dated])


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "records.csv": _of_records, "activities.csv": _of_records, "cal.ics": _of_records,
    "plan.csv": _of_plan, "calls.csv": read_judgements,
}  # fmt: skip


@pytest.mark.parametrize("name", BASES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_no_file_of_ours_is_refused_and_what_is_has_possible_numbers(name, tmp_path, data) -> None:
    path = tmp_path / name
    path.write_bytes(data.draw(mutated(name)).encode("utf-8", "surrogatepass"))
    try:
        table = READERS[name](path)
    except BadInput:
        return
    numbers = table.select_dtypes("float64").to_numpy()
    assert (numbers[~np.isnan(numbers)] >= 0).all()
    assert np.isfinite(numbers[~np.isnan(numbers)]).all()
