"""What is said about pipeline changes, in sentences that need no statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from forecast.changes.between import PipelineChanges
from forecast.changes.steps import SIGNS, Step
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.changes import CAUSES, STEPS
from forecast.wording.forecasts import amount, long_day
from simulations.plots.numerals import MINUS, counted
from simulations.wording import unit_words


def changes_sentences(changes: PipelineChanges) -> tuple[Sentence, ...]:
    """Return what changed in a pipeline, the answer first.

    Parameters
    ----------
    changes : PipelineChanges
    """
    parts = (_answer, _flows, _forecast, _slips, _age, _limits)
    return tuple(sentence for part in parts for sentence in part(changes))


def pipeline_words(changes: PipelineChanges) -> str:
    """Return which pipeline is looked at, as the beginning of a sentence."""
    due = changes.due
    if due is None:
        return "The open pipeline"
    return f"The open pipeline due from {long_day(due.start.date())} to {long_day(due.end.date())}"


def last_day(moment: pd.Timestamp) -> str:
    """Return the last day that a moment knows, in words."""
    return long_day((moment - pd.Timedelta(microseconds=1)).date())


def _deals(count: int) -> str:
    return counted(count, "deal")


def _answer(changes: PipelineChanges) -> Iterator[Sentence]:
    total, unit = changes.total, changes.currency
    change = total.flows["end"].minor - total.flows["start"].minor
    key = "changes."
    if not changes.priced:
        change, key = total.deals("end") - total.deals("start"), "changes.deals_"
    yield say(
        key + ("rose" if change > 0 else "fell" if change < 0 else "same"),
        Pipeline=pipeline_words(changes),
        change=amount(abs(total.amount("end") - total.amount("start")), unit),
        start=amount(total.amount("start"), unit),
        end=amount(total.amount("end"), unit),
        start_deals=_deals(total.deals("start")),
        end_deals=_deals(total.deals("end")),
        begin=last_day(changes.before.moment),
        until=last_day(changes.after.moment),
    )


def _flows(changes: PipelineChanges) -> Iterator[Sentence]:
    steps = [step for step in SIGNS if step != "start" and changes.total.deals(step)]
    came, went = ([step for step in steps if SIGNS[step] == sign] for sign in (1, -1))
    if not steps:
        yield say("changes.nothing")
    if came:
        yield say("changes.came", came=_listed(changes, came))
    if went:
        yield say("changes.went", went=_listed(changes, went))


def _listed(changes: PipelineChanges, steps: Sequence[Step]) -> str:
    words = [_step_words(changes, step) for step in steps]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _step_words(changes: PipelineChanges, step: Step) -> str:
    deals = _deals(changes.total.deals(step))
    if not changes.total.flows[step].minor:
        return f"{deals} {STEPS[step]}"
    return f"{amount(changes.total.amount(step), changes.currency)} {STEPS[step]} ({deals})"


def _forecast(changes: PipelineChanges) -> Iterator[Sentence]:
    due, found = changes.asked.due, changes.forecast
    if due is None:
        return
    if found is None:
        yield say("changes.no_forecast", reason=changes.forecast_reason)
        return
    unit = unit_words(changes.asked.unit, changes.currency)
    parts = [
        f"{CAUSES[cause]} {'+' if part.change > 0 else MINUS}{amount(abs(part.change), unit)}"
        for cause, part in found.parts.items()
        if part.change
    ]
    yield say(
        f"changes.forecast_{'rose' if found.change > 0 else 'fell' if found.change < 0 else 'same'}",
        start=long_day(due.start.date()),
        end=long_day(due.end.date()),
        change=amount(abs(found.change), unit),
        before=amount(found.before, unit),
        after=amount(found.after, unit),
        parts="; ".join(parts),
    )
    if found.creation > 0:
        yield say(
            "changes.creation",
            new=amount(found.parts["new"].change, unit),
            expected=amount(found.creation, unit),
        )


def _slips(changes: PipelineChanges) -> Iterator[Sentence]:
    slips = changes.slips
    if not len(slips.frame):
        return
    if slips.frame["expected_close"].isna().all():
        yield say("changes.no_dates")
        return
    words = {"open": _deals(len(slips.frame)), "period": slips.period}
    if slips.deals:
        yield say("changes.slipped", slipped=f"{slips.deals:,}", again=f"{slips.again:,}", **words)
    else:
        yield say("changes.no_slips", **words)


def _age(changes: PipelineChanges) -> Iterator[Sentence]:
    aged = changes.aged[1]
    if aged.late_days is not None and aged.late_deals:
        yield say(
            "changes.old",
            late=f"{aged.late_deals:,}",
            open=_deals(sum(band.deals for band in aged.bands)),
            amount=amount(aged.late_amount, changes.currency) if aged.late_amount else "without an amount",
            days=f"{aged.late_days:.0f}",
        )


def _limits(changes: PipelineChanges) -> Iterator[Sentence]:
    if changes.due is None and changes.asked.due is not None:
        yield say("changes.undated")
    counts = {
        "unpriced": max(changes.taken.unpriced),
        "gone": changes.gone.deals,
        "unseen": changes.taken.unseen,
    }
    for what, count in counts.items():
        if count:
            yield say(f"changes.{what}", count=_deals(count) if what != "gone" else f"{count:,}")
