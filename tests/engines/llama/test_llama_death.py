"""A mistake in the code that computes is told: no answer ends empty, and the engine does not go on."""

import pytest

from engines.errors import EngineDied
from engines.llama.answer import Answer
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling

pytestmark = [pytest.mark.engine, pytest.mark.logs("worker failed")]
ASKED = [Message("user", "What is in the garden, and who keeps it in the winter months, and for whom, and why?")]


def test_death_ends_every_answer_and_the_engine(engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    running, begun_later = (iter(engine.reply(ASKED, Sampling(max_tokens=1900))) for _ in range(2))
    next(running)
    monkeypatch.setattr(Answer, "advance", None)
    for pieces in (running, begun_later):
        with pytest.raises(EngineDied, match="stopped unexpectedly"):
            list(pieces)
    for use in (
        lambda: engine.reply(ASKED, Sampling()),
        lambda: engine.prefill(ASKED),
        lambda: engine.count_tokens("a word"),
        lambda: engine.count_prompt_tokens(ASKED),
    ):
        with pytest.raises(EngineDied, match="stopped unexpectedly"):
            use()
    engine.close()
