"""Text → the terms that keyword search matches: stems of words, and pairs of characters where words have no spaces."""

import re
import threading
import unicodedata
from collections.abc import Iterator

# Scripts written without spaces between words: Thai and its neighbours, Japanese, Chinese, Korean.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Vowel signs and points belong to the word they stand in: Hebrew, Arabic, the scripts of India, and combining accents.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

# Lucene's English stop words, with the verbs and pronouns that questions are made of.
_STOP_WORDS = frozenset(
    "a an and are as at be been but by can do does for from had has have how i if in into is it its may me my no not of"
    " on or our should such that the their then there these they this to was we were what when where which who why will"
    " with would you your".split()
)


class Analyzer:
    """Terms of a text, the same for what is indexed and what is asked. Safe to use from any thread."""

    def __init__(self) -> None:
        self._stems: dict[str, str] = {}
        self._local = threading.local()

    def terms(self, text: str) -> list[str]:
        """Terms in order, repeated as often as they stand in the text."""
        folded = unicodedata.normalize("NFKC", text).lower()
        return [term for match in _TOKEN.finditer(folded) for term in self._of_token(match.group())]

    def _of_token(self, token: str) -> Iterator[str]:
        if _IS_UNSPACED.match(token):
            yield from _pairs(token)
        elif token not in _STOP_WORDS:
            yield self._stem(token)

    def _stem(self, word: str) -> str:
        stem = self._stems.get(word)
        if stem is None:
            stem = self._stems[word] = self._stemmer_word(word)
        return stem

    def _stemmer_word(self, word: str) -> str:
        stemmer = getattr(self._local, "stemmer", None)
        if stemmer is None:
            import snowballstemmer

            stemmer = self._local.stemmer = snowballstemmer.stemmer("english")
        return str(stemmer.stemWord(word)) if word.isascii() else word


def _pairs(characters: str) -> Iterator[str]:
    if len(characters) == 1:
        yield characters
    for i in range(len(characters) - 1):
        yield characters[i : i + 2]
