"""Reads a question against a table: the values, columns, times, amounts and operations that its words name.

Each thing that is recognised becomes a mark (`words.py`). A word that is left over is one that was not understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from knowledge.terms.analyzer import Analyzer
from knowledge.terms.folding import folded
from knowledge.whole.columns import Columns
from knowledge.whole.row_kinds import MONEY, NO_MONEY, row_groups_of
from knowledge.whole.words.periods import Period, find_periods
from knowledge.whole.words.phrases import (
    UNSPACED,
    is_generic,
    is_hangul,
    is_unspaced,
    phrase_of,
    phrase_pattern,
    words_of,
)
from knowledge.whole.words.words import (
    AMOUNT,
    ANY_MARK,
    BOUND,
    COLUMN,
    CUE,
    DATE,
    MARKS_OF_A_KIND,
    NOUN,
    VALUE,
    Words,
    any_of,
    mark,
    noun_group,
    nouns_of,
    number_of_mark,
    row_group,
    verb_groups,
    verbs_of,
)

_ANALYZER = Analyzer()
_CURRENCY = r"(?:[€$£¥₩元円원块]|(?:euros?|eur|usd|dollars?|dólares|gbp|pounds?|chf|francs?|yuan|won|yen)(?![^\W\d_]))"
_AMOUNT = re.compile(
    rf"(?<![\d.,])(?<![A-Za-zÀ-ɏͰ-ӿ_])(?P<before>{_CURRENCY}\s?)?"
    rf"(?P<digits>\d(?:[\d.,'’ \u00a0\u202f]{{0,30}}\d)?)"
    rf"(?:\s?(?P<times>k(?![^\W_])|thousand|tausend|mille|mil|mila|万|萬|만|千|천|百만|million|millionen|mio\.?|억|亿|億))?"
    rf"(?P<after>\s?{_CURRENCY})?"
)
_TIMES = {
    **dict.fromkeys(("k", "thousand", "tausend", "mille", "mil", "mila", "千", "천"), 1e3),
    **dict.fromkeys("万萬만", 1e4),
    **dict.fromkeys(("million", "millionen", "mio"), 1e6),
    **dict.fromkeys("억亿億", 1e8),
}
_GROUPED = re.compile(r"^\d{1,3}(?:([., \u00a0\u202f'’])\d{3})+$")
_WORD = re.compile(rf"[{UNSPACED}]+|(?:(?![{UNSPACED}])[^\W_{ANY_MARK}])+")
_LONGEST_NAME = 3  # words of a file's or a table's name that says what its rows are; a longer one is a sentence
_LEAST_STEM = 3  # letters of a word that is compared by its beginning


@dataclass(frozen=True, slots=True)
class Found:
    """A value that the question has: the columns that hold it, and its spelling in each."""

    places: dict[int, list[str]]
    negated: bool = False


@dataclass(slots=True)
class Reading:
    """What was recognised in a question. `marks`: the marks in order; `understood`: no word is left over."""

    values: list[Found] = field(default_factory=list)
    periods: list[tuple[str, tuple[Period, ...]]] = field(default_factory=list)
    bounds: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    amounts: list[float | None] = field(default_factory=list)
    marks: str = ""
    understood: bool = False
    is_money: bool = False  # the rows are expenses, payments or sales: their share is one of the amount


def read_question(
    question: str, columns: Columns, words: Words, names: Sequence[str], nouns: Sequence[str] = ()
) -> Reading:
    """Recognise what a question names. `names`: of the file and of the table. `nouns`: of a row; none: the names."""
    return _Reader(columns, words, names, nouns).read(unicodedata.normalize("NFKC", question))


class _Reader:
    def __init__(self, columns: Columns, words: Words, names: Sequence[str], nouns: Sequence[str]) -> None:
        self._columns, self._words = columns, words
        self._files = [name.casefold() for name in names if re.search(r"\.\w{2,8}$", name)]
        parts = [words_of(re.sub(r"\.\w{2,8}$", "", name)) for name in names]
        self._row_groups = {row_group(word) for words in parts for word in words} - {""}
        self._nouns = {
            word for words in parts for word in words if not word.isdecimal() and len(words) <= _LONGEST_NAME
        }
        self._row_groups |= {row_group(noun) for noun in nouns} - {""}
        self._place = self._nouns - set(nouns) if nouns else set[str]()  # says where the rows are, not what
        self._nouns |= set(nouns)
        tells = bool(self._row_groups - {"log"}) or any(noun_group(noun) == "product" for noun in self._nouns)
        self._row_groups |= {group for group in row_groups_of(columns) if group != "person" or not tells}
        if "book" in self._row_groups and columns.is_all_done:
            self._row_groups.add("read_book")
        self._asks_for_most = self._is_unclear = False
        self._own_groups = self._row_groups | {noun_group(word) for name in columns.names for word in words_of(name)}
        self._reading = Reading(is_money=bool(self._row_groups & MONEY))

    def read(self, question: str) -> Reading:
        """Replace one kind of thing after another by its mark."""
        text = self._capitals(question).casefold()
        self._asks_for_most = bool(self._words.cues["most"].search(text))
        for name in self._files:
            text = text.replace(name, f" {mark(NOUN, 0)} ")
        self._is_unclear = bool(_PIECES.search(text) and self._columns.in_group("quantity"))  # rows, or pieces?
        text = self._values(text)
        text = self._times(text)
        text = self._units(text)
        text = self._amounts(text)
        text = self._headers(text)
        if self._words.is_unspaced:
            text = self._inside(text)
        text = self._words.marked(text)
        text = _WORD.sub(self._word, text)
        text = self._words.marked_rows(text)
        text = self._words.without_small(text)
        self._reading.marks = "".join(re.findall(f"[{ANY_MARK}]", text))
        left = re.search(rf"[^\W{ANY_MARK}]", text) or self._words.yes_no.search(question.strip())
        most = max(len(self._columns.names), len(self._reading.values), len(self._reading.amounts))
        self._reading.understood = (
            not left and not self._is_unclear and most <= MARKS_OF_A_KIND and not self._ends_with_value(question)
        )
        return self._reading

    def _ends_with_value(self, question: str) -> bool:
        """True where the last word is a small one that is a value as well: who works in it?"""
        last = re.search(r"([A-Za-z]+)\W*$", question)
        if last is None or last[1].isupper() or not self._is_small(phrase := phrase_of(last[1])):
            return False
        return any(phrase in self._columns.values(at) for at in range(len(self._columns.names)))

    def _capitals(self, question: str) -> str:
        """Mark values that are small words as well, IT and OR, where they are written in capitals."""
        if question.isupper():
            return question
        for at in range(len(self._columns.names)):
            for phrase, cells in self._columns.values(at).items():
                for cell in cells:
                    if cell.isupper() and cell.isascii() and len(cell) > 1 and self._is_small(phrase):
                        found = re.compile(rf"(?<![^\W_]){re.escape(cell)}(?![^\W_])")
                        question = found.sub(lambda _, at=at, cells=cells: self._value({at: cells}), question)  # type: ignore[misc]
        return question

    def _is_small(self, phrase: str) -> bool:
        return all(
            is_generic(word) or word in self._words.small_words or word.isdecimal() or self._is_cue(word)
            for word in phrase.split()
        )

    def _is_cue(self, word: str) -> bool:
        return any(cue.fullmatch(word) for cue in self._words.cues.values())

    def _values(self, text: str) -> str:
        """Mark the cells' complete values, the longest first."""
        asked, run = set(words_of(text)), text.replace(" ", "")
        headers = {phrase_of(name) for name in self._columns.names}
        denied = self._words.cues["not"].pattern
        found: dict[str, dict[int, list[str]]] = {}
        for at in range(len(self._columns.names)):
            for phrase, cells in self._columns.values(at).items():
                parts = phrase.split()
                here = all(part in asked or ((is_unspaced(part) or is_hangul(part)) and part in run) for part in parts)
                if parts and here and phrase not in headers and not self._is_small(phrase):
                    found.setdefault(phrase, {})[at] = cells
                plain = phrase.strip().removeprefix("已")
                if 1 < len(plain) < len(phrase.strip()) and re.search(f"(?:{denied})(?:{plain})", text):
                    found.setdefault(f" {plain} ", {}).setdefault(at, cells)  # 没报销 is not 已报销
        for phrase, places in sorted(found.items(), key=lambda each: -len(each[0])):
            text = phrase_pattern(phrase).sub(lambda _, places=places: self._value(places), text)  # type: ignore[misc]
        return text

    def _value(self, places: dict[int, list[str]]) -> str:
        self._reading.values.append(Found(places))
        return f" {mark(VALUE, len(self._reading.values) - 1)} "

    def _times(self, text: str) -> str:
        """Mark the periods, and the stretches of time made of them: since May, between March and June."""
        single = list[Period]()
        for start, end, period in reversed(find_periods(text)):
            single.append(period)
            text = f"{text[:start]} {mark(DATE, len(single) - 1)} {text[end:]}"
        text = re.sub(" {2,}", " ", text)
        for name, pattern in self._words.ranges:
            text = pattern.sub(lambda found, name=name: self._stretch(name, found, single), text)  # type: ignore[misc]
        return re.sub(any_of(DATE), lambda found: self._stretch("in", found, single), text) if single else text

    def _stretch(self, name: str, found: re.Match[str], single: Sequence[Period]) -> str:
        inside = [single[number_of_mark(sign)] for sign in found.groups() if sign]
        self._reading.periods.append((name, tuple(inside)))
        return f" {mark(BOUND, 0x80 + len(self._reading.periods))} "

    def _units(self, text: str) -> str:
        """Write a column that is named as the unit of a number before it: 150時間以上 as hours, 150 or more."""
        for word, group in nouns_of(self._own_groups):
            if (is_unspaced(word) or is_hangul(word)) and len(at := self._columns.in_group(group)) == 1:
                unit = re.compile(rf"(\d[\d.,]*) ?{re.escape(word)}")
                text = unit.sub(lambda found, at=at: f" {mark(COLUMN, at[0])} {found[1]} ", text)  # type: ignore[misc]
        return text

    def _amounts(self, text: str) -> str:
        """Mark the numbers, and the bounds made of them: at least 1.000 €."""
        amounts = self._reading.amounts

        def number(found: re.Match[str]) -> str:
            amounts.append(self._number(found))
            return f" {mark(AMOUNT, len(amounts) - 1)} "

        text = _AMOUNT.sub(number, self._words.with_digits(text))
        text = re.sub(" {2,}", " ", text)
        for sign, pattern in self._words.bounds:
            text = pattern.sub(lambda found, sign=sign: self._bound(sign, found), text)  # type: ignore[misc]
        return text

    def _bound(self, sign: str, found: re.Match[str]) -> str:
        inside = [self._reading.amounts[number_of_mark(each)] for each in found.groups() if each]
        known = tuple(amount for amount in inside if amount is not None)
        if len(known) < len(inside):
            return found.group()
        self._reading.bounds.append((sign, known))
        return f" {mark(BOUND, len(self._reading.bounds))} "

    def _number(self, found: re.Match[str]) -> float | None:
        """The number that the digits are; None where 1.000 may be 1 or 1,000."""
        digits, point = found["digits"], self._words.point
        times = _TIMES.get((found["times"] or "").rstrip("."), 1.0)
        grouped = _GROUPED.match(digits)
        if (
            grouped
            and grouped[1] == "."
            and point == "."
            and "€" not in (found["before"] or "") + (found["after"] or "")
        ):
            if digits.count(".") == 1:
                return None
        elif not grouped:
            if "," in digits and "." in digits:
                point = "," if digits.rfind(",") > digits.rfind(".") else "."
            digits = digits.replace("," if point == "." else ".", "").replace(",", ".")
            try:
                return float(re.sub(r"[ '’\u00a0\u202f]", "", digits)) * times
            except ValueError:
                return None
        return float(re.sub(r"\D", "", digits)) * times

    def _headers(self, text: str) -> str:
        """Mark the columns that are named in full, the longest name first."""
        for at in sorted(range(len(self._columns.names)), key=lambda at: -len(self._columns.names[at])):
            phrase = phrase_of(self._columns.names[at])
            if phrase.strip():
                text = phrase_pattern(phrase).sub(f" {mark(COLUMN, at)} ", text)
        return text

    def _inside(self, text: str) -> str:
        """Mark names that stand inside longer runs of characters, the longest first."""
        known = {word: mark(NOUN, 0) for word in self._nouns if not word.isascii() and not self._is_small(word)}
        known |= {word: mark(NOUN, 0) for word, _ in nouns_of(self._row_groups, "rows.toml") if not word.isascii()}
        if repeated := self._repeated_names:
            known |= {
                word: mark(COLUMN, repeated[0]) for word, _ in nouns_of(["person"], "rows.toml") if not word.isascii()
            }
        for word in verbs_of(self._own_groups):
            if not word.isascii():
                known[word] = self._worked(word) or " "
        groups = {group for name in self._columns.names for word in words_of(name) if (group := noun_group(word))}
        for word, group in nouns_of(groups):
            if not word.isascii() and len(at := self._columns.in_group(group)) == 1:
                known[word] = mark(COLUMN, at[0])
        for word in sorted(known, key=len, reverse=True):
            text = text.replace(word, f" {known[word]} ")
        return text

    def _word(self, found: re.Match[str]) -> str:
        """The mark of a word that is left, another form of a value, or a name of a column or the rows; or the word."""
        word = found.group()
        if self._is_elsewhere(word):
            return " "
        if noun_group(word) == "worth" and self._columns.in_group("quantity"):  # not the sum of the pieces
            self._is_unclear |= not self._named(word)
            return self._named(word) or word
        if word in self._words.small_words:
            return self._worked(word) or word
        known = self._worked(word) or self._named(word) or self._other_form(word) or self._compound(word)
        return known or (" " if verb_groups(word) & self._own_groups else word)

    def _worked(self, word: str) -> str:
        """The mark of the hours, where the question is who worked most, of persons with names."""
        hours = self._columns.in_group("hours")
        if "hours" not in verb_groups(word) or len(hours) != 1 or not self._columns.in_group("name"):
            return ""
        return mark(COLUMN, hours[0]) if self._asks_for_most else ""

    def _is_elsewhere(self, word: str) -> bool:
        """True for `live` where each value is one of a state or country, in a table with towns too."""
        if "region" not in verb_groups(word) or not self._reading.values:
            return False
        places = {at for group in ("region", "country") for at in self._columns.in_group(group)}
        return all(set(value.places) <= places for value in self._reading.values)

    def _named(self, word: str) -> str:
        plain = next(iter(words_of(word)), word)
        stem = _stem(plain, self._words)
        if plain in self._nouns or folded(stem) in {folded(_stem(noun, self._words)) for noun in self._nouns}:
            return mark(NOUN, 1 if plain in self._place else 0)
        if row_group(plain) == "person" and "person" not in self._row_groups and not self._repeated_names:
            return ""  # the names are of other things
        if (group := noun_group(plain)) and len(at := self._in_group(group)) == 1:
            return mark(COLUMN, at[0])
        if (row := row_group(plain)) in self._row_groups:
            return mark(NOUN, 0)
        if row == "person" and (at := self._repeated_names):
            return mark(COLUMN, at[0])
        named = [
            at
            for at, name in enumerate(self._columns.names)
            if stem and stem in {_stem(part, self._words) for part in words_of(name) if not self._is_small(part)}
        ]
        return mark(COLUMN, named[0]) if len(named) == 1 else ""

    @property
    def _repeated_names(self) -> list[int]:
        """The column of names that several rows may have: persons are its values, not the rows."""
        named = self._columns.in_group("name")
        return named if len(named) == 1 and not self._columns.is_unique(named[0]) else []

    def _in_group(self, group: str) -> list[int]:
        near = {"price": "amount", "amount": "price", "worth": "amount"}.get(group, "")
        found = self._columns.in_group(group) or (self._columns.in_group(near) or self._only_money if near else [])
        return [at for at in found if at in self._columns.measures] or found

    @property
    def _only_money(self) -> list[int]:
        """The column of fees or budgets, where no other can be one of money."""
        other = {at for group in NO_MONEY for at in self._columns.in_group(group)}
        money = [at for at in self._columns.measures if at not in other]
        named = {at for group in ("fee", "budget") for at in self._columns.in_group(group)}
        return money if len(money) == 1 and money[0] in named else []

    def _other_form(self, word: str) -> str:
        """The mark of a value of which the word is another form, or which it negates: open, offene, unpaid."""
        for prefix in ("", *self._words.un):
            if not word.startswith(prefix):
                continue
            stem = _stem(word.removeprefix(prefix), self._words)
            places = {
                at: cells
                for at in range(len(self._columns.names))
                if (cells := [c for p, cs in self._short(at) for c in cs if _stem(p, self._words) == stem])
            }
            if len(stem) >= _LEAST_STEM and places:
                return f"{CUE['not'] if prefix else ''}{self._value(places).strip()}"
        return ""

    def _short(self, at: int) -> Iterator[tuple[str, list[str]]]:
        """The values of a column that are one word, where it has few enough to be told by another form."""
        values = self._columns.values(at)
        if len(values) <= _MOST_FORMS:
            yield from ((phrase.strip(), cells) for phrase, cells in values.items() if len(phrase.split()) == 1)

    def _compound(self, word: str) -> str:
        """The mark of a column in a compound with the name of the rows: Rechnungsbetrag."""
        for noun in {*self._nouns, *(word for word, _ in nouns_of(self._row_groups, "rows.toml") if word[0].isalpha())}:
            begin = _stem(noun, self._words)
            if len(begin) > _LEAST_STEM and word.startswith(begin) and word != begin:
                rest = word[len(begin) :]
                for known in (rest, rest.lstrip("s"), rest.removeprefix("en").lstrip("s"), rest.removeprefix("n")):
                    if len(known) > _LEAST_STEM:
                        if self._is_cue(known):
                            return self._words.marked(known)
                        if named := self._named(known):
                            return named
        return ""


_PIECES = re.compile("[何几幾몇] ?(?:個|个|개)")
_MOST_FORMS = 200  # values of a column; more are names, which have no other forms


@cache
def _stem(word: str, words: Words) -> str:
    terms = _ANALYZER.terms(word, words.language) if not is_unspaced(word) else []
    return terms[0] if len(terms) == 1 else word
