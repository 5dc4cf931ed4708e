"""`pipecast lead`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import as_options, output_options, print_json, progress, tell_compilation

if TYPE_CHECKING:
    from forecast.library.leads import LeadAnswer

COMPANIES = 100
HEADER = (
    "shock",
    "CRM",
    "P&L",
    "lead",
    "soon",
    "silent",
    "in time",
    "off",
    "hours",
)
NOTE = (
    "Medians with 95% intervals, in weeks from the shock to the alarm of the CRM, to that of published profit and loss (P&L), "
    "and from the one to the other. Soon: share that the CRM tells within 5 weeks. Silent for 78 weeks, and told in time, before "
    "the quarter of the shock closes: shares, CRM / P&L. Off: median weeks between the shock and the week that the alarm "
    "names. Hours: weeks to the alarm where prospecting hours are recorded."
)


@click.command()
@click.argument("scenario", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--companies",
    type=click.IntRange(20, 100_000),
    default=COMPANIES,
    show_default=True,
    help="Simulated companies that suffer each shock; four times as many stay on plan.",
)
@click.option(
    "--shock", "shocks", multiple=True, metavar="KEY", help="Only this shock; may be repeated. Default: all."
)
@click.option("--workers", type=click.IntRange(1, 256), help="Cores to use; default: all.")
@click.option(
    "--seed", type=click.IntRange(0, (1 << 32) - 1), default=1, show_default=True, help="Of all chance."
)
@output_options
def lead(scenario: Path, companies: int, **given: Any) -> None:
    """Measure how many weeks before published profit and loss a CRM tells of a shock, in companies like the SCENARIO.

    Shocks: prospecting halves or stops, creation drifts, the win rate falls, the cycle lengthens, deals shrink, a rep
    leaves, reviews stop. Both sides get the same rate of false alarms.
    """
    from forecast.library.leads import measure_lead
    from simulations.scenario_file import load_scenario

    chosen = load_scenario(scenario)
    tell_compilation()
    with progress("companies", quiet=given["as_json"]) as tell, as_options():
        found = measure_lead(
            chosen, companies=companies, shock=given["shocks"], seed=given["seed"], workers=given["workers"], progress=tell
        )  # fmt: skip
    if given["out"] is not None:
        found.report(given["out"])
    if given["as_json"]:
        print_json(found.to_dict())
        return
    print_lead(found)
    click.echo(f"\nSeed {found.seed}, pipecast {version('pipecast')}.")
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def print_lead(found: LeadAnswer) -> None:
    """Print the sentences, and a table for each way of knowing and recording."""
    from forecast.cli.tables import say, show
    from forecast.sentences.lead import lead_sentences, of_knowledge, table_rows

    say(lead_sentences(found))
    for number, kind in enumerate(found.kinds):
        leads = [one for one in found.leads if (one.knowledge, one.recording) == kind]
        note = NOTE if number == len(found.kinds) - 1 else ""
        show(f"{found.companies} companies, {of_knowledge(leads[0])}", HEADER, table_rows(leads), note)
