"""Zoho CRM: the export or backup of the module Deals. By documented headers; no real file was at hand."""

from __future__ import annotations

from forecast.crm.layout import Shape

DEALS = Shape(
    name="Zoho deals",
    names={
        "id": ("record id", "deal id", "id"),
        "name": ("deal name",),
        "owner": ("deal owner",),
        "source": ("lead source",),
        "product": ("type",),
        "pipeline": ("pipeline", "sub-pipeline"),
        "created": ("created time",),
        "amount": ("amount",),
        "currency": ("currency",),
        "stage": ("stage",),
        "probability": ("probability (%)", "probability"),
        "close": ("closing date",),
        "forecast_category": ("forecast category",),
        "modified": ("modified time",),
        "last_activity": ("last activity time",),
    },
    telling=frozenset(
        {"closing date", "created time", "deal owner.id", "contact name.id", "account name.id"}
    ),
    verified=False,
)
SHAPES = (DEALS,)
