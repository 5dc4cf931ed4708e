"""The weekly review as PDF: the same pages on A4, drawn without a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.report.blocks import Table
from forecast.report.review_page import TITLE
from forecast.report.review_sheets import Bar, Sheet, Tile, right_columns
from simulations.plots.style import BLACK, BLUE, GREEN, GREY, GRID, ORANGE, VERMILION

if TYPE_CHECKING:
    from fpdf import FPDF

#: In millimetres.
MARGIN, WIDTH, LINE, ROW = 13.0, 184.0, 4.1, 4.0
_TILES_A_ROW, _TILE_HEIGHT, _GAP = 5, 12.4, 1.6
_FONT = "house"
#: Sizes of letters, in points.
_TITLE, _HEAD, _TEXT, _SMALL, _CELL = 15.0, 9.4, 8.4, 6.8, 7.2
_KEY = (
    ("booked", GREEN),
    ("open, calibrated in period", BLUE),
    ("not yet created", ORANGE),
    ("8 of 10 draws", BLACK),
)
_TINT = "#f4f6f8"
#: How much smaller the letters of a tile are that would else be cut.
_NARROW = 0.86


def review_pdf(sheets: Sequence[Sheet], foot: str, made: dt.datetime) -> bytes:
    """Return the pages of a review as a PDF on A4, one for each sheet unless a table is too long for it.

    Letters are those of DejaVu Sans, which matplotlib brings; what it lacks (Chinese, for one) is shown as a box.

    Parameters
    ----------
    sheets : sequence of Sheet
    foot : str
        What stands below each page.
    made : datetime
        Written into the file; a fixed one gives the same bytes every time.
    """
    document = _document(made)
    for sheet in sheets:
        document.add_page()
        _heading(document, sheet)
        _tiles(document, sheet.tiles)
        if sheet.bar is not None:
            _bar(document, sheet.bar)
        _list(document, sheet.sentences, ["\u2022"] * len(sheet.sentences))
        _title(document, "Three questions")
        _list(document, sheet.questions, [f"{number}." for number in range(1, 4)], bold=True)
        for table in sheet.tables:
            _table(document, table)
        for note in (*sheet.notes, foot):
            _small(document, note)
    return bytes(document.output())


def _document(made: dt.datetime) -> FPDF:
    import logging

    import matplotlib as mpl
    from fpdf import FPDF

    logging.getLogger("fontTools").setLevel(
        logging.ERROR
    )  # it tells of every table that it leaves out of a font
    document = FPDF(format="A4", unit="mm")
    document.set_creation_date(made)
    document.set_title(TITLE)
    document.set_margins(MARGIN, MARGIN - 2.0, MARGIN)
    document.set_auto_page_break(auto=True, margin=9.0)
    fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
    document.add_font(_FONT, "", fonts / "DejaVuSans.ttf")
    document.add_font(_FONT, "B", fonts / "DejaVuSans-Bold.ttf")
    return document


def _write(document: FPDF, size: float, *, bold: bool = False, colour: str = "#1c1c1c") -> None:
    document.set_font(_FONT, "B" if bold else "", size)
    document.set_text_color(colour)


def _heading(document: FPDF, sheet: Sheet) -> None:
    document.set_draw_color(BLUE)
    document.set_line_width(0.8)
    document.line(MARGIN, document.get_y(), MARGIN + WIDTH, document.get_y())
    document.ln(1.5)
    _write(document, _TITLE, bold=True)
    document.cell(WIDTH, 6.5, sheet.title, new_x="LMARGIN", new_y="NEXT")
    _write(document, _TEXT, colour=GREY)
    document.cell(WIDTH, LINE, sheet.subtitle, new_x="LMARGIN", new_y="NEXT")
    document.ln(1.5)


def _tiles(document: FPDF, tiles: Sequence[Tile]) -> None:
    width = (WIDTH - _GAP * (_TILES_A_ROW - 1)) / _TILES_A_ROW
    top = document.get_y()
    for place, tile in enumerate(tiles):
        left = MARGIN + (place % _TILES_A_ROW) * (width + _GAP)
        y = top + (place // _TILES_A_ROW) * (_TILE_HEIGHT + _GAP)
        document.set_fill_color(_TINT)
        document.rect(left, y, width, _TILE_HEIGHT, style="F")
        rows = (
            (tile.label, _SMALL, False, GREY),
            (tile.value, _TEXT, True, BLACK),
            (tile.small, _SMALL, False, GREY),
        )
        for number, (text, size, bold, colour) in enumerate(rows):
            document.set_xy(left + 0.6, y + 0.6 + number * 3.8)
            _write(document, size, bold=bold, colour=colour)
            if document.get_string_width(text) > width - 3.2:
                _write(document, _NARROW * size, bold=bold, colour=colour)
            document.cell(width - 1.2, 3.8, _fitted(document, text, width - 3.2))
    lines = -(-len(tiles) // _TILES_A_ROW)
    document.set_xy(MARGIN, top + lines * (_TILE_HEIGHT + _GAP))


def _bar(document: FPDF, bar: Bar) -> None:
    y, left = document.get_y() + 1.2, MARGIN
    for share, (_, colour) in zip((bar.booked, bar.open, bar.new), _KEY, strict=False):
        document.set_fill_color(colour)
        document.rect(left, y, share * WIDTH, 4.0, style="F")
        left += share * WIDTH
    document.set_fill_color(BLACK)
    document.rect(MARGIN + bar.low * WIDTH, y + 5.0, max((bar.high - bar.low) * WIDTH, 0.3), 0.8, style="F")
    if bar.quota is not None:
        document.set_fill_color(VERMILION)
        document.rect(MARGIN + bar.quota * WIDTH - 0.8, y - 1.0, 0.8, 7.2, style="F")
    document.set_xy(MARGIN, y + 6.6)
    _write(document, _SMALL, colour=GREY)
    for words, colour in (*_KEY, *(((bar.goal, VERMILION),) if bar.quota is not None else ())):
        document.set_fill_color(colour)
        document.rect(document.get_x(), document.get_y() + 0.9, 2.6, 1.6, style="F")
        document.set_x(document.get_x() + 3.0)
        document.cell(document.get_string_width(words) + 4.5, 3.4, words)
    document.ln(4.6)


def _list(document: FPDF, texts: Sequence[str], marks: Sequence[str], *, bold: bool = False) -> None:
    _write(document, _TEXT, bold=bold)
    for mark, text in zip(marks, texts, strict=False):
        document.set_x(MARGIN)
        document.cell(4.5, LINE, mark)
        document.multi_cell(WIDTH - 4.5, LINE, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _title(document: FPDF, text: str) -> None:
    document.ln(1.8)
    _write(document, _HEAD, bold=True)
    document.cell(WIDTH, 5.0, text, new_x="LMARGIN", new_y="NEXT")


def _small(document: FPDF, text: str) -> None:
    _write(document, _SMALL, colour=GREY)
    document.ln(0.6)
    document.multi_cell(WIDTH, 3.2, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _table(document: FPDF, table: Table) -> None:
    if document.will_page_break(5.0 + ROW * min(len(table.rows) + 1, 4)):
        document.add_page()
    _title(document, table.title)
    widths, right = _widths(document, table), right_columns(table)
    _row(document, list(table.header), widths, right, bold=True)
    for row in table.rows:
        if document.will_page_break(ROW):
            document.add_page()
            _row(document, list(table.header), widths, right, bold=True)
        _row(document, [cell.text for cell in row], widths, right)
    if table.note:
        _small(document, table.note)


def _row(
    document: FPDF,
    texts: Sequence[str],
    widths: Sequence[float],
    right: Sequence[bool],
    *,
    bold: bool = False,
) -> None:
    _write(document, _CELL, bold=bold)
    for text, width, to_right in zip(texts, widths, right, strict=True):
        shown = _fitted(document, text, width - 2.0)
        document.cell(width, ROW, shown, align="R" if to_right else "L")
    document.ln(ROW)
    document.set_draw_color(BLACK if bold else GRID)
    document.set_line_width(0.3 if bold else 0.1)
    document.line(MARGIN, document.get_y(), MARGIN + sum(widths), document.get_y())


def _widths(document: FPDF, table: Table) -> list[float]:
    """Return the columns' widths: what their texts need, and the whole width; where that is too little, shares of it."""
    needed = []
    for column, name in enumerate(table.header):
        _write(document, _CELL, bold=True)
        head = document.get_string_width(name)
        _write(document, _CELL)
        needed.append(max(head, *(document.get_string_width(row[column].text) for row in table.rows)) + 2.4)
    scale = WIDTH / sum(needed)
    if scale < 1:
        return [width * scale for width in needed]
    return [*(width * min(scale, 1.15) for width in needed[:-1]), needed[-1] * min(scale, 1.15)]


def _fitted(document: FPDF, text: str, width: float) -> str:
    """Return a text cut so that it fits into a width."""
    if document.get_string_width(text) <= width:
        return text
    while text and document.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
