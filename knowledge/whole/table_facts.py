"""Counts a table's rows for a question, and those that the question selects.

A filter is reported only where it is certain: every word of the question must be a cue, the table's name, a column, a
cell's complete value, a bound, a period or a generic word. Words left over make it uncertain: then the table is
only described.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.whole.phrases import Period, extract_periods, is_generic, phrase_of, remove_phrase, words_of
from knowledge.whole.tables import Bound, Fact, Spans, Table, dates_of, extract_bounds, numbers_of, truths_of

_MAX_DISTINCT = 5_000  # values of a column that are looked for in the question; one with more has identifiers or prose
_MAX_VALUE_CHARS = 60  # characters; a longer cell is a text, not a value
_COUNTED_VALUES = 12  # different values of a column whose counts are worth stating
_COUNTED_COLUMNS = 6
_YEAR_COLUMNS = frozenset("year jahr année an año 年 年份 年度".split())


@dataclass(frozen=True, slots=True)
class _Filter:
    """The rows that pass a condition on a column, and the condition in words."""

    column: int
    words: str
    passes: list[bool]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The part of the question not yet interpreted; the columns that it names."""

    phrase: str
    columns: tuple[int, ...] = ()


def table_facts(rest: str, table: Table, names: Sequence[str]) -> list[Fact]:
    """Return the answer to the question, where it is certain, then a description of the table.

    `rest`: the question without its cue. `names`: other names of the table, as its file's stem.
    """
    answer = _answer(rest, table, [*names, table.name])
    words, counted = f"{len(table.rows):,} rows; columns: {', '.join(table.columns)}", list[str]()
    for at, column in enumerate(table.columns):
        counts = Counter(cell for cell in table.cells[at] if cell)
        is_small = 1 < len(counts) <= min(_COUNTED_VALUES, len(table.rows) // 2)
        if is_small and max(map(len, counts)) <= _MAX_VALUE_CHARS:
            counted.append(f"{column}: " + ", ".join(f"{value} {n:,}" for value, n in counts.most_common()))
    description = Fact("; ".join([words, *counted[:_COUNTED_COLUMNS]]), table.span)
    return [answer, description] if answer else [description]


def _answer(rest: str, table: Table, names: Sequence[str]) -> Fact | None:
    periods, without_periods = extract_periods(rest)
    bounds, without_bounds = extract_bounds(without_periods)
    asked = _without_columns(phrase_of(without_bounds), table)
    values, phrase = _by_values(table, asked)
    filters = [_by_bounds(table, bounds, asked.columns)] if bounds else []
    filters += [_by_periods(table, periods, asked.columns)] if periods else []
    for word in sorted({w for name in (*table.columns, *names) for w in words_of(name)}, key=len, reverse=True):
        phrase = remove_phrase(phrase_of(word), phrase) or phrase
    left = phrase.split()
    kept = [found for found in (*filters, *values) if found]
    if len(kept) < len(filters) + len(values) or not all(map(is_generic, left)):
        return None
    return _counted(table, kept, [at for at in asked.columns if at not in {found.column for found in kept}])


def _counted(table: Table, filters: Sequence[_Filter], named: Sequence[int]) -> Fact:
    rows = [at for at in range(len(table.rows)) if all(found.passes[at] for found in filters)]
    words = f"{len(rows):,} of {len(table.rows):,} rows" if filters else f"{len(rows):,} rows"
    if filters:
        words += f" where {' and '.join(found.words for found in filters)}"
    column = table.cells[named[0]] if named else []
    different = {column[row]: row for row in reversed(rows) if column[row]} if named else {}
    if different and len(different) < len(rows):  # else it identifies the rows, which are what is counted
        rows = list(different.values())[::-1]
        words = f"{len(rows):,} different values of {table.columns[named[0]]} in {words}"
    return Fact(words, table.span, Spans(table.rows[row] for row in rows), answers=True)


def _without_columns(phrase: str, table: Table) -> _Asked:
    named = []
    for at in sorted(range(len(table.columns)), key=lambda at: -len(table.columns[at])):
        shorter = remove_phrase(phrase_of(table.columns[at]), phrase)
        if shorter is not None:
            phrase = shorter
            named.append(at)
    return _Asked(phrase, tuple(named))


def _by_bounds(table: Table, bounds: Sequence[Bound], named: Sequence[int]) -> _Filter | None:
    numeric = {at: found for at in range(len(table.columns)) if (found := numbers_of(table.cells[at]))}
    chosen = [at for at in numeric if at in named] or [
        at for at in numeric if not _is_identifier(table, at, numeric[at])
    ]
    if len(chosen) != 1:
        return None
    (at,) = chosen
    words = " and ".join(f"{table.columns[at]} {bound}" for bound in bounds)
    return _Filter(at, words, [all(bound.holds(value) for bound in bounds) for value in numeric[at]])


def _is_identifier(table: Table, at: int, values: Sequence[float | None]) -> bool:
    words = set(words_of(table.columns[at]))
    counts_up = len(values) > 1 and all(a is not None and b == a + 1 for a, b in pairwise(values))
    return counts_up or bool(words & {"id", "no", "nr", "number", "nummer", "zip", "code", "phone", *_YEAR_COLUMNS})


def _by_periods(table: Table, periods: Sequence[Period], named: Sequence[int]) -> _Filter | None:
    dated = {at: found for at in range(len(table.columns)) if (found := dates_of(table.cells[at]))}
    chosen = [at for at in dated if at in named] or list(dated)
    if len(chosen) == 1:
        at = chosen[0]
        passes = [any(day is not None and period.holds(day) for period in periods) for day in dated[at]]
        return _Filter(at, f"{table.columns[at]} in {' or '.join(map(str, periods))}", passes)
    years = [at for at, column in enumerate(table.columns) if set(words_of(column)) & _YEAR_COLUMNS]
    if chosen or len(years) != 1 or any(period.month for period in periods):
        return None
    wanted = {str(period.year) for period in periods}
    words = f"{table.columns[years[0]]} = {' or '.join(sorted(wanted))}"
    return _Filter(years[0], words, [cell in wanted for cell in table.cells[years[0]]])


def _by_values(table: Table, asked: _Asked) -> tuple[list[_Filter | None], str]:
    """Return filters by cells' values, None for one that could be of several columns, and the rest of the phrase."""
    found: dict[int, dict[str, str]] = {}
    filters: list[_Filter | None] = []
    phrase = asked.phrase
    for value, places in sorted(_values_in(phrase, table, asked.columns), key=lambda each: -len(each[0])):
        shorter = remove_phrase(value, phrase)
        if shorter is None:
            continue
        phrase = shorter
        chosen = [at for at in places if at in asked.columns] or list(places)
        if len(chosen) == 1:
            found.setdefault(chosen[0], {})[value] = places[chosen[0]]
        else:
            filters.append(None)
    for at, values in found.items():
        words = f"{table.columns[at]} = {' or '.join(values.values())}"
        filters.append(_Filter(at, words, [phrase_of(cell) in values for cell in table.cells[at]]))
    for at in asked.columns:
        if at not in found and (truths := truths_of(table.cells[at])):
            filters.append(_Filter(at, f"{table.columns[at]} = yes", truths))
    return filters, phrase


def _values_in(phrase: str, table: Table, named: Sequence[int]) -> list[tuple[str, dict[int, str]]]:
    """Return each value that occurs in the phrase: its own phrase, and its spelling by column."""
    places: dict[str, dict[int, str]] = {}
    for at in range(len(table.columns)):
        different = set[str]()
        for cell in table.cells[at]:
            different.add(cell)
        if len(different) > _MAX_DISTINCT and at not in named:
            continue
        for cell in different:
            value = phrase_of(cell) if 0 < len(cell) <= _MAX_VALUE_CHARS else ""
            words = value.split()
            is_telling = at in named or not all(is_generic(word) or word.isdecimal() for word in words)
            if words and is_telling and remove_phrase(value, phrase) is not None:
                places.setdefault(value, {})[at] = cell
    return list(places.items())
