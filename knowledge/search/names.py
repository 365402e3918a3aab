"""Finds the files that a question names: names are part of no chunk, so that a rename writes no vector."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from knowledge.index.entry import Restriction
from knowledge.ledger.ledger import Ledger
from knowledge.terms.analyzer import Analyzer
from knowledge.terms.dates import dates_in, is_date

# The certainty of a name that is spelled out with its ending, given by several words, or by one, perhaps by chance.
SPELLED_OUT, SEVERAL_WORDS, ONE_WORD = 1.0, 0.4, 0.08
# A name of more files than this, as README, identifies none of them.
MAX_FILES_PER_NAME = 50
MIN_SINGLE_WORD_CHARS = 4
# While many files are being indexed their names change all the time: reading them again may take a fiftieth of it.
MANY_FILES = 10_000
REST_PER_READING = 50

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class _Name:
    folder_id: int
    spelled: str
    terms: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """The terms without numbers, which a question may omit: dates, versions."""
        return frozenset(term for term in self.terms if not term.isdecimal())


@dataclass(slots=True)
class _Names:
    """All names in one state of the ledger. `by_rarest`: files by their term that the fewest names have."""

    state: Hashable = None
    read_at_s: float = 0.0
    took_s: float = 0.0
    by_file: dict[int, _Name] = field(default_factory=dict)
    by_rarest: Mapping[str, list[int]] = field(default_factory=dict)
    by_spelling: Mapping[str, list[int]] = field(default_factory=dict)


class FileNames:
    """The names of the ledger's files. Safe to use from any thread."""

    def __init__(self, ledger: Ledger, analyzer: Analyzer) -> None:
        self._ledger, self._analyzer = ledger, analyzer
        self._names = _Names()

    def named(self, question: str, within: Restriction, state: Hashable) -> dict[int, float]:
        """Return file id → certainty that the question names it, in (0, 1]. `state`: the ledger's."""
        names = self._names
        is_rested = time.monotonic() - names.read_at_s >= REST_PER_READING * names.took_s
        if names.state != state and (is_rested or len(names.by_file) < MANY_FILES):
            self._names = names = self._read(state, names.by_file)
        asked = _name_terms(self._analyzer, question)
        spelled = _spelled(question) & names.by_spelling.keys()
        found = {i: SPELLED_OUT for word in spelled for i in names.by_spelling[word]}
        for term in asked & names.by_rarest.keys():
            for i in names.by_rarest[term]:
                if i not in found and (score := _score(names.by_file[i], asked)):
                    found[i] = score
        if within.file_ids is not None:
            return {i: score for i, score in found.items() if i in within.file_ids}
        return {i: score for i, score in found.items() if names.by_file[i].folder_id in within.folder_ids}

    def _read(self, state: Hashable, before: Mapping[int, _Name]) -> _Names:
        started = time.monotonic()
        names: dict[int, _Name] = {}
        for row in self._ledger.read("SELECT id, folder_id, path FROM files WHERE status = 'indexed'"):
            path = PurePath(row["path"])
            known, spelled = before.get(row["id"]), path.name.lower()
            same = known is not None and known.spelled == spelled
            terms = known.terms if known and same else _name_terms(self._analyzer, path.stem)
            names[row["id"]] = _Name(row["folder_id"], spelled, terms)
        count = Counter(term for name in names.values() for term in name.words)
        rarest = ((min(name.words, key=lambda term: count[term]), i) for i, name in names.items() if name.words)
        by_rarest, by_spelling = _grouped(rarest), _grouped((name.spelled, i) for i, name in names.items())
        ended = time.monotonic()
        return _Names(state, ended, ended - started, names, by_rarest, by_spelling)


class Naming:
    """The names that a question mentions, whether or not such files are indexed."""

    def __init__(self, analyzer: Analyzer, question: str) -> None:
        self._analyzer = analyzer
        self._asked = _name_terms(analyzer, question)
        self._spelled = _spelled(question)

    def names(self, path: PurePath) -> bool:
        """True for a file that the question names."""
        name = path.name.lower()
        return name in self._spelled or _score(_Name(0, name, _name_terms(self._analyzer, path.stem)), self._asked) > 0


def _name_terms(analyzer: Analyzer, name: str) -> frozenset[str]:
    """Stems by script alone, as a name is too short to tell its language; and dates."""
    return frozenset((*analyzer.terms(_spaced(name), ""), *dates_in(name.lower())))


def _spelled(question: str) -> set[str]:
    return {word.strip("\"'“”‘’`()[]?!,;:") for word in question.lower().split()}


def _score(name: _Name, asked: frozenset[str]) -> float:
    words = name.words
    if not words or not words <= asked:
        return 0.0
    if len(words) == 1 and len(next(iter(words))) < MIN_SINGLE_WORD_CHARS:
        return 0.0
    if any(map(is_date, words)):
        return SPELLED_OUT
    certainty = SEVERAL_WORDS if len(words) > 1 else ONE_WORD
    numbers = name.terms - words
    return certainty * (1.0 if numbers <= asked else 0.75)


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: values for key, values in groups.items() if len(values) <= MAX_FILES_PER_NAME}


def _spaced(text: str) -> str:
    """Return `MeetingNotes2` as `Meeting Notes 2`."""
    return _HUMP.sub(" ", text)
