from pathlib import Path

from hypothesis import given, strategies as st

from knowledge.passage import Passage
from knowledge.whole.outline import PASSAGE_CHARACTERS, outline, whole_passages

BLANK = Passage(chunk_id=0, path=Path("/a.md"), text="", start=0, end=0)


def paths(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in outline(text)]


def test_sections_carry_the_headings_above_them() -> None:
    assert paths("# A\n\nx\n\n## B\n\ny\n\n# C\n") == [("A",), ("A", "B"), ("C",)]


def test_text_above_the_first_heading_is_a_section_of_its_own() -> None:
    assert paths("Before.\n\n# A\n\nx") == [(), ("A",)]


def test_hash_in_a_code_block_is_no_heading() -> None:
    assert paths("# A\n\n```\n# no\n```\n") == [("A",)]


def test_divisions_of_a_law_are_headings_where_nothing_is_marked() -> None:
    assert paths("第一章 总则\n第一条 为了……。\n第二章 附则\n第二条 本法自公布之日起施行。\n") == [
        ("第一章 总则",),
        ("第二章 附则",),
    ]


def test_short_lines_that_stand_alone_are_headings_in_extracted_text() -> None:
    assert paths("Budget\n\nIt is 3,000.\n\nStaff\n\nTwo people.\n") == [("Budget",), ("Staff",)]


def test_prose_without_headings_is_one_section() -> None:
    assert paths("One sentence.\n\nAnother sentence, longer.\n") == [()]


@given(
    st.lists(
        st.sampled_from(["# A\n", "## B\n", "text. " * 80 + "\n", "\n", "```\n", "第一章 x\n", "Short\n", "| a |\n"])
    )
)
def test_sections_and_passages_are_the_text_without_gaps(lines: list[str]) -> None:
    text = "".join(lines)
    sections = outline(text)
    assert "".join(text[slice(*section.span)] for section in sections) == text
    passages = list(whole_passages(text, sections, BLANK))
    assert "".join(passage.text for passage in passages) == text
    assert all(text[p.start : p.end] == p.text and len(p.text) <= PASSAGE_CHARACTERS for p in passages)


def test_a_text_of_nothing_but_headings_has_no_outline() -> None:
    assert paths("# a\n" * 200_001) == [()]
