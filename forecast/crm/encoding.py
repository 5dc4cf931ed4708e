"""From bytes to UTF-8: byte-order mark, strict UTF-8, the user's word, then Windows-1252 with a finding."""

from __future__ import annotations

import codecs
from pathlib import Path

from forecast.findings import Finding
from simulations.errors import BadInput, Problem

#: UTF-32 before UTF-16, whose mark its own begins with.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FALLBACK = "cp1252"
LOOKED_AT = 4_096
#: Bytes that are looked through at a time, to bound memory.
PIECE = 1 << 20
NO_TEXT = "holds zero bytes: UTF-16 without a byte-order mark, or no text; save it as CSV UTF-8"


def read_utf8(path: Path, encoding: str | None) -> tuple[memoryview, tuple[Finding, ...]]:
    """Return the text of a file as UTF-8 without a mark, and a finding where its encoding had to be assumed.

    What is UTF-8 already is handed on as it lies in memory: a large export is not copied.

    Raises
    ------
    BadInput
        If the file cannot be read, is empty, is no text, or is not in the encoding that was named.
    """
    data = _bytes(path)
    for mark, named in MARKS:
        if data.startswith(mark):
            text = _decoded(path, data, named)
            if "\x00" in text[:LOOKED_AT]:
                raise _refused(path, "", NO_TEXT)
            return memoryview(text.encode("utf-8")), ()
    if b"\x00" in data[:LOOKED_AT]:
        raise _refused(path, "", NO_TEXT)
    fault = _not_utf8(data)
    if fault is None:
        return memoryview(data), ()
    if encoding is not None:
        return memoryview(_decoded(path, data, encoding).encode("utf-8")), ()
    return memoryview(_decoded(path, data, FALLBACK).encode("utf-8")), (_assumed(data, fault),)


def _not_utf8(data: bytes) -> int | None:
    """Return the first byte that no UTF-8 can have there; None where all is UTF-8."""
    if data.isascii():
        return None
    decoder, pending = codecs.getincrementaldecoder("utf-8")(), 0
    for begin in range(0, len(data), PIECE):
        try:
            decoder.decode(data[begin : begin + PIECE], final=begin + PIECE >= len(data))
        except UnicodeDecodeError as error:
            return begin - pending + error.start
        pending = len(decoder.getstate()[0])
    return None


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _refused(path, "", f"cannot be read: {error.strerror}") from None
    if len(data) < LOOKED_AT and not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise _refused(path, "", "the file is empty; export it again with its header row and its deals")
    return data


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise BadInput(
            [
                Problem(
                    str(path),
                    "",
                    "encoding",
                    encoding,
                    "is no encoding; for example utf-8, cp1252, latin-1, utf-16",
                )
            ]
        ) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = data[error.start : error.start + 1].hex().upper()
        raise _refused(
            path,
            f"line {line}",
            f"is not {encoding} (byte {found}); name the encoding it was saved in (--encoding), "
            "or save it as CSV UTF-8",
        ) from None


def _assumed(data: bytes, fault: int) -> Finding:
    line = data.count(b"\n", 0, fault) + 1
    return Finding(
        "encoding_assumed",
        "note",
        1,
        (f"line {line}",),
        "The file is not UTF-8 and no encoding was named, so accents in names may be wrong",
        "It was read as Windows-1252; name another with --encoding if names look broken",
    )


def _refused(path: Path, where: str, allowed: str) -> BadInput:
    return BadInput([Problem(str(path), where, "", "", allowed)])
