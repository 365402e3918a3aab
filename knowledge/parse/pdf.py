"""PDF → the text of its pages, through PDFium."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from knowledge.document import Document, Metadata
from knowledge.parse.pdf_outline import Bookmark, place_headings
from knowledge.parse.unreadable import Unreadable

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES = 5000

# PDFium puts these two where it joined a word that was hyphenated at a line's end.
_JOINT = re.compile("[\ufffe\x02]")
_HYPHEN = re.compile(r"-(?<=[^\W\d_]-)(?=[^\W\d_])")
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_WORD_CHARACTERS = 40
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\ufeff\uffff\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_META_NAMES = {"author": "Author", "subject": "Subject", "keywords": "Keywords"}
_UNTITLED = re.compile(r"\A(?:untitled\b.*|microsoft (?:word|powerpoint)(?: - )?)", re.IGNORECASE)


def parse_pdf(data: bytes, name: str) -> Document:
    """The pages' text, a blank line between them, with the outline's headings where their words stand on their page.

    Raises Unreadable for a PDF that is encrypted, damaged, a scan, or longer than MAX_PAGES.
    """
    with _opened(data) as pdf:
        pages = _clean_pages(list(_page_texts(pdf)))
        if not any(pages):
            raise _without_text(pdf)
        pages, headings = place_headings(pages, list(_bookmarks(pdf)))
        starts, text = _joined(pages)
        return Document(
            text=text,
            title=_title(pdf) or name,
            page_starts=starts,
            headings=tuple(h.at(starts) for h in headings),
            metadata=_metadata(pdf),
        )


@contextmanager
def _opened(data: bytes) -> "Iterator[PdfDocument]":
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise Unreadable("encrypted PDF: it needs a password", "Save a copy without a password.") from error
        if error.err_code == FPDF_ERR_SECURITY:
            raise Unreadable("encrypted PDF of an unknown kind", "Save a copy without encryption.") from error
        raise Unreadable("damaged PDF", "Open it in a PDF viewer and save or print it anew.") from error
    with pdf:
        if len(pdf) > MAX_PAGES:
            raise Unreadable(f"more than {MAX_PAGES} pages", "Split it into smaller files.")
        yield pdf


def _page_texts(pdf: "PdfDocument") -> Iterator[str]:
    """Each page as PDFium reads it. A page that cannot be loaded is empty, unless all are so."""
    import pypdfium2

    broken = 0
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            yield _page_text(page)
            page.close()
        except pypdfium2.PdfiumError:
            broken += 1
            yield ""
    if broken == len(pdf):
        raise Unreadable("damaged PDF: none of its pages can be opened")


def _page_text(page: "PdfPage") -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_range())
    except (RecursionError, AssertionError):  # pypdfium2 5 on pages with long runs of characters that are not text
        return str(text_page.get_text_bounded())


def _clean_pages(pages: list[str]) -> list[str]:
    has_joints = any(_JOINT.search(page) for page in pages)
    compounds = {_compound(found) for page in pages for found in _HYPHEN.finditer(page)} if has_joints else set()
    return [_clean(page, compounds) for page in pages]


def _clean(page: str, compounds: set[str]) -> str:
    text = page.replace("\r\n", "\n").replace("\r", "\n")
    text = _JOINT.sub(lambda found: _joint(found, compounds), text)
    text = "\n".join(map(str.rstrip, _UNSEEN.sub("", text).split("\n")))
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def _joint(found: re.Match[str], compounds: set[str]) -> str:
    """Nothing where the halves make one word; a hyphen where they do not: `well-known`, `COVID-19`, `e-` at an end."""
    before, after = found.string[max(found.start() - 1, 0) : found.start()], found.string[found.end() : found.end() + 1]
    is_one_word = before.isalpha() and after.islower() and _compound(found) not in compounds
    return "" if is_one_word else "-"


def _compound(found: re.Match[str]) -> str:
    """The words on both sides of the match, with a hyphen between."""
    text, start = found.string, found.start()
    before = _LETTERS.match(text[max(start - _MAX_WORD_CHARACTERS, 0) : start][::-1])
    after = _LETTERS.match(text, found.end())
    return f"{before[0][::-1] if before else ''}-{after[0] if after else ''}"


def _without_text(pdf: "PdfDocument") -> Unreadable:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    for number in range(min(len(pdf), 5)):
        if any(True for _ in pdf[number].get_objects(filter=[FPDF_PAGEOBJ_IMAGE])):
            return Unreadable("no text: it looks like a scan", "Run text recognition (OCR) over it first.")
    return Unreadable("no text on any of its pages")


def _joined(pages: Sequence[str]) -> tuple[tuple[int, ...], str]:
    """Where each page starts, and the whole text. An empty page starts where the next one does."""
    starts = []
    length = 0
    for page in pages:
        starts.append(length)
        length += len(page) + 2 if page else 0
    text = "\n\n".join(filter(None, pages))
    return tuple(min(start, len(text)) for start in starts), text


def _title(pdf: "PdfDocument") -> str:
    return _UNTITLED.sub("", _meta(pdf, "Title")).strip()


def _metadata(pdf: "PdfDocument") -> Metadata:
    values = {name: _meta(pdf, key) for name, key in _META_NAMES.items()}
    return {name: value for name, value in values.items() if value}


def _meta(pdf: "PdfDocument", key: str) -> str:
    return _decoded(lambda: pdf.get_metadata_value(key))


def _decoded(read: Callable[[], str]) -> str:
    """What `read` returns, on one line; "" where the file's UTF-16 is broken."""
    try:
        return " ".join(_UNSEEN.sub("", read()).split())
    except UnicodeDecodeError:
        return ""


def _bookmarks(pdf: "PdfDocument") -> Iterator[Bookmark]:
    for entry in pdf.get_toc():
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is not None and page < len(pdf):
            yield Bookmark(page, min(entry.level + 1, 6), _decoded(entry.get_title))
