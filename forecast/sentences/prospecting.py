"""What comes of an hour of prospecting, said in sentences that need no statistics: chosen by interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forecast.prospecting.results import OPPORTUNITIES, WON_AMOUNT, Prospecting
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount, long_day
from simulations.intervals import Estimate
from simulations.plots.numerals import counted, digits, share

#: What results are called within a sentence.
NAMES = {
    "touches": "touches",
    "conversations": "conversations",
    "meetings": "meetings",
    OPPORTUNITIES: "opportunities",
    WON_AMOUNT: "amount won",
}


def prospecting_sentences(found: Prospecting, currency: str = "") -> tuple[Sentence, ...]:
    """Return what an hour brings, who differs, and which blocks were kept.

    Parameters
    ----------
    found : Prospecting
    currency : str
        Of the amounts; empty where unknown.
    """
    return (*_hours(found), *_results(found, currency), *_owners(found, currency), *_blocks(found))


def _hours(found: Prospecting) -> Iterator[Sentence]:
    words = {"weeks": f"{found.weeks}", "start": long_day(found.start.date())}
    if not found.whole.hours:
        yield say("prospecting.no_hours", **words)
        return
    owners = counted(len(found.owners), "owner")
    hours = {"hours": digits(found.whole.hours), "per_week": digits(found.whole.hours_per_week)}
    yield say("prospecting.hours", owners=owners, **hours, **words)


def _writer(result: str, currency: str) -> Callable[[float], str]:
    return (lambda value: amount(value, currency)) if result == WON_AMOUNT else digits


def _results(found: Prospecting, currency: str) -> Iterator[Sentence]:
    for result, one in found.whole.per_hour.items():
        if one is None:
            if result in (OPPORTUNITIES, WON_AMOUNT) and found.whole.hours:
                yield say("prospecting.unsaid", what=NAMES[result], reason=found.whole.unsaid[result])
            continue
        more = {"each": digits(1 / one.mean)} if one.mean else {"each": "-"}
        more |= {"horizon": digits(round(found.horizon or 0.0))}
        yield say(f"prospecting.{result}", **_numbers(one, _writer(result, currency)), **more)


def _numbers(one: Estimate, write: Callable[[float], str]) -> dict[str, str]:
    return {"mean": write(one.mean), "low": write(one.low), "high": write(one.high)}


def _owners(found: Prospecting, currency: str) -> Iterator[Sentence]:
    """Say who differs from all together; an owner's own interval is shrunk already, so none is compared twice."""
    for result in (OPPORTUNITIES, WON_AMOUNT):
        whole = found.whole.per_hour[result]
        told = [(owner.name, owner.per_hour[result]) for owner in found.owners]
        compared = [(name, one) for name, one in told if one is not None]
        if whole is None or len(compared) <= 1:
            continue
        write = _writer(result, currency)
        apart = [(name, one) for name, one in compared if not one.low <= whole.mean <= one.high]
        for name, one in apart:
            key = "prospecting.more" if one.low > whole.mean else "prospecting.less"
            yield say(key, name=name, what=NAMES[result], all=write(whole.mean), **_numbers(one, write))
        if not apart:
            yield say("prospecting.alike", what=NAMES[result])


def _blocks(found: Prospecting) -> Iterator[Sentence]:
    kept = found.whole.kept
    if kept is None:
        return
    yield say(
        "prospecting.kept", blocks=f"{found.whole.blocks:,}", kept=share(kept.mean), low=share(kept.low), high=share(kept.high)
    )  # fmt: skip
    planned = [(owner, owner.kept) for owner in found.owners if owner.kept is not None]
    least = min(planned, key=lambda pair: pair[1].mean, default=None)
    if least is not None and len(planned) > 1 and least[1].high < kept.mean:
        yield say(
            "prospecting.kept_least",
            name=least[0].name,
            kept=share(least[1].mean),
            blocks=f"{least[0].blocks:,}",
        )
