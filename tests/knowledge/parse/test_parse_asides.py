"""Stretches that the author does not tell: headers of mails, comments, menus."""

from __future__ import annotations

from knowledge.chunk import chunk, estimate_tokens
from knowledge.cutting.place import place_at
from knowledge.document import Document
from knowledge.parse import parse_bytes

HEAD = b"From: Ann <ann@x.org>\nTo: bob@x.org\nSubject: Boiler\nDate: Fri, 16 Dec 2022 17:04:16 -0500\n"
MAIL = HEAD + b"\nThe boiler leaks.\n"


def roles(document: Document) -> list[tuple[str, str]]:
    return [(document.text[start:end], role) for start, end, role in document.asides]


def test_the_header_of_a_mail_is_searchable_but_marked() -> None:
    (one,) = chunk(parse_bytes(MAIL, ".eml", "mail"), estimate_tokens, 240)
    assert "ann@x.org" in one.text and one.role == "body"
    assert [place_at(one.places, one.text.index(said)).role for said in ("From", "The boiler")] == ["header", "body"]


def test_every_message_of_a_mailbox_has_its_header_marked() -> None:
    box = b"".join(b"From ann@x.org Fri Dec 16 17:04:16 2022\n" + MAIL + b"\n" for _ in range(3))
    document = parse_bytes(box, ".mbox", "box")
    assert [role for _, role in roles(document)] == ["header"] * 3
    assert len(chunk(document, estimate_tokens, 240)) == 3


def test_comments_in_markdown_are_marked_outside_code() -> None:
    text = "Text.\n\n%% ask Ann %%\n\n<!-- a hint -->\n\n```\n%% code %%\n```\n"
    document = parse_bytes(text.encode(), ".md", "note")
    assert roles(document) == [("%% ask Ann %%", "comment"), ("<!-- a hint -->", "comment")]


def test_a_chunk_of_comments_alone_has_their_role() -> None:
    (one,) = chunk(parse_bytes(b"%% ask Ann about the roof %%\n", ".md", "note"), estimate_tokens, 240)
    assert one.role == "comment"


def test_menus_and_footers_of_links_in_html_are_marked_and_other_lists_are_not() -> None:
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "Blog", "About"))
    page = (
        f"<nav><ul>{menu}</ul></nav><p>Real text here.</p><ul>{menu}</ul>"
        "<footer>© <a href=x>Imprint of us</a> <a href=y>Privacy</a> <a href=z>Contact us</a></footer>"
    )
    marked = roles(parse_bytes(page.encode(), ".html", "page"))
    assert [(text.split()[-1], role) for text, role in marked] == [("About", "links"), ("us", "links")]
