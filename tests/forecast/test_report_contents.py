"""What a report holds: each question with its answer, and at its end what an analyst needs."""

from dataclasses import replace

import pytest

from forecast.findings import Finding
from forecast.report.blocks import input_file
from forecast.report.contents import Results, contents_of
from forecast.report.export import export_section
from forecast.report.rhythm import rhythm_section
from forecast.report.target import target_section
from forecast.sentences.rhythm import compared, grid_sentences
from simulations.errors import BadInput


@pytest.fixture(scope="module")
def whole(years, grid, quarter, export):
    """Return the contents of a report of a comparison, its grid and a forecast."""
    inputs = (input_file(export, "CRM export"),)
    return contents_of(Results(comparison=years, grid=grid, forecast=quarter, currency="USD", inputs=inputs))


def _facts(contents, title):
    return dict(next(settings for settings in contents.settings if settings.title == title).facts)


def test_each_result_is_a_question_with_an_answer(whole):
    assert [section.anchor for section in whole.sections] == ["rhythm", "target"]
    for section in whole.sections:
        assert section.question.endswith("?")
        assert section.answer.endswith(".")
        assert section.pictures


def test_what_was_not_computed_is_not_there(reading):
    assert [section.anchor for section in contents_of(Results(reading=reading)).sections] == ["export"]
    assert contents_of(Results()).sections == ()


def test_no_two_pictures_have_one_name(whole, reading):
    """They become files in one folder."""
    names = [picture.name for section in whole.sections for picture in section.pictures]
    names += [picture.name for picture in export_section(reading).pictures]
    assert sorted(names) == sorted(set(names))


def test_every_picture_is_told_to_those_who_cannot_see_it(whole):
    for section in whole.sections:
        for picture in section.pictures:
            assert len(picture.alternative.split()) > 8, picture.name


def test_an_analyst_finds_versions_seeds_and_inputs(whole, years, grid, quarter, export):
    assert _facts(whole, "Program")["pipecast"] == years.version
    assert _facts(whole, "Comparison of cadences")["seed"] == "7"
    assert _facts(whole, "Loss over staleness and weekly hours")["replications"].startswith(
        f"{grid.replications} "
    )
    facts = _facts(whole, "Forecast")
    assert facts["seed"] == "3"
    assert facts["draws"] == "500"
    assert facts["period"].startswith("2026-10-05 to 2027-01-03")
    assert facts["knowledge ends"] == "2026-10-05 00:00"
    assert f"{quarter.counts['open']}" in facts["opportunities"]
    inputs = next(table for table in whole.tables if table.title == "Inputs")
    assert [cell.text for cell in inputs.rows[0]][:2] == ["CRM export", export.name]
    assert len(inputs.rows[0][2].text) == 64


def test_an_analyst_finds_every_assumption(whole):
    table = next(table for table in whole.tables if table.title == "What the scenario assumes")
    fields = {row[0].text: row for row in table.rows}
    staleness = fields["work.staleness_logit_per_day"]
    assert staleness[1].text == "0.02"
    assert staleness[3].text == "assumed"
    assert staleness[4].text


def test_the_rows_of_every_table_are_as_long_as_its_header(whole):
    tables = [*whole.tables, *(t for s in whole.sections for p in s.passages for t in p.tables)]
    assert len(tables) >= 6
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.header)}, table.title


def test_the_sawtooth_is_answered_first(years):
    assert compared(years)[0] == "sawtooth"
    section = rhythm_section(years)
    assert "sawtooth" in section.passages[1].title


def test_what_the_steady_year_comes_to_is_no_caution(years):
    section = rhythm_section(years)
    assert section.passages[0].opening.startswith("With steady prospecting the team books")
    assert not any("With steady prospecting the team books" in caution for caution in section.cautions)


def test_a_year_that_had_not_settled_is_a_caution(years):
    section = rhythm_section(replace(years, stationarity=replace(years.stationarity, standard_errors=5.0)))
    assert any("had not settled" in caution for caution in section.cautions)


def test_a_chance_stays_between_0_and_1(years):
    """Three years, of which all or none reach the target: a plain interval of the mean would leave [0, 1]."""
    table = rhythm_section(years).passages[-1].tables[0]
    row = next(row for row in table.rows if row[0].text == "chance of the target")
    for cell in row[1:]:
        low, high = (float(end.strip("%")) for end in cell.small.split(" to "))
        assert 0 <= low <= high <= 100


def test_beside_the_loss_stand_the_hours_left(years, grid):
    passage = rhythm_section(years, grid).passages[-1]
    assert passage.title.startswith("What the answer hangs on: year 1")
    assert "Of the 4 combinations tried" in passage.opening
    on, off = grid.hours_left[0].on_week, grid.hours_left[0].off_week
    assert (
        f"with 24 hours a week, {round(on, 1):g} in weeks on and {round(off, 1):g} in weeks off"
        in passage.sentences[-1]
    )
    assert [len(table.rows) for table in passage.tables] == [2]


def test_a_serious_finding_is_a_caution_before_the_answer_is_used(quarter, reading):
    finding = Finding("made_up", "serious", 1, ("D1",), "All is lost", "Look at it")
    section = target_section(replace(quarter, findings=(finding, *quarter.findings)), "USD")
    assert section.cautions == ("All is lost (for example D1). Look at it.",)
    section = export_section(replace(reading, findings=(finding,)))
    assert section.cautions == ("All is lost (for example D1). Look at it.",)
    assert "one serious finding must be looked at" in section.answer


def test_an_export_is_counted_as_it_is(reading):
    section = export_section(reading)
    assert section.answer.startswith(
        "The file was read as HubSpot deals: 834 opportunities, of which 93 are open"
    )
    rows = {row[0].text: row[1].text for row in section.passages[0].tables[0].rows}
    counts = reading.tables.opportunities["outcome"].value_counts()
    assert rows == {name: f"{counts.get(name, 0):,}" for name in ("open", "won", "lost", "disqualified")}


def test_an_input_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"gone\.yaml: cannot be read"):
        input_file(tmp_path / "gone.yaml", "scenario")


def _grid_with(grid, few, many):
    """Return the grid with other losses: (low, high) at the fewest and at the most hours, the same in each row."""
    row = tuple(
        replace(grid.estimates[0][0], mean=(low + high) / 2, low=low, high=high) for low, high in (few, many)
    )
    return replace(grid, estimates=(row, row))


def test_crowded_weeks_are_named_as_the_cause_only_where_the_figures_say_so(grid):
    surely = _grid_with(grid, few=(0.03, 0.05), many=(-0.01, 0.02))
    said = grid_sentences(surely)
    assert (
        "at every cost of waiting tried the loss is surely larger with 24 hours a week than with 40"
        in said[1]
    )
    perhaps = _grid_with(grid, few=(0.01, 0.05), many=(-0.01, 0.02))
    assert not any("crowded" in sentence for sentence in grid_sentences(perhaps))
    one = replace(surely, estimates=(surely.estimates[0], perhaps.estimates[0]))
    assert "at 1 of 2 of the costs of waiting tried" in grid_sentences(one)[1]
