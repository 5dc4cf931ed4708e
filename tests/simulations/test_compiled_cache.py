"""What is kept compiled sees every change of a compiled source, in whatever file it stands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulations
from simulations.compiled import SOURCES, sources_hash
from simulations.engine.seat import run_seat

HERE = Path(simulations.__file__).parent
NEEDED = ("compiled.py", "randomness.py", "rules.py")
# A function of rules that only calls one of randomness: numba's own cache would not see that one change.
ASK = "from simulations import rules; print(rules.qualifies(0.5, 1, 2, 3))"


@pytest.fixture
def copied(tmp_path):
    """Return a package that holds the physics alone, with a cache of its own."""
    folder = tmp_path / "simulations"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name in NEEDED:
        shutil.copy(HERE / name, folder / name)
    return folder


def answer(folder: Path) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder.parent),
        "NUMBA_CACHE_DIR": str(folder.parent / "kept"),
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", ASK],
        cwd=folder.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_an_edited_rule_changes_the_result(copied):
    before = answer(copied)
    kept = len(list((copied.parent / "kept" / "pipecast").iterdir()))
    assert answer(copied) == before
    assert len(list((copied.parent / "kept" / "pipecast").iterdir())) == kept == 1
    source = copied / "randomness.py"
    changed = source.read_text("utf-8").replace("return uniform_pair(seed, replication, birth, visit, purpose, attempt)[0]",
                                                "return 1.0 - uniform_pair(seed, replication, birth, visit, purpose, attempt)[0]")  # fmt: skip
    assert changed != source.read_text("utf-8")
    source.write_text(changed, "utf-8")
    assert answer(copied) != before


def test_every_file_with_compiled_functions_is_looked_at(tmp_path):
    listed = {path for pattern in SOURCES for path in HERE.glob(pattern)}
    compiling = {
        path for path in HERE.rglob("*.py") if "simulations.compiled import" in path.read_text("utf-8")
    }
    assert compiling - listed == set()
    before = sources_hash(HERE)
    copy = tmp_path / "simulations"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert sources_hash(copy) == before
    for path in sorted(compiling):
        mine = copy / path.relative_to(HERE)
        text = mine.read_text("utf-8")
        mine.write_text(text + "\n", "utf-8")
        assert sources_hash(copy) != before, path.name
        mine.write_text(text, "utf-8")


def test_what_only_compiled_functions_may_call_refuses_python():
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        pytest.skip("with compilation switched off there are no such functions")
    with pytest.raises(TypeError, match="only compiled functions"):
        run_seat(None, 0, 0)
