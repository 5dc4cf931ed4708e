"""Tables, sentences and numbers in the terminal."""

from __future__ import annotations

import math
import os
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

#: Columns of a terminal that does not say how wide it is: a file, a pipe.
WIDTH = 100
_NUMERIC = (*"0123456789-+", "none", "below ", "above ")


def console() -> Console:
    """Return the terminal, as wide as it is; files and pipes are as wide as `WIDTH` unless COLUMNS says more."""
    from rich.console import Console

    told = Console()
    return told if told.is_terminal or "COLUMNS" in os.environ else Console(width=WIDTH)


def width() -> int:
    """Return the columns of a line of text: those of the terminal, but no more than can be read well."""
    return min(console().width, WIDTH)


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print a table; numbers to the right, words and the first column to the left.

    Parameters
    ----------
    title : str
    header : sequence of str
    rows : sequence of sequences of str
        Each as long as the header.
    note : str
        What must be known to read it; printed below.
    """
    from rich import box
    from rich.table import Table

    terminal = console()
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, name in enumerate(header):
        numeric = index > 0 and all(row[index].startswith(_NUMERIC) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    terminal.print(
        f"\n{_plain(title)}", style="bold", highlight=False
    )  # a table's own would be broken to its width
    terminal.print(table, highlight=False)
    if note:
        terminal.print(_plain(note), style="dim", highlight=False)


def _plain(text: str) -> str:
    """Return text whose brackets are not taken for markup."""
    return text.replace("[", "\\[")


def say(sentences: Iterable[object]) -> None:
    """Print sentences as a list, broken to the terminal's width."""
    columns = width()
    for sentence in sentences:
        click.echo(textwrap.fill(str(sentence), columns, initial_indent="* ", subsequent_indent="  "))


def heading(text: str) -> None:
    """Print the heading of a part."""
    click.echo(f"\n{click.style(text, bold=True)}\n{'=' * len(text)}\n")


def money(value: float | None) -> str:
    """Return an amount with three digits that count, thousands and millions by letter; a dash where undefined.

    Examples
    --------
    >>> money(3_012_345), money(-615_800.0), money(12.7), money(0.86), money(0), money(None)
    ('3.01M', '-616k', '12.7', '0.86', '0', '-')
    """
    if value is None or math.isnan(value):
        return "-"
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size * 0.9995:  # what three digits would round up to it
            return f"{_three(value / size)}{letter}"
    return f"{round(value, 2):g}" if abs(value) < 10 else _three(value)  # noqa: PLR2004 - small ratios need decimals


def _three(value: float) -> str:
    places = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{places}f}"


def percent(value: float | None) -> str:
    """Return a share in percent, one decimal below ten percent; a dash where undefined.

    Examples
    --------
    >>> percent(0.6), percent(0.0123), percent(0.0)
    ('60%', '1.2%', '0%')
    """
    if value is None or math.isnan(value):
        return "-"
    few = 0 < abs(value) < 0.0995  # noqa: PLR2004 - what rounds to ten percent has two digits already
    return f"{value:.1%}" if few else f"{value:.0%}"
