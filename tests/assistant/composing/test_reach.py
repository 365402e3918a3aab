"""Questions that are answered from some files alone, or from none, and what is kept of that choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.composing.reach import ALL_FOLDERS, NO_FILES, Reach, dump_reach, load_reach
from assistant.home import Home
from assistant.models.encoders import Encoders
from assistant.values import Answered, Draft, Turn
from assistant.workspace import Workspace

TEA, COFFEE = Path("/n/tea.md"), Path("/n/coffee.md")


class NoEncoders(Encoders):
    def open_embedder(self, name: str | None = None) -> None:
        return None


class KeywordWorkspace(Workspace):
    encoders_type = NoEncoders


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = KeywordWorkspace(Home(tmp_path / "home"))
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tea.md").write_text("# Tea\n\nThe kettle is heated to 80 degrees for green tea.\n")
    (folder / "coffee.md").write_text("# Coffee\n\nThe kettle is heated to 95 degrees for coffee.\n")
    opened.library.add_folder(folder)
    opened.library.sync()
    yield opened
    opened.close()


def ask(workspace: Workspace, files: Sequence[Path] = (), persona: str = "001-reader") -> Turn:
    question = "To how many degrees is the kettle heated?"
    *_, last = workspace.asking.ask(question, persona=persona, files=files)
    assert isinstance(last, Answered)
    return last.turn


def test_an_answer_comes_from_the_chosen_file_alone(workspace: Workspace, tmp_path: Path) -> None:
    coffee = tmp_path / "notes" / "coffee.md"
    turn = ask(workspace, files=[coffee])
    assert {passage.path for passage in turn.passages} == {coffee}
    assert "95 degrees" in turn.answer and "80 degrees" not in turn.answer


def test_without_a_choice_every_folder_is_searched(workspace: Workspace) -> None:
    assert {passage.path.name for passage in ask(workspace).passages} == {"tea.md", "coffee.md"}


def test_what_a_persona_knows_is_left_out_where_files_are_chosen(workspace: Workspace, tmp_path: Path) -> None:
    persona = tmp_path / "home" / "personas" / "501-cook"
    (persona / "knowledge").mkdir(parents=True)
    (persona / "persona.md").write_text('---\nname: Cook\nsummary: "."\n---\nAnswer.\n')
    (persona / "knowledge" / "milk.md").write_text("# Milk\n\nThe kettle is heated to 60 degrees for milk.\n")
    workspace.prepare_persona("501-cook")
    assert "milk.md" in {passage.path.name for passage in ask(workspace, persona="501-cook").passages}
    turn = ask(workspace, persona="501-cook", files=[tmp_path / "notes" / "tea.md"])
    assert {passage.path.name for passage in turn.passages} == {"tea.md"}


def test_the_choice_is_saved_with_the_turn(workspace: Workspace, tmp_path: Path) -> None:
    coffee = tmp_path / "notes" / "coffee.md"
    turn = ask(workspace, files=[coffee])
    (kept,) = workspace.conversations.turns(turn.conversation_id)
    assert kept.reach == Reach(files=(coffee,))


def test_the_choice_is_saved_with_what_is_typed(workspace: Workspace) -> None:
    drafts = workspace.conversations.drafts
    drafts.write("", "Why?", Reach(files=(TEA,)))
    assert drafts.read("") == Draft("", "Why?", Reach(files=(TEA,)))
    drafts.write("", "", ALL_FOLDERS)
    assert drafts.read("") == Draft("", "", ALL_FOLDERS)
    drafts.write("", "")
    assert drafts.read("") == Draft()


@pytest.mark.parametrize("reach", [ALL_FOLDERS, NO_FILES, Reach((Path("/n"),), (TEA, COFFEE))])
def test_a_choice_reads_back_as_it_was_written(reach: Reach) -> None:
    assert load_reach(dump_reach(reach)) == reach


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (ALL_FOLDERS, "All folders"),
        (NO_FILES, "No files"),
        (Reach(files=(TEA,)), "tea.md"),
        (Reach((Path("/a"), Path("/b"))), "2 folders"),
        (Reach((Path("/a"),), (TEA, COFFEE)), "1 folder, 2 files"),
    ],
)
def test_a_choice_is_named_in_a_few_words(reach: Reach, words: str) -> None:
    assert reach.says == words


def test_paths_are_added_once_and_taken_out(workspace: Workspace) -> None:
    reach = NO_FILES.with_paths(files=[TEA]).with_paths(files=[COFFEE, TEA])
    assert reach == Reach(files=(TEA, COFFEE))
    assert reach.without(TEA).without(COFFEE) == ALL_FOLDERS


def test_a_filter_is_kept_with_the_choice_and_one_of_before_has_none() -> None:
    chosen = Reach(folders=(Path("/n"),), where="year >= 2024")
    assert load_reach(dump_reach(chosen)) == chosen
    assert load_reach('{"folders": ["/n"], "files": [], "no_files": false}') == Reach(folders=(Path("/n"),))


def test_a_filter_stays_while_places_change() -> None:
    chosen = Reach(where="draft = false").with_paths(files=[TEA])
    assert chosen.says == "tea.md: draft = false"
    assert chosen.without(TEA).is_everywhere and chosen.without(TEA).where == "draft = false"
