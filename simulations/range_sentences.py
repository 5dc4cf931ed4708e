"""What the ranges of the assumed numbers say of a cadence's loss, in sentences chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from simulations.intervals import Estimate
from simulations.ranges import AssumedRange, CadenceRanges, RangeEnd, Ranges
from simulations.wording import cadence_words, percent

RANGES: Mapping[str, str] = MappingProxyType(
    {
        "loses": "On the assumptions as they stand {cadence} books {loss} than steady prospecting ({low} to {high}).",
        "open": "On the assumptions as they stand it is open whether {cadence} books more or less than steady prospecting "
        "({low} to {high}).",
        "holds": "Each of the {count} assumed numbers was moved to both ends of its range, one at a time: no single one "
        "turns the sign, and each leaves a difference that shows.",
        "fades": "Each of the {count} assumed numbers was moved to both ends of its range, one at a time: no single one "
        "turns the sign; but luck may be the cause of what is left with {ends}.",
        "turns": "Each of the {count} assumed numbers was moved to both ends of its range, one at a time. The sign turns "
        "with {ends}.",
        "shows": "Each of the {count} assumed numbers was moved to both ends of its range, one at a time. A difference "
        "shows with {ends}.",
        "stays_open": "Each of the {count} assumed numbers was moved to both ends of its range, one at a time: no single "
        "one makes a difference show.",
        "most": "What surely moves it most is {field}, {meaning}: {ends}; in place of {loss} on the assumptions as they stand.",
        "nothing": "No assumed number surely moves it.",
        "refused": "Not tried, because it cannot be: {ends}.",
    }
)


def range_sentences(ranges: Ranges) -> tuple[str, ...]:
    """Return what the ranges say of every cadence, one after the other."""
    return tuple(said for item in ranges.cadences for said in sentences_of(item))


def sentences_of(item: CadenceRanges) -> tuple[str, ...]:
    """Return what the ranges say of one cadence: as it stands, whether the sign turns, what moves it most."""
    return (_stands(item), _sign(item), _most(item), *_refused(item))


def _stands(item: CadenceRanges) -> str:
    words = {"cadence": cadence_words(item.cadence), "loss": _size(item.loss)}
    return RANGES["loses" if item.loss.sign else "open"].format(**words, **_ends_of(item.loss))


def _sign(item: CadenceRanges) -> str:
    tried = [(each, end) for each in item.ranges for end in each.ends if end.loss is not None]
    signs = [(each, end, end.loss.sign) for each, end in tried if end.loss is not None]
    count, own = str(len(item.ranges)), item.loss.sign
    showing = [(each, end) for each, end, sign in signs if sign]
    if not own:
        key = "shows" if showing else "stays_open"
        return RANGES[key].format(count=count, ends=_listed(showing))
    turned = [(each, end) for each, end, sign in signs if sign == -own]
    faded = [(each, end) for each, end, sign in signs if not sign]
    if turned:
        return RANGES["turns"].format(count=count, ends=_listed(turned))
    return RANGES["fades" if faded else "holds"].format(count=count, ends=_listed(faded))


def _most(item: CadenceRanges) -> str:
    """Return the number that moves the loss most by more than luck; none where every shift may be luck."""
    first = next((each for each in item.ranges if _shows(each)), None)
    if first is None:
        return RANGES["nothing"]
    return RANGES["most"].format(
        field=first.field,
        meaning=first.meaning,
        ends=" and ".join(_with_size(end) for end in first.ends),
        loss=_size(item.loss),
    )


def _shows(item: AssumedRange) -> bool:
    return any(end.shift is not None and end.shift.sign for end in item.ends)


def _with_size(end: RangeEnd) -> str:
    said = "it cannot be tried" if end.loss is None else _size(end.loss)
    return f"{said} at {end.value:g}"


def _refused(item: CadenceRanges) -> Iterator[str]:
    refused = [(each, end) for each in item.ranges for end in each.ends if end.loss is None]
    if refused:
        said = "; ".join(f"{each.field} at {end.value:g} ({end.reason})" for each, end in refused)
        yield RANGES["refused"].format(ends=said)


def _listed(ends: Sequence[tuple[AssumedRange, RangeEnd]]) -> str:
    said = [f"{each.field} at {end.value:g}" for each, end in ends]
    return " and ".join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else "".join(said)


def _size(loss: Estimate) -> str:
    return f"{percent(loss.mean)} {'less' if loss.mean >= 0 else 'more'}"


def _ends_of(loss: Estimate) -> dict[str, str]:
    """Return the interval, the smaller end first where both lie on one side of 0."""
    if loss.sign:
        ends = sorted((abs(loss.low), abs(loss.high)))
        return {"low": percent(ends[0]), "high": percent(ends[1])}
    words = [f"{percent(end)} {'less' if end >= 0 else 'more'}" for end in (loss.high, loss.low)]
    return {"low": words[0], "high": words[1]}
