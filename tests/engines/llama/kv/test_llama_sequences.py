"""Cached tokens are not computed again: in the next turn, in another chat and back, on another branch."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling, Usage
from tests.engines.conftest import OpenTiny
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
SYSTEM = Message("system", "You answer from the sources.")
FIRST = [SYSTEM, Message("user", "What is in the garden?")]
SHORT = Sampling(temperature=0, max_tokens=12)


def ask(engine: LlamaEngine, messages: Sequence[Message], sampling: Sampling = SHORT) -> tuple[str, Usage]:
    reply = engine.reply(messages, sampling)
    return "".join(piece.text for piece in reply), reply.usage


def followed_up(answer: str, question: str = "And where?") -> list[Message]:
    return [*FIRST, Message("assistant", answer), Message("user", question)]


def test_first_turn_computes_the_whole_prompt(engine: LlamaEngine) -> None:
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


def test_edited_question_after_idling_reads_only_its_new_tokens(open_tiny: OpenTiny, tmp_path: Path) -> None:
    """The idle time has made a copy of the chat, whose answer is in other tokens than the tokenizer's ` the`."""
    engine = open_tiny(write_tiny_gguf(tmp_path / "spelling.gguf", says=[b" ", b"t", b"h", b"e"]))
    long = [SYSTEM, Message("user", "What is in the garden? " * 30)]
    answer, first = ask(engine, long)
    assert first.output_tokens > engine.count_tokens(answer)
    while engine.memory()["kv_parked"] == 0:
        time.sleep(0.01)
    said = [*long, Message("assistant", answer)]
    ask(engine, [*said, Message("user", "And where?")])
    _, edited = ask(engine, [*said, Message("user", "Since when?")])
    assert edited.reused_tokens >= first.prompt_tokens + first.output_tokens


def other_chat(number: int = 0) -> list[Message]:
    return [Message("system", f"Persona {number} speaks."), Message("user", "Something else entirely?")]


def never_left(engine: LlamaEngine) -> tuple[str, Usage]:
    """The second turn of a chat that nothing came between."""
    return ask(engine, followed_up(ask(engine, FIRST)[0]))


def test_chat_that_was_left_goes_on_as_if_never_left(open_tiny: OpenTiny) -> None:
    text, usage = never_left(open_tiny())
    engine = open_tiny()
    answer, _ = ask(engine, FIRST)
    for number in range(3):
        ask(engine, other_chat(number))
    again, returned = ask(engine, followed_up(answer))
    assert returned.reused_tokens == usage.reused_tokens > 0
    assert again == text


def test_chats_that_were_left_are_counted(open_tiny: OpenTiny) -> None:
    engine = open_tiny()
    ask(engine, FIRST)
    assert engine.memory()["kv_parked"] == 0
    ask(engine, other_chat())
    assert engine.memory()["kv_parked"] > 0


def test_parked_chats_stay_within_their_budget_and_the_oldest_is_evicted_first(open_tiny: OpenTiny) -> None:
    one_chat = open_tiny()
    ask(one_chat, FIRST)
    ask(one_chat, other_chat())
    room_for_two = 2 * one_chat.memory()["kv_parked"] + 4096
    engine = open_tiny(parked_bytes=room_for_two)
    chats = [FIRST, *(other_chat(number) for number in range(3))]
    for chat in chats:
        ask(engine, chat)
        assert engine.memory()["kv_parked"] <= room_for_two
    assert ask(engine, chats[2])[1].computed_tokens == 1
    assert ask(engine, chats[0])[1].computed_tokens > 1


def test_chat_stays_in_the_window_where_no_ram_is_given(open_tiny: OpenTiny) -> None:
    engine = open_tiny(parked_bytes=0)
    ask(engine, FIRST)
    ask(engine, other_chat())
    assert ask(engine, FIRST)[1].computed_tokens == 1
    assert engine.memory()["kv_parked"] == 0


def test_window_shared_by_chats_makes_room(open_tiny: OpenTiny) -> None:
    engine = open_tiny(context_tokens=700, parked_bytes=0)
    long = [Message("user", "x" * 500)]
    ask(engine, long, Sampling(temperature=0, max_tokens=150))
    fills = [Message("user", "y" * 600)]
    assert ask(engine, fills)[1].output_tokens == SHORT.max_tokens
    assert ask(engine, long)[1].computed_tokens > 500


def test_old_branch_is_kept(open_tiny: OpenTiny) -> None:
    engine = open_tiny()
    long = Sampling(temperature=0, max_tokens=100)
    answer, first = ask(engine, FIRST, long)
    other, second = ask(engine, FIRST, Sampling(temperature=1, seed=3, max_tokens=100))
    assert (second.computed_tokens, other != answer) == (1, True)
    for branch in (answer, other):
        _, usage = ask(engine, followed_up(branch))
        assert usage.reused_tokens == first.prompt_tokens + first.output_tokens - 1


def test_branches_answer_as_if_alone(open_tiny: OpenTiny) -> None:
    """Read one token at a time, so that all engines compute the same batches."""
    long = Sampling(temperature=0, max_tokens=100)
    questions = ("And where?", "And when, if not now?")
    branching = open_tiny(batch_tokens=1)
    answer, _ = ask(branching, FIRST, long)
    branches = [ask(branching, followed_up(answer, question), long)[0] for question in questions]
    again = [ask(branching, followed_up(answer, question), long) for question in questions]
    alone = []
    for question in questions:
        engine = open_tiny(batch_tokens=1)
        ask(engine, FIRST, long)
        alone.append(ask(engine, followed_up(answer, question), long)[0])
    assert branches == alone == [text for text, _ in again]
    assert [usage.computed_tokens for _, usage in again] == [1, 1]


def test_helper_call_leaves_no_trace(open_tiny: OpenTiny) -> None:
    text, usage = never_left(open_tiny())
    engine = open_tiny()
    answer, _ = ask(engine, FIRST)
    for _ in range(2):
        title = engine.reply([Message("user", "A title, please")], SHORT, keep=False)
        list(title)
        assert title.usage.reused_tokens < 5
    assert engine.memory()["kv_parked"] == 0
    again, followed = ask(engine, followed_up(answer))
    assert (again, followed.reused_tokens) == (text, usage.reused_tokens)


def test_helper_call_finds_room_beside_a_full_window(open_tiny: OpenTiny) -> None:
    engine = open_tiny(context_tokens=256)
    full = engine.reply(FIRST, Sampling(temperature=0, max_tokens=1000))
    answer = "".join(piece.text for piece in full)
    helper = engine.reply([*FIRST[:1], Message("user", "x" * 150)], SHORT, keep=False)
    assert list(helper)
    assert ask(engine, FIRST)[1].computed_tokens == 1
    assert full.finish == "length"
    assert answer


def test_prefill_leaves_only_the_question_to_compute(engine: LlamaEngine) -> None:
    ahead = engine.prefill([SYSTEM, Message("user", "What is in")])
    assert not list(ahead)
    assert ahead.usage.output_tokens == 0
    _, usage = ask(engine, FIRST)
    assert usage.reused_tokens > engine.count_prompt_tokens([SYSTEM])


def test_typing_on_costs_no_chat(open_tiny: OpenTiny) -> None:
    text, usage = never_left(open_tiny())
    engine = open_tiny()
    answer, _ = ask(engine, FIRST)
    for typed in ("And", "And what about a question that goes on and on, to be taken back at last"):
        list(engine.prefill(followed_up(answer, typed)))
    again, followed = ask(engine, followed_up(answer))
    assert again == text
    assert followed.reused_tokens >= usage.reused_tokens


def persona_chat(persona: str, question: str) -> list[Message]:
    return [Message("system", f"{persona} {'says what is in the notes, ' * 10}"), Message("user", question)]


def test_persona_is_computed_once(open_tiny: OpenTiny) -> None:
    engine = open_tiny()
    prefix = engine.count_prompt_tokens(persona_chat("Ada", "")[:1]) - engine.count_tokens("assistant\n") - 1
    ask(engine, persona_chat("Ada", "Which plants?"))
    ask(engine, persona_chat("Bob", "Which tools?"))
    for persona, question in (("Ada", "Where?"), ("Bob", "When?"), ("Ada", "How?")):
        _, usage = ask(engine, persona_chat(persona, question))
        assert usage.reused_tokens >= prefix


def test_persona_is_kept_where_there_is_no_room_for_its_chats(open_tiny: OpenTiny) -> None:
    engine = open_tiny(context_tokens=512, parked_bytes=60_000)
    ask(engine, persona_chat("Ada", "x" * 200))
    for filling in "abc":
        ask(engine, [Message("user", filling * 400)])
    _, usage = ask(engine, persona_chat("Ada", "Where?"))
    assert usage.reused_tokens > 140


CUTS_ANSWERS = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content[:4] if m.role == 'assistant' else m.content }}"
    "<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)


@pytest.fixture
def rewriter(open_tiny: OpenTiny, tmp_path: Path) -> LlamaEngine:
    """An engine on a model whose template writes answers otherwise than the model did."""
    return open_tiny(write_tiny_gguf(tmp_path / "rewriter.gguf", template=CUTS_ANSWERS))


def test_answer_that_the_template_rewrites_is_prefilled(rewriter: LlamaEngine) -> None:
    answer, _ = ask(rewriter, FIRST)
    known = rewriter.prefill(followed_up(answer)[:-1])
    assert not list(known)
    _, usage = ask(rewriter, followed_up(answer))
    begun = rewriter.count_prompt_tokens([Message("user", "And where?")])
    assert usage.computed_tokens == begun
    assert known.usage.reused_tokens == rewriter.count_prompt_tokens(FIRST)
    assert known.usage.computed_tokens == usage.reused_tokens - known.usage.reused_tokens


def test_prefill_of_a_rewritten_answer_leaves_no_copy_of_the_chat(rewriter: LlamaEngine) -> None:
    answer, _ = ask(rewriter, FIRST, Sampling(temperature=0, max_tokens=200))
    list(rewriter.prefill(followed_up(answer)[:-1]))
    assert rewriter.memory()["kv_parked"] == 0


def test_stable_template_has_only_the_end_of_the_answer_to_read(reciter: LlamaEngine) -> None:
    answer, first = ask(reciter, FIRST)
    known = reciter.prefill(followed_up(answer)[:-1])
    list(known)
    end_of_turn_and_newline = 2
    assert known.usage.reused_tokens == first.prompt_tokens + first.output_tokens
    assert known.usage.computed_tokens == end_of_turn_and_newline
    _, second = ask(reciter, followed_up(answer))
    assert second.computed_tokens == reciter.count_prompt_tokens([Message("user", "And where?")])


@pytest.mark.engine
def test_a_prompt_is_computed_from_its_first_token_where_nothing_is_to_be_reused(tmp_path: Path) -> None:
    engine = LlamaEngine(write_tiny_gguf(tmp_path / "tiny.gguf"), LlamaSettings(threads=1, kv_reuse=False))
    try:
        usages = []
        for _ in range(2):
            reply = engine.reply([Message("user", "What do the sources say?")], Sampling(max_tokens=2))
            list(reply)
            usages.append(reply.usage)
    finally:
        engine.close()
    assert [usage.reused_tokens for usage in usages] == [0, 0]
    assert usages[1].computed_tokens == usages[1].prompt_tokens > 0
