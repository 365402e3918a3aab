"""A small real model: its template, how its answers end, loops, and going on where it was cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.answers.claims import check_claims, citations_of
from assistant.reading.prompt import question_message, system_message
from assistant.values import PromptContext
from benchmarks.endings import most_times
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.opening import open_engine
from engines.protocol import Engine, Message, Sampling
from personas.catalogue import BUILTIN_PERSONAS, Catalogue
from tests.assistant.samples import make_passage
from tests.small_model import small_model

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(120)]
LEASE = "The lease ends on 30 June 2027. The notice period is three months."
GREEDY = Sampling(temperature=0.0, max_tokens=96, stop_repetition=True)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = open_engine(small_model(), EngineSettings(llama=LlamaSettings(context_tokens=2048, threads=1)))
    yield engine
    engine.close()


def asked(question: str) -> list[Message]:
    persona = Catalogue((BUILTIN_PERSONAS,)).load("001-reader")
    context = PromptContext((make_passage(LEASE),))
    return [system_message(persona.prompt), question_message(question, context)]


def said(engine: Engine, messages: list[Message], sampling: Sampling) -> tuple[str, str]:
    reply = engine.reply(messages, sampling)
    return "".join(piece.text for piece in reply), reply.finish


def test_its_template_lets_it_end_its_answer(engine: Engine) -> None:
    text, finish = said(engine, [Message("user", "Say hello in one word.")], GREEDY)
    assert finish == "end"
    assert text.strip() and "<|im" not in text


def test_an_answer_from_a_passage_is_right_and_cited(engine: Engine) -> None:
    text, finish = said(engine, asked("When does the lease end?"), GREEDY)
    assert finish == "end"
    assert "30 June 2027" in text
    assert citations_of(text, check_claims(text, PromptContext((make_passage(LEASE),))))


def test_an_endless_answer_is_ended_for_its_repetition(engine: Engine) -> None:
    text, finish = said(engine, [Message("user", "Write a long poem about rain.")], replace(GREEDY, max_tokens=600))
    assert finish == "repetition"
    assert most_times(text) <= 3


def test_a_cut_answer_goes_on_token_for_token(engine: Engine) -> None:
    question = [Message("user", "Explain in five sentences why the sky is blue.")]
    whole, _ = said(engine, question, GREEDY)
    begun, finish = said(engine, question, replace(GREEDY, max_tokens=40))
    assert finish == "length"
    list(engine.prefill([*question, Message("assistant", begun)]))
    reply = engine.reply([*question, Message("assistant", begun)], replace(GREEDY, max_tokens=56))
    assert begun + "".join(piece.text for piece in reply) == whole
    assert reply.usage.computed_tokens <= 2
