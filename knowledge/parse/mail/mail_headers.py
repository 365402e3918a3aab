"""Header fields of a message → text, however they are encoded or broken.

Read from their raw values: the standard library's newer header objects raise on fields that real mail has.
"""

import datetime
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeAlias

from knowledge.document import Metadata
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.transcript import Transcript, one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHead:
    """`date` is ISO 8601 where the message states a date that can be read, else its own words.

    `attachments` are names: what they hold is not read.
    """

    subject: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    date: str = ""
    attachments: tuple[str, ...] = ()

    def write(self, transcript: Transcript) -> None:
        """Write the lines that a mail program shows above a message; the subject is left to title or heading."""
        transcript.paragraph("\n".join(f"{label}: {value}" for label, value in self._lines() if value))

    def metadata(self) -> Metadata:
        """What of it is known, under the names `from`, `to`, `cc`, `date` and `attachments`."""
        values: Metadata = {
            "from": self.sender,
            "to": self.to,
            "cc": self.cc,
            "date": self.date,
            "attachments": self.attachments,
        }
        return {key: value for key, value in values.items() if value}

    def _lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("From", self.sender),
            ("To", ", ".join(self.to)),
            ("Cc", ", ".join(self.cc)),
            ("Date", self.date),
            ("Attachments (not read)", ", ".join(self.attachments)),
        )


def iso_date(moment: datetime.datetime) -> str:
    """The moment in ISO 8601, to the second, with its own offset from UTC where it has one."""
    return moment.replace(microsecond=0).isoformat()


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
