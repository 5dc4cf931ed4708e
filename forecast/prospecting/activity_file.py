"""A CRM's activities: those without a deal are prospecting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from forecast.crm.columns import FLAGS, stripped
from forecast.crm.dates import parse_dates
from forecast.crm.faults import Faults
from forecast.crm.layout import Shape
from forecast.crm.outcome_words import bare_words
from forecast.crm.sheet import Sheet
from forecast.crm.times import Order
from forecast.findings import Finding, first_examples
from forecast.prospecting.headers import ACTIVITIES, ANSWERED, COUNTS_AS, SALESFORCE_OPPORTUNITY
from forecast.prospecting.rows import Rows
from simulations.tables import PROSPECTING, conform

DONE = ("done", "completed", "closed", "complete", "erledigt")
#: What an activity counts as whose kind does not tell.
FALLBACKS = {"Salesforce events": "meetings"}
#: Length of a Salesforce id, without and with the letters that make it safe against case.
_IDS = (15, 18)


def activity_shape(headers: Sequence[str]) -> Shape | None:
    """Return as which CRM's activities a file is read; None where its headers fit none."""
    return next((shape for shape in ACTIVITIES if shape.fits(headers)), None)


def read_activity_file(sheet: Sheet, shape: Shape, order: Order | None) -> Rows:
    """Return the touches, conversations and meetings of activities without a deal.

    What has not been done, was deleted, or is neither a touch nor a meeting by its kind is left out. How long an
    activity took is not read: it tells the talk, not the hours spent.

    Parameters
    ----------
    sheet : Sheet
    shape : Shape
    order : {"day-first", "month-first"} or None
        Of dates such as 1/2/2026.

    Raises
    ------
    BadInput
        A date cannot be read.
    """
    faults = Faults(sheet)
    columns = shape.columns(sheet.headers)
    texts = {meaning: stripped(sheet.rows[at]) for meaning, at in columns.items()}
    left, kept = _kept(texts)
    texts = {meaning: text[kept] for meaning, text in texts.items()}
    dated = parse_dates({"when": texts["when"]}, {"when": sheet.headers[columns["when"]]}, order, faults)
    faults.raise_any()
    counts = _counts(texts, FALLBACKS.get(shape.name, ""))
    counted = counts[["touches", "meetings"]].sum(axis=1) > 0
    left["other"] = texts["owner"].index[~counted]
    rows = counts.assign(owner=texts["owner"], day=dated.moments["when"])[counted]
    table = conform(rows, PROSPECTING)
    return Rows(sheet.file, shape.name, table, (*sheet.findings, *_findings(left, texts, shape)))


def _kept(texts: dict[str, pd.Series]) -> tuple[dict[str, pd.Index], pd.Series]:
    """Return which rows were left out and why, and which are kept."""
    index = texts["owner"].index
    blank = pd.Series(index=index, dtype="str")
    deal = texts["deal"]
    salesforce = deal.str.fullmatch(r"[0-9A-Za-z]+") & deal.str.len().isin(_IDS)
    other_object = salesforce.eq(other=True) & ~deal.str.startswith(SALESFORCE_OPPORTUNITY, na=False)
    of_deal = deal.notna() & ~other_object
    done = texts.get("done", blank)
    undone = done.notna() & ~(
        done.str.casefold().map(FLAGS).eq(other=True) | done.map(_is_done).eq(other=True)
    )
    deleted = texts.get("deleted", blank).str.casefold().map(FLAGS).eq(other=True)
    nameless = texts["owner"].isna() | texts["when"].isna()
    kept = ~(of_deal | undone | deleted | nameless)
    left = {
        "of_deal": index[of_deal],
        "undone": index[undone & ~of_deal],
        "nameless": index[nameless & ~of_deal & ~undone & ~deleted],
    }
    return left, kept


def _is_done(word: object) -> bool:
    return isinstance(word, str) and bare_words(word) in DONE


def _counts(texts: dict[str, pd.Series], fallback: str) -> pd.DataFrame:
    """Return what each activity counts as: touches and meetings by kind or subject, conversations by a call's outcome."""
    index = texts["owner"].index
    blank = pd.Series(index=index, dtype="str")
    said = [texts.get(name, blank).fillna("").map(bare_words) for name in ("kind", "subkind", "subject")]
    counts = pd.DataFrame(0.0, index=index, columns=["touches", "meetings"])
    open_ = pd.Series(data=True, index=index)
    for names in said:
        for measure, words in COUNTS_AS.items():
            mine = _has_word(names, words) & open_
            counts.loc[mine, measure] = 1.0
            open_ &= ~mine
    if fallback:
        counts.loc[open_, fallback] = 1.0
    if "outcome" in texts and texts["outcome"].notna().any():
        answered = _has_word(texts["outcome"].fillna("").map(bare_words), ANSWERED)
        counts["conversations"] = (answered & (counts["touches"] > 0)).astype("float64")
    return counts


def _has_word(names: pd.Series, words: Iterable[str]) -> pd.Series:
    """Return which names have one of some words in them, in the plural too."""
    return names.str.contains(rf"\b(?:{'|'.join(words)})s?\b", regex=True)


def _findings(left: dict[str, pd.Index], texts: dict[str, pd.Series], shape: Shape) -> list[Finding]:
    found = []
    said = {
        "of_deal": ("note", "{count} activities belong to a deal: they are work on it, not prospecting"),
        "undone": ("note", "{count} activities have not been done yet"),
        "nameless": ("warning", "{count} activities have no owner or no date"),
        "other": ("note", "{count} activities are neither a touch nor a meeting by their kind"),
    }
    for why, (severity, words) in said.items():
        if len(left[why]):
            kinds = (
                texts["kind"].reindex(left[why]).dropna().unique()
                if why == "other" and "kind" in texts
                else ()
            )
            code = f"activities_{why}"
            effect = words.format(count=f"{len(left[why]):,}")
            found.append(
                Finding(code, severity, len(left[why]), first_examples(kinds), effect, "They were left out")  # type: ignore[arg-type]  # a severity
            )
    if not shape.verified:
        effect = (
            f"{shape.name} are read by their documented headers; no real file was at hand to check it against"
        )
        found.append(Finding("unverified_shape", "warning", 1, (), effect, "Compare the counts with the CRM"))
    return found
