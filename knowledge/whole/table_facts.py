"""Answers a question about a table with what is computed in it, and describes the table.

A result is stated only where every word of the question was understood (`reading.py`, `understanding.py`). Else the
table is only described.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from knowledge.whole.columns import Columns
from knowledge.whole.reading import read_question
from knowledge.whole.table_query import Group, Line, Result, TableQuery, run_query
from knowledge.whole.tables import Fact, Spans, Table
from knowledge.whole.understanding import Understood, understand
from knowledge.whole.words.periods import month_name
from knowledge.whole.words.words import Words

_MAX_VALUE_CHARS = 60  # characters; a longer cell is a text, not a value
_COUNTED_VALUES = 12  # different values of a column whose counts are worth stating
_COUNTED_COLUMNS = 6
_MOST_LINES = 50  # groups that are stated; the others are only counted
_AVERAGE_DECIMALS = 2
_ROW_WORDS = {"largest": "highest", "smallest": "lowest"}
_OPERATIONS = {"minimum": "lowest", "maximum": "highest", "different": "number"}


def table_facts(question: str, table: Table, names: Sequence[str], words: Words) -> list[Fact]:
    """Return the answer to the question, where it is certain, then a description of the table.

    `names`: other names of the table, as its file's stem. `words`: of the question's language.
    """
    columns = Columns(table, words)
    reading = read_question(question, columns, words, [*names, table.name], table.nouns)
    answer = understand(reading, columns)
    described = _description(table, columns)
    return [_fact(answer, table, columns), described] if answer else [described]


def _description(table: Table, columns: Columns) -> Fact:
    words, counted = f"{_rows(table, columns, len(columns.rows))}; columns: {', '.join(table.columns)}", list[str]()
    for at, column in enumerate(table.columns):
        counts = Counter(cell for cell in columns.cells(at) if cell)
        is_small = 1 < len(counts) <= min(_COUNTED_VALUES, len(columns.rows) // 2)
        if is_small and max(map(len, counts)) <= _MAX_VALUE_CHARS:
            counted.append(f"{column}: " + ", ".join(f"{value} {n:,}" for value, n in counts.most_common()))
    return Fact("; ".join([words, *counted[:_COUNTED_COLUMNS]]), table.span)


def _fact(answer: Understood, table: Table, columns: Columns) -> Fact:
    query, result = answer.query, run_query(columns, answer.query)
    rows = result.rows
    if query.operation == "different" and query.group:
        seen: dict[str, int] = {}
        for row in reversed(rows):
            if cell := columns.cells(query.group.column)[row]:
                seen[cell] = row
        rows = tuple(reversed(seen.values()))
    if query.group and query.limit:
        rows = _rows_in(rows, columns, query.group, result.lines)
    spans = Spans(table.rows[columns.rows[row]] for row in rows)
    listed = answer.lists or bool(query.conditions) or query.operation in ("minimum", "maximum") or bool(query.limit)
    return Fact(_told(query, result, table, columns), table.span, spans, answers=True, listed=listed)


def _rows_in(rows: Sequence[int], columns: Columns, group: Group, lines: Sequence[Line]) -> tuple[int, ...]:
    """The rows that are in one of the groups of the lines."""
    labels = {line.label for line in lines}
    if group.unit == "value":
        cells = columns.cells(group.column)
        return tuple(row for row in rows if cells[row] in labels)
    days = columns.dates(group.column) or []
    return tuple(row for row in rows if (day := days[row]) and _unit_label(day.isoformat(), group) in labels)


def _unit_label(day: str, group: Group) -> str:
    quarter = f"{day[:4]} Q{(int(day[5:7]) + 2) // 3}"
    return {"year": day[:4], "month": day[:7], "quarter": quarter}[group.unit]


def _told(query: TableQuery, result: Result, table: Table, columns: Columns) -> str:
    """The result in words, the number or name that is asked for first."""
    whole = _rows(table, columns, len(columns.rows))
    where = f" where {' and '.join(each.words for each in query.conditions)}" if query.conditions else ""
    of = f"{len(result.rows):,} of {whole}{where}" if query.conditions else whole
    of += _left_out(table, columns)
    name = "" if query.measure is None else columns.names[query.measure]
    match query.operation:
        case "count" | "rows" if query.group is None:
            return _told_rows(query, result, columns, of, name)
        case "different" if query.group:
            return f"{len(result.lines):,} different values of {columns.names[query.group.column]} in {of}"
        case "share":
            share = 0.0 if (line := result.lines[0]).value is None else line.value
            return f"{share:.1f} %: the share of {name + ' in ' if name else ''}{of}"
    if query.group:
        return _told_groups(query, query.group, result, columns, of)
    if not result.rows:
        return f"nothing: no {name} in {of}"
    operation = _OPERATIONS.get(query.operation, query.operation)
    return f"{_number(query, columns, result.lines[0])}: the {operation} of {name} over {of}"


def _told_rows(query: TableQuery, result: Result, columns: Columns, of: str, name: str) -> str:
    if query.measure is None:
        return of
    if not result.rows:
        return f"nothing: no {name} in {of}"
    kind = _ROW_WORDS[query.order or "largest"]
    if columns.dates(query.measure) is not None and columns.numbers(query.measure) is None:
        kind = {"highest": "latest", "lowest": "earliest"}[kind]
    every = of if not query.conditions else of.partition(" of ")[2]
    if query.limit == 1:
        return f"{columns.cells(query.measure)[result.rows[0]]}: the {kind} {name} of {every}"
    return f"{len(result.rows):,} of {every} with the {kind} {name}"


def _told_groups(query: TableQuery, group: Group, result: Result, columns: Columns, of: str) -> str:
    assert group is not None
    what = "rows" if query.measure is None else f"{query.operation} of {columns.names[query.measure]}"
    unit = columns.names[group.column] if group.unit == "value" else group.unit
    lines = [f"{_label(line.label, group)}: {_number(query, columns, line)}" for line in result.lines[:_MOST_LINES]]
    if query.limit == 1:
        kind = "most" if query.order == "largest" and query.measure is None else _ROW_WORDS[query.order or "largest"]
        return f"{'; '.join(lines)}: the {kind} {what} per {unit}, over {of}"
    more = [f"and {left:,} more"] if (left := len(result.lines) - _MOST_LINES) > 0 else []
    return "\n".join([f"{what} per {unit}, over {of}", *lines, *more])


def _label(label: str, group: Group) -> str:
    if group.unit == "month":
        return f"{month_name(int(label[5:7]))} {label[:4]}"
    return label


def _number(query: TableQuery, columns: Columns, line: Line) -> str:
    if line.value is None:
        return "none"
    if query.measure is None or query.operation == "count":
        return f"{line.value:,.0f}"
    style = columns.style(query.measure)
    fine = query.operation in ("average", "median") and round(line.value, style.decimals) != round(line.value, 6)
    return style.written(line.value, max(style.decimals, _AVERAGE_DECIMALS) if fine else style.decimals)


def _rows(table: Table, columns: Columns, count: int) -> str:
    return f"{count:,} {table.unit if count != 1 else table.unit.removesuffix('s')}"


def _left_out(table: Table, columns: Columns) -> str:
    totals = columns.total_rows
    return f" ({totals:,} total row{'s' if totals > 1 else ''} left out)" if totals else ""
