"""Who gets what is dealt to the team, compiled."""

from __future__ import annotations

from simulations import rules
from simulations.compiled import compiled_inside
from simulations.engine.layout import World
from simulations.engine.memory import staff_at


@compiled_inside
def dealt_to(w: World, birth: int, week: int) -> int:
    """Return the seat that a lead of a week goes to: of those held, the highest keyed score; -1 of none."""
    best, chosen = -1.0, -1
    for s in range(w.seats_count):
        if staff_at(w, s, week).tenure < 0:
            continue
        score = rules.dealing_score(w.seed, w.replication, birth, s)
        if score > best:
            best, chosen = score, s
    return chosen
