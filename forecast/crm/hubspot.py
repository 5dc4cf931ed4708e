"""HubSpot: the export of the deals page, with its columns ``Date entered "Stage (Pipeline)"``, and warehouse tables.

Entering a stage again overwrites its date in the export, so only the latest visit of each stage is known;
the tables of a warehouse keep every visit.
"""

from __future__ import annotations

from forecast.crm.layout import Shape

#: What changed -> names of the field in a history of changes.
FIELDS = {"stage": ("dealstage",), "owner": ("hubspot owner id",), "created": ("createdate",)}
EXPORT = Shape(
    name="HubSpot deals",
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
        "converted": ("amount in company currency",),
        "stage": ("deal stage",),
        "probability": ("deal probability", "forecast probability"),
        "close": ("close date",),
        "forecast_category": ("forecast category",),
        "next_step": ("next activity date",),
        "last_activity": ("last activity date",),
        "is_closed": ("is deal closed?", "is closed"),
        "is_won": ("is closed won",),
        "modified": ("last modified date",),
        "merged": ("merged deal ids", "merged record ids"),
        "team": ("hubspot team",),
    },
    telling=frozenset({"record id", "deal stage", "deal owner", "create date"}),
    entered=r"""^date entered (?P<quote>["']?)(?P<stage>.+)(?P=quote)$""",
)
INTERNAL = Shape(
    name="HubSpot deals (internal names)",
    names={
        "id": ("hs object id", "record id", "id"),
        "name": ("dealname",),
        "owner": ("hubspot owner id",),
        "source": ("hs analytics source", "hs object source"),
        "product": ("dealtype",),
        "pipeline": ("pipeline",),
        "created": ("createdate", "hs createdate"),
        "amount": ("amount",),
        "currency": ("deal currency code",),
        "converted": ("amount in home currency",),
        "stage": ("dealstage",),
        "probability": ("hs deal stage probability",),
        "close": ("closedate",),
        "forecast_category": ("hs manual forecast category", "hs forecast category"),
        "next_step": ("notes next activity date",),
        "last_activity": ("notes last updated",),
        "is_closed": ("hs is closed",),
        "is_won": ("hs is closed won",),
        "modified": ("hs lastmodifieddate",),
        "merged": ("hs merged object ids",),
        "team": ("hubspot team id",),
    },
    prefixes=r"^properties[. ]",
    telling=frozenset({"dealname", "dealstage", "hs_object_id", "properties.dealstage"}),
    entered=r"^(?:properties\.)?hs_(?:v2_)?date_entered_(?P<stage>.+)$",
)
WAREHOUSE = Shape(
    name="HubSpot deals (warehouse)",
    names={
        "id": ("deal id",),
        "name": ("property dealname",),
        "owner": ("owner id",),
        "source": ("property hs analytics source",),
        "product": ("property dealtype",),
        "pipeline": ("deal pipeline id",),
        "created": ("property createdate", "property hs createdate"),
        "amount": ("property amount",),
        "currency": ("property deal currency code",),
        "converted": ("property amount in home currency",),
        "stage": ("deal pipeline stage id",),
        "probability": ("property hs deal stage probability",),
        "close": ("property closedate",),
        "forecast_category": ("property hs manual forecast category", "property hs forecast category"),
        "next_step": ("property notes next activity date",),
        "last_activity": ("property notes last updated",),
        "is_closed": ("property hs is closed",),
        "is_won": ("property hs is closed won",),
        "deleted": ("is deleted", "fivetran deleted"),
    },
    telling=frozenset({"deal_pipeline_stage_id", "property_dealname"}),
)
STAGE_HISTORY = Shape(
    name="HubSpot stage history (warehouse)",
    role="moves",
    names={"id": ("deal id",), "stage": ("value",), "when": ("date entered",)},
    needs=("id", "stage", "when"),
)
PROPERTY_HISTORY = Shape(
    name="HubSpot property history (warehouse)",
    role="changes",
    names={
        "id": ("deal id",),
        "field": ("name",),
        "after": ("value",),
        "when": ("timestamp",),
    },
    fields=FIELDS,
    needs=("id", "field", "after", "when"),
)
STAGES = Shape(
    name="HubSpot stages (warehouse)",
    role="stages",
    names={
        "key": ("stage id",),
        "name": ("label",),
        "pipeline": ("pipeline id",),
        "place": ("display order",),
        "is_closed": ("is closed",),
        "is_won": ("closed won",),
        "probability": ("probability",),
    },
    needs=("key", "name", "place"),
)
PIPELINES = Shape(
    name="HubSpot pipelines (warehouse)",
    role="pipelines",
    names={"key": ("pipeline id",), "name": ("label",), "place": ("display order",)},
    needs=("key", "name", "place"),
)
OWNERS = Shape(
    name="HubSpot owners (warehouse)",
    role="owners",
    names={
        "key": ("owner id",),
        "first_name": ("first name",),
        "last_name": ("last name",),
        "email": ("email",),
    },
    needs=("key", "first_name", "last_name"),
    without=frozenset({"id"}),
)
MEMBERS = Shape(
    name="HubSpot owners and teams (warehouse)",
    role="members",
    names={"owner": ("owner id",), "team": ("team id",), "primary": ("is team primary",)},
    needs=("owner", "team"),
)
TEAMS = Shape(
    name="HubSpot teams (warehouse)",
    role="teams",
    names={
        "key": ("team id", "id"),
        "name": ("name",),
        "owner": ("owner id",),
        "synced": ("fivetran synced",),
    },
    needs=("key", "name", "synced"),
)
MERGES = Shape(
    name="HubSpot merged deals (warehouse)",
    role="merges",
    names={"id": ("deal id",), "merged": ("merged deal id",)},
    needs=("id", "merged"),
)
SHAPES = (
    *(EXPORT, INTERNAL, WAREHOUSE, STAGE_HISTORY, PROPERTY_HISTORY),
    *(STAGES, PIPELINES, OWNERS, MEMBERS, MERGES),
)
