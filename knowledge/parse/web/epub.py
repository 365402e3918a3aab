"""EPUB books → their chapters in reading order."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.office.package import Parts, damaged, local, opened_package
from knowledge.parse.text.decode import decode
from knowledge.parse.web.html import write_page

_NOUN = "EPUB book"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_PROPERTIES = {
    "title": "title",
    "creator": "author",
    "language": "language",
    "publisher": "publisher",
    "date": "date",
    "subject": "subject",
}
_SINGLE = frozenset({"date", "publisher"})  # further ones are about the conversion of the file
# Scrambled fonts are no protection of the text (EPUB Open Container Format 3.3, section 4.4; Adobe's older method).
_FONT_SCRAMBLING = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
# An HTML parser trips over two things in XML: a document type with declarations, and elements that end in `/>`.
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*(?:\[[^\]]{0,5000}\])?\s*>", re.IGNORECASE)
_DOCTYPE_WITHIN = 20_000  # characters
_EMPTY_ELEMENT = re.compile(r"<(title|script|style|a|p|div|span|td|th|li|i|b|em|strong|iframe)((?:\s[^<>]*)?)/>", re.I)


def parse_epub(data: bytes, name: str) -> Document:
    """The chapters' text; one without a heading of its own is headed by its title in the table of contents.

    Raises Unreadable for a book that is damaged or protected by DRM.
    """
    with opened_package(data, _NOUN) as parts:
        encryption = parts.find("META-INF/encryption.xml")
        methods = [] if encryption is None else encryption.iterfind(".//{*}EncryptedData/{*}EncryptionMethod")
        if any(method.get("Algorithm", "") not in _FONT_SCRAMBLING for method in methods):
            raise Unreadable("protected by DRM: only the shop's own reader can open this book")
        book = _Book(parts)
        builder = DocumentBuilder()
        titles = book.titles()
        for path in book.pages:
            with parts.reading(path) as page:
                html = _EMPTY_ELEMENT.sub(r"<\1\2></\1>", _without_doctype(decode(page.read())))
                if titles.get(path) and not re.search(r"<h[1-6]\b", html, re.IGNORECASE):
                    builder.heading(1, titles[path])
                write_page(html, builder)
    properties = dict(book.properties)
    title = properties.pop("title", ("",))[0]
    metadata = {key: values[0] if len(values) == 1 or key in _SINGLE else values for key, values in properties.items()}
    return builder.build(title or builder.first_heading or name, metadata)


class _Book:
    """The package document: the book's items, its properties and the order of its pages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        path = _package_path(parts)
        package = parts.read(path)
        self._items = {item.get("id", ""): item for item in package.iterfind("./{*}manifest/{*}item")}
        self._paths = {key: resolved(path, item.get("href", "")) for key, item in self._items.items()}
        self.properties: dict[str, tuple[str, ...]] = {}
        for element in package.iterfind("./{*}metadata//{*}*"):
            name, value = _PROPERTIES.get(local(element), ""), one_line(element.text or "")
            if name and value:
                self.properties[name] = (*self.properties.get(name, ()), value)
        listed = [reference.get("idref", "") for reference in package.iterfind("./{*}spine/{*}itemref")]
        pages = [key for key in listed if key in self._items and self._items[key].get("media-type") in _PAGES]
        paths = dict.fromkeys(self._paths[key] for key in pages if not self._lists_contents(key))
        self.pages = [path for path in paths if path in parts.names]
        if not self.pages:
            raise damaged(_NOUN, "it lists no page that is there")

    def titles(self) -> dict[str, str]:
        """The pages' titles, by the navigation page or, before EPUB 3, the NCX. None where these are damaged."""
        paths = [path for key, path in self._paths.items() if self._lists_contents(key)]
        for path in filter(self._parts.names.__contains__, paths):
            try:
                if titles := chapter_titles(self._parts.read(path), path):
                    return titles
            except Unreadable:
                continue
        return {}

    def _lists_contents(self, key: str) -> bool:
        item = self._items[key]
        return "nav" in item.get("properties", "").split() or item.get("media-type") == "application/x-dtbncx+xml"


def _package_path(parts: Parts) -> str:
    """The path of the package document; found by its ending where the container does not say."""
    container = parts.find("META-INF/container.xml")
    roots = [] if container is None else container.iterfind(".//{*}rootfile")
    stated = [path for root in roots if (path := root.get("full-path", "")) in parts.names]
    found = stated or sorted(name for name in parts.names if name.endswith(".opf"))
    if not found:
        raise damaged(_NOUN, "it has no list of its contents")
    return found[0]


def resolved(base: str, reference: str) -> str:
    """The path within the package of `reference`, which stands in the part `base`, without its fragment."""
    target = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target)).lstrip("/") if target else base


def chapter_titles(root: etree._Element, path: str) -> dict[str, str]:
    """The first title that the contents (an EPUB 3 navigation page or an NCX, which is at `path`) give each page."""
    entries: list[tuple[str, etree._Element]] = []
    for point in root.iterfind(".//{*}navPoint"):
        content, label = point.find("./{*}content"), point.find("./{*}navLabel")
        if content is not None and label is not None:
            entries.append((content.get("src", ""), label))
    for nav in root.iterfind(".//{*}nav"):
        if any(str(key).endswith("}type") and value == "toc" for key, value in nav.items()):
            entries += [(link.get("href", ""), link) for link in nav.iterfind(".//{*}a")]
    titles: dict[str, str] = {}
    for reference, label in entries:
        if title := one_line("".join(map(str, label.itertext()))):
            titles.setdefault(resolved(path, reference), title)
    return titles


def _without_doctype(html: str) -> str:
    return _DOCTYPE.sub("", html[:_DOCTYPE_WITHIN], count=1) + html[_DOCTYPE_WITHIN:]
