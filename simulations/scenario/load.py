"""Reading YAML into frozen models, with the file, line and column of everything that is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from simulations.errors import BadInput, Problem
from simulations.scenario.yaml import SHOWN, position, read_tree

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[int | str, ...]
A_DATE = "must be a date such as 2026-01-05"
ALLOWED = {
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": A_DATE,
    "date_from_datetime_inexact": A_DATE,
    "date_type": A_DATE,
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "model_type": "must hold keys and values",
    "model_attributes_type": "must hold keys and values",
    "dict_type": "must hold keys and values",
    "string_type": "must be a text; put a number between quotes",
    "string_pattern_mismatch": "must match {pattern}",
    "too_long": "must have at most {max_length} items",
    "too_short": "must have at least {min_length} items",
    "tuple_type": "must be a list",
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": "must have a key {discriminator}",
}


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Return a model read from a YAML file.

    Raises
    ------
    BadInput
        With every problem found, each with its line and column.
    """
    return read_with_tree(path, model)[0]


def read_with_tree(path: Path, model: type[Model]) -> tuple[Model, CommentedMap]:
    """Return a model and the tree it was read from, which knows the places; raises BadInput."""
    tree = read_tree(path)
    try:
        return model.model_validate(tree), tree
    except ValidationError as error:
        problems = (_problem(path, tree, item, model) for item in _telling(error))
        raise BadInput(_merged(problems)) from None


def _telling(error: ValidationError) -> Iterator[Any]:
    """Leave out that a list is too short where it only lost the items that are wrong themselves."""
    found = error.errors()
    inner = [item["loc"] for item in found]
    for item in found:
        loc = item["loc"]
        follows = any(len(other) > len(loc) and other[: len(loc)] == loc for other in inner)
        if item["type"] != "too_short" or not follows:
            yield item


def _problem(path: Path, tree: CommentedMap, error: dict[str, Any], model: type[BaseModel]) -> Problem:
    kind = error["type"]
    loc = _in_tree(tree, error["loc"])
    if not loc and kind == "invalid_key":
        return Problem(str(path), "", "", str(error["loc"][-1]), "a key must be a word")
    if kind == "union_tag_invalid":
        loc = (*loc, "kind")
        return Problem(str(path), position(tree, loc), field_name(loc), error["ctx"]["tag"], _allowed(error))
    if kind == "missing":
        name = field_name((*loc, error["loc"][-1]))
        return Problem(str(path), position(tree, loc, of_value=False), name, "", "is missing")
    if kind in {"extra_forbidden", "invalid_key"}:
        where = position(tree, loc, of_value=False)
        return Problem(
            str(path),
            where,
            field_name(loc),
            str(loc[-1]),
            _unknown(_part_at(model, tree, loc), str(loc[-1])),
        )
    return Problem(str(path), position(tree, loc), field_name(loc), _shown(error["input"]), _allowed(error))


def _merged(problems: Iterable[Problem]) -> list[Problem]:
    """Make one problem of the alternatives that one value failed."""
    merged: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        key = (problem.where, problem.field)
        first = merged.get(key)
        if first is None:
            merged[key] = problem
        else:
            allowed = f"{first.allowed}, or {problem.allowed}"
            merged[key] = Problem(first.file, first.where, first.field, first.value, allowed)
    return list(merged.values())


def _in_tree(tree: CommentedMap, loc: Sequence[int | str]) -> Loc:
    """Drop the steps that are in no file: those that pydantic adds for the kind of a union, and missing keys."""
    node: Any = tree
    kept: list[int | str] = []
    for step in loc:
        in_map = isinstance(node, CommentedMap) and step in node
        in_list = isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node)
        if in_map or in_list:
            node = node[step]
            kept.append(step)
    return tuple(kept)


def field_name(loc: Sequence[int | str]) -> str:
    """Return a path as it is read: team.groups[0].seats."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")


def _shown(value: object) -> str:
    text = "null" if value is None else str(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _unknown(part: type[BaseModel], key: str) -> str:
    """Say that a key is unknown, and which one may have been meant."""
    known = list(part.model_fields)
    nearest = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known here: {', '.join(known)}"
    return f"is not a key here; {hint}"


def _part_at(model: type[BaseModel], tree: CommentedMap, loc: Loc) -> type[BaseModel]:
    """Return the model that holds the last step of a path."""
    part, node = model, tree
    for step in loc[:-1]:
        node = node[step]
        if isinstance(step, str):
            inner = list(_models(part.model_fields[step].annotation))
            part = next((item for item in inner if _is_kind(item, node)), inner[0] if inner else part)
    return part


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _is_kind(part: type[BaseModel], node: object) -> bool:
    kind = part.model_fields.get("kind")
    return kind is not None and isinstance(node, CommentedMap) and kind.default == node.get("kind")


def _allowed(error: dict[str, Any]) -> str:
    """Return what is allowed, in the words of this house where pydantic's are those of Python."""
    context = error.get("ctx", {})
    kind = error["type"]
    if kind in ALLOWED:
        return ALLOWED[kind].format(**context)
    said = re.sub(r"^(Value error, |Input )", "", error["msg"])
    return said.replace("should be a valid", "must be a").replace("should", "must")
