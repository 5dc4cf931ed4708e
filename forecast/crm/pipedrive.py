"""Pipedrive: the export of the deals list.

Status (open, won, lost) stands beside the stage: a closed deal keeps its last open stage.
There is no date per stage, so the export has no stage history.
"""

from __future__ import annotations

from collections.abc import Sequence

from forecast.crm.layout import Layout, Vocabulary

VOCABULARY = Vocabulary(
    shape="Pipedrive deals",
    names={
        "id": ("id", "system id"),
        "name": ("title",),
        "owner": ("owner",),
        "source": ("source channel", "source origin", "lead source", "source"),
        "product": ("product name", "label"),
        "pipeline": ("pipeline",),
        "created": ("deal created", "deal created on", "creation date"),
        "amount": ("value",),
        "currency": ("currency of value", "currency"),
        "stage": ("stage",),
        "probability": ("probability",),
        "expected_close": ("expected close date",),
        "next_step": ("next activity date",),
        "status": ("status",),
        "won": ("won time",),
        "lost": ("lost time",),
        "closed": ("deal closed on", "closed on"),
        "modified": ("update time",),
    },
    prefixes=r"^deal - ",
    telling=frozenset({"deal - id", "deal - stage", "deal - status", "deal - deal created", "deal - value"}),
)


def layout(headers: Sequence[str]) -> Layout:
    """Return which column is which."""
    wanted = {meaning: f"Deal - {header}" for meaning, header in VOCABULARY.wanted().items()}
    return Layout(VOCABULARY.shape, VOCABULARY.columns(headers), wanted=wanted)
