"""An answer that was cut at its length limit goes on, as one answer."""

from __future__ import annotations

import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.commands.ask import add_answering_options
from assistant.commands.chat import _Chat
from assistant.home import Home
from assistant.terminal import Terminal
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from errors import AppError
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.logs("is not installed")
SCRIPT = "The boiler is checked in March [1]. The lease ends in June [1]. Ask the janitor."


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(SCRIPT)


@pytest.fixture
def workspace(tmp_path: Path, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    home = Home(tmp_path / "home").create()
    persona = home.personas / "501-brief"
    persona.mkdir(parents=True)
    (persona / "persona.md").write_text("---\nname: Brief\nsummary: Is brief.\nmax_tokens: 7\n---\nAnswer.\n")
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "house.md").write_text("# House\n\nThe boiler is checked in March. The lease ends in June.\n")
    space = Workspace(home)
    monkeypatch.setattr("assistant.models.chat_models.open_engine", lambda path, settings, tell: engine)
    space.library.add_folder(notes)
    space.library.sync()
    space.open_model(tmp_path / "m.gguf", remember=False)
    yield space
    space.close()


def cut(space: Workspace) -> Turn:
    (turn,) = [
        event.turn
        for event in space.asking.ask("When is the boiler checked?", persona="501")
        if isinstance(event, Answered)
    ]
    assert turn.finish == "length"
    return turn


def gone_on(space: Workspace, turn: Turn) -> Turn:
    (longer,) = [event.turn for event in space.asking.go_on(turn) if isinstance(event, Answered)]
    return longer


def test_an_answer_goes_on_as_one_answer_with_its_citations_checked_again(
    workspace: Workspace, engine: ScriptedEngine
) -> None:
    first = cut(workspace)
    longer = gone_on(workspace, first)
    assert longer.answer.startswith(first.answer) and SCRIPT.startswith(longer.answer)
    assert (longer.id, longer.finish) == (first.id, "length")
    assert len(longer.citations) > len(first.citations)
    assert longer.usage.output_tokens == 14
    last = gone_on(workspace, longer)
    assert (last.answer, last.finish) == (SCRIPT, "end")
    assert workspace.conversations.turns(first.conversation_id) == (last,)


def test_what_was_written_on_is_found_in_a_search_of_the_conversations(workspace: Workspace) -> None:
    first = cut(workspace)
    assert not workspace.conversations.search("janitor")
    gone_on(workspace, gone_on(workspace, first))
    assert [one.summary.id for one in workspace.conversations.search("janitor")] == [first.conversation_id]
    assert [one.summary.id for one in workspace.conversations.search("boiler")] == [first.conversation_id]


def test_the_model_is_given_the_prompt_of_the_answer_and_what_it_wrote(
    workspace: Workspace, engine: ScriptedEngine
) -> None:
    first = cut(workspace)
    asked = engine.prompts[0]
    gone_on(workspace, first)
    prompts = [prompt for prompt in engine.prompts if prompt[-1].role == "assistant" and prompt[:-1] == asked]
    assert prompts and prompts[-1][-1].text == first.answer


def test_stopping_keeps_what_was_written_on(workspace: Workspace, engine: ScriptedEngine) -> None:
    first = cut(workspace)
    running = workspace.asking.go_on(first)
    written = threading.Event()
    engine.before_piece = lambda at: running.stop() if written.is_set() else written.set()
    (longer,) = [event.turn for event in running if isinstance(event, Answered)]
    assert longer.finish == "stopped"
    assert workspace.conversations.turns(first.conversation_id) == (longer,)


def test_where_no_model_is_chosen_nothing_goes_on(workspace: Workspace) -> None:
    first = cut(workspace)
    workspace.open_model(None, remember=False)
    with pytest.raises(AppError, match="No model can continue"):
        workspace.asking.go_on(first)


def test_a_full_window_is_said(workspace: Workspace, engine: ScriptedEngine) -> None:
    first = cut(workspace)
    engine._context_tokens = 20
    with pytest.raises(AppError, match="window is full"):
        list(workspace.asking.go_on(first))
    assert workspace.conversations.turns(first.conversation_id) == (first,)


def test_the_terminal_continues_an_answer(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    options = ArgumentParser()
    add_answering_options(options)
    chat = _Chat(workspace, Terminal(as_json=False), "501", options.parse_args([]))
    with pytest.raises(AppError, match="not cut off"):
        chat.run("/continue")
    chat.run("When is the boiler checked?")
    assert "/continue goes on with it" in capsys.readouterr().err
    chat.run("/continue")
    chat.run("/continue")
    (turn,) = chat.turns
    assert turn.answer == SCRIPT
