"""Words of a question and of a name made comparable, whatever their case, number or script."""

import re
import unicodedata

_UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


def words_of(text: str) -> list[str]:
    """Folded words in order, an English plural as its singular; a run of Chinese or Japanese is one word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [_singular(match.group()) for match in _WORD.finditer(folded)]


def phrase_of(text: str) -> str:
    """The words with a space before, between and after: a phrase occurs in another where one contains the other."""
    return f" {' '.join(words_of(text))} "


def is_unspaced(word: str) -> bool:
    """Whether a word is written in a script without spaces."""
    return bool(_IS_UNSPACED.match(word))


def take(phrase: str, out_of: str) -> str | None:
    """`out_of` with every occurrence of `phrase` (both from `phrase_of`) blanked; None where it does not occur.

    A phrase without spaces of its own script is looked for inside longer runs.
    """
    wanted = phrase.strip() if is_unspaced(phrase.strip()[:1]) else phrase
    if not wanted.strip() or wanted not in out_of:
        return None
    return out_of.replace(wanted, "  ")


def _singular(word: str) -> str:
    if not word.isascii() or len(word) <= 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
