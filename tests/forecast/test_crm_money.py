"""Amounts in several currencies: by the CRM's own column, by a file of rates, or refused."""

from pathlib import Path

import pandas as pd
import pytest

from forecast.crm import Reading, read_crm
from forecast.crm.rates import read_rates
from simulations.errors import BadInput

HEADER = "Record ID,Deal Name,Deal Stage,Amount,Currency,Create Date,Close Date\n"
DEALS = HEADER + (
    "1,A,Closed Won,100,EUR,2026-01-02,2026-01-20\n2,B,Closed Won,100,USD,2026-01-02,2026-01-20\n"
    "3,C,Closed Won,100,usd,2026-01-02,2026-02-10\n4,D,Offer,100,USD,2026-01-02,2026-03-31\n5,E,Offer,,USD,2026-01-02,2026-03-31\n"
)
RATES = "currency,rate,since\nEUR,1,\nUSD,0.8,\nUSD,0.9,2026-02-01\nUSD,0.95,2026-02-15\n"


def read(folder: Path, deals: str = DEALS, rates: str | None = RATES) -> Reading:
    (folder / "deals.csv").write_text(deals)
    if rates is None:
        return read_crm(folder / "deals.csv")
    (folder / "rates.csv").write_text(rates)
    return read_crm(folder / "deals.csv", rates=folder / "rates.csv")


def test_each_amount_counts_at_the_rate_of_the_day_it_closed_and_open_ones_at_the_latest(
    tmp_path: Path,
) -> None:
    reading = read(tmp_path)
    rows = reading.tables.opportunities
    assert rows["amount"].tolist()[:4] == [100.0, 80.0, 90.0, 95.0]
    assert pd.isna(rows["amount"].iloc[4])
    assert (reading.currency, set(rows["currency"])) == ("EUR", {"EUR"})
    (finding,) = (finding for finding in reading.findings if finding.code == "amounts_converted")
    assert (finding.count, finding.examples) == (3, ("3 from USD",))


def test_without_rates_two_currencies_are_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--rates"):
        read(tmp_path, rates=None)


def priced(*amounts: str) -> str:
    lines = [
        f'{n},Deal {n},Closed Won,"{amount}",2026-01-02,2026-01-20\n' for n, amount in enumerate(amounts)
    ]
    return HEADER.replace("Currency,", "") + "".join(lines)


@pytest.mark.parametrize("amounts", [("$100", "€100"), ("USD 100", "EUR 100"), ("100 kr", "£100", "5")])
def test_two_currencies_beside_the_amounts_are_refused_where_no_column_tells_them(
    tmp_path: Path, amounts: tuple[str, ...]
) -> None:
    with pytest.raises(BadInput, match="one file must have one currency"):
        read(tmp_path, priced(*amounts), rates=None)


def test_a_currency_beside_the_amounts_names_it_unless_several_share_the_sign(tmp_path: Path) -> None:
    assert read(tmp_path, priced("€1,200.50", "€20"), rates=None).currency == "EUR"
    assert read(tmp_path, priced("$1,200.50", "$20"), rates=None).currency == ""
    rows = read(tmp_path, priced("USD 100.00", "EUR 100.00")).tables.opportunities
    assert rows["amount"].tolist() == [80.0, 100.0]


def test_the_crms_own_conversion_is_taken_where_there_is_one(tmp_path: Path) -> None:
    deals = (
        "Opportunity ID,Stage,Amount Currency,Amount,Amount (converted) Currency,Amount (converted),Close Date,Created Date\n"
        "1,Closed Won,EUR,100,EUR,100,2026-01-20,2026-01-02\n2,Closed Won,USD,100,EUR,77,2026-01-20,2026-01-02\n"
    )
    reading = read(tmp_path, deals, rates=None)
    assert reading.tables.opportunities["amount"].tolist() == [100.0, 77.0]
    assert reading.currency == "EUR"
    assert "amounts_converted" in {finding.code for finding in reading.findings}


def test_what_was_booked_counts_for_a_win(tmp_path: Path) -> None:
    deals = (
        "(Do Not Modify) Opportunity,Topic,Est. revenue,Actual Revenue,Status,Created On,Actual Close Date,Est. close date\n"
        "1,A,100,90,Won,2026-01-02,2026-02-03,2026-01-31\n2,B,100,,Open,2026-01-02,,2026-03-31\n"
        "3,C,100,0,Lost,2026-01-02,2026-02-03,2026-01-31\n"
    )
    rows = read(tmp_path, deals, rates=None).tables.opportunities
    assert rows["amount"].tolist() == [90.0, 100.0, 100.0]
    assert rows["expected_close"].tolist()[1] == pd.Timestamp("2026-03-31")


@pytest.mark.parametrize(
    ("deals", "rates", "said"),
    [
        (DEALS, RATES.replace("USD,0.8,\n", ""), "has no rate in"),
        (DEALS + "6,F,Offer,100,GBP,2026-01-02,2026-03-31\n", RATES, "has no rate in"),
        (DEALS + "6,F,Offer,100,,2026-01-02,2026-03-31\n", RATES, "the currency is empty beside this amount"),
        (DEALS, RATES.replace("EUR,1,\n", "EUR,1.1,\n"), "exactly one currency must have the rate 1"),
        (DEALS, RATES + "GBP,1,\n", "exactly one currency must have the rate 1"),
        (DEALS, RATES + "USD,0.7,2026-02-01\n", "has two rates from the same day on"),
        (DEALS, RATES.replace("0.9,", "0,"), "must be above 0"),
        (DEALS, RATES.replace("0.9,", "much,"), "must be a number"),
        (
            DEALS,
            RATES.replace("2026-02-01", "02/03/2026").replace("2026-02-15", "03/02/2026"),
            "cannot be told apart",
        ),
        (DEALS, "code,worth\n,1\nUSD,0.9\n", "every rate needs it"),
        (DEALS, "money,rate\nUSD,0.9\n", "column 'currency' is missing"),
    ],
)
def test_what_cannot_be_converted_is_refused(tmp_path: Path, deals: str, rates: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, deals, rates)
    assert any(said in problem.allowed for problem in refused.value.problems), str(refused.value)
    assert all(problem.file for problem in refused.value.problems)


def test_a_file_of_rates_says_into_what(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("Currency;Rate;Valid from\nCHF;1;\nEUR;0,94;01.01.2026\n")
    rates = read_rates(tmp_path / "rates.csv")
    assert rates.into == "CHF"
    day = pd.Series([pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-01"), pd.NaT])
    found = rates.of(pd.Series(["EUR", "EUR", "EUR"], dtype="str"), day)
    assert pd.isna(found.iloc[0])
    assert found.tolist()[1:] == [0.94, 0.94]
