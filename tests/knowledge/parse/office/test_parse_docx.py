import io
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

import knowledge.parse.office.package
from knowledge.document import Document
from knowledge.parse.formats import refuse_misnamed
from knowledge.parse.input import Unreadable
from knowledge.parse.office.word.docx import parse_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def parsed(document: docx.document.Document) -> Document:
    file = io.BytesIO()
    document.save(file)
    return parse_docx(file.getvalue(), "name")


def package(body: str, styles: str = "", namespace: str = W) -> bytes:
    """A package made by hand of what stands in the body and the styles."""
    relation = '<Relationship Id="r" Type="http://x/styles" Target="styles.xml"/>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {namespace}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {namespace}>{styles}</w:styles>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relation}</Relationships>")
    return file.getvalue()


def text_of(body: str) -> str:
    return parse_docx(package(body), "name").text


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_docx(data, "name")
    return caught.value.reason


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def test_headings_paragraphs_and_tables_stand_in_order() -> None:
    source = docx.Document()
    source.add_heading("First", 1)
    source.add_paragraph("Some words.")
    table = source.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), "abcd", strict=True):
        cell.text = text
    source.add_heading("Second", 2)
    document = parsed(source)

    assert document.text == "First\n\nSome words.\n\n| a | b |\n| --- | --- |\n| c | d |\n\nSecond"
    assert [(h.start, h.level, h.title) for h in document.headings] == [
        (0, 1, "First"), (document.text.index("Second"), 2, "Second"),
    ]  # fmt: skip
    assert [document.text[start:end][:9] for start, end in document.blocks] == ["| a | b |"]


def test_lists_are_lines_with_their_depth() -> None:
    source = docx.Document()
    source.add_paragraph("one", style="List Bullet")
    source.add_paragraph("two", style="List Bullet 2")
    source.add_paragraph("three", style="List Number")

    assert parsed(source).text == "- one\n  - two\n1. three"


def test_title_style_heads_the_document() -> None:
    source = docx.Document()
    source.core_properties.title = ""
    source.add_heading("The Book", 0)
    source.add_heading("Chapter", 1)

    assert parsed(source).title == "The Book"


def test_properties_name_title_and_author() -> None:
    source = docx.Document()
    source.core_properties.title, source.core_properties.author = "Stated", "Ada"
    source.add_paragraph("x")
    document = parsed(source)

    assert (document.title, document.metadata["author"]) == ("Stated", "Ada")


def test_name_is_the_title_of_last_resort() -> None:
    assert parse_docx(package(paragraph("x")), "name").title == "name"


def test_heading_styles_in_another_language_and_inherited_ones_are_known() -> None:
    styles = (
        '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="berschrift2"/></w:style>'
        '<w:style w:styleId="Lvl"><w:name w:val="X"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
        '<w:style w:styleId="Loop"><w:name w:val="Y"/><w:basedOn w:val="Loop"/></w:style>'
    )
    names = ("berschrift2", "Mine", "Lvl", "Loop", "Heading4")
    body = "".join(paragraph(name, f'<w:pStyle w:val="{name}"/>') for name in names)

    assert [(h.level, h.title) for h in parse_docx(package(body, styles), "name").headings] == [
        (2, "berschrift2"), (2, "Mine"), (3, "Lvl"), (4, "Heading4"),
    ]  # fmt: skip


def test_numbering_makes_a_list_and_number_zero_ends_it() -> None:
    item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'

    assert text_of(paragraph("a", item.format(0, 3)) + paragraph("b", item.format(1, 3))) == "- a\n  - b"
    assert text_of(paragraph("a", item.format(0, 0))) == "a"


def test_content_controls_and_insertions_are_read_and_deletions_are_not() -> None:
    inline = "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"

    assert text_of(f"<w:sdt><w:sdtContent>{paragraph('in')}</w:sdtContent></w:sdt>{inline}") == "in\n\nnew"


def test_tabs_and_breaks_keep_words_apart() -> None:
    run = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"

    assert text_of(f"<w:p>{run}</w:p>") == "a b\nc-d"


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
    twice = f"<w:r><AlternateContent><Choice>{box}</Choice><Fallback>{box}</Fallback></AlternateContent></w:r>"

    assert text_of(f"<w:p><w:r><w:t>around</w:t></w:r>{twice}</w:p>") == "around\n\nboxed"


def test_merged_cells_keep_the_columns_in_line() -> None:
    source = docx.Document()
    table = source.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    for column, text in enumerate("xyz"):
        table.cell(1, column).text = text

    assert parsed(source).text == "| wide |  |  |\n| --- | --- | --- |\n| x | y | z |"


def test_a_table_that_only_places_text_is_read_as_text() -> None:
    source = docx.Document()
    cells = source.add_table(1, 2).rows[0].cells
    cells[0].paragraphs[0].text = "aside"
    cells[1].add_paragraph("Head", style="Heading 1")
    document = parsed(source)

    assert document.text == "aside\n\nHead"
    assert [h.title for h in document.headings] == ["Head"]


def test_footnotes_stand_at_the_end() -> None:
    relation = '<Relationship Id="r" Type="http://x/footnotes" Target="footnotes.xml"/>'
    notes = (
        f'<w:footnote w:type="separator">{paragraph("-")}</w:footnote><w:footnote>{paragraph("A note.")}</w:footnote>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{paragraph('Text')}</w:body></w:document>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {W}>{notes}</w:footnotes>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relation}</Relationships>")

    assert parse_docx(file.getvalue(), "name").text == "Text\n\nA note."


def test_the_strict_edition_of_the_standard_is_read() -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'

    assert parse_docx(package(paragraph("x"), namespace=strict), "name").text == "x"


def test_entities_are_not_expanded() -> None:
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>a&e;b</w:t></w:r></w:p></w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>{body}')

    assert parse_docx(file.getvalue(), "name").text == "a"


@pytest.mark.parametrize("body", ["<w:p>", "<w:p></w:q>", "&"])
def test_broken_xml_is_damage(body: str) -> None:
    assert reason(package(body)) == "damaged Word document"


def test_a_package_cut_short_is_damage() -> None:
    whole = package(paragraph("x"))
    refuse_misnamed(whole[:-30], ".docx")

    assert reason(whole[:-30]) == "damaged Word document"


def test_a_package_without_a_document_is_damage() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/other.xml", "<a/>")

    assert reason(file.getvalue()) == "damaged Word document"


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.office.package, "SUSPECT_BYTES", 1_000_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 3_000_000)

    assert reason(file.getvalue()) == "it would unpack to 3 MB, more than a document needs"


def test_a_hand_made_heading_level_out_of_range_is_plain_text() -> None:
    source = docx.Document()
    properties = source.add_paragraph("x")._p.get_or_add_pPr()
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "9")
    properties.append(level)

    assert parsed(source).headings == ()


def paged(pages: int) -> Document:
    """A document of three pages by its own marks: one begins with a paragraph, one within it."""
    turn = "<w:lastRenderedPageBreak/>"
    body = (
        f"{paragraph('One.')}<w:p><w:r>{turn}<w:t>Two</w:t>{turn}<w:t>, and on.</w:t></w:r></w:p>{paragraph('Three.')}"
    )
    file = io.BytesIO(package(body))
    with zipfile.ZipFile(file, "a") as archive:
        relation = '<Relationship Id="a" Type="http://x/extended-properties" Target="docProps/app.xml"/>'
        archive.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
        archive.writestr("docProps/app.xml", f"<Properties><Pages>{pages}</Pages></Properties>")
    return parse_docx(file.getvalue(), "name")


def test_pages_are_those_of_the_program_that_saved_it() -> None:
    document = paged(3)

    assert [document.text[start:][:5] for start in document.page_starts] == ["One.\n", "Two, ", "Three"]


def test_marks_of_pages_that_do_not_add_up_are_not_believed() -> None:
    assert paged(7).page_starts == ()
