"""Text → the terms that keyword search matches: stems of words; characters and pairs where words have no spaces."""

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence

from knowledge.languages import COMMON_WORDS, language_of

# Part of an index's identity: what another version wrote is not found by this one's terms. Raise it with every change
# of what `Analyzer.terms` gives.
ANALYZER_VERSION = 2

# Scripts written without spaces between words: Thai and its neighbours, Japanese, Chinese, Korean.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Vowel signs and points belong to the word they stand in: Hebrew, Arabic, the scripts of India, and combining accents.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# Lucene's English stop words, with the verbs and pronouns that questions are made of.
_STOP_WORDS = frozenset(
    "a an and are as at be been but by can do does for from had has have how i if in into is it its may me my no not of"
    " on or our should such that the their then there these they this to was we were what when where which who why will"
    " with would you your".split()
)
# Characters of Chinese that stand in most texts and so tell none apart; within a pair they are kept.
_STOP_CHARACTERS = frozenset(
    "的了是在和与或及者之其为以于由而也都就但所这那此我你他她它们吗呢吧么啊把被给从对到得地着过上下中有个一不人"
)
# What a Chinese question is made of, longest first; statutes and textbooks hardly use it, so that it would weigh much.
_QUESTION_WORDS = re.compile(
    "为什么|什么样|怎么样|怎么办|可不可以|是不是|能不能|有没有|要不要|会不会|什么|怎么|怎样|如何|是否|哪些|哪个|哪里"
    "|哪种|哪一|多少|多久|几个|请问|哪|谁|吗|呢|吧"
)


class Analyzer:
    """Terms of a text, the same for what is indexed and what is asked. Safe to use from any thread."""

    def __init__(self) -> None:
        self._stems: dict[tuple[str, str], str] = {}
        self._local = threading.local()

    def terms(self, text: str) -> list[str]:
        """Terms in order, repeated as often as they stand in the text.

        A word gives its English stem, as it always can; where the text's language is known it gives that one's stem
        too. A question of too few words to tell still meets the text in the first, and a folder may mix languages.
        """
        tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
        language = language_of(tokens)
        return [term for token in tokens for term in self._of_token(token, language)]

    def question_terms(self, question: str) -> list[str]:
        """Distinct terms of a question, in order, without what it only asks with."""
        folded = unicodedata.normalize("NFKC", question)
        told = _QUESTION_WORDS.sub(" ", folded)
        return list(dict.fromkeys(self.terms(told) or self.terms(folded)))

    def _of_token(self, token: str, language: str | None) -> Iterator[str]:
        if is_unspaced(token):
            yield from _characters_and_pairs(token)
        elif token not in _STOP_WORDS and not (language and token in COMMON_WORDS[language]):
            yield from dict.fromkeys(self._stem(token, name) for name in ("english", language) if name)

    def _stem(self, word: str, language: str) -> str:
        stem = self._stems.get((word, language))
        if stem is None:
            stem = self._stems[word, language] = self._stemmed(word, language)
        return stem

    def _stemmed(self, word: str, language: str) -> str:
        if language == "english" and not word.isascii():
            return word
        stemmers = self._local.__dict__
        if language not in stemmers:
            import snowballstemmer

            stemmers[language] = snowballstemmer.stemmer(language)
        return str(stemmers[language].stemWord(word))


def shared(terms: Sequence[str], asked: Sequence[str]) -> float:
    """The share of the terms asked for that are among these, in [0, 1]; higher is better. 0 when none is asked for."""
    return len(set(terms) & set(asked)) / len(set(asked)) if asked else 0.0


def is_unspaced(term: str) -> bool:
    """Whether the term is of a script without spaces: a character or a pair, not a word."""
    return _IS_UNSPACED.match(term) is not None


def is_character(term: str) -> bool:
    """Whether the term is a single character of such a script."""
    return len(term) == 1 and is_unspaced(term)


def _characters_and_pairs(run: str) -> Iterator[str]:
    """Pairs, as most words have two characters; and single Han characters, each of which means something by itself."""
    if len(run) == 1:
        yield run
        return
    for i in range(len(run) - 1):
        yield run[i : i + 2]
    yield from (c for c in run if _HAN.match(c) and c not in _STOP_CHARACTERS)
