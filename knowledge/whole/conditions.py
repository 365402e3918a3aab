"""Turns the values, times and bounds of a question into conditions on the columns of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from knowledge.whole.columns import Columns
from knowledge.whole.reading import Reading
from knowledge.whole.table_query import Condition
from knowledge.whole.words.periods import Period
from knowledge.whole.words.words import AMOUNT, BOUND, COLUMN, CUE, VALUE, any_of, number_of_mark

_MOST_DAYS = 30_000  # different dates of a column that a condition can name: SQLite takes 32,766 parameters


class Unclear(Exception):
    """The question can be meant in two ways, or asks for what the table does not have."""


def mentioned_columns(marks: str) -> list[int]:
    """The columns that are named, each once."""
    return list(dict.fromkeys(number_of_mark(sign) for sign in re.findall(any_of(COLUMN), marks)))


def the_measure(columns: Columns, mentioned: Sequence[int]) -> int:
    """The one column of numbers that is named, or that there is. Raises Unclear for several."""
    named = [at for at in mentioned if columns.numbers(at) is not None]
    chosen = named or columns.measures
    if len(chosen) != 1:
        raise Unclear
    return chosen[0]


class Conditions:
    """The conditions of a question. `marks`: those that are left of it; `used`: the columns that they are about."""

    def __init__(self, reading: Reading, columns: Columns, mentioned: Sequence[int], marks: str) -> None:
        self._reading, self._columns, self._mentioned = reading, columns, mentioned
        self.marks, self.used = marks, frozenset[int]()

    def all(self) -> tuple[Condition, ...]:
        """Take the conditions out of the marks. Raises Unclear."""
        return (*self._values(), *self._truths(), *self._numbers(), *self._times(), *self._bounds())

    def _values(self) -> list[Condition]:
        """The conditions that cells are, or are not, one of the values named."""
        self.marks = re.sub(f"({CUE['not']}+){any_of(COLUMN)}{any_of(VALUE)}", self._denied_behind, self.marks)
        negated = set(re.findall(f"{CUE['not']}+{any_of(VALUE)}", self.marks))
        negated |= set(re.findall(f"{any_of(VALUE)}{CUE['not_after']}+", self.marks))
        found: dict[int, list[tuple[str, bool]]] = {}
        for sign in re.findall(any_of(VALUE), self.marks):
            value = self._reading.values[number_of_mark(sign)]
            chosen = [at for at in value.places if at in self._mentioned] or list(value.places)
            if len(chosen) != 1:
                raise Unclear
            found.setdefault(chosen[0], []).extend((cell, sign in negated) for cell in value.places[chosen[0]])
        self.marks = re.sub(f"{CUE['not']}*{any_of(VALUE)}{CUE['not_after']}*", "", self.marks)
        return [self._value_condition(at, cells) for at, cells in found.items()]

    def _denied_behind(self, found: re.Match[str]) -> str:
        """The same with the column of the value before the negation: not in the team of sales."""
        places = self._reading.values[number_of_mark(found[3])].places
        return f"{found[2]}{found[1]}{found[3]}" if number_of_mark(found[2]) in places else found.group()

    def _value_condition(self, at: int, cells: Sequence[tuple[str, bool]]) -> Condition:
        self.used |= {at}
        if len({negated for _, negated in cells}) > 1:
            raise Unclear
        values = tuple(dict.fromkeys(cell for cell, _ in cells))
        sign = "≠" if cells[0][1] else "="
        shown = dict.fromkeys(" ".join(value.split()) for value in values)
        if sign == "≠" and len({value.casefold() for value in values}) > 1:  # not paid or overdue: neither, or also?
            raise Unclear
        return Condition(at, sign, values, f"{self._columns.names[at]} {sign} {' or '.join(shown)}")

    def _truths(self) -> list[Condition]:
        """The conditions that a column of yes and no, which is named, says yes, or no after `not`."""
        found = list[Condition]()
        for at in mentioned_columns(self.marks):
            if at in self.used or (truths := self._columns.truths(at)) is None:
                continue
            sign = chr(ord(COLUMN) + at)
            wanted = not re.search(f"{CUE['not']}{sign}|{sign}{CUE['not_after']}", self.marks)
            self.marks = re.sub(f"{CUE['not']}*{sign}{CUE['not_after']}*", "", self.marks)
            cells = {cell for cell, truth in zip(self._columns.cells(at), truths, strict=True) if truth}
            words = f"{self._columns.names[at]} = {'yes' if wanted else 'no'}"
            found.append(Condition(at, "=" if wanted else "≠", tuple(sorted(cells)), words))
            self.used |= {at}
        return found

    def _numbers(self) -> list[Condition]:
        """The conditions that a column is a number named behind it: a rating of 5."""
        found = list[Condition]()
        for match in re.finditer(any_of(COLUMN) + any_of(AMOUNT), self.marks):
            at, amount = number_of_mark(match[1]), self._reading.amounts[number_of_mark(match[2])]
            if amount is None or self._columns.numbers(at) is None or at in self.used:
                raise Unclear
            self.used |= {at}
            self.marks = self.marks.replace(match.group(), "")
            found.append(Condition(at, "=", (amount,), f"{self._columns.names[at]} = {amount:.10g}", "number"))
        return found

    def _times(self) -> list[Condition]:
        periods = self._reading.periods
        if not periods:
            return []
        self.marks = re.sub(f"[{chr(ord(BOUND) + 0x80)}-{chr(ord(BOUND) + 0xFF)}]", "", self.marks)
        dated = [at for at in self._columns.dated if at in self._mentioned] or self._columns.dated
        if len(dated) != 1:
            return [self._year_condition(dated)]
        (at,) = dated
        days: dict[date, None] = {}
        for day in self._columns.dates(at) or ():
            if day:
                days[day] = None
        tests = [_test(name, inside, days) for name, inside in periods]
        alternatives = all(name == "in" for name, _ in periods)
        holds: Callable[..., bool] = any if alternatives else all
        passed = tuple(day.isoformat() for day in days if holds(test(day) for test in tests))
        if len(passed) > _MOST_DAYS or (not alternatives and any(name == "in" for name, _ in periods)):
            raise Unclear
        self.used |= {at}
        told = (" or " if alternatives else " and ").join(_told(name, inside) for name, inside in periods)
        return [Condition(at, "=", passed, f"{self._columns.names[at]} {'in ' if alternatives else ''}{told}", "date")]

    def _year_condition(self, dated: Sequence[int]) -> Condition:
        """The condition on a column of years."""
        years = [at for at in range(len(self._columns.names)) if self._columns.is_year(at)]
        periods, names = self._reading.periods, {name for name, _ in self._reading.periods}
        if dated or len(years) != 1 or any(period.month for _, inside in periods for period in inside):
            raise Unclear
        self.used |= {years[0]}
        wanted = [float(period.year or 0) for _, inside in periods for period in inside]
        column = self._columns.names[years[0]]
        sign = {"before": "<", "after": ">", "since": "≥", "until": "≤"}.get(periods[0][0])
        if names == {"in"}:
            told = f"{column} = {' or '.join(f'{year:.0f}' for year in wanted)}"
            return Condition(years[0], "=", tuple(wanted), told, "number")
        if sign is None or len(periods) > 1:
            raise Unclear
        return Condition(years[0], sign, (wanted[0],), f"{column} {sign} {wanted[0]:.0f}", "number")

    def _bounds(self) -> list[Condition]:
        bounds = self._reading.bounds
        if not bounds:
            return []
        self.marks = re.sub(f"[{BOUND}-{chr(ord(BOUND) + 0x7F)}]", "", self.marks)
        at = the_measure(self._columns, self._mentioned)
        self.used |= {at}
        conditions = list[Condition]()
        for sign, amounts in bounds:
            signs = ("≥", "≤") if sign == ".." else (sign,)
            for each, amount in zip(signs, amounts, strict=True):
                style = self._columns.style(at)
                shown = f"{amount:,.10g}" if style.point == "." else style.written(amount)
                conditions.append(Condition(at, each, (amount,), f"{self._columns.names[at]} {each} {shown}", "number"))
        return conditions


def _test(name: str, inside: Sequence[Period], days: dict[date, None]) -> Callable[[date], bool]:
    """The test of a day. A year that is left open is the other's, or the only one that the column has."""
    first, last = inside[0], inside[-1]
    if name == "in":
        return first.holds
    first, last = replace(first, year=first.year or last.year), replace(last, year=last.year or first.year)
    years = {day.year for day in days}
    if first.year is None and len(years) != 1:
        if name != "during" or first.day or last.day or not first.month or not last.month:
            raise Unclear
        months = range(first.month, last.month + last.months)
        return lambda day: day.month in months
    year = first.year or years.pop()
    try:
        begin, end = first.first(year), last.last(year)
    except ValueError as error:
        raise Unclear from error
    if begin > end:
        raise Unclear
    tests: dict[str, Callable[[date], bool]] = {
        "during": lambda day: begin <= day <= end,
        "before": lambda day: day < begin,
        "after": lambda day: day > end,
        "since": lambda day: day >= begin,
        "until": lambda day: day <= end,
    }
    return tests[name]


def _told(name: str, inside: Sequence[Period]) -> str:
    """A stretch of time in words."""
    if name == "during":
        return f"from {inside[0]} to {inside[-1]}"
    return f"{'' if name == 'in' else f'{name} '}{inside[0]}"
