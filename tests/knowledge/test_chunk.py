"""Chunks: where they are cut, what they carry, and that no text is lost."""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from knowledge.chunk import chunk, estimate_tokens
from knowledge.cutting.place import Place, place_at
from knowledge.document import Document, Heading


def words(texts: Sequence[str]) -> list[int]:
    return [len(re.findall(r"\w+|[^\w\s]", t)) for t in texts]


def document(text: str, **kwargs: Any) -> Document:
    headings = tuple(
        Heading(m.start(), len(m.group(1)), m.group(2)) for m in re.finditer(r"^(#+) (.+)$", text, re.MULTILINE)
    )
    return Document(text=text, headings=headings, **kwargs)


def test_a_chunk_is_a_slice_of_the_document_and_carries_its_headings() -> None:
    doc = document("# Guide\n\nIntro.\n\n## Setup\n\nInstall it.\n")
    intro, setup = chunk(doc, words, 50)
    assert intro.text == "Intro." and intro.heading == ("Guide",)
    assert setup.heading == ("Guide", "Setup") and setup.context == "Guide › Setup"
    assert doc.text[setup.start : setup.end] == setup.text == "Install it."


def test_sections_of_some_length_never_share_a_chunk() -> None:
    text = f"# A\n\n{'one ' * 20}\n\n# B\n\n{'two ' * 20}\n"
    assert [c.heading for c in chunk(document(text), words, 60)] == [("A",), ("B",)]


def test_short_sections_below_one_heading_are_joined_and_keep_their_own_headings_and_pages() -> None:
    text = "# Deck\n\n## Soil\n\nIt needs lime.\n\n## Roof\n\nIt leaks.\n\n## Pay\n\nFridays.\n"
    pages = tuple(m.start() for m in re.finditer("## ", text))
    doc = document(text, page_starts=pages)
    (one,) = chunk(doc, words, 60)
    assert one.text.startswith("## Soil") and one.text.endswith("Fridays.") and one.heading == ("Deck",)
    places = [place_at(one.places, one.text.index(said)) for said in ("It needs", "It leaks", "Fridays")]
    assert [(place.heading[-1], place.page) for place in places] == [("Soil", 1), ("Roof", 2), ("Pay", 3)]


def test_short_sections_fill_no_more_than_a_chunk_and_none_is_joined_over_a_longer_one() -> None:
    text = "".join(f"# S{n}\n\n{'word ' * (60 if n == 5 else 9)}\n\n" for n in range(12))
    chunks = chunk(document(text), words, 100)
    assert [c.heading for c in chunks] == [(), ("S5",), ()]
    assert max(words([c.embedded_text for c in chunks])) <= 100


def test_below_different_headings_nothing_is_joined() -> None:
    chunks = chunk(document("# A\n\n## B\n\nb\n\n# C\n\n## D\n\nd\n"), words, 50)
    assert [c.heading for c in chunks] == [("A", "B"), ("C", "D")]


def test_every_sentence_of_a_chunk_of_many_pages_has_its_own_page() -> None:
    pages = [f"Page {n} tells of the thing {n}. It has more to say." for n in range(1, 26)]
    starts = tuple(accumulate((len(page) + 2 for page in pages), initial=0))[:-1]
    doc = Document(text="\n\n".join(pages), page_starts=starts)
    chunks = chunk(doc, words, 60)
    assert len(chunks) < 12
    found = {
        n: place_at(c.places or [Place(0, c.heading, c.page)], c.text.index(f"the thing {n}.")).page
        for n in range(1, 26)
        for c in chunks
        if f"the thing {n}." in c.text
    }
    assert found == {n: n for n in range(1, 26)}


def test_a_sibling_heading_closes_the_one_before_it() -> None:
    chunks = chunk(document("# A\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n"), words, 50)
    assert [c.heading for c in chunks] == [("A", "B"), ("A", "B", "C"), ("A", "D")]


def test_headings_with_nothing_below_them_are_kept_as_text() -> None:
    chunks = chunk(document("# Shopping\n\n## Milk\n\n## Bread\n"), words, 50)
    assert [(c.heading, c.text) for c in chunks] == [(("Shopping",), "## Milk\n\n## Bread")]


def test_paragraphs_are_packed_up_to_the_limit() -> None:
    chunks = chunk(document("one two\n\nthree four\n\nfive six\n"), words, 4)
    assert [c.text for c in chunks] == ["one two\n\nthree four", "five six"]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    chunks = chunk(document("One two three. Four five six. Seven eight nine."), words, 8)
    assert [c.text for c in chunks] == ["One two three. Four five six.", "Seven eight nine."]


def test_a_wrapped_paragraph_is_cut_between_sentences_not_lines() -> None:
    text = "One two three. Four\nfive six. Seven eight\nnine. Ten eleven\ntwelve."
    assert [c.text for c in chunk(Document(text=text), words, 8)] == [
        "One two three. Four\nfive six.",
        "Seven eight\nnine. Ten eleven\ntwelve.",
    ]


def test_lines_that_are_no_wrapped_prose_are_cut_between_lines() -> None:
    text = "\n".join(f"{n} Sea. view" for n in range(6))
    assert all(c.text.endswith("view") for c in chunk(Document(text=text), words, 9))


def test_a_lead_in_stays_with_its_list() -> None:
    text = "One two three four five.\n\nYou need:\n\n- a saw\n- a file\n- a plane"
    assert [c.text for c in chunk(Document(text=text), words, 12)] == [
        "One two three four five.",
        "You need:\n\n- a saw\n- a file\n- a plane",
    ]


def test_a_heading_that_its_format_does_not_mark_stays_with_its_text() -> None:
    text = "One two three four five.\n\nThe saw\n\nIt has teeth of steel."
    assert [c.text for c in chunk(Document(text=text), words, 9)] == [
        "One two three four five.",
        "The saw\n\nIt has teeth of steel.",
    ]


def test_a_table_that_fits_is_not_cut_at_its_blank_looking_rows() -> None:
    table = "| a | b |\n\n| c | d |"
    doc = Document(text=f"x y z\n\n{table}\n\nw", blocks=((7, 7 + len(table)),))
    assert any(table in c.text for c in chunk(doc, words, 12))


def table(rows: int) -> str:
    return "| Name | Age |\n| --- | --- |\n" + "\n".join(f"| n{number} | {number} |" for number in range(rows))


def test_a_table_that_is_cut_names_its_columns_over_every_piece() -> None:
    doc = document(f"# T\n\n{table(30)}\n")
    first, *others = chunk(doc, words, 60)
    assert first.context == "T" and first.text.startswith("| Name | Age |")
    assert len(others) > 2 and all(c.context == "T\n| Name | Age |" for c in others)
    assert all(doc.text[c.start : c.end] == c.text and c.text.startswith("| n") for c in others)


def test_no_piece_of_a_table_is_too_long_with_its_header() -> None:
    chunks = chunk(Document(text=f"{table(40)}\n\nwords after it"), words, 50)
    assert len(chunks) > 3 and max(words([c.embedded_text for c in chunks])) <= 50


def test_what_follows_a_table_has_no_header_over_it() -> None:
    *_, last = chunk(Document(text=f"{table(10)}\n\n{'word ' * 40}"), words, 50)
    assert last.text.startswith("word") and last.context == ""


def test_an_empty_header_is_not_repeated() -> None:
    text = "|  |  |\n| --- | --- |\n" + "\n".join(f"| n{n} | {n} |" for n in range(30))
    assert {c.context for c in chunk(Document(text=text), words, 50)} == {""}


def test_a_header_that_would_fill_the_chunk_is_not_repeated() -> None:
    text = f"| {'long ' * 40} | b |\n| --- | --- |\n| c | {'d ' * 80} |"
    assert {c.context for c in chunk(Document(text=text), words, 60)} == {""}


def test_the_page_is_the_one_that_the_chunk_begins_on() -> None:
    doc = Document(text="first page\n\nsecond page", page_starts=(0, 12))
    assert [c.page for c in chunk(doc, words, 2)] == [1, 2]


def test_front_matter_is_not_chunked() -> None:
    doc = Document(text="---\na: b\n---\nbody", body_start=13)
    assert [c.text for c in chunk(doc, words, 50)] == ["body"]


def test_a_text_of_one_endless_word_is_still_cut() -> None:
    chunks = chunk(Document(text="x" * 5000), estimate_tokens, 100)
    assert "".join(c.text for c in chunks) == "x" * 5000
    assert max(estimate_tokens([c.text for c in chunks])) <= 100


def test_equal_text_under_equal_headings_has_an_equal_hash() -> None:
    first, second, other = chunk(document("# A\n\nx\n\n# A\n\nx\n\n# B\n\nx\n"), words, 5)
    assert first.hash == second.hash != other.hash


@given(st.text(alphabet="ab .\n。中#|-", max_size=400), st.integers(8, 40))
@settings(max_examples=100, deadline=None)
def test_every_visible_character_is_in_exactly_one_chunk_or_a_heading_line(text: str, limit: int) -> None:
    doc = document(text)
    chunks = chunk(doc, estimate_tokens, limit)
    assert all(doc.text[c.start : c.end] == c.text for c in chunks)
    assert all(a.end <= b.start for a, b in pairwise(chunks))
    outside = "".join(
        text[a:b] for a, b in zip([0, *(c.end for c in chunks)], [*(c.start for c in chunks), len(text)], strict=True)
    )
    left = re.sub(r"^#+ .+\n?[=\-#]*$|^#+ .+$", "", outside, flags=re.MULTILINE)
    assert left.strip() == ""


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_line_put_into_a_long_list_changes_the_chunks_around_it_only(gap: str) -> None:
    lines = [f"line {n} of a long list with as many words as every other" for n in range(600)]
    before = {c.hash for c in chunk(Document(text=gap.join(lines)), estimate_tokens, 120)}
    lines.insert(3, "line new of a long list with as many words as every other")
    after = [c.hash for c in chunk(Document(text=gap.join(lines)), estimate_tokens, 120)]
    assert 1 <= sum(hash_ not in before for hash_ in after) < len(after) / 4


def test_a_short_section_put_among_many_changes_the_chunks_around_it_only() -> None:
    parts = [f"# S{n}\n\nwords of the short section number {n}\n\n" for n in range(1_800)]
    before = {c.hash for c in chunk(document("".join(parts)), estimate_tokens, 120)}
    parts.insert(3, "# New\n\nwords of a section that is new\n\n")
    after = [c.hash for c in chunk(document("".join(parts)), estimate_tokens, 120)]
    assert 1 <= sum(hash_ not in before for hash_ in after) < len(after) / 4
