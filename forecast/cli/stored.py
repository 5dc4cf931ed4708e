"""What commands do with a store: put a reading into it, read what was known at a moment, list what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from forecast.cli.deliver import writable
from forecast.cli.options import print_json
from forecast.cli.reading import moment_asked, read_export
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.crm import Reading
    from forecast.store import Added, Snapshot, Store
    from simulations.tables import CrmTables

Command = TypeVar("Command", bound=Callable[..., Any])
ADDRESS = "an SQLite file, or a database such as postgresql://user@host/name"
EITHER = "give either an export or --store, not both"
NEEDS_STORE = "needs --store: an export knows no other times"
HAS_BEEN_READ = "has no effect on what a store holds: it was read when it was imported; leave it out"
#: Options that say how an export is to be read.
READ_ALREADY = ("mapping", "pipeline", "all_pipelines", "rates", "encoding")
NEITHER = "give an export to read, or --store with what was imported"


def from_store(command: Command) -> Command:
    """Let a command that reads an export read from a store as well."""
    for option in (recorded_by_option, store_option("Read from the snapshots of a store: ")):
        command = option(command)
    argument = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
    return argument(command)


def store_option(says: str, *, required: bool = False) -> Callable[[Command], Command]:
    """Return what adds `--store`."""
    return click.option("--store", metavar="FILE or URL", required=required, help=f"{says}{ADDRESS}.")


def recorded_by_option(command: Command) -> Command:
    """Add `--recorded-by`."""
    return click.option(
        "--recorded-by",
        metavar="MOMENT",
        help="Only what was in the store by then (UTC): what was known before a later correction.",
    )(command)


@contextmanager
def opened(given: dict[str, Any], *, create: bool = False) -> Iterator[Store]:
    """Give the store that the options name, and let go of it."""
    from forecast.store import open_store

    with open_store(given["store"], create=create) as store:
        yield store


def store_name(given: dict[str, Any]) -> str:
    """Return the store that the options name, without a password."""
    from forecast.store import address_of

    return address_of(given["store"]).name


def read_export_or_store(files: Sequence[Path], given: dict[str, Any], start: Any) -> Reading:
    """Return the reading of an export, or what the store knew at the moment that is asked for."""
    if bool(files) == (given["store"] is not None):
        raise BadInput([Problem("--store", "", "", "", EITHER if files else NEITHER)])
    if files:
        _refuse(given, ("recorded_by",), NEEDS_STORE)
        return read_export(files, given, start)
    _refuse(given, READ_ALREADY, HAS_BEEN_READ)
    from forecast.store import known_at

    moment = moment_asked("--as-of", given["as_of"], start)
    with opened(given) as store:
        return known_at(store, moment, recorded_by(given))


def _refuse(given: dict[str, Any], names: Sequence[str], why: str) -> None:
    """Refuse options that would have no effect."""
    told = [name for name in names if given[name] not in (None, False)]
    if told:
        raise BadInput(Problem(f"--{name.replace('_', '-')}", "", "", str(given[name]), why) for name in told)


def snapshots_until(
    moment: pd.Timestamp, given: dict[str, Any], *, begun_by: pd.Timestamp | None = None
) -> list[tuple[pd.Timestamp, CrmTables]]:
    """Return the snapshots that the store holds until a moment, in the order of their moments; none without a store.

    Parameters
    ----------
    moment : Timestamp
        The last that is wanted.
    given : dict
        The command's options.
    begun_by : Timestamp, optional
        By which the first must have been taken for any to be of use; where it was not, none is read.
    """
    if given["store"] is None:
        return []
    with opened(given) as store:
        there = [one for one in store.current(recorded_by(given)) if one.moment <= moment]
        if begun_by is not None and there and there[0].moment > begun_by:
            return []
        return [(one.moment, store.reading(one).tables) for one in there]


def as_of_asked(given: dict[str, Any]) -> str | None:
    """Return the moment of knowledge that is asked of a reading; a store has chosen its snapshot by it already."""
    told: str | None = None if given["store"] else given["as_of"]
    return told


def recorded_by(given: dict[str, Any]) -> pd.Timestamp | None:
    """Return the moment that `--recorded-by` names."""
    moment: pd.Timestamp | None = moment_asked("--recorded-by", given["recorded_by"])
    return moment


def add_reading(reading: Reading, given: dict[str, Any]) -> Added:
    """Put a reading into the store that the options name."""
    import hashlib

    files = [(Path(file).name, hashlib.sha256(Path(file).read_bytes()).hexdigest()) for file in reading.files]
    with opened(given, create=True) as store:
        return store.add(reading, moment_asked("--as-of", given["as_of"]), files=files)


def print_added(added: Added, given: dict[str, Any]) -> None:
    """Print what became of a reading that was put into a store."""
    snapshot, counts, name = added.snapshot, added.counts, store_name(given)
    known = f"what was known before {snapshot.moment:%Y-%m-%d %H:%M}"
    if not added.changed:
        since = "; it was corrected since, and that stays" if added.corrected else ""
        click.echo(f"\n{name}: holds {known} already; nothing was changed{since}.")
        return
    click.echo(f"\n{name}: snapshot {snapshot.number}, {known}, is now in it.")
    if added.corrects is not None:
        click.echo(
            f"It corrects snapshot {added.corrects.number}, recorded {added.corrects.recorded:%Y-%m-%d %H:%M} UTC, which "
            "is kept."
        )
    if snapshot.number == 1:
        click.echo(f"It is the first, with {counts.new:,} opportunities.")
        return
    click.echo(
        f"Against the snapshot recorded before it: {counts.new:,} opportunities new, {counts.revised:,} changed, "
        f"{counts.gone:,} no longer there, {counts.same:,} as before."
    )


@click.command()
@store_option("The store: ", required=True)
@click.option(
    "--as-of", "as_of", metavar="DAY", help="With --out: the moment of knowledge; default: the last snapshot."
)
@recorded_by_option
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON, nothing else.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writable,
    help="Folder for the tables of one snapshot, as CSV: what was known at --as-of.",
)
def snapshots(**given: Any) -> None:
    """List the snapshots that a store holds: of which moment, when recorded, from what; or take one out."""
    if given["as_of"] is not None and given["out"] is None:
        raise BadInput([Problem("--as-of", "", "", given["as_of"], "needs --out: the list holds all")])
    recorded = recorded_by(given)
    with opened(given) as store:
        found = store.snapshots(recorded)
        if given["out"] is not None:
            _take_out(store, given)
    if given["as_json"]:
        print_json({"snapshots": [snapshot.to_dict() for snapshot in found]})
        return
    _print_snapshots(found, store_name(given))
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _take_out(store: Store, given: dict[str, Any]) -> None:
    """Leave the tables of a snapshot in a folder."""
    from forecast.cli.deliver import deliver_files
    from forecast.report.spreadsheet import frame_table
    from forecast.store import known_at

    tables = known_at(store, moment_asked("--as-of", given["as_of"]), recorded_by(given)).tables
    names = ("opportunities", "stage_history", "activities", "owners")
    deliver_files(given["out"], {f"{name}.csv": frame_table(getattr(tables, name)) for name in names})


def _print_snapshots(found: Sequence[Snapshot], name: str) -> None:
    from forecast.cli.tables import show

    rows = [
        (
            str(one.number),
            f"{one.moment:%Y-%m-%d %H:%M}",
            f"{one.recorded:%Y-%m-%d %H:%M}",
            f"{one.opportunities:,}",
            one.shape,
            ", ".join(file for file, _ in one.files) or "-",
        )
        for one in found
    ]
    header = ("number", "known before", "recorded (UTC)", "opportunities", "read as", "files")
    note = "Of several snapshots of one moment the one recorded last counts; the others are kept (--recorded-by)."
    show(f"Snapshots in {name}", header, rows, note)
