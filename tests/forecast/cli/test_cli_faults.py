"""What becomes of a fault: nothing is half written, ours is called ours, Ctrl-C stops."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from forecast.cli import crm
from simulations.exports import files

EXPORT = Path(__file__).resolve().parents[3] / "examples/crm/hubspot-crm-exports-all-deals-2026-10-04.csv"
COMMAND = Path(sys.executable).parent / "pipecast"
WORDS = ("--cadence", "sawtooth", "--replications", "2", "--workers", "1", "--out", "found")


@pytest.fixture
def full_disk(monkeypatch):
    """Let the third file of a folder find the disk full."""
    write, written = files._write_through, []

    def third(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, content)

    monkeypatch.setattr(files, "_write_through", third)


@pytest.mark.usefixtures("full_disk")
def test_nothing_is_left_where_a_file_cannot_be_written(pipecast, small, tmp_path):
    code, out, err = pipecast("compare", small, *WORDS)
    assert (code, out) == (2, "")
    assert "found, --out" in err
    assert "No space left" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.yaml"]


@pytest.mark.usefixtures("full_disk")
def test_what_was_there_stays_as_it_was(pipecast, small, tmp_path):
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "report.html").write_text("of last week", "utf-8")
    code, _, _ = pipecast("compare", small, *WORDS)
    assert code == 2
    assert [(path.name, path.read_text("utf-8")) for path in (tmp_path / "found").iterdir()] == [
        ("report.html", "of last week")
    ]


def test_a_folder_that_is_a_file_is_refused_before_the_work(pipecast, small, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "simulations.experiment.compare", lambda *_, **__: pytest.fail("it was simulated first")
    )
    (tmp_path / "found").write_text("a file", "utf-8")
    for folder in ("found", "found/below"):
        code, _, err = pipecast("compare", small, *WORDS[:-1], folder)
        assert code == 2
        assert "--out" in err
        assert "is a file" in err
    assert (tmp_path / "found").read_text("utf-8") == "a file"


def test_a_defect_of_ours_is_called_so(pipecast, export, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(crm, "read_export", broken)
    monkeypatch.delenv("PIPECAST_TRACEBACK", raising=False)
    code, out, err = pipecast("import", export, "--out", "found")
    assert (code, out) == (1, "")
    assert "a defect of Pipecast, not of your input" in err
    assert "ZeroDivisionError: division by zero" in err
    assert "test_cli_faults.py" in err
    assert len(err.strip().splitlines()) == 1


def test_a_stop_by_the_user_is_told_and_leaves_nothing(pipecast, small, tmp_path, monkeypatch):
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulations.experiment.compare", stopped)
    code, _, err = pipecast("compare", small, *WORDS)
    assert code == 130
    assert "Stopped; nothing was written." in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.yaml"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_a_long_run(tmp_path, workers):
    """The terminal interrupts the whole group of processes; the command answers for all of them."""
    words = ["demo", "--replications", "100000", "--workers", workers]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [COMMAND, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    assert "Step 1" in process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Stopped; nothing was written." in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", ["scenario explain", f"import {EXPORT}"])
def test_a_reader_that_has_had_enough_is_no_fault(tmp_path, words):
    """`pipecast ... | head -1`: the pipe closes, and nothing is complained about."""
    command = f"set -o pipefail; {COMMAND} {words} | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own command in a pipe
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_a_folder_that_does_not_exist_is_named(pipecast):
    code, out, err = pipecast("scenario", "init", "no/such/team.yaml")
    assert (code, out) == (2, "")
    assert "no/such/team.yaml" in err
    assert "No such file or directory" in err
