"""What stands on a PDF's page beside its text: values of form fields, notes, and the addresses behind links."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pypdfium2 import PdfDocument, raw

from knowledge.parse.document_builder import one_line

_MAX_ANNOTATIONS = 2_000  # of a page
_TEXT_BYTES = 20_000  # of a field's value or a note
_LABEL_POINTS = 250  # a label is looked for so far to the side of its field
_ABOVE_POINTS = 20  # or so far above it
_MAX_ADDRESS_CHARACTERS = 500
_VALUE_TYPES = frozenset({raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX})
_PASSWORD_FLAG = 1 << 13  # of a text field (ISO 32000-1, table 228)
_DRAWN_KINDS = frozenset({raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP})
_HIDDEN_FLAGS = 0b10_0010  # invisible to the reader: hidden, or not viewed (ISO 32000-1, table 165)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def is_level_with(self, other: Box) -> bool:
        """True where the middle of the other lies between top and bottom."""
        return self.bottom <= (other.bottom + other.top) / 2 <= self.top


class Forms:
    """The form fields of a document, whose values PDFium reads through an environment of its own; no script runs."""

    def __init__(self, pdf: PdfDocument) -> None:
        self.pdf = pdf
        if raw.FPDF_GetFormType(pdf) != raw.FORMTYPE_NONE:
            pdf.init_forms()
        self.handle: Any = pdf.formenv.raw if pdf.formenv else None


def annotated(page: Any, number: int, text_page: Any, text: str, forms: Forms) -> str:
    """The page's text with addresses behind the words that are links, and below it the fields' values and the notes.

    Signatures and stamps often have words only where they are drawn. `number`: of the page, from 0.
    """
    count = min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)
    if count <= 0:
        return text
    below, drawn = list[str](), list[Box | None]()
    with _opened(page, count) as annotations:
        boxes = [_box(one) for one in annotations if raw.FPDFAnnot_GetSubtype(one) == raw.FPDF_ANNOT_WIDGET]
        for annotation in annotations:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAGS:
                continue
            if kind == raw.FPDF_ANNOT_WIDGET and forms.handle:
                below += _field(annotation, text_page, forms.handle, boxes)
                if raw.FPDFAnnot_GetFormFieldType(forms.handle, annotation) == raw.FPDF_FORMFIELD_SIGNATURE:
                    drawn.append(_box(annotation))
            elif kind == raw.FPDF_ANNOT_LINK:
                text, more = _linked(forms.pdf, annotation, text_page, text)
                below += more
            elif kind != raw.FPDF_ANNOT_POPUP and (note := _string(annotation, "Contents")):
                below.append(note if kind == raw.FPDF_ANNOT_FREETEXT else f"Note: {note}")
            elif kind in _DRAWN_KINDS:
                drawn.append(_box(annotation))
    if any(drawn):
        below += (words for words in _drawn_words(forms.pdf, number, drawn) if words not in text)
    return "\r\n".join([text, *dict.fromkeys(below)]) if below else text


@contextmanager
def _opened(page: Any, count: int) -> Iterator[Sequence[Any]]:
    """The annotations of a page, closed at the end of the block."""
    found = (raw.FPDFPage_GetAnnot(page, number) for number in range(count))
    annotations = [annotation for annotation in found if annotation]
    try:
        yield annotations
    finally:
        for annotation in annotations:
            raw.FPDFPage_CloseAnnot(annotation)


def _field(annotation: Any, text_page: Any, form: Any, boxes: Sequence[Box | None]) -> Iterator[str]:
    """Yield a field's value behind its label, as `Surname: Thistlewood` or `☑ Wants newsletter`."""
    kind, box = raw.FPDFAnnot_GetFormFieldType(form, annotation), _box(annotation)
    if box is None:
        return
    if state := _string(annotation, "AS"):  # the appearance of a button; fields of one name share all but that
        sides = (_beside(text_page, box, boxes, to_right=to_right) for to_right in (True, False))
        label = next(filter(None, sides), "") or _named(form, annotation)
        yield f"{'☐' if state == 'Off' else '☑'} {label}"
    elif kind == raw.FPDF_FORMFIELD_TEXTFIELD and raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FLAG:
        return
    elif kind in _VALUE_TYPES and (value := _read(raw.FPDFAnnot_GetFormFieldValue, form, annotation)):
        label = _beside(text_page, box, boxes, to_right=False) or _above(text_page, box) or _named(form, annotation)
        yield f"{label.rstrip(' :')}: {value}" if label else value


def _drawn_words(pdf: Any, number: int, boxes: Sequence[Box | None]) -> Iterator[str]:
    """The words that the page shows in each rectangle once its annotations are made part of it, as for printing."""
    page = raw.FPDF_LoadPage(pdf, number)
    flattened = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) if page else raw.FLATTEN_FAIL
    raw.FPDF_ClosePage(page)
    page = raw.FPDF_LoadPage(pdf, number) if flattened == raw.FLATTEN_SUCCESS else None
    text_page = raw.FPDFText_LoadPage(page) if page else None
    try:
        yield from (words for box in boxes if text_page and box and (words := _words(text_page, box)))
    finally:
        raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)


def _named(form: Any, annotation: Any) -> str:
    """The field's name for people, or else its own."""
    read = _read(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    return read or _read(raw.FPDFAnnot_GetFormFieldName, form, annotation)


def _beside(text_page: Any, box: Box, boxes: Sequence[Box | None], *, to_right: bool) -> str:
    """The words beside a field, up to the next field in its row."""
    others = [other for other in boxes if other and other != box and box.is_level_with(other)]
    if to_right:
        edge = min((o.left for o in others if o.left >= box.right), default=box.right + _LABEL_POINTS)
        side = Box(box.right - 1, box.bottom, min(edge, box.right + _LABEL_POINTS), box.top)
    else:
        edge = max((o.right for o in others if o.right <= box.left), default=box.left - _LABEL_POINTS)
        side = Box(max(edge, box.left - _LABEL_POINTS), box.bottom, box.left + 1, box.top)
    return _words(text_page, side)


def _above(text_page: Any, box: Box) -> str:
    return _words(text_page, Box(box.left, box.top, box.right, box.top + _ABOVE_POINTS))


def _linked(pdf: Any, annotation: Any, text_page: Any, text: str) -> tuple[str, list[str]]:
    """The page's text with the address behind the link's words, or else a line for it; none where they say it."""
    address, box = _address(pdf, annotation), _box(annotation)
    if not address or address.partition(":")[2].strip("/") in text:
        return text, []
    words = _words(text_page, box) if box else ""
    if words and words.strip(" .,;()").lower() in address.lower():
        return text, []
    if words and text.count(words) == 1:
        return text.replace(words, f"{words} ({address})"), []
    return text, [f"{words}: {address}" if words else address]


def _address(pdf: Any, annotation: Any) -> str:
    """The address on the web, or for mail, that a link leads to; "" for one within the file or to a program."""
    link = raw.FPDFAnnot_GetLink(annotation)
    action = raw.FPDFLink_GetAction(link) if link else None
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return ""
    buffer = ctypes.create_string_buffer(_MAX_ADDRESS_CHARACTERS + 1)
    length = raw.FPDFAction_GetURIPath(pdf, action, buffer, len(buffer))
    address = one_line(buffer.value.decode("utf-8", "replace")) if 0 < length <= len(buffer) else ""
    return address if address.lower().startswith(("http://", "https://", "mailto:", "tel:")) else ""


def _box(annotation: Any) -> Box | None:
    rectangle = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, rectangle):
        return None
    left, right = sorted((rectangle.left, rectangle.right))
    bottom, top = sorted((rectangle.bottom, rectangle.top))
    return Box(left, bottom, right, top)


def _words(text_page: Any, box: Box) -> str:
    """The words in a rectangle, on one line."""
    corners = (box.left, box.top, box.right, box.bottom)
    count = raw.FPDFText_GetBoundedText(text_page, *corners, None, 0)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * min(count, _TEXT_BYTES))()
    written = raw.FPDFText_GetBoundedText(text_page, *corners, buffer, len(buffer))
    return one_line(bytes(buffer)[: 2 * max(written, 0)].decode("utf-16-le", "ignore"))


def _string(annotation: Any, key: str) -> str:
    buffer = ctypes.create_string_buffer(_TEXT_BYTES)
    room = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    return _decoded(buffer, raw.FPDFAnnot_GetStringValue(annotation, key.encode("ascii"), room, _TEXT_BYTES))


def _read(function: Any, form: Any, annotation: Any) -> str:
    buffer = ctypes.create_string_buffer(_TEXT_BYTES)
    room = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    return _decoded(buffer, function(form, annotation, room, _TEXT_BYTES))


def _decoded(buffer: ctypes.Array[ctypes.c_char], length: int) -> str:
    """The UTF-16 in the buffer, on one line; "" for what is longer than the buffer."""
    return one_line(buffer.raw[: length - 2].decode("utf-16-le", "ignore")) if 2 < length <= _TEXT_BYTES else ""
