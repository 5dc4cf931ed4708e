"""From the cells of an export to the tables: times, amounts, outcomes, stage entries."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass

import pandas as pd

from forecast.crm.cells import EMPTY, Cells, check_ids, one_currency
from forecast.crm.dates import Order, parse_dates
from forecast.crm.layout import DATES, stages_of_pipeline
from forecast.crm.numbers import parse_amounts, parse_probabilities
from forecast.crm.outcomes import closings, order_of_days, outcome_of_stage, outcomes
from forecast.crm.visits import entries_of_columns
from simulations.tables import OPEN, OPPORTUNITIES, TIME, conform

CATEGORIES = {
    "commit": "commit",
    "best case": "best case",
    "bestcase": "best case",
    "pipeline": "pipeline",
    "omitted": "omitted",
    "not forecasted": "omitted",
}
#: Forecast categories of opportunities that are closed: no judgement any more.
CLOSED_CATEGORIES = ("closed", "won", "lost")
#: Columns taken as they are written.
AS_WRITTEN = ("id", "name", "owner", "source", "product", "pipeline", "stage")


@dataclass(frozen=True, slots=True)
class Assembled:
    """An export in the columns of the opportunities table, and what only reading it could tell.

    Attributes
    ----------
    opportunities : DataFrame
        Columns as in `simulations.tables.OPPORTUNITIES`.
    entries : DataFrame
        Columns id, stage, entered: every dated entry into an open stage.
    listed_stages : tuple of str
        Open stages in the order of the export's columns; those without dates by typed probability, then name.
    last_change : Timestamp
        The latest moment that the export records.
    moved_closings : tuple of str
        Ids whose closing was taken as at their creation because two clocks disagreed.
    unknown_categories : tuple of str
        Forecast categories that are none of ours and count as missing.
    """

    opportunities: pd.DataFrame
    entries: pd.DataFrame
    listed_stages: tuple[str, ...]
    last_change: pd.Timestamp
    moved_closings: tuple[str, ...] = ()
    unknown_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Times:
    """The dated columns: by meaning, by stage entered, and the meanings that have no clock."""

    dated: Dict[str, pd.Series]
    entered: Dict[str, pd.Series]
    day_only: frozenset[str]


def assemble(cells: Cells, order: Order | None) -> Assembled:
    """Return an export's opportunities and stage entries.

    Parameters
    ----------
    cells : Cells
    order : {'day-first', 'month-first'} or None
        Of dates such as 1/2/2026, where the user said it.

    Raises
    ------
    BadInput
        With every cell that cannot be read; then, where all can be, with what does not fit together.
    """
    check_ids(cells)
    currency = one_currency(cells)
    times = _times(cells, order)
    numbers = _numbers(cells)
    outcome = outcomes(cells)
    cells.faults.raise_any()
    closed, moved = _closed(cells, times, outcome)
    cells.faults.raise_any()
    categories, unknown = _categories(cells)
    plain = {name: cells.texts[name] for name in AS_WRITTEN if name in cells.texts}
    columns = {
        **plain,
        **numbers,
        "created": times.dated["created"],
        "closed": closed,
        "outcome": outcome,
        "expected_close": _expected(times.dated, outcome == OPEN),
        "next_step": times.dated.get("next_step", _nothing(cells.records)),
        "forecast_category": categories,
    }
    frame = pd.DataFrame(columns).assign(currency=currency)
    stages = _open_stages(cells, times.entered, outcome, numbers.get("probability"))
    dated_stages = {stage: times.entered[stage] for stage in stages if stage in times.entered}
    ids = cells.texts["id"]
    return Assembled(
        conform(frame.astype({"currency": "str"}), OPPORTUNITIES),
        entries_of_columns(ids, dated_stages),
        stages,
        _last_change(times, closed),
        tuple(ids[moved]),
        unknown,
    )


def _times(cells: Cells, order: Order | None) -> _Times:
    """Parse all dated columns together: one export writes days and months in one order."""
    stages = stages_of_pipeline(cells.layout.entered, cells.pipeline)
    meanings = {name: cells.layout.columns[name] for name in DATES if name in cells.texts}
    texts = {at: cells.texts[name] for name, at in meanings.items()}
    texts |= {at: cells.column(at) for at in stages.values()}
    parsed = parse_dates(texts, dict(enumerate(cells.sheet.headers)), order, cells.faults)
    empty = cells.texts["created"].isna()
    cells.faults.add(
        cells.header("created"),
        cells.texts["created"][empty].fillna(EMPTY),
        "every opportunity needs its creation date",
    )
    return _Times(
        {name: parsed.moments[at] for name, at in meanings.items()},
        {stage: parsed.moments[at] for stage, at in stages.items()},
        frozenset(name for name, at in meanings.items() if at in parsed.day_only),
    )


def _numbers(cells: Cells) -> dict[str, pd.Series]:
    found: dict[str, pd.Series] = {}
    if "amount" in cells.texts:
        found["amount"] = parse_amounts(
            cells.texts["amount"],
            cells.header("amount"),
            cells.sheet.separator,
            cells.mapping.decimal,
            cells.faults,
        )
    if "probability" in cells.texts:
        header = cells.header("probability")
        found["probability"] = parse_probabilities(cells.texts["probability"], header, cells.faults)
    return found


def _closed(cells: Cells, times: _Times, outcome: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return when each record closed, and which closings were moved to the creation."""
    meaning = {stage: outcome_of_stage(stage, cells.mapping) for stage in times.entered}
    ends = {
        stage: moments.where(outcome == meaning[stage])
        for stage, moments in times.entered.items()
        if meaning[stage] not in (OPEN, None)
    }
    name = next((name for name in ("close", "closed", "won") if name in cells.texts), "close")
    closed = closings(outcome, times.dated, ends)
    undated = (outcome != OPEN) & closed.isna()
    cells.faults.add(
        cells.header(name),
        outcome[undated],
        "is closed but has no closing date; add it in the CRM, or leave the row out",
    )
    with_clock = {"close", "closed", "won", "lost"} & set(times.dated) - times.day_only
    return order_of_days(
        times.dated["created"],
        closed,
        clocks_differ="created" in times.day_only and bool(with_clock),
        header=cells.header(name),
        faults=cells.faults,
    )


def _expected(dated: Dict[str, pd.Series], is_open: pd.Series) -> pd.Series:
    """Return the expected closing day: its own column, else the shared one while it is open."""
    shared = dated.get("close", _nothing(is_open.index)).where(is_open)
    own = dated.get("expected_close")
    expected: pd.Series = (shared if own is None else own.fillna(shared)).dt.normalize()
    return expected


def _nothing(records: pd.Index) -> pd.Series:
    return pd.Series(pd.NaT, index=records, dtype=TIME)


def _categories(cells: Cells) -> tuple[pd.Series, tuple[str, ...]]:
    if "forecast_category" not in cells.texts:
        return pd.Series(index=cells.records, dtype="str"), ()
    typed = cells.texts["forecast_category"].str.casefold()
    known = typed.map(CATEGORIES).astype("str")
    unknown = typed[known.isna() & ~typed.isin(CLOSED_CATEGORIES)].dropna().unique()
    return known, tuple(unknown)


def _open_stages(
    cells: Cells, entered: Dict[str, pd.Series], outcome: pd.Series, probability: pd.Series | None
) -> tuple[str, ...]:
    """Return the open stages: the mapping's, else the dated columns', then any other in use.

    Those without dates stand in the order of their mean typed probability, then of their names:
    the order of the rows must not matter.
    """
    if cells.mapping.stages:
        return cells.mapping.stages
    dated = [stage for stage in entered if outcome_of_stage(stage, cells.mapping) == OPEN]
    if "stage" not in cells.texts:
        return tuple(dated)
    stage = cells.texts["stage"]
    used = stage.where(outcome == OPEN) if "status" not in cells.texts else stage
    typed = pd.Series(0.0, index=stage.index) if probability is None else probability.where(outcome == OPEN)
    mean = typed.groupby(used).mean().fillna(1.0)
    others = sorted((str(name) for name in mean.index), key=lambda name: (mean[name], name))
    return tuple(dict.fromkeys([*dated, *others]))


def _last_change(times: _Times, closed: pd.Series) -> pd.Timestamp:
    named = (times.dated[name] for name in ("created", "won", "lost", "modified") if name in times.dated)
    latest: pd.Timestamp = max(
        column.max() for column in (*named, closed, *times.entered.values()) if column.notna().any()
    )
    return latest
