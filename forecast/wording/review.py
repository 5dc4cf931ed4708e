"""The templates that a weekly review is made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "review.reached": "The quota of {quota} is reached: {booked} is booked.",
        "review.short": "Of the quota of {quota}, {booked} is booked and open opportunities bring {weighted} by {end} as such "
        "have done; that leaves {gap} to find. With what is still to be created the chance of the quota is {chance}.",
        "review.covered": "Of the quota of {quota}, {booked} is booked and open opportunities bring {weighted} by {end} as "
        "such have done, which is enough in the mean. The chance of the quota is {chance}.",
        "review.no_quota": "So far {booked} is booked, and open opportunities bring {weighted} by {end} as such have done; no quota "
        "was given.",
        "review.target_reached": "The target of {quota} is reached: {booked} is booked.",
        "review.target_short": "Of the target of {quota}, {booked} is booked and open opportunities bring {weighted} by {end} "
        "as such have done; that leaves {gap} to find. With what is still to be created the chance of the target is {chance}.",
        "review.target_covered": "Of the target of {quota}, {booked} is booked and open opportunities bring {weighted} by "
        "{end} as such have done, which is enough in the mean. The chance of the target is {chance}.",
        "review.target_none": "So far {booked} is booked, and open opportunities bring {weighted} by {end} as such have done; no "
        "target was given.",
        "review.unsaid_outcome": "Where the period will end cannot be said: {reason}.",
        "review.few": "Too few to say what is usual: {reason}.",
        "review.cleanup_none": "Nothing has been silent for {days} days or more, so nothing is to be disqualified.",
        "review.cleanup": "Disqualifying {deals} that had no activity and no next step for {days} days takes {crm} out of the "
        "CRM's weighted pipeline and {weighted} out of the calibrated one; of that, {inside} were counted on in the period.",
        "review.cleanup_no_crm": "Disqualifying {deals} that had no activity and no next step for {days} days takes "
        "{weighted} out of the calibrated weighted pipeline; of that, {inside} were counted on in the period.",
        "review.chance_same": "The chance stays at {after}: nobody counted on them in earnest.",
        "review.chance_falls": "Without them the chance is {after} in place of {before}: so much of it hung on silent customers.",
        "review.week": "In the week: {created} created, {moved} moved, {won} won, {lost} lost or disqualified.",
        "review.quiet_week": "In the week nothing was created, moved or closed.",
        "review.hours_less": "{hours} hours of prospecting in the week from {week} on, against {usual} in a usual one.",
        "review.hours_usual": "{hours} hours of prospecting in the week from {week} on; a usual one has {usual}.",
        "review.hours_first": "{hours} hours of prospecting in the week from {week} on.",
        "review.blocks": "{kept} of {blocks} protected blocks were kept.",
        "review.last_none": "Of the {of} proposed a week ago none has happened.",
        "review.last": "Of the {of} proposed a week ago {done} happened.",
        "review.last_won": "{deals} that were to be disqualified were won: a next step would have shown that they live.",
        # The questions.
        "question.gap": "The {goal} lacks {gap} beyond what is booked and what open opportunities promise ({weighted}). "
        "Where will it come from, and by when must it be created?",
        "question.optimism": "The CRM promises {crm} in the period, history {weighted}. What makes you sure of {deal} "
        "({worth}, typed {typed}, such are won in {chance})?",
        "question.optimism_all": "The CRM promises {crm} in the period, history {weighted}. Which of these deals will "
        "really close, and what tells you so?",
        "question.to_disqualify": "{deals} have been silent for {days} days or more, the largest {deal} "
        "({worth}, {silent} days). What do we know that speaks for keeping them?",
        "question.no_next_step": "{deals} have no next step, the largest {deal} ({worth}, {stage}). When do "
        "you talk next, and with whom?",
        "question.stuck": "{deals} are stuck, the largest {deal} ({worth}): {in_stage} days in {stage}, where 9 of "
        "10 that go on need {limit}. What has to happen for the next stage, and what if it does not?",
        "question.slipped": "{deals} have slipped twice or more, the largest {deal} ({worth}, {slips} times). "
        "What did the customer say about the date, and what is different this time?",
        "question.overdue": "{deals} were expected to close on a day that has passed, the largest {deal} "
        "({worth}, {day}). Which date has the customer named?",
        "question.undone": "{undone} of {of} actions of last week are open, among them {name}. What held them up?",
        "question.blocks": "{kept} of {blocks} prospecting blocks were kept. What came in between, and who can keep it away?",
        "question.hours": "{hours} hours of prospecting against {usual} in a usual week. What took the time?",
        "question.creation": "{seen} created in four weeks, where {usual} are usual. What will change that in the next two?",
        "question.promise": "{deal} ({worth}, {stage}) is one of those that promise most. What has to happen next, and when?",
        "question.learned_won": "{name} was won. What of it can be done again?",
        "question.learned_lost": "{name} was lost. When could we have known it?",
        "question.create": "{seen} created in four weeks. How many will be in the next four, and from which customers?",
    }
)

#: What actions are called, and what became of them.
ACTIONS: Mapping[str, str] = MappingProxyType(
    {"disqualify": "disqualify", "next_step": "agree a next step", "close_date": "set a close date"}
)
BECAME: Mapping[str, str] = MappingProxyType(
    {
        "done": "done",
        "won": "won",
        "alive": "alive: active since",
        "not_done": "not done",
        "gone": "no longer in the CRM",
        "untold": "not told by the CRM",
    }
)
#: What the lists of a page are called.
LISTS: Mapping[str, str] = MappingProxyType(
    {
        "to_disqualify": "to disqualify",
        "no_next_step": "no next step",
        "stuck": "stuck in stage",
        "slipped": "slipped twice or more",
        "overdue": "close date passed",
    }
)
