"""Text of a PDF that nobody can see: drawn invisibly, white on white, outside the page, or too small to read.

It is kept and marked, so that the prompt, the sources and a person see what it is. The text that a scanner puts behind
its picture is invisible too, and is the page's own.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Iterator
from ctypes import c_int, c_uint, c_ulong, c_void_p
from itertools import accumulate, groupby, repeat
from operator import itemgetter
from struct import Struct
from typing import Any

from pypdfium2 import raw

HIDDEN = "[hidden text: {} :hidden text]"  # so that a chunk that holds one end of it has the mark too
_PIECE = re.compile(r"\S(?:.{0,98}\S)?")  # shorter than what a chunk is cut to
_NEARLY_WHITE = 248  # of 255, in each colour
_NEARLY_CLEAR = 8  # of 255
_MIN_HEIGHT_POINTS = 1.5  # of a line of letters; the smallest print is 4
_FILL, _INVISIBLE = raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_INVISIBLE
_CORNERS = Struct("4f")  # FS_RECTF: left, top, right, bottom; read four times as fast as an array
_MAX_OBJECTS = 200_000  # of a page; what is drawn after these is not looked at
_MAX_DEPTH = 5  # of forms within forms

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


def mark_hidden(page: Any, text_page: Any, text: str, index_of: Callable[[int], int]) -> str:
    """The page's text, in which each run of hidden characters stands inside HIDDEN.

    `index_of`: PDFium's number of the character at a place in `text`. A page that hides nothing costs a microsecond for
    each of its objects and lines.
    """
    count = min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    unseen, outline = _unseen_objects(_address(page), count), _page_box(page)
    text_address = _address(text_page)
    box_of = box_reader(text_address)
    lines = text.split("\r\n")
    starts = [*accumulate((len(line) + 2 for line in lines), initial=0)]
    boxes = ((start, box_of(index_of(start))) for line, start in zip(lines, starts, strict=False) if line)
    unreadable = {start for start, box in boxes if box and _is_unreadable(box, outline)}
    if not unseen and not unreadable:
        return text
    covers = _covers(_address(page), count)

    verdicts: dict[int, bool] = {}

    def is_hidden(owner: int | None, place: int) -> bool:
        if owner is None or owner not in unseen:
            return False
        if owner not in verdicts:
            box = box_of(index_of(place))
            verdicts[owner] = box is None or not any(_is_on(box, cover) for cover in covers)
        return verdicts[owner]

    def owners(line: str, start: int) -> Iterator[int | None]:
        return map(_owner_of, repeat(text_address), map(index_of, range(start, start + len(line))))

    return "\r\n".join(
        _wrapped(line) if start in unreadable else _marked(line, start, owners(line, start), is_hidden)
        for line, start in zip(lines, starts, strict=False)
    )


def _marked(line: str, start: int, owners: Iterable[int | None], is_hidden: Callable[[int | None, int], bool]) -> str:
    parts: list[tuple[bool, str]] = []
    for owner, run in groupby(zip(owners, line, strict=True), key=itemgetter(0)):
        part = "".join(letter for _, letter in run)
        parts.append((is_hidden(owner, start), part))
        start += len(part)
    joined = ((hidden, "".join(part for _, part in some)) for hidden, some in groupby(parts, key=itemgetter(0)))
    return "".join(_wrapped(part) if hidden else part for hidden, part in joined)


def _wrapped(text: str) -> str:
    return _PIECE.sub(lambda piece: HIDDEN.format(piece.group()), text)


def _direct(function: object, returns: Any, *takes: Any) -> Callable[..., Any]:
    """A function of PDFium that takes addresses as numbers: twice as fast, and each object of a page asks three.

    What `takes` leaves out is passed as it is.
    """
    return ctypes.PYFUNCTYPE(returns, *takes)(ctypes.cast(function, c_void_p).value)  # type: ignore[arg-type]


_object_of = _direct(raw.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
_inner_object_of = _direct(raw.FPDFFormObj_GetObject, c_void_p, c_void_p, c_ulong)
_count_inner = _direct(raw.FPDFFormObj_CountObjects, c_int, c_void_p)
_kind_of = _direct(raw.FPDFPageObj_GetType, c_int, c_void_p)
_mode_of = _direct(raw.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
_fill_of = _direct(raw.FPDFPageObj_GetFillColor, c_int, c_void_p)  # and four references
_loose_box_of = _direct(raw.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
_owner_of = _direct(raw.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)


def _address(pointer: Any) -> int:
    return ctypes.addressof(pointer.contents)


def _unseen_objects(page: int, count: int) -> set[int]:
    """Addresses of the objects whose text is drawn invisibly, in white, or as clear as glass."""
    is_white, unseen = _white_test(), set[int]()
    tops = [*map(_object_of, repeat(page, count), range(count))]
    for top, mode in zip(tops, map(_mode_of, tops), strict=True):
        if mode == _FILL:
            if is_white(top):
                unseen.add(top)
        elif mode == _INVISIBLE:
            unseen.add(top)
        elif mode < 0 and _kind_of(top) == raw.FPDF_PAGEOBJ_FORM:
            modes = ((drawn, _mode_of(drawn)) for drawn in _inside(top, _MAX_DEPTH))
            unseen |= {drawn for drawn, mode in modes if mode == _INVISIBLE or (mode == _FILL and is_white(drawn))}
    return unseen


def _covers(page: int, count: int) -> list[Box]:
    """Boxes of the pictures and the coloured areas of a page, on which white letters can be read."""
    is_white, found = _white_test(), []
    for top in (_object_of(page, number) for number in range(count)):
        for drawn in _inside(top, _MAX_DEPTH) if _kind_of(top) == raw.FPDF_PAGEOBJ_FORM else (top,):
            kind = _kind_of(drawn)
            is_picture = kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)
            if is_picture or (kind == raw.FPDF_PAGEOBJ_PATH and _is_filled(drawn) and not is_white(drawn)):
                found.append(_bounds(top))
    return found


def _inside(form: int, depth: int) -> Iterator[int]:
    for number in range(min(_count_inner(form), _MAX_OBJECTS) if depth else 0):
        drawn = _inner_object_of(form, number)
        if _kind_of(drawn) == raw.FPDF_PAGEOBJ_FORM:
            yield from _inside(drawn, depth - 1)
        else:
            yield drawn


def _white_test() -> Callable[[int], bool]:
    """A test if an object is filled in white, or hardly at all."""
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    red_at, green_at, blue_at, alpha_at = map(ctypes.byref, (red, green, blue, alpha))

    def is_white(drawn: int) -> bool:
        if not _fill_of(drawn, red_at, green_at, blue_at, alpha_at):
            return False
        if red.value < _NEARLY_WHITE:  # nearly all text
            return alpha.value <= _NEARLY_CLEAR
        return min(green.value, blue.value) >= _NEARLY_WHITE or alpha.value <= _NEARLY_CLEAR

    return is_white


def _is_filled(path: int) -> bool:
    fill, stroke = c_int(), c_int()
    drawn = ctypes.cast(path, raw.FPDF_PAGEOBJECT)
    return bool(raw.FPDFPath_GetDrawMode(drawn, fill, stroke)) and fill.value != raw.FPDF_FILLMODE_NONE


def _bounds(drawn: int) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(ctypes.cast(drawn, raw.FPDF_PAGEOBJECT), left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def box_reader(text_page: int) -> Callable[[int], Box | None]:
    """A function from a character to its box, as high as its font; None for one without, as a space PDFium put in."""
    corners = ctypes.create_string_buffer(_CORNERS.size)
    into, unpacked = ctypes.addressof(corners), _CORNERS.unpack_from

    def box_of(index: int) -> Box | None:
        found = _loose_box_of(text_page, index, into)
        left, top, right, bottom = unpacked(corners)
        return (left, bottom, right, top) if found and (left < right or bottom < top) else None

    return box_of


def _is_on(box: Box, cover: Box) -> bool:
    """True where the middle of the box is inside the cover."""
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return cover[0] <= across <= cover[2] and cover[1] <= up <= cover[3]


def _page_box(page: Any) -> Box:
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _is_unreadable(box: Box, page: Box) -> bool:
    """True for a character that is outside the page, or too small."""
    left, bottom, right, top = box
    is_outside = right < page[0] or left > page[2] or top < page[1] or bottom > page[3]
    return is_outside or abs(top - bottom) < _MIN_HEIGHT_POINTS
