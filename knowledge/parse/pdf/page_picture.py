"""A page of a PDF as a picture, with the places of a quotation on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import byref, c_double, c_int
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.marks import find_quote
from knowledge.parse.pdf.pdfium import character_index, page_characters
from knowledge.parse.process.page_wire import MAX_PIXELS, Mark, PagePicture, PictureRequest

_ROUNDING = 1e-6  # PDFium's sizes are rounded up
_MAX_MARKS = 2_000  # rectangles on a page

Size = tuple[int, int]
"""Width and height in pixels."""


def page_picture(pdf: PdfDocument, request: PictureRequest) -> PagePicture:
    """The page in the request's width, or smaller where it would have too many pixels.

    Raises Unreadable where the file has no such page.
    """
    try:
        page = pdf[min(request.page, len(pdf)) - 1]
    except PdfiumError as error:
        raise Unreadable("this page is damaged") from error
    width, height = page.get_size()
    scale = min(request.width_px / width - _ROUNDING, (MAX_PIXELS / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, prefer_bgrx=True, may_draw_forms=True)
    size = bitmap.width, bitmap.height
    with _opened_text(page) as text_page:
        marks, rest = _marks(page, text_page, size, request)
        every = _rectangles(page, text_page, size, 0, -1) if text_page else []
    return PagePicture(
        pages=len(pdf),
        width_px=bitmap.width,
        height_px=bitmap.height,
        stride_bytes=bitmap.stride,
        channels=bitmap.n_channels,
        marks=marks,
        rest=rest,
        text=_around(every) if every else (0.0, 0.0, 1.0, 1.0),
        pixels=bytes(bitmap.buffer),
    )


@contextmanager
def _opened_text(page: PdfPage) -> Iterator[Any]:
    """The page's text; something false where it cannot be loaded."""
    text_page = raw.FPDFText_LoadPage(page)
    try:
        yield text_page
    finally:
        raw.FPDFText_ClosePage(text_page)


def _marks(page: PdfPage, text_page: Any, size: Size, request: PictureRequest) -> tuple[tuple[Mark, ...], str]:
    if not text_page or not request.quote:
        return (), ""
    text = page_characters(text_page)
    found = find_quote(text, request.quote, request.before)
    index_of = character_index(text_page, len(text))
    runs = ((index_of(start), index_of(end - 1)) for start, end in found.spans)
    marks = [mark for first, last in runs for mark in _rectangles(page, text_page, size, first, last - first + 1)]
    return tuple(marks[:_MAX_MARKS]), found.rest


def _rectangles(page: PdfPage, text_page: Any, size: Size, first: int, count: int) -> list[Mark]:
    """Rectangles around characters, one for each line; a count of -1: to the last."""
    rectangles = min(raw.FPDFText_CountRects(text_page, first, count), _MAX_MARKS)
    return [_rectangle(page, text_page, size, number) for number in range(rectangles)]


def _rectangle(page: PdfPage, text_page: Any, size: Size, number: int) -> Mark:
    """A rectangle of the last count, in shares of the picture's width and height from its upper left corner."""
    left, top, right, bottom = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetRect(text_page, number, byref(left), byref(top), byref(right), byref(bottom))
    corners = (_on_picture(page, size, x.value, y.value) for x, y in ((left, top), (right, bottom)))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _around(rectangles: Sequence[Mark]) -> Mark:
    lefts, tops, rights, bottoms = zip(*rectangles, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _on_picture(page: PdfPage, size: Size, x: float, y: float) -> tuple[float, float]:
    left, top = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, byref(left), byref(top))
    return left.value / size[0], top.value / size[1]
