"""Parts of a presentation beside plain words: links, raised digits, numbers, comments, diagrams, equations."""

from knowledge.document import Document
from knowledge.parse.office.pptx import parse_pptx
from tests.knowledge.parse.office_files import DRAWING, RELATED, SLIDE, pptx, relations, shape

TITLE = shape("Tour", kind="title")
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def parsed(shapes: str, extra: dict[str, str] | None = None, related: str = "") -> Document:
    parts = {"ppt/slides/_rels/slide1.xml.rels": related} if related else {}
    return parse_pptx(pptx([TITLE + shapes], {**(extra or {}), **parts}), "name")


def box(*paragraphs: str) -> str:
    held = "".join(f"<a:p>{paragraph}</a:p>" for paragraph in paragraphs)
    return f"<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody>{held}</p:txBody></p:sp>"


def run(text: str, properties: str = "<a:rPr/>") -> str:
    return f"<a:r>{properties}<a:t>{text}</a:t></a:r>"


def test_raised_digits_and_equations_are_told() -> None:
    fraction = f"<m:oMath {MATH}><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"  # noqa: E501
    holds = run("holds 10") + run("6", '<a:rPr baseline="30000"/>') + run(" of H")
    text = parsed(box(holds + run("2", '<a:rPr baseline="-25000"/>') + run("O"), run("Give ") + fraction)).text

    assert text == "Tour\n\nholds 10⁶ of H₂O\n\nGive 1/2"


def test_the_address_behind_a_link_follows_its_text() -> None:
    link = run("the page", f'<a:rPr {RELATED}><a:hlinkClick r:id="h"/></a:rPr>')
    related = relations(("h", "hyperlink", "https://a.example/")).replace("/>", ' TargetMode="External"/>', 1)

    assert parsed(box(run("See ") + link), related=related).text == "Tour\n\nSee the page (https://a.example/)"


def test_items_have_the_numbers_that_are_shown() -> None:
    def item(text: str, kind: str, level: int = 0, start: str = "") -> str:
        return f'<a:pPr lvl="{level}"><a:buAutoNum type="{kind}"{start}/></a:pPr>{run(text)}'

    items = [
        item("one", "arabicPeriod"),
        item("deep", "alphaLcParenR", 1),
        item("deeper", "alphaLcParenR", 1),
        item("two", "arabicPeriod"),
        item("again", "alphaLcParenR", 1),
        run("between"),
        item("four", "romanUcPeriod", 0, ' startAt="4"'),
    ]

    assert parsed(box(*items)).text == (
        "Tour\n\n1. one\n  - a) deep\n  - b) deeper\n2. two\n  - a) again\n\nbetween\n\n- IV. four"
    )


def test_comments_of_both_kinds_name_their_authors() -> None:
    old = f'<p:cmLst {SLIDE}><p:cm authorId="0"><p:text>Closed in March.</p:text></p:cm></p:cmLst>'
    new = f'<c:cmLst xmlns:c="c" {DRAWING}><c:cm authorId="{{A}}"><c:txBody>{{}}</c:txBody></c:cm></c:cmLst>'
    main = relations(
        ("r1", "slide", "slides/slide1.xml"), ("a", "commentAuthors", "old.xml"), ("b", "authors", "new.xml")
    )
    extra = {
        "ppt/comments/c1.xml": old,
        "ppt/comments/c2.xml": new.replace("{}", f"<a:p>{run('Why?')}</a:p>"),
        "ppt/_rels/presentation.xml.rels": main,
        "ppt/old.xml": f'<p:l {SLIDE}><p:cmAuthor id="0" name="Noor"/></p:l>',
        "ppt/new.xml": '<c:l xmlns:c="c"><c:author id="{A}" name="Ida"/></c:l>',
    }
    related = relations(("c1", "comments", "../comments/c1.xml"), ("c2", "comments", "../comments/c2.xml"))

    assert parsed("", extra, related).text == ("Tour\n\n[Comment by Noor: Closed in March.]\n\n[Comment by Ida: Why?]")


def test_diagrams_are_read_and_pictures_counted_as_lost() -> None:
    data = f"<d {DRAWING}><a:p>{run('Plan')}</a:p><a:p/><a:p>{run('Build')}</a:p></d>"
    document = parsed("<p:pic/><p:pic/>", {"ppt/d.xml": data}, relations(("d", "diagramData", "../d.xml")))

    assert document.text == "Tour\n\nPlan\nBuild"
    assert document.losses == ("2 pictures were not read",)
