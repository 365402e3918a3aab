"""Fields, notes and links of a PDF are part of its text; letters that cannot be told are not."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.pdf import parse_pdf
from tests.knowledge.parse.pdf_files import drawn


def test_what_was_filled_into_a_form_stands_behind_its_label() -> None:
    def draw(canvas: Canvas) -> None:
        form = canvas.acroForm
        for at, (label, value) in enumerate([("Surname:", "Thistlewood"), ("Number:", "MB-40771"), ("Phone:", "")]):
            canvas.drawString(72, 700 - 30 * at, label)
            form.textfield(
                name=f"t{at}", value=value, x=150, y=695 - 30 * at, width=120, height=18, borderStyle="inset"
            )
        canvas.drawString(300, 700, "City")
        form.textfield(name="city", value="Aberystwyth", x=340, y=695, width=120, height=18, borderStyle="inset")
        for at, (label, checked) in enumerate([("Newsletter", True), ("Parking", False)]):
            form.checkbox(name=f"c{at}", checked=checked, x=72, y=500 - 30 * at, size=14)
            canvas.drawString(95, 503 - 30 * at, label)

    lines = parse_pdf(drawn(draw), "form").text.split("\n")
    for line in ("Surname: Thistlewood", "City: Aberystwyth", "Number: MB-40771", "☑ Newsletter", "☐ Parking"):
        assert line in lines, lines
    assert not any(line.startswith("Phone: ") for line in lines)


def test_a_note_and_the_address_of_a_link_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Plan of the wall. Book on the booking page or at rooms.example.org today.")
        canvas.textAnnotation("Ask Tamsin for the code", Rect=[400, 690, 420, 710])
        width = canvas.stringWidth("Plan of the wall. Book on the ")
        end = width + canvas.stringWidth("booking page")
        canvas.linkURL("https://rooms.example.org/book?id=42", (72 + width, 697, 72 + end + 1, 712))
        canvas.linkURL("javascript:alert(1)", (72, 697, 100, 712))

    text = parse_pdf(drawn(draw), "plan").text
    assert "the booking page (https://rooms.example.org/book?id=42) or" in text
    assert text.endswith("Note: Ask Tamsin for the code") and "javascript" not in text


@pytest.mark.parametrize(
    "annotation",
    [
        "/Subtype/Stamp",
        "/Subtype/FreeText",
        "/Subtype/Widget/FT/Sig/T(Sign)",
    ],
)
def test_words_that_are_only_drawn_are_read_where_they_are_of_a_signature_or_a_stamp(annotation: str) -> None:
    assert parse_pdf(stamped(annotation), "plan").text == "Plan of the wall.\nSigned by Ines Oduya"
    assert parse_pdf(stamped(f"{annotation}/F 2"), "plan").text == "Plan of the wall."  # hidden


def test_the_address_behind_a_mail_link_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Write to us")
        canvas.linkURL("mailto:tamsin@example.org", (72, 697, 73 + canvas.stringWidth("Write to us"), 712))

    assert parse_pdf(drawn(draw), "plan").text == "Write to us (mailto:tamsin@example.org)"


def test_an_address_that_is_shown_is_not_repeated() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "rooms.example.org")
        canvas.linkURL("https://rooms.example.org/", (72, 697, 72 + canvas.stringWidth("rooms.example.org"), 712))

    assert parse_pdf(drawn(draw), "plan").text == "rooms.example.org"


@pytest.mark.parametrize(
    "line",
    [
        "Uif!gfssz!up!Tlbsipmn!mfbwft!bu!tfwfo!jo!uif!npsojoh/",
        "Qspqfsuz Jotvsbodf",  # the letters behind those that are shown
        "9ROXPHV",  # those of a font that counts its glyphs from the space on
        "/,1 83",
    ],
)
def test_letters_that_no_character_map_tells_are_not_indexed(line: str) -> None:
    with pytest.raises(Unreadable, match="do not say which letters"):
        parse_pdf(unmapped([line]), "ferry")


def test_ligatures_of_tex_are_read_as_their_letters() -> None:
    text = parse_pdf(
        unmapped(["The o\x1ecer of the ferry signi\x1ced that \x1clling it is not di\x1ecult."]), "ferry"
    ).text
    assert text == "The officer of the ferry signified that filling it is not difficult."


@pytest.mark.parametrize("text", ["\ufffd" * 14, "킜킰톁톁킰 킛킸톁톂 킟킾킴킿"])
def test_characters_that_stand_for_others_are_not_indexed(text: str) -> None:
    with pytest.raises(Unreadable, match="do not say which letters"):
        parse_pdf(by_glyphs(text), "plan")

    assert parse_pdf(by_glyphs("벽의 계획 도면"), "plan").text == "벽의 계획 도면"


def test_signs_of_a_font_for_another_script_are_not_indexed() -> None:
    with pytest.raises(Unreadable, match="do not say which letters"):
        parse_pdf(drawn(lambda canvas: canvas.drawString(72, 700, "´¿¢Ã°£¢ ¿ðº¿ ´«¢¬")), "plan")

    text = "¿Qué? «½ l» £5 • “no”"
    assert parse_pdf(drawn(lambda canvas: canvas.drawString(72, 700, text)), "plan").text == text


@pytest.mark.parametrize(
    "line",
    [
        "The ferry to Skarholm leaves at seven in the morning and the bicycles are free.",
        "Harbour Insurance",
        "0.5 1.0 1.5 2.0 Metallicity RMSE 25% 2K",
        "Page 12, 10/02/2012 16:24",
    ],
)
def test_words_and_numbers_without_a_character_map_are_kept(line: str) -> None:
    assert parse_pdf(unmapped([line]), "ferry").text == line


def test_pages_that_are_left_out_are_told() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The first page has text.")
        canvas.showPage()
        canvas.drawInlineImage(picture(), 72, 72, 200, 200)
        canvas.showPage()

    assert parse_pdf(drawn(draw), "mixed").losses == ("1 page of pictures only",)


def picture() -> object:
    from PIL import Image

    return Image.new("L", (8, 8), 128)


def unmapped(lines: list[str]) -> bytes:
    """A PDF in a font whose glyphs have names that say nothing."""
    codes = sorted({ord(character) for line in lines for character in line})
    differences = " ".join(f"{code} /g{code}" for code in codes)
    shapes = " ".join(f"/g{code} 6 0 R" for code in codes)
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 12 Tf 72 780 Td 16 TL {shown} ET"
    glyph = "600 0 50 0 550 700 d1 50 0 500 700 re f"
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 600 800]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 32/LastChar 126"
        f"/Widths[{'600 ' * 95}]/CharProcs<<{shapes}>>/Encoding<</Type/Encoding/Differences[{differences}]>>"
        "/Resources<<>>>>"
    )
    return _pdf(content, font, _stream(glyph))


def by_glyphs(text: str) -> bytes:
    """A PDF that names its glyphs by numbers, which are those of these characters."""
    system = "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    descendant = f"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo{system}/DW 600>>"
    font = f"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[{descendant}]>>"
    return _pdf(f"BT /F1 12 Tf 72 780 Td <{text.encode('utf-16-be').hex()}> Tj ET", font)


def stamped(annotation: str) -> bytes:
    """A PDF with words of its own, and others in the appearance of an annotation."""
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    drawn = _stream(
        "BT /F1 9 Tf 2 5 Td (Signed by Ines Oduya) Tj ET",
        "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 5 0 R>>>>",
    )
    placed = f"<</Type/Annot/Rect[72 600 272 620]/AP<</N 6 0 R>>{annotation}>>"
    return _pdf("BT /F1 12 Tf 72 780 Td (Plan of the wall.) Tj ET", font, drawn, placed)


def _pdf(content: str, font: str, *more: str) -> bytes:
    """A PDF of a page with this content in this font; the objects behind it have numbers from 6 on, 7 annotates."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[7 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>"
        "/Annots[7 0 R]>>",
        _stream(content),
        font,
        *more,
    ]
    body = "".join(f"{number} 0 obj\n{value}\nendobj\n" for number, value in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Size 8/Root 1 0 R>>\n%%EOF".encode("latin-1")


def _stream(content: str, entries: str = "") -> str:
    return f"<</Length {len(content)}{entries}>>stream\n{content}\nendstream"
