"""A chat goes on after a restart as if there had been none."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engines.llama import worker
from engines.llama.bindings import llama_library
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling, Usage
from tests.engines.conftest import OpenTiny
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
SYSTEM = Message("system", "You answer from the sources.")
FIRST = [SYSTEM, Message("user", "What is in the garden, and who keeps it in the winter months?")]
OTHER = [SYSTEM, Message("user", "Something else altogether, which shares no more than the persona with that.")]
SHORT = Sampling(temperature=0, max_tokens=12)

Start = Callable[..., LlamaEngine]


@pytest.fixture
def start(open_tiny: OpenTiny, tmp_path: Path) -> Start:
    """Starts the engine anew, on the chats that the last one left."""

    def start_one(*model: Path, **settings: int) -> LlamaEngine:
        return open_tiny(*model, snapshot_folder=tmp_path / "chats", **settings)

    return start_one


def ask(engine: LlamaEngine, messages: Sequence[Message]) -> tuple[str, Usage]:
    reply = engine.reply(messages, SHORT)
    return "".join(piece.text for piece in reply), reply.usage


def followed_up(messages: Sequence[Message], answer: str) -> list[Message]:
    return [*messages, Message("assistant", answer), Message("user", "And where?")]


def chats(folder: Path) -> list[Path]:
    return sorted((folder / "chats").iterdir())


def test_only_new_tokens_are_computed_after_a_restart(start: Start) -> None:
    before = start()
    answer, first = ask(before, FIRST)
    before.close()
    _, second = ask(start(), followed_up(FIRST, answer))
    assert second.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_tokens_are_those_without_a_restart(start: Start, open_tiny: OpenTiny) -> None:
    """One token at a time, so that both compute the same batches."""
    staying, before = open_tiny(batch_tokens=1), start(batch_tokens=1)
    messages = FIRST
    for turn in range(4):
        answer, usage = ask(before, messages)
        expected, stayed = ask(staying, messages)
        assert (answer, usage.computed_tokens) == (expected, stayed.computed_tokens), turn
        before.close()
        before, messages = start(batch_tokens=1), followed_up(messages, answer)


def test_every_chat_survives(start: Start) -> None:
    before = start()
    answers = [ask(before, messages)[0] for messages in (FIRST, OTHER)]
    before.close()
    after = start()
    for messages, answer in zip((FIRST, OTHER), answers, strict=True):
        _, usage = ask(after, followed_up(messages, answer))
        assert usage.reused_tokens > after.count_prompt_tokens(messages)


def test_chat_for_which_ram_has_no_room_goes_to_disk_and_comes_back(start: Start) -> None:
    engine = start()
    first, _ = ask(engine, FIRST)
    engine.close()
    one_chat = 200_000
    engine = start(parked_bytes=one_chat)
    ask(engine, FIRST)
    for number in range(6):
        ask(engine, [SYSTEM, Message("user", f"{number}: {OTHER[1].text}")])
    assert engine.memory()["kv_parked"] <= one_chat
    _, usage = ask(engine, followed_up(FIRST, first))
    assert usage.reused_tokens > engine.count_prompt_tokens(FIRST)


def test_chat_that_was_used_last_is_in_memory_before_it_is_asked_for(start: Start, tmp_path: Path) -> None:
    before = start()
    answer, _ = ask(before, FIRST)
    ask(before, OTHER)
    before.close()
    newest = next(path for path in chats(tmp_path) if FIRST[1].text.encode() in path.read_bytes())
    for path in chats(tmp_path):
        os.utime(path, (0, 1 if path == newest else 0))
    after = start()
    while newest.stat().st_mtime == 1:  # a chat that is brought back counts as used
        time.sleep(0.001)
    for path in chats(tmp_path):
        path.unlink()
    text, usage = ask(after, FIRST)
    assert (text, usage.computed_tokens) == (answer, 1)
    assert ask(after, OTHER)[1].computed_tokens > 1


def test_memory_has_no_room_for_a_chat_that_is_larger_than_its_budget(start: Start) -> None:
    before = start()
    ask(before, FIRST)
    before.close()
    after = start(parked_bytes=4096)
    assert ask(after, FIRST)[1].computed_tokens == 1
    assert after.memory()["kv_parked"] == 0


def test_chat_that_is_being_loaded_is_deleted_too(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.0)
    before = start()
    ask(before, FIRST)
    before.close()
    after = start()
    after.forget(FIRST[1:])
    assert ask(after, FIRST)[1].reused_tokens == 0
    assert not chats(tmp_path)


@pytest.mark.parametrize("spoil", [lambda data: data[: len(data) // 2], lambda data: data[:-1] + bytes([data[-1] ^ 1])])
def test_damaged_chat_is_computed_again(start: Start, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    before = start(batch_tokens=1)
    answer, first = ask(before, FIRST)
    before.close()
    (path,) = chats(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    text, usage = ask(start(batch_tokens=1), FIRST)
    assert (text, usage.computed_tokens) == (answer, first.computed_tokens)
    assert not path.exists()


def test_state_that_the_library_refuses_is_deleted_and_computed_again(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = start()
    answer, first = ask(before, FIRST)
    before.close()
    monkeypatch.setattr(llama_library().api, "llama_state_seq_set_data", lambda *_: 0)
    after = start()
    text, usage = ask(after, FIRST)
    assert (text, usage.computed_tokens) == (answer, first.computed_tokens)
    assert not chats(tmp_path)


def test_another_model_does_not_load_the_chat(start: Start, tmp_path: Path) -> None:
    before = start()
    ask(before, FIRST)
    before.close()
    _, usage = ask(start(write_tiny_gguf(tmp_path / "other.gguf", seed=1)), FIRST)
    assert usage.reused_tokens == 0


def test_replaced_model_file_does_not_load_the_chat(start: Start, tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "model.gguf", seed=2)
    before = start(model)
    ask(before, FIRST)
    before.close()
    changed = model.stat()
    write_tiny_gguf(model, seed=3)
    os.utime(model, ns=(changed.st_atime_ns, changed.st_mtime_ns))
    assert model.stat().st_size == changed.st_size
    _, usage = ask(start(model), FIRST)
    assert usage.reused_tokens == 0


def test_smaller_window_leaves_a_longer_chat_on_disk(start: Start, tmp_path: Path) -> None:
    before = start(context_tokens=2048)
    long = [SYSTEM, Message("user", "The" + " the" * 800)]
    answer, _ = ask(before, long)
    before.close()
    after = start(context_tokens=128)
    _, usage = ask(after, [SYSTEM, Message("user", "The" + " the" * 8)])
    assert usage.reused_tokens == 0
    after.close()
    _, usage = ask(start(context_tokens=2048), followed_up(long, answer))
    assert usage.reused_tokens > 800


def test_larger_window_takes_it_up(start: Start) -> None:
    before = start(context_tokens=512)
    answer, first = ask(before, FIRST)
    before.close()
    _, usage = ask(start(context_tokens=2048), followed_up(FIRST, answer))
    assert usage.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_chats_are_written_when_nobody_asked_for_a_while(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_AWAY_SECONDS", 0.01)
    engine = start()
    answer, _ = ask(engine, FIRST)
    while [path.suffix for path in chats(tmp_path)] != [".chat"]:
        time.sleep(0.01)
    _, usage = ask(start(), followed_up(FIRST, answer))
    assert usage.reused_tokens > engine.count_prompt_tokens(FIRST)


def test_deleted_chat_is_gone_from_memory_and_disk_and_others_stay(start: Start, tmp_path: Path) -> None:
    engine = start()
    for messages in (FIRST, OTHER):
        ask(engine, messages)
    engine.close()
    engine = start()
    for messages in (FIRST, OTHER):
        ask(engine, messages)
    engine.forget(FIRST[1:])
    engine.close()
    (path,) = chats(tmp_path)
    assert OTHER[1].text.encode() in path.read_bytes()
    engine = start()
    assert ask(engine, OTHER)[1].computed_tokens == 1
    assert ask(engine, FIRST)[1].reused_tokens < engine.count_prompt_tokens([SYSTEM])


def test_chat_that_is_deleted_while_it_is_answered_goes_with_its_answer(start: Start, tmp_path: Path) -> None:
    engine = start()
    pieces = iter(engine.reply(FIRST, Sampling(temperature=0, max_tokens=500)))
    next(pieces)
    engine.forget(FIRST[1:])
    assert list(pieces)
    engine.close()
    assert not chats(tmp_path)


def test_partly_computed_question_is_deleted_too(start: Start, tmp_path: Path) -> None:
    engine = start(batch_tokens=1)
    long = [SYSTEM, Message("user", "The" + " the" * 1_500)]
    reply = engine.reply(long, SHORT)
    reader = threading.Thread(target=list, args=(reply,))
    reader.start()
    while not reply.usage.prompt_tokens:
        time.sleep(0.001)
    time.sleep(0.02)
    reply.stop()
    reader.join()
    assert 0 < reply.usage.prompt_tokens < 1_500
    engine.forget(long[1:])
    engine.close()
    assert not chats(tmp_path)


def test_closed_engine_deletes_on_disk(start: Start, tmp_path: Path) -> None:
    engine = start()
    ask(engine, FIRST)
    engine.close()
    assert chats(tmp_path)
    engine.forget(FIRST[1:])
    assert not chats(tmp_path)


def test_helper_calls_are_never_written(start: Start, tmp_path: Path) -> None:
    engine = start()
    list(engine.reply(OTHER, SHORT, keep=False))
    engine.close()
    assert not chats(tmp_path)


def test_answer_that_closing_cut_short_goes_on_after_it(start: Start) -> None:
    before = start()
    reply = before.reply(FIRST, Sampling(temperature=0, max_tokens=500))
    pieces = iter(reply)
    begun = "".join(next(pieces).text for _ in range(5))
    before.close()
    _, usage = ask(start(), followed_up(FIRST, begun))
    assert usage.reused_tokens > reply.usage.prompt_tokens


def test_without_a_folder_nothing_is_written(open_tiny: OpenTiny, tmp_path: Path) -> None:
    engine = open_tiny()
    ask(engine, FIRST)
    engine.close()
    assert not list(tmp_path.iterdir())
