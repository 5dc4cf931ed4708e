"""The state of each monitor, week by week, with hysteresis: a figure that trembles about its threshold does not flicker."""

from __future__ import annotations

from typing import Literal

import numpy as np

from forecast.alarms.cusum import Floats

State = Literal["quiet", "watch", "alarm"]
QUIET: State = "quiet"
WATCH: State = "watch"
ALARM: State = "alarm"
#: How many times as likely as the level a chance may be for a watch to begin, and for one to end.
WATCH_BEGINS, WATCH_ENDS = 5.0, 10.0


def states(log_chance: Floats, level: float) -> tuple[State, ...]:
    """Return the states of a monitor.

    An alarm begins where the chance is at the level or below, and ends as a watch does; a watch begins at 5 times the
    level and ends above 10 times. So whoever is alarmed stays so until the cause has clearly gone.

    Parameters
    ----------
    log_chance : array of W
        Logarithm of the least chance of the monitor's CUSUMs at each look; 0 where luck is likely.
    level : float
        Logarithm of the level.

    Examples
    --------
    >>> states(np.log([0.5, 0.004, 0.006, 0.06, 0.004]), np.log(0.005))
    ('quiet', 'alarm', 'alarm', 'quiet', 'alarm')
    """
    found: list[State] = []
    now = QUIET
    for chance in log_chance:
        if chance <= level:
            now = ALARM
        elif chance > level + np.log(WATCH_ENDS):
            now = QUIET
        elif now == QUIET and chance <= level + np.log(WATCH_BEGINS):
            now = WATCH
        found.append(now)
    return tuple(found)
