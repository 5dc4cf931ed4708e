"""Pages hang together: links lead somewhere, every page is reachable, the site builds without a warning."""

import re
import subprocess
import sys

import pytest

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def _anchor(title):
    """Return the anchor that a heading gets: lower case, hyphens for blanks, no punctuation."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _anchors(page):
    return {_anchor(title) for title in re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)}


def _broken(page, target):
    if target.startswith(("http://", "https://", "mailto:")):
        return False
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    return not file.exists() or bool(anchor and file.suffix == ".md" and anchor not in _anchors(file))


def test_every_link_inside_the_repository_leads_somewhere(house):
    broken = [
        f"{house.name(page)}: {target}"
        for page in house.pages
        for target in LINK.findall(page.read_text("utf-8"))
        if _broken(page, target)
    ]
    assert broken == []


def test_the_readme_shows_every_folder(house):
    """The annotated tree names what stands in the repository's root, and nothing that does not."""
    text = (house.root / "README.md").read_text("utf-8")
    tree = re.search(r"```text\n(simulations/.*?)```", text, re.DOTALL)
    assert tree is not None
    shown = set(re.findall(r"^(\w+)/", tree.group(1), re.MULTILINE))
    there = {house.name(path).split("/")[0] for path in house.files if "/" in house.name(path)}
    assert shown == {name for name in there if not name.startswith(".")}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_the_documentation_builds_without_a_warning(house, tmp_path):
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, "-d", tmp_path / "trees", house.root / "docs", tmp_path / "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "html" / "index.html").is_file()
    page = (tmp_path / "html" / "explanation" / "model.html").read_text("utf-8")
    fetched = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(https?://[^\"]+)", page)
    assert fetched == [], "a page of the documentation asks an outside server"
