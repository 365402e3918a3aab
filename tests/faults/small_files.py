"""Small valid files of mail, appointments, boards, notes, saved pages and forms, each around a part to be changed."""

import base64
import json
import plistlib
import struct
from collections.abc import Callable, Mapping

from reportlab.pdfgen.canvas import Canvas

from tests.knowledge.parse.ole_files import ole
from tests.knowledge.parse.pdf_files import drawn

_RTF_HEAD = struct.Struct("<IIII")  # MS-OXRTFCP 2.1.3.1
_RUN = 8  # literals behind each byte of flags


def eml(attached: bytes) -> bytes:
    """A mail of text, HTML and an invitation, with a mail attached, and `attached` as a document of Word."""
    parts = [
        "Content-Type: text/plain; charset=utf-8\n\nSee the file.",
        "Content-Type: text/html\n\n<p>See <b>the</b> file.</p>",
        f"Content-Type: text/calendar; method=REQUEST\n\n{ics(b'Tea').decode()}",
        "Content-Type: message/rfc822\n\nFrom: c@example.org\nSubject: Inner\n\nInner words",
        'Content-Type: application/octet-stream; name="tea.docx"\nContent-Transfer-Encoding: base64\n'
        f"Content-Disposition: attachment\n\n{base64.encodebytes(attached).decode()}",
    ]
    head = "From: a@example.org\nTo: b@example.org\nSubject: =?utf-8?q?T=C3=A9?=\nMIME-Version: 1.0\n"
    body = "".join(f"--x\n{part}\n" for part in parts)
    return f"{head}Content-Type: multipart/mixed; boundary=x\n\n{body}--x--\n".encode()


def msg(rtf: bytes) -> bytes:
    """A message of Outlook whose text is compressed RTF, with a text file attached."""
    head = {"__properties_version1.0": bytes(32), **_text(0x0037, "Tea"), **_text(0x0C1A, "Ann")}
    file = {
        "__properties_version1.0": bytes(8),
        **_text(0x3707, "n.txt"),
        "__substg1.0_37010102": b"Behind the mirror.",
    }
    return ole({**head, "__substg1.0_10090102": rtf, "__attach_version1.0_#00000000": file})


def compressed_rtf(rtf: bytes) -> bytes:
    """RTF in Outlook's container: literals, and at last a reference that says it is the end."""
    runs = [rtf[at : at + _RUN] for at in range(0, len(rtf), _RUN)]
    packed = b"".join(b"\0" + run for run in runs[:-1])
    end = (207 + len(rtf)) % 4096 << 4  # where the next byte would be written: the dictionary begins with 207 bytes
    packed += bytes([1 << len(runs[-1]) & 0xFF]) + runs[-1] + struct.pack(">H", end)
    return _RTF_HEAD.pack(len(packed) + 12, len(rtf), 0x75465A4C, 0) + packed


def ics(summary: bytes) -> bytes:
    """A calendar of ten appointments, one of them repeated."""
    event = (
        b"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20240102T080000\r\nDURATION:PT1H30M\r\nRRULE:FREQ=WEEKLY;COUNT=9"
        b'\r\nSUMMARY:%s\r\nATTENDEE;CN="Ann, B.":mailto:ann@example.org'
        b"\r\nDESCRIPTION:Bring\\, please\\n the ket\r\n tle\r\nEND:VEVENT\r\n" % summary
    )
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event * 10 + b"END:VCALENDAR\r\n"


def canvas(card: bytes) -> bytes:
    """A board with cards of text, a group, a link and an arrow."""
    text = card.decode("utf-8", "replace")
    cards = [
        {"id": str(n), "type": "text", "text": text, "x": n * 50, "y": 0, "width": 9, "height": 9} for n in range(9)
    ]
    group = {"id": "g", "type": "group", "label": "Later", "x": 0, "y": 0, "width": 99, "height": 99}
    link = {"id": "l", "type": "link", "url": "https://tea.example", "x": 950, "y": 950}
    edges = [{"id": "e", "fromNode": "1", "toNode": "2", "label": "needs"}]
    return json.dumps({"nodes": [*cards, group, link], "edges": edges}).encode()


def enex(note: bytes) -> bytes:
    """Three exported notes."""
    head = b"<title>Trip</title><created>20240102T080000Z</created><tag>rain</tag>"
    one = b"<note>%s<content><![CDATA[%s]]></content></note>" % (head, note)
    return b'<?xml version="1.0" encoding="UTF-8"?><en-export>' + one * 3 + b"</en-export>"


def mhtml(page: bytes) -> bytes:
    """A saved page and its style sheet."""
    return (
        b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="cut"\r\n\r\n'
        b"--cut\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(page)
        + b"\r\n--cut\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n--cut--\r\n"
    )


def webarchive(page: bytes) -> bytes:
    """A saved page with a frame."""
    resource = {
        "WebResourceData": page,
        "WebResourceTextEncodingName": "utf-8",
        "WebResourceURL": "https://tea.example",
    }
    return plistlib.dumps(
        {"WebMainResource": resource, "WebSubframeArchives": [{"WebMainResource": resource}]}, fmt=plistlib.FMT_BINARY
    )


def pdf(note: bytes) -> bytes:
    """A page of text, links, notes and fields, and one of two columns."""

    def draw(page: Canvas) -> None:
        page.setPageCompression(0)
        for line in range(9):
            page.drawString(72, 700 - 20 * line, f"Kettle {line}:")
            page.acroForm.textfield(name=f"t{line}", value="tea", x=150, y=695 - 20 * line, width=120, height=18)
        page.acroForm.checkbox(name="c", checked=True, x=72, y=400, size=14)
        page.acroForm.choice(name="d", value="Tea", options=["Tea", "Cocoa"], x=72, y=350, width=90, height=18)
        page.textAnnotation(note.decode("latin-1"), Rect=[400, 690, 420, 710])
        page.linkURL("https://tea.example/kettle", (72, 697, 110, 712))
        page.showPage()
        for row in range(9):
            page.drawString(72, 700 - 14 * row, "kettle by the wooden pier and all")
            page.drawString(320, 700 - 14 * row, "teapot in a book that is kept to-")

    return drawn(draw)


_HTML = b"<title>Tea</title><h1>Tea</h1><p>kettle <b>teapot</b></p><table><tr><td>1</td></tr></table>" * 3
_NOTE = b"<en-note>Take the <b>kettle</b>.<div><en-todo checked='true'/>Pack</div></en-note>"
AROUND: Mapping[str, tuple[Callable[[bytes], bytes], bytes]] = {
    ".msg": (msg, compressed_rtf(rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}kettle teapot\par}" * 9)),
    ".ics": (ics, b"Tea"),
    ".canvas": (canvas, b"# Tea\n\n- kettle\n- **teapot**\n"),
    ".enex": (enex, _NOTE),
    ".mhtml": (mhtml, _HTML),
    ".webarchive": (webarchive, _HTML),
    ".pdf": (pdf, b"Ask for the kettle"),
}
"""The builder of a file of each ending, and the part that it is built around."""


def _text(number: int, value: str) -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}
