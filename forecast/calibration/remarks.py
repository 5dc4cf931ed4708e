"""What the calibration noticed that limits the forecast."""

from __future__ import annotations

import numpy as np

from forecast.calibration.draws import Calibration
from forecast.findings import Finding

#: Below these many wins a forecast is wide; beyond this factor the level of winning has changed.
FEW_WINS, CHANGED = 30, 1.3


def calibration_findings(calibration: Calibration, unit: str) -> list[Finding]:
    """Return what limits the forecast: few wins, a level of winning that changed, amounts that are missing, holidays learned."""
    found = []
    known, levels = calibration.records, calibration.levels
    wins = int(known.won.sum())
    if calibration.assumed is not None:
        rate, days = calibration.assumed.win_rate, calibration.assumed.cycle_days
        found.append(
            Finding("rests_on_what_is_assumed", "serious", wins, (),
                    f"The history is too short to teach chances ({wins} won): they rest on an assumed win rate of "
                    f"{rate:.0%} and an assumed cycle of {days:.0f} days",
                    "What was seen counts beside it, deal for deal; the intervals are wide")
        )  # fmt: skip
    elif wins < FEW_WINS:
        found.append(
            Finding("few_wins", "warning", wins, (), f"Only {wins} opportunities were won, so every chance is uncertain",
                    "Stages were pulled toward the average of all stages and the intervals are wide")
        )  # fmt: skip
    level = float(levels.weight @ levels.mean)
    if not 1 / CHANGED < level < CHANGED:
        found.append(
            Finding("level_of_winning_changed", "warning", wins, (),
                    f"Recently {level:.2f} times as much was won as the whole history suggests",
                    "The forecast follows the recent weeks, with wider intervals")
        )  # fmt: skip
    missing = int(np.isnan(known.amount[known.is_open]).sum())
    if missing and unit == "amount":
        found.append(
            Finding("open_without_amount", "warning", missing, (),
                    f"{missing} open opportunities carry no amount",
                    "Amounts were drawn for them from past wins")
        )  # fmt: skip
    if calibration.kept is not None:
        found.append(
            Finding("public_holidays_learned", "note", 0, (),
                    f"On public holidays of {calibration.kept} hardly anything was created, so the forecast counts on little then",
                    "Name another country if these are not yours")
        )  # fmt: skip
    return found
