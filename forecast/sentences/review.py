"""A weekly review in sentences that need no statistics: chosen by sign, by interval and by what is known."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.review import Page, ReviewPack
from forecast.review.deals import Deal
from forecast.review.outlook import Outcome
from forecast.review.questions import Question
from forecast.review.week import NO_OWNER
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.forecasts import amount, chance, long_day
from simulations.plots.numerals import counted, digits, share
from simulations.wording import unit_words

#: Hours below this share of the usual ones are less.
LESS = 0.8
_MONEY = ("gap", "weighted", "crm", "value", "quota", "booked", "new")


def page_sentences(page: Page, pack: ReviewPack) -> tuple[Sentence, ...]:
    """Return what a page says, where the period will end first.

    Parameters
    ----------
    page : Page
        One of the pack's.
    pack : ReviewPack
    """
    unit = unit_words(pack.asked.unit, pack.currency)
    parts = (
        _few(page),
        _standing(page, pack, unit),
        _cleanup(page, pack, unit),
        _week(page),
        _hours(page),
        _last(page),
    )
    return tuple(sentence for part in parts for sentence in part)


def question_sentence(question: Question, pack: ReviewPack, page: Page) -> Sentence:
    """Return a question of a page in words; on the team's page an opportunity is named with its owner."""
    unit = unit_words(pack.asked.unit, pack.currency)
    words = {name: _number(name, value, unit) for name, value in question.numbers.items()}
    if "deals" in words and unit != "deals":
        words["deals"] += f" worth {words['value']}"
    if question.deal is not None:
        words |= _deal_words(question.deal, unit, pack.currency)
        words["deal"] += (
            f" of {question.deal.owner}" if page.is_team and question.deal.owner != NO_OWNER else ""
        )
    key = question.key
    if key == "learned":
        key = "learned_won" if question.numbers["won"] else "learned_lost"
    if key == "optimism" and question.deal is None:
        key = "optimism_all"
    days = digits(pack.asked.disqualify_after)
    goal = "target" if page.is_team else "quota"
    return say(f"question.{key}", name=question.name, days=days, goal=goal, **words)


def whole_days(days: float) -> str:
    """Return days as a whole number.

    Examples
    --------
    >>> whole_days(36.2), whole_days(0.3), whole_days(0.0)
    ('36', 'under 1', '0')
    """
    return "under 1" if 0 < days < 0.5 else digits(round(days))  # noqa: PLR2004 - what would be written as 0


def _number(name: str, value: float, unit: str) -> str:
    if name in _MONEY:
        return amount(value, unit)
    return counted(value, "opportunity") if name == "deals" and round(value) == 1 else _plural(name, value)


def _plural(name: str, value: float) -> str:
    return f"{round(value):,} opportunities" if name == "deals" else digits(value)


def _worth(deal: Deal, unit: str, currency: str) -> str:
    """Return what an opportunity counts; where deals are counted, its amount."""
    if unit != "deals":
        return amount(deal.value, currency)
    return "no amount" if deal.amount is None else amount(deal.amount, currency)


def _deal_words(deal: Deal, unit: str, currency: str) -> dict[str, str]:
    close = "no date" if deal.expected_close is None else long_day(deal.expected_close)
    return {
        "deal": deal.name,
        "worth": _worth(deal, unit, currency),
        "stage": deal.stage,
        "in_stage": whole_days(deal.days_in_stage),
        "limit": whole_days(deal.stage_limit or 0.0),
        "silent": whole_days(deal.silent_days or 0.0),
        "slips": digits(deal.slips or 0),
        "day": close,
        "typed": share(deal.typed or 0.0),
        "chance": chance(deal.chance_in_period or 0.0),
    }


def _few(page: Page) -> Iterator[Sentence]:
    if page.few:
        yield say("review.few", reason=page.few)


def _standing(page: Page, pack: ReviewPack, unit: str) -> Iterator[Sentence]:
    outcome = page.outcome
    if outcome is None:
        if "outcome" in page.unsaid:
            yield say("review.unsaid_outcome", reason=page.unsaid["outcome"])
        return
    words = {
        "booked": amount(outcome.booked, unit) if outcome.booked else "nothing",
        "weighted": amount(outcome.weighted.calibrated_in_period, unit),
        "end": long_day(pack.asked.end.date()),
    }
    which = _which(outcome, is_team=page.is_team)
    if outcome.quota is None:
        yield say(which, **words)
        return
    gap = amount(max(outcome.gap or 0.0, 0.0), unit)
    yield say(
        which, quota=amount(outcome.quota, unit), gap=gap, chance=chance(outcome.chance or 0.0), **words
    )


def _which(outcome: Outcome, *, is_team: bool) -> str:
    if outcome.quota is None or outcome.gap is None:
        return "review.target_none" if is_team else "review.no_quota"
    found = "reached" if outcome.booked >= outcome.quota else "short" if outcome.gap > 0 else "covered"
    return f"review.target_{found}" if is_team else f"review.{found}"


def _cleanup(page: Page, pack: ReviewPack, unit: str) -> Iterator[Sentence]:
    days = digits(pack.asked.disqualify_after)
    if "to_disqualify" in page.unsaid or not page.open:
        return
    if not page.to_disqualify:
        yield say("review.cleanup_none", days=days)
        return
    if page.outcome is None:
        return
    cut, outcome = page.outcome.cleanup, page.outcome
    words = {
        "deals": _plural("deals", cut.deals) if cut.deals != 1 else "1 opportunity",
        "days": days,
        "weighted": amount(cut.removed.calibrated, unit),
        "inside": amount(cut.removed.calibrated_in_period, unit),
    }
    if cut.removed.crm is None:
        yield say("review.cleanup_no_crm", **words)
    else:
        yield say("review.cleanup", crm=amount(cut.removed.crm, unit), **words)
    if cut.chance is not None and outcome.chance is not None and outcome.booked < (outcome.quota or 0.0):
        before, after = chance(outcome.chance), chance(cut.chance)
        yield say(
            "review.chance_same" if before == after else "review.chance_falls", before=before, after=after
        )


def _week(page: Page) -> Iterator[Sentence]:
    if not page.week:
        yield say("review.quiet_week")
        return
    ended = page.count("lost") + page.count("disqualified")
    moved = page.count("advanced") + page.count("moved back")
    counts = {"created": page.count("created"), "moved": moved, "won": page.count("won"), "lost": ended}
    yield say("review.week", **{name: f"{count:,}" if count else "none" for name, count in counts.items()})


def _hours(page: Page) -> Iterator[Sentence]:
    hours = page.hours
    if hours is None:
        return
    words = {"hours": digits(hours.hours), "week": hours.week}
    if hours.usual is None:
        yield say("review.hours_first", **words)
    else:
        key = "review.hours_less" if hours.hours < LESS * hours.usual else "review.hours_usual"
        yield say(key, usual=digits(hours.usual), **words)
    if hours.blocks:
        yield say("review.blocks", kept=f"{hours.kept or 0:,}", blocks=f"{hours.blocks:,}")


def _last(page: Page) -> Iterator[Sentence]:
    if not page.last:
        return
    done = sum(one.happened for one in page.last)
    words = {"of": counted(len(page.last), "action")}
    yield say("review.last", done=f"{done:,}", **words) if done else say("review.last_none", **words)
    won = sum(one.became == "won" and one.action.kind == "disqualify" for one in page.last)
    if won:
        yield say("review.last_won", deals="1 opportunity" if won == 1 else _plural("deals", won))
