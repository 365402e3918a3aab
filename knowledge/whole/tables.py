"""Finds the Markdown tables in a text, and reads their cells as numbers, dates, or yes and no."""

from __future__ import annotations

import operator
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import overload

from knowledge.document import Span

_CODE_FENCE = re.compile(r"^[ \t]*+(```|~~~)")
_DELIMITER = re.compile(r"^\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*$")
_LONGEST_NAME = 80  # characters of the line above a table; the rest of a longer one does not name it
_LONGEST_ROW = 100_000  # characters; the rest of a longer line is in no cell
_MOST_SHARED = 10_000  # different cells that are kept once, however often they occur
_CELL_BORDER = re.compile(r"(?<!\\)\|")


class Spans(Sequence[Span]):
    """Many spans, in a tenth of the memory that a list of them takes."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts, self._ends = array("q"), array("q")
        for span in spans:
            self.append(span)

    def append(self, span: Span) -> None:
        """Add a span at the end."""
        self._starts.append(span[0])
        self._ends.append(span[1])

    def __len__(self) -> int:
        """The number of spans."""
        return len(self._starts)

    @overload
    def __getitem__(self, at: int) -> Span: ...

    @overload
    def __getitem__(self, at: slice) -> list[Span]: ...

    def __getitem__(self, at: int | slice) -> Span | list[Span]:
        """The span, or a list of them."""
        if isinstance(at, slice):
            return list(zip(self._starts[at], self._ends[at], strict=True))
        return self._starts[at], self._ends[at]


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: the line of text above it, a heading or a sheet's name. The span covers header to last row.

    `cells`: for every column those below the header, top to bottom; `rows`: the spans of their lines.
    """

    name: str
    columns: tuple[str, ...]
    cells: tuple[list[str], ...]
    rows: Spans
    span: Span


def find_tables(text: str) -> Iterator[Table]:
    """Yield the tables with a header, a delimiter row and at least one row, in order; none inside a code block."""
    lines, above = lines_outside_code(text), ""
    line = next(lines, None)
    while line:
        below = next(lines, None)
        if below and _is_header(line[1], below[1]):
            table, line = _table(above, line, lines)
            above = ""
            if table.rows:
                yield table
        else:
            above = line[1].strip(" \t#*:")[:_LONGEST_NAME] or above
            line = below


def _is_header(line: str, below: str) -> bool:
    is_delimiter = "|" in line and "-" in below and max(len(line), len(below)) <= _LONGEST_ROW
    return is_delimiter and bool(_DELIMITER.match(below)) and len(cells_of(below)) == len(cells_of(line))


def _table(
    name: str, header: tuple[int, str], lines: Iterator[tuple[int, str]]
) -> tuple[Table, tuple[int, str] | None]:
    """The table below its header and delimiter, and the line after it."""
    columns = tuple(cell or f"column {at}" for at, cell in enumerate(cells_of(header[1]), 1))
    padding, cells = ("",) * len(columns), tuple(list[str]() for _ in columns)
    rows, known, after = Spans(), dict[str, str](), None
    for start, line in lines:
        if "|" not in line:
            after = start, line
            break
        rows.append((start, start + len(line)))
        for column, cell in zip(cells, (*cells_of(line), *padding), strict=False):
            if len(known) < _MOST_SHARED:
                known.setdefault(cell, cell)
            column.append(known.get(cell, cell))
    return Table(name, columns, cells, rows, (header[0], rows[-1][1] if rows else header[0])), after


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a row's line."""
    line = line[:_LONGEST_ROW]
    parts = _CELL_BORDER.split(line.strip()) if "\\" in line else line.strip().split("|")
    inner = parts[1 if not parts[0].strip() else 0 : -1 if not parts[-1].strip() else None]
    return tuple(part.strip().replace(r"\|", "|") for part in inner)


def lines_outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Yield the start of each line, and the line; empty in code blocks.

    One by one: to split a text of millions of lines at once would stop every other thread.
    """
    fence, start = "", 0
    while start <= len(text):
        end = text.find("\n", start)
        line = text[start:] if end < 0 else text[start:end]
        if mark := _CODE_FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        yield start, "" if fence else line.rstrip("\r")
        start += len(line) + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """`text`: a count in words, as `37 of 102 rows where status = open`. `span`: the stretch it was counted in.

    `items`: the spans of the things counted, where these can be listed. `answers`: True when it is exactly the count
    that the question asks for; else it only describes the document.
    """

    text: str
    span: Span
    items: Sequence[Span] = ()
    answers: bool = False


# A column is of a kind when this share of its filled cells is: a total line or a note must not hide what the rest are.
KIND_SHARE = 0.9
_SAMPLE_CELLS = 100

_NUMBER = re.compile(r"^[^\w.,+-]{0,3}\s*([+-]?\d[\d.,'’ \u00a0\u202f]*)\s*(?:[^\w.,]{0,3}|[A-Z]{3}|kr|元|円)?$")
_LONGEST_NUMBER = 100  # characters of its cell
_ISO = re.compile(r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?:[T ].*)?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})$")
_TRUE, _FALSE = (
    frozenset("true yes y ja oui sí si 是 はい x ✓ 1".split()),
    frozenset("false no n nein non 否 いいえ 0".split()),
)


def number_of(cell: str) -> float | None:
    """Return the number in a cell, its currency sign and thousands marks left out; None where it is not one.

    With both marks the last is the decimal one; a comma before exactly three digits marks thousands.
    """
    if cell.isascii() and cell.isdecimal():
        return float(cell)
    match = _NUMBER.match(cell.strip()) if len(cell) <= _LONGEST_NUMBER else None
    if not match:
        return None
    digits = re.sub(r"[\s'’\u00a0\u202f]", "", match[1])
    last = max(digits.rfind(","), digits.rfind("."))
    mark = digits[last] if last >= 0 else ""
    if mark and (digits.count(mark) > 1 or (mark == "," and "." not in digits and len(digits) - last == 4)):
        mark = ""
    integer = re.sub(r"[.,]", "", digits[:last] if mark else digits)
    try:
        return float(f"{integer}.{digits[last + 1 :]}" if mark else integer)
    except ValueError:
        return None


def numbers_of(cells: Sequence[str]) -> list[float | None] | None:
    """Return the number of each cell, or None where the column is not one of numbers."""
    if not _likely([number_of(cell) for cell in cells[:_SAMPLE_CELLS]], cells):
        return None
    found = [number_of(cell) for cell in cells]
    return found if _mostly(found, cells) else None


def dates_of(cells: Sequence[str]) -> list[date | None] | None:
    """Return the date of each cell, or None where the column is not one of dates, or day and month are ambiguous."""
    pairs = [match for cell in cells if (match := _DAY_MONTH.match(cell.strip()))]
    day_first = any(int(match[1]) > 12 or match[2] == "." for match in pairs)
    month_first = any(int(match[3]) > 12 for match in pairs)
    if pairs and day_first == month_first:
        return None
    if not _likely([_date(cell.strip(), day_first) for cell in cells[:_SAMPLE_CELLS]], cells):
        return None
    found = [_date(cell.strip(), day_first) for cell in cells]
    return found if _mostly(found, cells) else None


def truths_of(cells: Sequence[str]) -> list[bool] | None:
    """Return yes or no for each cell, an empty one being no; None where a cell has anything else."""
    folded = [cell.strip().casefold() for cell in cells]
    if not any(cell in _TRUE for cell in folded) or any(cell and cell not in _TRUE | _FALSE for cell in folded):
        return None
    return [cell in _TRUE for cell in folded]


def _likely(found: Sequence[object], cells: Sequence[str]) -> bool:
    """True when at least half of the first filled cells are of the kind, so that the rest is worth reading."""
    filled = sum(bool(cell.strip()) for cell in cells[: len(found)])
    return 2 * sum(value is not None for value in found) >= filled


def _mostly(found: Sequence[object], cells: Sequence[str]) -> bool:
    filled = sum(bool(cell.strip()) for cell in cells)
    return bool(filled) and sum(value is not None for value in found) >= KIND_SHARE * filled


def _date(cell: str, day_first: bool) -> date | None:
    try:
        if match := _ISO.match(cell):
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
        if match := _DAY_MONTH.match(cell):
            day, month = (match[1], match[3]) if day_first else (match[3], match[1])
            return date(int(match[4]) + (2000 if len(match[4]) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return None


_BEFORE = {
    "≥": r"at least|no less than|mindestens|au moins|al menos|como mínimo|至少|不少于|不低于",
    "≤": r"at most|up to|no more than|höchstens|bis zu|au plus|como máximo|至多|最多|不超过|不高于",
    ">": r"over|above|more than|greater than|exceeding|higher than|larger than|über|mehr als|größer als|höher als"
    r"|plus de|supérieure?s? à|más de|mayor(?:es)? (?:de|que|a)|超过|大于|高于|多于|>",
    "<": r"under|below|less than|fewer than|lower than|smaller than|unter|weniger als|kleiner als|moins de"
    r"|inférieure?s? à|menos de|menor(?:es)? (?:de|que|a)|低于|小于|少于|不到|<",
}
_AFTER = {
    "≥": r"or more|以上",
    "≤": r"or less|or fewer|以下",
    "<": r"未満|より少ない|より小さい",
    ">": r"を超える|より多い|より大きい",
}
_AMOUNT = r"(?:[€$£¥]\s*+)?(\d[\d.,'’]{0,30}\d|\d)(?:\s*+(k\b))?"
_BEFORE_RULES = [
    (sign, re.compile(rf"(?:(?<!\w)|(?<=[^\x00-\x7f]))(?:{words})\s*+{_AMOUNT}")) for sign, words in _BEFORE.items()
]
_AFTER_RULES = [(sign, re.compile(rf"{_AMOUNT}\s*+(?:{words})")) for sign, words in _AFTER.items()]
_BETWEEN = re.compile(rf"\b(?:between|zwischen|entre)\s+{_AMOUNT}\s+(?:and|und|et|y)\s+{_AMOUNT}")
_AMBIGUOUS = re.compile(r"^\d{1,3}\.\d{3}$")  # a thousand in German, a fraction in English
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "≥": operator.ge,
    "≤": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """`sign` is one of > ≥ < ≤."""

    sign: str
    amount: float

    def holds(self, value: float | None) -> bool:
        """True for a value within the bound; never for a missing one."""
        return value is not None and _HOLDS[self.sign](value, self.amount)

    def __str__(self) -> str:
        """Format as a condition."""
        return f"{self.sign} {self.amount:,.10g}"


def extract_bounds(folded: str) -> tuple[list[Bound], str]:
    """Return the bounds in a folded text, and the text without them. An ambiguous amount stays in it."""
    bounds: list[Bound] = []
    while match := _BETWEEN.search(folded):
        low, high = _amount(match[1], match[2]), _amount(match[3], match[4])
        if low is None or high is None:
            break
        bounds += [Bound("≥", low), Bound("≤", high)]
        folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    for sign, rule in (*_BEFORE_RULES, *_AFTER_RULES):
        amounts = ((match, _amount(match[1], match[2])) for match in rule.finditer(folded))
        found = [(match, amount) for match, amount in amounts if amount is not None]
        bounds += [Bound(sign, amount) for _, amount in found]
        for match, _ in reversed(found):
            folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    return bounds, folded


def _amount(digits: str, thousands: str | None) -> float | None:
    number = None if _AMBIGUOUS.match(digits) else number_of(digits)
    return None if number is None else number * (1000 if thousands else 1)
