"""The body of a table, its columns read as what they hold, and the rows that only add up the others left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from knowledge.whole.cells import Numbers, NumberStyle, dates_of, number_of, numbers_of, truths_of
from knowledge.whole.tables import Table
from knowledge.whole.words.phrases import phrase_of, words_of
from knowledge.whole.words.words import Words, noun_group, total_labels

_MOST_DISTINCT = 5_000  # values of a column that are looked for in a question; one with more has identifiers or prose
_MAX_VALUE_CHARS = 60  # characters; a longer cell is a text, not a value
_LAST_ROWS = 3  # of a table, any of which may add up the others: net, tax, total
_LEAST_COMPOUND = 7  # letters
_ROUNDING = 0.005  # half of the last of two decimals
_LEAST_ADDED = 3  # rows that a last row without a label must add up
_IDENTIFIERS = frozenset(
    "id no nr number nummer numéro número numero zip plz code phone tel postcode 번호 编号 番号 #".split()
)
_YEAR_COLUMNS = frozenset("year jahr année an año anno ano 年 年份 年度 연도 년도".split())


class Columns:
    """A table without its total rows. Columns are counted from 0 and read when they are first asked for."""

    def __init__(self, table: Table, words: Words) -> None:
        totals = total_rows(table)
        self.rows = [row for row in range(len(table.rows)) if row not in totals]
        self.names, self.total_rows = table.columns, len(totals)
        self._cells = [[column[row] for row in self.rows] if totals else column for column in table.cells]
        self._point = words.point
        self._numbers: dict[int, Numbers | None] = {}
        self._dates: dict[int, list[date | None] | None] = {}
        self._distinct: dict[int, dict[str, list[str]]] = {}
        self._phrases: dict[int, str] = {}

    def cells(self, at: int) -> Sequence[str]:
        """The cells of a column as they are written."""
        return self._cells[at]

    def numbers(self, at: int) -> list[float | None] | None:
        """The numbers of a column; None where it is not one of numbers."""
        if at not in self._numbers:
            self._numbers[at] = None if self.dates(at) is not None else numbers_of(self._cells[at], self._point)
        found = self._numbers[at]
        return found.values if found else None

    def style(self, at: int) -> NumberStyle:
        """How a column of numbers writes them."""
        self.numbers(at)
        found = self._numbers[at]
        return found.style if found else NumberStyle()

    def dates(self, at: int) -> list[date | None] | None:
        """The dates of a column; None where it is not one of dates."""
        if at not in self._dates:
            self._dates[at] = dates_of(self._cells[at])
        return self._dates[at]

    def truths(self, at: int) -> list[bool] | None:
        """Yes or no for each row; None where a column holds anything else."""
        return truths_of(self._cells[at])

    def values(self, at: int) -> dict[str, list[str]]:
        """The different values of a column, each as a phrase, with their spellings; empty where it has no values."""
        if at not in self._distinct:
            different: dict[str, None] = {}
            for cell in self._cells[at]:
                if 0 < len(cell) <= _MAX_VALUE_CHARS:
                    different[cell] = None
            found: dict[str, list[str]] = {}
            for cell in different if len(different) <= 4 * _MOST_DISTINCT else ():
                found.setdefault(phrase_of(cell), []).append(cell)
            self._distinct[at] = found
        return self._distinct[at]

    @property
    def measures(self) -> list[int]:
        """The columns of numbers that can be added up: no identifiers, no years."""
        return [at for at in range(len(self.names)) if self.numbers(at) is not None and not self.is_identifier(at)]

    @property
    def dated(self) -> list[int]:
        """The columns of dates."""
        return [at for at in range(len(self.names)) if self.dates(at) is not None]

    def is_identifier(self, at: int) -> bool:
        """True for a column that numbers or names the rows, and for a year."""
        words = set(words_of(self.names[at]))
        numbers = self.numbers(at) or []
        counts_up = len(numbers) > 2 and all(a is not None and b == a + 1 for a, b in pairwise(numbers))
        return counts_up or bool(words & (_IDENTIFIERS | _YEAR_COLUMNS)) or self.is_year(at)

    @property
    def is_numbered(self) -> bool:
        """True where the first column numbers the rows, each by its own number or code."""
        return bool(self.names) and bool(set(words_of(self.names[0])) & _IDENTIFIERS) and self.is_unique(0)

    @property
    def is_all_done(self) -> bool:
        """True where each row has its date, and no column says how far it is."""
        states = self.in_group("status") or any(self.truths(at) for at in range(len(self.names)))
        return not states and all(None not in (self.dates(at) or ()) for at in self.dated)

    def is_year(self, at: int) -> bool:
        """True for a column of years."""
        numbers = self.numbers(at)
        return bool(numbers) and all(n is None or (n % 1 == 0 and 1900 <= n <= 2100) for n in numbers or ())

    def is_unique(self, at: int) -> bool:
        """True where no two rows have the same value in a column."""
        seen: set[str] = set()
        for cell in self._cells[at]:
            seen.add(cell)
        return len(seen) == len(self.rows)

    def in_group(self, group: str) -> list[int]:
        """The columns whose names have a word of the group: `amount`, `customer`."""
        return [at for at, name in enumerate(self.names) if any(_is_in_group(word, group) for word in words_of(name))]


def _is_in_group(word: str, group: str) -> bool:
    """True for a word of the group, or a compound that ends with one: Einzelpreis."""
    longer = len(word) > _LEAST_COMPOUND and any(noun_group(word[at:]) == group for at in range(3, len(word) - 3))
    return noun_group(word) == group or longer


def total_rows(table: Table) -> frozenset[int]:
    """The rows that add up others: named so, with nothing else than numbers; or the last, where they are the sums."""
    count = len(table.rows)
    named = {row for row in range(count) if _is_named_total(table, row, row >= count - _LAST_ROWS)}
    if count > _LEAST_ADDED and not named and _is_sum(table, count - 1):
        named = {count - 1}
    return frozenset(named) if len(named) < count else frozenset()


def _is_named_total(table: Table, row: int, is_last: bool) -> bool:
    first = next((cell for column in table.cells if (cell := column[row].strip())), "")
    if not first or len(first) > _MAX_VALUE_CHARS or first[0].isdecimal():
        return False
    label = first.casefold().strip(" :*_.-–=")
    if label not in total_labels() and not (is_last and _begins_as_total(label)):
        return False
    others = [cell for column in table.cells if (cell := column[row].strip()) and cell != first]
    return all(number_of(cell) is not None or not re.search(r"[^\W\d_]", cell) for cell in others)


def _begins_as_total(label: str) -> bool:
    return any(label.startswith((f"{total} ", f"{total}:", f"{total} (")) for total in total_labels())


def _is_sum(table: Table, row: int) -> bool:
    """True where the last row has no text, and each of its numbers is the sum of those above it."""
    filled = [column for column in table.cells if column[row].strip()]
    totals = [number_of(column[row]) for column in filled]
    if table.cells[0][row].strip() or not totals or None in totals:
        return False
    return all(
        abs(sum(number or 0.0 for number in map(number_of, column[:row])) - (total or 0.0)) < _ROUNDING
        for column, total in zip(filled, totals, strict=True)
    )
