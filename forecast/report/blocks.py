"""What a report is made of: sections of sentences, pictures and tables. No layout, no numbers of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simulations.errors import BadInput, Problem
from simulations.plots.numerals import quantity, share, span

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from forecast.findings import Finding
    from simulations.intervals import Estimate


#: Rows of a table that somebody reads from top to bottom.
LONGEST_READ = 20
#: Widest pictures are 11 inches and fill the page.
REM_AN_INCH = 5.6


class Cell(NamedTuple):
    """A cell of a table: what is read first, and the small print below it."""

    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text.

    Attributes
    ----------
    title : str
    header : tuple of str
    rows : tuple of tuple of Cell
        Each as long as the header; the first cell names the row.
    note : str
        What must be known to read it.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it is looked things up in rather than read, so that a page folds it away."""
        return len(self.rows) > LONGEST_READ


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its words.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    figure : Figure
    title : str
    alternative : str
        What the picture shows, for those who cannot see it.
    note : str
        How to read it, and what it rests on.
    """

    name: str
    figure: Figure
    title: str
    alternative: str
    note: str = ""

    @property
    def width_rem(self) -> float:
        """How wide it is shown at most, so that all pictures have letters of one size."""
        return round(float(self.figure.get_figwidth()) * REM_AN_INCH, 1)


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences under a heading of their own, with their pictures and tables.

    Attributes
    ----------
    title : str
    opening : str
        The sentence before the pictures; may be empty.
    sentences : tuple of str
        What follows the pictures, before the tables.
    pictures : tuple of Picture
    tables : tuple of Table
    """

    title: str
    opening: str = ""
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One of the questions that a report answers.

    Attributes
    ----------
    anchor : str
        Its name inside the page.
    question : str
    answer : str
        One plain sentence.
    cautions : tuple of str
        What must be known before the answer is used.
    passages : tuple of Passage
    findings : tuple of Finding
        What the data limits, the gravest first.
    """

    anchor: str
    question: str
    answer: str
    cautions: tuple[str, ...]
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures of the section."""
        return tuple(picture for passage in self.passages for picture in passage.pictures)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that a result rests on.

    Attributes
    ----------
    role : str
        What it was read as: scenario, CRM export, targets.
    name : str
        Its name without the folder.
    sha256 : str
        Of its bytes.
    """

    role: str
    name: str
    sha256: str


def input_file(path: Path, role: str) -> InputFile:
    """Return a file's name and hash.

    Raises
    ------
    BadInput
        The file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput([Problem(str(path), "", "", "", f"cannot be read: {error.strerror}")]) from None
    return InputFile(role, path.name, hashlib.sha256(content).hexdigest())


def amount_cell(estimate: Estimate, unit: str = "") -> Cell:
    """Return a mean with its interval, in thousands or millions."""
    return Cell(quantity(estimate.mean, unit), span(estimate.low, estimate.high))


def share_cell(estimate: Estimate) -> Cell:
    """Return a share with its interval, in percent."""
    return Cell(share(estimate.mean), f"{share(estimate.low)} to {share(estimate.high)}")
