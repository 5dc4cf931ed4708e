"""What is said, drawn and reported of pipeline changes."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from forecast.changes.between import ChangesAsked, pipeline_changes
from forecast.changes.steps import REVALUED, SIGNS
from forecast.crm import Reading
from forecast.plots.changes import ALWAYS, draw_forecast_change, draw_waterfall
from forecast.report import Results
from forecast.report.changes import changes_csv, changes_tables
from forecast.report.contents import contents_of
from forecast.sentences.changes import changes_sentences
from forecast.wording.changes import CAUSES, STEPS
from forecast.wording.forecasts import amount
from simulations.plots.numerals import counted

BEGIN, END = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-07-13")


@pytest.fixture(scope="module")
def contents(changes):
    return contents_of(Results(changes=changes, currency=changes.currency))


def said(changes) -> dict[str, str]:
    return {sentence.key: str(sentence) for sentence in changes_sentences(changes)}


def test_the_answer_comes_first_and_says_from_where_to_where(changes):
    first = str(changes_sentences(changes)[0])
    total = changes.total
    assert first.startswith("The open pipeline due from 1 July 2026 to 30 September 2026 ")
    assert f"({total.deals('start')} deals) at the end of 30 June 2026" in first
    assert f"({total.deals('end')} deals) at the end of 12 July 2026" in first
    rose = total.flows["end"].minor > total.flows["start"].minor
    assert ("rose" if rose else "fell") in first


def test_what_came_and_what_went_is_listed_with_its_amounts(changes):
    told, total = said(changes), changes.total
    taken = {step for step in SIGNS if step != "start" and total.deals(step)}
    assert {"created", "pulled_in", "increased", "pushed_out", "lost"} <= taken
    for step in SIGNS:
        words = f"{amount(total.amount(step), 'EUR')} {STEPS[step]} ({counted(total.deals(step), 'deal')})"
        sentence = told["changes.came" if SIGNS[step] > 0 else "changes.went"]
        assert (words in sentence) == (step in taken)


def test_the_forecasts_causes_are_named_with_their_signs(changes):
    told = next(text for key, text in said(changes).items() if key.startswith("changes.forecast_"))
    for cause, part in changes.forecast.parts.items():
        sign = "+" if part.change > 0 else "\N{MINUS SIGN}"
        assert f"{CAUSES[cause]} {sign}EUR " in told


def test_slips_and_age_are_told(changes):
    told = said(changes)
    assert changes.slips.deals > 0
    assert told["changes.slipped"].startswith(
        f"{changes.slips.deals} of {len(changes.slips.frame)} deals slipped"
    )
    assert "Open for more than" in told["changes.old"]


def test_a_pipeline_that_did_not_change_is_said_to_be_as_large(between, snapshots):
    again = replace(snapshots[0], export_date=END)
    told = said(between(snapshots[0], again))
    assert "is as large as it was" in told["changes.same"]
    assert told["changes.nothing"] == "Nothing came into it and nothing went out."
    assert told["changes.no_slips"].startswith("None of ")


def test_without_amounts_deals_are_counted(between, snapshots):
    def bare(read: Reading) -> Reading:
        rows = read.tables.opportunities.assign(amount=float("nan"))
        return replace(read, tables=replace(read.tables, opportunities=rows))

    found = between(bare(snapshots[0]), bare(snapshots[3]))
    told = said(found)
    assert {"changes.deals_rose", "changes.deals_fell"} & set(told)
    assert "carry no amount and count 0" in told["changes.unpriced"]
    figure = draw_waterfall(found)
    assert [axes.get_ylabel() for axes in figure.axes] == ["Opportunities"]
    assert "Amount" not in figure.axes[0].get_ylabel()
    assert {cell.text for row in changes_tables(found)["waterfall"][0].rows for cell in row[1:2]} == {"0.00"}


def test_what_limits_it_is_told(changes):
    cut = replace(changes, taken=replace(changes.taken, unpriced=(2, 1), unseen=3), due=None)
    told = said(cut)
    assert told["changes.unpriced"].startswith("2 deals in the pipeline carry no amount")
    assert told["changes.unseen"].startswith("3 deals that had closed before")
    assert "No open opportunity carries an expected close date" in told["changes.undated"]
    none = replace(changes, forecast=None, forecast_reason="too few")
    assert said(none)["changes.no_forecast"] == "What changed the forecast cannot be told: too few."


def test_every_step_and_cause_has_its_word(changes):
    assert set(STEPS) == set(changes.total.flows)
    assert set(CAUSES) == set(changes.forecast.parts)


def test_the_waterfalls_bars_hang_from_one_another_and_carry_units(changes):
    figure = draw_waterfall(changes)
    amount, counted = figure.axes
    assert amount.get_ylabel() == "Amount\n(thousand EUR)"
    assert counted.get_ylabel() == "Opportunities"
    steps = [step for step in SIGNS if step in ALWAYS or changes.total.deals(step)]
    for axes, value in ((amount, changes.total.amount), (counted, changes.total.deals)):
        level = 0.0
        for step, bar in zip(steps, axes.patches, strict=False):
            counts = axes is amount or step not in REVALUED
            after = level + SIGNS[step] * (value(step) if counts else 0)
            edges = (bar.get_y(), bar.get_y() + bar.get_height())
            assert edges == pytest.approx((min(level, after), max(level, after)), abs=1e-6), step
            level = after
        end = axes.patches[-1]
        assert (end.get_y(), end.get_height()) == pytest.approx((0, value("end")))
        assert level == pytest.approx(value("end"))
    assert amount.get_ylim()[0] == 0


def test_the_forecasts_waterfall_ends_where_the_later_forecast_stands(changes):
    figure = draw_forecast_change(changes.forecast, "EUR")
    (axes,) = figure.axes
    bars = axes.patches
    assert bars[0].get_height() == pytest.approx(changes.forecast.before)
    assert bars[-1].get_height() == pytest.approx(changes.forecast.after)
    assert len(bars) == len(CAUSES) + 2
    assert "EUR" in axes.get_ylabel()


def test_no_words_lie_over_words(changes):
    for figure in (draw_waterfall(changes), draw_forecast_change(changes.forecast, "EUR")):
        figure.canvas.draw()
        for axes in figure.axes:
            words = [text for text in (*axes.texts, *axes.get_xticklabels()) if text.get_text()]
            boxes = [text.get_window_extent() for text in words]
            over = [
                (one.get_text(), other.get_text())
                for n, (one, box) in enumerate(zip(words, boxes, strict=True))
                for other, beside in zip(words[n + 1 :], boxes[n + 1 :], strict=True)
                if box.overlaps(beside)
            ]
            assert over == []


def test_the_report_answers_the_question_with_pictures_and_tables(contents, changes):
    (section,) = contents.sections
    assert section.question == "What changed in the pipeline?"
    assert section.answer == str(changes_sentences(changes)[0])
    assert [picture.name for picture in section.pictures] == ["waterfall", "forecast_change"]
    titles = [table.title for passage in section.passages for table in passage.tables]
    assert [title.split(",")[0].split(":")[0] for title in titles] == [
        "The open pipeline due from 1 July 2026 to 30 September 2026",
        "By owner",
        "What changed the expected bookings",
        "Deals that moved the forecast most",
        "How old the pipeline is",
        "Deals that slipped or were postponed most",
    ]
    for passage in section.passages:
        for table in passage.tables:
            assert {len(row) for row in table.rows} == {len(table.header)}


def test_an_analyst_finds_the_snapshots_and_the_seed(contents, changes):
    facts = dict(next(one for one in contents.settings if one.title == "Pipeline changes").facts)
    assert facts["forecast"] == "200 draws of each forecast, seed 1"
    assert facts["earlier snapshot"].startswith(
        f"number {changes.before.number}, known before 2026-07-01 00:00"
    )


def test_the_tables_are_left_as_files(changes):
    files = dict(changes_csv(changes))
    assert set(files) == {
        "waterfall.csv", "steps.csv", "ageing.csv", "slips.csv", "forecast_change.csv", "forecast_movers.csv",
    }  # fmt: skip
    assert len(files["steps.csv"].decode("utf-8-sig").splitlines()) == len(changes.taken.frame) + 1


def test_whatever_the_period_of_a_slip_is_called_is_said(store):
    found = pipeline_changes(store, ChangesAsked(BEGIN, END, slips_out_of="month"))
    told = said(found)
    assert "into a later month" in told["changes.slipped"]
    assert found.slips.deals >= pipeline_changes(store, ChangesAsked(BEGIN, END)).slips.deals
