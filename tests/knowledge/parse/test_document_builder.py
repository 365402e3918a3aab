from hypothesis import given, strategies as st

from knowledge.document import not_read
from knowledge.parse.document_builder import DocumentBuilder


def test_blocks_are_a_blank_line_apart_and_items_are_not() -> None:
    builder = DocumentBuilder()
    builder.heading(1, " A  title\n")
    builder.paragraph("one  two \n three")
    builder.item("x")
    builder.item("y\nz", depth=1)
    builder.paragraph("end")

    assert builder.build("", {}).text == "A title\n\none two\nthree\n\n- x\n  - y\n    z\n\nend"


def test_tables_are_pipe_rows_without_empty_columns() -> None:
    builder = DocumentBuilder()
    builder.table([["a|b", "", "c"], [], ["1", "", ""]])
    document = builder.build("", {})

    assert document.text == "| a\\|b | c |\n| --- | --- |\n| 1 |  |"
    assert document.blocks == ((0, len(document.text)),)


def test_code_keeps_its_indentation() -> None:
    builder = DocumentBuilder()
    builder.code("\n  if x:\n\n\n\n    y  \n")

    assert builder.build("", {}).text == "  if x:\n\n    y"


TEXT = st.text(st.sampled_from("ab \t\n\r\xa0\xad\0\u200b|é😀\ufffe"), max_size=20)
CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("heading"), st.integers(1, 6), TEXT),
        st.tuples(st.sampled_from(["paragraph", "item", "code"]), TEXT),
        st.tuples(st.just("table"), st.lists(st.lists(TEXT, max_size=3), max_size=3)),
    ),
    max_size=12,
)


@given(CALLS)
def test_text_is_clean_and_headings_and_blocks_are_where_they_say(calls: list[tuple[str, ...]]) -> None:
    builder = DocumentBuilder()
    for name, *arguments in calls:
        getattr(builder, name)(*arguments)
    document = builder.build("", {})

    assert "\n\n\n" not in document.text and not any(c in document.text for c in "\0\xad\u200b\ufffe\r")
    assert all(line == line.rstrip() for line in document.text.split("\n"))
    assert all(document.text[h.start :].startswith(h.title) for h in document.headings)
    assert all(0 <= start < end <= len(document.text) for start, end in document.blocks)


def test_losses_are_told_with_the_document() -> None:
    builder = DocumentBuilder()
    builder.lose(*not_read(1, "picture"), *not_read(0, "chart"), *not_read(1200, "page"))

    assert builder.build("", {}).losses == ("1 picture was not read", "1,200 pages were not read")
