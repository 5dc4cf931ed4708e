"""By what opportunities are told apart: source, introductions against the rest, owner, team, size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.calibration.records import Floats, Records
from forecast.source_kinds import of_kind
from simulations.errors import BadInput, Problem
from simulations.plots.numerals import digits
from simulations.tables import CrmTables

By = Literal["introductions", "source", "owner", "team", "size"]
BYS: tuple[By, ...] = get_args(By)
INTRODUCED, OTHERS = "introductions", "all others"
#: Segments beyond the largest of these are taken together.
MOST_SEGMENTS = {"source": 12, "owner": 60, "team": 30}
#: Amounts say more of the outcome than of the size where they are missing on wins and losses in shares further apart.
TELLING = 0.05
#: Size bands, unless told; and opportunities with an amount from which they are made.
BANDS, FEWEST_PRICED = 3, 30
NO_SOURCE = "no opportunity names its source: export that column, or name it in the mapping"
NO_INTRODUCTIONS = "no source is called an introduction or referral; name those that are with --introductions"
NO_OWNER = "no opportunity names its owner: export that column, or name it in the mapping"
NO_TEAM = "no file says who belongs to which team: add the CRM's users, or name a file under `owners` in the mapping"
FEW_PRICED = f"fewer than {FEWEST_PRICED} opportunities carry an amount"
AMOUNT_TELLS = (
    "amounts are missing on losses and on wins in shares that differ by more than 5 points, so that the size says how "
    "an opportunity ended"
)

Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Told:
    """What a user says of the segments.

    Attributes
    ----------
    introductions : tuple of str
        Sources that are introductions, where their names do not tell.
    size_edges : tuple of float
        Amounts between which the size bands lie.
    """

    introductions: tuple[str, ...] = ()
    size_edges: tuple[float, ...] = ()


def labels_of(tables: CrmTables, known: Records, by: By, told: Told) -> Labels | str:
    """Return the segment of each opportunity, by rank in the records; or why there are none.

    Parameters
    ----------
    tables : CrmTables
        As known at the moment of the records.
    known : Records
    by : {"introductions", "source", "owner", "team", "size"}
    told : Told

    Raises
    ------
    BadInput
        Introductions were named of which there are none, or the edges of the sizes do not ascend from above 0.
    """
    if by == "size":
        return _sizes(known, told.size_edges)
    column = "owner" if by in ("owner", "team") else "source"
    named = tables.opportunities.set_index("id")[column].reindex(known.ids)
    if named.isna().all():
        return NO_OWNER if column == "owner" else NO_SOURCE
    if by == "introductions":
        return _introductions(named, told.introductions)
    if by == "team":
        if tables.owners["team"].isna().all():
            return NO_TEAM
        teams = tables.owners.dropna(subset=["owner", "team"]).drop_duplicates("owner")
        named = named.map(teams.set_index("owner")["team"]).astype("str")
    return _with_the_rest(named.fillna(f"no {by}").to_numpy(object), MOST_SEGMENTS[by], by)


def _introductions(named: pd.Series, introductions: Sequence[str]) -> Labels | str:
    introduced = of_kind(named, "referral", introductions)
    if introductions and not introduced.any():
        there = ", ".join(sorted(map(str, named.dropna().unique()))[:12])
        allowed = f"is the source of no opportunity; there are {there}"
        raise BadInput([Problem("--introductions", "", "", ", ".join(introductions), allowed)])
    if not introduced.any():
        return NO_INTRODUCTIONS
    return np.where(introduced.to_numpy(), INTRODUCED, OTHERS).astype(object)


def _with_the_rest(labels: Labels, most: int, by: str) -> Labels:
    """Return the labels, those beyond the most frequent taken together."""
    names, place, count = np.unique(labels.astype(str), return_inverse=True, return_counts=True)
    if len(names) <= most:
        return labels
    kept = np.argsort(-count, kind="stable")[: most - 1]
    rest = f"{len(names) - len(kept)} other {by}s"
    return np.where(np.isin(place, kept), labels, rest).astype(object)


def _sizes(known: Records, edges: Sequence[float]) -> Labels | str:
    if any(edge <= 0 for edge in edges) or any(b <= a for a, b in pairwise(edges)):
        allowed = "must be amounts above 0 in ascending order, such as 10000,50000"
        raise BadInput([Problem("--size-edges", "", "", ",".join(f"{edge:g}" for edge in edges), allowed)])
    amount = known.amount
    priced = ~np.isnan(amount)
    if priced.sum() < FEWEST_PRICED:
        return FEW_PRICED
    if known.won.any() and known.lost.any():
        gap = abs(priced[known.won].mean() - priced[known.lost].mean())
        if gap > TELLING:
            return AMOUNT_TELLS
    between = np.array(edges) if edges else _edges(amount[priced])
    names = np.array([*_band_names(between), "no amount"], dtype=object)
    place = np.searchsorted(between, np.nan_to_num(amount), side="right")
    return np.asarray(names[np.where(priced, place, len(names) - 1)])


def _edges(amounts: Floats) -> Floats:
    """Return amounts of two digits that part all amounts into bands of about the same number."""
    shares = np.arange(1, BANDS) / BANDS
    found = np.quantile(amounts, shares, method="inverted_cdf")
    size = 10 ** (np.floor(np.log10(found)) - 1)
    return np.unique(np.round(found / size) * size)


def _band_names(edges: Floats) -> list[str]:
    """Return the names of size bands.

    Examples
    --------
    >>> _band_names(np.array([12_000.0, 50_000.0]))
    ['below 12,000', '12,000 to 50,000', '50,000 and more']
    """
    shown = [f"{edge:,.0f}" if edge >= 1_000 else digits(edge) for edge in edges]  # noqa: PLR2004 - then three digits hide none
    if not shown:
        return ["any amount"]
    inner = [f"{low} to {high}" for low, high in pairwise(shown)]
    return [f"below {shown[0]}", *inner, f"{shown[-1]} and more"]
