"""A page of a PDF as a picture, with the places of a quotation on it."""

from __future__ import annotations

from ctypes import byref, c_double, c_int

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.marks import find_quote
from knowledge.parse.pdf.pdfium import character_index, page_characters
from knowledge.parse.process.page_wire import Mark, PagePicture, PictureRequest

MAX_PIXELS = 15_900_000  # of a picture: 64 MB
_ROUNDING = 1e-6  # PDFium's sizes are rounded up
_MAX_MARKS = 2_000  # rectangles on a page


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
    marks, rest = _marks(page, bitmap.width, bitmap.height, request)
    return PagePicture(
        pages=len(pdf),
        width_px=bitmap.width,
        height_px=bitmap.height,
        stride_bytes=bitmap.stride,
        channels=bitmap.n_channels,
        marks=marks,
        rest=rest,
        pixels=bytes(bitmap.buffer),
    )


def _marks(page: PdfPage, width: int, height: int, request: PictureRequest) -> tuple[tuple[Mark, ...], str]:
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page or not request.quote:
        return (), ""
    try:
        text = page_characters(text_page)
        found = find_quote(text, request.quote, request.before)
        index_of = character_index(text_page, len(text))
        marks: list[Mark] = []
        for start, end in found.spans:
            first, last = index_of(start), index_of(end - 1)
            count = min(raw.FPDFText_CountRects(text_page, first, last - first + 1), _MAX_MARKS - len(marks))
            marks += [_mark(page, text_page, number, width, height) for number in range(count)]
        return tuple(marks), found.rest
    finally:
        raw.FPDFText_ClosePage(text_page)


def _mark(page: PdfPage, text_page: object, number: int, width: int, height: int) -> Mark:
    """A rectangle of the last count, in shares of the picture's width and height from its upper left corner."""
    left, top, right, bottom = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetRect(text_page, number, byref(left), byref(top), byref(right), byref(bottom))
    (x1, y1), (x2, y2) = (_on_picture(page, width, height, x.value, y.value) for x, y in ((left, top), (right, bottom)))
    return min(x1, x2) / width, min(y1, y2) / height, max(x1, x2) / width, max(y1, y2) / height


def _on_picture(page: PdfPage, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    left, top = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, byref(left), byref(top))
    return left.value, top.value
