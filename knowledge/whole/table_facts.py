"""What a table says about a question, counted by code: its rows, and those that the question means.

A filter is reported only where it is certain: every word of the question must be a cue, the table's name, a column, a
cell's whole value, a bound, a period or a word that names nothing. What is left over makes it uncertain, and then only
what the table holds is stated.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.whole.cells import Bound, dates_of, numbers_of, take_bounds, truths_of
from knowledge.whole.phrases import Period, names_nothing, phrase_of, take, take_periods, words_of
from knowledge.whole.tables import Fact, Table

_MOST_DISTINCT = (
    5_000  # cells of a column that are looked for in the question; one with more holds identifiers or prose
)
_LONGEST_VALUE = 60  # characters; a longer cell is a text, not a value
_COUNTED_VALUES = 12  # different values of a column whose counts are worth stating
_COUNTED_COLUMNS = 6
_YEAR_COLUMNS = frozenset("year jahr année an año 年 年份 年度".split())


@dataclass(frozen=True, slots=True)
class _Filter:
    """Which rows pass by what a column holds, and the condition in words."""

    column: int
    words: str
    passes: list[bool]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is still to be understood of the question; the columns that it names."""

    phrase: str
    columns: tuple[int, ...] = ()


def table_facts(rest: str, table: Table, names: Sequence[str]) -> list[Fact]:
    """The answer to the question, where it is certain, then what the table holds.

    `rest`: the question without its cue. `names`: what the table may be called beside its columns, as its file's stem.
    """
    answer = _answer(rest, table, [*names, table.name])
    return [*([answer] if answer else []), _description(table)]


def _answer(rest: str, table: Table, names: Sequence[str]) -> Fact | None:
    periods, without_periods = take_periods(rest)
    bounds, without_bounds = take_bounds(without_periods)
    asked = _without_columns(phrase_of(without_bounds), table)
    values, phrase = _by_values(table, asked)
    filters = [_by_bounds(table, bounds, asked.columns)] if bounds else []
    filters += [_by_periods(table, periods, asked.columns)] if periods else []
    left = _without_words(phrase, [*table.columns, *names]).split()
    kept = [found for found in (*filters, *values) if found]
    if len(kept) < len(filters) + len(values) or not all(map(names_nothing, left)):
        return None
    return _counted(table, kept, [at for at in asked.columns if at not in {found.column for found in kept}])


def _counted(table: Table, filters: Sequence[_Filter], named: Sequence[int]) -> Fact:
    rows = [row for at, row in enumerate(table.rows) if all(found.passes[at] for found in filters)]
    words = f"{len(rows):,} of {len(table.rows):,} rows" if filters else f"{len(rows):,} rows"
    if filters:
        words += f" where {' and '.join(found.words for found in filters)}"
    different = {row.cells[named[0]]: row for row in reversed(rows) if row.cells[named[0]]} if named else {}
    if different and len(different) < len(rows):  # else it identifies the rows, which are what is counted
        rows = list(different.values())[::-1]
        words = f"{len(rows):,} different values of {table.columns[named[0]]} in {words}"
    return Fact(words, table.span, tuple(row.span for row in rows), answers=True)


def _description(table: Table) -> Fact:
    words = f"{len(table.rows):,} rows; columns: {', '.join(table.columns)}"
    counted = [f"{table.columns[at]}: {counts}" for at, counts in _value_counts(table)]
    return Fact("; ".join([words, *counted[:_COUNTED_COLUMNS]]), table.span)


def _value_counts(table: Table) -> Iterator[tuple[int, str]]:
    for at in range(len(table.columns)):
        counts = Counter(cell for cell in table.column(at) if cell)
        if 1 < len(counts) <= min(_COUNTED_VALUES, len(table.rows) // 2) and max(map(len, counts)) <= _LONGEST_VALUE:
            yield at, ", ".join(f"{value} {count:,}" for value, count in counts.most_common())


def _without_words(phrase: str, names: Sequence[str]) -> str:
    for word in sorted({word for name in names for word in words_of(name)}, key=len, reverse=True):
        phrase = take(phrase_of(word), phrase) or phrase
    return phrase


def _without_columns(phrase: str, table: Table) -> _Asked:
    named = []
    for at in sorted(range(len(table.columns)), key=lambda at: -len(table.columns[at])):
        shorter = take(phrase_of(table.columns[at]), phrase)
        if shorter is not None:
            phrase = shorter
            named.append(at)
    return _Asked(phrase, tuple(named))


def _by_bounds(table: Table, bounds: Sequence[Bound], named: Sequence[int]) -> _Filter | None:
    numeric = {at: found for at in range(len(table.columns)) if (found := numbers_of(table.column(at)))}
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
    dated = {at: found for at in range(len(table.columns)) if (found := dates_of(table.column(at)))}
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
    return _Filter(years[0], words, [cell in wanted for cell in table.column(years[0])])


def _by_values(table: Table, asked: _Asked) -> tuple[list[_Filter | None], str]:
    """The filters by cells' values, None for one that could be of several columns; and the rest of the phrase."""
    found: dict[int, dict[str, str]] = {}
    filters: list[_Filter | None] = []
    phrase = asked.phrase
    for value, places in sorted(_values_in(phrase, table, asked.columns), key=lambda each: -len(each[0])):
        shorter = take(value, phrase)
        if shorter is None:
            continue
        phrase = shorter
        chosen = [at for at in places if at in asked.columns] or list(places)
        if len(chosen) == 1:
            found.setdefault(chosen[0], {})[value] = places[chosen[0]]
        else:
            filters.append(None)
    filters += [_equal(table, at, values) for at, values in found.items()]
    filters += [_truthful(table, at) for at in asked.columns if at not in found and truths_of(table.column(at))]
    return filters, phrase


def _values_in(phrase: str, table: Table, named: Sequence[int]) -> list[tuple[str, dict[int, str]]]:
    """Each value that occurs in the phrase: its own phrase, and by column how it is written there."""
    places: dict[str, dict[int, str]] = {}
    for at in range(len(table.columns)):
        different = set(table.column(at))
        if len(different) > _MOST_DISTINCT and at not in named:
            continue
        for cell in different:
            value = phrase_of(cell) if 0 < len(cell) <= _LONGEST_VALUE else ""
            if value.strip() and _telling(value, at in named) and take(value, phrase) is not None:
                places.setdefault(value, {})[at] = cell
    return list(places.items())


def _telling(value: str, in_named_column: bool) -> bool:
    words = value.split()
    return in_named_column or not all(names_nothing(word) or word.isdecimal() for word in words)


def _equal(table: Table, at: int, values: dict[str, str]) -> _Filter:
    shown = " or ".join(values.values())
    return _Filter(at, f"{table.columns[at]} = {shown}", [phrase_of(cell) in values for cell in table.column(at)])


def _truthful(table: Table, at: int) -> _Filter:
    return _Filter(at, f"{table.columns[at]} = yes", truths_of(table.column(at)) or [])
