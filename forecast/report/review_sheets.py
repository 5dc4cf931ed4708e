"""The pages of a weekly review before they are laid out: tiles, a bar, sentences, questions, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forecast.prospecting.results import WON_AMOUNT
from forecast.report.blocks import Cell, Table
from forecast.review import Page, ReviewPack
from forecast.review.deals import WHATS, Deal
from forecast.review.outlook import Outcome
from forecast.review.results import WEEK
from forecast.review.week import NO_OWNER
from forecast.sentences.prospecting import NAMES
from forecast.sentences.review import page_sentences, question_sentence, whole_days
from forecast.wording.forecasts import chance, long_day
from forecast.wording.review import ACTIONS, BECAME, LISTS
from simulations.plots.numerals import ONES, Scale, digits, quantity, scale_of, span
from simulations.wording import unit_words

NOTHING = "\u2013"
#: How a cell begins that is a number.
_NUMBER = (*"0123456789", NOTHING, "below ", "above ", "under ")
#: Rows that leave a page of A4 one page; what is left out stands in the files beside it.
MOST_DEALS, MOST_STEPS, MOST_LAST = 14, 7, 6
MOST_DEALS_OF_TEAM, MOST_STEPS_OF_TEAM = 6, 5
_LONGEST = 34


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with its name, and what must be known to read it."""

    label: str
    value: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Bookings against the quota, as shares of the longest of them.

    Attributes
    ----------
    booked, open, new : float
        One after the other.
    low, high : float
        8 of 10 draws of the bookings.
    quota : float or None
    goal : str
        What that is called: quota or target.
    words : str
        What it shows, for those who cannot see it.
    """

    booked: float
    open: float
    new: float
    low: float
    high: float
    quota: float | None
    goal: str
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page.

    Attributes
    ----------
    title, subtitle : str
    tiles : tuple of Tile
    bar : Bar or None
    sentences, questions : tuple of str
    tables : tuple of Table
    notes : tuple of str
        What could not be said, and why.
    """

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    bar: Bar | None
    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def right_columns(table: Table) -> tuple[bool, ...]:
    """Return which columns of a table hold numbers, and so stand to the right."""
    return tuple(
        column > 0 and all(row[column].text.startswith(_NUMBER) for row in table.rows)
        for column in range(len(table.header))
    )


def sheets_of(pack: ReviewPack) -> tuple[Sheet, ...]:
    """Return the pages of a pack, the team's first."""
    return tuple(_sheet(page, pack) for page in pack.pages)


def _sheet(page: Page, pack: ReviewPack) -> Sheet:
    unit = unit_words(pack.asked.unit, pack.currency)
    reps = (_reps_table(pack, unit),) if page.is_team and pack.reps else ()
    tables = (*reps, _deals_table(page, unit), _steps_table(page, unit), _last_table(page))
    last = (
        pack.asked.moment.date() if pack.asked.moment.time().hour else (pack.asked.moment - WEEK / 7).date()
    )
    return Sheet(
        title="The team" if page.is_team else page.name,
        subtitle=f"Weekly review, {long_day(last)}; {long_day(pack.asked.start.date())} to {long_day(pack.asked.end.date())}",
        tiles=tuple(_tiles(page, unit)),
        bar=None if page.outcome is None else _bar(page.outcome, unit, _goal(page)),
        sentences=tuple(map(str, page_sentences(page, pack))),
        questions=tuple(str(question_sentence(one, pack, page)) for one in page.questions),
        tables=tuple(table for table in tables if table.rows),
        notes=tuple(_notes(page)),
    )


def _tiles(page: Page, unit: str) -> Iterable[Tile]:
    outcome = page.outcome
    yield Tile("open", f"{len(page.open):,}", quantity(sum(deal.value for deal in page.open), unit))
    if outcome is not None:
        weighted = outcome.weighted
        said = NOTHING if outcome.quota is None else quantity(outcome.quota)
        yield Tile("booked", quantity(outcome.booked, unit), f"of {_goal(page)} {said}")
        yield Tile(
            "weighted, in period",
            quantity(weighted.calibrated_in_period, unit),
            f"{span(outcome.low, outcome.high)}",
        )
        crm = NOTHING if weighted.crm is None else quantity(weighted.crm, unit)
        yield Tile("weighted, by the CRM", crm, f"ever: {quantity(weighted.calibrated)}")
        told = NOTHING if outcome.chance is None else chance(outcome.chance)
        after = outcome.cleanup.chance
        small = "" if after is None or not outcome.cleanup.deals else f"{chance(after)} without the silent"
        yield Tile(f"chance of the {_goal(page)}", told, small)
    yield from _hour_tiles(page, unit)


def _hour_tiles(page: Page, unit: str) -> Iterable[Tile]:
    hours = page.hours
    if hours is None:
        return
    usual = "" if hours.usual is None else f"usual {digits(hours.usual)}"
    blocks = "" if hours.blocks is None else f"{hours.kept} of {hours.blocks} blocks"
    yield Tile("hours prospected", digits(hours.hours), "; ".join(part for part in (usual, blocks) if part))
    for name, one in hours.per_hour.items():
        if one is not None and name in ("meetings", "opportunities", WON_AMOUNT):
            write = (lambda value: quantity(value, unit)) if name == WON_AMOUNT else digits
            ends = span(one.low, one.high)
            yield Tile(f"{NAMES[name]} an hour", write(one.mean), f"95%: {ends}")


def _goal(page: Page) -> str:
    return "target" if page.is_team else "quota"


def _bar(outcome: Outcome, unit: str, goal: str) -> Bar:
    weighted = outcome.weighted.calibrated_in_period
    ends = (outcome.booked + weighted + outcome.new, outcome.p90, outcome.quota or 0.0)
    longest = max(*ends, 1e-9)
    parts = [quantity(value, unit) for value in (outcome.booked, weighted, outcome.new)]
    quota = "" if outcome.quota is None else f"; {goal} {quantity(outcome.quota, unit)}"
    words = (
        f"Booked {parts[0]}, from open opportunities {parts[1]}, from such as are not yet created {parts[2]}; 8 of 10 draws "
        f"end between {span(outcome.p10, outcome.p90)}{quota}."
    )
    return Bar(
        outcome.booked / longest, weighted / longest, outcome.new / longest, outcome.p10 / longest,
        outcome.p90 / longest, None if outcome.quota is None else outcome.quota / longest, goal, words,
    )  # fmt: skip


def _scaled(values: Iterable[float], unit: str) -> tuple[Scale, str]:
    """Return the size in which a table's amounts are written, and the words for its title."""
    scale = ONES if unit == "deals" else scale_of(max(values, default=0.0))
    words = " ".join(part for part in (scale.word, unit) if part)
    return scale, f", {words}" if words else ""


def _reps_table(pack: ReviewPack, unit: str) -> Table:
    header = (
        "rep", "open", "new", "won", "end", "no step", "stuck", "booked", "weighted", "quota", "chance", "cleaned"
    )  # fmt: skip
    note = (
        "New, won: in the week. End: to disqualify. Weighted: calibrated in period. Chance: of the quota; cleaned: "
        "without those to disqualify."
    )
    largest = [
        max(one.booked, one.weighted.calibrated_in_period, one.quota or 0.0)
        for one in (page.outcome for page in pack.reps) if one is not None
    ]  # fmt: skip
    scale, words = _scaled(largest, unit)
    return Table(f"The reps{words}", header, tuple(_rep_row(page, scale) for page in pack.reps), note)


def _rep_row(page: Page, scale: Scale) -> tuple[Cell, ...]:
    counts = (
        len(page.open), page.count("created"), page.count("won"), len(page.to_disqualify), len(page.no_next_step),
        len(page.stuck),
    )  # fmt: skip
    outcome = page.outcome
    numbers = [NOTHING] * 5
    if outcome is not None:
        numbers = [
            digits(outcome.booked / scale.factor), digits(outcome.weighted.calibrated_in_period / scale.factor),
            NOTHING if outcome.quota is None else digits(outcome.quota / scale.factor),
            NOTHING if outcome.chance is None else chance(outcome.chance),
            NOTHING if outcome.cleanup.chance is None else chance(outcome.cleanup.chance),
        ]  # fmt: skip
    return tuple(map(Cell, (_short(page.name), *(f"{count:,}" for count in counts), *numbers)))


def _deals_table(page: Page, unit: str) -> Table:
    """Return the deals that need something, those to disqualify first, then by value."""
    listed = {name: {deal.id for deal in deals} for name, deals in page.lists()}
    marks = {deal.id: [name for name, ids in listed.items() if deal.id in ids] for deal in page.open}
    flagged = [deal for deal in page.open if marks[deal.id]]
    flagged.sort(key=lambda deal: ("to_disqualify" not in marks[deal.id], -deal.value))
    most = MOST_DEALS_OF_TEAM if page.is_team else MOST_DEALS
    scale, words = _scaled((deal.value for deal in flagged[:most]), unit)
    rows = tuple(_deal_row(deal, marks[deal.id], scale, is_team=page.is_team) for deal in flagged[:most])
    left = len(flagged) - len(rows)
    note = (
        f"{'' if left <= 0 else f'{left:,} more stand in deals.csv. '}In stage: days, and those within which 9 of 10 that "
        "went on did. Silent: days without activity. Chance: to be won in the period, as such have been."
    )
    header = ("opportunity", "stage", "value", "chance", "in stage", "silent", "close", "what")
    return Table(f"Opportunities that need something{words}", header, rows, note)


def _deal_row(deal: Deal, marks: Sequence[str], scale: Scale, *, is_team: bool) -> tuple[Cell, ...]:
    limit = "" if deal.stage_limit is None else f" of {whole_days(deal.stage_limit)}"
    texts = (
        deal.stage, digits(deal.value / scale.factor), NOTHING if deal.chance_in_period is None else chance(deal.chance_in_period),
        f"{whole_days(deal.days_in_stage)}{limit}",
        NOTHING if deal.silent_days is None else whole_days(deal.silent_days),
        NOTHING if deal.expected_close is None else f"{deal.expected_close:%d %b}",
        _what(marks),
    )  # fmt: skip
    name = f"{deal.name}, {deal.owner}" if is_team and deal.owner != NO_OWNER else deal.name
    return (Cell(_short(name)), *map(Cell, texts))


def _what(marks: Sequence[str]) -> str:
    """Return what an opportunity needs; what is to be disqualified needs nothing else."""
    if "to_disqualify" in marks:
        return LISTS["to_disqualify"]
    return ", ".join(LISTS[name] for name in marks)


def _steps_table(page: Page, unit: str) -> Table:
    steps = sorted(page.week, key=lambda step: (-(step.amount or 0.0), WHATS.index(step.what)))
    shown = steps[: MOST_STEPS_OF_TEAM if page.is_team else MOST_STEPS]
    scale, words = _scaled((step.amount or 0.0 for step in shown), unit)
    rows = tuple(
        (
            Cell(_short(f"{step.name}, {step.owner}" if page.is_team and step.owner != NO_OWNER else step.name)), Cell(step.what),
            Cell(step.stage), Cell(NOTHING if step.amount is None else digits(step.amount / scale.factor)),
        )
        for step in shown
    )  # fmt: skip
    left = len(steps) - len(rows)
    note = f"{left:,} more stand in steps.csv." if left > 0 else ""
    return Table(f"In the week{words}", ("opportunity", "what", "stage", "amount"), rows, note)


def _last_table(page: Page) -> Table:
    order = sorted(page.last, key=lambda one: (one.happened, one.became))
    rows = tuple(
        (
            Cell(_short(one.action.name)),
            Cell(one.action.owner),
            Cell(ACTIONS[one.action.kind]),
            Cell(BECAME[one.became]),
        )
        for one in order[:MOST_LAST]
    )
    left = len(order) - len(rows)
    note = f"{left:,} more stand in last_week.csv." if left > 0 else ""
    return Table("Proposed a week ago", ("opportunity", "rep", "what", "now"), rows, note)


def _notes(page: Page) -> Iterable[str]:
    for name, reason in page.unsaid.items():
        if name in LISTS:
            yield f"Not said: {LISTS[name]}; {reason}."
        elif name == "last_week":
            yield f"Not said: what became of the actions of a week ago; {reason}."


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
