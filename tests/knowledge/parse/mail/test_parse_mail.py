import pytest

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.mail.calendar import parse_calendar
from knowledge.parse.mail.mail import parse_mail, parse_mbox

HEAD = "From: Ann <ann@x.org>\nTo: Bob <bob@x.org>, cy@x.org\nSubject: Plans\nDate: Fri, 16 Dec 2022 17:04:16 -0500\n"
HEAD_LINES = "From: Ann <ann@x.org>\nTo: Bob <bob@x.org>, cy@x.org\nDate: 2022-12-16T17:04:16-05:00"


def mail(body: str, fields: str = "", head: str = HEAD) -> Document:
    return parse_mail((head + fields + "\n" + body).encode(), "file")


def multipart(kind: str, *parts: str) -> Document:
    whole = "".join(f"--cut\n{part}\n" for part in parts)
    return mail(f"{whole}--cut--\n", f'Content-Type: multipart/{kind}; boundary="cut"\n')


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>marked <b>words</b></p>"
FILE = 'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\n\nJVBERi0='


def test_the_head_stands_above_the_text_and_in_the_metadata() -> None:
    document = mail("Hello.\n\n> quoted\n")

    assert document.title == "Plans"
    assert document.text == f"{HEAD_LINES}\n\nHello.\n\n> quoted"
    assert document.metadata == {
        "from": "Ann <ann@x.org>",
        "to": ("Bob <bob@x.org>", "cy@x.org"),
        "date": "2022-12-16T17:04:16-05:00",
    }


def test_plain_text_is_preferred_to_html() -> None:
    assert multipart("alternative", PLAIN, HTML).text == f"{HEAD_LINES}\n\nplain words"


def test_html_is_read_where_the_plain_text_is_empty() -> None:
    empty = "Content-Type: text/plain\n\n  "

    assert multipart("alternative", empty, HTML).text == f"{HEAD_LINES}\n\nmarked words"


def test_attachments_are_named_and_not_read() -> None:
    document = multipart("mixed", PLAIN, FILE)

    assert document.metadata["attachments"] == ("a.pdf",)
    assert document.text == f"{HEAD_LINES}\nAttachments (not read): a.pdf\n\nplain words"


def test_a_message_within_a_message_is_headed_by_its_subject() -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: eve@x.org\nSubject: Inner\n\nDeep words."
    document = multipart("mixed", PLAIN, inner)

    assert [(h.level, h.title) for h in document.headings] == [(2, "Inner")]
    assert document.text.endswith("plain words\n\nInner\n\nFrom: eve@x.org\n\nDeep words.")


def test_columns_and_indentation_are_kept() -> None:
    assert mail("Name    Age\nAnn      30\n  * item\n").text.endswith("Name    Age\nAnn      30\n  * item")


@pytest.mark.parametrize("charset", ["", "; charset=us-ascii", "; charset=iso-8859-1", "; charset=no-such"])
def test_a_wrong_or_missing_charset_is_seen_through(charset: str) -> None:
    assert mail("schöne Grüße", f"Content-Type: text/plain{charset}\n").text.endswith("schöne Grüße")


def test_the_declared_charset_is_used() -> None:
    data = (HEAD + "Content-Type: text/plain; charset=koi8-r\n\n").encode() + "Привет".encode("koi8-r")

    assert parse_mail(data, "file").text.endswith("Привет")


def test_encoded_words_in_the_head_are_decoded() -> None:
    document = mail("x", head="From: =?utf-8?B?w4RubmE=?= <a@x.org>\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\n")

    assert document.title == "Grüße"
    assert document.metadata["from"] == "Änna <a@x.org>"


def test_raw_bytes_in_the_head_are_decoded() -> None:
    assert parse_mail("Subject: Grüße aus Köln\n\nx".encode("cp1252"), "file").title == "Grüße aus Köln"


@pytest.mark.parametrize("field", ["Date: someday\n", "From: <<>@:;\n", "Subject: =?utf-8?B?###?=\n", "To: ;;,,\n"])
def test_a_malformed_field_leaves_the_mail_readable(field: str) -> None:
    assert mail("words", head=field).text.endswith("words")


def test_an_encrypted_mail_says_so() -> None:
    with pytest.raises(Unreadable, match="encrypted mail"):
        multipart("encrypted", "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----")


def test_smime_encryption_is_told_from_a_signature() -> None:
    def sealed(kind: str) -> Document:
        return mail("TUlJ", f'Content-Type: application/pkcs7-mime; smime-type={kind}; name="smime.p7m"\n')

    assert sealed("signed-data").metadata["attachments"] == ("smime.p7m",)
    with pytest.raises(Unreadable, match="encrypted mail"):
        sealed("enveloped-data")


def test_the_whole_file_may_be_utf16() -> None:
    assert parse_mail((HEAD + "\nwords").encode("utf-16-le"), "file").title == "Plans"


def test_a_mail_of_apples_is_read_without_its_list_of_properties() -> None:
    message = HEAD + "\nwords\n"
    wrapped = f"{len(message)}      \n{message}<?xml version='1.0'?><plist/>"

    assert parse_mail(wrapped.encode(), "file").text == f"{HEAD_LINES}\n\nwords"


def test_what_has_no_fields_is_no_mail() -> None:
    with pytest.raises(Unreadable, match="not a mail, despite its name"):
        parse_mail(b"Dear diary,\n\nnothing.", "file")


def test_deeply_nested_parts_end_as_a_document_or_a_reason() -> None:
    levels = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse_mail((HEAD + levels).encode(), "file")


def test_a_mailbox_has_a_heading_for_each_message() -> None:
    box = "".join(f"From ann@x.org Fri Dec 16 17:04:16 2022\nSubject: S{n}\n\nText {n}\n\n" for n in (1, 2))
    document = parse_mbox(box.encode(), "inbox")

    assert [h.title for h in document.headings] == ["S1", "S2"]
    assert document.text == "S1\n\nText 1\n\nS2\n\nText 2"
    assert document.metadata == {"messages": 2}


def test_a_line_that_begins_with_from_is_no_new_message() -> None:
    box = b"From ann@x.org Fri Dec 16 17:04:16 2022\nSubject: S\n\nText\nFrom there in 2022 we went on.\n"

    assert len(parse_mbox(box, "inbox").headings) == 1


def test_an_attached_file_is_read_under_its_name() -> None:
    notes = 'Content-Type: text/plain; name="n.md"\nContent-Disposition: attachment\n\n# Keys\n\nBehind the mirror.'
    document = multipart("mixed", PLAIN, notes, FILE)
    assert document.text.endswith("plain words\n\nn.md\n\n# Keys\n\nBehind the mirror.")
    assert [(h.level, h.title, document.text[h.start :][:4]) for h in document.headings] == [
        (2, "n.md", "n.md"),
        (3, "Keys", "# Ke"),
    ]
    assert document.losses == ("1 attachment was not read",)


def test_html_is_read_where_the_plain_text_only_points_to_it() -> None:
    placeholder = "Content-Type: text/plain\n\nThis message needs an HTML viewer."
    html = "Content-Type: text/html\n\n<p>The offer for the greenhouse is 4,250 euros.</p>"
    assert multipart("alternative", placeholder, html).text.endswith("The offer for the greenhouse is 4,250 euros.")


INVITATION = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;TZID="Europe/Berlin":20240514T140000
SUMMARY:Roof inspec
 tion
LOCATION:Attic\\, Elm House
ORGANIZER;CN=Ann:mailto:ann@x.org
DESCRIPTION:Bring a lamp.\\nAnd gloves.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
INVITED = (
    "Roof inspection\n\nStart: 2024-05-14 14:00 (Europe/Berlin)\nWhere: Attic, Elm House\n"
    "Organizer: Ann <ann@x.org>\n\nBring a lamp.\nAnd gloves."
)


def test_an_invitation_is_read_beside_the_text() -> None:
    invitation = f"Content-Type: text/calendar; method=REQUEST\n\n{INVITATION}"
    assert multipart("alternative", PLAIN, HTML, invitation).text == f"{HEAD_LINES}\n\nplain words\n\n{INVITED}"
    assert mail(INVITATION, "Content-Type: text/calendar\n").text == f"{HEAD_LINES}\n\n{INVITED}"


def test_a_calendar_file_is_read_by_its_appointments() -> None:
    document = parse_calendar(INVITATION.replace("\n", "\r\n").encode(), "dates")
    assert document.text == INVITED and [h.title for h in document.headings] == ["Roof inspection"]
    with pytest.raises(Unreadable, match="not a calendar"):
        parse_calendar(b"Hello", "dates")


def test_a_paragraph_that_begins_with_from_stays_in_its_message() -> None:
    box = (
        "From ann@x.org Fri Dec 16 17:04:16 2022\nSubject: S\n\nHello.\n\nFrom January 2024 we open at nine.\n\n"
        ">From the hill one sees it.\n"
    )
    document = parse_mbox(box.encode(), "box")
    assert document.metadata == {"messages": 1}
    assert document.text.endswith("Hello.\n\nFrom January 2024 we open at nine.\n\nFrom the hill one sees it.")
