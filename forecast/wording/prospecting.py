"""The templates that sentences about prospecting are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "prospecting.hours": "In {weeks} whole weeks from {start} on {hours} hours of prospecting are recorded, {per_week} a "
        "week, by {owners}.",
        "prospecting.no_hours": "In {weeks} whole weeks from {start} on no hours of prospecting are recorded, so nothing can "
        "be said of an hour.",
        "prospecting.opportunities": "An hour brings {mean} opportunities (95% interval {low} to {high}): one in {each} hours.",
        "prospecting.won_amount": "It brings {mean} won in the end ({low} to {high}), whenever that is within {horizon} days "
        "of creation.",
        "prospecting.touches": "An hour brings {mean} touches ({low} to {high}).",
        "prospecting.conversations": "An hour brings {mean} conversations ({low} to {high}).",
        "prospecting.meetings": "An hour brings {mean} meetings ({low} to {high}).",
        "prospecting.more": "{name} gets more out of an hour than all together: {mean} {what} ({low} to {high}) against {all}.",
        "prospecting.less": "{name} gets less out of an hour than all together: {mean} {what} ({low} to {high}) against {all}.",
        "prospecting.alike": "In {what} an hour no owner differs from all together by more than luck does.",
        "prospecting.kept": "Of {blocks} protected blocks {kept} were kept ({low} to {high}).",
        "prospecting.kept_least": "Fewest by {name}: {kept} of {blocks}.",
        "prospecting.unsaid": "The {what} an hour cannot be said: {reason}.",
    }
)
