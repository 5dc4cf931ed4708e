"""Nothing in the repository depends on one machine, one registry, or one person's folders."""

import re
import tomllib

# Written in pieces, so that this file does not find itself.
PLACES = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|op" + r"t|mnt|Users)/\w",
            r"[A-Z]:\\" + r"\\",
            r"py" + r"pi\.org",
            r"python" + r"hosted",
            r"--(?:extra-)?index" + r"-url|--find" + r"-links|find" + r"_links",
            r"(?:localhost|127\.0\.0\.1):\d+/simple",
        )
    )
)
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".csv",
    ".lock",
    ".ipynb",
    ".cfg",
    ".txt",
    ".html",
    ".js",
    ".j2",
    "",
}


def test_no_file_names_a_machine_or_a_registry(house):
    found = [
        f"{house.name(path)}:{number}: {line.strip()[:80]}"
        for path in house.files
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if PLACES.search(line)
    ]
    assert found == []


def test_the_lock_names_no_address_and_hashes_everything(house):
    """Plain names, versions and hashes: nothing tells pip where to look."""
    text = (house.root / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert [
        pin for pin in pins if not re.match(r"^[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==[^ ]+( ; .+)? \\$", pin)
    ] == []
    blocks = re.split(r"\n(?=\S)", text)
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_holds_every_requirement(house):
    """Dependencies and all extras: one lock serves users, tests and documents."""
    project = tomllib.loads((house.root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    text = (house.root / "requirements.lock").read_text("utf-8")
    locked = {_normal(name) for name in re.findall(r"^([a-z0-9._-]+)(?:\[.+\])?==", text, re.MULTILINE)}
    assert {_normal(re.split(r"[<>=\[ ]", name)[0]) for name in wanted} - locked == set()


def _normal(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()
