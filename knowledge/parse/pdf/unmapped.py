"""Pages whose fonts do not say which characters their glyphs are, so that their text is not what one sees."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import Any

from pypdfium2 import raw

from knowledge.terms.languages import COMMON_WORDS, UNSPACED

_MAX_LOOKED_AT = 500  # characters of a page
_LEAST_UNMAPPED = 0.5  # of these
_LEAST_PRIVATE = 0.3  # characters that no language has
# Running text has a third of such words and more; of text whose letters are others hardly any word is one.
_LEAST_COMMON = 0.05
_LEAST_LETTERS = 3  # of a word; one or two letters in a row are a word of some language
# Labels and headings may have no common word. Without one, so many words must have the shape of words.
_MOST_LABELS = 20
_LEAST_SHAPELY = 0.75
# Of the letters of Latin words 35 to 50 % are vowels in languages of Europe; of other letters in their place, 10 to 26.
_LEAST_VOWELS = 0.28
_COMMON = frozenset(chain.from_iterable(COMMON_WORDS.values()))
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_NO_CHARACTER = frozenset({"Co", "Cn", "Cs"})
# Of a font of another script in the places of Latin 1, whose text says no more than that: signs among hardly a letter.
_LATIN_SIGN = re.compile("[\xa1-\xbf\xd7\xf7\u02c6-\u02dd\u2018-\u201e\u2122\u221a]")
_LEAST_SIGNS, _MOST_ASCII, _FEWEST_JUDGED = 0.4, 0.1, 10
_CYRILLIC_BYTES = re.compile("[\ud080-\ud1bf]")  # in UTF-8, taken for UTF-16, where they are rare Korean syllables
_CONTROL = re.compile(r"[\x00-\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # but for line ends and PDFium's hyphen
_LABEL = re.compile(r"[(\"'“„]?([A-ZÀ-ÞĀ-ſ]?[a-zß-ÿĀ-ſ]+|[A-ZÀ-ÞĀ-Ž]+)[)\"'”.,:;!?-]*")
_FIGURE = re.compile(r"[(+−-]?[$€£]?\d+(?:[.,:/−-]\d+)*(?:%|[A-Za-z]{1,2})?[).,:;]?")


def is_unmapped(text_page: Any, text: str) -> bool:
    """True where most characters of the page are guessed by PDFium, and make no words of any language."""
    sample = text[:_MAX_LOOKED_AT]
    if not sample.strip():
        return False
    unknown = sum(c == "\ufffd" or unicodedata.category(c) in _NO_CHARACTER for c in sample)
    if unknown > _LEAST_PRIVATE * len(sample) or _is_of_signs(sample):
        return True
    count = raw.FPDFText_CountChars(text_page)
    step = max(1, count // _MAX_LOOKED_AT)
    looked_at = range(0, count, step)
    unmapped = sum(raw.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in looked_at)
    return unmapped >= _LEAST_UNMAPPED * len(looked_at) and not _reads(text)


def _is_of_signs(sample: str) -> bool:
    shown = "".join(sample.split())
    if len(shown) < _FEWEST_JUDGED or shown.isascii():
        return False
    ascii_letters = sum(c.isascii() and c.isalnum() for c in shown)
    return len(_LATIN_SIGN.findall(shown)) >= _LEAST_SIGNS * len(shown) and ascii_letters <= _MOST_ASCII * len(shown)


def _reads(text: str) -> bool:
    words = [word for word in _WORD.findall(text.lower()) if len(word) >= _LEAST_LETTERS]
    if len(_UNSPACED.findall(text)) > len(text) / 4:
        return len(_CYRILLIC_BYTES.findall(text)) < len(text) / 4  # no font is guessed to be of such a script
    common = sum(word in _COMMON for word in words)
    return common >= max(1, _LEAST_COMMON * len(words)) or _is_of_labels(text)


def _is_of_labels(text: str) -> bool:
    """True for a page of a few words and numbers, as of a chart or a title, in which nearly all have their shape."""
    if _CONTROL.search(text):
        return False
    told = [part for part in text.split() if len(part) >= _LEAST_LETTERS or part.isdecimal()]
    labels = [label[1] for part in told if (label := _LABEL.fullmatch(part))]
    figures = sum(bool(_FIGURE.fullmatch(part)) for part in told)
    letters = unicodedata.normalize("NFD", "".join(labels).lower())
    return (
        len(told) - figures <= _MOST_LABELS
        and 0 < _LEAST_SHAPELY * len(told) <= len(labels) + figures
        and sum(letter in "aeiouy" for letter in letters) >= _LEAST_VOWELS * sum(map(str.isalpha, letters))
    )
