import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.home import Home
from assistant.models.encoders import Encoders
from assistant.models.open_models import Progress
from assistant.settings_file import load_settings
from assistant.values import Answered, Retrieved, Turn
from assistant.workspace import Workspace
from engines.engine_settings import EngineSettings
from engines.errors import EngineDied, ModelUnreadable
from errors import AppError
from knowledge.embed import Embedder
from knowledge.passage import Retrieval
from personas.persona import PersonaNotFound
from tests.embedders import WordsEmbedder
from tests.scripted_engine import ScriptedEngine

pytestmark = [
    pytest.mark.timeout(30),
    pytest.mark.logs("is not installed"),
]  # the first to search waits for LanceDB to load

HEAVY = (
    "numpy",
    "lancedb",
    "pyarrow",
    "onnxruntime",
    "tokenizers",
    "llama_cpp",
    "jinja2",
    "pypdfium2",
    "docx",
    "jsonschema",
    "phonenumbers",
    "stdnum",
    "PySide6",
)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    workspace = Workspace(Home(tmp_path / "home"))
    yield workspace
    workspace.close()


def answered(workspace: Workspace, question: str, **options: object) -> Turn:
    events = list(workspace.asking.ask(question, persona="001", **options))  # type: ignore[arg-type]
    assert isinstance(events[-1], Answered)
    return events[-1].turn


def test_making_a_workspace_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        " from assistant.home import Home; from assistant.workspace import Workspace;"
        f" w = Workspace(Home(Path({str(tmp_path)!r}))); w.settings; w.catalogue.headers(); w.conversations.list();"
        f" print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_answer_comes_from_the_persons_folder(workspace: Workspace, notes: Path) -> None:
    workspace.library.add_folder(notes)
    workspace.library.sync()
    assert "oak" in answered(workspace, "What is the desk made of?").answer


def test_quotes_compare_sentences_by_the_librarys_embedder(tmp_path: Path, notes: Path) -> None:
    embedder = WordsEmbedder()

    class WordsAlone(Encoders):
        def open_embedder(self, name: str | None = None) -> Embedder:
            return embedder

    class WordsWorkspace(Workspace):
        encoders_type = WordsAlone

    workspace = WordsWorkspace(Home(tmp_path / "home"))
    workspace.library.add_folder(notes)
    workspace.library.sync()
    turn = answered(workspace, "What is the desk made of?")
    workspace.close()
    assert "oak" in turn.answer
    assert "The desk is made of oak from Jutland." in embedder.embedded


def test_answer_is_kept_in_its_conversation(workspace: Workspace) -> None:
    first = answered(workspace, "What is the desk made of?")
    second = answered(workspace, "Why?", conversation_id=first.conversation_id, parent_id=first.id)
    assert workspace.conversations.turns(first.conversation_id) == (first, second)


def test_question_asked_again_is_a_branch_beside_the_first(workspace: Workspace) -> None:
    first = answered(workspace, "What?")
    again = answered(workspace, "What?", conversation_id=first.conversation_id, parent_id=None)
    assert workspace.conversations.turns(first.conversation_id) == (again,)


def test_only_the_chosen_folders_are_looked_in(workspace: Workspace, notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "desk.md").write_text("The desk in the other room is made of steel.")
    for folder in (notes, other):
        workspace.library.add_folder(folder)
    workspace.library.sync()
    turn = answered(workspace, "What is the desk made of?", folders=[other])
    assert {passage.path.parent for passage in turn.passages} == {other}


def test_nothing_is_looked_up_on_request(workspace: Workspace, notes: Path) -> None:
    workspace.library.add_folder(notes)
    workspace.library.sync()
    assert answered(workspace, "Summarise desk.md", stages=frozenset()).finish == "nothing"
    assert answered(workspace, "Summarise desk.md").passages


def test_personas_own_knowledge_is_indexed_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    place = workspace.home.personas / "501-gardener"
    (place / "knowledge").mkdir(parents=True)
    (place / "persona.md").write_text("---\nname: Gardener\nsummary: Knows roses.\n---\nYou garden.\n")
    (place / "knowledge" / "roses.md").write_text("# Roses\n\nRoses bloom in June.\n")
    workspace.prepare_persona("501-gardener")
    (event, *_) = workspace.asking.ask("When do roses bloom?", persona="gardener")
    assert isinstance(event, Retrieved)
    assert event.passages[0].path.name == "roses.md"
    monkeypatch.setattr(workspace.library, "sync", lambda *given, **more: pytest.fail("nothing has changed"))
    workspace.prepare_persona("501-gardener")


def test_changed_knowledge_is_indexed_again(workspace: Workspace) -> None:
    place = workspace.home.personas / "501-gardener"
    (place / "knowledge").mkdir(parents=True)
    (place / "persona.md").write_text("---\nname: Gardener\nsummary: Knows roses.\n---\nYou garden.\n")
    page = place / "knowledge" / "roses.md"
    page.write_text("Roses bloom in June.")
    workspace.prepare_persona("501")
    page.write_text("Roses bloom in October now.")
    workspace.prepare_persona("501")
    assert workspace.library.document_text(page) == "Roses bloom in October now."


def test_anticipated_search_matches_the_question(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answered(workspace, "What is the desk made of?")
    told: list[tuple[object, ...]] = []
    search = workspace.library.searcher.search

    def note_and_search(text: str, **options: Any) -> Retrieval:
        told.append((text, options["scope"], options["k"], options["where"], options["in_context"], options["also"]))
        return search(text, **options)

    searcher = workspace.library.searcher

    def note(text: str, *, on_found: object, **options: Any) -> None:
        told.append((text, options["scope"], options["k"], options["where"], options["in_context"], options["also"]))

    monkeypatch.setattr(searcher, "anticipate", note)
    monkeypatch.setattr(searcher, "search", note_and_search)
    workspace.asking.anticipate("And why?", persona="001", conversation_id=first.conversation_id, parent_id=first.id)
    answered(workspace, "And why?", conversation_id=first.conversation_id, parent_id=first.id)
    assert len(told) == 2 and told[0] == told[1]


def test_unknown_persona_is_an_expected_failure(workspace: Workspace) -> None:
    with pytest.raises(PersonaNotFound):
        workspace.asking.ask("What?", persona="999-nobody")


def test_empty_question_is_an_expected_failure(workspace: Workspace) -> None:
    with pytest.raises(AppError, match="question is empty"):
        workspace.asking.ask(" \n", persona="001")


def test_half_a_character_does_not_stop_a_question(workspace: Workspace) -> None:
    assert answered(workspace, "What \udcff is it?").question == "What ? is it?"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedEngine]:
    engines: list[ScriptedEngine] = []

    def open_engine(path: Path, settings: EngineSettings, on_progress: Progress) -> ScriptedEngine:
        on_progress(1.0)
        if not path.exists():
            raise ModelUnreadable(path, "It is not there.")
        engines.append(ScriptedEngine(f"From {path.name}.", context_tokens=settings.llama.context_tokens))
        return engines[-1]

    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)
    return engines


def test_model_writes_once_it_is_open(workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]) -> None:
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    assert answered(workspace, "What?").answer == "From a.gguf."
    assert workspace.memory()["weights"] == 400_000_000


def test_new_model_writes_and_the_old_one_stays_in_memory(
    workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]
) -> None:
    for name in ("a.gguf", "b.gguf"):
        (tmp_path / name).touch()
        workspace.open_model(tmp_path / name)
    assert answered(workspace, "What?").answer == "From b.gguf."
    assert [engine.closed for engine in opened] == [False, False]
    assert workspace.memory()["weights"] == 2 * opened[0].memory()["weights"]
    assert load_settings(workspace.home.settings).model.path == tmp_path / "b.gguf"


def test_models_that_are_not_chosen_can_be_unloaded(
    workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]
) -> None:
    for name in ("a.gguf", "b.gguf"):
        (tmp_path / name).touch()
        workspace.open_model(tmp_path / name)
    workspace.models.unload_others()
    assert [engine.closed for engine in opened] == [True, False]


def test_model_that_cannot_be_opened_leaves_the_old_one(
    workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]
) -> None:
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    with pytest.raises(ModelUnreadable):
        workspace.open_model(tmp_path / "missing.gguf")
    assert workspace.models.chosen is opened[0]
    assert not opened[0].closed


def refuse(path: Path, on_progress: Progress) -> ScriptedEngine:
    raise ModelUnreadable(path, "It is damaged.")


def test_model_that_made_room_for_one_that_cannot_be_opened_leaves_quotes(
    workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    too_much = tmp_path / "folder"
    too_much.mkdir()
    (too_much / "weights").touch()
    os.truncate(too_much / "weights", workspace.settings.model.memory_bytes)  # a sparse file
    monkeypatch.setattr(workspace.models._open, "_load", refuse)
    with pytest.raises(ModelUnreadable):
        workspace.open_model(too_much)
    assert opened[0].closed and workspace.models.chosen is None
    assert answered(workspace, "What?").engine == "quotes"


def test_no_model_means_quotes_again(workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]) -> None:
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    workspace.open_model(None)
    assert answered(workspace, "What?").engine == "quotes"


def test_answer_is_written_to_its_end_by_a_model_that_is_replaced(
    workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]
) -> None:
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")

    def replace_before(piece: int) -> None:
        if piece == 1:
            workspace.open_model(None)
            assert not opened[0].closed

    opened[0].before_piece = replace_before
    turn = answered(workspace, "What?")
    assert (turn.finish, turn.answer, opened[0].closed) == ("end", "From a.gguf.", True)


def test_half_typed_question_is_read_by_the_model(
    workspace: Workspace, notes: Path, tmp_path: Path, opened: list[ScriptedEngine]
) -> None:
    workspace.library.add_folder(notes)
    workspace.library.sync()
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    workspace.library.searcher.search("warm")
    workspace.asking.anticipate("What is the desk ma", persona="001")
    wait_until(lambda: bool(opened[0].prompts))
    read = opened[0].prompts[0]
    answered(workspace, "What is the desk made of?")
    whole = next(prompt for prompt in opened[0].prompts if prompt[-1].text.endswith("What is the desk made of?"))
    (system, asked), (asked_system, asked_whole) = read, whole
    assert "oak" in asked.text and asked.text.endswith("What is the desk ma")
    passages, _, _ = asked.text.partition("\nRelevance")  # which is another one for each word typed
    assert asked_system == system and asked_whole.text.startswith(f"{passages}\nRelevance")


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def die(piece: int) -> None:
    raise EngineDied("scripted", restarts=False)


def test_model_that_died_for_good_leaves_quotations_until_reopened(
    workspace: Workspace, tmp_path: Path, opened: list[ScriptedEngine]
) -> None:
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    opened[0].before_piece = die
    with pytest.raises(EngineDied):
        answered(workspace, "What?")
    assert workspace.models.chosen is None and opened[0].closed
    assert answered(workspace, "What?").engine == "quotes"
    workspace.open_model(tmp_path / "a.gguf")
    assert answered(workspace, "What?").answer == "From a.gguf."
