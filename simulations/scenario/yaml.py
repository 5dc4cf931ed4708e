"""YAML as text with places: a bounded, safe reading that knows the line and column of every key and value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import ScalarNode

from simulations.errors import BadInput, Problem

LARGEST_BYTES = 1_000_000
DEEPEST = 40
SHOWN = 80


def read_tree(path: Path) -> CommentedMap:
    """Return the keys and values of a YAML file.

    Raises
    ------
    BadInput
        The file cannot be read, is larger than 1 MB, is empty, is no UTF-8 or no YAML, holds no keys
        at its top, has a key twice, nests deeper than 40 levels, or uses aliases (a few lines of them
        can stand for billions of values).
    """
    text = _text(path)
    try:
        _check_events(path, text)
        tree = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as error:
        raise _refused(path, _mark(error.problem_mark), "a key stands twice; keep one", _key(error)) from None
    except MarkedYAMLError as error:
        said = " ".join(str(error.problem or error).split())
        raise _refused(
            path, _mark(error.problem_mark or error.context_mark), f"not valid YAML: {said}"
        ) from None
    except YAMLError as error:
        said = " ".join(str(error).split())
        raise _refused(path, "", f"not valid YAML: {said}") from None
    except ValueError:
        where, value = _impossible(YAML(typ="rt", pure=True).compose(text))
        raise _refused(path, where, "does not exist: no such date or number", value) from None
    if tree is None:
        raise _refused(path, "", "the file is empty; `pipecast scenario init` writes one")
    if not isinstance(tree, CommentedMap):
        raise _refused(path, "line 1", "must hold keys and values (`name: ...`)")
    return tree


def position(tree: CommentedMap, loc: Sequence[int | str], *, of_value: bool = True) -> str:
    """Return the line and column of a value (or of its key), or of the nearest part around it that stands in the file."""
    node: Any = tree
    found = ""
    for step in loc:
        if isinstance(node, CommentedMap) and step in node:
            line, column = node.lc.value(step) if of_value else node.lc.key(step)
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line, column = node.lc.item(step)
        else:
            break
        found = f"line {line + 1}, column {column + 1}"
        node = node[step]
    return found


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _refused(path, "", f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_BYTES:
        raise _refused(path, "", f"is larger than {LARGEST_BYTES:,} bytes; is this the file you meant?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(path, f"line {line}", "must be saved as UTF-8") from None


def _check_events(path: Path, text: str) -> None:
    """Refuse what would grow without bound once it is built."""
    depth = 0
    for event in YAML(typ="rt", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            raise _refused(
                path, _mark(event.start_mark), "aliases are not read; write the value out", f"*{event.anchor}"
            )
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise _refused(path, _mark(event.start_mark), f"nests deeper than {DEEPEST} levels")


def _impossible(node: Any) -> tuple[str, str]:
    """Return the place of the first value of the right shape that does not exist, such as 2026-02-30."""
    if not isinstance(node, ScalarNode):
        inner = (part for item in node.value for part in (item if isinstance(item, tuple) else (item,)))
        return next((found for found in map(_impossible, inner) if found[0]), ("", ""))
    try:
        YAML(typ="rt", pure=True).constructor.construct_object(node)
    except ValueError:
        return _mark(node.start_mark), node.value[:SHOWN]
    return "", ""


def _mark(mark: StringMark | None) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _key(error: DuplicateKeyError) -> str:
    """Return the key that stands twice: the first quoted word of ruamel's message."""
    return str(error.problem).split('"')[1]


def _refused(path: Path, where: str, allowed: str, value: str = "") -> BadInput:
    return BadInput([Problem(str(path), where, "", value, allowed)])
