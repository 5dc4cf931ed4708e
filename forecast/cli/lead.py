"""`pipecast lead`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import output_options, print_json, progress, tell_compilation
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.lead.measuring import LeadTable

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
    from forecast.lead.measuring import Effort, measure_lead
    from forecast.lead.shocks import SHOCKS
    from simulations.scenario_file import load_scenario

    known = {shock.key: shock for shock in SHOCKS}
    wrong = [key for key in given["shocks"] if key not in known]
    if wrong:
        raise BadInput(Problem("--shock", "", "", key, f"must be one of {', '.join(known)}") for key in wrong)
    chosen = load_scenario(scenario)
    tell_compilation()
    with progress("companies", quiet=given["as_json"]) as tell:
        found = measure_lead(
            chosen, companies=companies, seed=given["seed"], effort=Effort(given["workers"], tell),
            shocks=[known[key] for key in given["shocks"]] or SHOCKS,
        )  # fmt: skip
    if given["out"] is not None:
        _deliver(found, given["out"])
    if given["as_json"]:
        print_json(found.to_dict())
        return
    print_lead(found)
    click.echo(f"\nSeed {found.seed}, pipecast {version('pipecast')}.")
    if given["out"] is not None:
        click.echo(f"Wrote {given['out']}/")


def print_lead(found: LeadTable) -> None:
    """Print the sentences, and a table for each way of knowing and recording."""
    from forecast.cli.tables import say, show
    from forecast.sentences.lead import lead_sentences, of_knowledge, table_rows

    say(lead_sentences(found))
    kinds = dict.fromkeys((one.knowledge, one.recording) for one in found.leads)
    for number, kind in enumerate(kinds):
        leads = [one for one in found.leads if (one.knowledge, one.recording) == kind]
        note = NOTE if number == len(kinds) - 1 else ""
        show(f"{found.companies} companies, {of_knowledge(leads[0])}", HEADER, table_rows(leads), note)


def _deliver(found: LeadTable, folder: Path) -> None:
    from forecast.cli.deliver import deliver_files
    from forecast.plots.lead import draw_lead
    from forecast.report.spreadsheet import frame_table
    from simulations.plots.files import rendered

    files = {"lead.csv": frame_table(found.to_frame())}
    kinds = list(dict.fromkeys((one.knowledge, one.recording) for one in found.leads))
    for place, (knowledge, recording) in enumerate(kinds):
        name = f"lead-{knowledge}-{recording}".replace(" ", "-")
        for kind in ("png", "svg"):
            files[f"{name}.{kind}"] = rendered(draw_lead(found, place), kind)
    deliver_files(folder, files)
