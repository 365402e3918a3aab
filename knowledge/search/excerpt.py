"""The part of a text that says most of what is asked, as a reranker's time goes with the tokens it reads."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.search.likeness import said, signs_of
from knowledge.sentences import Sentence, split_sentences

# Columns, of which a character of Chinese, Japanese or Korean takes three: about 100 tokens of XLM-RoBERTa's. Pairs of
# 120 tokens take half the time of those of 200, so that a small cross-encoder reads twice the candidates.
EXCERPT_COLUMNS = 420


def excerpt(question: str, text: str) -> str:
    """The sentences in a row that say most of a question, and are no longer than EXCERPT_COLUMNS together.

    The first of several; a longer sentence alone is taken whole.
    """
    if _columns(text) <= EXCERPT_COLUMNS:
        return text
    parts = split_sentences(text)
    asked = signs_of(question)
    found = [said(asked, text[part.start : part.end]) for part in parts]
    runs = [(first, _last(text, parts, first)) for first in range(len(parts))]
    first, last = max(runs, key=lambda run: len(frozenset[str]().union(*found[run[0] : run[1] + 1])), default=(0, 0))
    return text[parts[first].start : parts[last].end] if parts else text


def _last(text: str, parts: Sequence[Sentence], first: int) -> int:
    last = first
    while last + 1 < len(parts) and _columns(text[parts[first].start : parts[last + 1].end]) <= EXCERPT_COLUMNS:
        last += 1
    return last


def _columns(text: str) -> int:
    return len(text) + 2 * sum("\u2e80" <= character <= "\ud7ff" for character in text)
