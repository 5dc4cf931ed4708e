"""What a file is: the shape of which CRM its headers fit, or what a mapping file says of it."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace

from forecast.crm import dynamics, hubspot, pipedrive, salesforce, zoho
from forecast.crm.faults import listed
from forecast.crm.layout import Layout, Shape, plain_header
from forecast.crm.mapping import Mapping
from simulations.errors import BadInput, Problem

BY_MAPPING = "CSV by a mapping file"
#: Headers that must be known before a shape counts as recognised by them alone.
ENOUGH = 3
SHAPES: tuple[Shape, ...] = (
    *(*hubspot.SHAPES, *salesforce.SHAPES, *pipedrive.SHAPES),
    *(*dynamics.SHAPES, *zoho.SHAPES),
)
#: Any list that says of each owner the manager and the team.
OWNER_LIST = Shape(
    name="list of owners",
    role="owners",
    names={
        "key": ("owner", "rep", "sales agent", "sales rep", "salesperson", "deal owner", "opportunity owner"),
        "manager": ("manager", "sales manager", "reports to"),
        "team": ("team", "regional office", "region", "office", "group", "department"),
    },
    needs=("key", "manager"),
    without=frozenset(
        {"stage", "deal stage", "status", "amount", "value", "close date", "created", "created date"}
    ),
)
DEALS = tuple(shape for shape in SHAPES if shape.role == "opportunities")
#: Sets of columns of which an export of opportunities must have at least one, the most usual first.
REQUIRED = (("id",), ("created",), ("stage", "status"), ("close", "closed", "won"))


def shape_of(headers: Sequence[str]) -> Shape | None:
    """Return the shape that headers fit best; None where they fit none.

    A shape of another role than opportunities needs all its columns, and the one that needs most wins. Opportunities
    are told by headers that only one CRM uses, or by a whole set of columns under names of one CRM.
    """
    others = [shape for shape in SHAPES if shape.role != "opportunities" and shape.fits(headers)]
    if others:
        return max(others, key=lambda shape: len(shape.needs))
    best = max(DEALS, key=lambda shape: (whole(shape.columns(headers)), shape.score(headers)))
    whole_set = whole(best.columns(headers)) and best.score(headers) >= ENOUGH
    if whole_set:
        return best
    told = max(DEALS, key=lambda shape: shape.score(headers))
    if told.told(headers):
        return told
    return OWNER_LIST if OWNER_LIST.fits(headers) else None


def whole(columns: Dict[str, int]) -> bool:
    """Return whether an export of opportunities has all columns without which nothing can be read."""
    return all(any(choice in columns for choice in choices) for choices in REQUIRED)


def mapped(headers: Sequence[str], mapping: Mapping) -> bool:
    """Return whether a file has every column that the mapping names: then the mapping is about this file."""
    there = {plain_header(header) for header in headers}
    named = [*mapping.columns.values(), *mapping.stage_entered.values()]
    return bool(mapping.columns) and all(plain_header(header) in there for header in named)


def opportunities_layout(file: str, headers: Sequence[str], mapping: Mapping) -> Layout:
    """Return which column of opportunities is which: by the CRM whose headers fit best, overruled by the mapping.

    Raises
    ------
    BadInput
        If no CRM is recognised and the mapping names no columns, or it names headers that are not there.
    """
    shape = shape_of(headers)
    if shape is not None and shape.role != "opportunities":
        shape = None
    if shape is None and not mapping.columns:
        raise BadInput([unrecognised(file, headers)])
    known = shape is not None and "id" not in mapping.columns
    base = shape.layout(headers) if shape is not None and known else Layout(BY_MAPPING, {})
    columns = {**base.columns, **_positions(file, headers, mapping.columns, "columns")}
    stated = _positions(file, headers, mapping.stage_entered, "stage_entered")
    return replace(base, columns=columns, entered=stated or base.entered)


def _positions(file: str, headers: Sequence[str], named: Dict[str, str], key: str) -> dict[str, int]:
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


def unrecognised(file: str, headers: Sequence[str]) -> Problem:
    """Return what is said of a file whose columns belong to no CRM that is known."""
    return Problem(
        file,
        "header",
        "",
        listed(headers),
        "these are not the columns of a Salesforce opportunity report, HubSpot or Pipedrive deals; "
        "`pipecast import FILE --propose MAPPING.yaml` proposes which column is what; check it and give it with --mapping",
    )
