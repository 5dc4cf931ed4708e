"""What reps do in the last weeks of a quarter to close before it ends."""

from __future__ import annotations

from simulations.scenario.evidence import Evidence, assumed, quantity
from simulations.scenario.part import Days, Logit, Part, Probability, Whole


class Push(Part):
    """A discount in the last weeks of each fiscal quarter, and what it brings forward."""

    push_weeks: Whole = assumed(
        0,
        0,
        4,
        "no push unless told; where there is one, it is of the last weeks",
        "last weeks of a quarter",
        ge=0,
        le=13,
    )
    discount: Probability = quantity(
        0.1,
        Evidence(
            "B",
            "sizes are 12% smaller at quarter end (InsideSales Labs 2017, 9.8M deals of 151 firms); incentives to close early "
            "cost 6 to 8% of revenue (Larkin, J. Labor Econ. 2014)",
            0,
            0.35,
        ),
        "share of the amount that is given away on what is won in a push",
    )
    pull_in_logit: Logit = assumed(
        0.3,
        0,
        1,
        "a discount persuades some; no source gives a rate",
        "added to the log-odds of the last stage in a push",
    )
    pull_in_days: Days = assumed(
        14,
        0,
        45,
        "some customers hurry by a fortnight, few by a month",
        "days after the quarter whose replies are hurried to its last working second",
    )
