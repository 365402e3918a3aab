"""The whole path with a real engine, on a model that the test builds."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.passphrase.conversion import set_passphrase
from assistant.passphrase.protection import Protection
from assistant.reading.prompt import question_message
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from engines.process.engine_process import EngineProcess
from engines.protocol import Message, Reply
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = [pytest.mark.engine, pytest.mark.timeout(60), pytest.mark.logs("is not installed")]


NOTHING_TO_MEASURE = '[model]\nthreads = 1\nbatch_tokens = 64\nflash_attention = false\nkv_type = "f16"\n'


@pytest.fixture
def workspace(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    home = Home(tmp_path / "home").create()
    home.settings.write_text(NOTHING_TO_MEASURE, "utf-8")
    workspace = Workspace(home)
    workspace.library.add_folder(notes)
    workspace.library.sync()
    workspace.open_model(write_tiny_gguf(tmp_path / "tiny.gguf", context=8192, says="The desk is made of oak [1]."))
    yield workspace
    workspace.close()


def answered(workspace: Workspace, question: str, after: Turn | None = None) -> Turn:
    *_, last = workspace.asking.ask(
        question,
        persona="001",
        conversation_id=after.conversation_id if after else None,
        parent_id=after.id if after else None,
    )
    assert isinstance(last, Answered)
    return last.turn


def test_model_answers_and_its_marker_is_cited(workspace: Workspace) -> None:
    turn = answered(workspace, "What is the desk made of?")
    assert (turn.answer, turn.engine, turn.finish) == ("The desk is made of oak [1].", "llama.cpp", "end")
    assert turn.citations[0].quote == "The desk is made of oak from Jutland."


def test_next_turn_prefills_only_new_text(workspace: Workspace) -> None:
    first = answered(workspace, "What is the desk made of?")
    second = answered(workspace, "When do roses bloom in the garden?", first)
    known = first.usage.prompt_tokens + first.usage.output_tokens
    assert second.usage.reused_tokens >= known - 1
    assert second.usage.computed_tokens < second.usage.prompt_tokens - first.usage.prompt_tokens + 1


def test_conversation_continues_after_a_restart_without_prefill(workspace: Workspace, tmp_path: Path) -> None:
    first = answered(workspace, "What is the desk made of?")
    workspace.close()
    again = Workspace(workspace.home)
    try:
        again.open_model(tmp_path / "tiny.gguf")
        second = answered(again, "When do roses bloom in the garden?", first)
    finally:
        again.close()
    assert second.usage.reused_tokens >= first.usage.prompt_tokens + first.usage.output_tokens - 1


def test_protected_conversation_continues_after_a_restart_and_is_not_readable(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.close()
    monkeypatch.setattr("assistant.passphrase.home_key._N", 1 << 8)
    set_passphrase(workspace.home, "a good passphrase")
    turns: list[Turn] = []
    for question in ("What is the desk made of?", "When do roses bloom in the garden?"):
        protection = Protection(workspace.home)
        protection.unlock("a good passphrase")
        space = Workspace(workspace.home, protection)
        space.open_model(tmp_path / "tiny.gguf")
        turns.append(answered(space, question, turns[-1] if turns else None))
        space.close()
        assert kept(space) and not any(b"desk" in content for content in kept(space))
    first, second = turns
    assert second.usage.reused_tokens >= first.usage.prompt_tokens + first.usage.output_tokens - 1


def kept(workspace: Workspace) -> list[bytes]:
    """What lies on disk of the chats that models have read."""
    return [path.read_bytes() for path in workspace.home.snapshots.iterdir()]


def test_deleted_conversation_is_in_no_models_memory_nor_on_disk(workspace: Workspace, tmp_path: Path) -> None:
    first = answered(workspace, "What is the secret desk made of?")
    answered(workspace, "And the other secret desk?", first)
    other = answered(workspace, "When do roses bloom in the garden?")
    workspace.open_model(None)  # every chat is written
    assert len(kept(workspace)) == 2
    workspace.open_model(tmp_path / "tiny.gguf")
    answered(workspace, "And the third secret desk?", first)
    workspace.delete_conversation(first.conversation_id)
    workspace.open_model(None)
    (chat,) = kept(workspace)
    assert b"roses" in chat and b"secret" not in chat
    workspace.delete_conversation(other.conversation_id)  # no model is open
    assert not kept(workspace)


def test_restored_conversation_is_prefilled_again(workspace: Workspace) -> None:
    first = answered(workspace, "What is the desk made of?")
    workspace.delete_conversation(first.conversation_id)
    workspace.conversations.restore(first.conversation_id)
    second = answered(workspace, "When do roses bloom in the garden?", first)
    assert second.usage.reused_tokens < first.usage.prompt_tokens
    assert second.answer == first.answer


@pytest.fixture
def reread(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Waits until the model has read on after an answer."""
    replies: list[Reply] = []
    prefill = EngineProcess.prefill

    def watched(engine: EngineProcess, messages: Sequence[Message], *, thinks: bool) -> Reply:
        replies.append(prefill(engine, messages, thinks=thinks))
        return replies[-1]

    def wait() -> None:
        while not replies or replies[-1].finish == "stopped":
            time.sleep(0.005)
        replies.clear()

    monkeypatch.setattr(EngineProcess, "prefill", watched)
    return wait


def test_question_alone_is_left_to_read_also_where_the_window_is_full(
    workspace: Workspace, tmp_path: Path, reread: Callable[[], None]
) -> None:
    model = write_tiny_gguf(tmp_path / "short.gguf", context=2400, says="The desk is made of oak [1].")
    engine = workspace.open_model(model)
    assert engine
    turn, asked_tokens = answered(workspace, "What is the desk made of?"), 0
    for number in range(12):
        reread()
        turn = answered(workspace, f"What is desk {number} made of?", turn)
        asked = engine.count_prompt_tokens([question_message(turn.question, turn.context)])
        assert turn.usage.computed_tokens <= asked + 1
        asked_tokens += asked
    assert asked_tokens > engine.context_tokens
