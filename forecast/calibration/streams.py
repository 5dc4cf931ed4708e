"""Named streams of random numbers: what is drawn for one purpose never shifts what is drawn for another."""

from __future__ import annotations

import hashlib
from threading import Thread
from types import ModuleType

import numpy as np
import numpy.typing as npt

#: What single-precision luck is a whole multiple of one over of.
WHOLE_LUCK = np.float32(1 << 24)
#: Double-precision numbers that Philox 4x64 makes of one count.
A_COUNT = 4
#: Numbers from which on it pays to load what is compiled to draw them, and short luck is drawn.
MANY = 50_000_000


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one purpose.

    Parameters
    ----------
    seed : int
        Root seed of the forecast, not negative.
    name : str
        What is drawn, for example ``"open deals"``; hashed into the seed, so that adding a stream
        leaves all others alone.
    """
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    entropy = (seed, int.from_bytes(digest, "little"))
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy)))


def many(numbers: int) -> bool:
    """Return whether so many numbers are drawn, or added up, that short luck and what is compiled pay."""
    return numbers >= MANY


def compiled(numbers: int, *, sums: bool = False) -> ModuleType | None:
    """Return `forecast.compiled_luck`, which draws the same numbers faster; None where loading it takes longer than that.

    Parameters
    ----------
    numbers : int
        How many are drawn, or added up.
    sums : bool
        Return `forecast.compiled_sums` in its place.
    """
    if not many(numbers):
        return None
    from forecast import compiled_luck, compiled_sums

    if not compiled_luck.COMPILED:
        return None
    return compiled_sums if sums else compiled_luck


def compiled_ahead(numbers: int) -> None:
    """Begin to load what `compiled` will be asked for, in a thread, while something else is done."""
    if numbers >= MANY:
        Thread(target=_load).start()


def _load() -> None:
    from forecast import compiled_luck, compiled_sums

    if compiled_luck.COMPILED:
        compiled_luck.ready()
        compiled_sums.ready()


def key_of(rng: np.random.Generator) -> npt.NDArray[np.uint64]:
    """Return the two words that tell the numbers of a generator of `stream` from those of all others."""
    key: npt.NDArray[np.uint64] = rng.bit_generator.state["state"]["key"]
    return key


def whole_luck(rng: np.random.Generator, begin: int, count: int) -> npt.NDArray[np.uint32]:
    """Return single-precision numbers that a fresh generator draws, times 2**24: what is compared is then whole.

    Parameters
    ----------
    rng : Generator
        Of `stream`, from which nothing was drawn; it is left alone.
    begin : int
        How many numbers are left out; even.
    count : int

    Examples
    --------
    >>> together = stream(1, "luck").random(20, dtype=np.float32)
    >>> bool((whole_luck(stream(1, "luck"), 6, 7) == together[6:13] * WHOLE_LUCK).all())
    True
    """
    words = later(rng, begin // 2).bit_generator.random_raw(-(-count // 2))
    halves: npt.NDArray[np.uint32] = np.asarray(words, dtype="<u8").view("<u4")[:count]
    return np.right_shift(halves, np.uint32(8))


def later(rng: np.random.Generator, drawn: int) -> np.random.Generator:
    """Return the generator that a fresh one will be once it has drawn so many double-precision numbers.

    Philox counts: it gets anywhere at once (Salmon, Moraes, Dror and Shaw 2011).

    Parameters
    ----------
    rng : Generator
        Of `stream`, from which nothing was drawn; it is left alone.
    drawn : int

    Examples
    --------
    >>> together = stream(1, "luck").random(20)
    >>> bool((later(stream(1, "luck"), 13).random(7) == together[13:]).all())
    True
    """
    counter = np.random.Philox()
    counter.state = rng.bit_generator.state  # type: ignore[assignment]  # numpy's stub: the same counter's own state
    counter.advance(drawn // A_COUNT)
    moved = np.random.Generator(counter)
    moved.random(drawn % A_COUNT)
    return moved
