"""llama.cpp's loop: thoughts apart from the answer, in tokens that it would drop, and no longer than they may be."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Piece, Sampling
from tests.engines.conftest import OpenTiny
from tests.models.byte_bpe import CHATML
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
QUESTION = [Message("user", "What is the desk made of?")]
GREEDY = Sampling(temperature=0)
# As Qwen's: thinks unless it is told not to, and drops the thoughts of earlier answers.
SWITCHED = (
    CHATML + "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n"
    "{% else %}<think>\n{% endif %}"
)
HARMONY = (
    "{% for m in messages %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endfor %}<|start|>assistant\n"
    "{# analysis and final are names of <|channel|> #}"
)
HARMONY_TOKENS = ("<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>", "<|call|>")
FINAL = b"assistant<|channel|>final<|message|>"  # one token, as none may come twice
SAID = [b"<think>", b"Maybe", b" pine?", b"</think>", b"\n\n", b"Oak", b" [1]."]


def by_kind(pieces: Iterable[Piece]) -> tuple[str, str]:
    """The thoughts and the answer."""
    told = list(pieces)
    assert not any(piece.recasts for piece in told)
    thoughts, answer = ("".join(one.text for one in told if one.kind == kind) for kind in ("thought", "answer"))
    return thoughts, answer


def test_thoughts_are_apart_from_the_answer(open_tiny: OpenTiny, tmp_path: Path) -> None:
    engine = open_tiny(write_tiny_gguf(tmp_path / "thinks.gguf", says=SAID))
    reply = engine.reply(QUESTION, GREEDY)
    pieces = list(reply)
    assert by_kind(pieces) == ("Maybe pine?", "Oak [1].")
    assert sum(piece.tokens for piece in pieces) == reply.usage.output_tokens == len(SAID)


@pytest.mark.parametrize(
    ("template", "control", "says"),
    [
        (CHATML + "{# [THINK] #}", ("[THINK]", "[/THINK]"), [b"[THINK]", b"Pine?", b"[/THINK]", b"Oak."]),
        (
            HARMONY,
            HARMONY_TOKENS,
            [b"<|channel|>", b"analysis", b"<|message|>", b"Pine?", b"<|end|>", b"<|start|>", FINAL, b"Oak."],
        ),
    ],
    ids=["Mistral", "Harmony"],
)
def test_markers_that_are_control_tokens_are_read(
    open_tiny: OpenTiny, tmp_path: Path, template: str, control: tuple[str, ...], says: list[bytes]
) -> None:
    path = write_tiny_gguf(tmp_path / "control.gguf", says=says, template=template, control=control)
    assert by_kind(open_tiny(path).reply(QUESTION, GREEDY)) == ("Pine?", "Oak.")


@pytest.fixture
def endless(open_tiny: OpenTiny, tmp_path: Path) -> LlamaEngine:
    """It writes random text without an end, and its template opens a thought."""
    return open_tiny(write_tiny_gguf(tmp_path / "endless.gguf", template=SWITCHED))


@pytest.mark.parametrize("budget", [1, 20])
def test_thought_is_closed_when_its_budget_is_used_up(endless: LlamaEngine, budget: int) -> None:
    sampling = Sampling(temperature=0, max_tokens=30, thinking_tokens=budget)
    reply = endless.reply(QUESTION, sampling)
    pieces = list(reply)
    closing = endless.count_tokens("</think>\n\n")
    assert sum(piece.tokens for piece in pieces if piece.kind == "answer") >= 30
    assert budget + 30 <= reply.usage.output_tokens <= budget + closing + 30
    assert by_kind(pieces)[1]
    assert reply.finish == "length"


def test_thoughts_without_a_budget_leave_room_for_the_answer(open_tiny: OpenTiny, tmp_path: Path) -> None:
    engine = open_tiny(write_tiny_gguf(tmp_path / "endless.gguf", template=SWITCHED), context_tokens=300)
    reply = engine.reply(QUESTION, Sampling(temperature=0, max_tokens=40, thinking_tokens=None))
    thoughts, answer = by_kind(reply)
    assert len(thoughts) > len(answer) > 0
    assert reply.usage.prompt_tokens + reply.usage.output_tokens <= 300


def test_without_thinking_everything_is_answer(endless: LlamaEngine) -> None:
    reply = endless.reply(QUESTION, Sampling(temperature=0, max_tokens=30))
    assert by_kind(reply)[0] == ""
    assert reply.usage.output_tokens == 30


def test_a_grammar_is_for_the_answer_alone(endless: LlamaEngine) -> None:
    sampling = Sampling(temperature=0, max_tokens=30, grammar='root ::= "yes"', thinking_tokens=None)
    assert by_kind(endless.reply(QUESTION, sampling)) == ("", "yes")


def test_stop_strings_end_an_answer_not_a_thought(open_tiny: OpenTiny, tmp_path: Path) -> None:
    engine = open_tiny(write_tiny_gguf(tmp_path / "thinks.gguf", says=SAID))
    assert by_kind(engine.reply(QUESTION, Sampling(temperature=0, stop=("pine", "[")))) == ("Maybe pine?", "Oak ")


def test_prefilled_prompt_is_that_of_the_reply(endless: LlamaEngine) -> None:
    for thinks, tokens in ((True, None), (False, 0)):
        list(endless.prefill(QUESTION, thinks=thinks))
        reply = endless.reply(QUESTION, Sampling(temperature=0, max_tokens=1, thinking_tokens=tokens))
        list(reply)
        assert reply.usage.computed_tokens == 1


# As Kimi's: the thoughts of earlier answers stay.
KEEPS = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def test_next_question_is_appended_where_the_template_keeps_thoughts(open_tiny: OpenTiny, tmp_path: Path) -> None:
    says = [b"<think>", b"Maybe", b" pine?", b"</think>", b"Oak", b" [1]."]
    engine = open_tiny(write_tiny_gguf(tmp_path / "keeps.gguf", says=says, template=KEEPS))
    first = engine.reply(QUESTION, GREEDY)
    thoughts, answer = by_kind(first)
    chat = [*QUESTION, Message("assistant", answer, thoughts), Message("user", "And the chair?")]
    second = engine.reply(chat, Sampling(temperature=0, max_tokens=1))
    list(second)
    assert engine.keeps_thoughts
    assert second.usage.reused_tokens == first.usage.prompt_tokens + first.usage.output_tokens


def test_answer_without_its_thoughts_is_prefilled_for_the_next_question(open_tiny: OpenTiny, tmp_path: Path) -> None:
    engine = open_tiny(write_tiny_gguf(tmp_path / "thinks.gguf", says=SAID))
    first = engine.reply(QUESTION, GREEDY)
    answered = [*QUESTION, Message("assistant", by_kind(first)[1], "Maybe pine?")]
    known = engine.prefill(answered)
    list(known)
    assert known.usage.reused_tokens == first.usage.prompt_tokens
    after = engine.reply([*answered, Message("user", "And the chair?")], Sampling(temperature=0, max_tokens=1))
    list(after)
    assert after.usage.reused_tokens == known.usage.prompt_tokens
