"""Every example that a reader can copy runs, and prints what the page says it prints.

In Markdown, blocks marked ``python`` are run as doctests or plain code, blocks marked ``console`` as
commands: each line after ``$ pipecast`` is run, what stands below it is its output, ``...`` stands for
anything. A ``yaml`` block that begins with ``# some-name.yaml`` is written to that file. Blocks marked
``sh`` are for the reader's own shell and are not run.
"""

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).parent / "pipecast"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("simulations", "forecast")
    for path in (ROOT / package).rglob("*.py")
)


def _run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "pipecast", f"only pipecast is run in a console block, not {words[0]!r}; mark it sh"
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, *words[1:]], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode in (0, 2), done.stdout + done.stderr
    return done.stdout + done.stderr


def _console(example: Example) -> None:
    """Run each ``$`` line of a block and compare its output with the lines below it."""
    blocks = re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)
    assert len(blocks) > 1, "a console block has at least one line that begins with $"
    for block in blocks[1:]:
        command, _, wanted = block.partition("\n")
        if wanted.strip():
            _compare(command, wanted, _run(command))
        else:
            _run(command)


def _compare(command: str, wanted: str, got: str) -> None:
    example = doctest.Example(command, wanted.strip() + "\n")
    got = "\n".join(line.rstrip() for line in got.strip().splitlines()) + "\n"
    checker = doctest.OutputChecker()
    same = checker.check_output(example.want, got, doctest.ELLIPSIS)
    assert same, f"$ {command}\n" + checker.output_difference(example, got, doctest.ELLIPSIS)


def _write(example: Example) -> None:
    """Write a YAML block into the file that its first line names."""
    text = str(example.parsed)
    named = re.match(r"# ([\w-]+\.yaml)\n", text)
    if named:
        Path(named[1]).write_text(text, "utf-8")


def _documents(page: Path) -> Document:
    parsers = [
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser(language="console", evaluator=_console),
        CodeBlockParser(language="yaml", evaluator=_write),
    ]
    return Sybil(parsers=parsers, path=str(page.parent), pattern=page.name).parse(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_example_of_a_page_runs(page, workspace, monkeypatch):
    monkeypatch.chdir(workspace)
    document = _documents(page)
    for example in document.examples():
        example.evaluate()


@pytest.mark.parametrize("module", MODULES)
def test_every_example_of_a_docstring_runs(module):
    """Also: every module can be imported by itself."""
    failed, _ = doctest.testmod(importlib.import_module(module), optionflags=FLAGS)
    assert failed == 0


def test_a_wrong_example_is_caught(tmp_path):
    """The check itself: a page that promises the wrong output is refused."""
    page = tmp_path / "wrong.md"
    page.write_text("```python\n>>> 1 + 1\n3\n```\n", "utf-8")
    document = _documents(page)
    with pytest.raises(AssertionError, match="Expected"):
        [example.evaluate() for example in document.examples()]
