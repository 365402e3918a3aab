"""`check`: each kind of mistake is found, with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from personas.catalogue import BUILTIN_PERSONAS
from personas.check import check_persona

WritePersona = Callable[..., Path]
GOOD = "---\ntitle: Soup\nsource: my grandmother\n---\n# Soup\n\nBoil water.\n\nAdd salt.\n"


@pytest.fixture
def page(write_persona: WritePersona) -> Callable[[str], list[tuple[str, int, str]]]:
    """Writes `soup.md` beside `stock.md`, and returns what is wrong: file, line, words."""

    def check(text: str) -> list[tuple[str, int, str]]:
        folder = write_persona("501-cook").parent
        (folder / "knowledge").mkdir()
        (folder / "knowledge" / "stock.md").write_text(GOOD.replace("Soup", "Stock"), "utf-8")
        (folder / "knowledge" / "soup.md").write_text(text, "utf-8")
        return [(one.path.name, one.line, one.problem) for one in check_persona(folder)]

    return check


@pytest.mark.parametrize("folder", sorted(BUILTIN_PERSONAS.iterdir()), ids=lambda folder: folder.name)
def test_built_in_personas_have_no_problem(folder: Path) -> None:
    assert check_persona(folder) == []


def test_a_good_page_has_none(page: Callable[[str], list[tuple[str, int, str]]]) -> None:
    assert page(GOOD + "\nSee [stock](stock.md#stock), [this](#soup) and [that](https://example.org/x.md).\n") == []


def test_a_dead_link_and_a_dead_anchor(page: Callable[[str], list[tuple[str, int, str]]]) -> None:
    found = page(GOOD + "\nSee [stock](stok.md)\nand [more](stock.md#bones).\n```text\n[x](no.md)\n```\n`[y](no.md)`\n")
    assert found == [
        ("soup.md", 11, "its link to stok.md leads nowhere"),
        ("soup.md", 12, "stock.md has no heading #bones"),
    ]


def test_a_page_of_one_line(page: Callable[[str], list[tuple[str, int, str]]]) -> None:
    assert page("---\nsource: x\n---\n# Soup\n\nTo be written.\n") == [
        ("soup.md", 1, "it has one line of text at most")
    ]


def test_a_page_without_a_source(page: Callable[[str], list[tuple[str, int, str]]]) -> None:
    [(name, line, problem)] = page("# Soup\n\nBoil water.\n\nAdd salt.\n")
    assert (name, line) == ("soup.md", 1)
    assert problem.startswith("it names no source")


def test_a_section_of_sources_is_one(page: Callable[[str], list[tuple[str, int, str]]]) -> None:
    assert page("# Soup\n\nBoil water.\n\n## Sources\n\n- My grandmother.\n") == []


@pytest.mark.parametrize("words", ["salt " * 400, "盐" * 800])
def test_a_block_that_no_passage_holds(page: Callable[[str], list[tuple[str, int, str]]], words: str) -> None:
    [(name, line, problem)] = page(f"{GOOD}\n{words}\n\nShort.\n")
    assert (name, line) == ("soup.md", 11)
    assert problem.startswith("a block of 400 words")


def test_long_tables_and_many_paragraphs_are_fine(page: Callable[[str], list[tuple[str, int, str]]]) -> None:
    table = "| salt | pepper |\n" * 300
    assert page(GOOD + f"\n{table}\n" + "\n\n".join(["salt " * 100] * 10)) == []


def test_a_wrong_head_is_named_with_its_line(write_persona: WritePersona) -> None:
    file = write_persona("501-cook", "name: Cook\nsummary: Cooks.\npassages: 99")
    [problem] = check_persona(file.parent)
    assert (problem.path, problem.line) == (file, 4)
    assert problem.problem == "`passages` must be a whole number from 1 to 20"


def test_yaml_that_cannot_be_read_is_named_with_its_line(write_persona: WritePersona) -> None:
    [problem] = check_persona(write_persona("501-cook", "name: Cook\nsummary: [").parent)
    assert problem.line == 4


def test_an_empty_prompt_and_knowledge_that_is_never_read(write_persona: WritePersona) -> None:
    folder = write_persona("501-cook", "name: Cook\nsummary: Cooks.\nfiles: false", body="").parent
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "soup.md").write_text(GOOD, "utf-8")
    first, second = check_persona(folder)
    assert (first.problem, second.line) == ("it has no prompt below its front matter", 4)
    assert second.problem == "with `files: false`, its knowledge is never read"


def test_a_tool_that_there_is_not_names_the_nearest(tmp_path: Path) -> None:
    folder = tmp_path / "777-cook"
    folder.mkdir()
    head = "---\nname: Cook\nsummary: Cooks.\ntools: [subnet, estimate_costs]\n---\nYou cook.\n"
    (folder / "persona.md").write_text(head, "utf-8")
    (problem,) = check_persona(folder)
    assert problem.line == 4
    assert problem.problem == "`tools` names estimate_costs, which is no tool; did you mean estimate_cost"
