"""The glossary is the naming authority: no page and no name in the code uses a word that it rules out."""

import ast
import re

# What an earlier reader of the design may expect to find; each is a heading of the glossary.
EXPECTED = {
    "lead", "opportunity", "stage", "cycle", "open pipeline", "weighted pipeline", "coverage",
    "forecast category", "bookings", "revenue", "target", "attainment", "cadence", "next step", "stale",
    "silent", "slip", "as of", "replication", "twin", "pipeline optimism", "seat", "rep",
}  # fmt: skip
# An engine of rules is called agent-based, and a queue has its velocity: these stand elsewhere with another meaning.
OTHER_MEANING = {"velocity", "agent", "gate", "milestone", "engagement", "sequence"}


def _glossary(house):
    return (house.root / "docs" / "glossary.md").read_text("utf-8")


def _ruled_out(house):
    """Return the words after *Not:* of all entries."""
    lists = re.findall(r"^\*Not:\* (.+?)\.$", _glossary(house), re.MULTILINE)
    return {word.strip() for line in lists for word in line.split(",")} - OTHER_MEANING


def _names(house):
    """Yield (place, name in words) of every class, function, argument and attribute of the packages."""
    for path in house.sources:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "name", None) or getattr(node, "arg", None)
            if isinstance(name, str):
                spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()
                yield f"{house.name(path)}:{getattr(node, 'lineno', 0)}", spaced


def _finds(word, text):
    return re.search(rf"\b{re.escape(word)}s?\b", text, re.IGNORECASE)


def test_the_glossary_defines_every_word_once(house):
    titles = re.findall(r"^### (.+)$", _glossary(house), re.MULTILINE)
    assert sorted({title for title in titles if titles.count(title) > 1}) == []
    assert EXPECTED - set(titles) == set()


def test_every_entry_is_explained(house):
    entries = re.split(r"^### ", _glossary(house), flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if len(entry.splitlines()) < 3] == []


def test_no_name_in_the_code_is_a_synonym(house):
    ruled_out = _ruled_out(house)
    assert ruled_out
    assert [
        f"{place} {name}: {word}" for place, name in _names(house) for word in ruled_out if _finds(word, name)
    ] == []


def test_no_page_uses_a_synonym(house):
    ruled_out = _ruled_out(house)
    found = [
        f"{house.name(page)}:{number} {word}"
        for page in house.pages
        if page.name != "glossary.md"
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        for word in ruled_out
        if _finds(word, line)
    ]
    assert found == []
