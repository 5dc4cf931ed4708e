"""What can be noticed while a CRM is read: the words for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from forecast.findings import Finding, Severity, first_examples


@dataclass(frozen=True, slots=True)
class Kind:
    """The words for one kind of thing noticed.

    Attributes
    ----------
    code : str
        Of the finding.
    severity : str
    effect, action : str
        As in `forecast.findings.Finding`; ``{count}`` stands for how many.
    """

    code: str
    severity: Severity
    effect: str
    action: str


#: What was noticed -> its words; in the order in which findings of one severity stand.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "strangers": Kind(
            "history_of_others",
            "warning",
            "The history tells of {count} opportunities that are not in the file of opportunities",
            "Their rows were left out; export both at the same time and with the same filter",
        ),
        "only_strangers": Kind(
            "history_of_others",
            "serious",
            "Not one of the {count} opportunities of the history is in the file of opportunities, so it says nothing",
            "The history was left out; export both with the same ids, at the same time and with the same filter",
        ),
        "undated": Kind(
            "undated",
            "warning",
            "{count} opportunities have no creation date, so their age is unknown",
            "They are counted here and left out of every forecast; a creation date in the CRM brings them in",
        ),
        "ahead": Kind(
            "records_ahead",
            "warning",
            "{count} opportunities have dates three weeks or more after all others, so the export may be younger than "
            "what is taken for its day",
            "The day of the export was taken from them; correct them in the CRM, or give that day with --as-of",
        ),
        "no_stage": Kind(
            "no_stage",
            "serious",
            "{count} opportunities have no stage, so nothing says how far they are or whether they are still open",
            "They count as open; export them with their stage, or with their stage history",
        ),
        "reused_ids": Kind(
            "reused_ids",
            "warning",
            "{count} ids were created twice: two opportunities have become one",
            "Each was read as one, from its first creation to its last end",
        ),
        "merged": Kind(
            "merged_opportunities",
            "note",
            "{count} opportunities were merged into others that are in the file",
            "They were left out, so that none is counted twice",
        ),
        "deleted": Kind(
            "deleted_opportunities",
            "note",
            "{count} rows are marked as deleted in the CRM",
            "They were left out",
        ),
        "moved_closings": Kind(
            "closed_before_created",
            "note",
            "{count} opportunities closed on a day before they were created: two clocks disagree, or the record was made "
            "afterwards",
            "These were taken as closed when created",
        ),
        "closed_by_history": Kind(
            "closing_by_history",
            "note",
            "The closing date of {count} opportunities lies before their creation or after the day on which the history "
            "records the closing",
            "The moment that the history records was taken",
        ),
        "created_by_history": Kind(
            "created_by_history",
            "note",
            "{count} opportunities have no creation date of their own",
            "Their first stage entry was taken for it",
        ),
        "history_begins_late": Kind(
            "history_begins_late",
            "warning",
            "The history begins after {count} opportunities had been created, so it does not say when these entered the "
            "stage in which it finds them",
            "Their first stage has no entry; export a longer history for a sharper forecast",
        ),
        "after_closing": Kind(
            "stage_after_closing",
            "note",
            "Some opportunities entered a stage after they had closed, so times in stage would come out wrong",
            "Those entries were left out",
        ),
        "before_creation": Kind(
            "stage_before_creation",
            "warning",
            "Some opportunities entered a stage on a day before they were created; imported records often do",
            "Those entries count from the creation",
        ),
        "probability_beyond": Kind(
            "probability_of_closed",
            "note",
            "{count} closed opportunities have a typed probability that is none from 0 to 100%",
            "It was left away; nothing is computed from the probability of what has closed",
        ),
        "unknown_categories": Kind(
            "unknown_forecast_category",
            "note",
            "Some forecast categories are none of commit, best case, pipeline and omitted",
            "They count as not given",
        ),
        "unverified": Kind(
            "unverified_shape",
            "warning",
            "This kind of file is read by its documented headers; no real one was at hand to check it against",
            "Compare the counts and a few opportunities with the CRM",
        ),
        "unused_files": Kind(
            "unused_files",
            "note",
            "{count} files are nothing that a forecast reads",
            "They were left out",
        ),
    }
)


def finding(noticed: str, whom: Sequence[str]) -> Finding:
    """Return the finding for something noticed, with its first examples.

    Parameters
    ----------
    noticed : str
        A key of `KINDS`.
    whom : sequence of str
        Ids, words or files concerned.
    """
    kind = KINDS[noticed]
    effect = kind.effect.format(count=f"{len(whom):,}")
    return Finding(kind.code, kind.severity, len(whom), first_examples(whom), effect, kind.action)
