"""Whatever happens after the moment of knowledge, the forecast is the same to the byte, or says what may look ahead."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm import read_crm
from forecast.forecasting import forecast
from forecast.known import OVERWRITTEN, RARELY_CHANGED
from simulations.tables import CrmTables

DRAWS = 300
FIELDS = ("stage", "amount", *OVERWRITTEN, *RARELY_CHANGED)
pytestmark = pytest.mark.usefixtures("few_parameter_draws")


def said(tables: CrmTables, futures, unit: str = "amount", findings=()) -> str:
    """Return everything that a forecast of the six weeks after the moment says, and every draw of it."""
    when = futures.when
    result = forecast(
        tables, as_of=when, start=when - pd.Timedelta(days=7), end=when + pd.Timedelta(days=41),
        target=400_000 if unit == "amount" else 30, targets=[0.5, 1, 1.5], unit=unit, draws=DRAWS,
        findings=findings,
    )  # fmt: skip
    return json.dumps([result.to_dict(), result.bookings.total.tolist()])


def looks_ahead(text: str) -> set[str]:
    """Return the fields that a forecast says may look ahead."""
    found = json.loads(text)[0]["findings"]
    return {
        field for finding in found if finding["code"] == "may_look_ahead" for field in finding["examples"]
    }


def exported(tables: CrmTables, futures) -> CrmTables:
    """Return the CRM as an export of the later day, which keeps no history of its fields."""
    return replace(tables, known_from=dict.fromkeys(FIELDS, futures.export_day))


@given(seed=st.integers(0, 1_000), unit=st.sampled_from(["amount", "deals"]))
def test_another_future_or_none_changes_no_byte(made_crm, futures, seed: int, unit: str) -> None:
    """Outcomes, closings, stages, owners, sources, probabilities, expected closings, new opportunities."""
    tables = exported(made_crm(seed, deals=150, days=200), futures)
    known = said(tables, futures, unit)
    other = futures.other(tables, np.random.default_rng(seed), amounts=False)
    assert said(other, futures, unit) == known
    assert said(futures.none(tables), futures, unit) == known
    assert "amount" in looks_ahead(known)


@given(seed=st.integers(0, 1_000))
def test_amounts_of_what_closes_later_change_no_byte_where_losing_clears_them(
    made_crm, futures, seed: int
) -> None:
    tables = exported(futures.cleared(made_crm(seed, deals=150, days=200)), futures)
    known = said(tables, futures)
    other = futures.other(tables, np.random.default_rng(seed), amounts=True)
    assert said(other, futures) == known
    assert "amount" not in looks_ahead(known)


def test_the_check_notices_an_amount_that_is_used_and_named(made_crm, futures) -> None:
    """Where amounts stay, another amount is another forecast: it is named, and the check above can fail."""
    tables = exported(made_crm(1), futures)
    other = futures.other(tables, np.random.default_rng(1), amounts=True)
    known, changed = said(tables, futures), said(other, futures)
    assert known != changed
    assert "amount" in looks_ahead(known)
    assert "amount" in looks_ahead(changed)


@pytest.mark.parametrize("losing", ["clears", "keeps"])
@pytest.mark.parametrize("shape", ["hubspot", "salesforce", "pipedrive"])
def test_a_file_with_another_future_or_none_gives_the_same_forecast(
    made_crm, futures, tmp_path: Path, shape: str, losing: str
) -> None:
    """From the bytes of the file to the last draw, the findings about the data included."""
    clears = losing == "clears"
    tables = futures.settled(futures.cleared(made_crm(7)) if clears else made_crm(7))

    def of(some: CrmTables, name: str) -> str:
        reading = read_crm(futures.write(some, shape, tmp_path / name), as_of=futures.when)
        unit = "amount" if clears or shape == "hubspot" else "deals"
        return said(reading.tables, futures, unit, reading.findings)

    known = of(tables, "known")
    assert of(futures.other(tables, np.random.default_rng(7), amounts=clears), "other") == known
    assert of(futures.none(tables), "none") == known
    assert ("amount" in looks_ahead(known)) == (not clears)
