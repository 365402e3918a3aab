"""Lists of a Word 97 file and the numbers that Word shows before their items."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from knowledge.parse.office.list_numbers import BULLET, LEVELS, NONE, Level, ListCounter
from knowledge.parse.old_office.word_file import WordFile

Read = TypeVar("Read")

_LISTS, _OVERRIDES = 73, 74
_LIST_BYTES, _LEVEL_BYTES, _OVERRIDE_BYTES = 28, 28, 16
_MAX_LISTS = 10_000
_MAX_PATTERN = 64  # characters; Word allows 31
# Formats of numbers by MSONFC ([MS-OSHARED] 2.2.1.3).
_FORMATS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal",
    10: "ideographDigital", 11: "japaneseCounting", 12: "aiueoFullWidth", 13: "irohaFullWidth", 14: "decimalFullWidth",
    18: "decimalEnclosedCircle", 22: "decimalZero", 23: BULLET, 24: "ganada", 25: "chosung",
    30: "ideographTraditional", 33: "taiwaneseCounting", 35: "taiwaneseCountingThousand", 37: "chineseCounting",
    39: "chineseCountingThousand", 41: "koreanDigital", 46: "arabicAlpha", 48: "arabicAbjad", 53: "thaiLetters",
    58: "russianLower", 59: "russianUpper", 255: NONE,
}  # fmt: skip


@dataclass(slots=True)
class _Override:
    """A use of a list. `starts`: numbers by level with which it begins anew; `levels`: those that it defines itself."""

    list_id: int
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


class WordLists:
    """Counts the items of each list in the order in which they are asked for."""

    def __init__(self, file: WordFile) -> None:
        self._levels = dict(_as_far_as_sound(_levels_by_list(file)))
        self._overrides = list(_as_far_as_sound(_read_overrides(file.structure(_OVERRIDES))))
        self._counters: dict[int, ListCounter] = {}
        self._begun: set[int] = set()

    def next(self, list_number: int, level: int) -> str | None:
        """The next item's number as it is shown, "" for a bullet; None where there is no such list."""
        if not 0 < list_number <= len(self._overrides):
            return None
        used = self._overrides[list_number - 1]
        counter = self._counters.setdefault(used.list_id, ListCounter())
        if list_number not in self._begun:
            self._begun.add(list_number)
            for place, start in used.starts.items():
                counter.restart(place, start)
        return counter.next(level, self._levels.get(used.list_id, {}) | used.levels)


def _as_far_as_sound(read: Iterator[Read]) -> Iterator[Read]:
    """What can be read before the damage begins: a document without its numbers is better than none."""
    with suppress(struct.error):
        yield from read


def _levels_by_list(file: WordFile) -> Iterator[tuple[int, dict[int, Level]]]:
    """The levels of each list by its id: they follow the structure that names the lists (PlfLst)."""
    listed = file.structure(_LISTS)
    count = min(int.from_bytes(listed[:2], "little"), (len(listed) - 2) // _LIST_BYTES, _MAX_LISTS)
    at = file.structure_end(_LISTS) if count > 0 else 0
    for number in range(count):
        (list_id,) = struct.unpack_from("<i", listed, 2 + _LIST_BYTES * number)
        is_simple = listed[2 + _LIST_BYTES * number + 26] & 1
        levels = {}
        for place in range(1 if is_simple else LEVELS):
            levels[place], at = _level(file.table, at)
        yield list_id, levels


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """The level that begins at `at`, and where it ends."""
    start, number_format, flags = struct.unpack_from("<iBB", table, at)
    character_bytes, paragraph_bytes, restarts_below = struct.unpack_from("<BBB", table, at + 24)
    at += _LEVEL_BYTES + character_bytes + paragraph_bytes
    (length,) = struct.unpack_from("<H", table, at)
    text = table[at + 2 : at + 2 + 2 * min(length, _MAX_PATTERN)].decode("utf-16-le", "replace")
    pattern = "".join(f"%{ord(character) + 1}" if ord(character) < LEVELS else character for character in text)
    level = Level(
        _FORMATS.get(number_format, "decimal"),
        pattern,
        max(start, 0),
        restarts_below=restarts_below if flags & 8 else LEVELS,
        is_legal=bool(flags & 4),
    )
    return level, at + 2 + 2 * length


def _read_overrides(data: bytes) -> Iterator[_Override]:
    """The uses of lists in their order (PlfLfo); paragraphs name them by number."""
    count = min(int.from_bytes(data[:4], "little"), (len(data) - 4) // _OVERRIDE_BYTES, _MAX_LISTS)
    at = 4 + _OVERRIDE_BYTES * max(count, 0)
    for number in range(count):
        list_id, levels = struct.unpack_from("<i8xB", data, 4 + _OVERRIDE_BYTES * number)
        used = _Override(list_id)
        at += 4
        for _ in range(min(levels, LEVELS)):
            if at + 8 > len(data):
                break
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            place = flags & 0xF
            if flags & 0x20:
                used.levels[place], at = _level(data, at)
                start = used.levels[place].start
            if flags & 0x10 and place < LEVELS:
                used.starts[place] = start
        yield used
