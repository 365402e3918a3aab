"""A persona without files: a model answers from what it knows, and nothing of the person's files is read or said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.routing import NoModelToWrite
from assistant.values import Answered, Retrieved, Turn
from assistant.workspace import Workspace
from engines.protocol import Message
from personas.catalogue import BUILTIN_PERSONAS, Catalogue
from tests.scripted_engine import ScriptedEngine
from tests.scripted_workspace import measure_nothing, scripted_workspace
from tests.small_model import small_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
PERSONA = "002-assistant"


@pytest.fixture
def workspace(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    workspace = scripted_workspace("Oak lasts longest [1].")(Home(tmp_path / "home"))
    workspace.library.add_folder(notes)
    workspace.library.sync()
    yield workspace
    workspace.close()


@pytest.fixture
def engine(workspace: Workspace) -> ScriptedEngine:
    """The model of the workspace; it cites, though nothing was given to it."""
    made = workspace.open_model(Path("script.gguf"))
    assert isinstance(made, ScriptedEngine)
    return made


def ask(workspace: Workspace, question: str, after: Turn | None = None, persona: str = PERSONA) -> list[object]:
    conversation, parent = (after.conversation_id, after.id) if after else (None, None)
    running = workspace.asking.ask(
        question, persona=persona, conversation_id=conversation, parent_id=parent, preset="exact"
    )
    return list(running)


def turn_of(events: list[object]) -> Turn:
    last = events[-1]
    assert isinstance(last, Answered)
    return last.turn


def test_the_prompt_is_the_personas_and_the_plain_question(workspace: Workspace, engine: ScriptedEngine) -> None:
    events = ask(workspace, "What is the desk made of?")
    prompt = Catalogue([BUILTIN_PERSONAS]).load(PERSONA).prompt
    assert engine.prompts[0] == (Message("system", prompt), Message("user", "What is the desk made of?"))
    assert [event.passages for event in events if isinstance(event, Retrieved)] == [()]


def test_the_answer_is_not_judged_by_files(workspace: Workspace, engine: ScriptedEngine) -> None:
    turn = turn_of(ask(workspace, "What is the desk made of?"))
    assert (turn.answer, turn.finish, turn.engine) == ("Oak lasts longest [1].", "end", "scripted")
    assert (turn.passages, turn.citations, turn.claims, turn.doubts, turn.guards) == ((), (), (), "", ())


def test_the_next_prompt_begins_with_the_last_one_and_its_answer(workspace: Workspace, engine: ScriptedEngine) -> None:
    first = turn_of(ask(workspace, "What is the desk made of?"))
    asked = engine.prompts[0]
    ask(workspace, "And the lamp?", first)
    expected = (*asked, Message("assistant", first.answer), Message("user", "And the lamp?"))
    assert engine.prompts[-1] == expected
    read_ahead = [prompt for prompt in engine.prompts if prompt == expected[:-1]]
    assert read_ahead or len(engine.prompts) == 2  # what is read while the person reads is the beginning of it


def test_passages_of_earlier_turns_are_left_out(workspace: Workspace, engine: ScriptedEngine) -> None:
    of_files = turn_of(ask(workspace, "What is the desk made of?", persona="001-reader"))
    assert of_files.passages
    ask(workspace, "Thank you!", of_files)
    assert not any("<passage" in message.text for message in engine.prompts[-1])


def test_typing_ahead_reads_and_searches_nothing(workspace: Workspace, engine: ScriptedEngine) -> None:
    workspace.asking.anticipate("What is the desk", persona=PERSONA)
    workspace.asking.stop_prefill()
    assert engine.prompts == []


def test_a_model_never_looks_again_in_files(workspace: Workspace, engine: ScriptedEngine) -> None:
    list(workspace.asking.ask("What is the desk made of?", persona=PERSONA, look_again="on"))
    assert not any("LOOK" in message.text for message in engine.prompts[0])


def test_without_a_model_it_says_what_to_do(workspace: Workspace) -> None:
    with pytest.raises(NoModelToWrite) as caught:
        workspace.asking.ask("Hello", persona=PERSONA)
    assert caught.value.title == "General assistant writes with a model, and none is chosen"
    assert caught.value.hint == "Choose a model (Ctrl+M, or --model), or ask Reader, who quotes your files."


def test_a_deleted_chat_leaves_the_models_memory(workspace: Workspace, engine: ScriptedEngine) -> None:
    turn = turn_of(ask(workspace, "What is the desk made of?"))
    workspace.delete_conversation(turn.conversation_id)
    assert Message("user", "What is the desk made of?") in engine.forgotten


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_small_real_model_answers_and_goes_on(workspace: Workspace) -> None:
    measure_nothing(workspace)
    workspace.open_model(small_model())
    first = turn_of(ask(workspace, "Name the capital of France in one sentence."))
    assert "Paris" in first.answer
    assert first.finish == "end"
    assert not first.passages
    second = turn_of(ask(workspace, "And of Italy?", first))
    assert second.answer
    assert second.usage.reused_tokens >= first.usage.prompt_tokens + first.usage.output_tokens - 1


def test_files_that_are_given_to_it_are_read_and_nothing_else(workspace: Workspace, notes: Path) -> None:
    file = sorted(notes.rglob("*.md"))[0]
    words = " ".join(file.read_text("utf-8").split()[:6])
    turn = turn_of(list(workspace.asking.ask(f"What about {words}?", persona=PERSONA, files=[file])))
    assert turn.engine == "quotes"
    assert {passage.path for passage in turn.context.passages} == {file}
    with pytest.raises(NoModelToWrite):
        workspace.asking.ask(f"What about {words}?", persona=PERSONA)


def test_a_model_is_given_the_passages_of_a_file_that_is_given(
    workspace: Workspace, engine: ScriptedEngine, notes: Path
) -> None:
    file = sorted(notes.rglob("*.md"))[0]
    words = " ".join(file.read_text("utf-8").split()[:6])
    list(workspace.asking.ask(f"What about {words}?", persona=PERSONA, files=[file]))
    asked = next(prompt for prompt in engine.prompts if prompt[-1].role == "user")
    assert f'source="{file.name}' in asked[-1].text
    assert "in square brackets" in asked[0].text
