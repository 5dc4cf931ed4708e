"""Dynamics 365 Sales: opportunities exported to Excel or CSV. By documented headers; no real file was at hand."""

from __future__ import annotations

from forecast.crm.layout import Shape

OPPORTUNITIES = Shape(
    name="Dynamics 365 opportunities",
    names={
        "id": ("(do not modify) opportunity", "opportunity id", "opportunityid"),
        "name": ("topic", "name"),
        "owner": ("owner", "owner name"),
        "source": ("source campaign", "lead source"),
        "created": ("created on",),
        "amount": ("est. revenue", "estimated revenue", "est. value"),
        "booked": ("actual revenue",),
        "currency": ("currency",),
        "converted": ("est. revenue (base)",),
        "stage": ("sales stage", "pipeline phase"),
        "probability": ("probability",),
        "expected_close": ("est. close date", "estimated close date"),
        "closed": ("actual close date",),
        "status": ("status",),
        "forecast_category": ("forecast category",),
        "modified": ("modified on", "(do not modify) modified on"),
    },
    prefixes=r"^opportunity (?=est\.|(?:topic|status|owner|created|actual|currency|probability|sales stage|pipeline phase)\b)",
    telling=frozenset(
        {"(do not modify) opportunity", "(do not modify) row checksum", "est. close date", "est. revenue",
         "potential customer", "actual close date", "opportunity est. revenue", "opportunity est. close date"}
    ),
    verified=False,
)  # fmt: skip
SHAPES = (OPPORTUNITIES,)
