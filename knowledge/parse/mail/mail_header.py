"""The header of a message (RFC 5322), read from raw values: the library's newer objects raise on what real mail has."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeAlias

from knowledge.document import Metadata
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode

AnyMessage: TypeAlias = "Message[str, str]"  # generic for type checkers only


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeader:
    """`date` is ISO 8601 where the message states a date that can be read, else its own words.

    `attachments` are names; of `unread` the contents are not in the text.
    """

    subject: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    date: str = ""
    attachments: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def write(self, builder: DocumentBuilder) -> None:
        """Write the lines that a mail program shows above a message; the subject is left to title or heading."""
        lines = {
            "From": self.sender,
            "To": ", ".join(self.to),
            "Cc": ", ".join(self.cc),
            "Date": self.date,
            "Attachments": ", ".join(name for name in self.attachments if name not in self.unread),
            "Attachments (not read)": ", ".join(self.unread),
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


def read_header(message: AnyMessage, attachments: tuple[str, ...], unread: tuple[str, ...]) -> MailHeader:
    """Read the header fields that people read."""
    date = next(map(header_text, _raw_values(message, "date")), "")
    for read in (parsedate_to_datetime, datetime.datetime.fromisoformat):
        try:
            date = iso_date(read(date))
            break
        except (ValueError, TypeError, OverflowError):
            continue
    return MailHeader(
        subject=subject(message),
        sender=", ".join(_addresses(message, "from") or _addresses(message, "sender")),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        date=date,
        attachments=attachments,
        unread=unread,
    )


def iso_date(moment: datetime.datetime) -> str:
    """The moment in ISO 8601, to the second, with its own offset from UTC where it has one."""
    return moment.replace(microsecond=0).isoformat()


def subject(message: AnyMessage) -> str:
    """The subject on one line; "" where there is none."""
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
