"""Charts in presentations, documents and workbooks."""

from collections.abc import Mapping

from knowledge.parse.office.pptx import parse_pptx
from knowledge.parse.office.word.docx import parse_docx
from knowledge.parse.office.xlsx import parse_xlsx
from tests.knowledge.parse.office.docx_files import docx, paragraph
from tests.knowledge.parse.office_files import DRAWING, RELATED, pptx, relations, row, shape, xlsx

CHART = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


def title(text: str) -> str:
    return f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>"


def points(name: str, values: Mapping[int, str], code: str = "") -> str:
    listed = "".join(f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in values.items())
    stated = f"<c:formatCode>{code}</c:formatCode>" if code else ""
    return f"<c:{name}><c:ref><c:f>Sheet1!$A$2:$A$5</c:f><c:cache>{stated}{listed}</c:cache></c:ref></c:{name}>"


def series(name: str, *held: str) -> str:
    return f"<c:ser><c:tx><c:strRef><c:f>A1</c:f><c:v>{name}</c:v></c:strRef></c:tx>{''.join(held)}</c:ser>"


def chart(inner: str, axes: str = "", heading: str = "") -> str:
    held = f"{heading}<c:plotArea><c:barChart>{inner}</c:barChart>{axes}</c:plotArea>"
    return f"<c:chartSpace {CHART} {DRAWING}><c:chart>{held}</c:chart></c:chartSpace>"


QUARTERS = points("cat", {0: "Spring", 1: "Summer"})
SALES = chart(
    series("Tea", QUARTERS, points("val", {0: "0.25", 1: "0.5"}, "0%"))
    + series("Coffee", QUARTERS, points("val", {1: "0.75"}, "0%")),
    f"<c:catAx>{title('Season')}</c:catAx><c:valAx>{title('Share')}</c:valAx>",
    title("Sales by season"),
)
TOLD = (
    "Sales by season (Share)\n\n"
    "| Season | Tea | Coffee |\n| --- | --- | --- |\n| Spring | 25% |  |\n| Summer | 50% | 75% |"
)


def on_slide(content: str) -> tuple[str, tuple[str, ...]]:
    shown = f'<a:graphic><a:graphicData><c:chart {CHART} {RELATED} r:id="c1"/></a:graphicData></a:graphic>'
    extra = {"ppt/slides/_rels/slide1.xml.rels": relations(("c1", "chart", "../c1.xml")), "ppt/c1.xml": content}
    document = parse_pptx(pptx([f"{shape('T', kind='title')}<p:graphicFrame>{shown}</p:graphicFrame>"], extra), "name")
    return document.text, document.losses


def test_a_chart_on_a_slide_is_a_table_under_its_title() -> None:
    assert on_slide(SALES) == (f"T\n\n{TOLD}", ())


def test_series_over_other_values_are_tables_of_their_own() -> None:
    curves = series("Cold", points("xVal", {0: "1"}), points("yVal", {0: "5"})) + series(
        "Warm", points("xVal", {0: "2"}), points("yVal", {0: "7"})
    )

    assert on_slide(chart(curves))[0] == (
        "T\n\n|  | Cold |\n| --- | --- |\n| 1 | 5 |\n\n|  | Warm |\n| --- | --- |\n| 2 | 7 |"
    )


def test_a_damaged_chart_costs_no_more_than_itself() -> None:
    assert on_slide("<c:chartSpace") == ("T", ("1 chart was not read",))


def test_a_chart_stands_where_its_document_has_it() -> None:
    shown = '<w:r><w:drawing><c:chart r:id="chart1"/></w:drawing></w:r>'
    body = paragraph("Before.") + paragraph(shown) + paragraph("After.") + paragraph(shown * 3)
    document = parse_docx(docx(body, chart1=SALES), "name")

    assert document.text == f"Before.\n\n{TOLD}\n\nAfter."
    assert document.losses == ()


def test_of_a_chart_of_a_workbooks_own_cells_the_title_is_read() -> None:
    cells = f"<sheetData>{row(1, 'Season', 'Tea')}{row(2, 'Spring', '#0.25')}</sheetData>"
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("d", "drawing", "../d.xml")),
        "xl/d.xml": f"<wsDr {DRAWING}/>",
        "xl/_rels/d.xml.rels": relations(("c1", "chart", "c1.xml")),
        "xl/c1.xml": SALES,
    }

    assert parse_xlsx(xlsx({"Cash": cells}, extra), "name").text.endswith(
        "| Spring | 0.25 |\n\nSales by season (Share)"
    )
