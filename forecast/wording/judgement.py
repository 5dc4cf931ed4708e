"""The templates that sentences about commits and calls are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "judgement.better": "{Whose} came nearer to what was booked than the statistics of the same days: the mean error was "
        "{error} against {statistics} ({periods} periods).",
        "judgement.worse": "{Whose} missed what was booked by more than the statistics of the same days: the mean error was "
        "{error} against {statistics} ({periods} periods).",
        "judgement.same": "{Whose} and the statistics of the same days were about equally near to what was booked: the mean "
        "error was {error} against {statistics} ({periods} periods).",
        "judgement.alone": "{Whose} missed what was booked by {error} on average ({cases}); {reason}.",
        "judgement.bias_high": "Of what they promised {bias} did not come (95% interval {low} to {high}).",
        "judgement.bias_low": "They promised too little: {bias} more came than was called ({low} to {high}).",
        "judgement.owner_high": "{owner}: {bias} of a {kind} does not come ({low} to {high}; {periods}).",
        "judgement.owner_low": "{owner}: {bias} more comes than a {kind} says ({low} to {high}; {periods}).",
        "judgement.owners_more": "By {count} more a {kind} leans; the table has them.",
        "judgement.owners_alike": "No owner's {kind} leans by more than luck does.",
        "judgement.owners_unsaid": "How far each owner's calls lean cannot be said: {reason}.",
        "judgement.blended": "{Whose} of {made}, {amount}, counts {weight} by its skill so far: with it the bookings are "
        "expected at {mean}; by the statistics alone at {statistics}.",
        "judgement.blended_chance": "The chance of the target is then {chance}; by the statistics alone {before}.",
        "judgement.not_blended": "{Whose} of {made}, {amount}, is shown and not mixed in: {reason}.",
        "judgement.no_call": "Nothing is mixed in: {reason}.",
        "judgement.no_past": "How good the calls were cannot be said: {reason}.",
    }
)
