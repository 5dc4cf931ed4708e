"""What stands beside a forecast's distribution, in the terminal: what the target asks for, parts, risks, the walk."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from forecast.calls.call import HUNDREDTHS, LINES
from forecast.calls.walk import TO_CREATE
from forecast.cli.tables import heading, money, percent, say, show
from forecast.sentences.target import risk_sentences, roll_up_sentences, target_sentences
from forecast.sentences.walk import walk_sentences
from forecast.wording.forecasts import chance

if TYPE_CHECKING:
    from forecast.calls.call import Line
    from forecast.calls.walk import Walk
    from forecast.forecasting import Forecast
    from forecast.risks import Risks
    from forecast.rollups.rollup import RollUp
    from forecast.targets.required import Required

#: Parts, movers and deals that are printed; all of them are in the JSON and the CSV tables.
MOST_PARTS, MOST_MOVERS = 25, 10


def print_beside(result: Forecast, currency: str, unit: str) -> None:
    """Print what was asked for beside the distribution.

    Parameters
    ----------
    result : Forecast
    currency : str
        Of the amounts; empty where unknown.
    unit : str
        The currency, or ``deals``.
    """
    if result.required is not None and not result.required.coverage.reached:
        say(target_sentences(result, currency))
        print_required(result, result.required)
    for part in result.roll_ups:
        print_roll_up(part, unit)
    if result.risks is not None:
        print_risks(result.risks, unit)
    if result.walk is not None:
        print_walk(result.walk, unit)


def print_required(result: Forecast, required: Required) -> None:
    """Print what the target asks for."""
    creation, useful, coverage = required.creation, required.last_useful, required.coverage
    rows = [
        ("confidence", percent(required.confidence)),
        ("new opportunities a week, required", money(creation.per_week)),
        ("new opportunities a week, at the present pace", money(creation.present)),
        ("last useful creation date", "-" if useful.day is None else f"{useful.day:%Y-%m-%d}"),
        (
            "most of what is created after is too late",
            "-" if useful.half is None else f"{useful.half:%Y-%m-%d}",
        ),
        ("coverage", _times(result.coverage.ratio)),
        ("coverage required, open deals alone", _times(coverage.ratio)),
        ("coverage required, with new business as expected", _times(coverage.with_new)),
    ]
    why = [reason for reason in (creation.reason, coverage.reason) if reason]
    show("What the target asks for", ("", "value"), rows, note=f"None: {'; '.join(why)}." if why else "")


def _times(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f} times"


def print_roll_up(whole: RollUp, unit: str) -> None:
    """Print bookings by part, the largest first."""
    frame = whole.to_frame()
    shown = frame if whole.by == "month" else frame.head(MOST_PARTS)
    quotas = bool(frame["target"].notna().any())
    rows = []
    for name, row in shown.iterrows():
        cells = [str(name), *(money(row[column]) for column in ("booked", "open", "new", "mean"))]
        cells.append(f"{money(row['p10'])} to {money(row['p90'])}")
        if quotas:
            cells += [money(row["target"]), "-" if math.isnan(row["chance"]) else chance(row["chance"])]
        rows.append(cells)
    header = (
        whole.by,
        "booked",
        "open",
        "new",
        "in all",
        "8 of 10 cases",
        *(("quota", "chance") if quotas else ()),
    )
    left = f" {len(frame) - len(shown)} smaller parts are not shown." if len(shown) < len(frame) else ""
    show(
        f"Bookings by {whole.by}{f', {unit}' if unit else ''}",
        header,
        rows,
        note=f"Means. The parts of every draw add up to its total; the ranges do not.{left}",
    )
    say(roll_up_sentences(whole, unit))


def print_risks(found: Risks, unit: str) -> None:
    """Print the open deals on which the target hangs."""
    rows = [
        (
            deal.name or deal.id,
            deal.owner or "-",
            money(deal.amount),
            "-" if deal.expected_close is None else f"{deal.expected_close:%Y-%m-%d}",
            chance(deal.chance),
            chance(deal.given_won),
            chance(deal.given_lost),
            f"{deal.moves * 100:.1f} ± {deal.error * 100:.1f}",
        )
        for deal in found.deals
    ]
    if rows:
        show(
            f"Which deals carry the risk{f', {unit}' if unit else ''}",
            ("deal", "owner", "amount", "expected", "won", "if won", "if not", "points"),
            rows,
            note="Won: chance to be won in the period. If won, if not: chance of the target then, all else in every draw as it is. "
            "Points: their difference in percent, with its standard error.",
        )
    say(risk_sentences(found, unit))


def print_walk(walk: Walk, unit: str) -> None:
    """Print the walk to target, what moved it, and who."""
    heading("The walk to target")
    say(walk_sentences(walk, unit))
    rows = [
        _line(walk, line)
        for line in walk.now.lines
        if line.deals or walk.change(line.name) or line.name == "booked"
    ]
    rows.append(
        (TO_CREATE, money(walk.now.to_create / HUNDREDTHS), "-", "-", _signed(walk.change(TO_CREATE)))
    )
    rows.append(("target", money(walk.now.target), "-", "-", "-"))
    rows += [_line(walk, line) for line in walk.now.left_out if line.deals]
    show(
        f"Booked, promised and still to create{f', {unit}' if unit else ''}",
        ("line", "value", "deals", "history expects", "change"),
        rows,
        note="Amounts as typed, of deals expected to close in the period; below the target what the call leaves out. Change: "
        f"against what was known before {walk.then.moment:%Y-%m-%d %H:%M}.",
    )
    if not walk.movements:
        click.echo("Nothing moved.")
        return
    for what, words in (("kind", "What moved the call"), ("owner", "Who moved the call")):
        _print_moves(walk, what, words)
    show(
        "The largest movements",
        ("deal", "owner", "what", "from", "to", "value"),
        [
            (
                move.name or move.id,
                move.owner,
                move.kind,
                move.leaves or "-",
                move.enters or "-",
                money(move.value),
            )
            for move in walk.movements[:MOST_MOVERS]
        ],
    )


def _line(walk: Walk, line: Line) -> tuple[str, ...]:
    return (
        line.name,
        money(line.value),
        f"{line.deals:,}",
        "-" if line.expected is None else money(line.expected),
        _signed(walk.change(line.name)),
    )


def _signed(hundredths: int) -> str:
    return f"{'+' if hundredths > 0 else ''}{money(hundredths / HUNDREDTHS)}"


def _print_moves(walk: Walk, what: str, title: str) -> None:
    sums = walk.by(what).head(MOST_PARTS)
    names = [line for line in (*LINES, TO_CREATE) if sums[line].any() or line == TO_CREATE]
    rows = [
        (str(key), *(_signed(round(row[name] * HUNDREDTHS)) for name in names))
        for key, row in sums.iterrows()
    ]
    show(title, (what, *names), rows)
