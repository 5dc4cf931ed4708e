"""A scenario file: every fault has a line, a column, a field, a value and what is allowed."""

import pytest

from simulations.errors import BadInput
from simulations.scenario_file import load_scenario

STAGE = "  - {name: A, effort_hours: 1, reply_days: 2, advance_probability: 0.5}\n"


@pytest.fixture
def problems(tmp_path):
    """Return the problems of a scenario text, which must have some."""

    def find(text):
        path = tmp_path / "team.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(BadInput) as refused:
            load_scenario(path)
        assert all(problem.file == str(path) for problem in refused.value.problems)
        return [
            (problem.where, problem.field, problem.value, problem.allowed)
            for problem in refused.value.problems
        ]

    return find


# One fault each: (text, where, field, value, a part of what is allowed).
FAULTS = {
    "probability above 1": (
        "silence:\n  revival_probability: 1.4\n",
        ("line 2, column 24", "silence.revival_probability", "1.4", "less than or equal to 1"),
    ),
    "negative hours": (
        "team:\n  groups:\n    - seats: 2\n      selling_hours_per_week: -3\n",
        ("line 4, column 31", "team.groups[0].selling_hours_per_week", "-3", "greater than 0"),
    ),
    "negative effort in a list": (
        "stages:\n" + STAGE.replace("effort_hours: 1", "effort_hours: -1"),
        ("line 2, column 29", "stages[0].effort_hours", "-1", "greater than or equal to 0"),
    ),
    "key twice": ("name: a\ncurrency: EUR\nname: b\n", ("line 3, column 1", "", "name", "stands twice")),
    "unknown key with a near one": (
        "team:\n  groups:\n    - seling_hours_per_week: 20\n",
        (
            "line 3, column 7",
            "team.groups[0].seling_hours_per_week",
            "seling_hours_per_week",
            "did you mean 'selling_hours_per_week'?",
        ),
    ),
    "unknown key of a cadence": (
        "cadence:\n  kind: sawtooth\n  weeks_of: 3\n",
        ("line 3, column 3", "cadence.weeks_of", "weeks_of", "did you mean 'weeks_off'?"),
    ),
    "unknown key with no near one": ("zzz: 3\n", ("line 1, column 1", "zzz", "zzz", "known here: name,")),
    "a key that is a number": ("1: 2\n", ("line 1, column 1", "[1]", "1", "is not a key here")),
    "a key that is a list": ("? [a, b]\n: 1\n", ("", "", "('a', 'b')", "must be a word")),
    "missing key": (
        "stages:\n  - {name: A, effort_hours: 1, reply_days: 2}\n",
        ("line 2, column 5", "stages[0].advance_probability", "", "is missing"),
    ),
    "text for a number": (
        "market:\n  week_cv: high\n",
        ("line 2, column 12", "market.week_cv", "high", "must be a number"),
    ),
    "quoted number": (
        'market:\n  week_cv: "0.3"\n',
        ("line 2, column 12", "market.week_cv", "0.3", "must be a number"),
    ),
    "truth for a number": (
        "market:\n  week_cv: true\n",
        ("line 2, column 12", "market.week_cv", "True", "must be a number"),
    ),
    "not finite": ("market:\n  week_cv: .inf\n", ("line 2, column 12", "market.week_cv", "inf", "finite")),
    "half a rep": (
        "team: {groups: [{seats: 2.5}]}\n",
        ("line 1, column 25", "team.groups[0].seats", "2.5", "must be a whole number"),
    ),
    "a word for a switch": (
        "switches:\n  inbound: no\n",
        ("line 2, column 12", "switches.inbound", "no", "must be true or false"),
    ),
    "a number for a name": ("name: 5\n", ("line 1, column 7", "name", "5", "must be a text")),
    "unknown cadence": (
        "cadence: {kind: weekly}\n",
        ("line 1, column 17", "cadence.kind", "weekly", "must be one of 'steady', 'sawtooth'"),
    ),
    "cadence without kind": (
        "cadence:\n  weeks_on: 3\n",
        ("line 2, column 3", "cadence", "{'weeks_on': 3}", "must have a key 'kind'"),
    ),
    "cadence as a word": (
        "cadence: steady\n",
        ("line 1, column 10", "cadence", "steady", "must hold keys and values"),
    ),
    "nothing for a part": (
        "team: null\n",
        ("line 1, column 7", "team", "null", "must hold keys and values"),
    ),
    "either of two": (
        "horizon:\n  run_off: 0\n",
        (
            "line 2, column 12",
            "horizon.run_off",
            "0",
            "must be 'until_closed', or must be greater than or equal to 1",
        ),
    ),
    "currency": ("currency: dollars\n", ("line 1, column 11", "currency", "dollars", "^[A-Z]{3}$")),
    "no stages": ("stages: []\n", ("line 1, column 9", "stages", "[]", "at least 1")),
    "season of two months": (
        "sources:\n  inbound:\n    - monthly_season: [1, 2]\n",
        ("line 3, column 23", "sources.inbound[0].monthly_season", "[1, 2]", "at least 12"),
    ),
    "a date that is none": (
        "calendar:\n  year_start: someday\n",
        ("line 2, column 15", "calendar.year_start", "someday", "such as 2026-01-05"),
    ),
    "a date that does not exist": (
        "calendar:\n  year_start: 2026-02-30\n",
        ("line 2, column 15", "", "2026-02-30", "does not exist"),
    ),
    "year begins on a Tuesday": (
        "calendar:\n  year_start: 2026-01-06\n",
        (
            "line 2, column 15",
            "calendar.year_start",
            "2026-01-06",
            "must be a Monday, for example 2026-01-05",
        ),
    ),
    "unknown country": (
        "calendar:\n  country: Utopia\n",
        ("line 2, column 12", "calendar.country", "Utopia", "ISO 3166"),
    ),
    "more hours than the days have": (
        "team:\n  groups:\n    - selling_hours_per_week: 80\n",
        ("line 3, column 31", "team.groups[0].selling_hours_per_week", "80", "at most 75"),
    ),
    "more prospecting than the week holds": (
        "team:\n  groups:\n    - prospecting_hours_per_week: 23\n",
        ("line 3, column 35", "team.groups[0].prospecting_hours_per_week", "23", "at most 21.5"),
    ),
    "more prospecting after a change": (
        "changes:\n  - start: 2026-03-02\n    prospecting_hours_per_week: 30\n",
        ("line 3, column 33", "changes[0].prospecting_hours_per_week", "30", "at most 21.5"),
    ),
    "fewer hours after a change": (
        "changes:\n  - start: 2026-03-02\n    selling_hours_per_week: 10\n",
        ("line 2, column 5", "changes[0].prospecting_hours_per_week", "10", "at most 7.5"),
    ),
    "stage named twice": (
        "stages:\n" + STAGE * 2,
        ("line 3, column 12", "stages[1].name", "A", "used above"),
    ),
    "change on a Tuesday": (
        "changes:\n  - start: 2026-03-03\n",
        ("line 2, column 12", "changes[0].start", "2026-03-03", "must be a Monday from 2026-01-05 on"),
    ),
    "change after the year": (
        "changes:\n  - start: 2027-03-01\n",
        ("line 2, column 12", "changes[0].start", "2027-03-01", "before 2027-01-04"),
    ),
    "changes out of order": (
        "changes:\n  - start: 2026-03-09\n  - start: 2026-03-02\n",
        ("line 3, column 12", "changes[1].start", "2026-03-02", "after the change before it"),
    ),
    "change of an unknown stage": (
        "changes:\n  - start: 2026-03-02\n    advance_probability: {Closing: 0.5}\n",
        ("line 3, column 36", "changes[0].advance_probability.Closing", "Closing", "must be a stage"),
    ),
    "nothing ever arrives": (
        "switches: {inbound: false}\nsources:\n  prospecting: {leads_per_hour: 0}\n",
        ("line 3, column 33", "sources.prospecting.leads_per_hour", "0", "no lead would ever arrive"),
    ),
    "exploding referrals": (
        "sources:\n  referrals: {ask_rate_win: 1, introductions: 4}\n",
        (
            "line 2, column 14",
            "sources.referrals",
            "m = 1.305 = 4 introductions x 1 asked x 0.6 qualified x 0.544 won",
            "must be below 1",
        ),
    ),
    "referrals that explode after a change": (
        "sources: {referrals: {ask_rate_win: 1, introductions: 2.8}}\nchanges:\n  - start: 2026-03-02\n    advance_probability: {Discovery: 1}\n",
        ("line 3, column 5", "changes[0]", "m = 1.155 = 2.8", "must be below 1"),
    ),
    "stop before start": (
        "cadence: {kind: reactive, start_below: 2, stop_above: 1}\n",
        ("line 1, column 10", "cadence", "{'kind': 'reactive'", "stop_above must not be below start_below"),
    ),
    "a wave that the days cannot hold": (
        "cadence:\n  kind: sawtooth\n  weeks_on: 1\n  weeks_off: 9\n",
        ("line 2, column 3", "cadence", "sawtooth", "at least 43% of the weeks must be on"),
    ),
    "a wave from a change on": (
        "changes:\n  - start: 2026-03-02\n    cadence: {kind: sawtooth, weeks_on: 1, weeks_off: 9}\n",
        ("line 2, column 3", "changes", "", "do not fit into the on-weeks"),
    ),
    "a custom week that the days cannot hold": (
        "cadence: {kind: custom, hours_by_week: [10, 40]}\n",
        (
            "line 1, column 10",
            "cadence",
            "custom",
            "40 prospecting hours does not fit; the week holds at most 21.5",
        ),
    ),
    "a stage that lasts longer than anybody waits": (
        "stages:\n" + STAGE.replace("reply_days: 2", "reply_days: 1e9"),
        ("line 2, column 44", "stages[0].reply_days", "1000000000.0", "less than or equal to 3650"),
    ),
    "stages that last too long together": (
        "stages:\n" + "".join(STAGE.replace("A", name).replace(": 2", ": 2000") for name in "AB"),
        ("line 2, column 3", "stages", "4000 days", "at most 3650 days"),
    ),
    "a year before calendars": (
        "calendar: {year_start: 0001-01-01}\n",
        ("line 1, column 24", "calendar.year_start", "0001-01-01", "greater than or equal to 1980-01-01"),
    ),
    "a company larger than the keys hold": (
        "team: {groups: [{name: a, seats: 40000}, {name: b, seats: 40000}]}\n",
        ("line 1, column 16", "team.groups", "80000 seats", "at most 65536 seats"),
    ),
    "an alias": ("name: &a x\ndescription: *a\n", ("line 2, column 14", "", "*a", "aliases are not read")),
    "nesting without end": ("a: " + "[" * 100, ("line 1, column 43", "", "", "deeper than 40 levels")),
    "broken YAML": ("a: [1\n", ("line 2, column 1", "", "", "not valid YAML")),
    "a control character": ("name: \x00\n", ("", "", "", "not valid YAML")),
    "two documents": ("name: a\n---\nname: b\n", ("line 2, column 1", "", "", "another document")),
    "empty": ("", ("", "", "", "is empty")),
    "only a comment": ("# later\n", ("", "", "", "is empty")),
    "a list at the top": ("- 1\n", ("line 1", "", "", "must hold keys and values")),
    "Latin-1": ("name: a\ndescription: Café\n".encode("latin-1"), ("line 2", "", "", "UTF-8")),
    "too large": (b"#" * 1_000_001, ("", "", "", "larger than 1,000,000 bytes")),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_gives_one_message_that_says_where_and_what_is_allowed(problems, text, expected):
    (found,) = problems(text)
    where, field, value, allowed = expected
    assert found[:2] == (where, field)
    assert found[2].startswith(value)
    assert bool(found[2]) == bool(value)
    assert allowed in found[3]


def test_all_problems_are_told_at_once(problems):
    text = "nam: x\nmarket: {week_cv: -1}\nstages:\n  - {name: A}\n"
    assert [field for _, field, _, _ in problems(text)] == [
        "stages[0].effort_hours",
        "stages[0].reply_days",
        "stages[0].advance_probability",
        "market.week_cv",
        "nam",
    ]


def test_problems_between_parts_are_told_at_once(problems):
    text = "calendar: {year_start: 2026-01-06, country: Utopia}\nstages:\n" + STAGE * 2
    assert [field for _, field, _, _ in problems(text)] == [
        "calendar.year_start",
        "calendar.country",
        "stages[1].name",
    ]
