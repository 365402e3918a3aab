"""Texts as the ledger keeps them."""

from __future__ import annotations

import zlib

import pytest

from knowledge.chunked_document import MAX_TEXT_BYTES, PIECE_BYTES, text_of


@pytest.mark.parametrize("letter", ["a", "é", "汉", "😀"])
def test_a_text_of_many_pieces_is_whole_again(letter: str) -> None:
    text = "." + letter * PIECE_BYTES
    assert text_of(zlib.compress(text.encode())) == text


def test_a_text_is_no_longer_than_a_document_can_be() -> None:
    assert len(text_of(zlib.compress(b"a" * (MAX_TEXT_BYTES + PIECE_BYTES), 1))) == MAX_TEXT_BYTES


def test_a_text_whose_end_is_missing_is_read_as_far_as_it_goes() -> None:
    assert "word word".startswith(text_of(zlib.compress(b"word word")[:-6]))
