"""What is said of quotas, in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from forecast.cli.tables import money, say, show
from forecast.quota.capacity import Capacity
from forecast.quota.quotas import Quotas
from forecast.quota.verdict import Verdict
from forecast.sentences.quota import quota_sentences
from forecast.wording.forecasts import chance
from simulations.intervals import Estimate
from simulations.plots.numerals import digits

#: Rows of reps that are printed; all are in the JSON and the tables.
MOST_ROWS = 40


def print_quotas(found: Quotas) -> None:
    """Print the sentences, what fits, the proposed quotas, the capacity plan and the seed.

    Parameters
    ----------
    found : Quotas
    """
    say(quota_sentences(found))
    unit = f", {found.draws.unit}" if found.draws.unit else ""
    period = f"{found.draws.start} to {found.draws.end}"
    rows = [
        (each.name, each.team, money(each.mean.mean), money(each.quota.mean), _span(each.quota))
        for each in found.curves
    ]
    show(
        f"What fits a chance of {found.asked.chance:.0%}, {period}{unit}",
        ("", "team", "expected", "fits", "95% interval"), rows[:MOST_ROWS], _more(rows),
    )  # fmt: skip
    if found.verdicts:
        lines = [_verdict(each) for each in found.verdicts]
        header = ("rep", "quota", "chance", "95% interval", "verdict", "fits", "hours now", "hours needed")
        show(f"Proposed quotas{unit}", header, lines[:MOST_ROWS], _more(lines))
    if found.capacity is not None:
        show(f"Capacity{unit}", ("", "value", ""), _capacity(found.capacity))
    click.echo(f"\nSeed {found.seed}, {found.draws.size:,} draws, pipecast {found.version}.")


def _span(value: Estimate) -> str:
    return f"{money(value.low)} to {money(value.high)}"


def _more(rows: Sequence[tuple[str, ...]]) -> str:
    left = len(rows) - MOST_ROWS
    return f"{left:,} more rows are in --json and --out." if left > 0 else ""


def _verdict(each: Verdict) -> tuple[str, ...]:
    now, needed = "-", "-"
    if each.hours is not None:
        now = "-" if each.hours.now is None else digits(each.hours.now)
        times = "" if each.hours.now is not None else " times"
        needed = "none" if each.hours.hours is None else f"{digits(each.hours.hours.mean)}{times}"
    return (
        each.rep, money(each.quota), chance(each.chance.mean), f"{chance(each.chance.low)} to {chance(each.chance.high)}",
        each.word, money(each.fits.mean), now, needed,
    )  # fmt: skip


def _capacity(plan: Capacity) -> list[tuple[str, str, str]]:
    return [
        ("target of the company", money(plan.target), f"chance {chance(plan.chance.mean)}"),
        ("expected as staffed", money(plan.expected.mean), _span(plan.expected)),
        (f"fits a chance of {plan.asked:.0%}", money(plan.fits.mean), _span(plan.fits)),
        *([] if plan.quotas is None else [("sum of the reps' quotas", money(plan.quotas), "")]),
        *_heads(plan),
        *(
            (f"{hire.hires} hired by", f"{hire.by}", f"chance {chance(hire.chance.mean)}")
            for hire in plan.plans
        ),
    ]


def _heads(plan: Capacity) -> Iterable[tuple[str, str, str]]:
    for each in plan.heads:
        hours = "" if each.hours is None else f"{digits(each.hours)} prospecting hours a week"
        yield f"ramped heads: {each.group}", f"{each.ramped:.1f}", hours
    if plan.productivity is not None:
        known = any(each.hours is not None for each in plan.heads)
        yield (
            "productivity",
            money(plan.productivity),
            f"per ramped head and {'hour of prospecting' if known else 'week'}",
        )
