"""HubSpot: the export of the deals page, with its columns ``Date entered "Stage (Pipeline)"``.

Entering a stage again overwrites its date, so only the latest visit of each stage is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from forecast.crm.layout import Layout, Vocabulary, straight

VOCABULARY = Vocabulary(
    shape="HubSpot deals",
    names={
        "id": ("record id", "deal id"),
        "name": ("deal name",),
        "owner": ("deal owner",),
        "source": ("original source type", "original traffic source", "deal source", "lead source"),
        "product": ("deal type", "associated product"),
        "pipeline": ("pipeline",),
        "created": ("create date",),
        "amount": ("amount",),
        "currency": ("currency",),
        "stage": ("deal stage",),
        "probability": ("deal probability", "forecast probability"),
        "close": ("close date",),
        "forecast_category": ("forecast category",),
        "next_step": ("next activity date",),
        "is_closed": ("is deal closed?", "is closed"),
        "is_won": ("is closed won",),
        "modified": ("last modified date",),
    },
    telling=frozenset({"record id", "deal stage", "deal owner", "create date"}),
)
_ENTERED = re.compile(r"""^date entered (?P<quote>["']?)(?P<stage>.+)(?P=quote)$""", re.IGNORECASE)


def layout(headers: Sequence[str]) -> Layout:
    """Return which column is which, stage columns included."""
    stages = entered_columns(headers)
    return Layout(VOCABULARY.shape, VOCABULARY.columns(headers), stages, VOCABULARY.wanted())


def entered_columns(headers: Sequence[str]) -> dict[str, int]:
    """Return the label ``Stage (Pipeline)`` -> position of its ``Date entered`` column."""
    labels: dict[str, int] = {}
    for position, header in enumerate(headers):
        found = _ENTERED.match(straight(header).strip())
        if found:
            labels.setdefault(found["stage"].strip(), position)
    return labels
