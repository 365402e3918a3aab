"""Parts of a workbook beside its cells: comments, links, text boxes."""

import pytest

from knowledge.document import Document
from knowledge.parse.office.xlsx import parse_xlsx
from tests.knowledge.parse.office_files import DRAWING, RELATED, SHEET, row, xlsx

CELLS = f"<sheetData>{row(1, 'Item', 'Sum')}{row(2, 'Rent', '#500')}</sheetData>"
TABLE = "Cash\n\n| Item | Sum |\n| --- | --- |\n| Rent | 500 |"


def parsed(cells: str = CELLS, **parts: tuple[str, str]) -> Document:
    """A workbook of one sheet with these parts, each by its kind with its place and content."""
    related = "".join(
        f'<Relationship Id="{kind}" Type="http://x/{kind}" Target="../{place}"/>' for kind, (place, _) in parts.items()
    )
    related += '<Relationship Id="l" Type="http://x/hyperlink" Target="https://a.example/" TargetMode="External"/>'
    extra = {f"xl/{place}": content for place, content in parts.values()}
    extra["xl/worksheets/_rels/sheet1.xml.rels"] = f"<Relationships>{related}</Relationships>"
    return parse_xlsx(xlsx({"Cash": cells}, extra), "name")


def comments(text: str, author: str = "Ida") -> tuple[str, str]:
    held = f'<comment ref="B2" authorId="0"><text><r><t>{text}</t></r></text></comment>'
    return "comments1.xml", f"<comments {SHEET}><authors><author>{author}</author></authors>{held}</comments>"


def test_comments_on_cells_name_the_cell_and_its_row() -> None:
    told = f"{TABLE}\n\n[Comment by Ida on B2 (Rent): Paid by Yusuf]"

    assert parsed(comments=comments("Paid by Yusuf")).text == told
    assert parsed(comments=comments("Ida:\nPaid by Yusuf")).text == told


def test_threads_of_comments_are_read_instead_of_what_stands_for_them() -> None:
    thread = '<ThreadedComments><threadedComment ref="B2" personId="{p}"><text>Paid?</text></threadedComment>'
    thread += '<threadedComment ref="B2" personId="{p}"><text>Yes.</text></threadedComment></ThreadedComments>'
    document = parsed(
        comments=comments("[Threaded comment] Your version of Excel allows you to read this"),
        threadedComment=("threadedComments/t1.xml", thread),
    )

    assert document.text == f"{TABLE}\n\n[Comment on B2 (Rent): Paid?]\n\n[Comment on B2 (Rent): Yes.]"


@pytest.mark.parametrize(
    "cells",
    [
        f'{CELLS}<hyperlinks><hyperlink {RELATED} ref="A2" r:id="l"/></hyperlinks>',
        CELLS.replace(
            '<c r="A2" t="inlineStr"><is><t>Rent</t></is></c>',
            '<c r="A2" t="str"><f>HYPERLINK("https://a.example/","Rent")</f><v>Rent</v></c>',
        ),
    ],
)
def test_the_address_behind_a_cell_follows_its_text(cells: str) -> None:
    assert "| Rent (https://a.example/) | 500 |" in parsed(cells).text


def test_text_boxes_are_read_and_pictures_counted_as_lost() -> None:
    box = "<sp><txBody><a:p><a:r><a:t>Net of </a:t></a:r><a:r><a:t>tax</a:t></a:r></a:p></txBody></sp>"
    document = parsed(drawing=("drawings/d1.xml", f"<wsDr {DRAWING}>{box}<pic/><pic/></wsDr>"))

    assert document.text == f"{TABLE}\n\nNet of tax"
    assert document.losses == ("2 pictures were not read",)
