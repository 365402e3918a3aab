"""The letters that question and text have in common, in any language: where terms differ in their endings and spelling
only, as those of one word in German, Russian or Turkish do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from assistant.answers.citations import terms_of

# Of four letters the sentence with the answer has most in common with its question in 83, 79, 81 and 80 % of XQuAD's
# English, German, Russian and Turkish questions, given the paragraph; by stems it is 82, 77, 78 and 75, by three
# letters 82, 80, 81 and 79.
_LETTERS = 4
_ACCENT = re.compile(r"[\u0300-\u036f]")
# From Thai on, in the order of Unicode, most scripts have no spaces between words, or endings of a single character.
_UNSPACED = "\u0e00"
# Vowel signs and points belong to the word they stand in: Hebrew, Arabic, the scripts of India.
_WORD = re.compile(r"(?:(?![\u0e00-\U0010ffff])[^\W_]|[\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff])+")
_DIGIT = re.compile(r"\d")


def signs_of(text: str) -> frozenset[str]:
    """The rows of four letters of each word, without its accents; words with a digit whole; terms in other scripts."""
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", text)).lower().replace("ı", "i")
    signs = {sign for word in _WORD.findall(plain) for sign in _signs_of_word(word)}
    return frozenset(signs | {term for term in terms_of(text) if term >= _UNSPACED})


def telling_signs(question: str) -> frozenset[str]:
    """The signs of a question's words that tell something, or of all where none does."""
    telling = " ".join(word for word in question.split() if terms_of(word))
    return signs_of(telling or question)


def names_in(signs: frozenset[str]) -> frozenset[str]:
    """Numbers and codes, as `1035`, `r104`: words with a digit, of three characters and more."""
    return frozenset(sign for sign in signs if len(sign) >= 3 and _DIGIT.search(sign))


def _signs_of_word(word: str) -> Iterator[str]:
    if _DIGIT.search(word):
        yield word
        return
    bounded = f" {word} "
    for at in range(max(1, len(bounded) - _LETTERS + 1)):
        yield bounded[at : at + _LETTERS]
