"""Tells a question's topic from its framing: question words, politeness, "what do my files say about"."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.terms.languages import MARKS

_LETTER = rf"(?:[^\W_]|[{MARKS}])"
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_FEWEST_FILE_WORDS = 2  # "When does the library close?" has one, which is its topic; "which file says" has two


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with spaces in place of its framing, or as it is where nothing else stands in it.

    `searched`: what keyword search looks for, names of files and verbs of saying left out only where the question is
    surely about the person's files. `judged`: without any of them; an answer need not say them.
    """

    searched: str
    judged: str

    @classmethod
    def of(cls, question: str) -> Topic:
        """Split a question in any of the languages of `framing.toml`."""
        folded = unicodedata.normalize("NFKC", question)
        spans = [(match.span(), match.group().lower().replace("’", "'")) for match in _WORD.finditer(folded)]
        asking, files, is_own = _framing([word for _, word in spans])
        is_about_files = len(files) >= _FEWEST_FILE_WORDS or (is_own and bool(files))
        searched = _phrases().sub(
            lambda match: " " * len(match.group()), _blanked(folded, [s for s, w in spans if w in asking])
        )
        judged = _blanked(searched, [s for s, w in spans if w in files])
        searched = judged if is_about_files else searched
        return cls(searched if _WORD.search(searched) else folded, judged if _WORD.search(judged) else folded)


def _framing(words: Sequence[str]) -> tuple[frozenset[str], frozenset[str], bool]:
    """Return the words that ask, those of files, and True where the question is about one's own files.

    By the languages with the most of these words, as a question is often too short for any other sign.
    """
    found = {language: len(framing.all.intersection(words)) for language, framing in _languages().items()}
    most = max(found.values())
    likely = [_languages()[language] for language, count in found.items() if count == most > 0]
    asking = frozenset[str]().union(*(framing.own | framing.asking for framing in likely))
    files = frozenset[str]().union(*(framing.files for framing in likely)).intersection(words) - asking
    return asking, files, any(framing.own.intersection(words) for framing in likely)


@dataclass(frozen=True, slots=True)
class _Framing:
    own: frozenset[str]
    asking: frozenset[str]
    files: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.own | self.asking | self.files


@cache
def _languages() -> dict[str, _Framing]:
    kinds = ("own", "asking", "files")
    return {
        language: _Framing(*(frozenset(table.get(kind, "").split()) for kind in kinds))
        for language, table in _tables().items()
    }


@cache
def _phrases() -> re.Pattern[str]:
    phrases = (phrase for table in _tables().values() for phrase in table.get("phrases", ()))
    return re.compile("|".join(phrases))  # those of a language stand in its table longest first


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(unicodedata.normalize("NFKC", Path(__file__).with_name("framing.toml").read_text("utf-8")))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)
