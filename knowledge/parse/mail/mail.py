"""Mail as it is sent (RFC 5322 and MIME), one message or a mailbox of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32

from knowledge.document import Document, not_read
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.mail.attachments import names_of, read_attachment, write_attachments
from knowledge.parse.mail.calendar import write_calendar
from knowledge.parse.mail.mail_header import AnyMessage, MailHeader, header_text, read_header, subject, text_of
from knowledge.parse.web.html import write_page

_COMMON = frozenset({"from", "to", "cc", "subject", "date", "received", "message-id", "return-path", "content-type"})
_EMLX_LENGTH = re.compile(rb"\s*(\d{1,9})\s*\n")
# A message of a mailbox begins with a line of its envelope, after an empty one, and has a header field next.
_MBOX_MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S(?=[^\n]*\d{4})[^\n]*+\n(?=[!-9;-~]+:)")
_MBOX_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)  # written so where the text itself has such a line
_WIDE_WITHIN_BYTES = 100  # a message begins with ASCII: zero bytes there are those of UTF-16
_MAX_DEPTH = 5  # messages within messages
# Alternatives say the same: where the plain text has fewer of the page's words, it only tells to look at the page.
_LEAST_WORDS_SHARE = 0.5
_PLACEHOLDER_WORDS = 100  # more are never only that
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part of a message without parts of its own. `kind`: text, html, calendar, message, attachment or encrypted."""

    kind: str
    text: str
    part: AnyMessage


def parse_mail(data: bytes, name: str) -> Document:
    """Header, text, the messages within and the files attached.

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
    found = [match.span() for match in _MBOX_MESSAGE.finditer(data)]
    if not found:
        raise Unreadable("not a mailbox, despite its name", "A mailbox begins with the word From.")
    builder = DocumentBuilder()
    ends = [start for start, _ in found[1:]]
    for (_, start), end in zip(found, [*ends, len(data)], strict=True):
        _write_message(_parsed(_MBOX_QUOTED.sub(rb"\1", data[start:end])), builder, depth=1)
    return builder.build(name, {"messages": len(found)})


def _parsed(data: bytes) -> AnyMessage:
    try:
        return message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), policy=compat32)
    except RecursionError as error:
        raise Unreadable("damaged mail: its parts are nested too deeply") from error


def _write(message: AnyMessage, leaves: Sequence[_Leaf], builder: DocumentBuilder, depth: int) -> MailHeader:
    attachments = [
        read_attachment(leaf.text, leaf.part.get_content_type(), _payload(leaf.part))
        for leaf in leaves
        if leaf.kind == "attachment"
    ]
    header = read_header(message, *names_of(attachments))
    header.write(builder)
    for leaf in leaves:
        if leaf.kind == "text":
            builder.lines(leaf.text)
        elif leaf.kind == "html":
            write_page(leaf.text, builder)
        elif leaf.kind == "calendar":
            write_calendar(leaf.text, builder, min(depth + 1, _MAX_DEPTH))
        elif leaf.kind == "encrypted":
            builder.paragraph("(encrypted)")
        elif leaf.kind == "message" and depth < _MAX_DEPTH:
            _write_message(leaf.part, builder, depth + 1)
    write_attachments(attachments, builder, min(depth + 1, _MAX_DEPTH))
    builder.lose(*not_read(len(header.unread), "attachment"))
    return header


def _write_message(message: AnyMessage, builder: DocumentBuilder, depth: int) -> None:
    builder.heading(depth, subject(message) or "(no subject)")
    _write(message, list(_leaves(message)), builder, depth)


def _leaves(message: AnyMessage) -> Iterator[_Leaf]:
    kind = message.get_content_type()
    name = header_text(message.get_filename() or "")
    is_attached = message.get_content_disposition() == "attachment"
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
    elif (shown := _SHOWN.get(kind)) and (not name or shown == "calendar") and not is_attached:
        yield _Leaf(shown, text_of(_payload(message), message.get_content_charset() or ""), message)
    elif name or is_attached or kind.partition("/")[0] not in ("text", "message"):
        yield _Leaf("attachment", name or f"unnamed ({kind})", message)


_SHOWN = {"text/plain": "text", "text/html": "html", "text/calendar": "calendar"}


def _payload(message: AnyMessage) -> bytes:
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _parts(message: AnyMessage) -> list[AnyMessage]:
    payload = message.get_payload()
    return [part for part in payload if not isinstance(part, str)] if isinstance(payload, list) else []


def _preferred(alternatives: Sequence[list[_Leaf]]) -> list[_Leaf]:
    """The plain text among the alternatives of one content, else the HTML, else the last, which its author prefers.

    The HTML where the plain text says too little of it; an invitation beside either.
    """
    found: dict[str, list[_Leaf]] = {}
    for alternative in alternatives:
        for kind in ("text", "html", "calendar"):
            if any(leaf.kind == kind and leaf.text.strip() for leaf in alternative):
                found.setdefault(kind, alternative)
                break
    text, html, calendar = found.get("text", []), found.get("html", []), found.get("calendar", [])
    shown = html if html and not _says(text, html) else text or html
    return [*shown, *calendar] or (alternatives[-1] if alternatives else [])


def _says(text: Sequence[_Leaf], html: Sequence[_Leaf]) -> bool:
    """True where the plain text is long, or has at least half of the words that the HTML shows."""
    written = [word for leaf in text for word in _WORD.findall(leaf.text.lower())]
    if len(written) > _PLACEHOLDER_WORDS:
        return True
    builder = DocumentBuilder()
    for leaf in html:
        if leaf.kind == "html":
            write_page(leaf.text, builder)
    shown = {*_WORD.findall(builder.build("", {}).text.lower())}
    return len(shown.intersection(written)) >= _LEAST_WORDS_SHARE * len(shown)
