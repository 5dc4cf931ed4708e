"""What the tests of documents and house rules read: the repository's own files."""

import ast
import re
import subprocess
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simulations", "forecast")


def _listed() -> list[Path]:
    """Return what git tracks or would track; without git (a source archive), all that looks like ours."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        hidden = (path for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith("."))
        return [path for path in hidden if "__pycache__" not in path.parts]
    return [ROOT / name for name in listing.stdout.splitlines()]


@dataclass(frozen=True, slots=True)
class House:
    """The repository as text: ``files`` are all, ``python`` the modules, ``pages`` the Markdown."""

    root: Path
    files: tuple[Path, ...]

    @property
    def python(self) -> Iterator[Path]:
        """Every Python file."""
        return (path for path in self.files if path.suffix == ".py")

    @property
    def sources(self) -> Iterator[Path]:
        """The Python files of the two packages."""
        return (path for path in self.python if self.name(path).startswith(PACKAGES))

    @property
    def pages(self) -> Iterator[Path]:
        """Every Markdown page."""
        return (path for path in self.files if path.suffix == ".md")

    def name(self, path: Path) -> str:
        """Return a file's name inside the repository."""
        return path.relative_to(self.root).as_posix()

    def functions(self, path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield every function of a Python file."""
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def keys_of(
        self, found: object, closed: Set[str] = frozenset(), named: Set[str] = frozenset()
    ) -> Iterator[str]:
        """Yield every key of a JSON that has a meaning of its own, however deep it stands.

        Below ``closed`` keys stand names of the data or numbers, below ``named`` ones such names and, below each, keys again.
        """
        for inner in found if isinstance(found, list) else ():
            yield from self.keys_of(inner, closed, named)
        for key, inner in found.items() if isinstance(found, dict) else ():
            yield key
            if key not in closed:
                for part in inner.values() if key in named else (inner,):
                    yield from self.keys_of(part, closed, named)

    def json_page(self, name: str) -> str:
        """Return a page that explains a JSON."""
        return (self.root / "docs" / "reference" / f"{name}-json.md").read_text("utf-8")

    def explained(self, name: str) -> set[str]:
        """Return the keys that the first cells of such a page's tables name."""
        rows = re.findall(r"^\| (`.*?) \|", self.json_page(name), re.MULTILINE)
        return {key for row in rows for key in re.findall(r"`([a-z_0-9]+)`", row)}


@pytest.fixture(scope="session")
def house() -> House:
    return House(ROOT, tuple(sorted(path for path in set(_listed()) if path.is_file())))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a folder that looks like the repository's root to a command, but keeps what is written."""
    (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    (tmp_path / "notebooks").mkdir()
    return tmp_path
