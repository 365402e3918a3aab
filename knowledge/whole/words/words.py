"""The words of questions about whole documents, in eight languages, read from `words/*.toml`.

What is recognised in a question is replaced by a mark, a character of Unicode's private use area, so that neighbours
stay neighbours: `per ⟨column 2⟩`, `not ⟨value 0⟩`. A question is understood when nothing but marks is left of it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.whole.words.phrases import words_of

# Where the words of two languages leave as little of a question, the first is taken.
_LANGUAGES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "ko": "",
    "zh": "",
    "ja": "",
}
_UNSPACED = ("ko", "zh", "ja")  # words are looked for inside longer ones: Korean particles stand at the words' ends
_FOLDER = Path(__file__).parent

COLUMN, VALUE, DATE, AMOUNT, BOUND, NOUN = (chr(0xE000 + 0x100 * n) for n in range(6))
MARKS_OF_A_KIND = 0x100
ANY_MARK = "\ue000-\uf0ff"
# What asks for an operation, in the order in which it is looked for.
_CUES = """share count median average cheap dear oldest youngest minimum maximum latest earliest most top sum different
    how_much spent who which list per per_after month year quarter not_after not or""".split()
_SUPERLATIVES = ("cheap", "dear", "oldest", "youngest", "minimum", "maximum", "latest", "earliest", "most")
CUE = {name: chr(0xE800 + n) for n, name in enumerate(_CUES)}
_BOUNDS = {"at_least": "≥", "at_most": "≤", "over": ">", "under": "<", "between": ".."}
_RANGES = ("during", "before", "after", "since", "until")
# From two on; "one" is a pronoun in most of them.
_COUNTED = re.compile("(?<=[的前高大多低小少长])[两二三四五六七八九十](?=[笔个名位大条家])")  # the three highest
_NUMBER_WORDS = {
    "en": "two three four five six seven eight nine ten",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn",
    "fr": "deux trois quatre cinq six sept huit neuf dix",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez",
    "it": "due tre quattro cinque sei sette otto nove dieci",
}


def mark(kind: str, number: int) -> str:
    """The mark of the number-th thing of a kind."""
    return chr(ord(kind) + number % MARKS_OF_A_KIND)


def number_of_mark(sign: str) -> int:
    """The number of a mark within its kind."""
    return ord(sign) % MARKS_OF_A_KIND


def any_of(kind: str) -> str:
    """A pattern for any mark of a kind, captured."""
    return f"([{kind}-{chr(ord(kind) + MARKS_OF_A_KIND - 1)}])"


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a language. `point`: its decimal mark. `language`: its name for the analyzer, "" for none."""

    code: str
    language: str
    point: str
    cues: Mapping[str, re.Pattern[str]]
    bounds: tuple[tuple[str, re.Pattern[str]], ...]
    ranges: tuple[tuple[str, re.Pattern[str]], ...]
    rows: re.Pattern[str]
    small: re.Pattern[str]
    small_words: frozenset[str]
    yes_no: re.Pattern[str]
    un: tuple[str, ...]

    @property
    def is_unspaced(self) -> bool:
        """True for a language whose words are looked for inside longer ones."""
        return self.code in _UNSPACED

    def marked(self, text: str) -> str:
        """The text with the mark of each cue in the place of its words."""
        for name, pattern in self.cues.items():
            text = re.sub(" {2,}", " ", text)
            text = pattern.sub(lambda found, name=name: _cue_mark(name, found), text)  # type: ignore[misc]
        return text

    def with_digits(self, text: str) -> str:
        """The text with the small numbers that are words as digits: top three."""
        if self.code == "zh":
            return _COUNTED.sub(
                lambda found: str("〇一二三四五六七八九十".find(found.group().replace("两", "二"))), text
            )
        named = _NUMBER_WORDS.get(self.code, "").split()
        if not named:
            return text
        rule = rf"(?<![^\W_])(?:{'|'.join(named)})(?![^\W_])"
        return re.sub(rule, lambda found: str(named.index(found.group()) + 2), text)

    def marked_rows(self, text: str) -> str:
        """The text with a mark for what rows are called in general, where each of them is asked for: per entry."""
        return self.rows.sub(mark(NOUN, 0), text)

    def without_small(self, text: str) -> str:
        """The text without the words that add nothing to it."""
        return self.small.sub(" ", text)


def _cue_mark(name: str, found: re.Match[str]) -> str:
    """The mark of a cue, and that of the number in it."""
    return f" {CUE[name]}{''.join(filter(None, found.groups()))} "


@cache
def language_data() -> tuple[Mapping[str, Any], ...]:
    """What the files say, one for each language."""
    # As `casefold` writes what they are compared with.
    texts = ((_FOLDER / f"{code}.toml").read_text("utf-8").replace("ß", "ss") for code in _LANGUAGES)
    return tuple(map(tomllib.loads, texts))


def pattern_of(key: str) -> re.Pattern[str]:
    """One pattern for the words that every language has under a key."""
    by_language = tuple(zip(_LANGUAGES, language_data(), strict=True))
    inside = [word for code, data in by_language if code in _UNSPACED for word in data[key]]
    apart = [word for code, data in by_language if code not in _UNSPACED for word in data[key]]
    return re.compile(f"{_compiled(apart, False).pattern}|{_compiled(inside, True).pattern}", re.IGNORECASE)


@cache
def languages() -> tuple[Words, ...]:
    """The words of every language."""
    return tuple(_read(code, data) for code, data in zip(_LANGUAGES, language_data(), strict=True))


@cache
def words_for(question: str) -> Words:
    """The words of the language that a question, in lower case, is asked in: those that leave least of it."""
    plain = re.sub(r"\d[\d.,]*", mark(AMOUNT, 0), question)

    def left(words: Words) -> int:
        rest = plain
        for _, pattern in words.bounds:
            rest = pattern.sub(" ", rest)
        rest = words.without_small(words.marked(rest))
        return len(re.sub(rf"[\W_{ANY_MARK}]", "", rest))

    return min(languages(), key=left)


_COMPUTES = (*_SUPERLATIVES, "top", "share", "median", "average", "sum", "how_much", "spent", "per", "per_after")


def asks_to_compute(question: str, cues: Iterable[str] = _COMPUTES) -> bool:
    """True for a question with a word of a computation in it, in the language that it is asked in."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    words = words_for(folded)
    marked = words.marked(re.sub(r"\d+", mark(AMOUNT, 0), words.with_digits(folded)))
    return any(CUE[name] in marked for name in cues)


def has_bound(question: str) -> bool:
    """True for a question with a number that something is over, under or at: over 1,000 €."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    words = words_for(folded)
    text = re.sub(r"[€$£¥₩]? ?\d[\d.,]*", mark(AMOUNT, 0), words.with_digits(folded))
    return any(pattern.search(text) for _, pattern in words.bounds)


def _read(code: str, found: Mapping[str, Any]) -> Words:
    inside = code in _UNSPACED
    small = [*found["small"].split(), *found["rows"].split()]
    kinds = {name: _compiled(found[name], inside or name in ("count", "list")) for name in _CUES if found.get(name)}
    return Words(
        code=code,
        language=_LANGUAGES[code],
        point="," if found["thousands"] in ". " else ".",
        cues=kinds,
        bounds=tuple((sign, _compiled(found[name], inside)) for name, sign in _BOUNDS.items()),
        ranges=tuple((name, _compiled(found[name], inside)) for name in _RANGES),
        rows=re.compile(rf"(?<={CUE['per']} )(?: *)(?:{'|'.join(found['rows'].split())})(?![^\W_])"),
        small=_small(small, inside),
        small_words=frozenset(small),
        yes_no=_compiled(found["yes_no"], inside=True),
        un=tuple(found["un"]),
    )


def _compiled(patterns: Iterable[str], inside: bool) -> re.Pattern[str]:
    """One pattern for all; {n}, {p} and {c} are the marks of an amount, a date and a column, {sup} of a superlative."""
    superlative = f"[{''.join(CUE[name] for name in _SUPERLATIVES)}]"
    filled = (
        each.replace("{n}", any_of(AMOUNT))
        .replace("{p}", any_of(DATE))
        .replace("{sup}", superlative)
        .replace("{c}", any_of(COLUMN))
        for each in patterns
    )
    alternatives = "|".join(sorted((f"(?:{each})" for each in filled), key=len, reverse=True))
    return re.compile(alternatives if inside else rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", re.IGNORECASE)


def _small(words: Iterable[str], inside: bool) -> re.Pattern[str]:
    longest = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    if inside:
        return re.compile(longest)
    return re.compile(rf"(?<![^\W_])(?:{longest})(?![^\W_])")


@cache
def total_labels() -> frozenset[str]:
    """The labels of rows that add up others, folded."""
    return frozenset(tomllib.loads((_FOLDER / "totals.toml").read_text("utf-8"))["labels"])


@cache
def _groups(file: str) -> Mapping[str, str]:
    """Word → the group that it is in."""
    found = tomllib.loads((_FOLDER / file).read_text("utf-8"))
    return {word: name for name, words in found.items() for each in words.split() for word in words_of(each)}


def noun_group(word: str) -> str:
    """The group of a folded word that names a column, as `amount`; "" for any other."""
    return _groups("nouns.toml").get(word, "")


def row_group(word: str) -> str:
    """The group of a folded word that names what a row is, as `invoice`; "" for any other."""
    return _groups("rows.toml").get(word, "")


@cache
def _verb_groups() -> Mapping[str, frozenset[str]]:
    found = tomllib.loads((_FOLDER / "verbs.toml").read_text("utf-8"))
    groups: dict[str, set[str]] = {}
    for name, words in found.items():
        for word in words.split():
            groups.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in groups.items()}


def verb_groups(word: str) -> frozenset[str]:
    """The groups of rows and columns to which a word in lower case adds nothing, as `read` to books."""
    return _verb_groups().get(word, frozenset())


def verbs_of(groups: Iterable[str]) -> Iterator[str]:
    """Yield the words that add nothing to one of these groups."""
    wanted = set(groups)
    yield from (word for word, own in _verb_groups().items() if own & wanted)


def nouns_of(groups: Iterable[str], file: str = "nouns.toml") -> Iterator[tuple[str, str]]:
    """Yield the words of these groups, with their group."""
    wanted = set(groups)
    for word, group in _groups(file).items():
        if group in wanted:
            yield word, group
