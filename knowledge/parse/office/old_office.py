"""Files named as Word, Excel and PowerPoint did until 2007: newer formats among them are read, old ones refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from knowledge.document import Document
from knowledge.parse.formats import content_of
from knowledge.parse.input import Unreadable
from knowledge.parse.office.docx import parse_docx
from knowledge.parse.office.pptx import parse_pptx
from knowledge.parse.office.rtf import parse_rtf
from knowledge.parse.office.xlsx import parse_xlsx
from knowledge.parse.web.html import parse_html

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream that holds the text, by which the three programs' files are told apart.
_STREAMS = (
    ("WordDocument", "an old Word document (.doc)", ".docx"),
    ("Workbook", "an old Excel workbook (.xls)", ".xlsx"),
    ("Book", "an old Excel workbook (.xls)", ".xlsx"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)", ".pptx"),
)
# What programs write under these names as well: Excel opens a table of HTML, Word its own packages and RTF.
_PARSERS: Mapping[str, Callable[[bytes, str], Document]] = {
    ".docx": parse_docx,
    ".xlsx": parse_xlsx,
    ".pptx": parse_pptx,
    ".rtf": parse_rtf,
    ".html": parse_html,
}


def parse_old_office(data: bytes, name: str) -> Document:
    """The document where the file is in truth of a format that is read.

    Raises Unreadable for the binary formats, and for what is none of all these.
    """
    content = content_of(data)
    if content and content.suffix in _PARSERS:
        return _PARSERS[content.suffix](data, name)
    if content and content.encrypted:
        raise Unreadable("encrypted Office document: it needs a password", "Save a copy without a password.")
    for stream, noun, suffix in _STREAMS:
        if data.startswith(_OLE) and stream.encode("utf-16-le") in data:
            raise Unreadable(f"{noun}: these are not read", f"Save it as {suffix}.")
    raise Unreadable("not an Office document although it is named so", "It may be damaged.")
