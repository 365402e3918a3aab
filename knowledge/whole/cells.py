"""Reads the cells of a column as numbers, dates, or yes and no."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

Value = TypeVar("Value")

# A column is of a kind when this share of its filled cells is: a total line or a note must not hide what the rest are.
KIND_SHARE = 0.9
_SAMPLE_CELLS = 100

_CODES = "EUR|USD|GBP|CHF|JPY|CNY|RMB|KRW|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|TRY|INR|CAD|AUD|NZD|BRL|MXN|RUB|ZAR|SGD|HKD"
_NUMBER = re.compile(
    rf"^(?P<before>[^\w.,+-]{{0,3}}|{_CODES}|R\$|Fr\.)\s*(?P<digits>[+-]?\d[\d.,'’ \u00a0\u202f]*?)\s*"
    rf"(?P<after>[^\w.,]{{0,3}}|{_CODES}|kr|zł|Kč|元|円|원|kg|km|h)$"
)
_GROUPS = re.compile(r"^[+-]?\d+$|^[+-]?\d{1,3}(?:\D\d{2,3})*\D\d{3}$")  # 1,234,567, and 12,34,567
_LONGEST_NUMBER = 100  # characters of its cell
_SPACES = re.compile(r"[\s'’\u00a0\u202f]")
_ISO = re.compile(r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?:[T ].*)?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})$")
_TRUE, _FALSE = (
    frozenset("true yes y ja oui sí si sì 是 はい 예 네 x ✓ ✔ ☑ ☒ 1".split()),
    frozenset("false no n nein non 否 いいえ 아니요 아니오 ✗ ✘ ☐ - – 0".split()),
)


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a column writes its numbers. `point`: the decimal mark; `grouping`: that of thousands, "" for none."""

    point: str = "."
    grouping: str = ""
    decimals: int = 0
    before: str = ""
    after: str = ""

    def written(self, number: float, decimals: int | None = None) -> str:
        """Format a number as the column would."""
        plain = f"{number:,.{self.decimals if decimals is None else decimals}f}"
        marks = {",": self.grouping, ".": self.point}
        return f"{self.before}{''.join(marks.get(character, character) for character in plain)}{self.after}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number of each cell, None where it has none, and how they are written."""

    values: list[float | None]
    style: NumberStyle


def number_of(cell: str) -> float | None:
    """Return the number in a cell, its currency sign and thousands marks left out; None where it is not one.

    With both marks the last is the decimal one; a comma before exactly three digits marks thousands.
    """
    return _number(cell, "," if _decimal_mark(_digits(cell)) == "," else ".")


def numbers_of(cells: Sequence[str], language_point: str = "") -> Numbers | None:
    """Return the numbers of a column, or None where it is not one of numbers, or 1.000 in it may be 1 or 1,000.

    `language_point`: the decimal mark of the language that the column is likely in; "" where that is not known.
    """
    if not _likely([number_of(cell) for cell in cells[:_SAMPLE_CELLS]], cells):
        return None
    point = _point(cells, language_point)
    if not point:
        return None
    found = [_number(cell, point) for cell in cells]
    return Numbers(found, _style(cells[:_SAMPLE_CELLS], point)) if _mostly(found, cells) else None


def _digits(cell: str) -> str:
    if cell.isascii() and cell.isdecimal():
        return cell
    match = _NUMBER.match(cell.strip()) if len(cell) <= _LONGEST_NUMBER else None
    return _SPACES.sub("", match["digits"]) if match else ""


def _number(cell: str, point: str) -> float | None:
    if cell.isascii() and (cell.replace(".", "", 1) if point == "." else cell).isdecimal():
        return float(cell)
    whole, mark, fraction = _digits(cell).partition(point)
    if not _GROUPS.match(whole) or (mark and not fraction.isdecimal()):
        return None
    return float(f"{re.sub(r'[.,]', '', whole)}.{fraction or 0}")


def _decimal_mark(digits: str) -> str:
    """The decimal mark that a number shows; with ? before it where it may be one of thousands as well; "" for none."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return ""
    mark, other = digits[last], "," if digits[last] == "." else "."
    if digits.count(mark) > 1:
        return other
    grouped = (
        len(digits) - last == 4 and 0 < last - digits.startswith(("-", "+")) <= 3 and digits.lstrip("+-")[0] != "0"
    )
    return f"?{mark}" if grouped and other not in digits else mark


def _point(cells: Sequence[str], language_point: str) -> str:
    """The decimal mark of a column: the one that a cell shows without doubt, else the language's; "" for none."""
    doubtful, hundreds = "", True
    for cell in cells:
        mark = "" if cell.isdecimal() else _decimal_mark(_digits(cell))
        if mark and mark[0] != "?":
            return mark
        if mark == "?." and "€" in cell:
            return ","
        hundreds = hundreds and (mark != "?." or "00" in cell[-6:])
        doubtful = mark or doubtful
    if doubtful == "?.":
        return "," if language_point == "," or hundreds else ""
    return "." if doubtful else language_point or "."


def _style(cells: Sequence[str], point: str) -> NumberStyle:
    matches = [match for cell in cells if len(cell) <= _LONGEST_NUMBER and (match := _NUMBER.match(cell.strip()))]
    decimals = max((len(m["digits"]) - at - 1 for m in matches if (at := m["digits"].rfind(point)) >= 0), default=0)
    grouping = next(
        (sign for m in matches for sign in ",.'’\u00a0\u202f " if sign != point and sign in m["digits"]), ""
    )
    signs = {(m["before"], m["after"]) for m in matches}
    before, after = signs.pop() if len(signs) == 1 else ("", "")
    return NumberStyle(point, grouping, decimals, before, after and f" {after}")


def dates_of(cells: Sequence[str]) -> list[date | None] | None:
    """Return the date of each cell, or None where the column is not one of dates, or day and month are ambiguous."""
    if not _likely([_date(cell.strip(), True) or _date(cell.strip(), False) for cell in cells[:_SAMPLE_CELLS]], cells):
        return None
    pairs = [match for cell in cells if (match := _DAY_MONTH.match(cell.strip()))]
    day_first = any(int(match[1]) > 12 or match[2] == "." for match in pairs)
    month_first = any(int(match[3]) > 12 for match in pairs)
    if pairs and day_first == month_first:
        return None
    found = _each(partial(_date, day_first=day_first), cells)
    return found if _mostly(found, cells) else None


def truths_of(cells: Sequence[str]) -> list[bool] | None:
    """Return yes or no for each cell, an empty one being no; None where a cell has anything else."""
    known: dict[str, bool] = {}
    for cell in cells:
        if cell not in known:
            folded = cell.strip().casefold()
            if folded and folded not in _TRUE | _FALSE:
                return None
            known[cell] = folded in _TRUE
    return [known[cell] for cell in cells] if any(known.values()) else None


def _each(read: Callable[[str], Value], cells: Sequence[str]) -> list[Value]:
    """Read every cell, equal ones once."""
    known: dict[str, Value] = {}
    for cell in cells:
        if cell not in known:
            known[cell] = read(cell)
    return [known[cell] for cell in cells]


def _likely(found: Sequence[object], cells: Sequence[str]) -> bool:
    """True when at least half of the first filled cells are of the kind, so that the rest is worth reading."""
    filled = sum(bool(cell.strip()) for cell in cells[: len(found)])
    return 2 * sum(value is not None for value in found) >= filled


def _mostly(found: Sequence[object], cells: Sequence[str]) -> bool:
    filled = sum(bool(cell.strip()) for cell in cells)
    return bool(filled) and sum(value is not None for value in found) >= KIND_SHARE * filled


def _date(cell: str, day_first: bool) -> date | None:
    cell = cell.strip()
    try:
        if match := _ISO.match(cell):
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
        if match := _DAY_MONTH.match(cell):
            day, month = (match[1], match[3]) if day_first else (match[3], match[1])
            return date(int(match[4]) + (2000 if len(match[4]) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return None
