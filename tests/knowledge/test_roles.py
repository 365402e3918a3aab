"""Lists that nobody reads through are told from text, and are no passages unless they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.chunk import chunk, estimate_tokens
from knowledge.cutting.roles import asks_for_lists, role_of
from knowledge.library import Library
from knowledge.parse import parse_bytes
from tests.knowledge.note_files import write

SOURCES = """- Jane Smith, *Bees and Boxes*, Orchard Press, 2019.
- A. Jones et al., "Wintering colonies", *Apiculture* 12(3), 2007, pp. 14–19.
- The keeper's handbook, beekeepers.org, 2021."""
NUMBERED = """[1] J. Smith and A. Jones. Wintering of colonies in the north. Apiculture, 12(3):14–19, 2007.
[2] P. Q. Miller, R. Stone. Queens and their marks. In Proc. of the Bee Society, pp. 5–9, 2011.
[3] T. Ono. Hornets. Journal of Insects, vol. 4, pp. 77–81, 1999."""
CONTENTS = "Hives ........ 3\nQueens ....... 12\nHoney ........ 27\nWinter ....... 40"


MANUALS = """- Hive makers' association, handbook of frames.
- The smoker, user guide.
- `notes/queens.md` and the data sheet of the scale."""


@pytest.mark.parametrize("title", ["Sources", "Quellen", "参考资料"])
def test_a_list_of_manuals_without_years_is_one_too(title: str) -> None:
    assert role_of(MANUALS, title) == "references"
    assert role_of(MANUALS, "In the drawer") == "body"


@pytest.mark.parametrize("title", ["References", "Sources on bees", "4. Literatur", "参考文献", "Список литературы"])
def test_a_list_of_sources_under_its_heading_is_one(title: str) -> None:
    assert role_of(SOURCES, title) == "references"


def test_a_list_of_references_is_known_without_a_heading() -> None:
    assert role_of(NUMBERED, "") == "references"


def test_lines_with_leaders_are_contents_and_so_are_links_below_such_a_heading() -> None:
    assert role_of(CONTENTS, "") == "contents"
    assert role_of("- [[Hives]]\n- [[Queens]]\n- [[Honey]]", "Inhaltsverzeichnis") == "contents"


def test_badges_and_menus_are_links() -> None:
    badge = "[![CI](https://ci.org/x.svg)](https://ci.org/x)"
    assert role_of(f"{badge}\n{badge}\n{badge}", "Hive") == "links"
    assert role_of("[Home](/index.html) · [Blog](/blog.html) · [About](/about.html)", "") == "links"
    assert role_of("- [The keeper](https://a.org/keeper)", "See also") == "links"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Nitrogen has three sources: rain, clover and dung. In 2019 most came from clover.", "Sources of nitrogen"),
        ("- Rain gives a third of it.\n- Clover gives half.\n- Dung gives the rest.", "Sources"),
        (f"- The guide of 2019 is the best. {'It says what to do in each month. ' * 9}", "References"),
        ("A reference is another name for a variable. It is bound once.", "References"),
        ("In 1990 Mary moved to York. In 1995 she met J. R. Smith. By 2001 they had 12–14 hives.", "Life"),
        ("- [[Anna]]\n- [[Ben]]\n- [[Cem]]", "Members"),
        ("| Site | Link |\n|---|---|\n| a | https://a.org/aaa |\n| b | https://b.org/bbb |", "Sites"),
        ("```\ncurl https://a.org/long/path/x\ncurl https://a.org/long/path/y\ncurl https://a.org/z\n```", "Setup"),
        ("2019 Feed: 12\n2020 Feed: 14\n2021 Feed: 19", "Costs"),
        ("The contents of the box are three frames.\nThey are old.\nTake care.", "Contents"),
        ("See [the guide](https://a.org/guide) first. It explains how a queen is marked in her first year.", "Queens"),
    ],
)
def test_prose_lists_of_notes_tables_and_code_are_text(text: str, title: str) -> None:
    assert role_of(text, title) == "body"


def test_references_below_a_bare_line_are_known_and_cut_from_the_text_before() -> None:
    prose = "The queen is marked in her first year and lives in the second box. " * 12
    document = parse_bytes(f"{prose}\n\nReferences\n\n{NUMBERED}\n".encode(), ".txt", "bees")
    chunks = chunk(document, estimate_tokens, 240)
    assert {c.role for c in chunks if "queen is" in c.text} == {"body"}
    assert [c.role for c in chunks if "Miller" in c.text] == ["references"]


@pytest.mark.parametrize(
    "question",
    [
        "Which references does it list?",
        "Which paper introduced marked queens?",
        "关于蜂王有哪些论文？",
        "Welche Quellen hat das?",
        "参考文献有哪些？",
        "Quelles sont les références ?",
    ],
)
def test_a_question_may_ask_for_them(question: str) -> None:
    assert asks_for_lists(question)
    assert not asks_for_lists("Where does the queen live?")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    notes = tmp_path / "notes"
    prose = "Wintering colonies need stores of honey and a dry box."
    write(notes, "bees.md", f"# Bees\n\n## Winter\n\n{prose}\n\n## Sources on wintering colonies\n\n{SOURCES}\n")
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(notes)
    library.sync()
    return library


def found(library: Library, question: str) -> list[str]:
    return [passage.heading[-1] for passage in library.searcher.search(question).passages]


def test_a_list_of_sources_is_no_passage_beside_text_that_answers(library: Library) -> None:
    retrieval = library.searcher.search("What do wintering colonies need?")
    assert [p.heading[-1] for p in retrieval.passages] == ["Winter"]
    assert any("list of references" in (candidate.cut or "") for candidate in retrieval.candidates)
    library.close()


def test_it_is_one_where_nothing_else_answers_or_it_is_asked_for(library: Library) -> None:
    assert found(library, "Jane Smith Orchard Press") == ["Sources on wintering colonies"]
    assert "Sources on wintering colonies" in found(library, "Which sources on wintering colonies are there?")
    library.close()
