"""A proposal as a mapping file: YAML with the reasons beside each line, to be read and confirmed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from forecast.crm.mapping import BECOMES, Mapping
from forecast.crm.proposal.guess import Guess
from forecast.crm.proposal.propose import Proposal

_PLAIN = re.compile(r"[A-Za-zÀ-ž_][\wÀ-ž ./()-]*[\wÀ-ž)]|[A-Za-z]")
_WORDS_OF_YAML = {"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"}
LONGEST_EXAMPLE = 30


def proposal_text(proposal: Proposal, folder: Path) -> str:
    """Return the mapping file.

    Parameters
    ----------
    proposal : Proposal
    folder : Path
        Where the file will lie: it names its other files from there.
    """
    lines = [
        f"# Proposed by `pipecast import --propose` for {Path(proposal.file).name} ({proposal.rows:,} rows).",
        "# Check every line: what stands here decides what is read. Then give it with --mapping.",
        *(f"# OPEN: {question}." for question in proposal.open),
        *(f"# OPEN: {' '.join(str(problem).split())}" for problem in proposal.problems),
        *_columns(proposal),
        *_rest(proposal.mapping, folder),
        *_accepted(proposal),
        *(["{}"] if proposal.mapping == Mapping() else []),
    ]
    return "\n".join(lines) + "\n"


def _columns(proposal: Proposal) -> Iterator[str]:
    reasons = {guess.meaning: f"  # {reason(guess)}" for guess in proposal.guesses}
    if proposal.mapping.columns:
        yield "columns:"
    for meaning, header in proposal.mapping.columns.items():
        yield f"  {meaning}: {_quoted(header)}{reasons.get(meaning, '')}"
    if proposal.ignored:
        yield f"# Not read: {', '.join(_shown(header) for header in proposal.ignored)}."


def reason(guess: Guess) -> str:
    """Return why a column was chosen, with its first values."""
    return f"{guess.why}: {', '.join(_shown(value) for value in guess.column.examples)}"


def _rest(mapping: Mapping, folder: Path) -> Iterator[str]:
    for key in ("won_stages", "lost_stages", "disqualified_stages"):
        if getattr(mapping, key):
            yield f"{key}: [{', '.join(map(_quoted, getattr(mapping, key)))}]"
    if mapping.status != Mapping().status:
        yield "status:"
        words = mapping.status.model_dump()
        yield from (f"  {name}: [{', '.join(map(_quoted, said))}]" for name, said in words.items())
    for key in ("stage_history", "owners"):
        part = getattr(mapping, key)
        if part is not None:
            yield f"{key}:"
            said = {**part.model_dump(exclude_none=True), "file": _from(folder, part.file)}
            yield from (f"  {name}: {_quoted(str(value))}" for name, value in said.items())
    for key in ("dates", "decimal", "encoding", "sheet"):
        if getattr(mapping, key) is not None:
            yield f"{key}: {_quoted(str(getattr(mapping, key)))}"


def _accepted(proposal: Proposal) -> Iterator[str]:
    counts = {} if proposal.reading is None else {one.code: one.count for one in proposal.reading.findings}
    if proposal.mapping.accept:
        yield "accept:"
    for name in proposal.mapping.accept:
        many = f"{counts[name]:,} rows: " if name in counts else ""
        yield f"- {name}  # {many}{BECOMES[name]}"


def _from(folder: Path, file: str) -> str:
    """Return a file's path from the folder of the mapping; whole where they share no root."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return Path(file).resolve().as_posix()


def _quoted(text: str) -> str:
    """Return a text as YAML reads it back."""
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML and ": " not in text
    return text if plain else json.dumps(text, ensure_ascii=False)


def _shown(text: str) -> str:
    """Return a value for a comment: on one line, not too long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST_EXAMPLE else f"{line[: LONGEST_EXAMPLE - 1]}…"
