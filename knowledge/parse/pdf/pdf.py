"""PDF → the text of its pages, through PDFium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pypdfium2 import PdfDocument, PdfiumError, raw

from knowledge.document import Document
from knowledge.parse.input import NO_TEXT, Unreadable
from knowledge.parse.pdf.headings import headings_by_size, place_headings
from knowledge.parse.pdf.pdfium import PageTexts, has_outline, read_bookmarks, read_pages, read_properties
from knowledge.parse.pdf.running import joined, without_running_lines
from knowledge.parse.pdf.scans import needs_recognition

MAX_PAGES = 5000

# PDFium puts these two where it joined a word that was hyphenated at a line's end.
_JOINTS = "\ufffe\x02"
_HYPHEN = re.compile(r"-(?<=[^\W\d_]-)(?=[^\W\d_])")
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_WORD_CHARACTERS = 40
# Fonts of TeX without a character map have ligatures in the places of controls (the encoding of Cork, T1).
_LIGATURE = re.compile("[\x1b-\x1e](?=[a-z])|(?<=[a-z])[\x1b-\x1e]")
_LIGATURES = {"\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi"}
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\ufeff\uffff\ud800-\udfff]")
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\ufeff\ufffe\uffff\ud800-\udfff]")
_INITIAL = re.compile(r"^([^\W\d_])[ \n]([^\W\d_]{2,})(?!\w)", re.MULTILINE)
_LONE_LETTER = re.compile(r"[\w,] ([^\W\d_]) \w")
_BLANK_LINES = re.compile(r"\n{3,}")
_PROPERTIES = ("Author", "Subject", "Keywords")
_UNTITLED = re.compile(r"\A(?:untitled\b.*|microsoft (?:word|powerpoint)(?: - )?)", re.IGNORECASE)


def parse_pdf(data: bytes, name: str) -> Document:
    """The pages' text without running titles and page numbers, headings where their words stand on their page.

    Headings are those of the outline; without one, lines set in larger letters where that is certain.

    Raises Unreadable for a PDF that is encrypted, damaged, a scan, or longer than MAX_PAGES.
    """
    with opened_pdf(data) as pdf:
        outlined = has_outline(pdf)
        read = read_pages(pdf, with_sizes=not outlined)
        compounds = _compounds(read.texts)
        pages = without_running_lines(_with_initials([_clean(page, compounds) for page in read.texts]))
        if not any(pages):
            raise _without_text(read)
        title, *values = read_properties(pdf, ("Title", *_PROPERTIES))
        pages, headings = place_headings(
            pages,
            read_bookmarks(pdf)
            if outlined
            else headings_by_size(read.lines, sum(text.count("\n") + 1 for text in read.texts)),
        )
        starts, text = joined(pages)
        return Document(
            text=text,
            title=_UNTITLED.sub("", title).strip() or name,
            page_starts=starts,
            headings=tuple(h.at(starts) for h in headings),
            metadata={key.lower(): value for key, value in zip(_PROPERTIES, values, strict=True) if value},
            losses=_losses(read),
        )


@contextmanager
def opened_pdf(data: bytes) -> Iterator[PdfDocument]:
    """The PDF. Raises Unreadable where it is encrypted, damaged or longer than MAX_PAGES."""
    try:
        pdf = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise Unreadable("encrypted PDF: it needs a password", "Save a copy without a password.") from error
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise Unreadable("PDF with an unknown kind of encryption", "Save a copy without encryption.") from error
        raise Unreadable("damaged PDF", "Open it in a PDF viewer and save or print it again.") from error
    with pdf:
        if len(pdf) > MAX_PAGES:
            raise Unreadable(f"more than {MAX_PAGES} pages", "Split it into smaller files.")
        yield pdf


def _compounds(pages: Sequence[str]) -> set[str]:
    """The words that the pages write with a hyphen; empty where PDFium joined none, as it is not needed then."""
    if not any(joint in page for page in pages for joint in _JOINTS):
        return set()
    return {
        _compound(page[max(start - _MAX_WORD_CHARACTERS, 0) : start], page[end : end + _MAX_WORD_CHARACTERS])
        for page in pages
        for start, end in (found.span() for found in _HYPHEN.finditer(page))
    }


def _clean(page: str, compounds: set[str]) -> str:
    """The page without invisible characters and with broken words whole.

    A hyphen stays where they are two: `well-known`, `COVID-19`, `e-` at an end.
    """
    text = page.replace("\r\n", "\n").replace("\r", "\n") if "\r" in page else page
    if _UNCLEAN.search(text):
        for joint in _JOINTS:
            first, *others = text.split(joint)
            parts = [first]
            for part in others:
                is_one_word = parts[-1][-1:].isalpha() and part[:1].islower()
                parts += ("" if is_one_word and _compound(parts[-1], part) not in compounds else "-", part)
            text = "".join(parts)
        text = _UNSEEN.sub("", _LIGATURE.sub(lambda found: _LIGATURES[found[0]], text))
    text = "\n".join(map(str.rstrip, text.split("\n")))
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def _with_initials(pages: Sequence[str]) -> list[str]:
    """The pages with each large initial joined to the rest of its word: `T he queen`.

    Only where the text has the word elsewhere, and the letter nowhere as a word, as `A` and `I` are.
    """
    matches = (m for page in pages for m in _INITIAL.finditer(page))
    found = {(m[1], m[2]) for m in matches if m[1].isupper() and m[2].islower()}
    if not found:
        return list(pages)
    words = {word.casefold() for page in pages for word in _LETTERS.findall(page)}
    alone = {m[1].casefold() for page in pages for m in _LONE_LETTER.finditer(page)}
    whole = {(a, b) for a, b in found if (a + b).casefold() in words and a.casefold() not in alone}
    return [_INITIAL.sub(lambda m: m[1] + m[2] if (m[1], m[2]) in whole else m[0], page) for page in pages]


def _compound(before: str, after: str) -> str:
    """The last word of `before` and the first of `after`, with a hyphen between."""
    last = _LETTERS.match(before[: -_MAX_WORD_CHARACTERS - 1 : -1])
    first = _LETTERS.match(after)
    return f"{last[0][::-1] if last else ''}-{first[0] if first else ''}"


def _losses(read: PageTexts) -> tuple[str, ...]:
    """Say which pages are not in the text: those of letters that cannot be told, and those that are pictures."""
    return (
        *((f"{_pages(read.unmapped)} with letters that cannot be told",) if read.unmapped else ()),
        *((f"{_pages(read.pictures)} of pictures only",) if read.pictures else ()),
    )


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count:,} pages"


def _without_text(read: PageTexts) -> Unreadable:
    if read.unmapped:
        return needs_recognition("a PDF whose fonts do not say which letters they show", len(read.texts))
    if read.pictures:
        return needs_recognition("a scan", len(read.texts))
    return Unreadable(NO_TEXT)
