"""The store keeps what was known at each moment, cell for cell, and forgets nothing."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from forecast.crm import Reading
from forecast.store import Counts, known_at, open_store
from simulations.tables import CrmTables


def with_rows(read: Reading, **columns: object) -> Reading:
    """Return a reading with some columns of its opportunities set."""
    rows = read.tables.opportunities.assign(**columns)
    return replace(read, tables=replace(read.tables, opportunities=rows))


def test_every_snapshot_is_given_back_as_it_was_however_many_came_after(store, months, same_reading):
    for moment, read in months:
        store.add(read, moment)
    for moment, read in months:
        found = known_at(store, moment)
        same_reading(found, read)
        assert found.export_date == moment


def test_the_order_in_which_exports_are_imported_does_not_matter(store, months, same_reading):
    for moment, read in (months[2], months[0], months[3], months[1]):
        store.add(read, moment)
    for moment, read in months:
        same_reading(known_at(store, moment), read)
    assert [one.moment for one in store.current()] == [moment for moment, _ in months]


def test_the_rows_of_a_table_keep_their_places(store, months, same_reading):
    moment, read = months[0]
    store.add(read, moment)
    tables = read.tables
    mixed = replace(
        tables,
        opportunities=tables.opportunities.sample(frac=1, random_state=5, ignore_index=True),
        stage_history=tables.stage_history.iloc[::-1].reset_index(drop=True),
    )
    later = replace(read, tables=mixed)
    added = store.add(later, months[1][0])
    assert added.counts == Counts(0, 0, 0, len(tables.opportunities))
    same_reading(known_at(store, months[1][0]), later)
    same_reading(known_at(store, moment), read)


def test_the_same_export_again_changes_nothing(store, months):
    for moment, read in months:
        assert store.add(read, moment).changed
    before = _everything(store)
    for moment, read in months:
        again = store.add(read, moment)
        assert not again.changed
        assert not again.corrected
        assert again.snapshot.moment == moment
    assert _everything(store) == before


def _everything(store) -> list[object]:
    """Return all rows of all tables."""
    with sqlite3.connect(store.address.file) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)]  # noqa: S608 - names of tables
    connection.close()
    return found


def test_a_correction_counts_from_now_on_and_keeps_what_was_known_before(store, months, same_reading):
    moment, read = months[0]
    noon = dt.datetime(2026, 5, 2, 12, tzinfo=dt.UTC)
    first = store.add(read, moment, now=noon)
    owners = read.tables.opportunities["owner"].mask(lambda owner: owner == "Rep 01", "Anna")
    corrected = with_rows(read, owner=owners)
    second = store.add(corrected, moment, now=noon + dt.timedelta(days=3))
    assert second.corrects == first.snapshot
    assert second.counts.revised == (read.tables.opportunities["owner"] == "Rep 01").sum() > 0
    same_reading(known_at(store, moment), corrected)
    same_reading(known_at(store, moment, pd.Timestamp("2026-05-03")), read)
    again = store.add(read, moment)
    assert (again.changed, again.corrected, again.snapshot) == (False, True, first.snapshot)
    same_reading(known_at(store, moment), corrected)


def test_between_two_snapshots_the_earlier_is_what_was_known_and_a_finding_says_so(
    store, months, same_reading
):
    for moment, read in months[:2]:
        store.add(read, moment)
    between = known_at(store, pd.Timestamp("2026-05-20"))
    assert between.export_date == months[0][0]
    assert "snapshot_older" in {finding.code for finding in between.findings}
    told = tuple(finding for finding in between.findings if finding.code != "snapshot_older")
    same_reading(replace(between, findings=told), months[0][1])
    assert known_at(store).snapshot == store.snapshot_at(pd.Timestamp("2030-01-01"))


def test_an_amount_comes_back_to_the_last_bit(store, months, same_reading):
    """Whole cents are kept as whole numbers; what exchange rates or typing made of others is kept beside them."""
    moment, read = months[0]
    count = len(read.tables.opportunities)
    rng = np.random.default_rng(4)
    amounts = np.round(rng.lognormal(8, 2, count), 2)
    amounts[::3] = rng.lognormal(8, 2, len(amounts[::3])) / 3
    amounts[::7] = np.nan
    odd = with_rows(read, amount=amounts)
    store.add(odd, moment)
    same_reading(known_at(store, moment), odd)
    with sqlite3.connect(store.address.file) as connection:
        kinds = {
            row[0] for row in connection.execute("SELECT DISTINCT typeof(amount_minor) FROM crm_opportunity")
        }
    connection.close()
    assert kinds == {"integer", "null"}


def test_only_what_changed_is_written(store, months):
    moment, read = months[0]
    store.add(read, moment)
    rows = read.tables.opportunities
    chosen = rows.index[rows["outcome"] == "open"][:7]
    amount = rows["amount"].copy()
    amount[chosen] += 1
    added = store.add(with_rows(read, amount=amount), months[1][0])
    assert added.counts == Counts(0, 7, 0, len(rows) - 7)
    with sqlite3.connect(store.address.file) as connection:
        written = connection.execute("SELECT COUNT(*) FROM crm_opportunity").fetchone()[0]
        visits = connection.execute("SELECT COUNT(*) FROM crm_stage_visit").fetchone()[0]
    connection.close()
    assert written == len(rows) + 7
    assert visits == len(read.tables.stage_history)


def test_the_rows_of_a_snapshot_are_found_by_since_and_until(store, months):
    """As the page about the store tells those who ask it in SQL."""
    for moment, read in months:
        store.add(read, moment)
    there = "SELECT id FROM crm_opportunity WHERE since <= ? AND (until IS NULL OR until > ?)"
    with sqlite3.connect(store.address.file) as connection:
        for number, (_, read) in enumerate(months, 1):
            found = [row[0] for row in connection.execute(there, (number, number))]
            assert sorted(found) == sorted(read.tables.opportunities["id"])
    connection.close()


def test_an_opportunity_that_is_no_longer_there_is_counted_and_still_known_before(
    store, months, same_reading
):
    moment, read = months[0]
    store.add(read, moment)
    gone = set(read.tables.opportunities["id"].head(3))
    kept = replace(
        read.tables,
        opportunities=read.tables.opportunities.iloc[3:].reset_index(drop=True),
        stage_history=read.tables.stage_history[~read.tables.stage_history["id"].isin(gone)].reset_index(
            drop=True
        ),
    )
    added = store.add(replace(read, tables=kept), months[1][0])
    assert (added.counts.new, added.counts.gone) == (0, 3)
    same_reading(known_at(store, moment), read)


def test_everything_that_a_reading_holds_has_a_place_in_the_store():
    """A field that is added to a reading is lost unless it is stored: this reminds of it."""
    assert {item.name for item in fields(CrmTables)} == {
        "opportunities", "stage_history", "activities", "owners", "stages", "known_from",
    }  # fmt: skip
    stored = {"tables", "findings", "shape", "export_date", "may_look_ahead"}
    assert {item.name for item in fields(Reading)} == stored | {"files"}


def test_a_store_is_read_while_another_reads_it(store, months):
    store.add(months[0][1], months[0][0])
    with open_store(store.name) as other:
        assert other.snapshots() == store.snapshots()


@pytest.mark.parametrize("text", ["naïve Café", "tab\tand\nline", "emoji \U0001f389", "quote ' \" %s :x", ""])
def test_any_text_comes_back(store, months, same_reading, text):
    moment, read = months[0]
    odd = with_rows(read, name=pd.Series(text, index=read.tables.opportunities.index, dtype="str"))
    store.add(odd, moment)
    same_reading(known_at(store, moment), odd)
