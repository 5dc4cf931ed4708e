"""Texts of exports are taken apart without being copied, as the standard library takes them apart."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecast.crm import encoding
from forecast.crm.header import lines_of

#: Ends of lines, what only looks like one, and letters of one to four bytes.
SIGNS = st.text(st.sampled_from('a,"\r\n\u2028\x0b\x85é€😀'), max_size=30)
#: Whole and broken letters.
BYTES = st.lists(
    st.sampled_from([0x61, 0x0A, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80]), max_size=20
)


@given(text=SIGNS)
def test_lines_are_those_of_a_text_file_whose_ends_are_kept(text: str) -> None:
    assert list(lines_of(text)) == list(io.StringIO(text, newline=""))


@example(data=b"aa\xc3aa", piece=3)  # a letter that the next piece does not go on with
@given(data=BYTES.map(bytes), piece=st.integers(1, 8))
def test_the_first_fault_of_utf_8_is_found_piece_by_piece(data: bytes, piece: int) -> None:
    try:
        data.decode("utf-8")
        fault = None
    except UnicodeDecodeError as error:
        fault = error.start
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "PIECE", piece)
        assert encoding._not_utf8(data) == fault
