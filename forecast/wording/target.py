"""The templates of sentences about targets, parts, risks and the walk. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "required.nothing": "What is booked and open is enough for the target with a confidence of {confidence}, even if nothing "
        "more is created.",
        "required.more": "To reach the target with a confidence of {confidence}, {count} opportunities must be created a week "
        "from now on{worth}: {times} times the {present} of the present pace.",
        "required.far": "To reach the target with a confidence of {confidence}, {count} opportunities would have to be created a "
        "week from now on{worth}: {times} times the {present} of the present pace, which is hardly to be done.",
        "required.same": "To reach the target with a confidence of {confidence}, {count} opportunities must be created a week "
        "from now on{worth}, which is about the present pace.",
        "required.less": "To reach the target with a confidence of {confidence}, {count} opportunities a week are enough{worth}; "
        "at the present pace {present} are created.",
        "required.none": "No pace of creation reaches the target with a confidence of {confidence}: {reason}.",
        "last_useful.day": "The last useful creation date is {day}: of what is created later and won some day, fewer than one in "
        "ten is won by the period's end. Of what is created after {half}, most is already too late.",
        "last_useful.already": "The last useful creation date is {day}: of what is created later and won some day, fewer than one "
        "in ten is won by the period's end. Already now, most of what is created is won after it.",
        "last_useful.passed": "The last useful creation date was {day}: what is created now will hardly book in the period.",
        "required_coverage.enough": "The coverage of {ratio} is enough for a confidence of {confidence}: from open deals alone "
        "{required} is needed, for win rates and deal sizes like those of this pipeline.",
        "required_coverage.with_new": "The coverage of {ratio} is enough for a confidence of {confidence} only if new business comes "
        "as expected ({with_new} is needed then); from open deals alone {required} would be needed.",
        "required_coverage.short": "The coverage of {ratio} is too little for a confidence of {confidence}: from open deals alone "
        "{required} is needed, and {with_new} if new business comes as expected.",
        "required_coverage.none": "Which coverage is needed cannot be said: {reason}.",
        "roll_up.largest": "The largest part by {by} is {name}, with {mean} expected ({share} of all).",
        "roll_up.month": "The largest month is {name}, with {mean} expected ({share} of all).",
        "roll_up.rest": "Expected from opportunities that are not yet created and {rest}: {mean}.",
        "risks.top": "Most hangs on {deal}{whose}, {amount}: if it is won in the period (a chance of {chance}), the chance of the "
        "target is {won}, else {lost}.",
        "risks.none": "No single open deal moves the chance of the target by more than the luck of the draws.",
        "risks.few": "Nothing can be said of {deals} won, or not won, in too few of the {draws} draws.",
        "walk.short": "In the forecast call {booked} is booked and {promised} is promised by open deals; of the target of {target}, "
        "{gap} is still to create.",
        "walk.beyond": "In the forecast call {booked} is booked and {promised} is promised by open deals: {gap} more than the target "
        "of {target}, on paper.",
        "walk.exact": "In the forecast call {booked} is booked and {promised} is promised by open deals: the target of {target}, on "
        "paper.",
        "walk.expected": "Of the {promised} promised, history expects {expected} to be booked in the period.",
        "walk.commit_less": "Of the commit of {commit}, history expects {expected}.",
        "walk.commit_more": "Of the commit of {commit}, history expects {expected}: more than was typed, since some carry no amount.",
        "walk.left_out": "It expects {expected} more from open deals that the call leaves out: omitted, without a date, or dated into "
        "another period.",
        "walk.rose": "Since {since} the sum of booked and promised rose by {change}.",
        "walk.fell": "Since {since} the sum of booked and promised fell by {change}.",
        "walk.same": "Since {since} the sum of booked and promised did not change.",
        "walk.won": "Won since: {won}.",
        "walk.up": "{owner} added most: {value}.",
        "walk.down": "{owner} took off most: {value}.",
        "walk.no_categories": "The export carries no forecast category, so all open deals stand on one line; map the CRM's column, or "
        "give stages their category in the mapping.",
        "walk.no_dates": "No open deal carries an expected close known at that moment, so none stands in the call.",
        "walk.unpriced": "{count} open deals in the call carry no amount and count 0.",
        "walk.assumed": "What these fields held then, no file tells: {fields}. They are taken to have been what they are now, so that "
        "moves in and out, other categories and changed amounts do not show; give the export of that day as well.",
    }
)
