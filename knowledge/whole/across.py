"""Questions about many files at once: open tasks, files that mention something, how often a word occurs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from knowledge.document import Span
from knowledge.library import Library
from knowledge.search.framing import Topic
from knowledge.terms.analyzer import Analyzer
from knowledge.whole.outline_facts import line_matches, read_tasks, tasks_asked
from knowledge.whole.tables import Fact, Spans
from knowledge.whole.words.phrases import is_unspaced, words_of
from knowledge.whole.words.words import language_data

_MOST_FILES = 3_000  # that are read for one question
_MOST_CHARACTERS = 30_000_000  # of all of them, which take some seconds
_MOST_SHOWN = 20  # files whose lines are shown
_MOST_TOPIC_WORDS = 4
_LETTERS_BEYOND_STEM = 5  # of a form of a word: fees, payment
_ANALYZER = Analyzer()
_QUOTED = re.compile(r"[\"“”„«»「」『』‘’]([^\"“”„«»「」『』‘’]{1,60})[\"“”„«»「」『』‘’]")


@dataclass(frozen=True, slots=True)
class AcrossQuestion:
    """`topic`: what files are to mention, or the word that is counted. `state`: of tasks: open, done, or "" for all."""

    kind: Literal["tasks", "mention", "occurrence"]
    topic: str = ""
    state: str = ""
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Across:
    """The first files that hold what was asked for, each with its fact, and what all of them come to."""

    facts: tuple[tuple[Path, Fact], ...]
    total: str


def across_question(question: str) -> AcrossQuestion | None:
    """Return what a question asks of many files; None for any other question."""
    line = " ".join(unicodedata.normalize("NFKC", question).split())
    for found in _matches("occurrence", line):
        return AcrossQuestion("occurrence", _bare(found["x"]))
    for found in _matches("mention", line):
        topic = _bare(Topic.of(found["x"]).judged)
        if topic and len(topic.split()) <= _MOST_TOPIC_WORDS:
            return AcrossQuestion("mention", topic, lists=True)
    if asked := tasks_asked(line):
        return AcrossQuestion("tasks", state=asked.state, lists=asked.lists)
    return None


def _matches(kind: str, line: str) -> Iterator[re.Match[str]]:
    for pattern in _patterns(kind):
        if found := pattern.search(line):
            yield found


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each, re.IGNORECASE) for data in language_data() for each in data.get(kind, ()))


def _bare(text: str) -> str:
    quoted = _QUOTED.search(text)
    return (quoted[1] if quoted else text).strip(" \t?？.。!！,;:：\"“”„«»「」『』‘’'")


def read_across(library: Library, asked: AcrossQuestion, paths: Sequence[Path]) -> Across | None:
    """Read the files; None where there is nothing of the kind in them, or where they are too many to read."""
    if len(paths) > _MOST_FILES:
        return None
    facts, count, held, left = list[tuple[Path, Fact]](), 0, 0, _MOST_CHARACTERS
    for path in sorted(paths):
        text = library.document_text(path)
        left -= len(text)
        if left < 0:
            return None
        if (fact := _fact(asked, text)) and len(fact.items):
            count, held = count + len(fact.items), held + 1
            if len(facts) < _MOST_SHOWN:
                facts.append((path, fact))
    return Across(tuple(facts), _total(asked, count, held, len(paths))) if held else None


def _total(asked: AcrossQuestion, count: int, held: int, of: int) -> str:
    files = f"{held:,} of {of:,} files" if of != 1 else "1 file"
    match asked.kind:
        case "tasks":
            return f"{count:,} {asked.state + ' ' if asked.state else ''}task{'s' if count != 1 else ''} in {files}"
        case "mention":
            return f"{files} mention “{asked.topic}”"
        case _:
            return f"“{asked.topic}” occurs {count:,} times in {files}"


def _fact(asked: AcrossQuestion, text: str) -> Fact | None:
    whole = (0, len(text))
    if asked.kind == "tasks":
        tasks = read_tasks(text, whole)
        return Fact(tasks.words, whole, tasks.of(asked.state), answers=True, listed=True) if tasks.all else None
    spans = Spans(_occurrences(asked, text))
    if asked.kind == "occurrence":
        return Fact(f"{len(spans):,} times “{asked.topic}”", whole, spans, answers=True)
    lines = Spans(dict.fromkeys(_line_of(text, span) for span in spans))
    words = f"“{asked.topic}” in {len(lines):,} line{'s' if len(lines) != 1 else ''}"
    return Fact(words, whole, lines, answers=True, listed=True)


def _occurrences(asked: AcrossQuestion, text: str) -> Iterator[Span]:
    """Where the word stands in the text: as it is written, or for `mention` in any of its forms."""
    words = asked.topic.split()
    exact = asked.kind == "occurrence"
    stems = [_stem(word.casefold()) for word in words]
    begin = [
        re.escape(word if exact or len(stem) < 3 else _common(stem, word.casefold()))
        for stem, word in zip(stems, words, strict=True)
    ]
    end = "" if exact else rf"[^\W_]{{0,{_LETTERS_BEYOND_STEM}}}"
    unspaced = is_unspaced(words[0]) or "가" <= words[0][0] <= "힣"
    body = r"[\s\W]{1,3}".join(f"({one}{'' if unspaced else end})" for one in begin)
    rule = re.compile(body if unspaced else rf"(?<![^\W_]){body}(?![^\W_])", re.IGNORECASE)
    for found in line_matches(rule, text, (0, len(text))):
        if exact or unspaced or [_stem(word.casefold()) for word in found.groups()] == stems:
            yield found.span()


def _common(stem: str, word: str) -> str:
    """The letters that a word and its stem begin with."""
    at = next((n for n, (a, b) in enumerate(zip(stem, word, strict=False)) if a != b), min(len(stem), len(word)))
    return word[:at]


@lru_cache(10_000)
def _stem(word: str) -> str:
    plain = words_of(word)
    terms = _ANALYZER.terms(plain[0]) if plain and not is_unspaced(word) else []
    return terms[0] if len(terms) == 1 else word


def _line_of(text: str, span: Span) -> Span:
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end
