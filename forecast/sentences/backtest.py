"""What a backtest says, in sentences chosen by sign and interval; also where the forecast loses."""

from __future__ import annotations

import math
from collections.abc import Iterator

from forecast.backtest.backtest import Backtest
from forecast.backtest.league import Cell, HitShare, Row
from forecast.backtest.origins import WHOLE
from forecast.backtest.running import FORECAST
from forecast.sentences.forecasts import Sentence, say
from simulations.plots.numerals import digits, share

#: Level whose hit shares are said; the others stand in the tables.
SAID = 0.8


def backtest_sentences(found: Backtest) -> tuple[Sentence, ...]:
    """Return how the forecast did on each whole data set, horizon and unit, then how often its interval held."""
    league = found.league
    cells = [cell for cell in league.cells() if cell[1] == WHOLE]
    ranks = [sentence for cell in cells for sentence in _rank(found, cell)]
    hits = [_hits(hit) for hit in league.hits if hit.cell[1] == WHOLE and hit.level == SAID]
    pooled = league.pooled
    whole = say(
        "backtest.pooled", share=share(pooled.share), outcomes=digits(pooled.outcomes), level=f"{pooled.level:.0%}"
    )  # fmt: skip
    return (*ranks, *hits, *((whole,) if pooled.outcomes else ()))


def _where(cell: Cell) -> str:
    dataset, _, horizon, unit = cell
    words = f"{dataset}, {horizon} ahead, in {'deals' if unit == 'deals' else 'amount'}"
    return words[0].upper() + words[1:]


def _rank(found: Backtest, cell: Cell) -> Iterator[Sentence]:
    rows = {row.method: row for row in found.league.rows if row.cell == cell}
    own, best = rows[FORECAST], found.league.best_baseline(cell)
    if best is not None and best.crps > 0:
        yield _against(own, best)
    if own.refused:
        yield say(
            "backtest.refused", Where=_where(cell), count=digits(own.refused), all=digits(own.refused + own.origins)
        )  # fmt: skip


def _against(own: Row, best: Row) -> Sentence:
    """Return the forecast against the best baseline; differences as shares of the baseline's loss."""
    gap, low, high = (value / best.crps for value in (best.difference, best.low, best.high))
    words = {
        "Where": _where(own.cell),
        "ratio": digits(own.ratio),
        "best": best.method,
        "gap": share(abs(gap)),
    }
    if math.isnan(low):
        return say("backtest.unsure", side="smaller" if gap < 0 else "larger", **words)
    if high < 0:
        return say("backtest.better", low=share(-high), high=share(-low), **words)
    if low > 0:
        return say("backtest.worse", low=share(low), high=share(high), **words)
    side = "smaller" if gap < 0 else "larger"
    return say("backtest.same", side=side, low=share(low), high=share(high), **words)


def _hits(hit: HitShare) -> Sentence:
    found = hit.range
    words = {
        "Where": _where(hit.cell),
        "share": share(found.mean),
        "level": f"{hit.level:.0%}",
        "origins": digits(hit.origins),
    }
    if not hit.judged:
        return say("backtest.hits_few", blocks=digits(found.blocks), **words)
    key = "backtest.hits_right" if hit.right else "backtest.hits_wrong"
    return say(key, low=share(found.low), high=share(found.high), **words)
