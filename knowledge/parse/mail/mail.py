"""Mail as it is sent (RFC 5322 and MIME), one message or a mailbox of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.mail.mail_headers import AnyMessage, MailHead, header_text, is_message, mail_head, text_of
from knowledge.parse.transcript import Transcript
from knowledge.parse.web.html import write_page

_EMLX_LENGTH = re.compile(rb"\s*(\d{1,9})\s*\n")
_MBOX_MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S.*\d{4}.*\n")
_WIDE_WITHIN_BYTES = 100  # a message begins with ASCII: zero bytes there are those of UTF-16
_MAX_DEPTH = 5  # messages within messages


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part of a message that is not made of parts. `kind`: text, html, message, attachment or encrypted."""

    kind: str
    text: str
    part: AnyMessage


def parse_mail(data: bytes, name: str) -> Document:
    """Head, text and the messages within. Attachments are named, not read.

    Raises Unreadable for what is no message or an encrypted one.
    """
    message = _message(data)
    leaves = list(_leaves(message))
    if any(leaf.kind == "encrypted" for leaf in leaves):
        raise Unreadable("encrypted mail: only its recipient's key opens it", "Save a copy that is decrypted.")
    transcript = Transcript()
    head = _write(message, leaves, transcript, depth=1)
    return transcript.document(head.subject or name, head.metadata())


def parse_mbox(data: bytes, name: str) -> Document:
    """Every message of a mailbox, each headed by its subject."""
    starts = [found.end() for found in _MBOX_MESSAGE.finditer(data)]
    ends = [found.start() for found in _MBOX_MESSAGE.finditer(data)][1:]
    if not starts:
        raise Unreadable("not a mailbox although it is named so", "A mailbox begins with the word From.")
    transcript = Transcript()
    for start, end in zip(starts, [*ends, len(data)], strict=True):
        _write_message(_parsed(data[start:end]), transcript, depth=1)
    return transcript.document(name, {"messages": len(starts)})


def _message(data: bytes) -> AnyMessage:
    length = _EMLX_LENGTH.match(data)  # Apple Mail puts the message's length before it, and a list of properties behind
    if length:
        data = data[length.end() : length.end() + int(length[1])]
    if b"\0" in data[:_WIDE_WITHIN_BYTES]:
        data = text_of(data).encode("utf-8", "replace")
    message = _parsed(data)
    if not is_message(message):
        raise Unreadable("not a mail although it is named so")
    return message


def _parsed(data: bytes) -> AnyMessage:
    try:
        return message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), policy=compat32)
    except RecursionError as error:
        raise Unreadable("damaged mail: its parts are nested too deeply") from error


def _write(message: AnyMessage, leaves: Sequence[_Leaf], transcript: Transcript, depth: int) -> MailHead:
    head = mail_head(message, tuple(leaf.text for leaf in leaves if leaf.kind == "attachment"))
    head.write(transcript)
    for leaf in leaves:
        if leaf.kind == "text":
            transcript.lines(leaf.text)
        elif leaf.kind == "html":
            write_page(leaf.text, transcript)
        elif leaf.kind == "encrypted":
            transcript.paragraph("(encrypted)")
        elif leaf.kind == "message" and depth < _MAX_DEPTH:
            _write_message(leaf.part, transcript, depth + 1)
    return head


def _write_message(message: AnyMessage, transcript: Transcript, depth: int) -> None:
    subject = mail_head(message, ()).subject
    transcript.heading(depth, subject or "(no subject)")
    _write(message, list(_leaves(message)), transcript, depth)


def _leaves(message: AnyMessage) -> Iterator[_Leaf]:
    kind = message.get_content_type()
    name = header_text(message.get_filename() or "")
    if kind == "multipart/encrypted" or (kind.endswith("pkcs7-mime") and _is_enveloped(message)):
        yield _Leaf("encrypted", "", message)
    elif kind == "message/rfc822" and message.is_multipart():
        yield from (_Leaf("message", "", inner) for inner in _parts(message)[:1])
    elif kind == "multipart/alternative" and message.is_multipart():
        yield from _best([list(_leaves(part)) for part in _parts(message)])
    elif kind.startswith("multipart/") and message.is_multipart():
        for part in _parts(message):
            yield from _leaves(part)
    elif kind in ("text/plain", "text/html") and not name and message.get_content_disposition() != "attachment":
        yield _Leaf(kind[5:].replace("plain", "text"), _content(message), message)
    elif name or kind.partition("/")[0] not in ("text", "message"):
        yield _Leaf("attachment", name or f"unnamed ({kind})", message)


def _parts(message: AnyMessage) -> list[AnyMessage]:
    payload = message.get_payload()
    return [part for part in payload if not isinstance(part, str)] if isinstance(payload, list) else []


def _best(options: Sequence[list[_Leaf]]) -> list[_Leaf]:
    """Of the forms in which a text was sent: the plain one, then HTML, then the last, which its author likes best."""
    for kind in ("text", "html"):
        for option in options:
            if any(leaf.kind == kind and leaf.text.strip() for leaf in option):
                return option
    return options[-1] if options else []


def _content(part: AnyMessage) -> str:
    payload = part.get_payload(decode=True)
    return text_of(payload, part.get_content_charset() or "") if isinstance(payload, bytes) else ""


def _is_enveloped(message: AnyMessage) -> bool:
    kind = message.get_param("smime-type", "enveloped-data")
    return str(kind).lower() in ("enveloped-data", "authenveloped-data")
