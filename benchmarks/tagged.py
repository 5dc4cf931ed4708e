"""The reference model as it first stood, taken out of git's history: what the compiled engine is held against."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TAG = "reference-0.1.0"
#: What the tag names, for copies of the repository that have no tags.
COMMIT = "808891c961c47712633a30567949d1f1cc93df32"
PACKAGE = "simulations"
WORKER = Path(__file__).with_name("earlier_model.py")


class NoHistory(Exception):
    """The version cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """One replication of the earlier model: how long it took, and how many events it told."""

    seconds: float
    events: int


class EarlierModel:
    """The earlier model in a process of its own, that waits between its turns."""

    def __init__(self, process: subprocess.Popen[str], commit: str) -> None:
        self._process, self.commit = process, commit

    def tell(self, seed: int, replication: int, scenario: dict[str, Any] | None = None) -> Told:
        """Time one replication under the steady cadence; ``scenario``: what differs from that version's default."""
        asked = {"scenario": scenario or {}, "seed": seed, "replication": replication}
        assert self._process.stdin is not None  # noqa: S101 - it was opened with pipes
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return Told(**answer(self._process))


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what the process says next.

    Raises
    ------
    NoHistory
        It has ended without an answer.
    """
    assert process.stdout is not None  # noqa: S101 - it was opened with pipes
    line = process.stdout.readline()
    if not line:
        raise NoHistory(f"the model of {TAG} does not run here; its words are above")
    found: dict[str, Any] = json.loads(line)
    return found


@contextmanager
def earlier_model(root: Path = ROOT) -> Iterator[EarlierModel]:
    """Yield the model of the tagged version, ready to be timed.

    Raises
    ------
    NoHistory
        There is no git, no history, or not that version in it.
    """
    commit = find_commit(root)
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        take_out(root, commit, folder)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", WORKER],  # -P: nothing of this folder stands in front
            env={**os.environ, "PYTHONPATH": str(folder)},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                source = Path(answer(process)["from"])
                if not source.is_relative_to(folder):
                    raise NoHistory(f"another version's packages stand in front of those of {TAG}")
                yield EarlierModel(process, commit)
            finally:
                process.kill()


def find_commit(root: Path) -> str:
    """Return the commit that the tag names, or that it would name; raises NoHistory."""
    if shutil.which("git") is None:
        raise NoHistory("there is no git")
    for name in (TAG, COMMIT):
        found = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode().strip()
    raise NoHistory(f"this copy's history holds neither {TAG} nor {COMMIT[:7]}")


def take_out(root: Path, commit: str, folder: Path) -> None:
    """Write the simulation's package as it was at a commit into a folder; raises NoHistory."""
    packed = _git(root, "archive", "--format=zip", commit, PACKAGE)
    if packed.returncode:
        raise NoHistory(f"git cannot take {commit[:7]} out: {packed.stderr.decode().strip()}")
    with zipfile.ZipFile(BytesIO(packed.stdout)) as archive:
        archive.extractall(folder)


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", root, *words], capture_output=True, check=False)  # noqa: S603, S607 - fixed words
