"""Pipedrive: the export of the deals list, the deals of the API, and the log of changes ("deal flow").

Status (open, won, lost) stands beside the stage: a closed deal keeps its last open stage.
There is no date per stage in the list, so only the log of changes gives a stage history.
"""

from __future__ import annotations

from forecast.crm.layout import Shape

#: What changed -> names of the field in a history of changes.
FIELDS = {
    "stage": ("stage id", "stage"),
    "owner": ("user id", "owner id"),
    "created": ("add time",),
    "status": ("status",),
    "lost_reason": ("lost reason",),
}
LIST = Shape(
    name="Pipedrive deals",
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
        "stage": ("stage", "stage (pipeline)"),
        "probability": ("probability",),
        "expected_close": ("expected close date",),
        "next_step": ("next activity date",),
        "last_activity": ("last activity date",),
        "status": ("status",),
        "won": ("won time",),
        "lost": ("lost time",),
        "closed": ("deal closed on", "closed on"),
        "modified": ("update time",),
    },
    prefixes=r"^deal - ",
    telling=frozenset({"deal - id", "deal - stage", "deal - status", "deal - deal created", "deal - value"}),
    usual_prefix="Deal - ",
)
OBJECT = Shape(
    name="Pipedrive deals (API or warehouse)",
    names={
        "id": ("id", "deal id"),
        "name": ("title",),
        "owner": ("user id", "owner id", "owner name"),
        "source": ("channel", "origin"),
        "product": ("label",),
        "pipeline": ("pipeline id", "pipeline"),
        "created": ("add time",),
        "amount": ("value",),
        "currency": ("currency",),
        "stage": ("stage id",),
        "probability": ("probability",),
        "expected_close": ("expected close date",),
        "next_step": ("next activity date",),
        "last_activity": ("last activity date",),
        "status": ("status",),
        "won": ("won time",),
        "lost": ("lost time",),
        "closed": ("close time",),
        "deleted": ("is deleted",),
        "modified": ("update time",),
    },
    telling=frozenset({"add_time", "stage_id", "won_time", "lost_time"}),
)
CHANGES = Shape(
    name="Pipedrive change log",
    role="changes",
    names={
        "id": ("deal id",),
        "field": ("changed field key", "field key"),
        "before": ("old value",),
        "after": ("new value",),
        "when": ("change time", "log time"),
    },
    fields=FIELDS,
    needs=("id", "field", "after", "when"),
)
STAGES = Shape(
    name="Pipedrive stages",
    role="stages",
    names={
        "key": ("stage id",),
        "name": ("stage name",),
        "place": ("order nr",),
        "pipeline": ("pipeline id",),
    },
    needs=("key", "name"),
    without=frozenset({"title", "value", "status", "add time", "deal id"}),
)
STAGE_OBJECTS = Shape(
    name="Pipedrive stages (API)",
    role="stages",
    names={
        "key": ("id",),
        "name": ("name",),
        "place": ("order nr",),
        "pipeline": ("pipeline name", "pipeline id"),
        "probability": ("deal probability",),
    },
    needs=("key", "name", "place", "pipeline"),
)
PIPELINES = Shape(
    name="Pipedrive pipelines (API)",
    role="pipelines",
    names={
        "key": ("id",),
        "name": ("name",),
        "place": ("order nr",),
        "told": ("url title", "deal probability"),
    },
    needs=("key", "name", "place", "told"),
    without=frozenset({"pipeline id"}),
)
FIELD_OPTIONS = Shape(
    name="Pipedrive fields",
    role="stages",
    names={"field": ("field key",), "options": ("field value options",)},
    needs=("field", "options"),
)
USERS = Shape(
    name="Pipedrive users",
    role="owners",
    names={"key": ("id",), "name": ("name",), "email": ("email",), "modified": ("modified",)},
    needs=("key", "name", "email", "modified"),
)
SHAPES = (LIST, OBJECT, CHANGES, STAGES, STAGE_OBJECTS, PIPELINES, FIELD_OPTIONS, USERS)
