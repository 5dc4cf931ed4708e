"""What is said of the lead over profit and loss: templates, so that they can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LEAD: Mapping[str, str] = MappingProxyType(
    {
        "before": "{shock}: the CRM tells {weeks} weeks before published profit and loss does ({low} to {high}), {knowledge}.",
        "after": "{shock}: published profit and loss tells {weeks} weeks before the CRM does ({low} to {high}), {knowledge}. "
        "{why}",
        "open": "{shock}: neither tells surely before the other ({low} to {high} weeks), {knowledge}.",
        "both_silent": "{shock}: neither the CRM nor published profit and loss tells within {silent} weeks in most companies, "
        "{knowledge}. What it does is small beside the luck of a team this size.",
        "crm_silent": "The CRM stays silent for {silent} weeks in {share} of the companies.",
        "wins_late": "Bookings feel it at once, and in a CRM it shows only in stays that end one by one.",
        "noise": "Beside the luck of a team this size it is small for both.",
        "quarter": "Before the quarter of the shock closes, the CRM tells of {crm} of all shocks, published profit and loss "
        "of {books} ({knowledge}).",
        "rate": "On plan, within {weeks} weekly looks, the CRM alarms in {crm} of the companies and the rules on profit and "
        "loss in {books} each at most; {stated} a year was asked of both ({knowledge}).",
        "best": "Profit and loss is read by the best of {rules} rules, chosen with hindsight for each shock: the lead is "
        "rather more than this.",
        "left_out": "Companies in which either side alarmed before the shock are left out: {low} to {high} of them.",
    }
)

KNOWLEDGE: Mapping[str, str] = MappingProxyType(
    {
        "known plan": "where the plan is known",
        "as used": "as used, learned from the CRM of 52 weeks",
    }
)
