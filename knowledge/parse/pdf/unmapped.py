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
_COMMON = frozenset(chain.from_iterable(COMMON_WORDS.values()))
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_NO_CHARACTER = frozenset({"Co", "Cn", "Cs"})


def is_unmapped(text_page: Any, text: str) -> bool:
    """True where most characters of the page are guessed by PDFium, and make no words of any language."""
    sample = text[:_MAX_LOOKED_AT]
    if not sample.strip():
        return False
    if sum(unicodedata.category(c) in _NO_CHARACTER for c in sample) > _LEAST_PRIVATE * len(sample):
        return True
    count = raw.FPDFText_CountChars(text_page)
    step = max(1, count // _MAX_LOOKED_AT)
    looked_at = range(0, count, step)
    unmapped = sum(raw.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in looked_at)
    return unmapped >= _LEAST_UNMAPPED * len(looked_at) and not _reads(text)


def _reads(text: str) -> bool:
    words = _WORD.findall(text.lower())
    if len(_UNSPACED.findall(text)) > len(text) / 4:
        return True  # no font is guessed to be of such a script
    common = sum(word in _COMMON for word in words if len(word) >= _LEAST_LETTERS)
    return common >= max(1, _LEAST_COMMON * len(words))
