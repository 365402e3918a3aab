"""A model whose memory cannot be rolled back goes on from copies of it, made where chats branch."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling, Usage
from tests.engines.conftest import OpenTiny
from tests.models.tiny_mamba import write_tiny_mamba

pytestmark = pytest.mark.engine
GREEDY = Sampling(temperature=0, max_tokens=20)


@pytest.fixture
def mamba(tmp_path: Path) -> Path:
    return write_tiny_mamba(tmp_path / "mamba.gguf")


def ask(engine: LlamaEngine, messages: Sequence[Message]) -> tuple[str, Usage]:
    reply = engine.reply(messages, GREEDY)
    return "".join(piece.text for piece in reply), reply.usage


def chat(persona: str, question: str) -> list[Message]:
    return [Message("system", f"{persona} {'says what is in the notes, ' * 4}"), Message("user", question)]


def test_next_turn_computes_only_new_tokens(open_tiny: OpenTiny, mamba: Path) -> None:
    engine = open_tiny(mamba)
    answer, first = ask(engine, chat("Ada", "Where?"))
    _, second = ask(engine, [*chat("Ada", "Where?"), Message("assistant", answer), Message("user", "Why?")])
    assert second.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_asking_again_reads_one_token_and_answers_alike(open_tiny: OpenTiny, mamba: Path) -> None:
    engine = open_tiny(mamba)
    messages = chat("Ada", "Where?")
    for question in ("Where?", "Why?", "When?"):
        answer, _ = ask(engine, messages)
        again, usage = ask(engine, messages)
        assert (again, usage.computed_tokens) == (answer, 1)
        messages += [Message("assistant", answer), Message("user", question)]


def test_changed_question_keeps_the_chat_before_it(open_tiny: OpenTiny, mamba: Path) -> None:
    engine = open_tiny(mamba)
    answer, first = ask(engine, chat("Ada", "Where?"))
    history = [*chat("Ada", "Where?"), Message("assistant", answer)]
    ask(engine, [*history, Message("user", "Why?")])
    _, usage = ask(engine, [*history, Message("user", "Because of what?")])
    assert usage.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_persona_is_computed_once(open_tiny: OpenTiny, mamba: Path) -> None:
    engine = open_tiny(mamba)
    ask(engine, chat("Ada", "Where?"))
    ask(engine, chat("Bob", "Where?"))
    _, usage = ask(engine, chat("Ada", "Another question?"))
    assert usage.reused_tokens > 100


def test_reuse_changes_no_token(open_tiny: OpenTiny, mamba: Path) -> None:
    """Read one token at a time, so that both engines compute the same batches."""
    used = open_tiny(mamba, batch_tokens=1)
    answer, _ = ask(used, chat("Ada", "Where?"))
    ask(used, chat("Bob", "Where?"))
    messages = [*chat("Ada", "Where?"), Message("assistant", answer), Message("user", "Why?")]
    text, usage = ask(used, messages)
    assert usage.reused_tokens > 0
    assert text == ask(open_tiny(mamba, batch_tokens=1), messages)[0]


def test_prefill_and_answer_alternate(open_tiny: OpenTiny, mamba: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[list[int]] = []
    decode = LlamaContext.decode

    def recorded(context: LlamaContext, slices: Sequence[BatchSlice]) -> bool:
        batches.append([len(one.tokens) for one in slices])
        return decode(context, slices)

    monkeypatch.setattr(LlamaContext, "decode", recorded)
    engine = open_tiny(mamba)
    writing = engine.reply([Message("user", "Where?")], Sampling(max_tokens=1_000))
    writer = threading.Thread(target=list, args=(writing,))
    writer.start()
    while not writing.usage.output_tokens:
        time.sleep(0.001)
    began = len(batches)
    ask(engine, [Message("user", "Why? " * 200)])
    writing.stop()
    writer.join()
    chunks = [place for place, batch in enumerate(batches) if place >= began and batch == [64]]
    assert len(chunks) > 10
    assert [batches[place + 1] for place in chunks[:-1]] == [[1]] * (len(chunks) - 1)


def test_stopping_one_answer_harms_no_other(open_tiny: OpenTiny, mamba: Path) -> None:
    engine = open_tiny(mamba)
    expected, _ = ask(engine, chat("Ada", "Where?"))
    stopped = engine.reply(chat("Bob", "Where?"), Sampling(max_tokens=1_000))
    running = threading.Thread(target=list, args=(stopped,))
    running.start()
    while not stopped.usage.output_tokens:
        pass
    answers = []
    other = threading.Thread(target=lambda: answers.append(ask(engine, chat("Ada", "Where?"))[0]))
    other.start()
    stopped.stop()
    running.join()
    other.join()
    assert answers == [expected]
