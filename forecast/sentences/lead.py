"""The lead over profit and loss in sentences that follow sign and interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from forecast.lead.company import SILENT_WEEKS, WATCH_WEEKS
from forecast.lead.measuring import Lead, LeadTable
from forecast.lead.one_company import YEARLY
from forecast.lead.profit_and_loss import RULES
from forecast.wording.lead import KNOWLEDGE, LEAD
from simulations.intervals import Estimate
from simulations.wording import percent, sentence_start

#: A share of silent companies that is worth a word.
MANY = 0.2


def lead_sentences(table: LeadTable) -> tuple[str, ...]:
    """Return what the table says: shock by shock as used, then what holds for all of them."""
    told = [one for one in table.leads if one.recording == _recording(table) and one.knowledge == "as used"]
    return (*(" ".join(_shock(one)) for one in told), *_quarters(table), *_rates(table), *_frame(table))


def of_knowledge(one: Lead) -> str:
    """Return how the CRM was kept and what was known, in words."""
    kept = "" if one.knowledge == "known plan" else f", {one.recording} recording"
    return f"{KNOWLEDGE[one.knowledge]}{kept}"


def _recording(table: LeadTable) -> str:
    """Return the recording that is told: people's, where it was measured."""
    return "human" if any(one.recording == "human" for one in table.leads) else "perfect"


def _shock(one: Lead) -> Iterator[str]:
    shock, knowledge = sentence_start(one.shock), of_knowledge(one)
    if one.crm.mean >= SILENT_WEEKS and one.books.mean >= SILENT_WEEKS:
        yield LEAD["both_silent"].format(shock=shock, silent=SILENT_WEEKS, knowledge=knowledge)
        return
    key = {1: "before", -1: "after", 0: "open"}[one.lead.sign]
    why = LEAD["wins_late"] if "win rate" in one.shock else LEAD["noise"]
    ends = sorted((abs(one.lead.low), abs(one.lead.high))) if one.lead.sign else (one.lead.low, one.lead.high)
    yield LEAD[key].format(
        shock=shock, weeks=_weeks(abs(one.lead.mean)), low=_weeks(ends[0]), high=_weeks(ends[1]), knowledge=knowledge, why=why
    )  # fmt: skip
    if one.crm_silent >= MANY:
        yield LEAD["crm_silent"].format(silent=SILENT_WEEKS, share=percent(one.crm_silent))


def _quarters(table: LeadTable) -> Iterator[str]:
    for knowledge in KNOWLEDGE:
        told = [one for one in table.leads if one.knowledge == knowledge]
        told = [one for one in told if one.recording == _recording(table)] or told
        crm, books = (
            float(np.mean([getattr(one, side).mean for one in told]))
            for side in ("crm_in_quarter", "books_in_quarter")
        )
        yield LEAD["quarter"].format(crm=percent(crm), books=percent(books), knowledge=KNOWLEDGE[knowledge])


def _rates(table: LeadTable) -> Iterator[str]:
    for knowledge, recording in dict.fromkeys((known, kept) for known, kept, _ in table.on_plan):
        shares = {
            side: share
            for (known, kept, side), share in table.on_plan.items()
            if (known, kept) == (knowledge, recording)
        }
        crm, books = shares.pop("crm"), max(share.mean for share in shares.values())
        kept = "" if knowledge == "known plan" else f", {recording} recording"
        yield LEAD["rate"].format(
            weeks=WATCH_WEEKS, crm=_share(crm), books=percent(books), stated=percent(YEARLY),
            knowledge=f"{KNOWLEDGE[knowledge]}{kept}",
        )  # fmt: skip


def _frame(table: LeadTable) -> Iterator[str]:
    yield LEAD["best"].format(rules=len(RULES))
    left_out = [one.left_out for one in table.leads]
    yield LEAD["left_out"].format(low=percent(min(left_out)), high=percent(max(left_out)))


def _share(share: Estimate) -> str:
    return f"{percent(share.mean)} ({percent(share.low)} to {percent(share.high)})"


def _weeks(weeks: float) -> str:
    return f"{weeks:.0f}" if weeks == round(weeks) else f"{weeks:.1f}"


def table_rows(leads: Sequence[Lead]) -> list[tuple[str, ...]]:
    """Return the cells of one table of leads."""
    return [
        (
            one.shock,
            _median(one.crm),
            _median(one.books),
            _median(one.lead),
            percent(one.quick.mean),
            f"{percent(one.crm_silent)} / {percent(one.books_silent)}",
            f"{percent(one.crm_in_quarter.mean)} / {percent(one.books_in_quarter.mean)}",
            "-" if np.isnan(one.since_error) else _weeks(one.since_error),
            "-" if one.hours is None else _weeks(one.hours.mean),
        )
        for one in leads
    ]


def _median(one: Estimate) -> str:
    """Return a median and its interval, as narrow as a table of eight columns needs."""
    return f"{_weeks(one.mean)} ({one.low:.0f}..{one.high:.0f})"
