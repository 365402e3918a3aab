from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

import knowledge.parse.pdf.pdf
from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.headings import Bookmark, place_headings
from knowledge.parse.pdf.pdf import parse_pdf
from tests.knowledge.parse import pdf_files


def parsed(*pages: Sequence[str], title: str = "") -> Document:
    return parse_pdf(pdf_files.pdf(pages, title=title), "name")


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_pdf(data, "name")
    return caught.value.reason


def test_lines_and_pages_are_in_order() -> None:
    assert parsed(["One", "two"], ["Three"]).text == "One\ntwo\n\nThree"


def test_page_starts_point_at_each_pages_first_character() -> None:
    document = parsed(["One"], ["Two"])

    assert [document.text[start : start + 3] for start in document.page_starts] == ["One", "Two"]


def test_an_empty_page_starts_where_the_next_one_does() -> None:
    assert parsed([], ["One"], [], ["Two"], []).page_starts == (0, 0, 5, 5, 8)


def test_title_is_the_documents_own_or_the_name() -> None:
    assert parsed(["x"], title="A report").title == "A report"
    assert parsed(["x"], title="Microsoft Word - notes.doc").title == "notes.doc"
    assert parsed(["x"], title="untitled").title == "name"


def test_outline_gives_headings_with_their_levels() -> None:
    pages = [["Intro", "words"], ["Methods", "more words", "Data"]]
    document = parse_pdf(
        pdf_files.pdf_with_outline(pages, [(0, 0, "Intro"), (1, 0, "Methods"), (1, 1, "Data")]), "name"
    )

    assert [(h.level, h.title) for h in document.headings] == [(1, "Intro"), (1, "Methods"), (2, "Data")]
    assert all(document.text[h.start :].startswith(h.title) for h in document.headings)


def test_a_word_broken_at_a_lines_end_is_whole() -> None:
    assert parsed(["the effi-", "cient way"]).text == "the efficient way"


def test_a_compound_broken_at_its_hyphen_keeps_it() -> None:
    assert parsed(["a dual-encoder", "and a dual-", "encoder"]).text == "a dual-encoder\nand a dual-encoder"


def test_trailing_spaces_are_gone() -> None:
    assert parsed(["One  ", "two "]).text == "One\ntwo"


def test_an_encrypted_pdf_asks_for_its_password() -> None:
    assert reason(pdf_files.pdf([["x"]], password="secret")) == "encrypted PDF: it needs a password"


def test_pages_of_pictures_look_like_a_scan() -> None:
    assert reason(pdf_files.pdf([[]], image=True)).startswith("a scan: ")


def test_blank_pages_are_not_called_a_scan() -> None:
    assert reason(pdf_files.pdf([[], []])) == "no text in it"


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.4\n%%EOF", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>"])
def test_a_damaged_pdf_says_so(data: bytes) -> None:
    assert reason(data) == "damaged PDF"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.pdf.pdf, "MAX_PAGES", 2)

    assert reason(pdf_files.pdf([["x"]] * 3)) == "more than 2 pages"


def placed(page: str, *titles: str) -> list[tuple[int, str]]:
    _, headings = place_headings([page], [Bookmark(0, 1, title) for title in titles])
    return [(heading.start, heading.title) for heading in headings]


def test_a_number_may_stand_on_the_page_or_in_the_outline_only() -> None:
    assert placed("text\n2.1 Data\n", "Data") == [(5, "2.1 Data")]
    assert placed("text\nData\n", "2.1 Data") == [(5, "Data")]
    assert placed("text\n2.1 Data\n", "2.1 Data") == [(5, "2.1 Data")]


def test_a_title_broken_over_lines_becomes_one_line() -> None:
    texts, headings = place_headings(["a\nA long\ntitle\nb"], [Bookmark(0, 2, "A long title")])

    assert texts == ["a\nA long title\nb"]
    assert (headings[0].start, headings[0].title) == (2, "A long title")


def test_words_within_a_sentence_are_no_heading() -> None:
    assert placed("the data we use\nare many", "Data") == []


def test_repeated_titles_are_found_one_after_another() -> None:
    assert placed("Notes\na\nNotes\nb", "Notes", "Notes") == [(0, "Notes"), (8, "Notes")]


def test_the_outline_of_a_longer_file_is_not_read_to_its_end() -> None:
    bookmarks = iter([Bookmark(0, 1, title) for title in ("Data", *(f"Elsewhere {n}" for n in range(1000)))])
    _, headings = place_headings(["Data\ntext"], bookmarks)

    assert [heading.title for heading in headings] == ["Data"]
    assert len(list(bookmarks)) > 900


def test_an_outline_that_misses_on_one_page_is_read_on_for_the_next() -> None:
    bookmarks = [*(Bookmark(0, 1, f"Elsewhere {n}") for n in range(50)), Bookmark(1, 1, "Data")]
    _, headings = place_headings(["text", "Data"], bookmarks)

    assert [heading.title for heading in headings] == ["Data"]


def test_properties_are_metadata() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setAuthor("Ada")
        canvas.setSubject("")
        canvas.drawString(72, 720, "x")

    assert parse_pdf(pdf_files.drawn(draw), "name").metadata["author"] == "Ada"


def test_pages_of_pictures_among_pages_of_text_are_empty_pages() -> None:
    def draw(canvas: Canvas) -> None:
        for text in ("One", "", "Two"):
            canvas.drawString(72, 720, text)
            canvas.showPage()

    assert parse_pdf(pdf_files.drawn(draw), "name").page_starts == (0, 5, 5)


PROSE = "words that run on and on from one end of the line to the other"


def sized(*lines: tuple[float, str]) -> Document:
    """A page of lines, each with the size of its letters in points."""

    def draw(canvas: Canvas) -> None:
        for number, (points, line) in enumerate(lines):
            canvas.setFont("Helvetica", points)
            canvas.drawString(72, 780 - 16 * number, line)

    return parse_pdf(pdf_files.drawn(draw), "name")


def section(points: float, title: str) -> list[tuple[float, str]]:
    return [(points, title), *([(10, PROSE)] * 12)]


def test_larger_letters_are_headings_where_there_is_no_outline() -> None:
    document = sized(*section(16, "Intro"), *section(13, "1.1 Methods"), *section(13, "1.2 Data"))

    assert [(h.level, h.title) for h in document.headings] == [(1, "Intro"), (2, "1.1 Methods"), (2, "1.2 Data")]
    assert all(document.text.startswith(h.title, h.start) for h in document.headings)


def test_letters_of_one_size_are_no_headings() -> None:
    assert sized(*section(10, "Intro"), *section(10, "Methods")).headings == ()


@pytest.mark.parametrize("line", ["ada@example.org", "Large words that end as a sentence.", "and on it goes", "42"])
def test_addresses_sentences_and_numbers_in_larger_letters_are_no_headings(line: str) -> None:
    assert sized(*section(10, PROSE), *section(14, line)).headings == ()


def test_labels_of_a_drawing_are_no_headings() -> None:
    assert sized(*section(10, PROSE), (14, "Accuracy"), (9, "BM25"), (10, PROSE)).headings == ()


def test_a_page_of_mostly_large_letters_has_no_headings() -> None:
    assert sized(*[(20, "Big Words"), (10, PROSE)] * 10).headings == ()


@pytest.mark.parametrize("gap", [" ", "\n"])
def test_a_large_initial_is_joined_to_its_word_and_a_word_of_one_letter_is_not(gap: str) -> None:
    def draw(canvas: Canvas) -> None:
        lines = [f"T{gap}he queen is old.", "Her court says the queen is a bee.", f"A{gap}way out, and away she is."]
        for number, line in enumerate("\n".join(lines).split("\n")):
            canvas.drawString(72, 720 - 20 * number, line)
        canvas.showPage()

    text = parse_pdf(pdf_files.drawn(draw), "bees").text
    assert text.startswith("The queen is old.") and "Away" not in text
