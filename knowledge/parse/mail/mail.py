"""Mail as it is sent (RFC 5322 and MIME), one message or a mailbox of them.

Headers are read from their raw values: the standard library's newer header objects raise on fields that real mail has.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeAlias

from knowledge.document import Document, Metadata
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.web.html import write_page

AnyMessage: TypeAlias = "Message[str, str]"  # generic for type checkers only

_COMMON = frozenset({"from", "to", "cc", "subject", "date", "received", "message-id", "return-path", "content-type"})
_EMLX_LENGTH = re.compile(rb"\s*(\d{1,9})\s*\n")
_MBOX_MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S(?=.*\d{4}).*+\n")
_WIDE_WITHIN_BYTES = 100  # a message begins with ASCII: zero bytes there are those of UTF-16
_MAX_DEPTH = 5  # messages within messages


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeader:
    """`date` is ISO 8601 where the message states a date that can be read, else its own words.

    `attachments` are names: their contents are not read.
    """

    subject: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    date: str = ""
    attachments: tuple[str, ...] = ()

    def write(self, builder: DocumentBuilder) -> None:
        """Write the lines that a mail program shows above a message; the subject is left to title or heading."""
        lines = {
            "From": self.sender,
            "To": ", ".join(self.to),
            "Cc": ", ".join(self.cc),
            "Date": self.date,
            "Attachments (not read)": ", ".join(self.attachments),
        }
        start = builder.end
        builder.paragraph("\n".join(f"{label}: {value}" for label, value in lines.items() if value))
        builder.mark(start, "header")

    def metadata(self) -> Metadata:
        """The values that are known, under the names `from`, `to`, `cc`, `date` and `attachments`."""
        values: Metadata = {
            "from": self.sender,
            "to": self.to,
            "cc": self.cc,
            "date": self.date,
            "attachments": self.attachments,
        }
        return {key: value for key, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part of a message without parts of its own. `kind`: text, html, message, attachment or encrypted."""

    kind: str
    text: str
    part: AnyMessage


def parse_mail(data: bytes, name: str) -> Document:
    """Header, text and the messages within. Attachments are named, not read.

    Raises Unreadable for an encrypted message and for anything that is not one.
    """
    # Apple Mail puts the message's length before it, and a list of properties behind.
    if length := _EMLX_LENGTH.match(data):
        data = data[length.end() : length.end() + int(length[1])]
    if b"\0" in data[:_WIDE_WITHIN_BYTES]:
        data = text_of(data).encode("utf-8", "replace")
    message = _parsed(data)
    if not any(name.lower() in _COMMON for name, _ in message.raw_items()):
        raise Unreadable("not a mail, despite its name")
    leaves = list(_leaves(message))
    if any(leaf.kind == "encrypted" for leaf in leaves):
        raise Unreadable("encrypted mail: only its recipient's key opens it", "Save a decrypted copy.")
    builder = DocumentBuilder()
    header = _write(message, leaves, builder, depth=1)
    return builder.build(header.subject or name, header.metadata())


def parse_mbox(data: bytes, name: str) -> Document:
    """Every message of a mailbox, each headed by its subject."""
    starts = [found.end() for found in _MBOX_MESSAGE.finditer(data)]
    ends = [found.start() for found in _MBOX_MESSAGE.finditer(data)][1:]
    if not starts:
        raise Unreadable("not a mailbox, despite its name", "A mailbox begins with the word From.")
    builder = DocumentBuilder()
    for start, end in zip(starts, [*ends, len(data)], strict=True):
        _write_message(_parsed(data[start:end]), builder, depth=1)
    return builder.build(name, {"messages": len(starts)})


def _parsed(data: bytes) -> AnyMessage:
    try:
        return message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), policy=compat32)
    except RecursionError as error:
        raise Unreadable("damaged mail: its parts are nested too deeply") from error


def _write(message: AnyMessage, leaves: Sequence[_Leaf], builder: DocumentBuilder, depth: int) -> MailHeader:
    header = read_header(message, tuple(leaf.text for leaf in leaves if leaf.kind == "attachment"))
    header.write(builder)
    for leaf in leaves:
        if leaf.kind == "text":
            builder.lines(leaf.text)
        elif leaf.kind == "html":
            write_page(leaf.text, builder)
        elif leaf.kind == "encrypted":
            builder.paragraph("(encrypted)")
        elif leaf.kind == "message" and depth < _MAX_DEPTH:
            _write_message(leaf.part, builder, depth + 1)
    return header


def _write_message(message: AnyMessage, builder: DocumentBuilder, depth: int) -> None:
    builder.heading(depth, _subject(message) or "(no subject)")
    _write(message, list(_leaves(message)), builder, depth)


def _leaves(message: AnyMessage) -> Iterator[_Leaf]:
    kind = message.get_content_type()
    name = header_text(message.get_filename() or "")
    smime = str(message.get_param("smime-type", "enveloped-data")).lower()
    if kind == "multipart/encrypted" or (
        kind.endswith("pkcs7-mime") and smime in ("enveloped-data", "authenveloped-data")
    ):
        yield _Leaf("encrypted", "", message)
    elif kind == "message/rfc822" and message.is_multipart():
        yield from (_Leaf("message", "", inner) for inner in _parts(message)[:1])
    elif kind == "multipart/alternative" and message.is_multipart():
        yield from _preferred([list(_leaves(part)) for part in _parts(message)])
    elif kind.startswith("multipart/") and message.is_multipart():
        for part in _parts(message):
            yield from _leaves(part)
    elif kind in ("text/plain", "text/html") and not name and message.get_content_disposition() != "attachment":
        payload = message.get_payload(decode=True)
        text = text_of(payload, message.get_content_charset() or "") if isinstance(payload, bytes) else ""
        yield _Leaf("html" if kind == "text/html" else "text", text, message)
    elif name or kind.partition("/")[0] not in ("text", "message"):
        yield _Leaf("attachment", name or f"unnamed ({kind})", message)


def _parts(message: AnyMessage) -> list[AnyMessage]:
    payload = message.get_payload()
    return [part for part in payload if not isinstance(part, str)] if isinstance(payload, list) else []


def _preferred(alternatives: Sequence[list[_Leaf]]) -> list[_Leaf]:
    """The plain text among the alternatives of one content, else the HTML, else the last, which its author prefers."""
    for kind in ("text", "html"):
        for alternative in alternatives:
            if any(leaf.kind == kind and leaf.text.strip() for leaf in alternative):
                return alternative
    return alternatives[-1] if alternatives else []


def read_header(message: AnyMessage, attachments: tuple[str, ...]) -> MailHeader:
    """The header fields that people read."""
    date = next(map(header_text, _raw_values(message, "date")), "")
    for read in (parsedate_to_datetime, datetime.datetime.fromisoformat):
        try:
            date = iso_date(read(date))
            break
        except (ValueError, TypeError, OverflowError):
            continue
    return MailHeader(
        subject=_subject(message),
        sender=", ".join(_addresses(message, "from") or _addresses(message, "sender")),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        date=date,
        attachments=attachments,
    )


def iso_date(moment: datetime.datetime) -> str:
    """The moment in ISO 8601, to the second, with its own offset from UTC where it has one."""
    return moment.replace(microsecond=0).isoformat()


def _subject(message: AnyMessage) -> str:
    return " ".join(map(header_text, _raw_values(message, "subject")))


def _addresses(message: AnyMessage, name: str) -> tuple[str, ...]:
    values = _raw_values(message, name)
    found = [(header_text(person), header_text(address)) for person, address in getaddresses(values)]
    listed = tuple(f"{person} <{address}>" if person else address for person, address in found if address)
    return listed or tuple(filter(None, map(header_text, values)))


def _raw_values(message: AnyMessage, name: str) -> list[str]:
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def header_text(raw: str) -> str:
    """A field's value on one line, its encoded words and its raw bytes decoded."""
    text = text_of(raw.encode("utf-8", "surrogateescape"))
    try:
        words = decode_header(text)
    except (HeaderParseError, ValueError):
        return one_line(text)
    texts: list[str] = []
    for word, charset in words:
        if isinstance(word, str):
            texts.append(word)
        else:
            texts.append(text_of(word, charset) if charset else word.decode("raw-unicode-escape", "replace"))
    return one_line("".join(texts))


def text_of(data: bytes, charset: str = "") -> str:
    """`data` as text; bytes that are no text are replaced. ASCII declared of other bytes is not believed."""
    try:
        return decode(data, "" if charset.lower() in ("ascii", "us-ascii") else charset)
    except Unreadable:
        return data.decode("ascii", "replace")
