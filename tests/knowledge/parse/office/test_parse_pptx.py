import pytest

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.office.pptx import parse_pptx
from tests.knowledge.parse.office_files import SLIDE, core_properties, package, pptx, relations, shape


def parsed(*slides: str, extra: dict[str, str] | None = None) -> Document:
    return parse_pptx(pptx(slides, extra), "name")


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_pptx(data, "name")
    return caught.value.reason


def test_each_slide_is_a_page_under_its_title() -> None:
    document = parsed(
        shape("Plan", kind="title") + shape("Words.", at=(0, 9)), shape("End", kind="ctrTitle") + shape("Bye.")
    )

    assert document.text == "Plan\n\nWords.\n\nEnd\n\nBye."
    assert [(h.start, h.level, h.title) for h in document.headings] == [(0, 1, "Plan"), (14, 1, "End")]
    assert document.page_starts == (0, 14)


def test_a_slide_without_a_title_is_named_by_its_topmost_short_line() -> None:
    document = parsed(shape("Below.", at=(0, 500)) + shape("Above", at=(0, 0)))

    assert [h.title for h in document.headings] == ["Above"]


def test_a_slide_of_nothing_but_running_text_is_named_by_its_number() -> None:
    assert parsed(shape("One.", "Two.")).text == "Slide 1\n\nOne.\n\nTwo."


def test_an_empty_slide_has_no_text() -> None:
    assert parsed("").text == ""


def test_texts_are_read_from_the_top_and_side_by_side_from_the_left() -> None:
    shapes = shape("low", at=(0, 500)) + shape("right", at=(300, 120)) + shape("left", at=(0, 100))

    assert parsed(shape("T", kind="title", at=(0, 0)) + shapes).text == "T\n\nleft\n\nright\n\nlow"


def test_a_placeholder_stands_where_its_layout_puts_it() -> None:
    layout = f"<p:sldLayout {SLIDE}>{shape('prompt', kind='body', at=(0, 900))}</p:sldLayout>"
    extra = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("l", "slideLayout", "../slideLayouts/l.xml")),
        "ppt/slideLayouts/l.xml": layout,
    }
    shapes = shape("T", kind="title", at=(0, 0)) + shape("last", kind="body") + shape("first", at=(0, 300))

    assert parsed(shapes, extra=extra).text == "T\n\nfirst\n\nlast"


def test_shapes_of_a_group_stay_together() -> None:
    group = f"<p:grpSp>{shape('inside', at=(0, 100))}{shape('too', at=(0, 800))}</p:grpSp>"

    assert parsed(shape("T", kind="title", at=(0, 0)) + group + shape("after", at=(0, 500))).text == (
        "T\n\ninside\n\ntoo\n\nafter"
    )


def test_a_body_of_several_paragraphs_is_a_list() -> None:
    assert parsed(shape("T", kind="title") + shape("one", "two", kind="body")).text == "T\n\n- one\n- two"


def test_bullets_and_levels_are_the_paragraphs_own() -> None:
    paragraphs = (
        "<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>plain</a:t></a:r></a:p>"
        '<a:p><a:pPr lvl="1"><a:buChar char="*"/></a:pPr><a:r><a:t>deep</a:t></a:r></a:p>'
    )
    body = f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="body"/></p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>'

    assert parsed(shape("T", kind="title") + body).text == "T\n\nplain\n\n  - deep"


def test_tables_are_pipe_tables() -> None:
    rows = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{c}</a:t></a:r></a:p></a:txBody></a:tc>" for c in r)
        + "</a:tr>"
        for r in (("a", "b|c"), ("1", "2"))
    )
    frame = (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    document = parsed(shape("T", kind="title") + frame)

    assert document.text == "T\n\n| a | b\\|c |\n| --- | --- |\n| 1 | 2 |"
    assert document.blocks == ((3, len(document.text)),)


def test_footers_are_read_once_and_slide_numbers_are_left_out() -> None:
    margins = shape("Company", kind="ftr") + shape("7", kind="sldNum")
    slides = [shape("T", kind="title") + margins, shape("U", kind="title") + margins]

    assert parse_pptx(pptx(slides), "name").text == "T\n\nU\n\nCompany"


def test_the_speakers_notes_follow_their_slide() -> None:
    shapes = shape("1", kind="sldNum") + shape("Ours.", kind="ftr") + shape("Say this.", kind="body")
    notes = f"<p:notes {SLIDE}>{shapes}</p:notes>"
    extra = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("n", "notesSlide", "../notesSlides/n.xml")),
        "ppt/notesSlides/n.xml": notes,
    }

    assert parsed(shape("T", kind="title"), extra=extra).text == "T\n\nNotes:\nSay this.\n\nOurs."


def test_title_is_the_stated_one_unless_it_says_nothing() -> None:
    assert parsed(shape("First", kind="title"), extra=core_properties(title="Stated")).title == "Stated"
    assert parsed(shape("First", kind="title"), extra=core_properties(title="PowerPoint Presentation")).title == "First"


def test_a_damaged_presentation_says_so() -> None:
    assert reason(pptx([])[:-30]) == "damaged PowerPoint presentation"
    assert reason(package({"ppt/presentation.xml": "<p>"})) == "damaged PowerPoint presentation"
    assert reason(package({"ppt/other.xml": "<p/>"})) == "damaged PowerPoint presentation"
