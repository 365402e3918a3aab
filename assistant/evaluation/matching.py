"""Compare an answer with gold answers, however numbers, cases and marks are written, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from knowledge import split_sentences

# English, Spanish and German articles, as in MLQA's evaluation script (Lewis et al., ACL 2020).
_ARTICLES = frozenset(
    "a an the un una unos unas el la los las ein eine einen eines einer einem der die das dem des den".split()
)
# Thai, Lao, Burmese, Khmer, kana, Hangul (whose particles follow without a space), and Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003134f"
)
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"  # parts of words, which are no letters
_TOKEN = re.compile(
    rf"(?P<number>(?:(?<![\w.)\]])[-−])?\d+(?:[.,]\d+)*)|[{_UNSPACED}]|[^\W\d_](?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])*"
)
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'’٬](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_THOUSANDS_BY_POINTS = re.compile(r"-?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?")
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")
_MARKER = re.compile(r"[\[【]\d{1,3}(?:\s*[,;、，–-]\s*\d{1,3})*[\]】](?![(:])")

# The first sentence of an answer that says that there is none, in the languages that we can read.
_DECLINES = re.compile(
    r"\b(?:files?|passages?|sources?|documents?|context|texts?|notes|pages)\b.{0,60}\b(?:do(?:es)?|did)(?: not|n['’]t)"
    r" (?:\w+ ){0,2}(?:say|state|mention|contain|specify|provide|cover|include|give|answer|hold|explain|tell)"
    r"|\bnothing in (?:your|the) (?:files|passages|sources|documents)\b"
    r"|\bI(?:['’]m| am)? (?:do not|don['’]t|cannot|can['’]t|could not|couldn['’]t|unable|not (?:sure|able|aware))\b"
    r"|\b(?:no|not enough|insufficient) (?:information|answer|mention|passages?)\b"
    r"|\b(?:is|are|was|were) not (?:mentioned|stated|specified|provided|given|covered|answered|found|in (?:the|your))\b"
    r"|\bcannot be (?:determined|answered)\b"
    r"|\b(?:steht|stehen) (?:\w+ ){0,4}nicht\b|\benth[aä]lt(?:en)? (?:\w+ ){0,2}kein|\bweiß (?:ich )?(?:es )?nicht\b"
    r"|\bkeine (?:Angabe|Information|Antwort)"
    r"|\bne (?:disent|dit|mentionne(?:nt)?|contien(?:ne)?n?t|précise(?:nt)?|sais) (?:pas|rien)|\baucune information\b"
    r"|\bno (?:dicen?|mencionan?|contienen?|especifican?|hay información|lo sé)\b"
    r"|не (?:сказано|указано|упомина|содержи?т|содержат|говорит|знаю)|нет (?:информации|ответа)"
    r"|belirtilmem|yer almıyor|bilgi (?:yok|bulunm)|bilmiyorum"
    r"|没有(?:提到|提及|说明|回答|答案|相关)|未(?:提到|提及|说明)|无法(?:回答|确定)|不知道",
    re.IGNORECASE,
)


def tokens(text: str) -> tuple[str, ...]:
    """Words without case, punctuation and articles, numbers by their value, characters in scripts without spaces.

    1,080 is a thousand and eighty, as is 1'080; 1.080 and 1,08 are a little more than one. Words for numbers stay
    words. A text of articles alone keeps them.
    """
    plain = unicodedata.normalize("NFKC", _BETWEEN_THOUSANDS.sub("", text)).casefold().replace("٫", ".")
    found = [_value(match[0]) if match["number"] else match[0] for match in _TOKEN.finditer(plain)]
    return tuple(token for token in found if token not in _ARTICLES) or tuple(found)


def without_markers(answer: str) -> str:
    """The answer without the numbers of its citations."""
    return _MARKER.sub("", answer)


def holds(text: str, accepted: Sequence[str]) -> bool:
    """True where one of the accepted answers stands in the text, token for token."""
    given = tokens(text)
    return any(_stands_in(tokens(gold), given) for gold in accepted)


def token_f1(text: str, accepted: Sequence[str]) -> float:
    """The F1 of shared tokens (SQuAD, Rajpurkar et al., 2016) of the likest part, from 0 to 1; higher is better.

    A part is the whole text or one of its sentences, as an answer may go on after it has answered. The best of the
    accepted answers counts.
    """
    sentences = [text[sentence.start : sentence.end] for sentence in split_sentences(text)]
    parts = [Counter(tokens(part)) for part in (text, *sentences)]
    return max((_f1(Counter(tokens(gold)), part) for gold in accepted for part in parts), default=0.0)


def declines(answer: str) -> bool:
    """True where the first sentence says that there is no answer; by phrases, in seven languages."""
    sentences = split_sentences(answer)
    return bool(sentences) and bool(_DECLINES.search(answer[sentences[0].start : sentences[0].end]))


def _value(number: str) -> str:
    number = number.replace("−", "-")
    if _THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    elif _THOUSANDS_BY_POINTS.fullmatch(number):
        number = number.replace(".", "")
    if not _PLAIN.fullmatch(number):
        return number  # a date or a version
    return f"{Decimal(number.replace(',', '.')).normalize():f}"


def _stands_in(gold: Sequence[str], given: Sequence[str]) -> bool:
    ends = range(len(gold), len(given) + 1)
    return bool(gold) and any(given[end - len(gold) : end] == gold for end in ends)


def _f1(gold: Counter[str], given: Counter[str]) -> float:
    shared = (gold & given).total()
    return 2 * shared / (gold.total() + given.total()) if shared else 0.0
