"""A reply streams whole characters, ends for the right reason, counts exactly, and stops at once."""

import threading
import time
from pathlib import Path

import pytest

from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Reply, Sampling
from tests.engines.conftest import OpenTiny
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
QUESTION = [Message("user", "At what temperature does water boil?")]
GREEDY = Sampling(temperature=0)
LONG = Sampling(temperature=0, max_tokens=100_000)


def text_of(reply: Reply) -> str:
    return "".join(piece.text for piece in reply)


def seconds_to_stop(reply: Reply, running: threading.Thread) -> float:
    begun = time.perf_counter()
    reply.stop()
    running.join()
    return time.perf_counter() - begun


def test_pieces_make_up_the_answer_and_its_tokens(reciter: LlamaEngine) -> None:
    reply = reciter.reply(QUESTION, GREEDY)
    pieces = list(reply)
    assert [piece.text for piece in pieces] == ["Water", " boils", " at", " 100", " °C", " 🙂", " [1]."]
    assert sum(piece.tokens for piece in pieces) == reply.usage.output_tokens == 7
    assert reply.finish == "end"


def test_characters_are_never_split(open_tiny: OpenTiny, tmp_path: Path) -> None:
    says = [b"\xf0\x9f", b"\x99", b"\x82 \xe4", b"\xbd\xa0", b"!"]
    engine = open_tiny(write_tiny_gguf(tmp_path / "bytes.gguf", says=says))
    pieces = list(engine.reply(QUESTION, GREEDY))
    assert [(piece.text, piece.tokens) for piece in pieces] == [("🙂 ", 3), ("你", 1), ("!", 1)]


def test_bytes_that_are_no_text_do_not_break_the_stream(open_tiny: OpenTiny, tmp_path: Path) -> None:
    engine = open_tiny(write_tiny_gguf(tmp_path / "bytes.gguf", says=[b"\xff", b"\xbd\xa0", b"a", b"\xe4"]))
    assert text_of(engine.reply(QUESTION, GREEDY)) == "\ufffd\ufffd\ufffda"


def test_greedy_answers_are_equal(open_tiny: OpenTiny) -> None:
    sampling = Sampling(temperature=0, max_tokens=50)
    assert text_of(open_tiny().reply(QUESTION, sampling)) == text_of(open_tiny().reply(QUESTION, sampling))


def test_seed_makes_an_answer_reproducible(open_tiny: OpenTiny) -> None:
    def answer(seed: int) -> str:
        return text_of(open_tiny().reply(QUESTION, Sampling(temperature=1, seed=seed, max_tokens=50)))

    assert answer(5) == answer(5) != answer(6)


def test_without_a_seed_answers_differ(open_tiny: OpenTiny) -> None:
    sampling = Sampling(temperature=1, max_tokens=50)
    assert text_of(open_tiny().reply(QUESTION, sampling)) != text_of(open_tiny().reply(QUESTION, sampling))


def test_repeat_penalty_changes_what_is_written(open_tiny: OpenTiny) -> None:
    plain = text_of(open_tiny().reply(QUESTION, Sampling(temperature=0, max_tokens=100)))
    penalised = Sampling(temperature=0, max_tokens=100, repeat_penalty=5.0)
    assert text_of(open_tiny().reply(QUESTION, penalised)) != plain


def test_stop_string_over_two_tokens_is_not_shown(reciter: LlamaEngine) -> None:
    reply = reciter.reply(QUESTION, Sampling(temperature=0, stop=("never", "at 100")))
    assert text_of(reply) == "Water boils "
    assert reply.finish == "end"


def test_beginning_of_a_stop_string_is_shown_if_the_answer_ends_there(reciter: LlamaEngine) -> None:
    assert text_of(reciter.reply(QUESTION, Sampling(temperature=0, stop=("[1].]",)))).endswith("[1].")


def test_max_tokens_ends_for_length(engine: LlamaEngine) -> None:
    reply = engine.reply(QUESTION, Sampling(max_tokens=5))
    list(reply)
    assert (reply.finish, reply.usage.output_tokens) == ("length", 5)


def test_full_window_ends_for_length(open_tiny: OpenTiny) -> None:
    engine = open_tiny(context_tokens=100)
    reply = engine.reply(QUESTION, LONG)
    list(reply)
    assert reply.finish == "length"
    assert reply.usage.prompt_tokens + reply.usage.output_tokens == engine.context_tokens == 100


def test_usage_times_what_was_done(engine: LlamaEngine) -> None:
    reply = engine.reply(QUESTION, Sampling(max_tokens=50))
    list(reply)
    usage = reply.usage
    assert 0 < usage.prefill_seconds <= usage.first_token_seconds
    assert usage.decode_tokens_per_second > 0


def test_slow_reader_is_not_taken_for_a_slow_engine(open_tiny: OpenTiny) -> None:
    reply = open_tiny().reply(QUESTION, Sampling(max_tokens=5))
    for _ in reply:
        time.sleep(0.1)
    assert reply.usage.decode_seconds < 0.2


def test_answer_is_streamed_once(engine: LlamaEngine) -> None:
    reply = engine.reply(QUESTION, Sampling(max_tokens=5))
    assert list(reply)
    assert not list(reply)


def test_stop_ends_a_running_answer(open_tiny: OpenTiny, tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "endless.gguf", context=32_768)
    engine = open_tiny(model, context_tokens=32_768)
    reply = engine.reply(QUESTION, LONG)
    running = threading.Thread(target=list, args=(reply,))
    running.start()
    while reply.usage.output_tokens < 20:
        time.sleep(0.001)
    assert seconds_to_stop(reply, running) < 0.1
    assert reply.finish == "stopped"
    assert reply.usage.output_tokens < 32_000


def test_stop_interrupts_a_prompt_and_keeps_its_computed_tokens(open_tiny: OpenTiny, tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "long.gguf", context=32_768)
    engine = open_tiny(model, context_tokens=32_768)
    messages = [Message("user", "x1 " * 1_500)]
    reply = engine.reply(messages, GREEDY)
    running = threading.Thread(target=list, args=(reply,))
    running.start()
    while not reply.usage.prompt_tokens:
        time.sleep(0.001)
    time.sleep(0.03)
    assert seconds_to_stop(reply, running) < 0.1
    assert (reply.finish, reply.usage.output_tokens) == ("stopped", 0)
    again = engine.reply(messages, Sampling(temperature=0, max_tokens=10))
    fresh = open_tiny(model, context_tokens=32_768).reply(messages, Sampling(temperature=0, max_tokens=10))
    assert text_of(again) == text_of(fresh)
    assert 0 < again.usage.reused_tokens < again.usage.prompt_tokens


def test_stop_before_the_first_piece(engine: LlamaEngine) -> None:
    reply = engine.reply(QUESTION, GREEDY)
    reply.stop()
    reply.stop()
    assert not list(reply)
    assert reply.finish == "stopped"


def test_stopping_a_finished_reply_does_not_touch_the_next(engine: LlamaEngine) -> None:
    first, second = (engine.reply(QUESTION, Sampling(max_tokens=5)) for _ in range(2))
    list(first)
    for piece in second:
        assert piece.text
        first.stop()
    assert second.finish == "length"
