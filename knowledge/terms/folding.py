"""Forms of letters that are told apart by few who type: width, case, accents, points."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u093c]")
# Letters that Unicode does not take apart. Cyrillic й and ї stay what they are; ё is written е as often as not.
_LETTERS = str.maketrans(
    {
        **{"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"},
        **{"ё": "е", "ς": "σ", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ک": "ك", "ی": "ي", "ى": "ي", "ँ": "ं"},
    }
)
_DECOMPOSED = re.compile("[^\\W\u0400-\u052f]")  # of a letter of Cyrillic the mark makes another letter


def normalised(text: str) -> str:
    """The text with letters and digits of the usual width (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def lowered(text: str, language: str) -> str:
    """The text in lower case, with the letters i of Turkish where it is that."""
    if text.isascii() and language != "turkish":
        return text.lower()
    if language == "turkish":
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()


def folded(word: str) -> str:
    """A lower-case word without accents, points and other forms of a letter."""
    if word.isascii():
        return word
    apart = "".join(unicodedata.normalize("NFD", c) if _DECOMPOSED.match(c) else c for c in word.translate(_LETTERS))
    return unicodedata.normalize("NFC", _MARKS.sub("", apart))
