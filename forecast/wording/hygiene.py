"""The templates that sentences about disqualifying are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "hygiene.best": "Disqualifying after {days} days without a next step books most: {gain} more than never "
        "disqualifying, in the year and its run-off (95% interval {low} to {high}).",
        "hygiene.best_never": "Never disqualifying books most: every rule that differs from it books less.",
        "hygiene.nothing": "No number of days makes a difference to what is booked: against never disqualifying, all "
        "intervals hold 0. What the rule changes is hours and honesty.",
        "hygiene.alike_all": "Which number of days is chosen matters little: none of them can be told from the best.",
        "hygiene.alike": "From {first} to {last} nothing can be told from the best; 95% of resampled years have their best "
        "between {low} and {high}.",
        "hygiene.alike_one": "All others book less by more than luck; 95% of resampled years have their best between {low} and "
        "{high}.",
        "hygiene.harm": "Disqualifying after {days} days loses {loss} against never ({low} to {high}): reviews that are too "
        "quick end deals that would have been won.",
        "hygiene.hour_even": "At {days} days bookings are {loss} lower. Only where an hour saved brings {even} elsewhere does the "
        "rule pay.",
        "hygiene.hours": "At {days} days the team saves {hours} hours of follow-ups a year ({low} to {high}).",
        "hygiene.hours_none": "At {days} days no hours are saved that could be told from none.",
        "hygiene.bias": "The weighted pipeline at year end promises {without} too much without the rule, and {bias} with it "
        "({low} to {high}).",
        "hygiene.bias_plain": "The weighted pipeline at year end less what came of it is {without} without the rule, and {bias} "
        "with it ({low} to {high}).",
        "hygiene.thrown": "Of {ended} that reviews end in a year, {thrown} would have been won, for {value}.",
        "hygiene.thrown_none": "Of {ended} that reviews end in a year, none would have been won.",
        "hygiene.won_later": "Of {reached} opportunities that were silent for {days} days, {share} were won later ({low} to "
        "{high}), within {horizon} days.",
        "hygiene.few_later": "What becomes of opportunities that were silent for {days} days cannot be said: {reason}.",
        "hygiene.cost": "Ending them then saves {hours} hours a year, as assumed, and throws away {thrown} wins worth {value} "
        "({low} to {high}).",
        "hygiene.break_even": "That pays where an hour brings {even} or more ({low} to {high}).",
        "hygiene.pays_best": "With {hour} an hour, {days} days pay best: {gain} a year ({low} to {high}); the best number lies "
        "between {first} and {last}.",
        "hygiene.pays_nothing": "With {hour} an hour, {days} days pay best in the mean, {gain} a year, but the interval, {low} to "
        "{high}, holds 0; the best number lies between {first} and {last}.",
        "hygiene.pays_never": "With {hour} an hour, keeping them pays more than ending them, at every number of days that was "
        "looked at.",
        "hygiene.now": "Open now and silent for {days} days: {deals} with an amount of {amount}. The CRM promises {crm} of it; "
        "such have brought {worth}.",
        "hygiene.now_no_crm": "Open now and silent for {days} days: {deals} with an amount of {amount}; such have brought {worth}.",
    }
)
