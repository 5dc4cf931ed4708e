"""Findings that only reading can make: what was moved, left out, masked or may look ahead."""

from __future__ import annotations

from dataclasses import replace

from forecast.crm.assemble import Assembled
from forecast.crm.kinds import KINDS, finding
from forecast.crm.sources import Sources
from forecast.crm.visits import Visits
from forecast.findings import Finding, first_examples


def reading_findings(read: Assembled, history: Visits, sources: Sources, entries_kept: str) -> list[Finding]:
    """Return what was noticed while the tables were put together.

    Parameters
    ----------
    read : Assembled
    history : Visits
    sources : Sources
    entries_kept : {'all', 'latest', 'none'}
        Which entries into a stage the export has.
    """
    noticed = {
        **read.noticed,
        "after_closing": history.after_closing,
        "before_creation": history.before_creation,
        "unverified": tuple(part.layout.shape for part in sources.parts if not part.layout.verified),
        "unused_files": sources.unused,
    }
    found = [finding(code, noticed[code]) for code in KINDS if noticed.get(code)]
    if read.money.converted:
        found.append(_converted(read))
    if entries_kept == "none" and len(read.listed_stages) != 1:
        found.append(_no_history(len(read.opportunities)))
    return found


def sheet_findings(sources: Sources) -> list[Finding]:
    """Return what was stripped or assumed while files were read as tables: one finding of each kind for all files."""
    found: dict[str, Finding] = {}
    for part in sources.parts:
        for one in part.sheet.findings:
            first = found.get(one.code)
            examples = one.examples if first is None else first_examples([*first.examples, *one.examples])
            count = one.count + (0 if first is None else first.count)
            found[one.code] = replace(one, count=count, examples=examples)
    return list(found.values())


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


def _converted(read: Assembled) -> Finding:
    money = read.money
    return Finding(
        "amounts_converted",
        "note",
        sum(money.converted.values()),
        first_examples(f"{count:,} from {code}" for code, count in money.converted.items()),
        f"Amounts in other currencies were converted to {money.currency or 'the company currency'} by {money.by}",
        "Those of closed opportunities at the rate of the day on which they closed, the others at the latest"
        if "." in money.by
        else "The CRM chose the rates",
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
