"""The report's part on commits and calls, beside the statistics."""

from __future__ import annotations

from forecast.forecasting import Forecast
from forecast.judgement.results import Judgement, OwnerBias, Score
from forecast.plots.judgement import draw_biases, draw_scores
from forecast.report.blocks import Cell, Passage, Picture, Section, Table
from forecast.sentences.forecasts import unit_of
from forecast.sentences.judgement import WHOSE, judgement_sentences
from simulations.plots.numerals import quantity, share


def judgement_section(found: Judgement, said: Forecast, currency: str = "") -> Section:
    """Return what commits and calls are worth, with pictures and tables.

    Parameters
    ----------
    found : Judgement
    said : Forecast
        The forecast that they stand beside.
    currency : str
        Of the amounts; empty where unknown.
    """
    answer, *told = (str(sentence) for sentence in judgement_sentences(found, said, currency))
    unit = unit_of(said, currency)
    return Section(
        anchor="judgement",
        question="What are commits and calls worth?",
        answer=answer,
        cautions=(),
        passages=(Passage("", "", tuple(told), _pictures(found, unit), _tables(found, unit)),),
    )


def _pictures(found: Judgement, unit: str) -> tuple[Picture, ...]:
    pictures = []
    if found.scores:
        words = "Bars of the mean error of each kind of call, and of the statistics of the same days."
        pictures.append(
            Picture("call_errors", draw_scores(found, unit), "How far calls missed what was booked", words)
        )
    if found.owners:
        words = (
            "Rows of owners with the share of their calls that did not come; the numbers stand in the table."
        )
        pictures.append(Picture("call_biases", draw_biases(found), "How far owners lean", words))
    return tuple(pictures)


def _tables(found: Judgement, unit: str) -> tuple[Table, ...]:
    scores = tuple(_score_row(score, unit) for score in found.scores)
    owners = tuple(_owner_row(one, unit) for one in found.owners)
    now = tuple(
        (Cell(str(row["owner"]) or str(row["scope"])), Cell(str(row["kind"])), Cell(f"{row['made']:%Y-%m-%d}"),
         Cell(quantity(float(row["amount"]), unit)))
        for _, row in found.current.iterrows()
    )  # fmt: skip
    tables = [
        Table("How good they were", ("whose", "error", "of the statistics", "difference", "bias"), scores,
              "Difference: error less that of the statistics, as a share of what was booked, with its 95% interval."),
        Table("How far owners lean", ("owner", "kind", "called", "came", "bias"), owners,
              "Bias: share of a call that does not come, with its 95% interval, drawn toward the other owners."),
        Table("Calls for this period", ("whose", "kind", "made on", "amount"), now),
    ]  # fmt: skip
    return tuple(table for table in tables if table.rows)


def _score_row(score: Score, unit: str) -> tuple[Cell, ...]:
    beside, apart, bias = score.statistics_error, score.against_statistics, score.bias
    return (
        Cell(WHOSE[score.scope, score.kind], f"{score.cases:,} in {score.periods} periods"),
        Cell(quantity(score.error, unit)),
        Cell("none" if beside is None else quantity(beside, unit)),
        Cell("not said", score.reason)
        if apart is None
        else Cell(_percent(apart.mean), _span(apart.low, apart.high)),
        Cell("not said", score.reason)
        if bias is None
        else Cell(_percent(bias.mean), _span(bias.low, bias.high)),
    )


def _owner_row(one: OwnerBias, unit: str) -> tuple[Cell, ...]:
    return (
        Cell(one.owner, f"{one.periods} periods"), Cell(one.kind), Cell(quantity(one.called, unit)),
        Cell(quantity(one.came, unit)), Cell(_percent(one.bias.mean), _span(one.bias.low, one.bias.high)),
    )  # fmt: skip


def _percent(value: float) -> str:
    return f"{'-' if value < 0 else ''}{share(abs(value))}"


def _span(low: float, high: float) -> str:
    return f"{_percent(low)} to {_percent(high)}"
