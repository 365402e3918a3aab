"""The questions by which each persona's own pages are measured: what they call gold stands on the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.persona_questions import SETS, PersonaQuestion, is_list, outcome, plain, read_questions
from knowledge import Library
from personas import BUILTIN_PERSONAS

PERSONAS = sorted(file.stem for file in SETS.glob("*.jsonl"))
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def missing(asked: Sequence[PersonaQuestion], pages: Path) -> list[str]:
    """The gold headings that stand on no page."""
    gold = [one.partition("#") for question in asked for one in question.gold]
    return [f"{name}#{heading}" for name, _, heading in gold if heading not in _headings(pages / name)]


def _headings(page: Path) -> list[str]:
    return _HEADING.findall(_FENCED.sub("", page.read_text("utf-8"))) if page.is_file() else []


def test_there_are_questions() -> None:
    assert "410-llm-engineer" in PERSONAS


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_line_is_a_question_with_its_gold_and_asked_once(persona: str) -> None:
    lines = [json.loads(line) for line in (SETS / f"{persona}.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) >= 40
    assert all(set(line) == {"question", "gold"} and line["question"].strip() and line["gold"] for line in lines)
    assert len({line["question"] for line in lines}) == len(lines)
    assert sum(not line["question"].isascii() for line in lines) >= 3, "some are asked in another language"


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_gold_heading_stands_on_its_page(persona: str) -> None:
    assert missing(read_questions(SETS / f"{persona}.jsonl"), BUILTIN_PERSONAS / persona / "knowledge") == []


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "soups").mkdir(parents=True)
    text = "# Soups\n\n## How to boil `miso`\n\nMiso is never boiled, it is stirred in.\n"
    (folder / "soups" / "miso.md").write_text(f"{text}\n## Sources\n\n- Ito, *Soup*, 2019.\n", "utf-8")
    return folder


def test_a_right_passage_is_told_by_its_heading_and_a_missing_heading_is_named(pages: Path) -> None:
    asked = PersonaQuestion("Is miso boiled?", ["soups/miso.md#How to boil `miso`"])
    library = Library(pages.parent / "home", lambda name: None)
    library.add_folder(pages)
    library.sync()
    found = outcome(library, asked, pages)
    listed = library.searcher.search("Which sources on miso soup are there?").passages
    library.close()
    assert found.found[0] == [plain(asked.gold[0])] and found.is_right(1)
    assert found.lists == [False] and any(map(is_list, listed))
    assert missing([asked], pages) == []
    assert missing([PersonaQuestion("?", ["soups/miso.md#Gone", "tea.md#Tea"])], pages) == [
        "soups/miso.md#Gone",
        "tea.md#Tea",
    ]


WALK_THROUGH = 3  # the questions that the set begins with: of the 70B model, of Claude's prompts, of the first paper


def test_the_walk_through_finds_its_pages_by_words_alone_and_no_list_of_sources(tmp_path: Path) -> None:
    """With vectors they come first (`benchmarks.persona_questions`); this runs in seconds."""
    asked = read_questions(SETS / "410-llm-engineer.jsonl")[:WALK_THROUGH]
    knowledge = BUILTIN_PERSONAS / "410-llm-engineer" / "knowledge"
    library = Library(tmp_path / "home", lambda name: None)
    for folder in ("case-studies", "inference", "papers", "prompting"):
        library.add_folder(knowledge / folder)
    library.sync()
    outcomes = [outcome(library, one, knowledge) for one in asked]
    library.close()
    assert [one.asked.question for one in outcomes if not one.is_right(3)] == []
    assert not any(any(one.lists) for one in outcomes)
