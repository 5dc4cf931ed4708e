"""The templates that sentences about what enters are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "inflow.conversion": "Of the opportunities that were created {share} are won within {horizon} days "
        "(95% interval {low} to {high}).",
        "inflow.conversion_more": "That share grows by {change} points a quarter of creation ({low} to {high}).",
        "inflow.conversion_less": "That share falls by {change} points a quarter of creation ({low} to {high}).",
        "inflow.conversion_same": "That share shows no clear trend: {low} to {high} points a quarter are possible.",
        "inflow.cycle": "Those that are won take {median} days in the middle case ({low} to {high}); 8 of 10 take between "
        "{short} and {long}.",
        "inflow.cycle_more": "It takes longer and longer: {change} more a quarter ({low} to {high}).",
        "inflow.cycle_less": "It takes less and less time: {change} less a quarter ({low} to {high}).",
        "inflow.cycle_same": "How long it takes shows no clear trend: {low} to {high} a quarter are possible.",
        "inflow.per_week": "{count} new opportunities enter in a week ({low} to {high}; {weeks} weeks).",
        "inflow.per_week_more": "Their number grows by {change} a quarter ({low} to {high}).",
        "inflow.per_week_less": "Their number falls by {change} a quarter ({low} to {high}).",
        "inflow.per_week_same": "Their number shows no clear trend: {low} to {high} a quarter are possible.",
        "inflow.value": "They are worth {value} a week ({low} to {high}).",
        "inflow.value_more": "Their value grows by {change} a quarter ({low} to {high}).",
        "inflow.value_less": "Their value falls by {change} a quarter ({low} to {high}).",
        "inflow.value_same": "Their value shows no clear trend: {low} to {high} a quarter are possible.",
        "inflow.introduced_more": "Introductions are won more often than all others: {mine} against {rest}, {change} points "
        "more ({low} to {high}).",
        "inflow.introduced_less": "Introductions are won less often than all others: {mine} against {rest}, {change} points "
        "less ({low} to {high}).",
        "inflow.introduced_same": "Whether introductions are won more often than all others does not show: {mine} against "
        "{rest}, a difference of {low} to {high} points is possible.",
        "inflow.introduced_unsaid": "Whether introductions are won more often than all others cannot be said: {reason}.",
        "inflow.stands_out_more": "By {by}, {name} is won more often than all others: {mine}, {change} points more "
        "({low} to {high}).",
        "inflow.stands_out_less": "By {by}, {name} is won less often than all others: {mine}, {change} points less "
        "({low} to {high}).",
        "inflow.alike": "By {by}, no conversion differs from the rest by more than luck does when {count} are compared.",
        "inflow.few": "By {by}, {few} of {count} have too little history for their conversion to be said.",
        "inflow.unsaid": "By {by} nothing can be told apart: {reason}.",
        "inflow.missing": "The {what} cannot be said: {reason}.",
    }
)
