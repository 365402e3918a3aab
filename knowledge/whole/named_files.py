"""Which files a question names: by full name, by stem, by title, or loosely, as `the minutes of May`."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from knowledge.whole.phrases import Period, is_grammar, is_unspaced, take, take_periods, words_of

# A file's name in a question may be misspelt this little (difflib's ratio, 1 the same): `invoces.csv` has 0.96.
_SPELLING = 0.85
_SURE_EVIDENCE = 2  # words of a name, or a word and a month, that no question has by chance
_SURE_CHARACTERS = 3  # the same for a name in a script without spaces
_MOST_MATCHES = 50  # compared with each other
_FILE_NAME = re.compile(r"[^\s\"'“”‘’«»<>|?*/\\]+\.[a-z0-9]{2,8}\b")


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """`sure`: nothing else can be meant. `likely`: a single word of the question is the file's name.

    `in_full`: the sure ones are named as their files are, so that a file is asked for and not only its subject.
    """

    sure: tuple[Path, ...] = ()
    likely: tuple[Path, ...] = ()
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    path: Path
    words: frozenset[str]
    evidence: int
    said_at: int


def named_files(question: str, paths: Sequence[Path], titles: Mapping[Path, Iterable[str]]) -> NamedFiles:
    """The files of `paths` that the question names. `titles`: what else a file is called."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    if whole := _by_full_name(folded, paths):
        return NamedFiles(sure=whole, in_full=True)
    periods, phrase = _asked(question)
    matches = [
        m for path in paths for name in (path.stem, *titles.get(path, ())) if (m := _match(path, name, phrase, periods))
    ]
    best = _without_parts(sorted(matches, key=lambda match: -match.evidence)[:_MOST_MATCHES])
    best.sort(key=lambda match: match.said_at)
    sure = tuple(dict.fromkeys(match.path for match in best if match.evidence >= _SURE_EVIDENCE))
    likely = tuple(dict.fromkeys(match.path for match in best if match.path not in sure))
    return NamedFiles(sure, likely)


def _by_full_name(folded: str, paths: Sequence[Path]) -> tuple[Path, ...]:
    names: dict[str, list[Path]] = {}
    for path in paths:
        names.setdefault(unicodedata.normalize("NFKC", path.name).casefold(), []).append(path)
    said = [name for name in names if name in folded and _stands_alone(name, folded)]
    said = [name for name in said if not any(name != other and name in other for other in said)]
    if not said:
        typed = _FILE_NAME.findall(folded)
        said = [near for name in typed for near in get_close_matches(name, names, n=1, cutoff=_SPELLING)]
    return tuple(path for name in sorted(set(said), key=folded.find) for path in names[name])


def _stands_alone(name: str, folded: str) -> bool:
    at = folded.find(name)
    before, after = folded[at - 1 : at], folded[at + len(name) : at + len(name) + 1]
    apart = not (before.isalnum() or before in ("-", "_")) or is_unspaced(before)
    return apart and (not after.isalnum() or is_unspaced(after))


def _asked(question: str) -> tuple[list[Period], str]:
    periods, rest = take_periods(question)
    return periods, f" {' '.join(words_of(rest))} "


def _match(path: Path, name: str, phrase: str, periods: Sequence[Period]) -> _Match | None:
    """The name's words, all of which the question must have, and its date, which must not be another than asked for."""
    own_periods, rest = take_periods(name)
    telling = [word for word in words_of(rest) if not word.isdecimal() and not is_grammar(word)]
    if not telling or any(take(f" {word} ", phrase) is None for word in telling):
        return None
    dated = any(own.meets(asked) for own in own_periods for asked in periods)
    if own_periods and periods and not dated:
        return None
    evidence = sum(_weight(word) for word in telling) + dated
    words = frozenset({*telling, *(str(period) for period in own_periods if dated)})
    return _Match(path, words, evidence, min(phrase.find(word) for word in telling))


def _weight(word: str) -> int:
    if not is_unspaced(word):
        return 1
    return _SURE_EVIDENCE if len(word) >= _SURE_CHARACTERS else 1


def _without_parts(matches: Sequence[_Match]) -> list[_Match]:
    """Without those whose words are only a part of another's: `刑法` where `刑法修正案` is said."""

    def is_part(one: _Match, other: _Match) -> bool:
        inside = all(any(word in longer for longer in other.words) for word in one.words)
        return inside and one.words != other.words and one.path != other.path

    return [one for one in matches if not any(is_part(one, other) for other in matches)]
