"""PDFium's raw functions, called directly: pypdfium2's classes around them take a tenth of a page's time."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pypdfium2 import PdfDocument, raw

from knowledge.parse.document_builder import one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.annotations import Forms, annotated
from knowledge.parse.pdf.column_order import by_columns
from knowledge.parse.pdf.headings import Bookmark, SizedLine, sized_lines
from knowledge.parse.pdf.hidden import box_reader, mark_hidden
from knowledge.parse.pdf.unmapped import is_unmapped

_MAX_LEVEL = 6
_MAX_DEPTH = 15  # of the outline; deeper ones are broken
_MAX_BOOKMARKS = 100_000
_MAX_OBJECTS = 1_000  # of a page in which a picture is looked for
_TITLE_BYTES = 2048  # of a bookmark or a property


@dataclass(slots=True)
class PageTexts:
    """The text of each page, lines ending with CR LF; a page that cannot be loaded is empty.

    `lines`: with the sizes of their letters, where these are wanted. `unmapped`: the number of pages that are left out
    as their fonts do not say which characters they show; `pictures`: of those without text that show a picture.
    """

    texts: list[str] = field(default_factory=list)
    lines: list[SizedLine] = field(default_factory=list)
    unmapped: int = 0
    pictures: int = 0


def read_pages(pdf: PdfDocument, with_sizes: bool) -> PageTexts:
    """Read every page. Raises Unreadable when none can be loaded."""
    pages, forms = PageTexts(), Forms(pdf)
    texts = [_page_text(pdf, number, pages, forms, with_sizes) for number in range(len(pdf))]
    if all(text is None for text in texts):
        raise Unreadable("damaged PDF: none of its pages can be opened")
    pages.texts += (text or "" for text in texts)
    return pages


def _page_text(pdf: PdfDocument, number: int, pages: PageTexts, forms: Forms, with_sizes: bool) -> str | None:
    """The page's text, None if it cannot be loaded; what else is read of it goes to `pages`."""
    page = raw.FPDF_LoadPage(pdf, number)
    if not page:
        return None
    text_page = raw.FPDFText_LoadPage(page)
    try:
        text = page_characters(text_page) if text_page else None
        if text and is_unmapped(text_page, text):
            pages.unmapped += 1
            text = ""
        elif not text:
            pages.pictures += _has_picture(page)
        if not text:
            return text if text is None else annotated(page, number, text_page, text, forms).lstrip()
        in_drawn_order = index_of = character_index(text_page, len(text))
        box_of = box_reader(ctypes.addressof(text_page.contents))
        if found := by_columns(text, lambda place: box_of(in_drawn_order(place))):
            text, index_of = found.text, lambda place: in_drawn_order(found.place_before(place))
        if with_sizes:
            pages.lines += sized_lines(
                number, text, lambda place: float(raw.FPDFText_GetFontSize(text_page, index_of(place)))
            )
        return annotated(page, number, text_page, mark_hidden(page, text_page, text, index_of), forms)
    finally:
        raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)


def _has_picture(page: object) -> bool:
    count = min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    objects = (raw.FPDFPage_GetObject(page, number) for number in range(count))
    return any(raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_IMAGE for one in objects if one)


def page_characters(text_page: object) -> str:
    """The page's text as PDFium orders it."""
    count = raw.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    # Twice the room that PDFium asks for, as a character beyond the first 65,536 takes two places.
    buffer = bytearray(4 * count + 4)
    written = raw.FPDFText_GetText(text_page, 0, count, ctypes.byref(ctypes.c_ushort.from_buffer(buffer)))
    return buffer[: 2 * max(written - 1, 0)].decode("utf-16-le", "ignore")


def character_index(text_page: object, length: int) -> Callable[[int], int]:
    """A function from a place in the page's text, of `length` characters, to PDFium's number of the character."""
    if raw.FPDFText_CountChars(text_page) == length:  # none was left out of the text or put into it
        return lambda place: place
    return lambda place: int(raw.FPDFText_GetCharIndexFromTextIndex(text_page, place))


def has_outline(pdf: PdfDocument) -> bool:
    """Tell if the file has an outline of at least one entry."""
    return bool(raw.FPDFBookmark_GetFirstChild(pdf, None))


def read_bookmarks(pdf: PdfDocument) -> Iterator[Bookmark]:
    """The outline's entries in order that lead to a page of this file, each once, however they refer to each other."""
    buffer = ctypes.create_string_buffer(_TITLE_BYTES)
    pages = len(pdf)
    seen: set[int] = set()
    stack = [(raw.FPDFBookmark_GetFirstChild(pdf, None), 1)]
    while stack:
        entry, level = stack.pop()
        address = ctypes.addressof(entry.contents) if entry else 0
        if not entry or address in seen or len(seen) >= _MAX_BOOKMARKS:
            continue
        seen.add(address)
        page = raw.FPDFDest_GetDestPageIndex(pdf, raw.FPDFBookmark_GetDest(pdf, entry))
        length = raw.FPDFBookmark_GetTitle(entry, buffer, _TITLE_BYTES)
        if 0 <= page < pages and length <= _TITLE_BYTES:
            yield Bookmark(page, min(level, _MAX_LEVEL), _decoded(buffer, length))
        stack.append((raw.FPDFBookmark_GetNextSibling(pdf, entry), level))
        if level < _MAX_DEPTH:
            stack.append((raw.FPDFBookmark_GetFirstChild(pdf, entry), level + 1))


def read_properties(pdf: PdfDocument, keys: Sequence[str]) -> list[str]:
    """The document's properties of these names; "" for what is not stated, or at more than some lines' length."""
    buffer = ctypes.create_string_buffer(_TITLE_BYTES)
    lengths = (raw.FPDF_GetMetaText(pdf, key.encode("ascii"), buffer, _TITLE_BYTES) for key in keys)
    return [_decoded(buffer, length) if length <= _TITLE_BYTES else "" for length in lengths]


def _decoded(buffer: ctypes.Array[ctypes.c_char], length: int) -> str:
    """The UTF-16 in the buffer, without the two zero bytes that end it, on one line."""
    return one_line(buffer.raw[: max(length - 2, 0)].decode("utf-16-le", "ignore"))
