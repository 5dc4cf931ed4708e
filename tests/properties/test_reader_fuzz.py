"""Whatever becomes of an export on its way, a reader refuses it with clear problems or reads lawful tables."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm import Reading, read_crm
from forecast.crm.proposal import propose
from simulations.calendar import timeline
from simulations.errors import BadInput
from simulations.exports import SHAPES, Snapshot
from simulations.recorder import field_history, record_log, tables_at
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.tables import OPEN, OUTCOMES

#: Seconds of computing that no small file may take: a hang, not a slow machine.
MOST_SECONDS = 20.0
DEALS = 25
HOSTILE = (
    *(
        "",
        " ",
        "-1",
        "0",
        "1e400",
        "NaN",
        "inf",
        "nan",
        "null",
        "TRUE",
        "=1+1",
        "@SUM(A1)",
        "1,234",
        "1.234",
        "12x",
    ),
    *(
        "2026-02-30",
        "31/02/2026",
        "9999-12-31",
        "0001-01-01 00:00",
        "02/03/2026",
        "13/13/2026",
        "1760000000000",
    ),
    *(
        "Closed Won",
        "Closed Lost",
        "won",
        "Closed - dead",
        "EUR",
        "£",
        '"',
        '""',
        "'",
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r\n",
    ),
    *(
        *(
            "12 TEUR",
            "1200 1300",
            "\uff11\uff12",
            "\u0662\u0660\u0662\u0666-01-02",
            "\u00b2",
            "1E+5",
            "5e",
            "46019",
        ),
        *("04-Oct-2026", "2062-01-01", "20261031", "Gewonnen", "Grand Total", "Subtotal", "Stage \u2191"),
        "\x00",
        "\ufeff",
        "💥",
        "ŽÝ",
        "﷽",
        "\u202e",
        "%s",
        "{}",
        "../..",
        "<script>",
        "a" * 5_000,
        "9" * 400,
        "(Sales)",
        ") (",
        "-2",
    ),
)
Files = dict[str, bytes]


@cache
def exported(shape: str) -> Files:
    """Return the files of a small CRM in a shape."""
    scenario = Scenario(team=Team(groups=(SeatGroup(seats=1),)))
    moment = datetime.combine(timeline(scenario).date_of(300), datetime.min.time())
    events = simulate(scenario, Steady(), 2, 0)
    log = record_log(events, scenario, 2, 0, perfect=False, until=moment)
    tables = tables_at(log, moment)
    few = replace(tables, opportunities=tables.opportunities.head(DEALS))
    return SHAPES[shape].files(Snapshot(few, field_history(log, moment), moment))


def _lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")


def cut(content: bytes, draw: st.DataObject) -> bytes:
    return content[: draw.draw(st.integers(0, len(content)), "cut at")]


def scramble(content: bytes, draw: st.DataObject) -> bytes:
    at = draw.draw(st.integers(0, len(content)), "at")
    gone = draw.draw(st.integers(0, 40), "bytes gone")
    return content[:at] + draw.draw(st.binary(max_size=12), "bytes") + content[at + gone :]


def drop_line(content: bytes, draw: st.DataObject) -> bytes:
    lines = _lines(content)
    del lines[draw.draw(st.integers(0, len(lines) - 1), "line")]
    return b"\n".join(lines)


def repeat_line(content: bytes, draw: st.DataObject) -> bytes:
    lines = _lines(content)
    line = lines[draw.draw(st.integers(0, len(lines) - 1), "line")]
    lines.insert(draw.draw(st.integers(0, len(lines)), "at"), line)
    return b"\n".join(lines)


def other_separator(content: bytes, draw: st.DataObject) -> bytes:
    return content.replace(b",", draw.draw(st.sampled_from([b";", b"\t", b"|", b",,", b" "]), "separator"))


def other_encoding(content: bytes, draw: st.DataObject) -> bytes:
    text = content.decode("latin-1")
    return text.encode(draw.draw(st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "utf-32"]), "encoding"))


def _table(content: bytes) -> tuple[list[list[str]], str]:
    text = content.decode("latin-1")
    separator = ";" if text.count(";") > text.count(",") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)), separator


def _written(rows: list[list[str]], separator: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")


def hostile_cells(content: bytes, draw: st.DataObject) -> bytes:
    rows, separator = _table(content)
    for _ in range(draw.draw(st.integers(1, 4), "cells")):
        row = rows[draw.draw(st.integers(0, len(rows) - 1), "row")]
        if row:
            row[draw.draw(st.integers(0, len(row) - 1), "column")] = draw.draw(
                st.sampled_from(HOSTILE), "value"
            )
    return _written(rows, separator)


def hostile_column(content: bytes, draw: st.DataObject) -> bytes:
    rows, separator = _table(content)
    at = draw.draw(st.integers(0, max([1, *map(len, rows)]) - 1), "column")
    values = draw.draw(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3), "values")
    for number, row in enumerate(rows[1:]):
        if at < len(row):
            row[at] = values[number % len(values)]
    return _written(rows, separator)


def move_columns(content: bytes, draw: st.DataObject) -> bytes:
    """Give one column the name or the cells of another, or take it out."""
    rows, separator = _table(content)
    width = max([1, *map(len, rows)])
    one, other = (draw.draw(st.integers(0, width - 1), name) for name in ("one", "other"))
    how = draw.draw(st.sampled_from(["name", "cells", "out"]), "how")
    for number, row in enumerate(rows):
        if max(one, other) >= len(row):
            continue
        if how == "out":
            del row[one]
        elif (how == "name") == (number == 0):
            row[one] = row[other]
    return _written(rows, separator)


BY_BYTES = (cut, scramble, drop_line, repeat_line, other_separator, other_encoding)
BY_CELLS = (hostile_cells, hostile_column, move_columns)


def assert_lawful(reading: Reading) -> None:
    """Check what every reading promises, whatever it was read from."""
    tables = reading.tables
    rows, history = tables.opportunities, tables.stage_history
    assert rows["id"].notna().all()
    assert rows["id"].is_unique
    assert set(rows["outcome"]) <= set(OUTCOMES)
    amount, share = rows["amount"].dropna(), rows["probability"].dropna()
    assert np.isfinite(amount).all()
    assert (amount >= 0).all()
    assert share.between(0, 1).all()
    is_open = rows["outcome"] == OPEN
    assert rows["closed"][is_open].isna().all()
    assert rows["closed"][~is_open].notna().all()
    both = rows["created"].notna() & rows["closed"].notna()
    assert (rows["closed"][both] >= rows["created"][both]).all()
    assert set(history["id"]) <= set(rows["id"])
    assert history["entered"].notna().all()
    ended = history[history["left"].notna()]
    assert (ended["left"] >= ended["entered"]).all()
    assert (rows["created"].dropna() < reading.export_date).all()
    for moments in (rows["created"], rows["closed"], history["entered"]):
        assert moments.dropna().dt.year.between(1980, 2100).all()


def assert_clear(refused: BadInput) -> None:
    """Check that a refusal names the file and says what is allowed, on one line that can be read."""
    assert refused.problems
    for problem in refused.problems:
        assert problem.file
        assert problem.allowed.strip()
        assert len(str(problem)) < 2_000


def survives(read: Callable[[], object]) -> object:
    begun = time.process_time()
    try:
        found = read()
    except BadInput as refused:
        assert_clear(refused)
        found = None
    assert time.process_time() - begun < MOST_SECONDS
    return found


def mutated(
    shape: str, kinds: tuple[Callable[[bytes, st.DataObject], bytes], ...], draw: st.DataObject
) -> Files:
    files = dict(exported(shape))
    for _ in range(draw.draw(st.integers(1, 2), "mutations")):
        name = draw.draw(st.sampled_from(sorted(files)), "file")
        files[name] = draw.draw(st.sampled_from(kinds), "kind")(files[name] or b"\n", draw)
    return files


@pytest.mark.parametrize("kinds", [BY_BYTES, BY_CELLS], ids=["bytes", "cells"])
@given(shape=st.sampled_from([shape for shape in SHAPES if shape != "plain"]), draw=st.data())
def test_a_mutated_export_is_read_or_refused(
    tmp_path_factory, kinds, shape: str, draw: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    files = mutated(shape, kinds, draw)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = survives(lambda: read_crm([folder / name for name in files]))
    if found is not None:
        assert_lawful(found)


@given(draw=st.data())
def test_a_mutated_table_of_no_crm_gets_a_proposal_or_is_refused(
    tmp_path_factory, draw: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    files = mutated("plain", (*BY_BYTES, *BY_CELLS), draw)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = survives(lambda: propose([folder / name for name in files]))
    if found is not None and found.reading is not None:
        assert_lawful(found.reading)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_mutated_is_read_as_it_was(tmp_path, shape: str) -> None:
    """Without this the mutations could all be refused for one reason that has nothing to do with them."""
    for name, content in exported(shape).items():
        (tmp_path / name).write_bytes(content)
    files = [tmp_path / name for name in exported(shape)]
    reading = propose(files).reading if shape == "plain" else read_crm(files)
    assert len(reading.tables.opportunities) == DEALS
    assert_lawful(reading)
