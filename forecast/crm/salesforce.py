"""Salesforce: the opportunity report ("Details Only") and the objects of the API.

One Close Date column holds the expected date while the opportunity is open and the actual one
afterwards; only the stage (or the columns Closed and Won) tells which.
"""

from __future__ import annotations

from collections.abc import Sequence

from forecast.crm.layout import Layout, Vocabulary

VOCABULARY = Vocabulary(
    shape="Salesforce opportunity report",
    names={
        "id": ("opportunity id", "18 character oppty id", "id"),
        "name": ("opportunity name", "name"),
        "owner": ("opportunity owner", "owner", "full name", "ownerid"),
        "source": ("lead source", "leadsource"),
        "product": ("product name", "type"),
        "created": ("created date", "createddate"),
        "amount": ("amount",),
        "currency": ("amount currency", "currency", "currencyisocode"),
        "stage": ("stage", "stagename"),
        "probability": ("probability (%)", "probability"),
        "close": ("close date", "closedate"),
        "forecast_category": ("forecast category", "forecastcategory", "forecastcategoryname"),
        "is_closed": ("closed", "isclosed"),
        "is_won": ("won", "iswon"),
        "modified": ("last modified date", "lastmodifieddate"),
    },
    prefixes=r"^(?:opportunity|account name|owner|opportunity owner)\s?: (?=\w)",
    telling=frozenset(
        {"opportunity id", "opportunity owner", "opportunity: opportunity id", "stagename", "createddate"}
    ),
)


def layout(headers: Sequence[str]) -> Layout:
    """Return which column is which."""
    return Layout(VOCABULARY.shape, VOCABULARY.columns(headers), wanted=VOCABULARY.wanted())
