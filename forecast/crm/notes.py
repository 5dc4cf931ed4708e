"""Findings that only reading can make: what was moved, left out, masked or may look ahead."""

from __future__ import annotations

from forecast.crm.assemble import Assembled
from forecast.crm.visits import Visits
from forecast.findings import Finding, first_examples


def reading_findings(read: Assembled, history: Visits, entries_kept: str) -> list[Finding]:
    """Return what was noticed while the tables were put together.

    Parameters
    ----------
    read : Assembled
    history : Visits
    entries_kept : {'all', 'latest', 'none'}
        Which entries into a stage the export has.
    """
    found = [
        finding(ids)
        for ids, finding in (
            (read.moved_closings, _clocks),
            (history.after_closing, _after_closing),
            (history.before_creation, _before_creation),
            (read.unknown_categories, _categories),
        )
        if ids
    ]
    if entries_kept == "none" and len(read.listed_stages) != 1:
        found.append(_no_history(len(read.opportunities)))
    return found


def knowledge_findings(masked: tuple[str, ...], ahead: tuple[str, ...]) -> list[Finding]:
    """Return what a reading before the export's own date does to its fields."""
    found = []
    if masked:
        found.append(
            Finding(
                "masked_fields",
                "warning",
                len(masked),
                masked,
                "The export is younger than the date of the forecast and keeps no history of some fields, "
                "so their values at that date are unknown",
                "They were taken away from what was open then; an export made on that date has them",
            )
        )
    if ahead:
        found.append(
            Finding(
                "may_look_ahead",
                "warning",
                len(ahead),
                ahead,
                "The export is younger than the date of the forecast, and some fields are used as they are today: "
                "the forecast may know a little of the future",
                "They were kept; an export made on that date is free of this",
            )
        )
    return found


def _clocks(ids: tuple[str, ...]) -> Finding:
    return Finding(
        "closed_before_created",
        "note",
        len(ids),
        first_examples(ids),
        "Creation is a bare day and closing has a clock, and by a day or two they stand in the wrong order",
        "These were taken as closed when created",
    )


def _after_closing(ids: tuple[str, ...]) -> Finding:
    return Finding(
        "stage_after_closing",
        "note",
        len(ids),
        first_examples(ids),
        "Some opportunities entered a stage after they had closed, so times in stage would come out wrong",
        "Those entries were left out",
    )


def _before_creation(ids: tuple[str, ...]) -> Finding:
    return Finding(
        "stage_before_creation",
        "warning",
        len(ids),
        first_examples(ids),
        "Some opportunities entered a stage on a day before they were created; imported records often do",
        "Those entries count from the creation",
    )


def _categories(words: tuple[str, ...]) -> Finding:
    return Finding(
        "unknown_forecast_category",
        "note",
        len(words),
        first_examples(words),
        "Some forecast categories are none of commit, best case, pipeline and omitted",
        "They count as not given",
    )


def _no_history(count: int) -> Finding:
    return Finding(
        "no_stage_history",
        "warning",
        count,
        (),
        "The export says in which stage an opportunity is, not when it came there, so the forecast can use "
        "its age but not its time in stage",
        "Export the stage dates or the stage history as well for a sharper forecast",
    )
