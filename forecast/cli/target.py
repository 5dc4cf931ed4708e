"""What a forecast says, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from forecast.cli.beside import print_beside
from forecast.cli.export import print_findings
from forecast.cli.tables import money, say, show
from forecast.sentences.forecasts import forecast_sentences, unit_of
from forecast.wording.forecasts import chance

if TYPE_CHECKING:
    from forecast.forecasting import Forecast

#: Ranges of the bookings: how many cases they hold, and between which quantiles.
RANGES = (
    ("5 of 10 cases", "0.25", "0.75"),
    ("8 of 10 cases", "0.1", "0.9"),
    ("19 of 20 cases", "0.025", "0.975"),
)


def print_forecast(result: Forecast, currency: str = "") -> None:
    """Print the sentences, the distribution, its parts, the weighted pipelines, the findings and the seed.

    Parameters
    ----------
    result : Forecast
    currency : str
        Of the amounts; empty where unknown.
    """
    serious = [finding for finding in result.findings if finding.severity == "serious"]
    if serious:
        click.secho("Before any number below is believed:", bold=True)
        say(finding.message for finding in serious)
        click.echo()
    say(forecast_sentences(result, currency))
    whole, unit = result.to_dict(), unit_of(result, currency)
    _print_bookings(result, whole, f", {unit}" if unit else "")
    _print_chances(whole)
    _print_weighted(whole["weighted_pipeline"])
    print_beside(result, currency, unit)
    print_findings(result.findings)
    click.echo(f"\nSeed {result.asked.seed}, {result.asked.draws:,} draws, pipecast {result.version}.")


def _print_bookings(result: Forecast, whole: dict[str, Any], unit: str) -> None:
    asked, bookings, parts = result.asked, whole["bookings"], whole["parts"]
    rows = [
        ("booked already", money(parts["booked"])),
        ("from open opportunities, expected", money(parts["open"])),
        ("from opportunities not yet created, expected", money(parts["new"])),
        ("all together, expected (mean)", money(bookings["mean"])),
        ("in the middle (median)", money(bookings["quantiles"]["0.5"])),
        *(
            (words, f"{money(bookings['quantiles'][low])} to {money(bookings['quantiles'][high])}")
            for words, low, high in RANGES
        ),
    ]
    if asked.target is not None:
        rows += [("target", money(asked.target)), ("chance to reach it", chance(whole["chance_of_target"]))]
    show(
        f"Bookings {asked.start:%Y-%m-%d} to {asked.end:%Y-%m-%d}{unit}",
        ("", "value"),
        rows,
        note=f"Knowledge ends at {asked.moment:%Y-%m-%d %H:%M}.",
    )


def _print_chances(whole: dict[str, Any]) -> None:
    if whole["chance_by_target"]:
        show(
            "The chance of other targets",
            ("target", "times the mean", "chance"),
            [
                (money(point["target"]), f"{point['times_mean']:g}", chance(point["chance"]))
                for point in whole["chance_by_target"]
            ],
        )


def _print_weighted(weighted: dict[str, Any]) -> None:
    show(
        "The weighted pipeline, in its three kinds",
        ("kind", "value"),
        [
            ("calibrated in period: as such deals were won by then", money(weighted["calibrated_in_period"])),
            ("calibrated: as such deals were won at any time", money(weighted["calibrated"])),
            (
                "crm: typed probability, expected to close in the period",
                "none" if weighted["crm"] is None else money(weighted["crm"]),
            ),
            (
                "pipeline optimism: crm less calibrated in period",
                "none" if weighted["optimism"] is None else money(weighted["optimism"]),
            ),
        ],
        note=f"None: {weighted['crm_reason']}."
        if weighted["crm"] is None
        else "Only the first may be added to bookings.",
    )
