"""Compares the words of questions and names, whatever their case, number or script."""

from __future__ import annotations

import re
import unicodedata

UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{UNSPACED}]+|(?:(?![{UNSPACED}])[^\W_])+")
_SPACED_LETTER = rf"(?![{UNSPACED}가-힣])[^\W_]"
_ISUNSPACED = re.compile(rf"[{UNSPACED}]")


def words_of(text: str) -> list[str]:
    """Return the folded words in order, an English plural as its singular; a run of Chinese or Japanese is one word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [_singular(match.group()) for match in _WORD.finditer(folded)]


def phrase_of(text: str) -> str:
    """Join the words by spaces, with one at each end, so that a phrase occurs in another as a substring."""
    return f" {' '.join(words_of(text))} "


def is_unspaced(word: str) -> bool:
    """True for a word in a script without spaces."""
    return bool(_ISUNSPACED.match(word))


def is_hangul(word: str) -> bool:
    """True for a word that begins in Hangul."""
    return "가" <= word[0] <= "힣"


def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """A pattern for the words of a phrase, in any number, with any signs between them."""
    parts = phrase.split()
    plural = [f"{re.escape(p[:-1])}(?:y|ies)" if p.endswith("y") and p.isascii() else re.escape(p) for p in parts]
    forms = [
        f"{one}(?:e?s)?" if part.isascii() and part.isalpha() else one for one, part in zip(plural, parts, strict=True)
    ]
    body = r"[\W_]{1,3}".join(forms)
    before = "" if is_unspaced(parts[0]) else f"(?<!{_SPACED_LETTER})"
    after = "" if is_unspaced(parts[-1]) or is_hangul(parts[-1]) else f"(?!{_SPACED_LETTER})"
    return re.compile(f"{before}{body}{after}")


def remove_phrase(phrase: str, out_of: str) -> str | None:
    """Blank every occurrence of `phrase` in `out_of`, both from `phrase_of`; None where it does not occur.

    A phrase in a script without spaces is looked for inside longer runs.
    """
    wanted = phrase.strip() if is_unspaced(phrase.strip()[:1]) else phrase
    if not wanted.strip() or wanted not in out_of:
        return None
    return out_of.replace(wanted, "  ")


def _singular(word: str) -> str:
    if not word.isascii() or len(word) <= 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]


_FUNCTION = """
a an the of in on at for from with by to and or is are was were be been am has have had having do does did there this
that these those which what who whose it its they them me my our your i we you please all every each any total
altogether exist contain contained listed found show give tell id
der die das des dem den ein eine einer eines einem einen und oder ist sind war waren hat haben gibt es im am an auf
aus von vom zu mit für bei insgesamt alle aller allen jede jeder mir bitte welche stehen enthält
le la les l un une de du d et ou est sont ont il y dans sur en au aux pour par avec tous toutes tout qui que ce ces t s
moi el los las lo una uno unos unas del al o son está están hay por para con todo toda se tiene tienen
"""
# General names of documents and their parts, which do occur in the names of files.
_GENERIC = """
row record entry line item list table file document sheet spreadsheet csv data dataset law act contract report book
manual handbook text zeilen zeile einträge eintrag datensätze datei tabelle liste dokument gesetz vertrag bericht ligne
enregistrement entrée fichier tableau loi contrat rapport fila registro entrada archivo tabla lista ley contrato informe
"""
_CHARACTERS = frozenset(
    "的了吗呢啊本法有是在里中内上和与共一总个条件项份笔行名请把所都哪些列出多少几数量表格文件记录数据查找个为被"
    "はがをにでのもとへやかましすいくつあるてだ全部件数何表行一覧教えくださせ"
)
_FUNCTION_WORDS = frozenset(_FUNCTION.split())
_GENERIC_WORDS = frozenset(_GENERIC.split())


def is_function_word(word: str) -> bool:
    """True for a folded word, from `words_of`, with a grammatical function only."""
    return word in _FUNCTION_WORDS or f"{word}s" in _FUNCTION_WORDS


def is_generic(word: str) -> bool:
    """True for a folded word that does not identify anything: a function word, or a general name of documents."""
    generic = word in _GENERIC_WORDS or f"{word}s" in _GENERIC_WORDS
    return generic or is_function_word(word) or all(character in _CHARACTERS for character in word)
