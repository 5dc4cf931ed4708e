"""Who gets what is dealt to the team, compiled."""

from __future__ import annotations

from typing import Any

from simulations import rules
from simulations.compiled import compiled_inside
from simulations.engine.layout import World
from simulations.engine.memory import staff_at


@compiled_inside
def dealt_to(w: World, birth: int, week: int, scores: Any) -> int:
    """Return the seat that a lead of a week goes to: of those held, the highest keyed score; -1 of none.

    ``scores``: room for one number a seat. All are drawn first, held or not: so the processor draws several at once.
    """
    seed, replication = w.seed, w.replication
    for s in range(scores.size):
        scores[s] = rules.dealing_score(seed, replication, birth, s)
    best, chosen = -1.0, -1
    for s in range(scores.size):
        if scores[s] > best and staff_at(w, s, week).tenure >= 0:
            best, chosen = scores[s], s
    return chosen
