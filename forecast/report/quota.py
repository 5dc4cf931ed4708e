"""The report's part on quotas: what fits, what is said of proposed ones, capacity, fairness."""

from __future__ import annotations

from forecast.plots.quota import draw_quotas
from forecast.quota.capacity import Capacity
from forecast.quota.curve import Curve
from forecast.quota.quotas import Quotas
from forecast.quota.verdict import Verdict
from forecast.report.analyst import Settings
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.sentences.quota import quota_sentences
from forecast.wording.forecasts import chance
from simulations.intervals import Estimate
from simulations.plots.numerals import digits, quantity, span


def quota_section(found: Quotas) -> Section:
    """Return what is said of quotas, with the picture and tables.

    Parameters
    ----------
    found : Quotas
    """
    answer, *told = (str(sentence) for sentence in quota_sentences(found))
    picture = Picture(
        "quotas",
        draw_quotas(found),
        "The chance of attainment over all quotas",
        "Falling lines from a quota to its chance: the company and its teams on the left, reps on the right; the numbers "
        "stand in the tables.",
        "A quota further to the right is attained more rarely. Diamonds are proposed quotas.",
    )
    tables = [_fitting(found), *([_proposed(found)] if found.verdicts else [])]
    tables += [_capacity(found.capacity, found.draws.unit)] if found.capacity is not None else []
    return Section(
        anchor="quotas",
        question="What quota is realistic?",
        answer=answer,
        cautions=(),
        passages=(Passage("", "", tuple(told), (picture,), tuple(tables)),),
    )


def quota_settings(found: Quotas) -> list[Settings]:
    """Return what an answer about quotas was made with."""
    rows = [
        ("source", f"{found.source} {found.name}"),
        ("period", f"{found.draws.start} to {found.draws.end}"),
        ("chance asked for", f"{found.asked.chance:.0%}"),
        ("draws", f"{found.draws.size:,}"),
        ("seed", str(found.seed)),
        *((name.replace("_", " "), f"{value:g}") for name, value in found.assumed.items()),
    ]
    return [Settings("Quotas", tuple(rows))]


def _fitting(found: Quotas) -> Table:
    unit = found.draws.unit
    rows = tuple(_fitting_row(each, unit) for each in found.curves)
    note = "Fits: the quota that is attained with the chance asked for; small print: 95% interval, as far as so many draws tell."
    return Table(f"What fits a chance of {found.asked.chance:.0%}", ("", "expected", "fits"), rows, note)


def _fitting_row(each: Curve, unit: str) -> tuple[Cell, ...]:
    return Cell(each.name, each.team), Cell(quantity(each.mean.mean, unit)), _amount(each.quota, unit)


def _amount(value: Estimate, unit: str) -> Cell:
    return Cell(quantity(value.mean, unit), span(value.low, value.high))


def _proposed(found: Quotas) -> Table:
    unit = found.draws.unit
    rows = tuple(_proposed_row(each, unit) for each in found.verdicts)
    note = (
        "Hours: prospecting hours a week (or times the present ones) with which the proposed quota would fit."
    )
    return Table("Proposed quotas", ("rep", "quota", "chance", "verdict", "fits", "hours"), rows, note)


def _proposed_row(each: Verdict, unit: str) -> tuple[Cell, ...]:
    return (
        Cell(each.rep, each.team), Cell(quantity(each.quota, unit)),
        Cell(chance(each.chance.mean), f"{chance(each.chance.low)} to {chance(each.chance.high)}"), Cell(each.word),
        _amount(each.fits, unit), _hours(each),
    )  # fmt: skip


def _hours(each: Verdict) -> Cell:
    needed = each.hours
    if needed is None:
        return Cell("not asked")
    now = "" if needed.now is None else f"now {digits(needed.now)}"
    if needed.hours is None:
        return Cell("none is enough", f"at best {chance(needed.best.mean)} with {digits(needed.best_hours)}")
    return Cell(digits(needed.hours.mean), now)


def _capacity(plan: Capacity, unit: str) -> Table:
    rows = [
        (
            Cell("target of the company"),
            Cell(quantity(plan.target, unit), f"chance {chance(plan.chance.mean)}"),
        ),
        (Cell("expected as staffed"), _amount(plan.expected, unit)),
        (Cell(f"fits a chance of {plan.asked:.0%}"), _amount(plan.fits, unit)),
    ]
    if plan.quotas is not None:
        rows.append((Cell("sum of the reps' quotas"), Cell(quantity(plan.quotas, unit))))
    rows += [
        (Cell(f"heads: {each.group}"), Cell(f"{each.ramped:.1f} of {each.seats}",
         "" if each.hours is None else f"{digits(each.hours)} prospecting hours a week"))
        for each in plan.heads
    ]  # fmt: skip
    if plan.productivity is not None:
        hours = any(each.hours is not None for each in plan.heads)
        words = "an hour of prospecting" if hours else "a week"
        rows.append(
            (Cell("productivity"), Cell(quantity(plan.productivity, unit), f"per ramped head and {words}"))
        )
    rows += [
        (Cell(f"{each.hires} hired by"), Cell(f"{each.by}", f"chance {chance(each.chance.mean)}"))
        for each in plan.plans
    ]
    return Table(
        "Capacity", ("", ""), tuple(rows), "Heads are ramped and at work, as the mean of the period's weeks."
    )
