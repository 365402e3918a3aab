"""Saved web pages: MHTML (RFC 2557), Safari's archives, and the notes that Evernote exports."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import compat32
from xml.parsers.expat import ExpatError

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.office.package import local
from knowledge.parse.web.html import parse_html, write_page
from knowledge.parse.web.xml import read_root


def parse_mhtml(data: bytes, name: str) -> Document:
    """The page itself, the first HTML part; pictures and styles beside it are left out. Raises Unreadable."""
    message = message_from_bytes(data, policy=compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            charset = part.get_content_charset()
            if isinstance(page, bytes) and page.strip():
                return parse_html(_declared(page, charset), name)
    raise Unreadable("no page in it", "Save it again as a web page.")


def parse_webarchive(data: bytes, name: str) -> Document:
    """The main page of Safari's archive. Raises Unreadable where the file is none."""
    try:
        resource = plistlib.loads(data)["WebMainResource"]
        page, charset = resource["WebResourceData"], resource.get("WebResourceTextEncodingName")
    except (ValueError, KeyError, TypeError, AttributeError, ExpatError, RecursionError, OverflowError) as error:
        raise Unreadable("not a web archive, despite its name", "Save it again in Safari.") from error
    if not isinstance(page, bytes):
        raise Unreadable("no page in it", "Save it again in Safari.")
    return parse_html(_declared(page, charset if isinstance(charset, str) else None), name)


def _declared(page: bytes, charset: str | None) -> bytes:
    """The page with its encoding stated where it does not state one itself."""
    if not charset or b"charset" in page[:1024].lower():
        return page
    return f'<meta charset="{charset}">'.encode("ascii", "ignore") + page


_FACTS = {"created": "Created", "updated": "Updated", "author": "Author", "source-url": "Address"}


def parse_enex(data: bytes, name: str) -> Document:
    """Every note under its title, with its dates, tags and address. Raises Unreadable for damaged XML."""
    root, losses = read_root(data)
    builder = DocumentBuilder()
    builder.lose(*losses)
    notes = [element for element in root if local(element) == "note"]
    if not notes:
        raise Unreadable("no notes in it", "Export the notes again from Evernote.")
    for note in notes:
        _write_note(note, builder)
    return builder.build(name, {"notes": len(notes)})


def _write_note(note: etree._Element, builder: DocumentBuilder) -> None:
    builder.heading(1, next(_texts(note, "title"), "") or "(no title)")
    lines = [(label, value) for key, label in _FACTS.items() for value in _texts(note, key)]
    lines += [("Tags", ", ".join(tags))] if (tags := list(_texts(note, "tag"))) else []
    builder.paragraph("\n".join(f"{label}: {value}" for label, value in lines))
    for content in _texts(note, "content", raw=True):
        write_page(content.replace('<en-todo checked="true"/>', "☑ ").replace("<en-todo/>", "☐ "), builder)


def _texts(note: etree._Element, name: str, raw: bool = False) -> Iterator[str]:
    """Yield the text of each element of that name, however deep in the note."""
    for element in note.iter():
        if local(element) == name and (text := "".join(map(str, element.itertext()))).strip():
            yield text if raw else one_line(text)
