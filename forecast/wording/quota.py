"""The templates of sentences about quotas. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "quota.company": "The company reaches {quota} from {start} to {end} with a chance of {chance}; so far as {draws} draws tell, "
        "that is {low} to {high}.",
        "quota.reps_one": "A rep's quota with the same chance is {quota}; so far as the draws tell, {low} to {high}.",
        "quota.reps_many": "A rep's quota with the same chance lies between {least} ({least_name}) and {most} ({most_name}).",
        "quota.sum_below": "Those quotas of single reps add up to {sum}, {share} less than the company's {quota}: reps are not all "
        "unlucky in the same year, so the company can promise more than the sum of what each can.",
        "quota.sum_above": "Those quotas of single reps add up to {sum}, {share} more than the company's {quota}.",
        "quota.sum_same": "Those quotas of single reps add up to about the same as the company's, {sum}.",
        "sheet.all_fit": "All {count} proposed quotas are attained with a chance of {chance} or more, as far as the draws tell.",
        "sheet.none_fit": "None of the {count} proposed quotas is attained with a chance of {chance}.",
        "sheet.some_fit": "Of the {count} proposed quotas, {fit} are attained with a chance of {chance} or more, as far as the draws "
        "tell, and {high} are surely less likely.",
        "sheet.far": "Out of reach (a chance surely below 5%): {names}.",
        "sheet.worst": "{name}'s quota of {quota} has a chance of {chance} ({low} to {high}); {fits} would fit.",
        "hours.enough": "{name} would attain it with {hours} prospecting hours a week in place of {now} ({low} to {high}).",
        "hours.times": "{name} would attain it with {hours} times the present prospecting ({low} to {high}).",
        "hours.perhaps": "{name} would attain it with {hours} in place of {now}, but it may be that no number of hours that was "
        "tried is enough.",
        "hours.crowded": "No number of prospecting hours that was tried makes {name}'s quota realistic: the best chance is {best}, with "
        "{hours}. With more the chance falls again, as prospecting crowds out the deals at hand.",
        "hours.never": "No number of prospecting hours that was tried makes {name}'s quota realistic: the best chance is {best}, with {hours}.",
        "over.above": "The proposed quotas add up to {sum}, {times} times the company's target of {target} (over-assignment). The company "
        "reaches its target with a chance of {chance}, and the sum with {of_sum}.",
        "over.below": "The proposed quotas add up to {sum}, less than the company's target of {target} ({times} times): if everybody just "
        "attains, the target is missed. The company reaches it with a chance of {chance}.",
        "over.exact": "The proposed quotas add up to the company's target of {target}, which it reaches with a chance of {chance}.",
        "over.no_target": "The proposed quotas add up to {sum}; together the reps book that with a chance of {of_sum}.",
        "share.expected": "{share} of the reps can be expected to attain; in 8 of 10 years it is between {low} and {high}.",
        "share.everybody": "That all attain has a chance of {every}; without a market that all share it would be {product}.",
        "luck.most": "Of the differences in attainment between reps in one year {luck} are luck, not skill, territory or how the quotas were set: by luck alone "
        "a rep ends {spread} above or below what to expect in two years of three.",
        "luck.least": "Of the differences in attainment between reps in one year only {luck} are luck; the rest is skill, territory, "
        "hours, ramp and how the quotas were set. By luck alone a rep ends {spread} above or below what to expect in two years of three.",
        "luck.half": "Of the differences in attainment between reps in one year about half ({luck}) are luck, the rest skill, territory, "
        "hours, ramp and how the quotas were set. By luck alone a rep ends {spread} above or below what to expect in two years of three.",
        "luck.sizes": "Of that luck, {sizes} is how large the deals happen to be, the rest how many come and are won.",
        "luck.unknown": "What one history leaves open about the reps counts as a difference between them, not as luck: {unknown} of the "
        "differences.",
        "capacity.enough": "The target of {target} is realistic as staffed: the chance is {chance}. The team can be expected to book {expected}.",
        "capacity.short": "The target of {target} is not realistic as staffed: the chance is {chance} ({asked} was asked for), and the team "
        "can be expected to book {expected}; {fits} would fit.",
        "capacity.open": "Whether the target of {target} is realistic as staffed, the draws leave open: the chance is {chance} ({low} to "
        "{high}, {asked} was asked for), and the team can be expected to book {expected}.",
        "capacity.product": "That is {heads} ramped heads x {hours} prospecting hours a week x {weeks} weeks x {productivity} an hour.",
        "capacity.heads": "That is {heads} ramped heads x {weeks} weeks x {productivity} a week.",
        "capacity.hire_one": "It would take one hire by {by}.",
        "capacity.hire_many": "It would take {hires} hires by {by}.",
        "capacity.hire_more": "With {hires} it is enough if they begin by {by}.",
        "capacity.hire_never": "No number of hires that was tried is enough: too little of what they would find is won in the period.",
        "assumed.market": "Assumed, as one history cannot tell it: years of the market that all share differ by at least {market} (coefficient of "
        "variation).",
        "assumed.elasticity": "Assumed: twice the prospecting hours create twice the opportunities that prospecting creates, and they are "
        "won as before.",
        "assumed.stay": "Assumed: the reps of today stay. What will be created by people who have created nothing so far counts for "
        "the company alone.",
    }
)
