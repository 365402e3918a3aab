"""Dates, names and negations of a claim, compared with the text that it rests on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property

from assistant.answers.citations import ANALYZER
from assistant.answers.claim_words import CLAUSE, DEFAULT_LANGUAGE, NEGATIONS, SAYS_NO, UNITS
from assistant.answers.quantities import Quantity, quantities_in
from knowledge import dates_in, month_of, signs_of

_SPACED = r"[^\W_\u0e00-\uffff]"  # a letter or digit of a script with spaces between its words
_TOKEN = re.compile(rf"{_SPACED}+(?:[-'’./]{_SPACED}+)*")
_BEGINS = re.compile(r"(?:^|[.!?:。])[\s*_\"'“„«(\[]*$")
_ROMAN = re.compile("[IVX]{1,4}")
_POSSESSIVE = re.compile(r"['’]s?$")
_MONTH = re.compile(r"\d\.?\s(?:de\s)?([^\W\d_]{3,14})|([^\W\d_]{3,14})\.?,?\s(?:de\s)?\d")
_CAPITALS = re.compile("[A-Z]{3,}")  # of HNF4A; the first letters of words give two of any text
_IN_BRACKETS = re.compile(r"\(([^()\s]{2,12})\)")
_DEFINED_BY = 60  # characters before an acronym in brackets
_SAME_NAME = 0.6  # of a name's signs in a word: four letters in a row of six or seven, with another ending
# Of a clause's signs in the likest of the text, to say the same or its opposite; others within this of it count too.
_SAME_CLAUSE = 0.35
_AS_LIKE = 0.8


class Statement:
    """What a text says that code can compare; each part is found when it is first asked for."""

    def __init__(self, text: str, language: str = "") -> None:
        """`language`: its language where the text does not tell."""
        self.text, self._language = text, language

    @cached_property
    def spoken(self) -> str:
        """The language that it tells itself; "" where it does not."""
        return ANALYZER.spoken(self.text)

    @cached_property
    def language(self) -> str:
        """A key of NEGATIONS."""
        language = self.spoken or self._language
        return language if language in NEGATIONS else DEFAULT_LANGUAGE

    @cached_property
    def signs(self) -> frozenset[str]:
        """Rows of four letters; see `knowledge.signs_of`."""
        return signs_of(self.text)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The numbers, in digits and in words."""
        return [*quantities_in(self.text, self.language)]

    @cached_property
    def dates(self) -> frozenset[str]:
        """The full dates."""
        return frozenset(dates_in(self.text.lower()))

    @cached_property
    def months(self) -> frozenset[int]:
        """The months that stand beside a number, and those of dates in numbers."""
        named = (month_of((one or other).lower()) for one, other in _MONTH.findall(self.text))
        return frozenset((*filter(None, named), *(int(date.rsplit("-", 2)[1]) for date in self.dates)))

    @cached_property
    def names(self) -> list[str]:
        """The words with a capital but the first of a sentence, and acronyms and codes."""
        found = (name for name, begins in _capitalised(self.text) if not begins or _is_code(name))
        return [name for name in found if ANALYZER.terms(name, self.language)]

    @cached_property
    def beginnings(self) -> list[str]:
        """The words with a capital that begin a sentence, which may be names or not."""
        return [name for name, begins in _capitalised(self.text) if begins and not _is_code(name)]

    def has(self, name: str) -> bool:
        """True where it has a name, in another form as well, or the words that an acronym stands for."""
        if name.lower() in self._lower_words:
            return True
        own = signs_of(name)
        if len(own & self.signs) >= _SAME_NAME * len(own) and any(
            len(own & signs) >= _SAME_NAME * len(own) for signs in self._words
        ):
            return True
        if (letters := _CAPITALS.match(name)) and letters.group().lower() in self._initials:
            return True
        return not name.isalpha() and _squeezed(name) in self._squeezed

    @cached_property
    def _lower_words(self) -> frozenset[str]:
        return frozenset(_TOKEN.findall(self.text.lower()))

    @cached_property
    def _words(self) -> frozenset[frozenset[str]]:
        return frozenset(map(signs_of, _TOKEN.findall(self.text)))

    @cached_property
    def _initials(self) -> str:
        return "".join(word[0] for word in re.findall(r"[^\W\d_]+", self.text.lower()))

    @cached_property
    def _squeezed(self) -> str:
        return _squeezed(self.text)


def missing_dates(claim: Statement, near: Statement) -> list[str]:
    """The months of a claim that the text around it does not have, and its date where that has only others."""
    named = [one or other for one, other in _MONTH.findall(claim.text)]
    months = [name for name in named if (month := month_of(name.lower())) and month not in near.months]
    if not months and near.dates and claim.dates and not claim.dates & near.dates:
        return [min(claim.dates).partition(":")[2]]
    return months


def missing_names(claim: Statement, known: Statement, others: Collection[str]) -> list[str]:
    """The names of a claim that a text does not have, but months and acronyms that the claim itself explains.

    `others`: names that are known from elsewhere, as the first word of a sentence need not be one.
    """
    names = [*claim.names, *(word for word in claim.beginnings if word in others)]
    counted = {quantity.unit for quantity in claim.quantities}  # compared with their numbers
    return [
        name
        for name in names
        if UNITS.get(name.lower(), name) not in counted
        and month_of(name.lower()) not in claim.months
        and not _is_defined(name, claim.text)
        and not all(known.has(part) for part in _parts(name))
    ]


def negates(claim: Statement, near: Statement) -> bool:
    """True where a clause of the claim is negated and what is likest to it is not, or the other way round."""
    others = [(signs_of(clause), _negations(clause, near.language)) for clause in _clauses(near.text)]
    for clause in _clauses(claim.text):
        negations = _negations(clause, claim.language)
        own = signs_of(clause)
        shares = [(len(own & signs) / len(own), other) for signs, other in others] if own else []
        best = max((share for share, _ in shares), default=0.0)
        if best < _SAME_CLAUSE and False in negations:
            continue
        likest = frozenset[bool]().union(*(other for share, other in shares if share >= best * _AS_LIKE))
        if not negations & likest:
            return True
    return False


def _negations(clause: str, language: str) -> frozenset[bool]:
    """True for a clause that is negated, False for another, both for one that code cannot tell."""
    if SAYS_NO.search(clause):
        return frozenset((False, True))
    return frozenset((len(NEGATIONS[language].findall(clause)) % 2 == 1,))


def _clauses(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from filter(str.strip, CLAUSE.split(line))


def _capitalised(text: str) -> Iterator[tuple[str, bool]]:
    """The words with a capital letter, and True where they begin a sentence."""
    for found in _TOKEN.finditer(text):
        name = _POSSESSIVE.sub("", found.group())
        if len(name) > 1 and not name[0].isdigit() and name != name.lower() and not _ROMAN.fullmatch(name):
            begins = _BEGINS.search(text, max(found.start() - 8, 0), found.start())
            is_followed = text[found.end() : found.end() + 2].strip().isupper()  # by the rest of a name
            yield name, bool(begins) and not is_followed


def _is_code(name: str) -> bool:
    return any(map(str.isdigit, name)) or any(map(str.isupper, name[1:]))


def _parts(name: str) -> list[str]:
    """The names in a compound: of HIV-positive the first, of JAM-A both together."""
    parts = [part for part in name.split("-") if len(part) > 1 and part != part.lower()]
    return parts if len(parts) > 1 or any(part.islower() for part in name.split("-")) else [name]


def _is_defined(name: str, text: str) -> bool:
    """True for an acronym in brackets whose letters the words before it have, in their order."""
    for found in _IN_BRACKETS.finditer(text):
        if found[1] == name:
            before = iter(text[max(found.start() - _DEFINED_BY, 0) : found.start()].lower())
            return all(letter.lower() in before for letter in name if letter.isupper())
    return False


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
