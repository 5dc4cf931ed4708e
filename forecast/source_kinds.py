"""What a source is: prospecting, inbound or referral, from the word that a CRM has for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

import pandas as pd

Kind = Literal["prospecting", "inbound", "referral"]

#: Kind -> words that stand for it, each alone or inside a longer name; lower case. The first kind that fits counts.
WORDS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "referral": (
            *("referral", "referrals", "referred", "introduction", "introductions", "introduced", "intro"),
            *(
                "word of mouth",
                "recommendation",
                "recommended",
                "empfehlung",
                "recommandation",
                "recomendacion",
            ),
        ),
        "prospecting": (
            *(
                "prospecting",
                "prospection",
                "outbound",
                "cold call",
                "cold calls",
                "cold calling",
                "cold email",
            ),
            *(
                "cold outreach",
                "outreach",
                "self sourced",
                "self generated",
                "sdr",
                "bdr",
                "kaltakquise",
                "akquise",
            ),
        ),
        "inbound": (
            *(
                "inbound",
                "web",
                "website",
                "web form",
                "organic",
                "organic search",
                "paid search",
                "advertisement",
            ),
            *(
                "advertising",
                "seo",
                "sem",
                "campaign",
                "webinar",
                "content",
                "email marketing",
                "trade show",
                "event",
            ),
        ),
    }
)


def plain_words(text: str) -> str:
    """Return a text in lower case with single blanks in place of all signs.

    Examples
    --------
    >>> plain_words("Self-Sourced (AE)")
    'self sourced ae'
    """
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def kind_of(source: str) -> Kind | None:
    """Return the kind of a source by its name; None where the name does not tell.

    Examples
    --------
    >>> kind_of("Customer Referral"), kind_of("Cold-Call"), kind_of("Web"), kind_of("Partner")
    ('referral', 'prospecting', 'inbound', None)
    """
    name = f" {plain_words(source)} "
    return next((kind for kind, words in WORDS.items() if any(f" {word} " in name for word in words)), None)


def of_kind(sources: pd.Series, kind: Kind, named: Collection[str] = ()) -> pd.Series:
    """Return which rows have a source of a kind.

    Parameters
    ----------
    sources : Series of str
        As the CRM has them; missing where it does not say.
    kind : {"prospecting", "inbound", "referral"}
    named : collection of str
        Sources that are of this kind, as the user says; then the words are not asked.

    Returns
    -------
    Series of bool
    """
    different = sources.dropna().drop_duplicates()
    told = {plain_words(name) for name in named}
    wanted = [name for name in different if (plain_words(name) in told if told else kind_of(name) == kind)]
    return sources.isin(wanted)
