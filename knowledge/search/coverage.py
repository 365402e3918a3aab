"""Measures whether a tokenizer covers the language of a text: an embedder reads no others."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Protocol

# Measured on English prose, questions and scientific claims (99 % of them cost at most 3.3 bits) and on manuals in 19
# languages of the Latin alphabet (99 % of their ten-word openings cost at least 3.2, half of them more than 4.5).
FLUENT_BITS = 3.0
FOREIGN_BITS = 3.6
MIN_COVERAGE = 0.5  # from here on cosines mean something

_UNKNOWN_BITS = 15.0  # per character that no piece can write: a little over the rarest piece of 30,000
# A long term of chemistry says little about the language around it. Other alphabets are not spared: there, a run of
# letters may be a whole sentence.
_MAX_BITS_OF_LATIN_WORD = 45.0
_WORD = re.compile(r"\b[^\W\d_]+\b")  # of letters alone: `CX3CR1` is written alike in any language


class Vocabulary(Protocol):
    """The part of an embedder that knows its vocabulary."""

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """For each word its pieces' ranks by frequency, from 1; empty where it cannot be written. None: not ranked."""
        ...


def tokenizer_coverage(text: str, vocabulary: Vocabulary) -> float:
    """Return a share in [0, 1]: 1 for the language the vocabulary was made of, 0 for another or a text without words.

    Measured in bits per character that the vocabulary needs. An unranked vocabulary is taken to cover everything.
    """
    words = _WORD.findall(text)
    ranks = vocabulary.piece_ranks(words)
    if ranks is None:
        return 1.0
    bits = sum(_bits(word, pieces) for word, pieces in zip(words, ranks, strict=True))
    per_character = bits / sum(map(len, words)) if words else FOREIGN_BITS
    return min(1.0, max(0.0, (FOREIGN_BITS - per_character) / (FOREIGN_BITS - FLUENT_BITS)))


def _bits(word: str, ranks: Sequence[int]) -> float:
    if not ranks:
        return _UNKNOWN_BITS * len(word)
    bits = sum(map(math.log2, ranks))
    return min(bits, _MAX_BITS_OF_LATIN_WORD) if word.isascii() else bits
