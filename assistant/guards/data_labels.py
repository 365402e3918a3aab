"""Labels: the words before personal data that say what it is, in many languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = 3  # characters between two words of a label, as in `api_key`, `driver's licence`, `T.C. Kimlik`
_ASSIGNS = (":", "=", "#", '"')
_PASSWORDS = ("password", "passwd", "passwort")
_TABLE = Path(__file__).with_name("labels.toml")


@dataclass(frozen=True, slots=True)
class DataLabel:
    """`text[start:end]` says that data of a kind of `labels.toml` follows."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Labels:
    """`phrases`: by first word, the rest of each phrase and its kind, longest first. `unspaced`: kinds by text."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    short: Mapping[str, str]
    unspaced: Mapping[str, str]
    pattern: re.Pattern[str]


def find_labels(text: str) -> Iterator[DataLabel]:
    """The labels in a normalised text, in order by script: those of words, then those of scripts without spaces."""
    labels = _labels()
    words = [(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]
    for at, (word, start, end) in enumerate(words):
        is_key = len(word) > 2 and text[end : end + 1] in _ASSIGNS and word != "pass"  # as in `ssn=…`
        if kind := labels.short.get(word.upper() if is_key else word) or _by_ending(word):
            yield DataLabel(kind, start, end)
        for rest, kind in labels.phrases.get(word.lower(), ()):
            if (phrase_end := _phrase_end(words, at, rest)) is not None:
                yield DataLabel(kind, start, phrase_end)
                break
    if not text.isascii():
        for found in labels.pattern.finditer(text):
            yield DataLabel(labels.unspaced[found[0]], found.start(), found.end())


def _phrase_end(words: list[tuple[str, int, int]], at: int, rest: tuple[str, ...]) -> int | None:
    """The end of the phrase whose words after the first are `rest`; None where others follow."""
    end = words[at][2]
    for step, wanted in enumerate(rest, at + 1):
        if step >= len(words) or words[step][0].lower() != wanted or words[step][1] - end > _BETWEEN:
            return None
        end = words[step][2]
    return end


def _by_ending(word: str) -> str:
    """The kind of a name in code that ends like a label, as `PGPASSWORD`."""
    return "PASSWORD" if len(word) > 9 and word.lower().endswith(_PASSWORDS) else ""


@cache
def _labels() -> _Labels:
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    short: dict[str, str] = {}
    unspaced: dict[str, str] = {}
    for kind, lists in tomllib.loads(_TABLE.read_text("utf-8")).items():
        for phrase in re.split(r"[;\n]", lists["spaced"]):
            if words := phrase.lower().split():
                phrases.setdefault(words[0], []).append((tuple(words[1:]), kind))
        short |= dict.fromkeys(lists["short"].split(), kind)
        unspaced |= dict.fromkeys(lists["unspaced"].split(), kind)
    longest_first = sorted(unspaced, key=len, reverse=True)
    return _Labels(
        {word: tuple(sorted(rest, key=lambda one: -len(one[0]))) for word, rest in phrases.items()},
        short,
        unspaced,
        re.compile("|".join(map(re.escape, longest_first))),
    )
