"""Bad input gives one clear message, exit code 2, and writes nothing."""

from __future__ import annotations

import pytest

HEADER = "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Currency,Create Date,Close Date,Deal owner\n"
GOOD = "1,A,Closed Won,Sales,100.0,EUR,2026-01-02 10:00,2026-02-13 10:00,Ann\n"


def write(folder, name: str, content: str | bytes):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


SCENARIOS = {
    "unknown key": ("name: x\nreviews:\n  review_hurs: 2\n", ["line 3", "review_hurs", "review_hours"]),
    "duplicate key": ("name: x\nname: y\n", ["line 2", "name"]),
    "probability above 1": (
        "stages:\n- {name: A, effort_hours: 1, reply_days: 3, advance_probability: 1.4}\n",
        ["line 2", "advance_probability", "1.4", "1"],
    ),
    "negative hours": (
        "team:\n  groups:\n  - prospecting_hours_per_week: -3\n",
        ["line 3", "prospecting_hours_per_week", "-3"],
    ),
    "exploding referrals": (
        "sources:\n  referrals:\n    ask_rate_win: 1.0\n    introductions: 9\n",
        ["referrals", "m =", "below 1"],
    ),
}


@pytest.mark.parametrize("fault", SCENARIOS)
def test_a_faulty_scenario_is_refused_with_its_line(pipecast, tmp_path, fault):
    text, parts = SCENARIOS[fault]
    path = write(tmp_path, "team.yaml", text)
    for command in (("scenario", "check", path), ("compare", path, "--out", "out", "--replications", "2")):
        code, out, err = pipecast(*command)
        assert code == 2
        assert out == ""
        assert all(part in err for part in ("team.yaml", *parts)), err
        assert len(err.strip().splitlines()) == 1
    assert sorted(item.name for item in tmp_path.iterdir()) == ["team.yaml"]


EXPORTS = {
    "empty file": ("", ["deals.csv", "empty"]),
    "no header": ("1,A,100\n2,B,200\n", ["deals.csv"]),
    "missing column": (
        HEADER.replace("Create Date,", "") + GOOD.replace("2026-01-02 10:00,", "", 1),
        ["deals.csv"],
    ),
    "duplicate ids": (HEADER + GOOD + GOOD.replace("100.0", "200.0"), ["deals.csv", "lines 2, 3", "1"]),
    "closed before created": (
        HEADER + GOOD.replace("2026-02-13", "2025-12-13"),
        ["deals.csv", "line 2", "2025-12-13"],
    ),
    "amount not a number": (
        HEADER + GOOD.replace("100.0", "a lot"),
        ["deals.csv", "line 2", "Amount", "a lot"],
    ),
    "negative amount": (HEADER + GOOD.replace("100.0", "-100.0"), ["deals.csv", "line 2", "Amount", "-100"]),
    "two currencies": (
        HEADER + GOOD + GOOD.replace("1,A", "2,B").replace("EUR", "USD"),
        ["deals.csv", "EUR", "USD"],
    ),
    "ambiguous dates": (
        HEADER
        + "".join(
            GOOD.replace("1,A", f"{i},A")
            .replace("2026-01-02 10:00", f"0{i}/02/2026")
            .replace("2026-02-13 10:00", "")
            .replace("Closed Won", "Open talk")
            for i in range(3, 6)
        ),
        ["deals.csv", "Create Date", "03/02/2026", "--day-first"],
    ),
    "wrong encoding": (b"\xff\xfe\x00" + HEADER.encode() + b"\x81\x8d\x00\n", ["deals.csv"]),
}


@pytest.mark.parametrize("fault", EXPORTS)
@pytest.mark.parametrize("command", ["import", "forecast"])
def test_a_faulty_export_is_refused_with_its_place(pipecast, tmp_path, command, fault):
    content, parts = EXPORTS[fault]
    path = write(tmp_path, "deals.csv", content)
    words = [command, path, "--out", "out"]
    if command == "forecast":
        words += ["--as-of", "2026-03-01", "--from", "2026-03-01", "--to", "2026-03-31", "--target", "1000"]
    code, out, err = pipecast(*words)
    assert code == 2
    assert out == ""
    assert all(part in err for part in parts), err
    assert "Traceback" not in err
    assert sorted(item.name for item in tmp_path.iterdir()) == ["deals.csv"]


def test_a_file_that_is_not_there_is_named(pipecast):
    code, _, err = pipecast("import", "nowhere.csv")
    assert code == 2
    assert "nowhere.csv" in err


def test_a_wave_that_cannot_hold_its_hours_is_refused(pipecast, tmp_path):
    path = write(tmp_path, "team.yaml", "name: x\n")
    code, out, err = pipecast(
        "compare", path, "--cadence", "sawtooth:weeks_on=1,weeks_off=11", "--replications", "2"
    )
    assert (code, out) == (2, "")
    assert "allow_unequal_hours" in err


@pytest.mark.parametrize(
    "cadence",
    [
        "sawtoth",
        "sawtooth:weeks_of=3",
        "sawtooth:weeks_on=0",
        "custom:none.csv",
        "custom",
        "custom:empty.csv",
    ],
)
def test_an_unknown_cadence_is_refused(pipecast, tmp_path, cadence):
    write(tmp_path, "empty.csv", "hours\n")
    path = write(tmp_path, "team.yaml", "name: x\n")
    code, out, err = pipecast("compare", path, "--cadence", cadence, "--replications", "2")
    assert (code, out) == (2, "")
    assert cadence.rpartition(":")[2].split("=")[0] in err
