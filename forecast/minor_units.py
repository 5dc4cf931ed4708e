"""Money as whole numbers: amounts in the smallest unit of their currency, so that sums are exact."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.errors import BadInput, Problem

Ints = npt.NDArray[np.int64]
#: Currencies whose smallest unit has not two decimals. Source: ISO 4217.
_NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF")
)  # fmt: skip
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMN", "TND"))
_FOUR_DECIMALS = frozenset(("CLF", "UYW"))
#: Beyond, a whole number of cents is no longer exact as a floating-point number.
MOST = 1 << 53


def decimals_of(currency: str) -> int:
    """Return how many decimals the smallest unit of a currency has; 2 where the currency is unknown.

    Examples
    --------
    >>> decimals_of("EUR"), decimals_of("JPY"), decimals_of("")
    (2, 0, 2)
    """
    if currency in _NO_DECIMALS:
        return 0
    if currency in _THREE_DECIMALS:
        return 3
    return 4 if currency in _FOUR_DECIMALS else 2


def to_minor(amounts: pd.Series, currency: str) -> Ints:
    """Return amounts in the smallest unit of their currency, rounded to it; missing ones count 0.

    Raises
    ------
    BadInput
        An amount is too large to be counted in its smallest unit.
    """
    minor = np.rint(np.nan_to_num(amounts.to_numpy(float)) * 10.0 ** decimals_of(currency))
    large = np.abs(minor) > MOST
    if large.any():
        found = f"{amounts.to_numpy(float)[large][0]:g}"
        allowed = "is more than can be counted to the cent; look whether decimals were read as thousands"
        raise BadInput([Problem("the opportunities", "", "amount", found, allowed)])
    return np.asarray(minor, dtype=np.int64)


def from_minor(minor: Ints, currency: str) -> npt.NDArray[np.float64]:
    """Return amounts from their smallest unit: the numbers nearest to what was typed.

    Examples
    --------
    >>> from_minor(np.array([105455]), "USD").tolist()
    [1054.55]
    """
    return np.asarray(minor / 10.0 ** decimals_of(currency))
