"""Judgement: rep commits and manager calls, kept apart from the statistics, scored, and blended only by measured skill."""

from forecast.judgement.learning import judge
from forecast.judgement.reading import read_judgements
from forecast.judgement.results import Blended, Judgement, OwnerBias, Score

__all__ = ["Blended", "Judgement", "OwnerBias", "Score", "judge", "read_judgements"]
