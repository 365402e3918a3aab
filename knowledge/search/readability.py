"""Can this embedder read this text? Judged by what its own vocabulary must spend to write the text down.

A wordpiece vocabulary is listed by frequency in what it was trained on, so by Zipf's law a piece of rank r costs about
log2(r) bits. English costs an English vocabulary two bits a character; a language it was not trained on falls apart
into short, rare pieces and costs four (its own alphabet) to fifteen (another script). No list of words or languages is
needed, and ten words are enough to tell.
"""

import math
import re
from collections.abc import Sequence
from typing import Protocol

# Measured on English prose, questions and scientific claims (99 % of them cost at most 3.3 bits) and on manuals in 19
# languages of the Latin alphabet (99 % of their ten-word openings cost at least 3.2, half of them more than 4.5).
FLUENT_BITS = 3.0
FOREIGN_BITS = 3.6

_UNKNOWN_BITS = 15.0  # per character that no piece can write: a little over the rarest piece of 30,000
# A long term of chemistry says little about the language around it. Other alphabets are not spared: there, a run of
# letters may be a whole sentence.
_MOST_BITS_OF_A_LATIN_WORD = 45.0
_WORD = re.compile(r"\b[^\W\d_]+\b")  # of letters alone: `CX3CR1` is written alike in any language


class Vocabulary(Protocol):
    """What an embedder tells of its vocabulary."""

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """For each word its pieces' ranks by frequency, from 1; empty where it cannot be written. None: not ranked."""
        ...


def readability(text: str, vocabulary: Vocabulary) -> float:
    """How well an embedder with this vocabulary reads `text`, in [0, 1]; higher is better.

    1 for the language it was trained on, 0 for another, or when `text` has no words. An embedder whose vocabulary is
    not ranked is taken to read everything.
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
    return min(bits, _MOST_BITS_OF_A_LATIN_WORD) if word.isascii() else bits
