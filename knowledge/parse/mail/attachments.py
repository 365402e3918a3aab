"""Files attached to a message, read as the same files are on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from knowledge.document import Document
from knowledge.parse import parsers
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable

# Pictures in mail are mostly logos; messages within an attached mailbox could nest without end.
_NOT_READ = frozenset("png jpg jpeg webp bmp gif tif tiff svg eml emlx mbox msg oft mht mhtml".split())
# Media types of IANA's registry. Python's table of them reads files that the parser's process may not open.
_OFFICE, _OPEN = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
_ENDINGS: Mapping[str, str] = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    f"{_OPEN}text": ".odt",
    f"{_OPEN}spreadsheet": ".ods",
    f"{_OPEN}presentation": ".odp",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """`document`: None where the file is not read."""

    name: str
    document: Document | None


def read_attachment(name: str, kind: str, data: bytes) -> Attachment:
    """Read a file by its name's ending, or where it has none that is known by its media type `kind`."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in parsers.PARSERS:
        suffix = _ENDINGS.get(kind, "")
    if not data or not suffix or suffix.lstrip(".") in _NOT_READ:
        return Attachment(name, None)
    try:
        return Attachment(name, parsers.parse_bytes(data, suffix, PurePath(name).stem))
    except Unreadable:
        return Attachment(name, None)


def names_of(attachments: Sequence[Attachment]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of all, and of those that are not read."""
    return tuple(a.name for a in attachments), tuple(a.name for a in attachments if a.document is None)


def write_attachments(attachments: Sequence[Attachment], builder: DocumentBuilder, depth: int) -> None:
    """Write the text of each under its name as a heading of level `depth`."""
    for attachment in attachments:
        if attachment.document is not None:
            builder.heading(depth, attachment.name)
            builder.document(attachment.document, depth)
