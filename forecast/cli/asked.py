"""What `pipecast forecast` may be asked beside the distribution: parts, confidence, the walk to target."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simulations.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.calibration.assumed import Assumed
    from simulations.tables import CrmTables

Command = TypeVar("Command", bound=Callable[..., Any])
#: Open deals that are listed because the target hangs on them.
MOST_RISKS = 10
WALKED = ("walk", "since", "earlier")


def asked_options(command: Command) -> Command:
    """Add `--by`, `--confidence`, `--walk`, `--since`, `--earlier`, `--assume-win-rate` and `--assume-cycle-days`."""
    for option in (
        click.option(
            "--earlier",
            type=click.Path(path_type=Path),
            help="With --walk: an earlier export of the same CRM, which tells more than the same file as of then.",
        ),
        click.option(
            "--since",
            metavar="DAY",
            help="With --walk: knowledge of the earlier call; default: seven days before, or that of --earlier.",
        ),
        click.option(
            "--walk",
            is_flag=True,
            help="Also the walk to target of the forecast call, what moved it since an earlier one, and who.",
        ),
        click.option(
            "--confidence",
            type=click.FloatRange(0, 1, min_open=True, max_open=True),
            default=0.8,
            show_default=True,
            help="With which the target is to be reached, for what must be created and covered.",
        ),
        click.option(
            "--by",
            type=click.Choice(["owner", "team", "source", "product", "month"]),
            multiple=True,
            help="Bookings by part as well; repeat for more.",
        ),
    ):
        command = option(command)
    return _assumed_options(command)


def _assumed_options(command: Command) -> Command:
    command = click.option(
        "--assume-cycle-days", type=float, help="With --assume-win-rate: median days from creation to won."
    )(command)
    return click.option(
        "--assume-win-rate",
        type=float,
        help="Where too few are closed to teach it: share of the opportunities that are won, such as 0.2.",
    )(command)


def check_asked(given: dict[str, Any]) -> list[Problem]:
    """Return what the options alone show to be wrong."""
    pair = [given["assume_win_rate"], given["assume_cycle_days"]]
    if pair.count(None) == 1:
        allowed = "give both --assume-win-rate and --assume-cycle-days, or neither"
        return [Problem("--assume-win-rate", "", "", "", allowed)]
    named = [name for name in WALKED if given[name]]
    if not named:
        return []
    problems = []
    if given["target"] is None and given["targets_file"] is None:
        problems.append(Problem(f"--{named[0]}", "", "", "", "needs --target or --targets-file"))
    if not given["walk"]:
        problems.append(Problem(f"--{named[0]}", "", "", str(given[named[0]]), "needs --walk"))
    if given["earlier"] is not None and given["store"] is not None:
        allowed = "give an export for both calls, or a --store that holds them"
        problems.append(Problem("--earlier", "", "", str(given["earlier"]), allowed))
    return problems


def asked(given: dict[str, Any], moment: pd.Timestamp, target: float | None) -> dict[str, Any]:
    """Return what the forecast is asked beside the distribution, by the names of its parameters.

    Parameters
    ----------
    given : dict
        The command's options.
    moment : Timestamp
        Of the forecast's knowledge.
    target : float or None
    """
    since, earlier = _walk(given, moment) if given["walk"] else (None, None)
    return {
        "by": given["by"],
        "confidence": given["confidence"],
        "risks": 0 if target is None else MOST_RISKS,
        "since": since,
        "earlier": earlier,
        "quotas": _quotas(given),
        "assumed": _assumed(given),
    }


def _assumed(given: dict[str, Any]) -> Assumed | None:
    """Return what stands in for a history that is too short."""
    if given["assume_win_rate"] is None:
        return None
    from forecast.calibration.assumed import Assumed

    return Assumed(given["assume_win_rate"], given["assume_cycle_days"])


def _walk(given: dict[str, Any], moment: pd.Timestamp) -> tuple[pd.Timestamp, CrmTables | None]:
    """Return the moment of the earlier call, and the tables that it is read from where they are others."""
    import pandas as pd

    from forecast.cli.reading import moment_asked, read_export
    from forecast.cli.stored import opened, recorded_by

    since = moment_asked("--since", given["since"])
    if given["earlier"] is not None:
        before = read_export([given["earlier"]], {**given, "as_of": given["since"]}, None)
        return since or before.export_date, before.tables
    since = since or moment - pd.Timedelta(days=7)
    if given["store"] is None:
        return since, None
    from forecast.store import known_at

    with opened(given) as store:
        stored = known_at(store, since, recorded_by(given))
    return stored.export_date, stored.tables


def _quotas(given: dict[str, Any]) -> dict[str, float]:
    """Return the targets of owners that the targets file has for the whole period."""
    if given["targets_file"] is None or not {"owner", "team"} & set(given["by"]):
        return {}
    import pandas as pd

    from forecast.plan import owners_targets, read_targets

    targets = read_targets(given["targets_file"])
    return owners_targets(targets, pd.Timestamp(given["start"]), pd.Timestamp(given["end"]))
