"""The rules of CONTRIBUTING that no linter knows."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator

LONGEST_FILE = 300
LONGEST_BODY = 40
MEDIAN_BODY = 8


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_python_file_is_longer_than_a_reader_holds(house):
    lines = {house.name(path): len(path.read_text("utf-8").splitlines()) for path in house.python}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_function_body_is_longer_than_a_screen(house):
    long = {
        f"{house.name(path)}:{function.lineno} {function.name}": _body_lines(function)
        for path in house.python
        for function in house.functions(path)
        if _body_lines(function) > LONGEST_BODY
    }
    assert long == {}


def test_half_of_all_functions_are_a_few_lines(house):
    bodies = [_body_lines(function) for path in house.sources for function in house.functions(path)]
    assert statistics.median(bodies) <= MEDIAN_BODY


def _public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield the public classes, functions and methods; what is defined inside a function or a private class is private."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)


def test_every_public_name_says_what_it_is(house):
    silent = [
        f"{house.name(path)}:{node.lineno} {node.name}"
        for path in house.sources
        for node in _public(ast.parse(path.read_text("utf-8")))
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_module_says_what_it_holds(house):
    silent = [
        house.name(path)
        for path in house.python
        if path.stat().st_size and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert silent == []


def test_nothing_is_imported_with_a_star(house):
    starred = [
        house.name(path)
        for path in house.python
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert starred == []


def test_no_module_is_named_after_nothing(house):
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "stuff"}
    assert [house.name(path) for path in house.python if path.stem in empty] == []


def test_no_folder_of_tests_is_a_package(house):
    """`tests/forecast/__init__.py` would hide the package `forecast` from the tests."""
    assert [
        house.name(path)
        for path in house.python
        if house.name(path).startswith("tests/") and path.name == "__init__.py"
    ] == []


def test_test_files_have_names_of_their_own(house):
    """Two files of one name in different folders cannot be told apart in a report."""
    stems = [path.stem for path in house.python if path.stem.startswith("test_")]
    assert sorted({stem for stem in stems if stems.count(stem) > 1}) == []


def test_every_exception_to_the_linter_gives_its_reason(house):
    bare = re.compile(r"# noqa(?!: [A-Z0-9, ]+ - \S)|# type: ignore(?!\[[a-z-]+(, ?[a-z-]+)*\]  # \S)")
    found = [
        f"{house.name(path)}:{number}"
        for path in house.sources
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def _lines_with(house, paths, pattern):
    return [
        f"{house.name(path)}:{number}"
        for path in paths
        if not house.name(path).endswith("test_house_rules.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_all_luck_is_seeded(house):
    """No draw from a shared or freshly seeded generator; numpy's is made from a seed that is written down."""
    legacy = r"np\.random\.(?!default_rng\(|Generator|SeedSequence|Philox|PCG64)"
    unseeded = r"default_rng\(\)|\brandom\.(?!Random\(\w)[a-z]+\(|Random\(\)"
    assert _lines_with(house, house.python, rf"{legacy}|(?<!np\.){unseeded}") == []


def test_the_packages_draw_no_luck_of_pythons_own(house):
    assert _lines_with(house, house.sources, r"^\s*(?:import random|from random import)") == []


def test_nothing_waits_for_the_clock(house):
    assert _lines_with(house, house.python, r"time\.sleep\(") == []


def test_the_changelog_knows_the_version(house):
    version = tomllib.loads((house.root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    titles = re.findall(r"^## \[([^\]]+)\]", (house.root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert titles[:2] == ["Unreleased", version]


def test_packages_are_typed_for_others(house):
    assert all((house.root / package / "py.typed").is_file() for package in ("simulations", "forecast"))
