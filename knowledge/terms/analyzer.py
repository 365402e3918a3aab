"""Text → the terms that keyword search matches: stems of words; characters and pairs where words have no spaces.

A word of a text gives one stem, by the text's language. A Latin word with accents gives a second term, its stem without
them, so that it is found by those who type none. A word of a question gives a group of alternatives: its stem in each
language that the folders hold. Numbers and codes give their form without signs as well.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.terms.codes import codes_by_word, joined_codes
from knowledge.terms.dates import dates_in
from knowledge.terms.folding import folded, lowered, normalised
from knowledge.terms.languages import (
    COMMON_WORDS,
    DEFAULTS,
    MARKS,
    STEMMED,
    UNSPACED,
    language_of,
    languages_of,
    script_of,
    unspaced_language,
)

# Part of an index's identity: an index of another version is not searchable with this one's terms. Raise it with every
# change of the terms that `Analyzer.index_terms` gives.
ANALYZER_VERSION = 3

LEAST_FOREIGN_WORDS = 4  # four words of code or of names in a row are rare
_TOKEN = re.compile(rf"[{UNSPACED}]+|(?:(?![{UNSPACED}])[^\W_]|[{MARKS}])+")
_IS_UNSPACED = re.compile(rf"[{UNSPACED}]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Stands before a stem without accents, so that a word which is spelled like that in the text can come first.
_FOLDED = "~"
# What a form other than the one asked for counts, of 1: it is found, and comes after the exact one.
_OTHER_FORM = 0.25
# The same of its stem in another language than the question's, where that is known.
_OTHER_LANGUAGE = 0.25
_CACHED_STEMS = 20_000  # of all languages, some 3 MB
_CACHED_WORDS = 200_000  # of one language; the different words of some 20 MB of prose. Then they are forgotten.

# Characters of Chinese that stand in most texts and so tell none apart; within a pair they are kept.
_STOP_CHARACTERS = frozenset(
    "的了是在和与或及者之其为以于由而也都就但所这那此我你他她它们吗呢吧么啊把被给从对到得地着过上下中有个一不人"
)


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """A word of a question. `alternatives`: terms of the index → weight in (0, 1]; a text has the word if it has any.

    `count`: how often the question has the word.
    """

    alternatives: Mapping[str, float]
    count: int = 1

    @property
    def first(self) -> str:
        """The alternative that stands for the others."""
        return next(iter(self.alternatives))

    def weighted(self, weight: float) -> QuestionTerm:
        """The same word at a weight in (0, 1] of its own."""
        return replace(self, alternatives={term: weight * own for term, own in self.alternatives.items()})

    def is_in(self, terms: Collection[str]) -> bool:
        """True when the terms hold any alternative."""
        return not self.alternatives.keys().isdisjoint(terms)


def weights(question: Sequence[QuestionTerm]) -> dict[str, float]:
    """Return term → weight, as the index takes them."""
    total: Counter[str] = Counter()
    for word in question:
        for term, weight in word.alternatives.items():
            total[term] += word.count * weight  # type: ignore[assignment]
    return dict(total)


def shared(terms: Collection[str], asked: Sequence[QuestionTerm]) -> float:
    """The share of the words asked for that these terms hold, in [0, 1]; each word counts once. 0 when none is."""
    return sum(word.is_in(terms) for word in asked) / len(asked) if asked else 0.0


class Analyzer:
    """Terms of texts and of questions. Safe to use from any thread."""

    def __init__(self) -> None:
        self._terms: dict[str, dict[str, tuple[str, ...]]] = {}
        self._stems: dict[tuple[str, str], str] = {}
        self._local = threading.local()

    def language(self, text: str) -> str:
        """The language of a text, a key of COMMON_WORDS; "" where it does not tell."""
        return language_of(_TOKEN.findall(lowered(normalised(text), "")))

    def spoken(self, text: str) -> str:
        """The language of a text, those without stems as well; "" where it does not tell."""
        return unspaced_language(text) or self.language(text)

    def is_foreign(self, question: str, languages: Collection[str]) -> bool:
        """True where a question is in none of the languages, or in a script that none of them is written in.

        `languages`: as `spoken` gives them; none: not foreign. A question of few words may be a name or a code.
        """
        if asked := self.spoken(question):
            return bool(languages) and asked not in languages
        words = [script for script in map(script_of, _TOKEN.findall(question)) if script]
        is_told = len(words) >= LEAST_FOREIGN_WORDS and len(set(words)) == 1
        return is_told and bool(languages) and not languages_of(words[0], languages)

    def terms(self, text: str, language: str | None = None) -> list[str]:
        """One stem a word, in order, repeated as often as they stand in the text. `language` None: its own."""
        plain = normalised(text)
        if language is None:
            language = self.language(plain)
        return [term for token in self._tokens(plain, language) for term in token if not term.startswith(_FOLDED)]

    def index_terms(self, text: str, language: str) -> list[str]:
        """Terms of a text for the index: those of `terms`, stems without accents, and codes without signs."""
        plain = normalised(text)
        terms = [term for token in self._tokens(plain, language) for term in token]
        lower = plain.lower()
        return [*terms, *(code for _, code in joined_codes(lower)), *dates_in(lower)]

    def question_terms(self, question: str, languages: Collection[str] = ()) -> list[QuestionTerm]:
        """The words of a question, in order, each once. `languages`: of the texts searched, keys of COMMON_WORDS."""
        question = normalised(question)
        languages = sorted(language for language in languages if language in COMMON_WORDS)
        words = _TOKEN.findall(question)
        lower = [lowered(word, "") for word in words]
        own = language_of(lower, {*languages, "english"}, least=1) or language_of(lower)
        groups: dict[tuple[tuple[str, float], ...], int] = {}
        codes = codes_by_word(question.lower())
        for word in words:
            if is_unspaced(word):
                options = [dict.fromkeys([term], 1.0) for term in _characters_and_pairs(word)]
            else:
                options = [self._alternatives(word, own, languages) | codes.get(word.lower(), {})]
            for alternatives in filter(None, options):
                key = tuple(alternatives.items())
                groups[key] = groups.get(key, 0) + 1
        dates = [QuestionTerm(dict.fromkeys(found, 1.0)) for found in [[*dates_in(question.lower())]] if found]
        return [*(QuestionTerm(dict(alternatives), count) for alternatives, count in groups.items()), *dates]

    def _alternatives(self, word: str, own: str, languages: Collection[str]) -> dict[str, float]:
        script = script_of(word)
        if own and lowered(word, own) in COMMON_WORDS[own]:
            return {}
        found: dict[str, float] = {}

        def add(form: str, weight: float) -> None:
            found[form] = max(weight, found.get(form, 0.0))

        for language in dict.fromkeys([own, *languages_of(script, languages), DEFAULTS.get(script, "")]):
            weight = 1.0 if language == own or not own else _OTHER_LANGUAGE
            for n, form in enumerate(self._word(lowered(word, language), language)):
                add(form, weight * (_OTHER_FORM if n else 1.0))
            plain = lowered(word, language)
            if script == "latin" and found:
                stem = self._stem(folded(plain), language)
                add(stem, weight * _OTHER_FORM)
                add(_FOLDED + stem, weight * _OTHER_FORM)
        return found

    def _tokens(self, plain: str, language: str) -> Iterator[tuple[str, ...]]:
        known = self._terms.setdefault(language, {})
        for token in _TOKEN.findall(lowered(plain, language)):
            terms = known.get(token)
            if terms is None:
                terms = self._word(token, language)
                if len(known) >= _CACHED_WORDS:
                    known.clear()
                known[token] = terms
            yield terms

    def _word(self, token: str, language: str) -> tuple[str, ...]:
        """The terms of a word in lower case: its stem, and that of its form without accents if it is another."""
        if is_unspaced(token):
            return tuple(_characters_and_pairs(token))
        script = script_of(token)
        if not languages_of(script, [language] if language else []):
            language = DEFAULTS.get(script, "")
        if token in COMMON_WORDS.get(language, ()):
            return ()
        if script != "latin" or token.isascii():
            stem = folded(self._stem(token, language))
            return (stem,) if stem else ()
        exact, plain = self._stem(token, language), self._stem(folded(token), language)
        return (exact,) if exact == plain else (exact, _FOLDED + plain)

    def _stem(self, word: str, language: str) -> str:
        if language not in STEMMED or not word:
            return word
        known = self._stems.get((word, language))  # a question's words are stemmed in each language, more than once
        if known is None:
            if len(self._stems) >= _CACHED_STEMS:
                self._stems.clear()
            known = self._stems[word, language] = str(self._stemmer(language).stemWord(word)) or word
        return known

    def _stemmer(self, language: str) -> Any:
        """The stemmer of this thread: it keeps the word that it is at."""
        stemmers = self._local.__dict__
        if language not in stemmers:
            import snowballstemmer

            stemmers[language] = snowballstemmer.stemmer(language)
        return stemmers[language]


def is_unspaced(term: str) -> bool:
    """Tell if the term is of a script without spaces: a character or a pair, not a word."""
    return _IS_UNSPACED.match(term) is not None


def is_character(term: str) -> bool:
    """Tell if the term is a single character of such a script."""
    return len(term) == 1 and is_unspaced(term)


def _characters_and_pairs(run: str) -> Iterator[str]:
    """Pairs, as most words have two characters; and single Han characters, each of which means something by itself."""
    if len(run) == 1:
        yield run
        return
    for i in range(len(run) - 1):
        yield run[i : i + 2]
    yield from (c for c in run if _HAN.match(c) and c not in _STOP_CHARACTERS)
