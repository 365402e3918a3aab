"""The text of a shape on an old slide: its paragraphs, their depth, raised characters and links."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from knowledge.parse.office.inline import lowered, raised, with_address, without_symbol_codes
from knowledge.parse.old_office.slide_records import Record, Records

TEXT_HEADER, TEXT_CHARACTERS, TEXT_BYTES = 3999, 4000, 4008
_STYLES, _LINK, _LINK_ATOM, _LINK_PLACE = 4001, 4082, 4083, 4063
TITLES = frozenset({0, 6})
_MAX_DEPTH = 8
# Bytes of the properties of a paragraph and of characters, by the bits of their mask, in the order of the file.
_PARAGRAPH_SIZES = (
    (0x0000000F, 2), (0x00000080, 2), (0x00000010, 2), (0x00000040, 2), (0x00000020, 4), (0x00000800, 2),
    (0x00001000, 2), (0x00002000, 2), (0x00004000, 2), (0x00000100, 2), (0x00000400, 2), (0x00008000, 2),
)  # fmt: skip
_TAB_STOPS = 0x00100000
_AFTER_TAB_STOPS = ((0x00010000, 2), (0x000E0000, 2), (0x00200000, 2))
_CHARACTER_SIZES = (
    (0x00003EB7, 2), (0x00010000, 2), (0x00200000, 2), (0x00400000, 2), (0x00800000, 2), (0x00020000, 2),
    (0x00040000, 4),
)  # fmt: skip
_POSITION = 0x00080000


@dataclass(slots=True)
class SlideText:
    """`kind`: of the place that the text fills, by the number in its header. `paragraphs`: depth and text of each.

    `cells`: of a table, by row, instead of paragraphs.
    """

    kind: int
    paragraphs: list[tuple[int, str]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The text on one line."""
        lines = [*(text for _, text in self.paragraphs), *(cell for row in self.cells for cell in row)]
        return " ".join(" ".join(lines).split())


def read_texts(records: Records, found: Iterable[Record], addresses: Mapping[int, str]) -> list[SlideText]:
    """The texts among these records; each begins with its header. `addresses`: of the presentation's links."""
    texts: list[SlideText] = []
    characters, styles, links, address = "", b"", list[tuple[int, int, str]](), ""

    def end() -> None:
        if texts and characters:
            texts[-1].paragraphs = _paragraphs(characters, styles, links)

    for record in found:
        content = records.data[record.start : record.end]
        if record.kind == TEXT_HEADER:
            end()
            characters, styles, links = "", b"", []
            texts.append(SlideText(records.numbers(record, 1)[0]))
        elif record.kind in (TEXT_CHARACTERS, TEXT_BYTES):
            characters = content.decode("utf-16-le" if record.kind == TEXT_CHARACTERS else "latin-1", "replace")
        elif record.kind == _STYLES:
            styles = content
        elif record.kind == _LINK:
            atom = next((one for one in records.children(record) if one.kind == _LINK_ATOM), None)
            address = addresses.get(records.numbers(atom, 2)[1], "") if atom else ""
        elif record.kind == _LINK_PLACE and address:
            links.append((*struct.unpack_from("<ii", content), address))
    end()
    return texts


def _paragraphs(characters: str, styles: bytes, links: list[tuple[int, int, str]]) -> list[tuple[int, str]]:
    try:
        depths, shifts = _runs(styles, len(characters))
    except struct.error:
        depths, shifts = [], []
    ends = list(accumulate(count for count, _ in depths))
    shown = _shown(characters, shifts, links)
    paragraphs, at = [], 0
    for text in shown.split("\r"):
        place = bisect_right(ends, at)
        depth = depths[place][1] if place < len(depths) else 0
        at += len(text) + 1
        paragraphs.append((min(depth, _MAX_DEPTH), without_symbol_codes(text.replace("\x0b", "\n"))))
    return paragraphs


def _shown(characters: str, shifts: list[tuple[int, int]], links: list[tuple[int, int, str]]) -> str:
    """The text with its raised characters as such, and the addresses behind its links."""
    if not links and not any(shift for _, shift in shifts):
        return characters
    parts, at = [], 0
    for count, shift in shifts:
        text = characters[at : at + count]
        parts.append(raised(text) if shift > 0 else lowered(text) if shift < 0 else text)
        at += count
    whole = "".join([*parts, characters[at:]])
    if len(whole) != len(characters):  # a `^(…)`: places of links are then unknown
        return whole
    for first, last, address in sorted(links, reverse=True):
        last = min(last, len(whole))
        if 0 <= first < last:
            whole = whole[:first] + with_address(whole[first:last], address) + whole[last:]
    return whole


def _runs(styles: bytes, length: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(characters, depth) of the paragraphs' runs, and (characters, shift) of the characters' runs."""
    at, left = 0, length + 1
    depths, shifts = [], []
    while left > 0 and at < len(styles):
        count, depth, mask = struct.unpack_from("<IHI", styles, at)
        at += 10 + _size(mask, _PARAGRAPH_SIZES)
        if mask & _TAB_STOPS:
            (stops,) = struct.unpack_from("<H", styles, at)
            at += 2 + 4 * stops
        at += _size(mask, _AFTER_TAB_STOPS)
        depths.append((count, depth))
        left -= max(count, 1)
    left = length + 1
    while left > 0 and at < len(styles):
        count, mask = struct.unpack_from("<II", styles, at)
        at += 8 + _size(mask, _CHARACTER_SIZES)
        shift = 0
        if mask & _POSITION:
            (shift,) = struct.unpack_from("<h", styles, at)
            at += 2
        shifts.append((count, shift))
        left -= max(count, 1)
    return depths, shifts


def _size(mask: int, sizes: tuple[tuple[int, int], ...]) -> int:
    return sum(size for bits, size in sizes if mask & bits)
