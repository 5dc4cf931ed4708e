"""A calibration kept beside the tables that it was learned from: the next forecast from them need not learn it again."""

from __future__ import annotations

from typing import cast

import pandas as pd

from forecast.calibration.assumed import Assumed, too_few
from forecast.calibration.draws import Calibration, calibrate
from forecast.calibration.records import records
from forecast.kept import built, forget, held, is_kept, keep, leaves_of, place_of
from simulations.tables import CrmTables

#: Calibrations for different questions that are kept of the same tables.
MOST = 8


def calibrated(
    tables: CrmTables,
    moment: pd.Timestamp,
    until: pd.Timestamp,
    *,
    seed: int,
    country: str | None = None,
    assumed: Assumed | None = None,
) -> Calibration:
    """Return what `forecast.calibration.draws.calibrate` learns, from the folder of the tables where it is kept there.

    Parameters and errors are its own. What had to be learned is kept, where the folder can be written; what a short
    history taught is not, for it is learned in no time.
    """
    if not is_kept(tables):
        return calibrate(tables, moment, until, seed=seed, country=country, assumed=assumed)
    asked = {"until": until, "seed": seed, "country": country, "assumed": assumed}
    path = place_of("calibration", tables, moment=moment, **asked)
    leaves = held(path)
    if leaves is not None:
        return cast("Calibration", built(Calibration, {**leaves, "records": records(tables, moment)}))
    made = calibrate(tables, moment, until, seed=seed, country=country, assumed=assumed)
    if not too_few(made.records):
        keep(path, {name: leaf for name, leaf in leaves_of(made).items() if not name.startswith("records.")})
        forget(path.parent, "calibration", MOST)
    return made
