"""The weekly review: for every rep a page, and one for the team: what is stuck, what to end, what to ask, what was done."""

from __future__ import annotations

from forecast.review.actions import Actions, read_actions
from forecast.review.results import Page, ReviewAsked, ReviewPack
from forecast.review.reviewing import Beside, review

__all__ = ["Actions", "Beside", "Page", "ReviewAsked", "ReviewPack", "read_actions", "review"]
