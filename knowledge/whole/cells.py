"""What the cells of a table's column hold: numbers, dates, yes and no."""

import re
from collections.abc import Sequence
from datetime import date

# A column is of a kind when this share of its filled cells is: a total line or a note must not hide what the rest are.
KIND_SHARE = 0.9
_SAMPLE_CELLS = 100

_NUMBER = re.compile(r"^[^\w.,+-]{0,3}\s*([+-]?\d[\d.,'’ \u00a0\u202f]*)\s*(?:[^\w.,]{0,3}|[A-Z]{3}|kr|元|円)?$")
_ISO = re.compile(r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?:[T ].*)?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})$")
_TRUE, _FALSE = (
    frozenset("true yes y ja oui sí si 是 はい x ✓ 1".split()),
    frozenset("false no n nein non 否 いいえ 0".split()),
)


def number_of(cell: str) -> float | None:
    """The number in a cell, its currency sign and thousands marks left out; None where it is not one.

    With both marks the last is the decimal one; a comma before exactly three digits marks thousands.
    """
    if cell.isascii() and cell.isdecimal():
        return float(cell)
    match = _NUMBER.match(cell.strip())
    if not match:
        return None
    digits = re.sub(r"[\s'’\u00a0\u202f]", "", match[1])
    last = max(digits.rfind(","), digits.rfind("."))
    mark = digits[last] if last >= 0 else ""
    if mark and (digits.count(mark) > 1 or (mark == "," and "." not in digits and len(digits) - last == 4)):
        mark = ""
    whole = re.sub(r"[.,]", "", digits[:last] if mark else digits)
    try:
        return float(f"{whole}.{digits[last + 1 :]}" if mark else whole)
    except ValueError:
        return None


def numbers_of(cells: Sequence[str]) -> list[float | None] | None:
    """The number of each cell, or None where the column is not one of numbers."""
    if not _likely([number_of(cell) for cell in cells[:_SAMPLE_CELLS]], cells):
        return None
    found = [number_of(cell) for cell in cells]
    return found if _mostly(found, cells) else None


def dates_of(cells: Sequence[str]) -> list[date | None] | None:
    """The date of each cell, or None where the column is not one of dates, or day and month cannot be told apart."""
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
    """Yes or no for each cell, an empty one being no; None where anything else stands in one."""
    folded = [cell.strip().casefold() for cell in cells]
    if not any(cell in _TRUE for cell in folded) or any(cell and cell not in _TRUE | _FALSE for cell in folded):
        return None
    return [cell in _TRUE for cell in folded]


def _likely(found: Sequence[object], cells: Sequence[str]) -> bool:
    """Whether the first cells are worth looking at the rest: at least half of the filled ones are of the kind."""
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
