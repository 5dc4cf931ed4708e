"""Reading YAML: bounded, without surprises, and never with an error of another kind."""

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.assumptions import derived
from simulations.errors import BadInput
from simulations.scenario.load import read_yaml
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.template import scenario_template
from simulations.scenario_file import load_scenario


def test_a_bomb_of_aliases_is_refused_before_it_is_built(tmp_path):
    """Nine levels of nine aliases stand for 400 million values."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    path = tmp_path / "team.yaml"
    path.write_text("\n".join(levels))
    with pytest.raises(BadInput, match=r"line 2, column 10: found '\*a0'; aliases are not read"):
        load_scenario(path)


@pytest.mark.parametrize("place", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, place):
    with pytest.raises(BadInput, match="cannot be read") as refused:
        load_scenario(tmp_path / place)
    assert refused.value.problems[0].file == str(tmp_path / place)


def test_yaml_reads_no_as_a_word_and_a_clock_time_as_text(tmp_path):
    """YAML 1.1 would make `no` false and 12:30 the number 750."""
    path = tmp_path / "team.yaml"
    path.write_text("name: no\ndescription: 12:30\n")
    scenario = load_scenario(path)
    assert (scenario.name, scenario.description) == ("no", "12:30")


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "team.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: a\n")
    assert load_scenario(path).name == "a"


def test_any_model_can_be_read(tmp_path):
    path = tmp_path / "cadence.yaml"
    path.write_text("kind: steady\n")
    assert read_yaml(path, Steady) == Steady()


WORDS = st.sampled_from(
    [
        "",
        "-",
        ":",
        "\n",
        "  ",
        "[",
        "}",
        "*x",
        "&x",
        "? ",
        "!!int ",
        "|",
        "'",
        "2026-02-30",
        "1e400",
        "~",
        "é",
        "\t",
        "<<: ",
    ]
)


@given(st.lists(st.tuples(st.integers(0, 10_000), WORDS), min_size=1, max_size=4))
def test_a_spoilt_file_gives_a_scenario_or_a_clear_refusal(tmp_path_factory, spoils):
    """Nothing that a slip of the keyboard does may end in another error."""
    text = (Path(__file__).resolve().parents[2] / "examples/scenarios/self-sourcing-team.yaml").read_text()
    text = "\n".join(line.partition("#")[0] for line in text.splitlines())
    for place, word in spoils:
        at = place % len(text)
        text = text[:at] + word + text[at + 1 :]
    path = tmp_path_factory.mktemp("spoilt") / "team.yaml"
    path.write_text(text, encoding="utf-8")
    with contextlib.suppress(BadInput):
        assert isinstance(load_scenario(path), Scenario)


TEMPLATE = scenario_template().splitlines()
NUMBERS = [line for line, text in enumerate(TEMPLATE) if re.fullmatch(r"\s*(- )?\w+: (-?[\d.]+|null)", text)]
EXTREMES = [
    "0",
    "1",
    "-1",
    "-20",
    "20",
    "0.01",
    "10",
    "168",
    "256",
    "3650",
    "10000",
    "65536",
    "1e6",
    "1000000000000",
]


@given(st.sampled_from(NUMBERS), st.sampled_from(EXTREMES))
def test_a_number_at_its_bounds_is_refused_or_can_be_planned(tmp_path_factory, line, extreme):
    """What is accepted must not overflow a date or a clock later."""
    lines = TEMPLATE.copy()
    lines[line] = f"{lines[line].rpartition(' ')[0]} {extreme}"
    path = tmp_path_factory.mktemp("extreme") / "team.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with contextlib.suppress(BadInput):
        assert derived(load_scenario(path))


def test_the_template_has_numbers_to_spoil():
    """Guards the test above."""
    assert len(NUMBERS) > 60
