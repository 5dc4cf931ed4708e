"""Open opportunities that a run starts from, as a CRM knows them."""

from __future__ import annotations

from pydantic import Field

from simulations.scenario.part import Days, Money, Part, SeatNumber, Switch


class OpenDeal(Part):
    """An opportunity that is open when the run begins. Without ``days_waited`` the customer's reply is awaited."""

    stage: str = Field(description="name of the stage that it is in")
    amount: Money = Field(description="amount, in the scenario's currency")
    age_days: Days = Field(0, description="days since it became an opportunity")
    days_in_stage: Days | None = Field(None, description="days since it entered its stage; null: age_days")
    days_waited: Days | None = Field(
        None, description="days that it has been ready for its rep and not worked; null: it was worked"
    )
    silent: Switch = Field(default=False, description="the customer has stopped replying and is followed up")
    source: str = Field("prospecting", description="prospecting, referral, or the name of an inbound stream")
    seat: SeatNumber | None = Field(
        None, description="number of the seat that has it, from 1; null: dealt to one"
    )

    @property
    def days_there(self) -> float:
        """Days since it entered its stage."""
        return self.age_days if self.days_in_stage is None else self.days_in_stage
