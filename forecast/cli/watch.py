"""`pipecast watch`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.options import output_options, print_json, seed_option, unit_option
from forecast.cli.reading import reading_options
from forecast.cli.stored import as_of_asked, from_store, read_export_or_store, snapshots_until
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forecast.crm import Reading
    from forecast.library.watching import WatchAnswer

DAY = click.DateTime(formats=["%Y-%m-%d"])
#: What the command ends with where there is an alarm and `--fail-on-alarm` was given.
ALARMED = 3
#: Seconds that an address may take to answer.
PATIENCE = 10.0


@click.command()
@from_store
@click.option("--start", type=DAY, help="First day of the watch, of 52 weeks; default: of the calendar year.")
@click.option("--target", type=click.FloatRange(min=0), help="Of the watch, for its chance.")
@unit_option("What bookings count.")
@click.option(
    "--family", type=click.Choice(["team", "everybody"]), default="everybody", show_default=True,
    help="Whose false alarms are as rare as stated: the team's monitors, or those of the team and every rep.",
)  # fmt: skip
@click.option("--country", metavar="CODE", help="On whose public holidays nobody works, such as US.")
@click.option(
    "--prospecting",
    metavar="FILE",
    multiple=True,
    help="Prospecting records, as `pipecast prospecting` reads them; may be repeated.",
)
@click.option(
    "--market-cv",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    help="Assumed yearly variation of the market.",
)
@click.option(
    "--persistence-weeks",
    type=click.FloatRange(1, 520),
    default=26,
    show_default=True,
    help="Assumed persistence of the market.",
)
@click.option(
    "--years",
    type=click.IntRange(200, 100_000),
    default=2_000,
    show_default=True,
    help="Drawn to find the thresholds.",
)
@seed_option
@click.option("--webhook", metavar="URL", help="Also post the JSON to this address (http or https).")
@click.option("--fail-on-alarm", is_flag=True, help="End with exit code 3 where there is an alarm.")
@reading_options
@output_options
def watch(files: tuple[Path, ...], **given: Any) -> None:
    """Say whether reality is leaving the plan, in what, since when, how sure that is, what it costs and what repairs it.

    FILE... is what `pipecast import` reads; with --store in its place, what was imported until --as-of. The plan is learned from
    the 52 weeks before --start; slips are watched where the store's snapshots reach back so far.
    """
    reading = read_export_or_store(files, given, None)
    found = _today(reading, given)
    if given["webhook"] is not None:
        post(given["webhook"], found.to_dict())
    if given["out"] is not None:
        from forecast.cli.deliver import deliver
        from forecast.report import Results

        deliver(given["out"], Results(alarms=found, currency=reading.currency))
    if given["as_json"]:
        print_json(found.to_dict())
    else:
        _print(found, reading.currency)
    if given["fail_on_alarm"] and found.picture.alarms:
        raise SystemExit(ALARMED)


def _today(reading: Reading, given: dict[str, Any]) -> WatchAnswer:
    from forecast.alarms.market import Market
    from forecast.library.sources import moment_of
    from forecast.library.watching import begin_of, slips_from
    from forecast.library.watching import watch as watch_pipeline

    told = as_of_asked(given)
    moment = moment_of(reading, told)
    start = begin_of(given["start"], moment)
    words = {name: given[name] for name in ("target", "unit", "family", "country", "years", "seed")}
    return watch_pipeline(
        reading, start=start, as_of=told, market=Market(given["market_cv"], given["persistence_weeks"]),
        prospecting=_records(moment, given), snapshots=snapshots_until(moment, given, begun_by=slips_from(start)), **words,
    )  # fmt: skip


def _records(moment: pd.Timestamp, given: dict[str, Any]) -> pd.DataFrame | None:
    if not given["prospecting"]:
        return None
    from forecast.library.records import record_file
    from forecast.prospecting import read_records

    return read_records([record_file(text) for text in given["prospecting"]], until=moment).table


def post(url: str, told: dict[str, Any]) -> None:
    """Post what was found as JSON; nothing else is sent.

    Raises
    ------
    BadInput
        The address is none of http or https, cannot be reached, or refuses.
    """
    import json
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    if not url.lower().startswith(("http://", "https://")):
        raise BadInput([Problem("--webhook", "", "", url, "must begin with http:// or https://")])
    body = json.dumps(told, allow_nan=False).encode()
    request = Request(url, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - the scheme is checked above
    try:
        with urlopen(request, timeout=PATIENCE):  # noqa: S310 - same
            pass
    except (URLError, OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()  # it holds the connection
        raise BadInput([Problem("--webhook", "", "", url, f"could not be posted to: {error}")]) from None


def _print(found: WatchAnswer, currency: str) -> None:
    from forecast.cli.tables import money, say, show
    from forecast.sentences.alarm import TEAM_NAME, alarm_sentences, holidays, luck

    say(alarm_sentences(found, currency))
    told = [each for each in found.picture.readings if each.state != "quiet" or not each.owner]
    rows = [
        (
            each.owner or TEAM_NAME, each.monitor, each.state, f"{each.since or '-'}", luck(each.chance),
            "-" if each.cost is None else money(each.cost.by_end),
        )
        for each in told
    ]  # fmt: skip
    show(
        f"After week {found.picture.week}, known by {found.picture.moment}; watched since {found.start}",
        ("who", "monitor", "state", "since", "luck", "cost by the end"),
        rows,
        note=f"Learned from the {found.learned_weeks} weeks before. Alarms of this family on plan: at most {found.picture.false_alarms:.0%} "
        f"of years, if the market varies by {found.market.yearly_cv:.0%} from year to year and keeps its course for "
        f"{found.market.persistence_weeks:g} weeks. Public holidays: {holidays(found)}. Of reps only what is not quiet is shown.",
    )
    click.echo(f"\nSeed {found.seed}, {found.years} drawn years, pipecast {found.version}.")
