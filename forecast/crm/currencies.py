"""Signs and codes of currencies beside amounts: which there are, and what they must not be taken for."""

from __future__ import annotations

import re

import pandas as pd

from simulations.tables import looked_up

#: Codes of currencies in use. Source: ISO 4217.
CODES = (
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP", "CNY", "COP",
    "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
    "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON",
    "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
    "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS",
    "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
)  # fmt: skip
#: Other marks -> the code that they stand for; empty where several currencies are written so.
SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "₺": "TRY", "₽": "RUB", "₩": "KRW",
    "₪": "ILS", "₴": "UAH", "₫": "VND", "₱": "PHP", "฿": "THB", "lei": "RON", "SFr.": "CHF", "R$": "BRL", "US$": "USD",
    "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN",
    "$": "", "¥": "", "R": "", "kr": "", "kr.": "", "Fr.": "", "Rs": "", "Rs.": "",
}  # fmt: skip
_ESCAPED = [
    re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)
]  # the whole of "kr." before "kr"
#: What may stand before or behind a number. Letters that are none of these may be a unit such as thousands.
MARK = rf"(?:{'|'.join([*CODES, *_ESCAPED])})"
_BLANKS = r"\s\u00a0\u2009\u202f"
#: Blanks and apostrophes part thousands and nothing else: 1200 1300 is not one number.
_GROUPS = rf"[0-9]{{1,3}}(?:['\u2019{_BLANKS}][0-9]{{3}})+(?:[.,][0-9]*)?"
_NUMBER = rf"[-+{_BLANKS}]*(?:{_GROUPS}|[0-9.,]*(?:[eE][+-]?[0-9]+)?)[{_BLANKS}]*"
#: A number as it is written with its currency.
WRITTEN = rf"[-+{_BLANKS}]*(?:{MARK})?{_NUMBER}(?:{MARK})?[{_BLANKS}]*"
_NO_MARK = rf"\d[eE][+-]?\d|[-+\d.,'\u2019{_BLANKS}]"


def beside(amounts: pd.Series) -> pd.Series:
    """Return the currency that stands beside each amount: its code, or the sign where several have that sign.

    Parameters
    ----------
    amounts : Series of str
        As written; missing where empty.

    Returns
    -------
    Series of str
        Missing where nothing stands beside the number.
    """
    marks = amounts.str.replace(_NO_MARK, "", regex=True)
    marks = marks.mask(marks == "")
    known = {sign.rstrip("."): code for sign, code in SIGNS.items() if code}
    return looked_up(marks, known, "str").fillna(marks)
