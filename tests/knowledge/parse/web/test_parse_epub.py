import io
import zipfile

import pytest

from knowledge.parse.input import Unreadable
from knowledge.parse.web.epub import parse_epub

CONTAINER = '<container><rootfiles><rootfile full-path="O/book.opf"/></rootfiles></container>'
PAGE = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
<navPoint><navLabel><text>The Storm</text></navLabel><content src="one.xhtml#a"/></navPoint></navMap></ncx>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<nav epub:type="toc"><ol><li><a href="one.xhtml">The <b>Storm</b></a></li></ol></nav></body></html>"""


def book(parts: dict[str, str], properties: str = "", drop: str = "") -> bytes:
    """A book of two chapters, `one` after `two` in the package but before it in the spine; `parts` replace its own."""
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in ("two", "one")
    )
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata>{properties}</metadata><manifest>{items}
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>
<spine toc="ncx"><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine></package>"""
    whole = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "O/book.opf": package,
        "O/one.xhtml": PAGE.format("<p>It rained.</p>"),
        "O/two.xhtml": PAGE.format("<h2>The Calm</h2><p>It shone.</p>"),
    } | parts
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in whole.items():
            if name != drop:
                archive.writestr(name, text)
    return file.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_epub(data, "book")
    return caught.value.reason


def test_chapters_stand_in_the_order_of_the_spine() -> None:
    assert parse_epub(book({}), "book").text == "It rained.\n\nThe Calm\n\nIt shone."


@pytest.mark.parametrize("contents", [{"O/toc.ncx": NCX}, {"O/nav.xhtml": NAV}])
def test_a_chapter_without_heading_is_headed_by_the_table_of_contents(contents: dict[str, str]) -> None:
    document = parse_epub(book(contents), "book")

    assert [(h.level, h.title) for h in document.headings] == [(1, "The Storm"), (2, "The Calm")]
    assert document.text.startswith("The Storm\n\nIt rained.")


def test_a_damaged_table_of_contents_leaves_the_book_readable() -> None:
    assert "It rained." in parse_epub(book({"O/toc.ncx": "<ncx"}), "book").text


def test_properties_become_metadata() -> None:
    properties = (
        "<dc:title>Weather</dc:title><dc:creator>A. Cloud</dc:creator><dc:language>en</dc:language>"
        "<dc:subject>rain</dc:subject><dc:subject>sun</dc:subject><dc:date>1901</dc:date><dc:date>2026</dc:date>"
    )
    document = parse_epub(book({}, properties), "book")

    assert document.title == "Weather"
    assert document.metadata == {"author": "A. Cloud", "language": "en", "subject": ("rain", "sun"), "date": "1901"}


def test_a_book_protected_by_drm_says_so() -> None:
    encryption = '<e><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'

    assert reason(book({"META-INF/encryption.xml": encryption + "</EncryptedData></e>"})) == (
        "protected by DRM: only the shop's own reader can open this book"
    )


def test_scrambled_fonts_are_no_drm() -> None:
    encryption = '<e><EncryptedData><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/>'
    scrambled = book({"META-INF/encryption.xml": encryption + "</EncryptedData></e>"})

    assert "It rained." in parse_epub(scrambled, "book").text


def test_the_package_is_found_without_a_container() -> None:
    assert "It rained." in parse_epub(book({}, drop="META-INF/container.xml"), "book").text


def test_a_missing_chapter_leaves_the_others() -> None:
    assert parse_epub(book({}, drop="O/one.xhtml"), "book").text == "The Calm\n\nIt shone."


def test_a_zip_without_a_list_of_contents_is_a_damaged_book() -> None:
    assert reason(book({"META-INF/container.xml": "<a/>"}, drop="O/book.opf")) == (
        "damaged EPUB book: it has no list of its contents"
    )


def test_a_book_that_was_cut_off_is_damaged() -> None:
    assert reason(book({})[:500]) == "damaged EPUB book"


def test_entities_are_not_expanded() -> None:
    entities = '<!DOCTYPE p [<!ENTITY who "Nobody"><!ENTITY file SYSTEM "file:///etc/hostname">]>'
    page = entities + PAGE.format("<p>&who; &file; It rained.</p>")

    assert parse_epub(book({"O/one.xhtml": page}), "book").text.startswith("&who; &file; It rained.")
