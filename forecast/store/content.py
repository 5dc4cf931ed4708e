"""What a snapshot holds: everything that a forecast reads of a CRM export, and nothing that depends on the day it is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from forecast.crm import Reading
from forecast.findings import Finding
from forecast.store.rows import Columns, decode, digest_of, encode, microseconds, moment_of
from forecast.store.schema import KEPT
from simulations.tables import CrmTables, conform


@dataclass(frozen=True, slots=True)
class Content:
    """A reading at a moment, as the store holds it.

    Attributes
    ----------
    moment, exported : Timestamp
        The first instants that the reading, and the export that it is of, do not know.
    currency : str
        Of the amounts; empty where unknown.
    shape : str
    about : str
        JSON: order of the stages, since when columns are known, findings, what may look ahead.
    tables : mapping of str to Columns
        By the names of `simulations.tables.CrmTables`.
    """

    moment: pd.Timestamp
    exported: pd.Timestamp
    currency: str
    shape: str
    about: str
    tables: Mapping[str, Columns]

    @property
    def digest(self) -> str:
        """SHA-256 of all of it: equal contents, and only they, have equal ones."""
        facts = {
            "moment": microseconds(self.moment),
            "exported": microseconds(self.exported),
            "currency": self.currency,
            "shape": self.shape,
            "about": self.about,
        }
        return digest_of(self.tables, facts)


def content_of(reading: Reading, moment: pd.Timestamp) -> Content:
    """Return what the store holds of a reading.

    Raises
    ------
    BadInput
        An amount is too large to be counted to the cent.
    """
    tables, currency = reading.tables, reading.currency
    stored = {
        kept: encode(conform(getattr(tables, kept), columns), columns, currency)
        for kept, columns in KEPT.items()
    }
    return Content(moment, reading.export_date, currency, reading.shape, _about(reading), stored)


def reading_of(content: Content) -> Reading:
    """Return the reading that a content was made of; its export date is the moment from which nothing is known.

    The files are not told: the store stands in their place.
    """
    about = json.loads(content.about)
    frames = {kept: decode(content.tables[kept], columns, content.currency) for kept, columns in KEPT.items()}
    tables = CrmTables(
        **frames, stages=tuple(about["stages"]), known_from=_moments(about["known_from"])
    )  # fmt: skip
    findings = tuple(_finding(finding) for finding in about["findings"])
    return Reading(tables, findings, content.shape, content.moment, tuple(about["may_look_ahead"]))


def _about(reading: Reading) -> str:
    known_from = {
        name: None if since is None else microseconds(since)
        for name, since in reading.tables.known_from.items()
    }
    return json.dumps(
        {
            "stages": list(reading.tables.stages),
            "known_from": known_from,
            "findings": [asdict(finding) for finding in reading.findings],
            "may_look_ahead": list(reading.may_look_ahead),
        },
        ensure_ascii=False,
    )


def _moments(known_from: Mapping[str, int | None]) -> dict[str, pd.Timestamp | None]:
    return {name: None if since is None else moment_of(since) for name, since in known_from.items()}


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**{**told, "examples": tuple(told["examples"])})
