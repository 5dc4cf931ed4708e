"""The templates of what is said about pipeline changes. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "changes.rose": "{Pipeline} rose by {change}: from {start} ({start_deals}) at the end of {begin} to {end} "
        "({end_deals}) at the end of {until}.",
        "changes.fell": "{Pipeline} fell by {change}: from {start} ({start_deals}) at the end of {begin} to {end} "
        "({end_deals}) at the end of {until}.",
        "changes.same": "{Pipeline} is as large as it was: {end} ({end_deals}) at the end of {until}, against {start} "
        "({start_deals}) at the end of {begin}.",
        "changes.deals_rose": "{Pipeline} grew from {start_deals} at the end of {begin} to {end_deals} at the end of "
        "{until}; it carries no amounts.",
        "changes.deals_fell": "{Pipeline} shrank from {start_deals} at the end of {begin} to {end_deals} at the end of "
        "{until}; it carries no amounts.",
        "changes.deals_same": "{Pipeline} is as large as it was, {end_deals}, at the end of {begin} and of {until}; it "
        "carries no amounts.",
        "changes.came": "Into it came {came}.",
        "changes.went": "Out of it went {went}.",
        "changes.nothing": "Nothing came into it and nothing went out.",
        "changes.slipped": "{slipped} of {open} slipped: their expected close was moved into a later {period}; {again} of "
        "them had slipped before.",
        "changes.no_slips": "None of {open} slipped: no expected close was moved into a later {period}.",
        "changes.no_dates": "Slips cannot be counted: no open opportunity carries an expected close date.",
        "changes.old": "Open for more than {days} days, the age by which 9 of 10 wins had been won: {late} of {open} ({amount}).",
        "changes.undated": "No open opportunity carries an expected close date, so that the pipeline due in the period cannot "
        "be told apart: all that is open is looked at.",
        "changes.unpriced": "{count} in the pipeline carry no amount and count 0; an amount that is typed for the first time "
        "shows as increased.",
        "changes.gone": "{count} of what counts as disqualified left without an outcome: they are no longer in the CRM.",
        "changes.unseen": "{count} that had closed before are in the CRM only now; they never were in the pipeline between the "
        "two days and stand in no step.",
        "changes.forecast_rose": "The forecast of what is booked from {start} to {end} rose by {change}, from {before} to "
        "{after}: {parts}.",
        "changes.forecast_fell": "The forecast of what is booked from {start} to {end} fell by {change}, from {before} to "
        "{after}: {parts}.",
        "changes.forecast_same": "The forecast of what is booked from {start} to {end} did not change: {after}.",
        "changes.creation": "What was created since is worth {new}; {expected} had been expected of what would be created in "
        "that time, and time passing took that away.",
        "changes.no_forecast": "What changed the forecast cannot be told: {reason}.",
    }
)

#: What a step of the waterfall is called.
STEPS: Mapping[str, str] = MappingProxyType(
    {
        "start": "start",
        "created": "created",
        "reopened": "reopened",
        "pulled_in": "pulled in",
        "increased": "increased",
        "taken_over": "taken over",
        "decreased": "decreased",
        "pushed_out": "pushed out",
        "lost": "lost",
        "disqualified": "disqualified",
        "won": "won",
        "handed_over": "handed over",
        "end": "end",
    }
)
#: What changed a forecast, in words.
CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "time": "time passing",
        "closed": "won, lost and disqualified deals",
        "moved": "moved deals",
        "new": "new deals",
        "calibration": "changed calibration",
    }
)
