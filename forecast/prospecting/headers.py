"""Under which headers a file of prospecting records, or of a CRM's activities, has what."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forecast.crm.layout import Shape

MEASURES = ("hours", "touches", "conversations", "meetings")
#: What a column of records can be. ``minutes``: hours, written in minutes; ``kind``: what was done.
MEANINGS = ("owner", "day", *MEASURES, "minutes", "kind")
#: Meaning -> names of a column, the surest first; lower case, without accents and punctuation.
RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "owner": (
            *(
                "owner",
                "rep",
                "sales rep",
                "deal owner",
                "opportunity owner",
                "user",
                "employee",
                "member",
                "name",
            ),
            *(
                "person",
                "who",
                "mitarbeiter",
                "vertriebler",
                "besitzer",
                "utilisateur",
                "commercial",
                "vendedor",
            ),
        ),
        "day": (
            *(
                "day",
                "date",
                "start date",
                "work date",
                "spent on",
                "activity date",
                "datum",
                "tag",
                "jour",
                "fecha",
            ),
            *("data", "when", "start", "week of"),
        ),
        "hours": (
            *(
                "prospecting hours",
                "hours",
                "hours spent",
                "time spent",
                "hrs",
                "duration",
                "time",
                "stunden",
                "std",
            ),
            *("dauer", "heures", "horas", "ore", "uren"),
        ),
        "minutes": ("prospecting minutes", "minutes", "minutes spent", "mins", "min", "minuten", "minutos"),
        "touches": (
            *(
                "touches",
                "attempts",
                "dials",
                "calls made",
                "calls",
                "outreach",
                "contacts attempted",
                "kontaktversuche",
            ),
            *("anrufe", "versuche", "tentatives", "intentos"),
        ),
        "conversations": (
            *(
                "conversations",
                "connects",
                "connected calls",
                "connected",
                "calls connected",
                "contacts reached",
            ),
            *("gesprache", "conversaciones"),
        ),
        "meetings": (
            *(
                "meetings",
                "meetings booked",
                "meetings set",
                "appointments",
                "demos booked",
                "termine",
                "rendez vous",
            ),
            *("reuniones", "citas"),
        ),
        "kind": (
            "activity",
            "kind",
            "activity type",
            "category",
            "task",
            "project",
            "taetigkeit",
            "tatigkeit",
        ),
    }
)
#: Kinds of activity (words anywhere in their name) -> what one counts as.
COUNTS_AS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "meetings": ("meeting", "appointment", "demo", "lunch", "discovery", "termin", "visit"),
        "touches": ("call", "email", "mail", "linkedin", "sms", "message", "letter", "outreach", "anruf"),
    }
)
#: Outcomes of a call in which somebody answered.
ANSWERED = ("connected", "conversation", "answered", "reached", "spoke", "gesprochen")
#: A CRM's activities. ``owner``, ``when``, ``kind`` and ``deal`` as in the records; ``done``: yes or no, or a word;
#: ``outcome``: how a call ended; ``subkind``, ``subject``: asked where ``kind`` does not tell.
ACTIVITIES: tuple[Shape, ...] = (
    Shape(
        name="Pipedrive activities (API or warehouse)",
        names={
            "owner": ("assigned to user", "user id", "owner id"),
            "when": ("due to", "marked as done time", "due date"),
            "kind": ("type",),
            "deal": ("deal id",),
            "done": ("done",),
        },
        needs=("owner", "when", "kind", "deal", "done"),
    ),
    Shape(
        name="Pipedrive activities",
        names={
            "owner": ("assigned to user", "owner", "creator"),
            "when": ("marked as done time", "due date"),
            "kind": ("type",),
            "deal": ("deal", "deal id"),
            "done": ("done", "status"),
            "subject": ("subject",),
        },
        prefixes=r"^activity - ",
        telling=frozenset({"activity - type", "activity - subject"}),
        needs=("owner", "when", "kind", "deal"),
        verified=False,
    ),
    Shape(
        name="Salesforce events",
        names={
            "owner": ("owner id", "ownerid", "assigned"),
            "when": (
                "start date time",
                "startdatetime",
                "activity date time",
                "activity date",
                "activitydate",
            ),
            "kind": ("type",),
            "subkind": ("event subtype", "eventsubtype"),
            "deal": ("what id", "whatid"),
            "subject": ("subject",),
            "deleted": ("is deleted", "isdeleted"),
            "until": ("end date time", "enddatetime", "duration in minutes", "durationinminutes"),
        },
        needs=("owner", "when", "deal", "until"),
    ),
    Shape(
        name="Salesforce tasks",
        names={
            "owner": ("owner id", "ownerid", "assigned"),
            "when": ("activity date", "activitydate", "completed date time", "created date"),
            "kind": ("type",),
            "subkind": ("task subtype", "tasksubtype"),
            "deal": ("what id", "whatid"),
            "done": ("is closed", "isclosed", "status"),
            "outcome": ("call disposition", "calldisposition", "call result"),
            "subject": ("subject",),
            "deleted": ("is deleted", "isdeleted"),
        },
        needs=("owner", "when", "deal", "done"),
    ),
    Shape(
        name="HubSpot activities",
        names={
            "owner": ("activity assigned to", "assigned to", "hubspot owner id"),
            "when": ("activity date", "hs timestamp"),
            "kind": ("activity type", "engagement type", "type"),
            "deal": ("associated deal ids", "associated deal", "associated deals"),
            "outcome": ("call outcome",),
            "subject": ("call title", "meeting name", "subject"),
        },
        needs=("owner", "when", "deal"),
        verified=False,
    ),
)
#: The first characters of a Salesforce id, which may name anything in the column of the deal, where it names an opportunity.
SALESFORCE_OPPORTUNITY = "006"
