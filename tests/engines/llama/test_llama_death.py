"""A mistake in the code that computes is told, and the model is opened once more: no answer ends empty."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engines.errors import EngineDied
from engines.llama.answer import Answer
from engines.llama.context import BatchSlice
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
from tests.engines.conftest import OpenTiny

pytestmark = [pytest.mark.engine, pytest.mark.logs("worker failed")]
ASKED = [Message("user", "What is in the garden, and who keeps it in the winter months, and for whom, and why?")]
SHORT = Sampling(temperature=0, max_tokens=12)

Break = Callable[[int], None]


@pytest.fixture
def break_next(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Makes the next computations, so many of them, run into a mistake."""
    left, advance = [0], Answer.advance

    def mistaken(answer: Answer, computed: BatchSlice, last: int) -> bool:
        if left[0]:
            left[0] -= 1
            raise ZeroDivisionError
        return advance(answer, computed, last)

    monkeypatch.setattr(Answer, "advance", mistaken)
    return lambda times: left.__setitem__(0, times)


def ask(engine: LlamaEngine) -> str:
    return "".join(piece.text for piece in engine.reply(ASKED, SHORT))


def test_death_is_reported_to_running_and_new_replies(engine: LlamaEngine, break_next: Break) -> None:
    running, begun_later = (iter(engine.reply(ASKED, Sampling(max_tokens=1900))) for _ in range(2))
    next(running)
    break_next(1)
    for pieces in (running, begun_later):
        with pytest.raises(EngineDied, match="stopped unexpectedly") as died:
            list(pieces)
        assert "ask again" in died.value.hint


def test_model_is_opened_once_more(engine: LlamaEngine, break_next: Break) -> None:
    expected = ask(engine)
    break_next(1)
    with pytest.raises(EngineDied):
        ask(engine)
    assert ask(engine) == expected
    assert engine.memory()["weights"] > 0


def test_second_death_in_a_row_is_the_last(engine: LlamaEngine, break_next: Break) -> None:
    break_next(2)
    for hint in ("ask again", "Reopen the model"):
        with pytest.raises(EngineDied, match="stopped unexpectedly") as died:
            ask(engine)
        assert hint in died.value.hint
    for use in (
        lambda: ask(engine),
        lambda: list(engine.prefill(ASKED)),
        lambda: engine.count_tokens("a word"),
        lambda: engine.count_prompt_tokens(ASKED),
    ):
        with pytest.raises(EngineDied, match="stopped unexpectedly"):
            use()


def test_answer_in_between_allows_another_death(engine: LlamaEngine, break_next: Break) -> None:
    for _ in range(3):
        break_next(1)
        with pytest.raises(EngineDied) as died:
            ask(engine)
        assert "ask again" in died.value.hint
        assert ask(engine)


def test_engine_that_died_can_be_closed(engine: LlamaEngine, break_next: Break) -> None:
    break_next(1)
    with pytest.raises(EngineDied):
        ask(engine)
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        ask(engine)


def test_parked_chats_continue_after_a_death(open_tiny: OpenTiny, tmp_path: Path, break_next: Break) -> None:
    engine = open_tiny(snapshot_folder=tmp_path / "chats")
    ask(engine)
    list(engine.reply([Message("system", "Another."), Message("user", "Something else?")], SHORT))
    break_next(1)
    with pytest.raises(EngineDied):
        list(engine.reply([Message("user", "And now?")], SHORT))
    reply = engine.reply(ASKED, SHORT)
    list(reply)
    assert reply.usage.computed_tokens == 1
