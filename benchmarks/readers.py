"""Readers of documents that share no code with ours: programs, where they are installed, and a few lines of our own.

`soffice` (LibreOffice), `pdftotext` (Poppler) and `pdf2txt.py` (pdfminer.six) are programs; the XML parts of Office and
OpenDocument, web pages and books are read with the standard library alone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

_PROGRAM_LIMIT_S = 60
_BATCH = 25  # documents that LibreOffice gets at a time
_FAULTS: tuple[type[Exception], ...] = (
    OSError, ValueError, SyntaxError, LookupError, RuntimeError, zlib.error, zipfile.BadZipFile,
    subprocess.SubprocessError,
)  # fmt: skip
_MAX_BYTES = 20_000_000  # of a text; LibreOffice writes some sheets to their last column

WRITER_FORMATS = frozenset(".doc .docx .docm .dot .dotx .odt .ott .rtf".split())
SHEET_FORMATS = frozenset(".xls .xlsx .xlsm .xlsb .ods".split())
SLIDE_FORMATS = frozenset(".ppt .pps .pptx .pptm .ppsx .odp".split())
_FILTERS = {
    **dict.fromkeys(WRITER_FORMATS, "txt:Text (encoded):UTF8"),
    # Fields apart by tabs, in UTF-8, all sheets.
    **dict.fromkeys(SHEET_FORMATS, "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1"),
    **dict.fromkeys(SLIDE_FORMATS, "fodp"),
}
_WORD_PARTS = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
_SLIDE_PARTS = ("ppt/slides/slide", "ppt/notesSlides/", "ppt/comments/", "ppt/diagrams/data")
_PARTS = {
    **dict.fromkeys((".docx", ".docm", ".dotx"), _WORD_PARTS),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), _SLIDE_PARTS),
    **dict.fromkeys((".odt", ".ott", ".odp"), ("content",)),
}
# What no reader shows: copies for older programs, deleted text, fields of every slide, formulas, words behind pictures.
_UNSEEN = frozenset(
    "Fallback instrText delText deletion tracked-changes page-number date-time object object-ole binary-data header "
    "footer date time title desc tableStyleId".split()
)
_PARAGRAPHS = frozenset({"p", "h", "br", "tab", "cr", "s", "line-break", "note", "annotation"})

Texts = Mapping[Path, str]
Reader = Callable[[list[Path]], Iterator[tuple[Path, str]]]


def readers(suffix: str) -> dict[str, Reader]:
    """The independent readers of files with this ending that are here, by name."""
    found: dict[str, Reader] = {}
    if suffix in _FILTERS and shutil.which("soffice"):
        found["LibreOffice"] = _read_by_libre_office
    if suffix in _PARTS:
        found["XML parts"] = _each(_xml_parts)
    if suffix == ".pdf" and shutil.which("pdftotext"):
        found["pdftotext"] = _each(lambda path: _output("pdftotext", "-q", "-enc", "UTF-8", str(path), "-"))
    if suffix == ".pdf" and shutil.which("pdf2txt.py"):
        found["pdfminer.six"] = _each(lambda path: _output("pdf2txt.py", str(path)))
    if suffix in (".html", ".htm", ".xhtml"):
        found["html.parser"] = _each(lambda path: _page(_decoded(path.read_bytes())))
    if suffix == ".epub":
        found["html.parser"] = _each(_book)
    return found


def _each(read: Callable[[Path], str]) -> Reader:
    """The reader of files one by one; "" for one that it cannot read."""

    def read_all(paths: list[Path]) -> Iterator[tuple[Path, str]]:
        for path in paths:
            text = ""
            with suppress(*_FAULTS):
                text = read(path)
            yield path, text

    return read_all


def _output(*command: str) -> str:
    done = subprocess.run(command, timeout=_PROGRAM_LIMIT_S, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def _read_by_libre_office(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Files in batches; those that a batch left out, as it ends with the first that LibreOffice cannot read, alone."""
    with tempfile.TemporaryDirectory() as temporary:
        profile = Path(temporary, "profile").as_uri()
        for start in range(0, len(paths), _BATCH):
            batch = paths[start : start + _BATCH]
            texts = _converted(batch, profile)
            for path in batch:
                yield path, texts[path] if path in texts else _converted([path], profile).get(path, "")


def _converted(paths: list[Path], profile: str) -> dict[Path, str]:
    texts: dict[Path, str] = {}
    with tempfile.TemporaryDirectory() as temporary:
        copies, out = [], Path(temporary, "out")
        for number, path in enumerate(paths):
            copies.append(shutil.copy(path, Path(temporary, f"{number:04d}{path.suffix.lower()}")))
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
        command += [_FILTERS[paths[0].suffix.lower()], "--outdir", str(out), *map(str, copies)]
        with suppress(subprocess.SubprocessError):
            subprocess.run(command, timeout=_PROGRAM_LIMIT_S + 10 * len(paths), capture_output=True, check=False)
        for number, path in enumerate(paths):
            made = [one for one in sorted(out.glob(f"{number:04d}*")) if one.stat().st_size <= _MAX_BYTES]
            if made:
                texts[path] = "\n".join(map(_made_text, made))
    return texts


def _made_text(made: Path) -> str:
    text = made.read_text("utf-8-sig", "replace")
    if made.suffix != ".fodp":
        return text
    with suppress(ElementTree.ParseError):
        pages = (one for one in ElementTree.fromstring(text).iter() if one.tag.endswith("}presentation"))
        return "".join(part for page in pages for part in _shown(page))
    return ""


def _xml_parts(path: Path) -> str:
    texts: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(_PARTS[path.suffix.lower()]) and name.endswith(".xml"):
                texts += _shown(ElementTree.fromstring(archive.read(name)))
    return "".join(texts)


def _shown(element: ElementTree.Element) -> Iterator[str]:
    """The text of an element and those within it, its paragraphs apart."""
    name = element.tag.rpartition("}")[2]
    kind = next((value for key, value in element.items() if key.endswith("type")), "")
    if name in _UNSEEN or (name == "fld" and kind.startswith(("slidenum", "datetime"))):
        return
    yield "\n" if name in _PARAGRAPHS else ""
    yield element.text or ""
    for child in element:
        yield from _shown(child)
        yield child.tail or ""
    yield "\n" if name in _PARAGRAPHS else ""


_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s samp small span strike "
    "strong sub sup tt u var wbr".split()
)
_UNSEEN_ON_PAGES = frozenset(
    "head iframe noframes noscript object rp rt script select style svg template title".split()
)


_STATED = re.compile(rb"<meta[^>]{1,200}charset=[\"']?([\w-]{3,20})", re.IGNORECASE)


class _Page(HTMLParser):
    """Collects the visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        """Note the start of an element that is not shown; set others apart."""
        if tag in _UNSEEN_ON_PAGES:
            self._unseen.append(tag)
        elif tag == "body":
            self._unseen.clear()
        self.texts.append("" if tag in _INLINE else "\n")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element that is not shown."""
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        self.texts.append("" if tag in _INLINE else "\n")

    def handle_data(self, data: str) -> None:
        """Keep the text that is shown."""
        if not self._unseen:
            self.texts.append(data)


def _page(html: str) -> str:
    page = _Page()
    page.feed(html)
    page.close()
    return "".join(page.texts)


def _decoded(data: bytes) -> str:
    """The text of a page in the encoding that it states, or else UTF-8. Raises ValueError where it is in another."""
    stated = _STATED.search(data)
    return data.decode(stated[1].decode("ascii") if stated else "utf-8-sig")


def _book(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        pages = [name for name in archive.namelist() if name.lower().endswith((".xhtml", ".html", ".htm"))]
        return "\n".join(_page(_decoded(archive.read(name))) for name in pages)
