"""The parts of a Word document that hold text."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.parse.docx_styles import Styles
from knowledge.parse.package import attribute, children, damaged, local, opened_package, whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOUN = "Word document"


@dataclass(frozen=True, slots=True)
class Package:
    """`properties`: title, author, subject, keywords, as far as the document states them.

    `has_pages`: where the program that saved it broke pages is marked, for as many pages as it says there are.
    """

    body: "_Element"
    styles: Styles
    footnotes: "list[_Element]"
    properties: dict[str, str]
    has_pages: bool


def open_package(data: bytes) -> Package:
    """The package of these bytes. Raises Unreadable when it is damaged, encrypted or a zip bomb."""
    with opened_package(data, _NOUN) as parts:
        main = parts.related("", "officeDocument") or "word/document.xml"
        body = _body(parts.read(main))
        return Package(
            body=body,
            styles=Styles(parts.find(parts.related(main, "styles"))),
            footnotes=[
                note
                for kind in ("footnote", "endnote")
                for note in _notes(parts.find(parts.related(main, f"{kind}s")), kind)
            ],
            properties=parts.properties(),
            has_pages=_pages(parts.find(parts.related("", "extended-properties"))) == _rendered_pages(body),
        )


def _body(document: "_Element") -> "_Element":
    body = next((element for element in document if local(element) == "body"), None)
    if body is None:
        raise damaged(_NOUN, "it has no body")
    return body


def _notes(part: "_Element | None", kind: str) -> "list[_Element]":
    """The notes written by people, without the separators that Word keeps among them."""
    return [note for note in children(part, kind) if not attribute(note, "type")]


def _pages(properties: "_Element | None") -> int:
    """How many pages the program counted; 0 when it does not say."""
    return next((whole_number(found.text or "", 0) for found in children(properties, "Pages")), 0)


def _rendered_pages(body: "_Element") -> int:
    return 1 + sum(1 for _ in body.iter("{*}lastRenderedPageBreak"))
