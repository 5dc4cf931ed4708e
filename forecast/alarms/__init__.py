"""Alarms: monitors of a team and its reps that say when reality leaves the plan, at a stated rate of false alarms.

`watch_today` gives today's picture from a CRM's tables. `forecast.alarms.watching` says how a plan, its thresholds and the
looks of a whole year are had one by one.
"""

from forecast.alarms.history import history_of
from forecast.alarms.market import Market
from forecast.alarms.plan import Asked
from forecast.alarms.planning import known_plan, plan_of
from forecast.alarms.results import Picture, picture
from forecast.alarms.today import Question, Today, watch_today
from forecast.alarms.watching import EVERYBODY, TEAM, Seen, Watch, watch_from, watch_known

__all__ = [
    "EVERYBODY",
    "TEAM",
    "Asked",
    "Market",
    "Picture",
    "Question",
    "Seen",
    "Today",
    "Watch",
    "history_of",
    "known_plan",
    "picture",
    "plan_of",
    "watch_from",
    "watch_known",
    "watch_today",
]
