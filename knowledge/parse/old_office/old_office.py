"""Files of Office 97 to 2003, and what else goes by their endings."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from olefile import MAGIC, OleFileIO

from knowledge.document import Document
from knowledge.parse.formats import content_of
from knowledge.parse.input import Unreadable
from knowledge.parse.old_office.sheets import parse_xls
from knowledge.parse.parsers import parser_of

Reader = Callable[[OleFileIO, str], Document]

_ENCRYPTED = "encrypted Office document: it needs a password"
_DAMAGE = (OSError, struct.error, IndexError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)
_HEAD_BYTES = 4096
# The first bytes of Word 2 and Excel 2 to 4, which wrote no compound files.
_ANCIENT = (b"\xdb\xa5", b"\x31\xbe", b"\x9b\xa5", b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
# Formats of today that programs write under the old endings.
_NEWER = frozenset((".docx", ".xlsx", ".pptx", ".xlsb", ".odt", ".ods", ".odp", ".rtf", ".html"))
_READERS = {"WordDocument": "word:parse_word", "PowerPoint Document": "slideshow:parse_slideshow"}


def parse_old_office(data: bytes, name: str) -> Document:
    """The text of an old Word, Excel or PowerPoint file, told apart by its streams.

    Other programs write newer formats, web pages, XML and tables of text under these endings, and they are read too.
    Raises Unreadable for a file that is damaged, encrypted or nothing of the kind.
    """
    content = content_of(data)
    if content and content.suffix in _NEWER:
        return parser_of(content.suffix)(data, name)
    if content and content.encrypted:
        raise Unreadable(_ENCRYPTED, "Save a copy without a password.")
    if data.startswith(MAGIC):
        return _parse_compound(data, name)
    if data.startswith(_ANCIENT):
        raise Unreadable("a document of Office before 1995, which is not supported", "Save it in a newer format.")
    head = data[:_HEAD_BYTES]
    if content or b"\0" in head:
        raise Unreadable("not an Office document, despite its name", "It may be damaged.")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return parser_of(".xml")(data, name)
    return parser_of(".tsv" if b"\t" in head.partition(b"\n")[0] else ".txt")(data, name)


def _parse_compound(data: bytes, name: str) -> Document:
    with _opened(data) as ole:
        for stream, reader in _READERS.items():
            if ole.exists(stream):
                module, function = reader.split(":")
                read: Reader = getattr(import_module(f"knowledge.parse.old_office.{module}"), function)
                return read(ole, name)
        for stream in ("Workbook", "Book"):
            if ole.exists(stream):
                return parse_xls(data, ole.openstream(stream).read(), name)
    raise Unreadable("not a document of Word, Excel or PowerPoint, despite its name")


@contextmanager
def _opened(data: bytes) -> Iterator[OleFileIO]:
    """The compound file in these bytes. Raises Unreadable, within the block too, when it is damaged."""
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            yield ole
    except _DAMAGE as error:
        raise Unreadable("damaged Office document", "Open it in its own program and save it again.") from error
