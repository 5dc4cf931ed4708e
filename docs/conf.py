"""How the documentation is built: offline, from Markdown, with warnings as errors."""

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]

project = "Pipecast"
author = copyright = "Pipecast authors"  # noqa: A001 - Sphinx asks for this name
version = release = _PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["deflist", "smartquotes"]
myst_heading_anchors = 3
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"Pipecast {version}"
exclude_patterns = ["_build"]
html_show_sphinx = False
