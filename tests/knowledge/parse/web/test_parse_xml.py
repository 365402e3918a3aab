import pytest

from knowledge.parse.input import Unreadable
from knowledge.parse.web.xml import parse_svg, parse_xml

LONG = "A sentence about the weather that goes on for a while. " * 20


def text(xml: str) -> str:
    return parse_xml(xml.encode(), "file").text


def test_repeated_records_become_a_table() -> None:
    assert text("<b><c><n>US</n><m>1</m></c><c><n>CA</n></c></b>") == (
        "c\n\n| n | m |\n| --- | --- |\n| US | 1 |\n| CA |  |"
    )


def test_elements_are_lines_under_the_headings_of_long_ones() -> None:
    document = parse_xml(f"<r><author>Ann</author><part><title>Rain</title><p>{LONG}</p></part></r>".encode(), "file")

    assert [h.title for h in document.headings] == ["part: Rain"]
    assert document.text.startswith("author: Ann\n\npart: Rain\n\ntitle: Rain")


def test_running_text_is_kept_together() -> None:
    assert text("<r><p>one <b>two</b> three</p></r>") == "p: one two three"


def test_attributes_tell_what_they_hold() -> None:
    assert (
        text('<r><price currency="EUR">5</price><item sku="G1" id="x"/></r>')
        == "price: 5 (currency: EUR)\nitem.sku: G1"
    )


def test_a_web_page_is_read_as_one() -> None:
    assert text(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>A</h1><p>b</p></body></html>'
    ) == ("A\n\nb")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_a_wrong_or_missing_declaration_of_the_encoding_is_seen_through(encoding: str) -> None:
    xml = '<?xml version="1.0" encoding="UTF-8"?><r><a>schöne Grüße aus Köln</a></r>'

    assert parse_xml(xml.encode(encoding), "file").text == "a: schöne Grüße aus Köln"


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "boom"><!ENTITY f SYSTEM "file:///etc/hostname">]>'

    assert text(f"{bomb}<r><p>&a; &f;</p></r>") == "p: &a; &f;"


@pytest.mark.parametrize("xml", ["<a><b></a>", "words", "<a>" * 5000])
def test_damaged_xml_says_so(xml: str) -> None:
    with pytest.raises(Unreadable, match="damaged XML"):
        text(xml)


def test_deep_elements_are_flattened() -> None:
    assert "end" in text("<a>" * 200 + "end" + "</a>" * 200)


def test_the_words_in_a_drawing_are_read() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><title>Plan</title><g><text>North <tspan>wing</tspan></text></g></svg>'
    )

    assert parse_svg(svg.encode(), "file").text == "Plan\n\nNorth wing"


def test_a_lone_ampersand_and_names_of_html_are_read_as_they_are_meant() -> None:
    document = parse_xml(
        b"<feed><a>Salt & Sons</a><b>Caf&eacute;&nbsp;du Lac &amp; Co, R&D; 5 &lt; 6</b></feed>", "feed"
    )
    assert "Salt & Sons" in document.text and "Café du Lac & Co" in document.text and "5 < 6" in document.text
    assert document.losses == ()


def test_xml_with_a_fault_is_read_as_far_as_it_goes_and_says_so() -> None:
    items = "".join(f"<item><title>Note {n}</title><text>The tea room opens at {n}.</text></item>" for n in range(9))
    document = parse_xml(f"<feed>{items}<item><title>Cut".encode(), "feed")
    assert "The tea room opens at 8." in document.text
    assert document.losses == ("it is damaged XML, of which parts may be missing",)
