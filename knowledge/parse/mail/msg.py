"""Messages saved by Outlook: properties of MAPI in an OLE compound file (MS-OXMSG)."""

from __future__ import annotations

import datetime
import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from olefile import MAGIC, OleFileIO

from knowledge.document import Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.mail.attachments import Attachment, names_of, read_attachment, write_attachments
from knowledge.parse.mail.compressed_rtf import decompressed
from knowledge.parse.mail.mail_header import MailHeader, iso_date
from knowledge.parse.office.rtf import parse_rtf
from knowledge.parse.old_office.word_file import code_page_of
from knowledge.parse.text.decode import decode
from knowledge.parse.web.html import write_page

_PROPERTIES = "__properties_version1.0"
_ENTRY = struct.Struct("<HHI8s")  # type, id, flags, value
_ATTACHMENTS = "__attach_version1.0_#"
_MESSAGE_WITHIN = "__substg1.0_3701"
_UNICODE, _BYTES_STRING, _BINARY, _INTEGER, _TIME = 0x001F, 0x001E, 0x0102, 0x0003, 0x0040
_MESSAGE_CODE_PAGE, _LANGUAGE = 0x3FFD, 0x3FF1
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_DAMAGE = (OSError, struct.error, IndexError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)


class Storage:
    """A message, an attachment or a recipient. Properties that are missing are empty, 0 or None.

    `encoding`: of its texts of bytes where it states none, that of the message around it.
    """

    def __init__(self, ole: OleFileIO, path: tuple[str, ...] = (), encoding: str = "cp1252") -> None:
        self._ole = ole
        self._path = path
        header_bytes = 32 if not path else 24 if path[-1].startswith(_MESSAGE_WITHIN) else 8
        stream = self._stream(_PROPERTIES)
        end = len(stream) - (len(stream) - header_bytes) % _ENTRY.size
        entries = _ENTRY.iter_unpack(stream[header_bytes:end])
        self._fixed = {(property_id, kind): value for kind, property_id, _, value in entries}
        code_page = self.number(_MESSAGE_CODE_PAGE) or code_page_of(self.number(_LANGUAGE))
        self._encoding = f"cp{code_page}" if code_page else encoding

    def storages(self, prefix: str) -> list[Storage]:
        """The storages directly within this one whose names begin with `prefix`."""
        found = self._ole.listdir(streams=False, storages=True)
        depth = len(self._path)
        inner = [tuple(path) for path in found if len(path) == depth + 1 and path[depth].startswith(prefix)]
        return [Storage(self._ole, path, self._encoding) for path in inner if path[:depth] == self._path]

    def text(self, property_id: int) -> str:
        """A property that is text."""
        if data := self._stream(f"__substg1.0_{property_id:04X}{_UNICODE:04X}"):
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self._stream(f"__substg1.0_{property_id:04X}{_BYTES_STRING:04X}")
        try:
            return data.rstrip(b"\0").decode(self._encoding, "replace")
        except LookupError:
            return data.rstrip(b"\0").decode("cp1252", "replace")

    def data(self, property_id: int) -> bytes:
        """A property that is bytes."""
        return self._stream(f"__substg1.0_{property_id:04X}{_BINARY:04X}")

    def number(self, property_id: int) -> int:
        """A property that is a whole number."""
        return int.from_bytes(self._fixed.get((property_id, _INTEGER), b"")[:4], "little")

    def moment(self, property_id: int) -> datetime.datetime | None:
        """A property that is a time, in UTC; kept in steps of 100 ns since 1601."""
        steps = int.from_bytes(self._fixed.get((property_id, _TIME), b""), "little")
        try:
            return _EPOCH + datetime.timedelta(microseconds=steps // 10) if steps else None
        except OverflowError:
            return None

    def _stream(self, name: str) -> bytes:
        path = [*self._path, name]
        return bytes(self._ole.openstream(path).read()) if self._ole.exists(path) else b""


@contextmanager
def opened_msg(data: bytes) -> Iterator[Storage]:
    """The message in these bytes. Raises Unreadable, within the block too, when it is damaged or not a message."""
    if not data.startswith(MAGIC):
        raise Unreadable("not an Outlook message, despite its name")
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists(_PROPERTIES):
                raise Unreadable("not an Outlook message, despite its name")
            yield Storage(ole)
    except _DAMAGE as error:
        raise Unreadable("damaged Outlook message", "Open it in Outlook and save it again.") from error


# Property ids of MS-OXPROPS.
_CLASS, _SUBJECT, _BODY, _HTML, _RTF = 0x001A, 0x0037, 0x1000, 0x1013, 0x1009
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_NAME, _ADDRESS, _SMTP, _RECIPIENT_TYPE, _TO, _CC = 0x3001, 0x3003, 0x39FE, 0x0C15, 1, 2
_CONTENT, _LONG_FILE_NAME, _SHORT_FILE_NAME = 0x3701, 0x3707, 0x3704
_MEDIA_TYPE, _HTML_CODE_PAGE = 0x370E, 0x3FDE
_MAX_DEPTH = 5  # messages within messages


def parse_msg(data: bytes, name: str) -> Document:
    """Header, text, the messages within and the files attached.

    Raises Unreadable for a damaged or encrypted message and for anything that is not one.
    """
    builder = DocumentBuilder()
    with opened_msg(data) as message:
        kind = message.text(_CLASS).lower()
        attached = [attachment.text(_MEDIA_TYPE).lower() for attachment in message.storages(_ATTACHMENTS)]
        is_smime = kind.startswith("ipm.note.smime") and "multipartsigned" not in kind
        if is_smime or "application/pgp-encrypted" in attached:
            raise Unreadable("encrypted mail: only its recipient's key opens it", "Save a decrypted copy.")
        header = _write(message, builder, depth=1)
    return builder.build(header.subject or name, header.metadata())


def _write(message: Storage, builder: DocumentBuilder, depth: int) -> MailHeader:
    """Write the message and those within it: of each the plain text; where there is none, the HTML, else the RTF."""
    storages = message.storages(_ATTACHMENTS)
    attachments = [_attached(file) for file in storages if not file.storages(_MESSAGE_WITHIN)]
    header = _read_header(message, *names_of([one for one in attachments if one.name]))
    header.write(builder)
    plain, code_page = message.text(_BODY), message.number(_HTML_CODE_PAGE)
    if plain.strip():
        builder.lines(plain)
    elif html := message.text(_HTML) or decode(
        message.data(_HTML), "utf-8" if code_page == 65001 else f"cp{code_page}"
    ):
        write_page(html, builder)
    elif rtf := message.data(_RTF):
        builder.document(parse_rtf(decompressed(rtf), ""), depth)
    write_attachments(attachments, builder, min(depth + 1, _MAX_DEPTH))
    builder.lose(*not_read(len(header.unread), "attachment"))
    for inner in (inner for storage in storages for inner in storage.storages(_MESSAGE_WITHIN)):
        if depth < _MAX_DEPTH:
            builder.heading(depth + 1, one_line(inner.text(_SUBJECT)) or "(no subject)")
            _write(inner, builder, depth + 1)
    return header


def _attached(file: Storage) -> Attachment:
    name = one_line(file.text(_LONG_FILE_NAME) or file.text(_SHORT_FILE_NAME) or file.text(_NAME))
    return read_attachment(name, file.text(_MEDIA_TYPE).lower(), file.data(_CONTENT))


def _read_header(message: Storage, attachments: tuple[str, ...], unread: tuple[str, ...]) -> MailHeader:
    moment = message.moment(_SUBMITTED) or message.moment(_DELIVERED)
    address = message.text(_SENDER_SMTP) or message.text(_SENDER_ADDRESS)
    return MailHeader(
        subject=one_line(message.text(_SUBJECT)),
        sender=_person(message.text(_SENDER_NAME), address),
        to=_recipients(message, _TO),
        cc=_recipients(message, _CC),
        date=iso_date(moment) if moment else "",
        attachments=attachments,
        unread=unread,
    )


def _recipients(message: Storage, kind: int) -> tuple[str, ...]:
    found = [r for r in message.storages("__recip_version1.0_#") if r.number(_RECIPIENT_TYPE) == kind]
    people = (_person(person.text(_NAME), person.text(_SMTP) or person.text(_ADDRESS)) for person in found)
    return tuple(filter(None, people))


def _person(name: str, address: str) -> str:
    """`name <address>`, without the address where it is internal to an organisation and so has no @."""
    name, address = one_line(name), one_line(address) if "@" in address else ""
    return f"{name} <{address}>" if name and address and name != address else name or address
