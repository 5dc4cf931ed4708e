"""Named streams of random numbers: what is drawn for one purpose never shifts what is drawn for another."""

from __future__ import annotations

import hashlib

import numpy as np


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
