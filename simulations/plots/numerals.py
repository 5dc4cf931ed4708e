"""How numbers are written for people: thousands and millions, percent, no more digits than are known."""

from __future__ import annotations

import math
from dataclasses import dataclass

UNDEFINED = "not defined"
MINUS = "\u2212"
_MOST_DIGITS = 3
_ALMOST = 0.9995  # what three digits round up to the next size
_ONE_PERCENT = 0.01
_WAITING_DAYS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """A size in which amounts are written: ``factor`` units are one ``word``."""

    factor: float
    word: str


ONES = Scale(1.0, "")
_SCALES = (Scale(1e12, "trillion"), Scale(1e9, "billion"), Scale(1e6, "million"), Scale(1e3, "thousand"))


def scale_of(largest: float) -> Scale:
    """Return the size in which a set of amounts is best written, from the largest of them.

    Examples
    --------
    >>> scale_of(2_450_000).word, scale_of(-7_300).word, scale_of(12).word
    ('million', 'thousand', '')
    """
    if not math.isfinite(largest):
        return ONES
    return next((scale for scale in _SCALES if abs(largest) >= _ALMOST * scale.factor), ONES)


def digits(value: float) -> str:
    """Return a number with three digits that count, thousands set apart, never in powers of ten.

    Examples
    --------
    >>> digits(1234.5), digits(12.345), digits(0.04567), digits(5.0), digits(float("nan"))
    ('1,234', '12.3', '0.0457', '5', 'not defined')
    """
    if not math.isfinite(value):
        return UNDEFINED
    text = _fixed(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fixed(value: float) -> str:
    if value == 0:
        return "0"
    places = max(0, _MOST_DIGITS - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def quantity(value: float, unit: str = "") -> str:
    """Return an amount with its size and unit.

    Examples
    --------
    >>> quantity(2_450_000, "USD"), quantity(18, "deals"), quantity(0.42)
    ('2.45 million USD', '18 deals', '0.42')
    >>> quantity(3_000_400, "USD")
    '3.00 million USD'
    """
    if not math.isfinite(value):
        return UNDEFINED
    scale = scale_of(value)
    number = _fixed(value / scale.factor) if scale.word else digits(value)
    return " ".join(part for part in (number, scale.word, unit) if part)


def span(low: float, high: float) -> str:
    """Return a range of amounts, both in the size of the larger.

    Examples
    --------
    >>> span(940_000, 2_450_000), span(3, 18), span(float("nan"), 2)
    ('0.940 to 2.45 million', '3 to 18', 'not defined')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNDEFINED
    scale = scale_of(max(abs(low), abs(high)))
    if not scale.word:
        return f"{digits(low)} to {digits(high)}"
    return f"{_fixed(low / scale.factor)} to {_fixed(high / scale.factor)} {scale.word}"


def share(value: float) -> str:
    """Return a share in percent; a decimal only below one percent.

    Examples
    --------
    >>> share(0.376), share(0.0042), share(1.0), share(0.0)
    ('38%', '0.4%', '100%', '0%')
    """
    if not math.isfinite(value):
        return UNDEFINED
    return f"{value:.1%}" if 0 < abs(value) < _ONE_PERCENT else f"{value:.0%}"


def signed_percent(value: float, plus: str = "+") -> str:
    """Return a share in percent with its sign, for axes that cross 0.

    Examples
    --------
    >>> signed_percent(0.3), signed_percent(0.025, plus=""), signed_percent(0.0)
    ('+30%', '2.5%', '0')
    """
    if value == 0:
        return "0"
    return f"{plus if value > 0 else MINUS}{digits(round(abs(value) * 100, 9))}%"


def counted(number: float, noun: str) -> str:
    """Return a whole number with its noun, in the plural where it is not one.

    Examples
    --------
    >>> counted(1, "week"), counted(11, "week")
    ('1 week', '11 weeks')
    """
    whole = round(number)
    return f"{whole:,} {noun}" if abs(whole) == 1 else f"{whole:,} {noun}s"


def staleness_words(staleness: float) -> str:
    """Return what a staleness (log-odds a day waited) does to an even chance.

    Examples
    --------
    >>> staleness_words(0.06)
    'a 50% chance falls to 35% in 10 days (0.06)'
    """
    if not staleness:
        return "nothing (0)"
    left = 1 / (1 + math.exp(staleness * _WAITING_DAYS))
    return f"a 50% chance falls to {share(left)} in {_WAITING_DAYS} days ({digits(staleness)})"
