"""Saved pages and exported notes are read as the page and the notes."""

import plistlib

import pytest

from knowledge.parse.input import Unreadable
from knowledge.parse.web.archive import parse_enex, parse_mhtml, parse_webarchive

MHTML = (
    b"From: <Saved by Blink>\r\nSubject: Ferry\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; type="text/html"; boundary="cut"\r\n\r\n'
    b"--cut\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<title>Ferry</title><p>The ferry to R=C3=BCgen leaves at ten.</p>\r\n"
    b"--cut\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n--cut--\r\n"
)
ENEX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export><note><title>Trip</title><created>20240102T080000Z</created><tag>travel</tag><tag>rain</tag>
<content><![CDATA[<?xml version="1.0"?><en-note>Take the <b>umbrella</b> to Bergen.
<div><en-todo checked="true"/>Pack</div></en-note>]]></content></note>
<note><title>Food</title><content><![CDATA[<en-note>Fish soup</en-note>]]></content></note></en-export>"""


def test_the_page_of_mhtml_is_read_in_its_encoding() -> None:
    document = parse_mhtml(MHTML, "ferry")
    assert (document.title, document.text) == ("Ferry", "The ferry to Rügen leaves at ten.")


def test_the_page_of_a_web_archive_is_read_in_its_encoding() -> None:
    resource = {"WebResourceData": "<p>Käse am Markt</p>".encode("cp1252"), "WebResourceTextEncodingName": "cp1252"}
    data = plistlib.dumps({"WebMainResource": resource}, fmt=plistlib.FMT_BINARY)
    assert parse_webarchive(data, "market").text == "Käse am Markt"


def test_exported_notes_stand_under_their_titles() -> None:
    document = parse_enex(ENEX.encode(), "notes")
    assert [heading.title for heading in document.headings] == ["Trip", "Food"]
    assert document.text == (
        "Trip\n\nCreated: 20240102T080000Z\nTags: travel, rain\n\nTake the umbrella to Bergen.\n\n☑ Pack\n\n"
        "Food\n\nFish soup"
    )
    assert document.metadata == {"notes": 2}


@pytest.mark.parametrize("parse", [parse_mhtml, parse_webarchive, parse_enex])
def test_other_files_under_these_names_say_so(parse: object) -> None:
    assert callable(parse)
    with pytest.raises(Unreadable):
        parse(b"<a>no page, no note</a>", "file")
