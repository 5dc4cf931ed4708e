"""The templates that sentences about the ledger are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "ledger.known": "Whoever reads profit and loss on {day} knows the months until {month}: {revenue} since {since}.",
        "ledger.nothing": "Whoever reads profit and loss on {day} knows no month since {since} yet.",
        "ledger.unseen": "Booked since then is {booked}; the published figures are {unseen} lower: they do not hold yet what was booked "
        "lately.",
        "ledger.seen": "Booked since then is {booked}; the published figures are {more} higher: they hold bookings of before.",
        "ledger.same": "Booked since then is {booked}, and just that is published.",
        "ledger.next": "The next figures, of {month}, appear on {published}.",
    }
)
