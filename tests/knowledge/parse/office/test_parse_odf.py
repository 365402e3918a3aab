import io
import zipfile
from collections.abc import Callable

import pytest

import knowledge.parse.office.odf
from knowledge.document import Document
from knowledge.parse.formats import refuse_misnamed
from knowledge.parse.input import Unreadable
from knowledge.parse.office.odf import parse_odp, parse_ods, parse_odt
from tests.knowledge.parse.office_files import OPEN_DOCUMENT, odf, package

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
COLUMNS_REPEATED = 'table:number-columns-repeated="2"'
ROWS_SPANNED = 'table:number-rows-spanned="2"'


def text(body: str, extra: dict[str, str] | None = None, styles: str = "") -> Document:
    return parse_odt(odf("text", body, extra, styles), "name")


def sheet(*rows: str) -> Document:
    return parse_ods(odf("spreadsheet", f'<table:table table:name="Data">{"".join(rows)}</table:table>'), "name")


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(map(cell, cells))}</table:table-row>"


def cell(shown: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"


def slides(*pages: str) -> Document:
    return parse_odp(odf("presentation", "".join(f"<draw:page>{page}</draw:page>" for page in pages)), "name")


def frame(*paragraphs: str, kind: str = "", at: str = "") -> str:
    held = "".join(f"<text:p>{paragraph}</text:p>" for paragraph in paragraphs)
    place = f'presentation:class="{kind}"' if kind else ""
    top = f'svg:x="1cm" svg:y="{at}" svg:height="1cm"' if at else ""
    return f"<draw:frame {place} {top}><draw:text-box>{held}</draw:text-box></draw:frame>"


def reason(parse: Callable[[bytes, str], Document], data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(data, "name")
    return caught.value.reason


def test_headings_paragraphs_lists_and_tables_stand_in_order() -> None:
    items = "<text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>two</text:p>"
    items += "</text:list-item></text:list></text:list-item></text:list>"
    document = text(
        f'<text:h text:outline-level="2">Head</text:h><text:p>Words.</text:p>{items}'
        f"<table:table>{row('a', 'b')}{row('c', 'd')}</table:table>"
    )

    assert document.text == "Head\n\nWords.\n\n- one\n  - two\n\n| a | b |\n| --- | --- |\n| c | d |"
    assert [(h.start, h.level, h.title) for h in document.headings] == [(0, 2, "Head")]
    assert [document.text[s:e][:9] for s, e in document.blocks] == ["| a | b |"]


def test_numbered_headings_within_a_list_are_headings() -> None:
    document = text('<text:list><text:list-item><text:h text:outline-level="1">A</text:h></text:list-item></text:list>')

    assert [h.title for h in document.headings] == ["A"]


def test_the_style_for_titles_heads_the_document_also_where_it_is_inherited() -> None:
    styles = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    document = text('<text:p text:style-name="P1">The Book</text:p><text:p>x</text:p>', styles=styles)

    assert (document.title, [h.title for h in document.headings]) == ("The Book", ["The Book"])


def test_spaces_tabs_and_breaks_keep_words_apart() -> None:
    assert text("<text:p>a<text:s/>b<text:tab/><text:span>c</text:span><text:line-break/>d</text:p>").text == "a b c\nd"


def test_notes_stand_at_the_end_comments_at_their_place_and_deletions_nowhere() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>N</text:p></text:note-body>"
        "</text:note>"
    )
    gone = (
        "<text:tracked-changes><text:changed-region><text:p>old</text:p></text:changed-region></text:tracked-changes>"
    )
    said = f"<office:annotation {DC}><dc:creator>Ida</dc:creator><text:p>psst</text:p></office:annotation>"
    document = text(f"{gone}<text:p>a{note}{said}b</text:p><text:p>c</text:p>")

    assert document.text == "ab\n\n[Comment by Ida: psst]\n\nc\n\nN"
    assert document.losses == ("tracked changes were read as accepted",)


def list_style(name: str, *levels: str) -> str:
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def level(number: int, form: str, shown: int = 1, suffix: str = ".") -> str:
    return (
        f'<text:list-level-style-number text:level="{number}" style:num-format="{form}" style:num-suffix="{suffix}" '
        f'text:display-levels="{shown}"/>'
    )


def listed(*items: str, attributes: str = 'text:style-name="L"') -> str:
    return (
        f"<text:list {attributes}>{''.join(f'<text:list-item>{item}</text:list-item>' for item in items)}</text:list>"
    )


CLAUSES = list_style("L", level(1, "1"), level(2, "1", shown=2, suffix=""))
BULLETS = list_style("B", '<text:list-level-style-bullet text:level="1" text:bullet-char="o"/>')


def test_items_have_the_numbers_that_are_shown() -> None:
    inner = listed("<text:p>Fern</text:p>", "<text:p>Oak</text:p>", attributes="")
    body = listed(f"<text:p>Parties</text:p>{inner}", "<text:p>Rent</text:p><text:p>and more</text:p>")
    body += listed("<text:p>x</text:p>", attributes='text:style-name="B"')

    assert text(body, styles=CLAUSES + BULLETS).text == (
        "1. Parties\n  - 1.1 Fern\n  - 1.2 Oak\n2. Rent\n- and more\n- x"
    )


def test_lists_go_on_where_they_say_so() -> None:
    one, more = "<text:p>a</text:p>", 'text:style-name="L" text:continue-numbering="true"'
    body = listed(one) + "<text:p>between</text:p>" + listed(one, attributes=more) + listed(one)
    named = (
        listed(one, attributes='xml:id="l1" text:style-name="L"')
        + listed(one)
        + listed(one, attributes='text:style-name="L" text:continue-list="l1"')
    )

    assert text(body, styles=CLAUSES).text == "1. a\n\nbetween\n\n2. a\n1. a"
    assert text(named, styles=CLAUSES).text == "1. a\n1. a\n2. a"


def test_headings_are_numbered_by_the_outline() -> None:
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    shared = f"<office:styles>{outline}</office:styles>"
    styles = f"<office:document-styles {OPEN_DOCUMENT}>{shared}</office:document-styles>"
    body = '<text:h text:outline-level="1">Rent</text:h><text:h text:outline-level="2">Due</text:h>'

    assert [h.title for h in text(body, {"styles.xml": styles}).headings] == ["I. Rent", "I.1 Due"]


def test_raised_digits_links_and_equations_are_told() -> None:
    styles = '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
    math = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    held = f'<draw:frame><draw:object {xlink} xlink:href="./Object 1"/></draw:frame>'
    body = (
        '<text:p>10<text:span text:style-name="T1">6</text:span> l</text:p>'
        f'<text:p>See <text:a {xlink} xlink:href="https://a.example/">the page</text:a>.</text:p>'
        f"<text:p>Give {held} tablet</text:p>"
    )

    assert text(body, {"Object 1/content.xml": math}, styles).text == (
        "10⁶ l\n\nSee the page (https://a.example/).\n\nGive 1/2 tablet"
    )


def test_text_boxes_in_cells_and_headers_are_read() -> None:
    boxed = f"<table:table-cell><text:p>{frame('35 newton metres')}</text:p></table:table-cell>"
    rows = row("Step", "Detail") + f"<table:table-row>{cell('Tighten')}{boxed}</table:table-row>"
    header = "<style:header><text:p>Document no. QM-17</text:p></style:header>"
    master = "".join(f'<style:master-page style:name="{n}">{header}</style:master-page>' for n in "ab")
    styles = f"<office:document-styles {OPEN_DOCUMENT}>{master}</office:document-styles>"

    assert text(f"<table:table>{rows}</table:table>", {"styles.xml": styles}).text == (
        "| Step | Detail |\n| --- | --- |\n| Tighten | 35 newton metres |\n\nDocument no. QM-17"
    )


@pytest.mark.parametrize("part", ["mimetype", "META-INF/manifest.xml"])
def test_a_package_that_says_late_what_it_is_is_read(part: str) -> None:
    content = zipfile.ZipFile(io.BytesIO(odf("text", "<text:p>Rake.</text:p>"))).read("content.xml")
    stated = "application/vnd.oasis.opendocument.text"
    data = package({"content.xml": content, part: stated if part == "mimetype" else f'<m m="{stated}"/>'})

    refuse_misnamed(data, ".odt")
    assert parse_odt(data, "name").text == "Rake."


def test_comments_on_cells_name_the_cell_and_its_row() -> None:
    said = f"<office:annotation {DC}><dc:creator>Ida</dc:creator><text:p>Ask Yusuf.</text:p></office:annotation>"
    commented = f"<table:table-cell>{said}<text:p>500</text:p></table:table-cell>"
    document = sheet(row("Item", "Sum"), f"<table:table-row>{cell('Rent')}{commented}</table:table-row>")

    assert document.text.endswith("| Rent | 500 |\n\n[Comment by Ida on B2 (Rent): Ask Yusuf.]")


def test_text_boxes_follow_their_paragraph() -> None:
    assert text(f"<text:p>around{frame('boxed')}</text:p>").text == "around\n\nboxed"


def test_a_table_that_only_places_text_is_read_as_text() -> None:
    held = row("aside") + "<table:table-row><table:table-cell><text:h>H</text:h></table:table-cell></table:table-row>"

    assert text(f"<table:table>{held}</table:table>").text == "aside\n\nH"


def test_properties_name_title_and_author() -> None:
    meta = f'<m {OPEN_DOCUMENT} xmlns:dc="dc"><dc:title>Stated</dc:title><dc:creator>Ada</dc:creator></m>'
    document = text("<text:p>x</text:p>", {"meta.xml": meta})

    assert (document.title, document.metadata["author"]) == ("Stated", "Ada")


def test_flat_files_are_read() -> None:
    flat = (
        f"<office:document {OPEN_DOCUMENT}><office:body><office:text><text:p>x</text:p></office:text></office:body>"
        "</office:document>"
    )

    assert parse_odt(flat.encode(), "name").text == "x"


def test_sheets_are_tables_under_their_names() -> None:
    document = sheet(row("Item", "Price"), row("Tea", "3.00 €"))

    assert document.text == "Data\n\n| Item | Price |\n| --- | --- |\n| Tea | 3.00 € |"
    assert [h.title for h in document.headings] == ["Data"]


def test_repeated_cells_and_rows_count_as_often_as_they_say() -> None:
    repeated = f"<table:table-row>{cell('x', COLUMNS_REPEATED)}{cell('y')}</table:table-row>"
    lines = sheet(repeated, row("a", "b", "c", attributes='table:number-rows-repeated="2"')).text.split("\n")[2:]

    assert lines == ["| x | x | y |", "| --- | --- | --- |", "| a | b | c |", "| a | b | c |"]


def test_a_merged_cell_is_said_in_every_row_that_it_reaches() -> None:
    merged = f"<table:table-row>{cell('North', ROWS_SPANNED)}{cell('Oslo')}</table:table-row>"
    below = f"<table:table-row><table:covered-table-cell/>{cell('Bergen')}</table:table-row>"

    assert sheet(row("Region", "City"), merged, below, row("South", "Rome")).text.split("\n")[4:] == [
        "| North | Oslo |", "| North | Bergen |", "| South | Rome |",
    ]  # fmt: skip


def test_what_is_beyond_the_limit_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.office.odf, "MAX_CELLS", 3)
    document = sheet(row("a", "b"), row("c", "d"), row("e", "f"))

    assert document.text.endswith("| c | d |")
    assert document.metadata["truncated"] == "Data: nothing after row 2 is read"


def test_each_slide_is_a_page_under_its_title_in_reading_order() -> None:
    document = slides(
        frame("low", at="9cm") + frame("high", at="2cm") + frame("T", kind="title"), frame("x") + frame("y")
    )

    assert document.text == "T\n\nhigh\n\nlow\n\nSlide 2\n\nx\n\ny"
    assert document.page_starts == (0, document.text.index("Slide 2"))
    assert document.title == "T"


def test_the_speakers_notes_follow_their_slide() -> None:
    notes = f"<presentation:notes>{frame('Say this.', kind='notes')}</presentation:notes>"

    assert slides(frame("T", kind="title") + notes).text == "T\n\nNotes:\nSay this."


def test_encryption_and_damage_say_so() -> None:
    manifest = {"META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>"}

    assert reason(parse_odt, odf("text", "", manifest)) == "encrypted OpenDocument text: it needs a password"
    assert reason(parse_odt, odf("text", "<text:p>")) == "damaged OpenDocument text"
    assert reason(parse_ods, odf("spreadsheet", "<text:p>")) == "damaged OpenDocument spreadsheet"
    assert reason(parse_odp, odf("text", "")) == "damaged OpenDocument presentation: it has no body"


def test_one_kind_under_the_name_of_another_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        refuse_misnamed(odf("spreadsheet", ""), ".odt")

    assert caught.value.hint == "It is an OpenDocument spreadsheet. Rename it to end in .ods."
