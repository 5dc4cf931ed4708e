"""What is said of quotas, in sentences that need no statistics: chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.quota.capacity import NEVER, Capacity
from forecast.quota.curve import Curve
from forecast.quota.fairness import Fairness
from forecast.quota.quotas import Quotas
from forecast.quota.together import Together
from forecast.quota.verdict import Verdict
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount, chance, long_day
from simulations.wording import three_digits

#: Quotas whose sums differ by less than this share are about the same.
SAME = 0.01
#: Shares of luck between which it is about half.
HALF = (0.45, 0.55)
#: Proposed quotas that are spoken of one by one.
SPOKEN_OF = 3


def quota_sentences(found: Quotas) -> tuple[Sentence, ...]:
    """Return what an answer about quotas says, the most important first.

    Parameters
    ----------
    found : Quotas
    """
    parts = (_sheet, _capacity, _company, _reps, _together, _fairness, _assumed)
    return tuple(sentence for part in parts for sentence in part(found))


def _company(found: Quotas) -> Iterator[Sentence]:
    quota, unit = found.curve().quota, found.draws.unit
    yield say(
        "quota.company", quota=amount(quota.mean, unit), low=amount(quota.low, unit), high=amount(quota.high, unit),
        chance=f"{found.asked.chance:.0%}", start=long_day(found.draws.start), end=long_day(found.draws.end),
        draws=f"{found.draws.size:,}",
    )  # fmt: skip


def _reps(found: Quotas) -> Iterator[Sentence]:
    reps, unit = [each for each in found.curves if each.level == "rep"], found.draws.unit
    if not reps:
        return
    least, most = (end(reps, key=lambda each: each.quota.mean) for end in (min, max))
    if least.quota.mean == most.quota.mean:
        quota = least.quota
        yield say(
            "quota.reps_one",
            quota=amount(quota.mean, unit),
            low=amount(quota.low, unit),
            high=amount(quota.high, unit),
        )
    else:
        yield say(
            "quota.reps_many", least=amount(least.quota.mean, unit), least_name=least.name,
            most=amount(most.quota.mean, unit), most_name=most.name,
        )  # fmt: skip
    yield _sum(reps, found.curve(), unit)


def _sum(reps: list[Curve], company: Curve, unit: str) -> Sentence:
    whole = sum(each.quota.mean for each in reps)
    quota = company.quota.mean
    off = whole / quota - 1 if quota > 0 else 0.0
    words = {"sum": amount(whole, unit), "quota": amount(quota, unit), "share": f"{abs(off):.0%}"}
    if abs(off) < SAME:
        return say("quota.sum_same", **words)
    return say("quota.sum_above" if off > 0 else "quota.sum_below", **words)


def _sheet(found: Quotas) -> Iterator[Sentence]:
    said, unit = found.verdicts, found.draws.unit
    if not said:
        return
    high = [each for each in said if each.word in ("high", "out of reach")]
    words = {
        "count": str(len(said)), "chance": f"{found.asked.chance:.0%}", "high": str(len(high)),
        "fit": str(len(said) - len(high)),
    }  # fmt: skip
    kind = "all" if not high else "none" if len(high) == len(said) else "some"
    yield say(f"sheet.{kind}_fit", **words)
    far = [each.rep for each in said if each.word == "out of reach"]
    if far:
        yield say("sheet.far", names=", ".join(far))
    for each in sorted(high, key=lambda one: one.chance.mean)[:SPOKEN_OF]:
        yield say(
            "sheet.worst", name=each.rep, quota=amount(each.quota, unit), chance=chance(each.chance.mean),
            low=chance(each.chance.low), high=chance(each.chance.high), fits=amount(each.fits.mean, unit),
        )  # fmt: skip
        yield from _hours(each)


def _hours(each: Verdict) -> Iterator[Sentence]:
    needed = each.hours
    if needed is None:
        return
    times = needed.now is None
    if needed.hours is None:
        key = "hours.crowded" if needed.crowded else "hours.never"
        most = (
            f"{_number(needed.best_hours)} times the present ones"
            if times
            else f"{_number(needed.best_hours)} hours a week"
        )
        yield say(key, name=each.rep, best=chance(needed.best.mean), hours=most)
        return
    hours, unit = needed.hours, "times the present prospecting" if times else "prospecting hours a week"
    now = "the present" if needed.now is None else _number(needed.now)
    if not np.isfinite(hours.high):
        yield say("hours.perhaps", name=each.rep, hours=f"{_number(hours.mean)} {unit}", now=now)
        return
    words = {"hours": _number(hours.mean), "low": _number(hours.low), "high": _number(hours.high)}
    yield say("hours.times" if times else "hours.enough", name=each.rep, now=now, **words)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _together(found: Quotas) -> Iterator[Sentence]:
    if not found.together:
        return
    whole, unit = found.together[0], found.draws.unit
    if found.verdicts:
        yield _assigned(whole, unit)
    yield say(
        "share.expected",
        share=f"{whole.share.mean:.0%}",
        low=f"{whole.share_low:.0%}",
        high=f"{whole.share_high:.0%}",
    )
    if whole.reps > 1 and not whole.everybody.low <= whole.product <= whole.everybody.high:
        yield say("share.everybody", every=chance(whole.everybody.mean), product=chance(whole.product))


def _assigned(whole: Together, unit: str) -> Sentence:
    of_sum = chance(whole.chance_of_sum.mean)
    if whole.quota is None or whole.chance is None or whole.over_assignment is None:
        return say("over.no_target", sum=amount(whole.sum, unit), of_sum=of_sum)
    times = whole.over_assignment
    words = {
        "sum": amount(whole.sum, unit), "target": amount(whole.quota, unit), "times": f"{times:.2f}",
        "chance": chance(whole.chance.mean), "of_sum": of_sum,
    }  # fmt: skip
    kind = "exact" if abs(times - 1) < SAME / 2 else "above" if times > 1 else "below"
    return say(f"over.{kind}", **words)


def _fairness(found: Quotas) -> Iterator[Sentence]:
    said: Fairness | None = found.fairness
    if said is None or not np.isfinite(said.luck_between_reps.mean):
        return
    luck = said.luck_between_reps
    kind = "most" if luck.low > HALF[1] else "least" if luck.high < HALF[0] else "half"
    yield say(f"luck.{kind}", luck=f"{luck.mean:.0%}", spread=f"{said.spread:.0%}")
    if said.sizes > 0:
        yield say("luck.sizes", sizes=f"{said.sizes:.0%}")
    parts = said.parts
    if parts.unknown > 0:
        share = parts.unknown / (parts.own + parts.skill + parts.unknown)
        yield say("luck.unknown", unknown=f"{share:.0%}")


def _capacity(found: Quotas) -> Iterator[Sentence]:
    plan, unit = found.capacity, found.draws.unit
    if plan is None:
        return
    words = {
        "target": amount(plan.target, unit), "chance": chance(plan.chance.mean), "low": chance(plan.chance.low),
        "high": chance(plan.chance.high), "asked": f"{plan.asked:.0%}", "expected": amount(plan.expected.mean, unit),
        "fits": amount(plan.fits.mean, unit),
    }  # fmt: skip
    kind = "short" if plan.chance.high < plan.asked else "enough" if plan.chance.low >= plan.asked else "open"
    yield say(f"capacity.{kind}", **words)
    yield from _product(plan, unit)
    for place, hire in enumerate(plan.plans):
        first = "one" if hire.hires == 1 else "many"
        yield say(f"capacity.hire_{'more' if place else first}", hires=str(hire.hires), by=long_day(hire.by))
    if plan.reason == NEVER:
        yield say("capacity.hire_never")


def _product(plan: Capacity, unit: str) -> Iterator[Sentence]:
    if plan.productivity is None:
        return
    heads, worth = sum(each.ramped for each in plan.heads), amount(plan.productivity, unit)
    weeks = three_digits(round(plan.weeks))
    hours = {each.hours for each in plan.heads}
    if None in hours:
        yield say("capacity.heads", heads=f"{heads:.1f}", weeks=weeks, productivity=worth)
        return
    mean = sum(each.ramped * (each.hours or 0.0) for each in plan.heads) / heads
    yield say("capacity.product", heads=f"{heads:.1f}", hours=_number(mean), weeks=weeks, productivity=worth)


def _assumed(found: Quotas) -> Iterator[Sentence]:
    if found.source != "history":
        return
    yield say("assumed.market", market=f"{found.assumed['market_cv']:.0%}")
    if any(each.hours is not None for each in found.verdicts):
        yield say("assumed.elasticity")
    yield say("assumed.stay")
