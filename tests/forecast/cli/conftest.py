"""What the tests of the command line share: a way to call it, and a small team."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from forecast.cli.main import main

#: One seat and short times: a year takes milliseconds.
SMALL = "name: small\nteam: {groups: [{seats: 1}]}\nhorizon: {warm_up_weeks: 8, run_off: 4}\n"


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def pipecast(capsys, tmp_path, monkeypatch) -> Callable[..., Said]:
    """Return a function that runs the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*words: object) -> Said:
        with pytest.raises(SystemExit) as stop:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def small(tmp_path) -> Path:
    """Return the scenario of a team of one."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path
