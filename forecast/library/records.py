"""Prospecting records as a question names them: files, each of one owner or of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulations.errors import call_refused

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.prospecting import Prospecting, RecordFile
    from forecast.review import ReviewAsked

NEEDS_RECORDS = "needs prospecting records: it says how they are read, or what they are held against"


def record_file(named: Path | str) -> RecordFile:
    """Return the file that ``FILE`` or ``OWNER=FILE`` names."""
    from forecast.prospecting import RecordFile

    owner, sign, path = str(named).partition("=")
    if sign and not Path(named).exists():
        return RecordFile(Path(path), owner.strip() or None)
    return RecordFile(Path(named))


@dataclass(frozen=True, slots=True)
class Records:
    """What was recorded of prospecting, as files.

    Attributes
    ----------
    files : tuple of RecordFile
    mapping : Path or None
        YAML file that names their columns, words and owners.
    plan : Path or None
        Of protected blocks.
    """

    files: tuple[RecordFile, ...]
    mapping: Path | None
    plan: Path | None

    @classmethod
    def of(cls, named: Sequence[Path | str], mapping: Path | str | None, plan: Path | str | None) -> Records:
        """Return the files that a question names.

        Raises
        ------
        BadInput
            A mapping or a plan is named, and no records.
        """
        if not named and plan is not None:
            raise call_refused("plan", plan, NEEDS_RECORDS)
        if not named and mapping is not None:
            raise call_refused("records_mapping", mapping, NEEDS_RECORDS)
        beside = (None if path is None else Path(path) for path in (mapping, plan))
        return cls(tuple(record_file(one) for one in named), *beside)

    def learned(self, reading: Reading, asked: ReviewAsked) -> Prospecting | None:
        """Return what an hour of prospecting brings, as known to a review; None without records."""
        from forecast.known import as_of
        from forecast.prospecting import learn_prospecting, read_plan, read_records
        from forecast.prospecting.mapping import RecordsMapping, read_records_mapping

        if not self.files:
            return None
        told = RecordsMapping() if self.mapping is None else read_records_mapping(self.mapping)
        return learn_prospecting(
            read_records(self.files, until=asked.moment, mapping=told),
            asked.moment,
            tables=as_of(reading.tables, asked.moment),
            plan=None if self.plan is None else read_plan(self.plan, asked.moment, told),
            country=asked.country,
            seed=asked.seed,
        )
