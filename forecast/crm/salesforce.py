"""Salesforce: reports, the objects of its API (Data Loader), and their tables in a warehouse.

One Close Date column holds the expected date while the opportunity is open and the actual one
afterwards; only the stage (or the columns Closed and Won) tells which. Reports give ids of 15
characters, the API of 18: the first 15 are the same.
"""

from __future__ import annotations

from forecast.crm.layout import Shape

#: Custom report types write ``Object: Label``.
_PREFIXES = r"^(?:opportunity|account name|owner|opportunity owner)\s?: (?=\w)"
_ID = ("opportunity id", "18 character oppty id", "opportunity id (18)", "case safe id")
_TYPED = {
    "amount": ("amount",),
    "currency": ("amount currency", "currency", "currencyisocode", "currency iso code", "opportunity currency"),
    "converted": ("amount (converted)",),
    "company_currency": ("amount (converted) currency",),
    "probability": ("probability (%)", "probability"),
    "close": ("close date", "closedate"),
    "forecast_category": (
        "forecast category", "forecastcategory", "forecastcategoryname", "forecast category name",
    ),
}  # fmt: skip

#: What changed -> names of the field in a history of changes.
FIELDS = {
    "stage": ("stage", "stagename", "stage name"),
    "owner": ("owner", "opportunity owner", "ownerid"),
    "created": ("created.", "created"),
}
REPORT = Shape(
    name="Salesforce opportunity report",
    names={
        "id": (*_ID, "id"),
        "name": ("opportunity name", "name"),
        "owner": ("opportunity owner", "owner", "full name"),
        "source": ("lead source",),
        "product": ("product name", "type"),
        "created": ("created date",),
        "stage": ("stage",),
        "is_closed": ("closed",),
        "is_won": ("won",),
        "modified": ("last modified date",),
        "last_activity": ("last activity",),
        "manager": ("manager",),
        "team": ("owner role", "role name"),
        **_TYPED,
    },
    prefixes=_PREFIXES,
    telling=frozenset(
        {"opportunity id", "opportunity owner", "opportunity: opportunity id", "opportunity: stage"}
    ),
)
OBJECT = Shape(
    name="Salesforce opportunities (API or warehouse)",
    names={
        "id": ("id",),
        "name": ("name",),
        "owner": ("ownerid", "owner id"),
        "source": ("leadsource", "lead source"),
        "product": ("type",),
        "created": ("createddate", "created date"),
        "stage": ("stagename", "stage name"),
        "is_closed": ("isclosed", "is closed"),
        "is_won": ("iswon", "is won"),
        "deleted": ("isdeleted", "is deleted"),
        "modified": ("lastmodifieddate", "last modified date", "systemmodstamp", "system modstamp"),
        "last_activity": ("lastactivitydate", "last activity date"),
        **_TYPED,
    },
    telling=frozenset({"stagename", "stage_name"}),
)
HISTORY_REPORT = Shape(
    name="Salesforce Opportunity History report",
    role="versions",
    names={
        "id": _ID,
        "name": ("opportunity name",),
        "owner": ("opportunity owner", "owner", "full name"),
        "created": ("created date",),
        "before": ("from stage",),
        "stage": ("to stage",),
        "when": ("edit date", "last modified", "last modified date", "last stage change date"),
        **_TYPED,
    },
    prefixes=_PREFIXES,
    needs=("id", "stage", "when"),
)
HISTORY_OBJECT = Shape(
    name="Salesforce OpportunityHistory (API)",
    role="versions",
    names={
        "id": ("opportunityid", "opportunity id"),
        "stage": ("stagename", "stage name"),
        "when": ("createddate", "created date"),
        "deleted": ("isdeleted", "is deleted"),
        **_TYPED,
    },
    needs=("id", "stage", "when"),
)
HISTORY_WAREHOUSE = Shape(
    name="Salesforce opportunity history (warehouse)",
    role="versions",
    names={
        **{
            meaning: names
            for meaning, names in OBJECT.names.items()
            if meaning not in ("modified", "last_activity")
        },
        "when": ("fivetran start", "valid from", "dbt valid from"),
    },
    needs=("id", "stage", "when"),
)
FIELD_REPORT = Shape(
    name="Salesforce Field History report",
    role="changes",
    names={
        "id": _ID,
        "name": ("opportunity name",),
        "field": ("field / event", "field/event"),
        "before": ("old value",),
        "after": ("new value",),
        "when": ("edit date",),
    },
    prefixes=_PREFIXES,
    fields=FIELDS,
    needs=("field", "after", "when"),
)
FIELD_OBJECT = Shape(
    name="Salesforce OpportunityFieldHistory (API)",
    role="changes",
    names={
        "id": ("opportunityid", "opportunity id"),
        "field": ("field",),
        "before": ("oldvalue", "old value"),
        "after": ("newvalue", "new value"),
        "when": ("createddate", "created date"),
        "deleted": ("isdeleted", "is deleted"),
    },
    fields=FIELDS,
    needs=("id", "field", "after", "when"),
)
STAGES = Shape(
    name="Salesforce stages",
    role="stages",
    names={
        "key": ("apiname", "api name", "masterlabel", "master label"),
        "name": ("masterlabel", "master label", "apiname", "api name"),
        "place": ("sortorder", "sort order"),
        "is_closed": ("isclosed", "is closed"),
        "is_won": ("iswon", "is won"),
        "probability": ("defaultprobability", "default probability"),
    },
    needs=("key", "is_closed", "is_won"),
)
USERS = Shape(
    name="Salesforce users",
    role="owners",
    names={
        "key": ("id",),
        "name": ("name",),
        "manager": ("managerid", "manager id"),
        "team": ("userroleid", "user role id"),
        "username": ("username",),
    },
    needs=("key", "name", "username"),
)
ROLES = Shape(
    name="Salesforce roles",
    role="teams",
    names={
        "key": ("id",),
        "name": ("name",),
        "parent": ("parentroleid", "parent role id"),
    },
    needs=("key", "name", "parent"),
)
SHAPES = (
    *(REPORT, OBJECT, HISTORY_REPORT, HISTORY_OBJECT, HISTORY_WAREHOUSE, FIELD_REPORT, FIELD_OBJECT),
    *(STAGES, USERS, ROLES),
)
