"""Tables in the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

NARROWEST = 100


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; numbers to the right, the first column to the left."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if console.width < NARROWEST and not console.is_terminal:
        console = Console(width=160)
    table = Table(title=title, title_justify="left", header_style="bold")
    for index, name in enumerate(header):
        numeric = index > 0 and all(_is_number(row[index]) for row in rows)
        table.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    console.print(table)


def _is_number(cell: str) -> bool:
    return not any(
        letter.isalpha()
        for letter in cell.replace("to", "").replace("k", "").replace("M", "").replace("d", "")
    )


def money(value: float | None) -> str:
    """Return an amount with thousands or millions, three digits; a dash where undefined."""
    if value is None or math.isnan(value):
        return "-"
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:,.2f}{letter}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.0f}"  # noqa: PLR2004 - small ratios need decimals


def percent(value: float | None) -> str:
    """Return a share in percent; a dash where undefined."""
    return "-" if value is None or math.isnan(value) else f"{value:.1%}"
