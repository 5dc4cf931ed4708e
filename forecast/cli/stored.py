"""What commands do with a store: put a reading into it, read what was known at a moment, list what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from forecast.cli.options import print_json
from forecast.cli.reading import moment_asked, read_export
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.crm import Reading
    from forecast.store import Added, Store

Command = TypeVar("Command", bound=Callable[..., Any])
ADDRESS = "an SQLite file, or a database such as postgresql://user@host/name"
EITHER = "give either an export or --store, not both"
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


def read_export_or_store(files: Sequence[Path], given: dict[str, Any], start: Any) -> Reading:
    """Return the reading of an export, or what the store knew at the moment that is asked for."""
    if bool(files) == (given["store"] is not None):
        found = given["store"] or ""
        raise BadInput([Problem("--store", "", "", found, EITHER if files else NEITHER)])
    if files:
        return read_export(files, given, start)
    from forecast.store import known_at

    moment = moment_asked("--as-of", given["as_of"], start)
    with opened(given) as store:
        return known_at(store, moment, recorded_by(given))


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
    snapshot, counts = added.snapshot, added.counts
    known = f"what was known before {snapshot.moment:%Y-%m-%d %H:%M}"
    if not added.changed:
        since = "; it was corrected since, and that stays" if added.corrected else ""
        click.echo(f"\n{given['store']}: holds {known} already; nothing was changed{since}.")
        return
    click.echo(f"\n{given['store']}: snapshot {snapshot.number}, {known}, is now in it.")
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
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON, nothing else.")
def snapshots(**given: Any) -> None:
    """List the snapshots that a store holds: of which moment, when recorded, from what."""
    with opened(given) as store:
        found = store.snapshots()
    if given["as_json"]:
        print_json({"snapshots": [snapshot.to_dict() for snapshot in found]})
        return
    from forecast.cli.tables import show

    rows = [
        (
            str(one.number),
            f"{one.moment:%Y-%m-%d %H:%M}",
            f"{one.recorded:%Y-%m-%d %H:%M}",
            f"{one.opportunities:,}",
            one.shape,
            ", ".join(name for name, _ in one.files) or "-",
        )
        for one in found
    ]
    header = ("number", "known before", "recorded (UTC)", "opportunities", "read as", "files")
    note = "Of several snapshots of one moment the one recorded last counts; the others are kept (--recorded-by)."
    show(f"Snapshots in {given['store']}", header, rows, note)
