"""Work spread over processes or threads, its results handed back in order."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

Result = TypeVar("Result")
Tool = TypeVar("Tool")

#: Tasks handed out ahead for each process: enough to keep it busy, few enough to hold.
AHEAD = 2
#: Items that a thread takes at a time: enough that handing them over costs little.
BATCH = 5
_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def in_order(
    work: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], workers: int | None = None
) -> Iterator[Result]:
    """Yield ``work(*task)`` for every task, in their order, computed by several processes.

    Processes are spawned, so that they inherit no threads or locks; each uses one thread of linear
    algebra. When the caller stops early, or is interrupted, tasks not yet begun are cancelled and
    the processes end after those that are.

    Parameters
    ----------
    work : callable
        A function that can be imported by its name.
    tasks : sequence of tuples
        Its arguments; everything must be picklable. A task should take 50 ms or more, or handing it
        over costs as much.
    workers : int, optional
        Processes; as many as there are cores unless told. With one, no process is started.
    """
    processes = min(workers or os.cpu_count() or 1, len(tasks))
    if processes <= 1:
        for task in tasks:
            yield work(*task)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    waiting: deque[Future[Result]] = deque()
    try:
        with _one_thread_each():
            for task in tasks:
                waiting.append(pool.submit(work, *task))
                if len(waiting) > AHEAD * processes:
                    yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def by_threads(
    make: Callable[[], Tool],
    work: Callable[[Tool, int], Result],
    count: int,
    workers: int | None = None,
    batch: int = BATCH,
) -> Iterator[Result]:
    """Yield ``work(tool, i)`` for i from 0 to ``count``, in order, computed by threads that own a tool each.

    When the caller stops early, what has not begun is cancelled.

    Parameters
    ----------
    make : callable
        Makes a thread's tool, which is never used by two threads.
    work : callable
        Should leave Python's lock alone most of the time, or threads gain nothing.
    count : int
    workers : int, optional
        Threads; as many as there are cores unless told.
    batch : int
        Items that a thread takes at a time: fewer where each takes long.
    """
    threads = min(workers or os.cpu_count() or 1, -(-count // batch))
    if threads <= 1:
        tool = make()
        yield from (work(tool, i) for i in range(count))
        return
    tools = threading.local()

    def some(first: int) -> list[Result]:
        if not hasattr(tools, "own"):
            tools.own = make()
        return [work(tools.own, i) for i in range(first, min(first + batch, count))]

    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[list[Result]]] = deque()
    try:
        for first in range(0, count, batch):
            waiting.append(pool.submit(some, first))
            if len(waiting) > AHEAD * threads:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Let the parent alone answer Ctrl-C: it cancels what waits, and the workers end by themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Tell the processes started within to use one thread each; numerical libraries read it at import."""
    before = {name: os.environ.get(name) for name in _THREAD_LIMITS}
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
