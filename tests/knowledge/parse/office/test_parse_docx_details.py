"""What stands in a Word document beside the letters of its paragraphs: numbers, links, comments, boxes, equations."""

from collections.abc import Mapping

import pytest

from knowledge.document import Document
from knowledge.parse.office.word.docx import parse_docx
from tests.knowledge.parse.office.docx_files import docx, level, lists, numbered, paragraph, run, table

CLAUSES = lists(level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter"))


def parsed(body: str, links: Mapping[str, str] | None = None, **parts: str) -> Document:
    return parse_docx(docx(body, links, **parts), "name")


def test_clauses_have_the_numbers_that_word_shows() -> None:
    body = "".join(
        paragraph(text, numbered(depth))
        for depth, text in ((0, "Parties"), (1, "Landlord"), (1, "Tenant"), (2, "Fern"), (0, "Rent"), (1, "Due"))
    )

    assert parsed(body, numbering=CLAUSES).text == (
        "1. Parties\n  - 1.1 Landlord\n  - 1.2 Tenant\n    - (a) Fern\n2. Rent\n  - 2.1 Due"
    )


def test_headings_are_numbered_by_their_styles() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for n in (1, 2)
    )
    numbering = lists(
        level(0, "Article %1", "upperRoman", '<w:pStyle w:val="H1"/>'),
        level(1, "§ %2", more='<w:pStyle w:val="H2"/>'),
    )
    body = "".join(paragraph(text, f'<w:pStyle w:val="{style}"/>') for style, text in (("H1", "Rent"), ("H2", "Due")))
    document = parsed(body, styles=styles, numbering=numbering)

    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "Article I Rent"),
        (2, "§ 1 Due"),
    ]


def test_a_list_that_begins_anew_or_elsewhere_says_so() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
    uses = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{override.format(start) if start else ""}</w:num>'
        for n, start in ((1, None), (2, 1), (3, 8), (4, None))
    )
    body = "".join(paragraph(str(use), numbered(0, use)) for use in (1, 1, 2, 2, 3, 4))

    assert parsed(body, numbering=lists(level(0, "%1)"), uses=uses)).text == "1) 1\n2) 1\n1) 2\n2) 2\n8) 3\n9) 4"


def test_empty_items_count_and_bullets_stay_bullets() -> None:
    body = paragraph("a", numbered(0)) + paragraph(run(""), numbered(0)) + paragraph("c", numbered(0))

    assert parsed(body, numbering=lists(level(0, "%1."))).text == "1. a\n3. c"
    assert parsed(body, numbering=lists(level(0, "o", "bullet"))).text == "- a\n- c"


def test_numbers_stand_in_cells_too() -> None:
    body = table(*((paragraph(word, numbered(0)), paragraph("x")) for word in ("Kettle", "Teapot")))

    assert "| 2. Teapot | x |" in parsed(body, numbering=CLAUSES).text


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("10") + run("6", '<w:vertAlign w:val="superscript"/>') + run(" l"), "10⁶ l"),
        (run("10") + run("−6", '<w:vertAlign w:val="superscript"/>'), "10⁻⁶"),
        (run("e") + run("2.5", '<w:vertAlign w:val="superscript"/>'), "e^(2.5)"),
        (run("CO") + run("2", '<w:vertAlign w:val="subscript"/>'), "CO₂"),
        (run("the 1") + run("st", '<w:vertAlign w:val="superscript"/>'), "the 1st"),
        (run("2019") + run("3", '<w:rStyle w:val="Ref"/>'), "2019³"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run(" Paid"), "☑ Paid"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + run(" 5"), "≥ 5"),
        ('<w:r><w:sym w:font="Wingdings" w:char="nonsense"/></w:r>' + run("Paid"), "Paid"),
        (run("\uf0a8 No"), "☐ No"),
    ],
)
def test_raised_characters_and_symbols_are_unicode(runs: str, text: str) -> None:
    styles = '<w:style w:styleId="Ref"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'

    assert parsed(paragraph(runs), styles=styles).text == text


def field(instruction: str, result: str = "", data: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.mark.parametrize(("box", "text"), [("<w:checked/>", "☑ Paid"), ('<w:default w:val="0"/>', "☐ Paid")])
def test_boxes_of_forms_are_ticked_or_not(box: str, text: str) -> None:
    data = f"<w:ffData><w:checkBox>{box}</w:checkBox></w:ffData>"

    assert parsed(paragraph(field(" FORMCHECKBOX ", data=data) + run(" Paid"))).text == text


@pytest.mark.parametrize(
    "link",
    [
        f'<w:hyperlink r:id="l">{run("booking page")}</w:hyperlink>',
        field(' HYPERLINK "https://rooms.example.org/" ', run("booking page")),
        f'<w:fldSimple w:instr=" HYPERLINK &quot;https://rooms.example.org/&quot;">{run("booking page")}</w:fldSimple>',
    ],
)
def test_the_address_behind_a_link_follows_its_text(link: str) -> None:
    document = parsed(paragraph(link + run(" early")), {"l": "https://rooms.example.org/"})

    assert document.text == "booking page (https://rooms.example.org/) early"


def test_addresses_that_are_shown_or_lead_within_are_not_repeated() -> None:
    shown = f'<w:hyperlink r:id="l">{run("www.example.org/a")}</w:hyperlink>'
    within = f'<w:hyperlink w:anchor="top">{run(" up")}</w:hyperlink>'

    assert parsed(paragraph(shown + within), {"l": "https://www.example.org/a"}).text == "www.example.org/a up"


def test_an_instruction_that_never_ends_hides_nothing_after_its_paragraph() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'

    assert parsed(paragraph(begun) + paragraph("Words.")).text == "Words."


def equation(content: str) -> str:
    return f"<m:oMath>{content}</m:oMath>"


def term(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def part(name: str, text: str) -> str:
    return f"<m:{name}>{term(text)}</m:{name}>"


SUM = f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>{part('sub', 'i=1')}{part('sup', 'n')}{part('e', 'i')}</m:nary>"
ROWS = ("1", "0"), ("0", "1")
MATRIX = "".join(f"<m:mr>{''.join(part('e', cell) for cell in row)}</m:mr>" for row in ROWS).join(("<m:m>", "</m:m>"))
FRACTION = f"<m:f>{part('num', '1')}{part('den', '2')}</m:f>"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (run("Give ") + equation(FRACTION) + run(" tablet"), "Give 1/2 tablet"),
        (run("Give 2") + equation(FRACTION), "Give 2 1/2"),
        (equation(term("2") + FRACTION), "2 1/2"),
        (equation(f"<m:f>{part('num', 'a+b')}{part('den', '2')}</m:f>"), "(a+b)/2"),
        (equation(f"<m:sSup>{part('e', 'x')}{part('sup', '2')}</m:sSup>"), "x²"),
        (equation(f"<m:sSup>{part('e', 'e')}{part('sup', '2k')}</m:sSup>"), "e^(2k)"),
        (equation(f"<m:sSub>{part('e', 'v')}{part('sub', 'max')}</m:sSub>"), "v_max"),
        (equation(f"<m:rad>{part('e', 'a+b')}</m:rad>"), "√(a+b)"),
        (equation(f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr>{part('e', 'x')}</m:d>"), "[x]"),
        (equation(SUM), "∑_(i=1)ⁿ i"),
        (equation(MATRIX), "[1, 0; 0, 1]"),
        (field(r" EQ \f(3,4) ") + run(" litre"), "3/4 litre"),
    ],
)  # fmt: skip
def test_equations_are_read_as_a_line(content: str, text: str) -> None:
    assert parsed(paragraph(content)).text == text


def box(content: str) -> str:
    shape = f"<w:r><w:drawing><wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></w:drawing></w:r>"  # noqa: E501
    old = f"<w:r><w:pict><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></w:pict></w:r>"
    return f"<mc:AlternateContent><mc:Choice>{shape}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"


def test_text_boxes_are_read_once_wherever_they_stand() -> None:
    inner = paragraph("Valve torque is 35 newton metres.")
    rows = table((paragraph("Step"), paragraph("Detail")), (paragraph("Tighten"), paragraph(box(inner))))

    assert "| Tighten | Valve torque is 35 newton metres. |" in parsed(rows).text
    assert parsed(paragraph(run("See:") + box(inner))).text == "See:\n\nValve torque is 35 newton metres."
    header = parsed(paragraph("Body."), header1=paragraph(box(inner))).text
    assert header == "Body.\n\nValve torque is 35 newton metres."


COMMENT = '<w:comment w:id="0" w:author="Ines">' + paragraph("Only up to 40.") + "</w:comment>"
REFERENCE = '<w:r><w:commentReference w:id="0"/></w:r>'


def test_comments_follow_what_they_are_on() -> None:
    body = paragraph(run("Approved.") + REFERENCE) + paragraph("Next.")
    assert parsed(body, comments=COMMENT).text == "Approved.\n\n[Comment by Ines: Only up to 40.]\n\nNext."

    rows = table((paragraph("a"), paragraph(run("b") + REFERENCE)))
    assert "| a | b [Comment by Ines: Only up to 40.] |" in parsed(rows, comments=COMMENT).text


def test_headers_and_footers_stand_once_at_the_end() -> None:
    said = paragraph("Document no. QM-17")
    document = parsed(
        paragraph("Body."), header1=said, header2=said, footer1=paragraph("Confidential") + paragraph("7")
    )

    assert document.text == "Body.\n\nDocument no. QM-17\n\nConfidential"


def test_what_is_lost_is_told() -> None:
    changed = f'<w:ins w:id="1">{run("new")}</w:ins><w:del w:id="2"><w:r><w:delText>old</w:delText></w:r></w:del>'
    pictures = "<w:r><w:drawing><pic:pic/></w:drawing></w:r>" * 2
    chart = "<w:r><w:drawing><c:chart/></w:drawing></w:r>"

    assert parsed(paragraph(changed + pictures + chart)).losses == (
        "2 pictures were not read",
        "1 chart was not read",
        "tracked changes were read as accepted",
    )
    assert parsed(paragraph("Words.")).losses == ()
