"""What a target asks for, whose bookings they are, and which deals carry the risk: in sentences, by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.forecasting import Forecast
from forecast.risks import Risks
from forecast.rollups.rollup import RollUp
from forecast.sentences.forecasts import Sentence, say, unit_of
from forecast.targets.coverage import RequiredCoverage
from forecast.targets.creation import RequiredCreation
from forecast.wording.forecasts import amount, chance, long_day
from simulations.wording import three_digits

#: Times the present pace beyond which more creation is called out of reach.
FAR = 3.0
#: Standard errors beyond which a deal is said to move the chance.
CLEAR = 2.0


def target_sentences(forecast: Forecast, currency: str = "") -> tuple[Sentence, ...]:
    """Return what the target asks for; nothing where there is none, or it is reached.

    Parameters
    ----------
    forecast : Forecast
    currency : str
        Of the amounts; empty where unknown. Ignored where deals are counted.
    """
    found = forecast.required
    if found is None or found.coverage.reached:
        return ()
    unit, confidence = unit_of(forecast, currency), f"{found.confidence:.0%}"
    return (
        _creation(found.creation, confidence, unit),
        *_last_useful(forecast),
        *_coverage(found.coverage, forecast, confidence),
    )


def _creation(found: RequiredCreation, confidence: str, unit: str) -> Sentence:
    if found.per_week is None or found.present is None:
        return say("required.none", confidence=confidence, reason=found.reason)
    if found.per_week == 0:
        return say("required.nothing", confidence=confidence)
    worth = "" if found.amount is None else f" (worth {amount(found.amount, unit)})"
    words = {
        "confidence": confidence,
        "count": _rate(found.per_week),
        "present": _rate(found.present),
        "worth": worth,
    }
    if found.low is not None and found.low > found.present:
        far = found.per_week > FAR * found.present
        times = f"{found.per_week / found.present:.1f}" if found.present else "many"
        return say("required.far" if far else "required.more", times=times, **words)
    return say(
        "required.less" if found.high is not None and found.high < found.present else "required.same", **words
    )


def _rate(count: float) -> str:
    """Return a number a week, with a decimal where it is small."""
    return three_digits(round(count)) if count >= 10 else f"{count:.1f}"  # noqa: PLR2004 - two digits say enough


def _last_useful(forecast: Forecast) -> Iterator[Sentence]:
    found = None if forecast.required is None else forecast.required.last_useful
    if found is None or found.day is None:
        return
    if found.passed:
        yield say("last_useful.passed", day=long_day(found.day))
        return
    half = "" if found.half is None else long_day(found.half)
    over = found.half is not None and found.half < forecast.asked.moment.date()
    yield say(
        "last_useful.already" if over or not half else "last_useful.day", day=long_day(found.day), half=half
    )


def _coverage(found: RequiredCoverage, forecast: Forecast, confidence: str) -> Iterator[Sentence]:
    ratio = forecast.coverage.ratio
    if found.ratio is None:
        yield say("required_coverage.none", reason=found.reason)
        return
    helped = "" if found.with_new is None else f"{found.with_new:.1f}"
    words = {"required": f"{found.ratio:.1f}", "with_new": helped, "confidence": confidence}
    if ratio is None:
        return
    enough = ratio >= found.ratio
    close = not enough and found.with_new is not None and ratio >= found.with_new
    key = "enough" if enough else "with_new" if close else "short"
    yield say(f"required_coverage.{key}", ratio=f"{ratio:.1f}", **words)


def roll_up_sentences(whole: RollUp, unit: str) -> tuple[Sentence, ...]:
    """Return what is said of a roll-up: its largest part, and what nobody owns yet.

    Parameters
    ----------
    whole : RollUp
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    if not whole.names:
        return ()
    mean = whole.total.mean(axis=0)
    top, all_of_it = int(mean.argmax()), float(mean.sum())
    words = {"name": whole.names[top], "mean": amount(float(mean[top]), unit), "by": whole.by}
    share = f"{mean[top] / all_of_it:.0%}" if all_of_it else "0%"
    said = [say("roll_up.month" if whole.by == "month" else "roll_up.largest", share=share, **words)]
    if whole.rest is not None:
        said.append(
            say("roll_up.rest", rest=whole.names[whole.rest], mean=amount(float(mean[whole.rest]), unit))
        )
    return tuple(said)


def risk_sentences(found: Risks, unit: str) -> tuple[Sentence, ...]:
    """Return what is said of the deals that carry the risk.

    Parameters
    ----------
    found : Risks
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    said = []
    top = found.deals[0] if found.deals else None
    if top is None or top.moves < CLEAR * top.error:
        said.append(say("risks.none"))
    else:
        whose = f" of {top.owner}" if top.owner else ""
        said.append(
            say(
                "risks.top", deal=top.name or top.id, whose=whose, amount=amount(top.amount, unit),
                won=chance(top.given_won), lost=chance(top.given_lost), chance=chance(top.chance),
            )
        )  # fmt: skip
    if found.untold:
        said.append(say("risks.few", deals=_open_deals(found.untold), draws=f"{found.draws:,}"))
    return tuple(said)


def _open_deals(count: int) -> str:
    return "one open deal that is" if count == 1 else f"{count:,} open deals that are"
