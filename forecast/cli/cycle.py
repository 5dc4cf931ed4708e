"""`pipecast cycle`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import output_options, print_json, seed_option
from forecast.cli.reading import reading_options
from forecast.cli.stored import from_store, read_export_or_store
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.inflow import By, Inflow

DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Those of `forecast.inflow.BYS`, written out so that help needs no import.
BYS: tuple[By, ...] = ("introductions", "source", "owner", "team", "size")


@click.command()
@from_store
@click.option(
    "--by",
    "bys",
    type=click.Choice(BYS),
    multiple=True,
    help="What to tell apart; may be repeated. Default: all.",
)
@click.option("--from", "since", type=DAY, help="Only what was created from this day on.")
@click.option(
    "--introductions",
    metavar="SOURCE",
    multiple=True,
    help="A source that counts as introduction, where its name does not tell; may be repeated.",
)
@click.option(
    "--size-edges", metavar="A,B,...", help="Amounts between the size bands; default: three of one size."
)
@seed_option
@reading_options
@output_options
def cycle(files: tuple[Path, ...], **given: Any) -> None:
    """Say how long opportunities take, how many are won, and what enters in a week, by source, owner and size.

    FILE... is what `pipecast import` reads; with --store in its place, what was imported until --as-of. Every number has its interval and its trend; what rests on too little is
    not said.
    """
    edges = _edges(given["size_edges"])
    reading = read_export_or_store(files, given, None)
    found = _learn(reading, given, edges)
    if given["out"] is not None:
        from forecast.cli.deliver import deliver_inflow

        deliver_inflow(found, reading, given)
    if given["as_json"]:
        print_json(found.to_dict())
        return
    from forecast.cli.inflow import print_inflow

    print_inflow(found, reading.currency)
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def _learn(reading: Reading, given: dict[str, Any], edges: tuple[float, ...]) -> Inflow:
    import pandas as pd

    from forecast.inflow import Told, learn_inflow
    from forecast.known import as_of, moment_of_knowledge

    asked = None if given["store"] else given["as_of"]
    moment = reading.export_date if asked is None else moment_of_knowledge(asked)
    since = None if given["since"] is None else pd.Timestamp(given["since"])
    told = Told(tuple(given["introductions"]), edges)
    return learn_inflow(
        as_of(reading.tables, moment),
        moment,
        by=given["bys"] or BYS,
        since=since,
        told=told,
        seed=given["seed"],
    )


def _edges(text: str | None) -> tuple[float, ...]:
    """Return the amounts that ``10000,50000`` names."""
    try:
        return () if text is None else tuple(float(part) for part in text.split(","))
    except ValueError:
        allowed = "must be amounts separated by commas, such as 10000,50000"
        raise BadInput([Problem("--size-edges", "", "", str(text), allowed)]) from None
