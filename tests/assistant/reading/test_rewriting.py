import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from assistant.reading.rewriting import BOX_SECONDS, RewritingFind, is_rewriting
from engines.protocol import Engine, Usage
from knowledge.passage import Retrieval
from tests.assistant.samples import make_turn
from tests.scripted_engine import ScriptedEngine

FAST = Usage(prompt_tokens=900, output_tokens=101, prefill_seconds=0.3, decode_seconds=0.5)
SLOW = Usage(prompt_tokens=900, output_tokens=101, prefill_seconds=9.0, decode_seconds=5.0)
REWRITTEN = "What hardware does AWQ require?"
UNDERSTOOD = "AWQ?\nWhat hardware does the method require?"


@dataclass
class Searched:
    """Notes what was searched for; a question within a conversation is never taken to stand alone."""

    contexts: list[str] = field(default_factory=list)

    def __call__(self, question: str, *, in_context: str) -> Retrieval:
        self.contexts.append(in_context)
        return Retrieval((), {}, searched_for=in_context)


def found_with(engine: Engine | None, usage: Usage = FAST, understood: str = UNDERSTOOD) -> tuple[Retrieval, list[str]]:
    @contextmanager
    def helper(texts: Sequence[str]) -> Iterator[Engine | None]:
        yield engine

    searched = Searched()
    find = RewritingFind(searched, helper, [make_turn(1, question="How does AWQ work?", usage=usage)])
    return find("What hardware does the method require?", in_context=understood), searched.contexts


def test_a_follow_up_is_searched_for_as_the_model_rewrites_it() -> None:
    engine = ScriptedEngine(REWRITTEN)
    found, contexts = found_with(engine)
    assert (found.searched_for, contexts) == (REWRITTEN, [UNDERSTOOD, REWRITTEN])
    assert engine.read == []  # no chat's cache was touched
    assert "How does AWQ work?" in engine.prompts[0][-1].text


@pytest.mark.parametrize("engine", [None, ScriptedEngine("I cannot help with that."), ScriptedEngine("")])
def test_without_a_rewriting_of_use_the_conversation_decides(engine: ScriptedEngine | None) -> None:
    assert found_with(engine)[0].searched_for == UNDERSTOOD


def test_a_model_that_is_late_delays_by_no_more_than_its_box() -> None:
    began = time.perf_counter()
    found, contexts = found_with(ScriptedEngine(None, write_seconds=0.02))
    assert time.perf_counter() - began < BOX_SECONDS + 0.15  # a stopped model ends within 100 ms
    assert (found.searched_for, contexts) == (UNDERSTOOD, [UNDERSTOOD])


@pytest.mark.parametrize("usage", [SLOW, Usage()])
def test_a_model_too_slow_for_the_box_is_not_asked(usage: Usage) -> None:
    engine = ScriptedEngine(REWRITTEN)
    found_with(engine, usage)
    assert engine.prompts == []


def test_a_question_that_stands_alone_is_not_rewritten() -> None:
    engine = ScriptedEngine(REWRITTEN)
    found_with(engine, understood="")
    assert engine.prompts == []


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        (REWRITTEN, True),
        ("What hardware does the method require?", False),  # nothing added
        ("AWQ works by scaling channels.", False),  # the question is lost
        (f"{REWRITTEN}\nIt needs a GPU.", False),
        ("", False),
    ],
)
def test_a_rewriting_keeps_the_question_and_adds_words_of_the_conversation(said: str, is_one: bool) -> None:
    assert is_rewriting(said, "What hardware does the method require?", ["How does AWQ work?"]) is is_one
