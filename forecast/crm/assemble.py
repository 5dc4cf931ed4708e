"""From the cells of opportunities and their history to the tables: times, amounts, outcomes, stage entries."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import pandas as pd

from forecast.crm.cells import Cells, check_ids
from forecast.crm.dates import parse_dates
from forecast.crm.joined import Joined
from forecast.crm.layout import DATES, stages_of_pipeline
from forecast.crm.moments import Lives, Recorded, Times, lives
from forecast.crm.money import Money, exchanged, typed_money
from forecast.crm.numbers import parse_probabilities
from forecast.crm.outcomes import meanings, outcomes
from forecast.crm.rates import Rates
from forecast.crm.times import Order
from forecast.crm.visits import entries_of_columns
from simulations.tables import ACTIVITIES, OPEN, OPPORTUNITIES, TIME, conform, empty, looked_up

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
#: What the last activity is called whose kind no column tells.
LAST_ACTIVITY = "last activity"
#: Columns taken as they are written.
AS_WRITTEN = ("id", "name", "owner", "source", "product", "pipeline", "stage")


@dataclass(frozen=True, slots=True)
class Assembled:
    """Opportunities in the columns of their table, and what only reading them could tell.

    Attributes
    ----------
    opportunities : DataFrame
        Columns as in `simulations.tables.OPPORTUNITIES`.
    entries : DataFrame
        Columns id, stage, entered: every dated entry into an open stage.
    listed_stages : tuple of str
        Open stages in the order of the export's columns; those without dates by typed probability, then name.
    order_known : bool
        Whether the CRM itself, or the mapping, lists the stages in their order.
    last_change : Timestamp
        The latest moment that the export records; None where nothing is dated.
    noticed : mapping of str to tuple of str
        What was settled or left out -> ids (or words) concerned; see `forecast.crm.notes`.
    money : Money
    activities : DataFrame
        Columns as in `simulations.tables.ACTIVITIES`: the last activity of each opportunity that has one.
    """

    opportunities: pd.DataFrame
    entries: pd.DataFrame
    listed_stages: tuple[str, ...]
    order_known: bool
    last_change: pd.Timestamp | None
    money: Money
    noticed: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    activities: pd.DataFrame = field(default_factory=lambda: empty(ACTIVITIES))


def assemble(cells: Cells, order: Order | None, history: Joined, rates: Rates | None = None) -> Assembled:
    """Return an export's opportunities and stage entries.

    Parameters
    ----------
    cells : Cells
    order : {'day-first', 'month-first'} or None
        Of dates such as 1/2/2026, where the user said it.
    history : Joined
    rates : Rates, optional
        Where the amounts are in several currencies.

    Raises
    ------
    BadInput
        With every cell that cannot be read; then, where all can be, with what does not fit together.
    """
    check_ids(cells)
    times = _times(cells, order)
    outcome = outcomes(cells)
    probability, beyond = _probability(cells, outcome)
    money = typed_money(cells, outcome, rates)
    cells.faults.raise_any()
    life = _lives(cells, times, outcome, history)
    money = money if rates is None else exchanged(cells, money, life.closed, rates)
    cells.faults.raise_any()
    categories, unknown = _categories(cells)
    plain = {name: cells.texts[name] for name in AS_WRITTEN if name in cells.texts}
    columns = {
        **plain,
        "amount": money.amount,
        "probability": probability,
        "created": life.created,
        "closed": life.closed,
        "outcome": outcome,
        "expected_close": _expected(times.dated, outcome == OPEN),
        "next_step": times.dated.get("next_step", _nothing(cells.records)),
        "forecast_category": categories,
    }
    frame = pd.DataFrame(columns).assign(currency=money.currency)
    entries, late = _entries(cells, times, history, (life, outcome))
    stages = _open_stages(cells, times, set(entries["stage"].unique()), outcome, probability)
    ids = cells.texts["id"]
    noticed = {what: tuple(ids[records]) for what, records in life.noticed.items()}
    noticed |= {**cells.left_out, "unknown_categories": unknown, "history_begins_late": late}
    noticed |= {**history.noticed(), "probability_beyond": tuple(ids[beyond])}
    noticed |= _without_stage(cells, ids, outcome)
    return Assembled(
        conform(frame.astype({"currency": "str"}), OPPORTUNITIES),
        entries,
        stages,
        bool(cells.mapping.stages or cells.listed),
        _last_change(times, life.closed, entries),
        money,
        {what: whom for what, whom in noticed.items() if whom},
        _last_activities(ids, times),
    )


def _without_stage(cells: Cells, ids: pd.Series, outcome: pd.Series) -> dict[str, tuple[str, ...]]:
    """Return the open opportunities without a stage, where it is stages that say how one ended."""
    if "stage" not in cells.texts or "status" in cells.texts:
        return {}
    return {"no_stage": tuple(ids[cells.texts["stage"].isna() & (outcome == OPEN)])}


def _last_activities(ids: pd.Series, times: Times) -> pd.DataFrame:
    """Return the last activity of each opportunity as the one row of an activity that is known."""
    when = times.dated.get("last_activity", _nothing(ids.index))
    rows = pd.DataFrame({"id": ids, "when": when, "kind": LAST_ACTIVITY})[when.notna()]
    return conform(rows, ACTIVITIES)


def _times(cells: Cells, order: Order | None) -> Times:
    """Parse all dated columns together: one export writes days and months in one order."""
    stages = _stage_columns(cells)
    texts: dict[Hashable, pd.Series] = {name: cells.texts[name] for name in DATES if name in cells.texts}
    headers: dict[Hashable, str] = {name: cells.header(str(name)) for name in texts}
    texts |= {("entered", stage): cells.column(at) for stage, at in stages.items()}
    headers |= {("entered", stage): cells.sheet.headers[at] for stage, at in stages.items()}
    parsed = parse_dates(texts, headers, order, cells.faults)
    return Times(
        {name: parsed.moments[name] for name in DATES if name in texts},
        {stage: parsed.moments["entered", stage] for stage in stages},
        frozenset(str(name) for name in parsed.day_only if isinstance(name, str)),
    )


def _stage_columns(cells: Cells) -> dict[str, int]:
    if cells.mapping.all_pipelines:
        return dict(cells.layout.entered)
    return stages_of_pipeline(cells.layout.entered, cells.pipeline)


def _probability(cells: Cells, outcome: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the typed probabilities, and which closed opportunities have one that is none: nobody reads it."""
    if "probability" not in cells.texts:
        return pd.Series(float("nan"), index=cells.records), outcome.isna()
    header, text = cells.header("probability"), cells.texts["probability"]
    shares = parse_probabilities(text, header, cells.faults, outcome == OPEN)
    return shares, text.notna() & shares.isna() & (outcome != OPEN)


def _lives(cells: Cells, times: Times, outcome: pd.Series, history: Joined) -> Lives:
    """Return when each record was created and closed."""
    meaning = _meanings(times.entered, cells, outcome)
    ends = {
        stage: moments.where(outcome == meaning[stage])
        for stage, moments in times.entered.items()
        if meaning[stage] not in (OPEN, None)
    }
    ids = cells.texts["id"]
    return lives(cells, times, outcome, ends, Recorded(history.first(ids), history.end(ids)))


def _entries(
    cells: Cells, times: Times, history: Joined, ended: tuple[Lives, pd.Series]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return every entry into an open stage: those of the history where there is one, else of the columns."""
    ids, (life, outcome) = cells.texts["id"], ended
    if history.there:
        return history.entries(pd.Series(life.created.to_numpy(), index=ids.to_numpy()))
    meaning = _meanings(times.entered, cells, outcome)
    dated = {stage: moments for stage, moments in times.entered.items() if meaning[stage] == OPEN}
    return entries_of_columns(ids, dated), ()


def _meanings(stages: Iterable[str], cells: Cells, outcome: pd.Series) -> dict[str, str | None]:
    """Return what stages mean by their names; open where a name is unclear and something in it is open by other columns."""
    told = meanings(stages, cells)
    stage = cells.texts.get("stage", outcome[:0])
    still = (
        set(stage[outcome.reindex(stage.index) == OPEN].dropna().unique())
        if None in told.values()
        else set[str]()
    )
    return {name: OPEN if said is None and name in still else said for name, said in told.items()}


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
    known = looked_up(typed, CATEGORIES, "str")
    unknown = typed[known.isna() & ~typed.isin(CLOSED_CATEGORIES)].dropna().unique()
    return known, tuple(unknown)


def _open_stages(
    cells: Cells, times: Times, entered: set[str], outcome: pd.Series, probability: pd.Series
) -> tuple[str, ...]:
    """Return the open stages: the mapping's, else those that the CRM lists or that have a column, then any other in use.

    The others stand in the order of their mean typed probability, then of their names: the order of the rows must
    not matter.
    """
    if cells.mapping.stages and not cells.mapping.all_pipelines:
        return cells.mapping.stages
    listed = cells.mapping.stages or cells.listed
    meaning = _meanings(times.entered, cells, outcome)
    known = [stage for stage in times.entered if meaning[stage] == OPEN]
    mean, used = pd.Series(dtype="float64"), set[str]()
    if "stage" in cells.texts:
        stage = cells.texts["stage"]
        mean = probability.where(outcome == OPEN).groupby(stage).mean()
        used = set(stage[outcome == OPEN].dropna().unique())
        if (
            "status" in cells.texts
        ):  # then what is closed keeps its last open stage, or is in one that says how it ended
            kept = meanings(map(str, stage.dropna().unique()), cells)
            used |= {name for name, said in kept.items() if said == OPEN}
    chance = mean.fillna(1.0).to_dict()
    others = sorted(used | entered, key=lambda name: (chance.get(name, 1.0), name))
    there = {*known, *others}
    return tuple(dict.fromkeys([*(stage for stage in listed if stage in there), *known, *others]))


def _last_change(times: Times, closed: pd.Series, entries: pd.DataFrame) -> pd.Timestamp | None:
    named = (times.dated[name] for name in ("created", "won", "lost", "modified") if name in times.dated)
    columns = (*named, closed, *times.entered.values(), entries["entered"])
    return max((column.max() for column in columns if column.notna().any()), default=None)
