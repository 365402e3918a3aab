"""The death of an engine's process ends an answer with a message, and nothing else."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.errors import EngineDied, PromptTooLong
from engines.process.engine_child import ChildLimits
from engines.process.engine_process import EngineProcess
from engines.protocol import Message, Sampling
from tests.engines.listener import listening
from tests.engines.process.conftest import OpenProcess, Sabotage

pytestmark = [pytest.mark.engine, pytest.mark.logs("process ended with")]
ASKED = [Message("user", "What is in the garden, and who keeps it in the winter months, and for whom, and why?")]
SHORT = Sampling(temperature=0, max_tokens=12)
ENDLESS = Sampling(temperature=0, max_tokens=1_000_000)
LONG = [Message("user", "x1 " * 600)]
TOLD_SECONDS = 2.0
IMPATIENT = ChildLimits(silence=1.0, still=1.2, opening=3.0, tick=0.1)


def ask(engine: EngineProcess) -> str:
    return "".join(piece.text for piece in engine.reply(ASKED, SHORT))


def kill(engine: EngineProcess, by: signal.Signals = signal.SIGKILL) -> None:
    os.kill(engine.pid, by)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
@pytest.mark.parametrize("phase", ["decode", "prefill"])
def test_death_is_told_at_once_and_the_model_is_opened_once_more(
    open_process: OpenProcess, by: signal.Signals, phase: str
) -> None:
    engine = open_process()
    expected = ask(engine)
    reply = engine.reply(ASKED, ENDLESS) if phase == "decode" else engine.prefill(LONG)
    with listening(reply) as listener:
        listener.wait(lambda: phase == "prefill" or reply.usage.output_tokens > 0)
        assert listener.seconds_to_end(lambda: kill(engine, by)) < TOLD_SECONDS
    assert isinstance(listener.error, EngineDied)
    assert listener.error.restarts and "ask again" in listener.error.hint
    assert ask(engine) == expected
    assert engine.memory()["weights"] > 0


def test_death_while_idle_is_not_noticed(open_process: OpenProcess) -> None:
    engine = open_process()
    expected = ask(engine)
    pid = engine.pid
    kill(engine)
    _wait_for_death(engine)
    assert ask(engine) == expected
    assert engine.pid != pid


def test_second_death_in_a_row_is_the_last(open_process: OpenProcess) -> None:
    engine = open_process()
    for hint in ("ask again", "Choose the model again"):
        pieces = iter(engine.reply(ASKED, ENDLESS))
        next(pieces)
        kill(engine)
        with pytest.raises(EngineDied, match="stopped unexpectedly") as died:
            list(pieces)
        assert hint in died.value.hint
    for use in (
        lambda: ask(engine),
        lambda: list(engine.prefill(ASKED)),
        lambda: engine.count_tokens("a word"),
        lambda: engine.count_prompt_tokens(ASKED),
    ):
        with pytest.raises(EngineDied, match="stopped unexpectedly"):
            use()
    engine.forget(ASKED)
    assert set(engine.memory().values()) <= {0}


def test_answer_in_between_allows_another_death(open_process: OpenProcess) -> None:
    engine = open_process()
    for _ in range(3):
        pieces = iter(engine.reply(ASKED, ENDLESS))
        next(pieces)
        kill(engine)
        with pytest.raises(EngineDied) as died:
            list(pieces)
        assert died.value.restarts
        assert ask(engine)


def test_bug_in_the_code_that_computes_restarts_it_with_its_chats(
    open_process: OpenProcess, sabotage: Sabotage, tmp_path: Path
) -> None:
    sabotage(
        "from engines.llama.answer import Answer\n"
        "advance, left = Answer.advance, [30]\n"
        "def mistaken(answer, computed, last):\n"
        "    left[0] -= 1\n"
        "    return advance(answer, computed, last) if left[0] else 1 / 0\n"
        "Answer.advance = mistaken"
    )
    engine = open_process(snapshot_folder=tmp_path / "chats")
    assert ask(engine)
    with pytest.raises(EngineDied, match="stopped unexpectedly") as died:
        list(engine.reply([Message("user", "Something else, which takes long?")], ENDLESS))
    assert died.value.restarts
    reply = engine.reply(ASKED, SHORT)
    list(reply)
    assert reply.usage.computed_tokens == 1


def test_process_that_hangs_is_ended_and_nobody_else_waits(open_process: OpenProcess) -> None:
    engine = open_process(limits=IMPATIENT)
    assert ask(engine)
    with Ticker() as longest, listening(engine.reply(ASKED, ENDLESS)) as listener:
        listener.wait(lambda: bool(listener.pieces))
        assert listener.seconds_to_end(lambda: kill(engine, signal.SIGSTOP)) < TOLD_SECONDS
    assert isinstance(listener.error, EngineDied)
    assert longest() < 0.2
    assert ask(engine)


def test_computation_that_stands_still_is_ended(open_process: OpenProcess, sabotage: Sabotage) -> None:
    sabotage(
        "import time\nfrom engines.llama.context import LlamaContext\n"
        "LlamaContext.decode = lambda context, slices: time.sleep(60)"
    )
    engine = open_process(limits=IMPATIENT)
    begun = time.monotonic()
    with pytest.raises(EngineDied):
        ask(engine)
    assert time.monotonic() - begun < TOLD_SECONDS


def test_stop_ends_the_stream_of_a_process_that_hangs(open_process: OpenProcess) -> None:
    engine = open_process()
    reply = engine.reply(ASKED, ENDLESS)
    with listening(reply) as listener:
        listener.wait(lambda: bool(listener.pieces))
        kill(engine, signal.SIGSTOP)
        assert listener.seconds_to_end(reply.stop) < TOLD_SECONDS
    assert listener.error is None
    assert reply.finish == "stopped"


@pytest.mark.parametrize(
    "garbage",
    [
        'b"\\xff" * 100',
        'b"\\0\\0\\0\\2[]"',
        'b"\\0\\0\\0\\4null"',
        'b"\\0\\0\\x80\\0" + b"[" * 0x8000',
        'b"\\0\\0\\0\\x12" + b\'["Text", {"id": 1}]\'[:18]',
        'b"\\0\\0\\0\\x1b" + b\'["Value",{"id":1,"value":""}]\'[:27]',
        'b""',
    ],
)
def test_garbage_on_the_pipe_is_a_death(open_process: OpenProcess, sabotage: Sabotage, garbage: str) -> None:
    sabotage(
        "import os\nfrom engines.process import engine_host as serving\nwrite = serving.write_frame\n"
        "def broken(stream, payload):\n"
        "    if not payload.startswith(b'[\"Text'):\n"
        "        return write(stream, payload)\n"
        f"    stream.write({garbage})\n"
        "    stream.flush()\n"
        "    os.dup2(2, stream.fileno())\n"
        "serving.write_frame = broken"
    )
    engine = open_process()
    with pytest.raises(EngineDied):
        ask(engine)


def test_prompts_are_refused_with_their_numbers(open_process: OpenProcess) -> None:
    engine = open_process()
    with pytest.raises(PromptTooLong) as refused:
        engine.reply([Message("user", "word " * 20_000)], SHORT)
    assert refused.value.prompt_tokens > refused.value.context_tokens == engine.context_tokens


def test_counting_and_memory_do_not_wait_for_an_answer(open_process: OpenProcess) -> None:
    engine = open_process()
    with listening(engine.prefill(LONG)):
        begun = time.perf_counter()
        assert engine.count_tokens("a word that was not counted before")
        assert engine.count_prompt_tokens(ASKED)
        assert engine.memory()["kv"]
        assert time.perf_counter() - begun < 0.2


def test_reply_that_is_never_read_is_dropped(open_process: OpenProcess) -> None:
    engine = open_process()
    for _ in range(50):
        engine.reply(ASKED, SHORT)
    assert ask(engine)


class Ticker:
    """A thread that should run every 10 ms; entering gives its longest pause in seconds."""

    def __enter__(self) -> Callable[[], float]:
        self._longest, self._ended = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._tick)
        self._thread.start()
        return lambda: self._longest

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _tick(self) -> None:
        before = time.perf_counter()
        while not self._ended.wait(0.01):
            now = time.perf_counter()
            self._longest, before = max(self._longest, now - before), now


def _wait_for_death(engine: EngineProcess) -> None:
    while any(engine.memory().values()):
        time.sleep(0.01)


def test_process_that_hangs_is_closed_in_spite_of_that(open_process: OpenProcess) -> None:
    engine = open_process(limits=IMPATIENT)
    assert ask(engine)
    kill(engine, signal.SIGSTOP)
    begun = time.monotonic()
    engine.close()
    assert time.monotonic() - begun < TOLD_SECONDS
