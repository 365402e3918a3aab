"""What was read is not read again, whoever interrupts, abandons or closes."""

import threading
import time
from collections.abc import Sequence

import pytest

from engines.llama.engine import LlamaEngine
from engines.llama.library import llama_library
from engines.protocol import Message, Sampling, Usage
from tests.engines.conftest import OpenTiny

pytestmark = pytest.mark.engine
SYSTEM = Message("system", "You answer from the sources.")
FIRST = [SYSTEM, Message("user", "What is in the garden?")]
SHORT = Sampling(temperature=0, max_tokens=12)


def ask(engine: LlamaEngine, messages: Sequence[Message], sampling: Sampling = SHORT) -> tuple[str, Usage]:
    reply = engine.reply(messages, sampling)
    return "".join(piece.text for piece in reply), reply.usage


def followed_up(answer: str, question: str = "And where?") -> list[Message]:
    return [*FIRST, Message("assistant", answer), Message("user", question)]


def test_first_turn_reads_the_whole_prompt(engine: LlamaEngine) -> None:
    _, usage = ask(engine, FIRST)
    assert usage.prompt_tokens == usage.computed_tokens == engine.count_prompt_tokens(FIRST)


def test_second_turn_reads_only_its_new_tokens(reciter: LlamaEngine) -> None:
    answer, first = ask(reciter, FIRST)
    _, second = ask(reciter, followed_up(answer))
    end_of_turn_and_newline = 2
    new = end_of_turn_and_newline + reciter.count_prompt_tokens([Message("user", "And where?")])
    assert second.reused_tokens == first.prompt_tokens + first.output_tokens
    assert second.computed_tokens == new


def test_answer_cut_at_max_tokens_reads_its_last_token_with_the_next_turn(engine: LlamaEngine) -> None:
    answer, first = ask(engine, FIRST)
    _, second = ask(engine, followed_up(answer))
    assert second.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_every_later_turn_reads_only_its_new_tokens(reciter: LlamaEngine) -> None:
    messages = list(FIRST)
    costs = []
    for _ in range(4):
        answer, usage = ask(reciter, messages)
        costs.append(usage.computed_tokens)
        messages += [Message("assistant", answer), Message("user", "And where?")]
    assert costs[1] == costs[2] == costs[3] < costs[0]


def test_reuse_changes_no_token(open_tiny: OpenTiny) -> None:
    """Read one token at a time, so that both engines compute the same batches, of the same tokens."""
    for number in range(20):
        used, fresh = open_tiny(batch_tokens=1), open_tiny(batch_tokens=1)
        answer, _ = ask(used, [SYSTEM, Message("user", f"Question {number}?")])
        messages = [
            SYSTEM,
            Message("user", f"Question {number}?"),
            Message("assistant", answer),
            Message("user", "So?"),
        ]
        text, usage = ask(used, messages)
        assert usage.reused_tokens > 0
        if usage.prompt_tokens == fresh.count_prompt_tokens(messages):
            assert text == ask(fresh, messages)[0]
            return
    pytest.fail("no answer was written in the tokens that the tokenizer would choose")


def test_trimmed_answer_is_still_reused(reciter: LlamaEngine) -> None:
    answer, first = ask(reciter, FIRST)
    _, second = ask(reciter, followed_up(answer.removesuffix(" [1].")))
    assert second.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_changed_history_keeps_what_comes_before_the_change(engine: LlamaEngine) -> None:
    ask(engine, FIRST)
    _, usage = ask(engine, [SYSTEM, Message("user", "Other question")])
    generation_prompt = 1 + engine.count_tokens("assistant\n")
    until_question = engine.count_prompt_tokens([SYSTEM]) - generation_prompt + 1 + engine.count_tokens("user\n")
    assert usage.reused_tokens == until_question


def test_asking_again_reads_one_token(engine: LlamaEngine) -> None:
    ask(engine, FIRST)
    assert ask(engine, FIRST)[1].computed_tokens == 1


def test_memory_that_cannot_roll_back_is_read_again(engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    text, first = ask(engine, FIRST)
    monkeypatch.setattr(llama_library().api, "llama_memory_seq_rm", lambda *_: False)
    again, second = ask(engine, FIRST)
    assert again == text
    assert (second.prompt_tokens, second.reused_tokens) == (first.prompt_tokens, 0)


def test_abandoned_answer_makes_room_for_the_next(engine: LlamaEngine) -> None:
    for _ in engine.reply(FIRST, Sampling()):
        break
    text, usage = ask(engine, FIRST)
    assert text
    assert usage.computed_tokens == 1


def test_second_reply_waits_for_the_first(engine: LlamaEngine) -> None:
    first = iter(engine.reply(FIRST, SHORT))
    next(first)
    second = engine.reply(FIRST, SHORT)
    answer: list[object] = []
    waiting = threading.Thread(target=lambda: answer.extend(second))
    waiting.start()
    time.sleep(0.1)
    assert not answer
    list(first)
    waiting.join()
    assert answer


def test_waiting_reply_can_be_stopped(engine: LlamaEngine) -> None:
    first = iter(engine.reply(FIRST, SHORT))
    next(first)
    second = engine.reply(FIRST, SHORT)
    waiting = threading.Thread(target=list, args=(second,))
    waiting.start()
    second.stop()
    waiting.join(0.1)
    assert not waiting.is_alive()
    assert len(list(first)) > 1


def test_closing_ends_a_running_reply(engine: LlamaEngine) -> None:
    reply = engine.reply(FIRST, Sampling(max_tokens=1000))
    pieces = iter(reply)
    next(pieces)
    engine.close()
    assert not list(pieces)
    assert reply.finish == "stopped"


def test_closing_while_another_thread_computes(engine: LlamaEngine) -> None:
    reply = engine.reply(FIRST, Sampling(max_tokens=1900))
    running = threading.Thread(target=list, args=(reply,))
    running.start()
    while not reply.usage.output_tokens:
        time.sleep(0.001)
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
