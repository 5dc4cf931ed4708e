"""A command in a process of its own: how long it takes, and the most memory that it holds.

``python -m benchmarks.child COMMAND ...`` starts the command and prints both as JSON. It stands between us and the
command because a system counts the memory of whoever starts a process to that process, until it runs its own program:
this one is small, and we are not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KIB = 1 if sys.platform == "darwin" else 1_024  # ru_maxrss: bytes there, else kibibytes
MB = 1e6


class Failed(Exception):
    """The command ended with another code than 0; the message has its words."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command took.

    Attributes
    ----------
    seconds : float
        From its start to its end.
    processor : float, optional
        Seconds of processor time, of all its cores together: on a busy machine the seconds are more, and these are not.
    peak_mb : float, optional
        The most memory that it held at once, in millions of bytes; None where the system does not say.
    errors : str
        What it wrote on standard error.
    """

    seconds: float
    processor: float | None
    peak_mb: float | None
    errors: str


def measure(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command and return what it took; ``environment``: variables set beside our own.

    Raises
    ------
    Failed
        The command did.
    """
    words = [sys.executable, __file__, *map(str, command)]
    # Byte code is written as Python does unless told otherwise: an installation has it, and so has a second start.
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})}
    done = subprocess.run(words, env=settings, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()}")
    return Measured(**json.loads(done.stdout), errors=done.stderr)


def busy(found: Sequence[Measured]) -> str:
    """Return in words how much processor time the runs took in the median, where the system says."""
    times = [one.processor for one in found if one.processor is not None]
    return f"; {statistics.median(times):.3g} s of processor time" if times else ""


def main() -> None:
    """Run the command that the arguments name; print its seconds and its memory, end with its code."""
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)  # noqa: S603 - what we were asked for
    processor = peak = None
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        processor = usage.ru_utime + usage.ru_stime
        peak = usage.ru_maxrss * KIB / MB
    code = process.wait()
    taken = time.perf_counter() - start
    print(json.dumps({"seconds": taken, "processor": processor, "peak_mb": peak}))
    sys.exit(code)


if __name__ == "__main__":
    main()
