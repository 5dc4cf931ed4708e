"""The templates that sentences about alarms are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "alarm.quiet": "Nothing has left the plan: whatever deviates does so no further than luck takes it. In {rate} of years on plan "
        "there is an alarm all the same.",
        "alarm.raised": "{who} {what}, most likely since {since}. Luck alone would take this monitor so far in {chance} of years.",
        "alarm.watch": "To be watched: {who} {what}, most likely since {since}; luck alone does as much in {chance} of years.",
        "alarm.cost": "If it goes on like this, it costs {cost} by {end} (8 of 10 cases: {low} to {high}).",
        "alarm.no_cost": "What is projected has not fallen since.",
        "alarm.repair": "To make up for it takes {count} opportunities a week beyond the plan, until {until}.",
        "alarm.repair_hours": "To make up for it takes {count} opportunities a week beyond the plan, until {until}: at what they took "
        "so far {hours} hours of prospecting a week.",
        "alarm.too_late": "What is newly created can hardly be won in time any more.",
        "alarm.chance": "The chance of the target of {target} is {chance}; {booked} is booked.",
    }
)
#: What each monitor says where it is off, after a name or "The team".
WHAT: Mapping[str, str] = MappingProxyType(
    {
        "creation": "creates fewer opportunities than planned",
        "amounts": "creates smaller opportunities than usual",
        "conversion": "advances fewer opportunities than usual",
        "time in stage": "lets opportunities stay in their stages longer than usual",
        "weighted pipeline": "has a weighted pipeline below what the plan needs",
        "projected bookings": "loses projected bookings",
        "slips": "lets more expected closes slip than usual",
        "prospecting hours": "prospects fewer hours than usual",
    }
)
