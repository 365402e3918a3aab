"""A question about a table as a value, and the engine that answers it: SQLite, in memory, over the table's cells.

Of what was measured SQLite is in Python already and answers 100,000 rows in 0.1 s, loading included; DuckDB takes 69 MB
more on disk and 120 MB of memory, polars 181 MB. A statement is made of numbered columns and parameters: no text of a
file or a question becomes a part of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from knowledge.whole.columns import Columns

Operation = Literal["rows", "count", "different", "sum", "average", "median", "minimum", "maximum", "share"]
Unit = Literal["value", "month", "year", "quarter"]
Cell = str | float | None
_AGGREGATES = {"sum": "sum", "average": "avg", "minimum": "min", "maximum": "max"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a column. `sign`: = ≠ ≥ ≤ > <, where = and ≠ take several values; `words`: for people.

    `kind`: what the column's cells are compared as. Dates are written as 2024-05-31.
    """

    column: int
    sign: str
    values: tuple[Cell, ...]
    words: str
    kind: Literal["text", "number", "date"] = "text"


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that have the same value in a column; `unit`: or a date in the same month, quarter or year."""

    column: int
    unit: Unit = "value"


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What is asked of a table. `measure`: the column of numbers, or of dates, that is computed or compared.

    `order`: the largest or smallest first, of rows by the measure, of groups by their result. `limit`: how many of
    them; None: all. With an order and a limit of 1, as many as are equal.
    """

    operation: Operation
    measure: int | None = None
    conditions: tuple[Condition, ...] = ()
    group: Group | None = None
    order: Literal["", "largest", "smallest"] = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A result: of all rows, `label` "", or of a group; None where there was no number to compute it from."""

    label: str
    value: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """`rows`: those that were used, as indices into the columns' cells, in the order asked for."""

    lines: tuple[Line, ...]
    rows: tuple[int, ...]


def run_query(columns: Columns, query: TableQuery) -> Result:
    """Answer a query. Rows that have no value in the measure take no part in what is computed of it."""
    used = sorted({*(each.column for each in query.conditions), *_columns_of(query)})
    with closing(sqlite3.connect(":memory:")) as database:
        _load(database, columns, query, used)
        where, parameters = _where(query)
        rows = tuple(row for (row,) in database.execute(*_rows_statement(query, where, parameters)))
        lines = tuple(_lines(database, query, where, parameters))
    return Result(lines, rows)


def _columns_of(query: TableQuery) -> list[int]:
    return [at for at in (query.measure, query.group.column if query.group else None) if at is not None]


def _load(database: sqlite3.Connection, columns: Columns, query: TableQuery, used: Sequence[int]) -> None:
    names = ", ".join(f"c{at}" for at in used)
    marks = ", ".join("?" for _ in range(len(used) + 1))
    database.execute(f"CREATE TABLE t (r INTEGER PRIMARY KEY{', ' + names if names else ''})")
    stored = [_stored(columns, query, at) for at in used]
    database.executemany(f"INSERT INTO t VALUES ({marks})", zip(range(len(columns.rows)), *stored, strict=True))


def _stored(columns: Columns, query: TableQuery, at: int) -> Iterator[Cell]:
    """The cells as SQLite compares them: numbers, dates as 2024-05-31, texts; None for an empty one."""
    kinds = {each.kind for each in query.conditions if each.column == at}
    is_time = query.group is not None and query.group.column == at and query.group.unit != "value"
    numbers = columns.numbers(at) if "number" in kinds or query.measure == at else None
    if numbers is not None:
        return iter(numbers)
    dates = columns.dates(at) if "date" in kinds or is_time or query.measure == at else None
    if dates is not None:
        return (day.isoformat() if day else None for day in dates)
    return (cell or None for cell in columns.cells(at))


def _where(query: TableQuery) -> tuple[str, list[Cell]]:
    tests, parameters = list[str](), list[Cell]()
    for each in query.conditions:
        column = f"c{each.column}"
        marks = ", ".join("?" for _ in each.values)
        match each.sign:
            case "=":
                tests.append(f"{column} IN ({marks})")
            case "≠":
                tests.append(f"({column} IS NULL OR {column} NOT IN ({marks}))")
            case sign:
                tests.append(f"{column} {sign.replace('≥', '>=').replace('≤', '<=')} ?")
        parameters += each.values
    return " AND ".join(tests) or "1", parameters


def _rows_statement(query: TableQuery, where: str, parameters: list[Cell]) -> tuple[str, list[Cell]]:
    if query.operation != "rows" or query.measure is None:
        filled = "" if query.measure is None or query.operation == "share" else f" AND c{query.measure} IS NOT NULL"
        return f"SELECT r FROM t WHERE {where}{filled} ORDER BY r", parameters
    measure, direction = f"c{query.measure}", "ASC" if query.order == "smallest" else "DESC"
    if query.limit == 1:
        best = f"SELECT {'min' if query.order == 'smallest' else 'max'}({measure}) FROM t WHERE {where}"
        return f"SELECT r FROM t WHERE {where} AND {measure} = ({best}) ORDER BY r", [*parameters, *parameters]
    ordered = f"SELECT r FROM t WHERE {where} AND {measure} IS NOT NULL ORDER BY {measure} {direction}, r"
    return f"{ordered} LIMIT ?", [*parameters, -1 if query.limit is None else query.limit]


def _lines(database: sqlite3.Connection, query: TableQuery, where: str, parameters: list[Cell]) -> Iterator[Line]:
    if query.operation == "share":
        yield _share(database, query, where, parameters)
        return
    label = _label(query.group) if query.group else "''"
    filled = f" AND {label} IS NOT NULL" if query.group else ""
    if query.measure is not None:
        filled += f" AND c{query.measure} IS NOT NULL"
    measure = "r" if query.measure is None else f"c{query.measure}"
    source = f"(SELECT r, {label} AS label, {measure} AS v FROM t WHERE {where}{filled})"
    value = f"{_AGGREGATES.get(query.operation, 'count')}(v)"
    if query.operation == "median":
        place, count = "row_number() OVER (PARTITION BY label ORDER BY v)", "count(*) OVER (PARTITION BY label)"
        source = f"(SELECT *, {place} AS k, {count} AS n FROM {source})"
        value = "avg(CASE WHEN k IN ((n + 1) / 2, (n + 2) / 2) THEN v END)"
    order = {"largest": "value DESC, label", "smallest": "value, label"}.get(query.order, "label")
    statement = f"SELECT label, {value} AS value, count(*) AS n FROM {source} GROUP BY label ORDER BY {order}"
    lines = [Line(str(label), value, count) for label, value, count in database.execute(statement, parameters)]
    if query.limit == 1:
        lines = [line for line in lines if line.value == lines[0].value]
    yield from lines if query.limit in (None, 1) else lines[: query.limit]


def _share(database: sqlite3.Connection, query: TableQuery, where: str, parameters: list[Cell]) -> Line:
    """The share in percent of the rows, or of the measure's sum, that pass the conditions."""
    part = "1" if query.measure is None else f"c{query.measure}"
    statement = f"SELECT 100.0 * sum(CASE WHEN {where} THEN {part} END) / sum({part}), count(*) FROM t"
    value, count = database.execute(statement, parameters).fetchone()
    return Line("", value, count)


def _label(group: Group) -> str:
    column = f"c{group.column}"
    return {
        "value": column,
        "year": f"substr({column}, 1, 4)",
        "month": f"substr({column}, 1, 7)",
        "quarter": f"substr({column}, 1, 4) || ' Q' || ((CAST(substr({column}, 6, 2) AS INTEGER) + 2) / 3)",
    }[group.unit]
