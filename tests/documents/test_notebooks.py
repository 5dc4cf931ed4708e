"""Every notebook runs from top to bottom, and none stores what it printed."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS_A_CELL = 180


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_stores_no_output(path):
    """A stored output is a number that nobody recomputes."""
    cells = nbformat.read(path, as_version=4).cells
    stored = [
        number
        for number, cell in enumerate(cells)
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]
    assert stored == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_a_notebook_runs(path, workspace):
    """In a folder of its own, so that what it writes does not land in the repository; each picture is really shown."""
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(workspace / "notebooks")}}
    NotebookClient(notebook, timeout=SECONDS_A_CELL, kernel_name="python3", resources=place).execute()
    drawing = [cell for cell in notebook.cells if cell.cell_type == "code" and ".plot(" in cell.source]
    assert drawing
    assert [cell.source for cell in drawing if not _shows_a_picture(cell)] == []


def _shows_a_picture(cell):
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_there_is_a_notebook_for_each_question():
    assert [path.stem for path in NOTEBOOKS] == [
        "01-steady-against-sawtooth",
        "02-from-crm-export-to-forecast",
        "03-early-warning",
        "04-realistic-quotas",
    ]
