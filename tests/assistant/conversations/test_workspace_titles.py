"""Conversations get their titles, from the answer to the list."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.open_models import Progress
from assistant.settings import ServerSettings, Settings
from assistant.settings_file import SettingsFile
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from engines.protocol import Engine
from tests.models.tiny_gguf import write_tiny_gguf
from tests.scripted_engine import ScriptedEngine

pytestmark = [
    pytest.mark.timeout(30),
    pytest.mark.logs("is not installed"),
]  # the first to search waits for LanceDB to load
QUESTION = "What is the desk made of?"
QUIET_S = 1.5  # several times as long as it takes until a title is begun


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setattr("assistant.conversations.titles.IDLE_SECONDS", 0.4)
    workspace = Workspace(Home(tmp_path / "home"))
    yield workspace
    workspace.close()


@pytest.fixture
def named(workspace: Workspace) -> "queue.Queue[str]":
    """The conversations that a model has named."""
    told: queue.Queue[str] = queue.Queue()
    workspace.asking.when_titled(told.put)
    return told


class Scripts:
    """Opens scripted engines in the place of models, by the names of their files."""

    def __init__(self, engines: dict[str, ScriptedEngine], monkeypatch: pytest.MonkeyPatch, space: Workspace) -> None:
        def load(path: Path, on_progress: Progress) -> Engine:
            return engines[path.name]

        monkeypatch.setattr(space.models._open, "_load", load)
        for name in engines:
            space.open_model(Path(name), remember=False)


class Small(ScriptedEngine):
    def memory(self) -> dict[str, int]:
        return {"weights": 1_000}


def answered(workspace: Workspace, question: str = QUESTION, after: Turn | None = None) -> Turn:
    conversation = after.conversation_id if after else None
    *_, last = workspace.asking.ask(
        question, persona="001", conversation_id=conversation, parent_id=after.id if after else None
    )
    assert isinstance(last, Answered)
    return last.turn


def title(workspace: Workspace) -> str:
    return workspace.conversations.list()[0].title


def test_a_conversation_is_named_after_its_first_answer(
    workspace: Workspace, named: "queue.Queue[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    Scripts({"big": ScriptedEngine("The oak desk")}, monkeypatch, workspace)
    turn = answered(workspace)
    assert title(workspace) == QUESTION
    assert named.get(timeout=10) == turn.conversation_id
    assert title(workspace) == "The oak desk"


def test_the_small_model_writes_titles_whoever_answers(
    workspace: Workspace, named: "queue.Queue[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    Scripts({"small": Small("A small desk"), "big": ScriptedEngine("The oak desk")}, monkeypatch, workspace)
    assert answered(workspace).answer == "The oak desk"
    named.get(timeout=10)
    assert title(workspace) == "A small desk"


def test_a_title_that_a_person_typed_is_never_replaced(
    workspace: Workspace, named: "queue.Queue[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    Scripts({"big": ScriptedEngine("The oak desk")}, monkeypatch, workspace)
    turn = answered(workspace)
    workspace.conversations.rename(turn.conversation_id, QUESTION)  # as it was, but meant
    with pytest.raises(queue.Empty):
        named.get(timeout=QUIET_S)
    assert title(workspace) == QUESTION


def test_only_the_first_answer_names_it(
    workspace: Workspace, named: "queue.Queue[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine("The oak desk")
    Scripts({"big": engine}, monkeypatch, workspace)
    first = answered(workspace)
    named.get(timeout=10)
    prompts = len(engine.prompts)
    answered(workspace, "And the lamp on the desk?", first)
    with pytest.raises(queue.Empty):
        named.get(timeout=QUIET_S)
    assert len([each for each in engine.prompts[prompts:] if "Name this conversation" in each[-1].text]) == 0


def test_without_a_model_the_questions_words_stay(workspace: Workspace, named: "queue.Queue[str]") -> None:
    answered(workspace)
    with pytest.raises(queue.Empty):
        named.get(timeout=QUIET_S)
    assert title(workspace) == QUESTION


@pytest.mark.parametrize(("question", "goes"), [("Write to anna@example.org about the desk", False), (QUESTION, True)])
def test_no_server_reads_personal_data_for_a_title(
    workspace: Workspace, named: "queue.Queue[str]", monkeypatch: pytest.MonkeyPatch, question: str, goes: bool
) -> None:
    from assistant.guards import Policy
    from assistant.models.servers import MaskedEngine

    SettingsFile(workspace.home.settings).save(Settings(remote=ServerSettings(personal_data="mask")))
    engine = ScriptedEngine("The oak desk")
    Scripts({"server": MaskedEngine(engine, Policy())}, monkeypatch, workspace)  # type: ignore[dict-item]
    answered(workspace, question)
    if goes:
        assert named.get(timeout=10)
        return
    with pytest.raises(queue.Empty):
        named.get(timeout=QUIET_S)
    assert len(engine.prompts) <= 2  # the question, and what is read ahead


@pytest.mark.engine
def test_a_real_model_names_a_conversation_and_forgets_it(
    workspace: Workspace, named: "queue.Queue[str]", tmp_path: Path
) -> None:
    model = write_tiny_gguf(tmp_path / "tiny.gguf", context=8192, says="The desk is made of oak [1].")
    engine = workspace.open_model(model)
    assert engine is not None
    first = answered(workspace)
    assert named.get(timeout=20) == first.conversation_id
    assert title(workspace) == "The desk is made of oak"
    second = answered(workspace, "And the lamp?", first)
    assert second.usage.reused_tokens >= first.usage.prompt_tokens + first.usage.output_tokens - 1
