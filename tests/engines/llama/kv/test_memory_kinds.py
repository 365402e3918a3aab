"""Models that cannot take back what they read, or not all of it, write what an engine that knew nothing would write.

Every answer is compared with that of a fresh engine; both read one token at a time, so that they compute equal batches.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engines.llama import worker
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling, Usage
from tests.engines.conftest import OpenTiny
from tests.models.tiny_mamba import write_tiny_mamba
from tests.models.tiny_memory_kinds import write_tiny_hybrid, write_tiny_window

pytestmark = pytest.mark.engine
SYSTEM = Message("system", "Ada says what is in the notes, and nothing else, whatever she is asked.")
FIRST = [SYSTEM, Message("user", "Where is the garden of the house?")]
OTHER = [Message("system", "Bob speaks of tea."), Message("user", "Green tea?")]
GREEDY = Sampling(temperature=0, max_tokens=40)  # longer than the sliding window of 16
KINDS = {"window": write_tiny_window, "hybrid": write_tiny_hybrid, "recurrent": write_tiny_mamba}


@pytest.fixture(scope="module", params=KINDS)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return KINDS[request.param](tmp_path_factory.mktemp("models") / f"{request.param}.gguf")


@pytest.fixture
def start(model: Path, open_tiny: OpenTiny) -> Callable[..., LlamaEngine]:
    def start_one(snapshot_folder: Path | None = None) -> LlamaEngine:
        return open_tiny(model, batch_tokens=1, drafting=False, snapshot_folder=snapshot_folder)

    return start_one


@pytest.fixture
def engine(start: Callable[..., LlamaEngine]) -> LlamaEngine:
    return start()


Check = Callable[..., tuple[str, Usage]]


@pytest.fixture
def check(engine: LlamaEngine, start: Callable[..., LlamaEngine]) -> Check:
    """Asks, and compares the answer with a fresh engine's."""

    def ask_both(messages: Sequence[Message], asked: LlamaEngine = engine) -> tuple[str, Usage]:
        answer, usage = ask(asked, messages)
        fresh = start()
        expected, read = ask(fresh, messages)
        fresh.close()
        assert usage.prompt_tokens == read.prompt_tokens == read.computed_tokens
        assert answer == expected
        return answer, usage

    return ask_both


def ask(engine: LlamaEngine, messages: Sequence[Message]) -> tuple[str, Usage]:
    reply = engine.reply(messages, GREEDY)
    return "".join(piece.text for piece in reply), reply.usage


def followed_up(answer: str, question: str = "Why?") -> list[Message]:
    return [*FIRST, Message("assistant", answer), Message("user", question)]


def persona_tokens(engine: LlamaEngine) -> int:
    """Tokens of the system message, up to where the next begins."""
    return engine.count_prompt_tokens([SYSTEM]) - engine.count_tokens("assistant\n") - 1


def answered(usage: Usage) -> int:
    """Tokens in memory after an answer: its last one was not computed."""
    return usage.prompt_tokens + usage.output_tokens - 1


def test_next_turn_computes_only_new_tokens(check: Check) -> None:
    answer, first = check(FIRST)
    _, second = check(followed_up(answer))
    assert second.reused_tokens == answered(first)


def test_asking_again_reads_one_token(check: Check) -> None:
    answer, _ = check(FIRST)
    for messages in (FIRST, followed_up(answer)):
        check(messages)
        assert check(messages)[1].computed_tokens == 1


def test_chat_that_was_left_goes_on_where_it_was(check: Check) -> None:
    answer, first = check(FIRST)
    check(OTHER)
    assert check(followed_up(answer))[1].reused_tokens == answered(first)


def test_chat_that_was_left_is_asked_again(engine: LlamaEngine, check: Check, model: Path) -> None:
    """Only the end of a sliding window is saved, and nothing can be taken back from there: the persona serves."""
    check(FIRST)
    check(OTHER)
    _, usage = check(FIRST)
    if model.stem == "window":
        assert usage.reused_tokens >= persona_tokens(engine)
    else:
        assert usage.computed_tokens == 1


def test_changed_question_keeps_the_chat_before_it(check: Check) -> None:
    answer, first = check(FIRST)
    check(followed_up(answer))
    assert check(followed_up(answer, "Because of what?"))[1].reused_tokens >= answered(first)


def test_changed_question_of_a_parked_chat_keeps_the_chat_before_it(
    start: Callable[..., LlamaEngine], check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_AWAY_SECONDS", 0.01)
    engine = start(tmp_path)
    answer, first = check(FIRST, engine)
    while not list(tmp_path.glob("*.chat")):  # the chat as it is now was copied
        time.sleep(0.01)
    for messages in (followed_up(answer), OTHER):
        check(messages, engine)
    assert check(followed_up(answer, "Because of what?"), engine)[1].reused_tokens == answered(first)


def test_branches_answer_as_if_alone(check: Check) -> None:
    answer, _ = check(FIRST)
    for question in ("And where?", "And when, if not now?", "And where?"):
        check(followed_up(answer, question))


def test_persona_is_computed_once(engine: LlamaEngine, check: Check) -> None:
    check(FIRST)
    check(OTHER)
    _, usage = check([SYSTEM, Message("user", "Quite another question?")])
    assert usage.reused_tokens >= persona_tokens(engine)


def test_chat_goes_on_after_a_restart(start: Callable[..., LlamaEngine], check: Check, tmp_path: Path) -> None:
    before = start(tmp_path)
    answer, first = check(FIRST, before)
    check(OTHER, before)
    before.close()
    after = start(tmp_path)
    _, second = check(followed_up(answer), after)
    assert second.reused_tokens == answered(first)
    check(OTHER, after)


def test_helper_call_leaves_no_trace(engine: LlamaEngine, check: Check) -> None:
    answer, first = check(FIRST)
    for helper in ([SYSTEM, Message("user", "A title, please")], followed_up(answer, "A title, please")):
        assert list(engine.reply(helper, GREEDY, keep=False))
    assert check(followed_up(answer))[1].reused_tokens == answered(first)


def test_stopping_an_answer_keeps_its_tokens(engine: LlamaEngine, check: Check) -> None:
    stopped = engine.reply(FIRST, Sampling(temperature=0, max_tokens=500))
    pieces = iter(stopped)
    begun = "".join(next(pieces).text for _ in range(20))
    stopped.stop()
    begun += "".join(piece.text for piece in pieces)
    _, usage = check(followed_up(begun))
    assert usage.reused_tokens >= answered(stopped.usage) - 1


def test_stopping_a_prompt_keeps_its_computed_tokens(engine: LlamaEngine, check: Check) -> None:
    long = [SYSTEM, Message("user", "Where? " * 200)]
    stopped = engine.reply(long, GREEDY)
    reader = threading.Thread(target=list, args=(stopped,))
    reader.start()
    while engine.memory()["kv_parked"] == 0:  # the persona's beginning has been read, and copied
        time.sleep(0.001)
    stopped.stop()
    reader.join()
    assert 0 < stopped.usage.prompt_tokens < engine.count_prompt_tokens(long)
    _, usage = check(long)
    assert usage.reused_tokens >= stopped.usage.prompt_tokens - 1
