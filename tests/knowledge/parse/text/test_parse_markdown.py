import pytest
from hypothesis import given, settings, strategies as st

import knowledge.parse.text.markdown
from knowledge.document import Document
from knowledge.parse.text.markdown import parse_markdown


def parsed(text: str) -> Document:
    return parse_markdown(text.encode(), "name")


def headings(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in parsed(text).headings]


def blocks(text: str) -> list[str]:
    return [text[start:end] for start, end in parsed(text).blocks]


def test_text_is_the_files_own() -> None:
    assert parse_markdown(b"\xef\xbb\xbf# A\r\n\r\n*b*  \r\n", "name").text == "# A\n\n*b*  \n"


def test_headings_of_both_kinds_start_where_their_line_does() -> None:
    text = "# One\n\ntext\n\nTwo\n---\n\n  ### Three ###\n"

    assert headings(text) == [(1, "One"), (2, "Two"), (3, "Three")]
    assert [text[h.start :].split("\n")[0] for h in parsed(text).headings] == ["# One", "Two", "  ### Three ###"]


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("**Bold** and `code`", "Bold and code"),
        ("[Link](http://x) text", "Link text"),
        ("![alt](x.png) text", "alt text"),
        ("[[Page|shown]] and [[Other]]", "shown and Other"),
        ("Title {#anchor .wide}", "Title"),
        ("A &amp; B", "A & B"),
        (r"snake\_case", "snake_case"),
        ("C# and F#", "C# and F#"),
    ],
)
def test_titles_are_without_markup(markup: str, title: str) -> None:
    assert headings(f"# {markup}") == [(1, title)]


@pytest.mark.parametrize(
    "text",
    [
        "```\n# not\n```\n",
        "~~~sh\n# not\n~~~\n",
        "- ```\n  # not\n  ```\n",
        "    # not\n",
        "<!--\n# not\n-->\n",
        "> # not\n",
        "- # not\n",
        "#not\n",
        "####### not\n",
        "#\n",
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert headings(text) == []


def test_headings_after_a_fence_in_a_list_are_found() -> None:
    assert headings("- ```\n  # not\n  ```\n\n# Yes\n") == [(1, "Yes")]


def test_fences_tables_and_indented_code_are_blocks() -> None:
    fence, table, code = "```py\na = 1\n```", "| a | b |\n|---|---|\n| 1 | 2 |", "    indented"
    text = f"x\n\n{fence}\n\ny\n\n{table}\n\nz\n\n{code}\n\nend\n"

    assert blocks(text) == [fence, table, code]


def test_an_open_fence_is_a_block_to_the_end() -> None:
    assert blocks("a\n\n```\nb\n\nc\n") == ["```\nb\n\nc"]


def test_title_comes_from_front_matter_then_heading_then_name() -> None:
    assert parsed("---\ntitle: Front\n---\n# Head\n").title == "Front"
    assert parsed("## Sub\n\n# Head\n").title == "Head"
    assert parsed("## Sub\n").title == "name"


def test_front_matter_is_metadata_and_not_body() -> None:
    document = parsed("---\ntags: [a, b]\n---\n# Head\n")

    assert document.metadata == {"tags": ("a", "b")}
    assert document.text[document.body_start :] == "# Head\n"
    assert document.headings[0].start == document.body_start


PIECES = st.sampled_from(
    [
        "# H\n",
        "Title\n===\n",
        "text\n",
        "\n",
        "```\n",
        "~~~\n",
        "- item\n",
        "  ```\n",
        "> quote\n",
        "|a|b|\n|-|-|\n",
        "<!--\n",
        "-->\n",
        "    code\n",
        "<div>\n",
        "1. x\n",
        "\t# T\n",
        "é😀\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_spans_lie_within_the_text_in_order(text: str) -> None:
    document = parsed(text)
    starts = [heading.start for heading in document.headings]
    places = [place for span in document.blocks for place in span]

    assert document.text == text
    assert starts == sorted(set(starts))
    assert all(start == 0 or text[start - 1] == "\n" for start in starts)
    assert places == sorted(places) and all(0 <= place <= len(text) for place in places)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_reading_in_slices_changes_nothing(text: str) -> None:
    whole = parsed(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge.parse.text.markdown, "_SLICE_CHARACTERS", 4)

        assert parsed(text) == whole
