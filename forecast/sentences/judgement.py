"""What commits and calls are worth, said in sentences that need no statistics: chosen by sign and interval."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.forecasting import Forecast
from forecast.judgement.results import OWNER, SUM, TEAM, Judgement, OwnerBias, Score
from forecast.sentences.forecasts import Sentence, say, unit_of
from forecast.wording.forecasts import amount, chance, long_day
from simulations.plots.numerals import counted, share

#: Owners who lean and are named in sentences; the others stand in the table.
MOST_SAID = 3
#: Scope and kind -> whose calls, in the middle of a sentence.
WHOSE = {
    (TEAM, "call"): "the calls for the team",
    (TEAM, "commit"): "the commits for the team",
    (TEAM, "best case"): "the best cases for the team",
    (SUM, "call"): "the calls of all owners together",
    (SUM, "commit"): "the commits of all owners together",
    (SUM, "best case"): "the best cases of all owners together",
    (OWNER, "call"): "the calls of single owners",
    (OWNER, "commit"): "the commits of single owners",
    (OWNER, "best case"): "the best cases of single owners",
}


def judgement_sentences(found: Judgement, said: Forecast, currency: str = "") -> tuple[Sentence, ...]:
    """Return what the current call does to the forecast, then how good calls were, then who leans.

    Parameters
    ----------
    found : Judgement
    said : Forecast
        The forecast that the calls stand beside.
    currency : str
        Of the amounts; empty where unknown.
    """
    unit = unit_of(said, currency)
    return (*_blended(found, said, unit), *_scores(found, unit), *_owners(found))


def whose(scope: str, kind: str) -> str:
    """Return whose calls, to begin a sentence with."""
    words = WHOSE[scope, kind]
    return words[0].upper() + words[1:]


def _blended(found: Judgement, said: Forecast, unit: str) -> Iterator[Sentence]:
    blended = found.blended
    if blended is None:
        yield say("judgement.no_call", reason=found.unsaid["blended"])
        return
    single = whose(blended.scope, blended.kind).replace(f"{blended.kind}s", blended.kind)
    words = {"Whose": single, "made": long_day(blended.made.date()), "amount": amount(blended.amount, unit)}
    if not blended.blend.weight:
        yield say("judgement.not_blended", reason=blended.blend.reason, **words)
        return
    numbers = {"mean": amount(blended.mean, unit), "statistics": amount(found.statistics, unit)}
    yield say("judgement.blended", weight=share(blended.blend.weight), **numbers, **words)
    if blended.chance_of_target is not None and said.chance_of_target is not None:
        before, after = chance(said.chance_of_target), chance(blended.chance_of_target)
        yield say("judgement.blended_chance", chance=after, before=before)


def _scores(found: Judgement, unit: str) -> Iterator[Sentence]:
    if not found.scores:
        yield say("judgement.no_past", reason=found.unsaid["scores"])
    for score in found.scores:
        yield _score(score, unit)
        if score.bias is not None and score.bias.sign and score.scope != OWNER:
            size = score.bias
            high = size.sign > 0
            low, top = (size.low, size.high) if high else (-size.high, -size.low)
            key = "judgement.bias_high" if high else "judgement.bias_low"
            yield say(key, bias=share(abs(size.mean)), low=share(low), high=share(top))


def _score(score: Score, unit: str) -> Sentence:
    words = {"Whose": whose(score.scope, score.kind), "error": amount(score.error, unit)}
    apart = score.against_statistics
    if apart is None or score.statistics_error is None:
        reason = score.reason or "no statistical forecast of the same days could be made"
        return say("judgement.alone", cases=counted(score.cases, "case"), reason=reason, **words)
    kind = {1: "worse", -1: "better", 0: "same"}[apart.sign]
    statistics = amount(score.statistics_error, unit)
    return say(f"judgement.{kind}", statistics=statistics, periods=f"{score.periods}", **words)


def _owners(found: Judgement) -> Iterator[Sentence]:
    if "owners" in found.unsaid:
        yield say("judgement.owners_unsaid", reason=found.unsaid["owners"])
    for kind in dict.fromkeys(one.kind for one in found.owners):
        mine = [one for one in found.owners if one.kind == kind]
        leaning = [one for one in mine if one.bias.sign]
        yield from (_owner(one) for one in leaning[:MOST_SAID])
        if len(leaning) > MOST_SAID:
            yield say("judgement.owners_more", count=counted(len(leaning) - MOST_SAID, "owner"), kind=kind)
        if not leaning:
            yield say("judgement.owners_alike", kind=kind)


def _owner(one: OwnerBias) -> Sentence:
    bias = one.bias
    high = bias.sign > 0
    low, top = (bias.low, bias.high) if high else (-bias.high, -bias.low)
    words = {"owner": one.owner, "kind": one.kind, "periods": counted(one.periods, "period")}
    key = "judgement.owner_high" if high else "judgement.owner_low"
    return say(key, bias=share(abs(bias.mean)), low=share(low), high=share(top), **words)
