"""Requests share the thread that computes: many at once, each may be stopped, abandoned, or closed under."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from engines.engine_settings import LlamaSettings
from engines.errors import EngineBusy
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Reply, Sampling, Usage
from tests.engines.conftest import OpenTiny
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
FIRST = [Message("system", "You answer from the sources."), Message("user", "What is in the garden?")]
SHORT = Sampling(temperature=0, max_tokens=12)
ENDLESS = Sampling(temperature=0, max_tokens=7_000)


def ask(engine: LlamaEngine, messages: Sequence[Message], sampling: Sampling = SHORT) -> tuple[str, Usage]:
    reply = engine.reply(messages, sampling)
    return "".join(piece.text for piece in reply), reply.usage


def read_by_a_thread(reply: Reply, pieces: list[str] | None = None) -> threading.Thread:
    """Reads all of it, into `pieces`."""
    texts = pieces if pieces is not None else []
    reader = threading.Thread(target=lambda: texts.extend(piece.text for piece in reply))
    reader.start()
    return reader


def wait_for_output(reply: Reply) -> None:
    while not reply.usage.output_tokens:
        time.sleep(0.001)


@pytest.fixture
def roomy(open_tiny: OpenTiny, tmp_path: Path) -> LlamaEngine:
    """An engine in whose window several endless answers fit."""
    return open_tiny(write_tiny_gguf(tmp_path / "roomy.gguf", context=32_768), context_tokens=32_768)


def test_abandoned_answer_makes_room_for_the_next(engine: LlamaEngine) -> None:
    for _ in engine.reply(FIRST, Sampling()):
        break
    text, usage = ask(engine, FIRST)
    assert text
    assert usage.computed_tokens == 1


def test_idle_worker_releases_its_compute_threads(tiny_model: Path) -> None:
    engine = LlamaEngine(tiny_model, LlamaSettings(threads=2))
    process = psutil.Process()
    before = process.num_threads()
    ask(engine, FIRST)
    until = time.monotonic() + 5.0
    while process.num_threads() > before and time.monotonic() < until:
        time.sleep(0.001)
    assert process.num_threads() <= before
    engine.close()


def test_four_answers_are_written_at_once(roomy: LlamaEngine) -> None:
    replies = [roomy.reply([Message("user", f"Question {number}")], ENDLESS) for number in range(4)]
    readers = [read_by_a_thread(reply) for reply in replies]
    for reply in replies:
        wait_for_output(reply)
    assert not any(reply.usage.output_tokens >= ENDLESS.max_tokens for reply in replies)
    for reply in replies:
        reply.stop()
    for reader in readers:
        reader.join(1.0)
        assert not reader.is_alive()


def test_answers_written_at_once_do_not_mix(reciter: LlamaEngine) -> None:
    answers: list[list[str]] = [[] for _ in range(8)]
    readers = [
        read_by_a_thread(reciter.reply([Message("user", f"Question {number}")], Sampling(temperature=0)), answer)
        for number, answer in enumerate(answers)
    ]
    for reader in readers:
        reader.join()
    assert ["".join(answer) for answer in answers] == ["Water boils at 100 °C 🙂 [1]."] * 8


def test_fifth_waits_and_can_be_stopped(roomy: LlamaEngine) -> None:
    running = [roomy.reply([Message("user", f"Question {number}")], ENDLESS) for number in range(4)]
    readers = [read_by_a_thread(reply) for reply in running]
    for reply in running:
        wait_for_output(reply)
    fifth = roomy.reply(FIRST, SHORT)
    waiting = read_by_a_thread(fifth)
    waiting.join(0.05)
    assert waiting.is_alive()
    fifth.stop()
    waiting.join(0.1)
    assert not waiting.is_alive()
    assert (fifth.finish, fifth.usage.prompt_tokens) == ("stopped", 0)
    for reply, reader in zip(running, readers, strict=True):
        reply.stop()
        reader.join()


def test_answers_without_room_in_the_window_wait_for_it(engine: LlamaEngine) -> None:
    answers: list[list[str]] = [[], []]
    fills_the_window = Sampling(temperature=0, max_tokens=1_500)
    readers = [read_by_a_thread(engine.reply(FIRST, fills_the_window), answer) for answer in answers]
    for reader in readers:
        reader.join()
    assert answers[0] == answers[1] != []


def test_line_is_bounded(roomy: LlamaEngine) -> None:
    running = [roomy.reply([Message("user", f"Question {number}")], ENDLESS) for number in range(4)]
    readers = [read_by_a_thread(reply) for reply in running]
    for reply in running:
        wait_for_output(reply)
    readers += [read_by_a_thread(roomy.reply(FIRST, SHORT)) for _ in range(16)]
    time.sleep(0.05)
    with pytest.raises(EngineBusy) as refused:
        list(roomy.reply(FIRST, SHORT))
    assert "16" in refused.value.hint
    roomy.close()
    for reader in readers:
        reader.join()


def test_stopping_one_answer_harms_no_other(open_tiny: OpenTiny, roomy: LlamaEngine) -> None:
    long = Sampling(temperature=0, max_tokens=300)
    alone, _ = ask(roomy, FIRST, long)
    for number in range(5):
        text: list[str] = []
        other = roomy.reply([Message("user", f"Question {number}")], ENDLESS)
        reader = read_by_a_thread(other)
        wait_for_output(other)
        survivor = read_by_a_thread(roomy.reply(FIRST, long), text)
        time.sleep(0.003 * number)
        other.stop()
        reader.join()
        survivor.join()
        assert "".join(text) == alone


def test_stopped_reading_harms_no_other(roomy: LlamaEngine) -> None:
    writing = roomy.reply(FIRST, ENDLESS)
    text: list[str] = []
    writer = read_by_a_thread(writing, text)
    wait_for_output(writing)
    reading = roomy.reply([Message("user", "x1 " * 5_000)], SHORT)
    reader = read_by_a_thread(reading)
    while not reading.usage.prompt_tokens:
        time.sleep(0.001)
    begun = time.perf_counter()
    reading.stop()
    reader.join()
    assert time.perf_counter() - begun < 0.1
    assert 0 < reading.usage.prompt_tokens < 10_000
    written = writing.usage.output_tokens
    time.sleep(0.1)
    assert writing.usage.output_tokens > written
    writing.stop()
    writer.join()


def test_question_interrupts_a_prefill_and_reuses_its_tokens(roomy: LlamaEngine) -> None:
    passages = "x1 " * 5_000
    ahead = roomy.prefill([Message("user", passages)])
    reader = read_by_a_thread(ahead)
    while not ahead.usage.prompt_tokens:
        time.sleep(0.001)
    time.sleep(0.1)
    _, usage = ask(roomy, [Message("user", passages[:2_000])])
    reader.join(0.1)
    assert not reader.is_alive()
    assert (ahead.finish, ahead.usage.output_tokens) == ("stopped", 0)
    assert usage.reused_tokens > 100


def test_reading_ahead_waits_for_answers(roomy: LlamaEngine) -> None:
    answer = roomy.reply(FIRST, ENDLESS)
    writer = read_by_a_thread(answer)
    wait_for_output(answer)
    ahead = roomy.prefill([Message("user", "What else?")])
    reader = read_by_a_thread(ahead)
    reader.join(0.05)
    assert reader.is_alive()
    assert ahead.usage.prompt_tokens == 0
    answer.stop()
    writer.join()
    reader.join(1.0)
    assert ahead.usage.prompt_tokens > 0


def test_question_ends_reading_ahead_that_still_waits(roomy: LlamaEngine) -> None:
    answer = roomy.reply(FIRST, ENDLESS)
    writer = read_by_a_thread(answer)
    wait_for_output(answer)
    ahead = roomy.prefill([Message("user", "What else?")])
    reader = read_by_a_thread(ahead)
    reader.join(0.05)
    ask(roomy, [Message("user", "Now?")])
    reader.join(0.1)
    assert not reader.is_alive()
    assert (ahead.finish, ahead.usage.prompt_tokens) == ("stopped", 0)
    answer.stop()
    writer.join()


def test_nothing_computes_while_nothing_is_asked(engine: LlamaEngine) -> None:
    ask(engine, FIRST)
    time.sleep(0.4)  # chats are copied once
    begun = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - begun < 0.05


def test_slow_reader_delays_no_other_answer(engine: LlamaEngine) -> None:
    slow = iter(engine.reply(FIRST, SHORT))
    next(slow)
    assert ask(engine, [Message("user", "Why?")])[1].output_tokens == SHORT.max_tokens
    assert len(list(slow)) > 1


def test_closing_ends_a_running_reply(engine: LlamaEngine) -> None:
    reply = engine.reply(FIRST, Sampling(max_tokens=1000))
    pieces = iter(reply)
    next(pieces)
    engine.close()
    assert len(list(pieces)) < 1000
    assert reply.finish == "stopped"


def test_closing_while_another_thread_computes(engine: LlamaEngine) -> None:
    reply = engine.reply(FIRST, Sampling(max_tokens=1900))
    running = threading.Thread(target=list, args=(reply,))
    running.start()
    wait_for_output(reply)
    engine.close()
    running.join(1.0)
    assert not running.is_alive()


def test_closed_engine_refuses(engine: LlamaEngine) -> None:
    reply = engine.reply(FIRST, SHORT)
    engine.close()
    engine.close()
    assert not list(reply)
    with pytest.raises(RuntimeError, match="closed"):
        engine.count_tokens("text")
