"""Messages saved by Outlook: properties of MAPI in an OLE compound file (MS-OXMSG)."""

from knowledge.document import Document
from knowledge.parse.decode import decode
from knowledge.parse.html import write_page
from knowledge.parse.mail_head import MailHead, iso_date
from knowledge.parse.msg_storage import Storage, opened_msg
from knowledge.parse.transcript import Transcript, one_line
from knowledge.parse.unreadable import Unreadable

# Property ids of MS-OXPROPS.
_CLASS, _SUBJECT, _BODY, _HTML, _RTF = 0x001A, 0x0037, 0x1000, 0x1013, 0x1009
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_NAME, _ADDRESS, _SMTP, _RECIPIENT_TYPE, _TO, _CC = 0x3001, 0x3003, 0x39FE, 0x0C15, 1, 2
_LONG_FILE_NAME, _SHORT_FILE_NAME, _ATTACHED = 0x3707, 0x3704, 0x3701
_MEDIA_TYPE, _HTML_CODE_PAGE = 0x370E, 0x3FDE
_MAX_DEPTH = 5  # messages within messages


def parse_msg(data: bytes, name: str) -> Document:
    """Head, text and the messages within. Attachments are named, not read.

    Raises Unreadable for what is damaged, encrypted or no message.
    """
    transcript = Transcript()
    with opened_msg(data) as message:
        if _is_encrypted(message):
            raise Unreadable("encrypted mail: only its recipient's key opens it", "Save a copy that is decrypted.")
        head = _write(message, transcript, depth=1)
    return transcript.document(head.subject or name, head.metadata())


def _write(message: Storage, transcript: Transcript, depth: int) -> MailHead:
    attachments = message.storages("__attach_version1.0_#")
    head = _head(message, tuple(filter(None, map(_file_name, attachments))))
    head.write(transcript)
    _write_body(message, transcript)
    for inner in (inner for attachment in attachments for inner in attachment.storages(f"__substg1.0_{_ATTACHED:04X}")):
        if depth < _MAX_DEPTH:
            transcript.heading(depth + 1, one_line(inner.text(_SUBJECT)) or "(no subject)")
            _write(inner, transcript, depth + 1)
    return head


def _write_body(message: Storage, transcript: Transcript) -> None:
    """The plain text; where there is none, the HTML."""
    plain = message.text(_BODY)
    if plain.strip():
        transcript.lines(plain)
    elif html := message.text(_HTML) or _decoded(message.data(_HTML), message.number(_HTML_CODE_PAGE)):
        write_page(html, transcript)
    elif message.data(_RTF):
        transcript.paragraph("(The text is in a form of Outlook's own that is not read.)")


def _decoded(data: bytes, code_page: int) -> str:
    return decode(data, "utf-8" if code_page == 65001 else f"cp{code_page}") if data else ""


def _head(message: Storage, attachments: tuple[str, ...]) -> MailHead:
    moment = message.moment(_SUBMITTED) or message.moment(_DELIVERED)
    address = message.text(_SENDER_SMTP) or message.text(_SENDER_ADDRESS)
    return MailHead(
        subject=one_line(message.text(_SUBJECT)),
        sender=_person(message.text(_SENDER_NAME), address),
        to=_recipients(message, _TO),
        cc=_recipients(message, _CC),
        date=iso_date(moment) if moment else "",
        attachments=attachments,
    )


def _recipients(message: Storage, kind: int) -> tuple[str, ...]:
    found = [r for r in message.storages("__recip_version1.0_#") if r.number(_RECIPIENT_TYPE) == kind]
    people = (_person(person.text(_NAME), person.text(_SMTP) or person.text(_ADDRESS)) for person in found)
    return tuple(filter(None, people))


def _person(name: str, address: str) -> str:
    """`name <address>`, of which addresses within an organisation, which have no @, are left out."""
    name, address = one_line(name), one_line(address) if "@" in address else ""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _file_name(attachment: Storage) -> str:
    """The attachment's name; "" of a message within, which is read."""
    if attachment.storages(f"__substg1.0_{_ATTACHED:04X}"):
        return ""
    return one_line(attachment.text(_LONG_FILE_NAME) or attachment.text(_SHORT_FILE_NAME) or attachment.text(_NAME))


def _is_encrypted(message: Storage) -> bool:
    kind = message.text(_CLASS).lower()
    attached = [attachment.text(_MEDIA_TYPE).lower() for attachment in message.storages("__attach_version1.0_#")]
    if "application/pgp-encrypted" in attached:
        return True
    return kind.startswith("ipm.note.smime") and "multipartsigned" not in kind
