"""Header fields of a message → text, however they are encoded or broken.

Read from their raw values: the standard library's newer header objects raise on fields that real mail has.
"""

import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeAlias

from knowledge.parse.decode import decode
from knowledge.parse.mail_head import MailHead, iso_date
from knowledge.parse.transcript import one_line
from knowledge.parse.unreadable import Unreadable

AnyMessage: TypeAlias = "Message[str, str]"  # generic for type checkers only

_COMMON = frozenset({"from", "to", "cc", "subject", "date", "received", "message-id", "return-path", "content-type"})


def is_message(message: AnyMessage) -> bool:
    """Whether it has any of the fields that messages have."""
    return any(name.lower() in _COMMON for name, _ in message.raw_items())


def mail_head(message: AnyMessage, attachments: tuple[str, ...]) -> MailHead:
    """The fields that people read."""
    return MailHead(
        subject=" ".join(map(header_text, _raw(message, "subject"))),
        sender=", ".join(_addresses(message, "from") or _addresses(message, "sender")),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        date=_date(message),
        attachments=attachments,
    )


def header_text(raw: str) -> str:
    """A field's value on one line, its encoded words and its raw bytes decoded."""
    text = text_of(raw.encode("utf-8", "surrogateescape"))
    try:
        words = decode_header(text)
    except (HeaderParseError, ValueError):
        return one_line(text)
    return one_line("".join(_word(word, charset) for word, charset in words))


def text_of(data: bytes, charset: str = "") -> str:
    """`data` as text; what is no text has its strange bytes replaced. ASCII declared of other bytes is not believed."""
    try:
        return decode(data, "" if charset.lower() in ("ascii", "us-ascii") else charset)
    except Unreadable:
        return data.decode("ascii", "replace")


def _word(word: bytes | str, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    return text_of(word, charset) if charset else word.decode("raw-unicode-escape", "replace")


def _raw(message: AnyMessage, name: str) -> list[str]:
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def _addresses(message: AnyMessage, name: str) -> tuple[str, ...]:
    values = _raw(message, name)
    found = [(header_text(person), header_text(address)) for person, address in getaddresses(values)]
    listed = tuple(f"{person} <{address}>" if person else address for person, address in found if address)
    return listed or tuple(filter(None, map(header_text, values)))


def _date(message: AnyMessage) -> str:
    stated = next(map(header_text, _raw(message, "date")), "")
    for read in (parsedate_to_datetime, datetime.datetime.fromisoformat):
        try:
            return iso_date(read(stated))
        except (ValueError, TypeError, OverflowError):
            continue
    return stated
