"""Any other delimited file, by its mapping; and what a mapping changes in a known shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from forecast.crm import hubspot, pipedrive, salesforce
from forecast.crm.layout import Layout, plain_header
from forecast.crm.mapping import Mapping
from simulations.errors import BadInput, Problem

SHAPE = "CSV by a mapping file"
#: Headers that must be known before a shape counts as recognised.
ENOUGH = 3
_CRMS = (hubspot, salesforce, pipedrive)


def recognise(file: str, headers: Sequence[str], mapping: Mapping) -> Layout:
    """Return which column is which: by the CRM whose headers fit best, overruled by the mapping.

    Raises
    ------
    BadInput
        If no CRM is recognised and the mapping names no columns, or it names headers that are not there.
    """
    best = max(_CRMS, key=lambda crm: crm.VOCABULARY.score(headers))
    known = best.VOCABULARY.score(headers) >= ENOUGH
    if not known and not mapping.columns:
        raise BadInput([_unrecognised(file, headers)])
    base = best.layout(headers) if known and "id" not in mapping.columns else Layout(SHAPE, {})
    columns = {**base.columns, **_positions(file, headers, mapping.columns, "columns")}
    stated = _positions(file, headers, mapping.stage_entered, "stage_entered")
    return replace(base, columns=columns, entered=stated or base.entered)


def _positions(file: str, headers: Sequence[str], named: dict[str, str], key: str) -> dict[str, int]:
    at = {plain_header(header): position for position, header in reversed(list(enumerate(headers)))}
    missing = {meaning: header for meaning, header in named.items() if plain_header(header) not in at}
    if missing:
        raise BadInput(
            Problem(
                file,
                "header",
                f"{key}.{meaning} of the mapping file",
                header,
                f"is no column of this file; its columns are {listed(headers)}",
            )
            for meaning, header in missing.items()
        )
    return {meaning: at[plain_header(header)] for meaning, header in named.items()}


def listed(headers: Iterable[str], most: int = 12) -> str:
    """Return headers as one readable list, cut where it grows too long."""
    every = [header for header in headers if header]
    tail = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + tail


def _unrecognised(file: str, headers: Sequence[str]) -> Problem:
    return Problem(
        file,
        "header",
        "",
        listed(headers),
        "these are not the columns of a Salesforce opportunity report, HubSpot or Pipedrive deals; "
        "say with --mapping which column is id, created, stage or status, close and amount",
    )
