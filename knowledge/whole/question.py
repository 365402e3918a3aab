"""Interprets a question about whole documents: what it wants of them, and which files it names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.whole.words.periods import Period, extract_periods
from knowledge.whole.words.phrases import is_function_word, is_unspaced, phrase_of, remove_phrase, words_of
from knowledge.whole.words.words import asks_to_compute

IntentKind = Literal["count", "list", "compare", "summarise", "compute"]
_PRECEDENCE: tuple[IntentKind, ...] = ("count", "compare", "summarise", "list")
_LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "zh",
    "ja",
    "ko",
)  # where the cues of two match at one place, the first wins
_QUALIFIERS = r"^\s*(?:more |other |total |square |cubic |million |billion )*"


@dataclass(frozen=True, slots=True)
class Intent:
    """`rest`: the question without its cue."""

    kind: IntentKind
    rest: str


def whole_intent(question: str) -> Intent | None:
    """Return the kind of a question about a whole document; None for one that a few passages can answer.

    The first kind that matches decides, in the order count, compare, summarise, list; then `compute`, for one with a
    word of a computation in it: total, highest, who. A quantity that is measured, as in `how many years`, is not
    counted.
    """
    rules, measures = _rules()
    line = " ".join(question.split())
    for kind, rule in rules.items():
        if match := rule.search(line):
            rest = f"{line[: match.start()]} {line[match.end() :]}".strip()
            if kind == "count" and measures.match(line[match.end() :]):
                break
            return Intent(kind, rest)
    return Intent("compute", line) if asks_to_compute(line) else None


@cache
def _rules() -> tuple[dict[IntentKind, re.Pattern[str]], re.Pattern[str]]:
    """Compile the rule of each kind, and the rule of measured units."""
    folder = Path(__file__).parent / "words"
    cues = [tomllib.loads((folder / f"{language}.toml").read_text("utf-8")) for language in _LANGUAGES]

    def pattern(key: str) -> str:
        return "|".join(cue for language in cues for cue in language[key])

    rules = {kind: re.compile(pattern(kind), re.IGNORECASE) for kind in _PRECEDENCE}
    return rules, re.compile(rf"{_QUALIFIERS}(?:{pattern('measures')})\b", re.IGNORECASE)


# A file's name in a question may be misspelt this little (difflib's ratio, 1 the same): `invoces.csv` has 0.96.
_SPELLING = 0.85
_SURE_EVIDENCE = 2  # words of a name, or a word and a month, that no question has by chance
_SURE_CHARACTERS = 3  # the same for a name in a script without spaces
_MOST_MATCHES = 50  # compared with each other
_FILE_NAME = re.compile(r"(?<![^\s\"'“”‘’«»<>|?*/\\])[^\s\"'“”‘’«»<>|?*/\\]+\.[a-z0-9]{2,8}\b")


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """`sure`: certainly named. `likely`: a single word of the question is the file's name.

    `in_full`: the sure ones are named with their ending, so that a file is meant and not only its subject.
    """

    sure: tuple[Path, ...] = ()
    likely: tuple[Path, ...] = ()
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    path: Path
    words: frozenset[str]
    evidence: int
    mentioned_at: int


def named_files(question: str, paths: Sequence[Path], titles: Mapping[Path, Iterable[str]]) -> NamedFiles:
    """Return the files of `paths` that the question names. `titles`: other names of a file."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    if full := _by_full_name(folded, paths):
        return NamedFiles(sure=full, in_full=True)
    periods, rest = extract_periods(question)
    phrase = phrase_of(rest)
    matches = [
        m for path in paths for name in (path.stem, *titles.get(path, ())) if (m := _match(path, name, phrase, periods))
    ]
    best = _without_parts(sorted(matches, key=lambda match: -match.evidence)[:_MOST_MATCHES])
    best.sort(key=lambda match: match.mentioned_at)
    sure = tuple(dict.fromkeys(match.path for match in best if match.evidence >= _SURE_EVIDENCE))
    likely = tuple(dict.fromkeys(match.path for match in best if match.path not in sure))
    return NamedFiles(sure, likely)


def _by_full_name(folded: str, paths: Sequence[Path]) -> tuple[Path, ...]:
    names: dict[str, list[Path]] = {}
    for path in paths:
        names.setdefault(unicodedata.normalize("NFKC", path.name).casefold(), []).append(path)
    named = [name for name in names if name in folded and _stands_alone(name, folded)]
    named = [name for name in named if not any(name != other and name in other for other in named)]
    if not named:
        typed = _FILE_NAME.findall(folded)
        named = [near for name in typed for near in get_close_matches(name, names, n=1, cutoff=_SPELLING)]
    return tuple(path for name in sorted(set(named), key=folded.find) for path in names[name])


def _stands_alone(name: str, folded: str) -> bool:
    at = folded.find(name)
    before, after = folded[at - 1 : at], folded[at + len(name) : at + len(name) + 1]
    apart = not (before.isalnum() or before in ("-", "_")) or is_unspaced(before)
    return apart and (not after.isalnum() or is_unspaced(after))


def _match(path: Path, name: str, phrase: str, periods: Sequence[Period]) -> _Match | None:
    """Match a name, all of whose words must be in the question, and whose date must not differ from the question's."""
    own_periods, rest = extract_periods(name)
    telling = [word for word in words_of(rest) if not word.isdecimal() and not is_function_word(word)]
    if not telling or any(remove_phrase(f" {word} ", phrase) is None for word in telling):
        return None
    dated = any(own.overlaps(asked) for own in own_periods for asked in periods)
    if own_periods and periods and not dated:
        return None
    long = sum(is_unspaced(word) and len(word) >= _SURE_CHARACTERS for word in telling)
    evidence = len(telling) + (_SURE_EVIDENCE - 1) * long + dated
    words = frozenset({*telling, *(str(period) for period in own_periods if dated)})
    return _Match(path, words, evidence, min(phrase.find(word) for word in telling))


def _without_parts(matches: Sequence[_Match]) -> list[_Match]:
    """Drop matches whose words are only a part of another's: `刑法` where `刑法修正案` is named."""

    def is_part(one: _Match, other: _Match) -> bool:
        inside = all(any(word in longer for longer in other.words) for word in one.words)
        return inside and one.words != other.words and one.path != other.path

    return [one for one in matches if not any(is_part(one, other) for other in matches)]
