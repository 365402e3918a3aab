"""Columns that a file draws row by row are read one after the other; tables and columns drawn in order stay."""

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from knowledge.parse.pdf.pdf import parse_pdf
from tests.knowledge.parse.pdf_files import drawn

LEFT = (
    "The harbour was built of granite",
    "blocks in the autumn of the year",
    "when the great storm had taken",
    "the wooden pier and all the boats",
    "that lay behind it. The council",
    "decided to pay for it by a toll.",
)
RIGHT = (
    "Every ship that came in had to",
    "leave two shillings at the house",
    "of the keeper, who wrote the sum",
    "in a book that is kept today in",
    "the museum. Children came free",
    "and so did the doctor's carriage.",
)
TITLE = "How the harbour of Skarholm was paid for by those who came to it"


def rows(*columns: Sequence[str], title: str = "", left: float = 72, width: float = 220) -> str:
    """The text of a page whose columns are drawn row by row."""

    def draw(canvas: Canvas) -> None:
        if title:
            canvas.drawString(72, 760, title)
        for row, parts in enumerate(zip(*columns, strict=True)):
            for column, part in enumerate(parts):
                canvas.drawString(left + width * column, 720 - 14 * row, part)

    return parse_pdf(drawn(draw), "harbour").text


def test_columns_drawn_row_by_row_are_read_one_after_the_other_below_their_title() -> None:
    assert rows(LEFT, RIGHT, title=TITLE).split("\n") == [TITLE, *LEFT, *RIGHT]


def test_three_columns_are_read_one_after_the_other() -> None:
    assert rows(LEFT, RIGHT, LEFT, left=10, width=195).split("\n") == [*LEFT, *RIGHT, *LEFT]


def test_a_word_broken_at_the_end_of_a_columns_line_is_whole() -> None:
    left = [*LEFT[:3], "the wooden pier and all the build-", "ings behind it. The council", LEFT[5]]
    right = [*RIGHT[:3], "in a book that is kept today in mu-", "seums. Children came free", RIGHT[5]]
    text = rows(left, right)
    assert "all the buildings behind it" in text and "today in museums. Children" in text
    assert text.index("toll.") < text.index("Every ship")


def test_a_table_is_read_by_its_rows() -> None:
    names = [f"Kettle number {n} of brass" for n in range(8)]
    makers = [f"Made in Sheffield, line {n}" for n in range(8)]
    assert rows(names, makers).split("\n") == [f"{a} {b}" for a, b in zip(names, makers, strict=True)]
