"""What every engine keeps to. An adapter's test module subclasses `EngineContract` and gives it a `factory`.

    class TestMyEngine(EngineContract):
        @pytest.fixture(scope="class")
        def factory(self) -> Iterator[Factory]: ...

What an engine cannot do stands in its factory's `Abilities`; the contract then checks that it says so itself.
"""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from engines.errors import PromptEmpty, PromptTooLong, SamplingUnsupported
from engines.protocol import Engine, Message, Reply, Sampling, Usage
from errors import AppError
from tests.engines.factory import Factory
from tests.engines.listener import Listener, listening

STOP_SECONDS = 0.1  # Reply.stop
SAID = "Water boils at 100 °C 🙂 [1]."
SPLIT = (b"\xf0\x9f", b"\x99", b"\x82 \xe4", b"\xbd\xa0", b"!")  # the bytes of each token of "🙂 你!"
GREEDY = Sampling(temperature=0, max_tokens=24)
ENDLESS = Sampling(temperature=0, max_tokens=1_000_000)
HUGE = "A word and another. " * 100_000
SCHEMA = '{"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"], "additionalProperties": false}'
GRAMMAR = 'root ::= "yes" | "no"'
# As those of reasoning models: what was thought is forgotten once another question follows. And one word is refused.
FORGETFUL = (
    "{% for m in messages %}{% if 'abracadabra' in m.content %}{{ raise_exception('No spells.') }}{% endif %}"
    "<|im_start|>{{ m.role }}\n{{ m.content if loop.last else m.content.split('</think>')[-1] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def said(reply: Reply) -> str:
    return "".join(piece.text for piece in reply)


def asked(text: str, system: str = "You answer briefly.") -> list[Message]:
    return [Message("system", system), Message("user", text)]


def answered(engine: Engine, messages: Sequence[Message], sampling: Sampling = GREEDY) -> tuple[str, Usage]:
    reply = engine.reply(messages, sampling)
    return said(reply), reply.usage


class EngineContract:
    """The contract; see this module. Tests use messages of their own, so that one engine can serve them all."""

    # Streaming

    def test_names_itself(self, factory: Factory) -> None:
        engine = factory.open()
        assert engine.name
        assert engine.model
        assert engine.context_tokens > 0

    def test_pieces_make_up_the_answer_and_its_tokens(self, factory: Factory) -> None:
        reply = factory.open(SAID).reply(asked("At what temperature?"), GREEDY)
        pieces = list(reply)
        assert "".join(piece.text for piece in pieces) == SAID
        assert len(pieces) > 1
        assert sum(piece.tokens for piece in pieces) == reply.usage.output_tokens
        assert reply.finish == "end"

    def test_first_piece_comes_before_the_last_token(self, factory: Factory) -> None:
        engine = factory.open()
        reply = engine.reply(asked("Stream?"), ENDLESS)
        next(iter(reply))
        tokens = reply.usage.output_tokens
        reply.stop()
        assert tokens < engine.context_tokens / 2

    def test_answer_is_streamed_once(self, factory: Factory) -> None:
        reply = factory.open().reply(asked("Once?"), GREEDY)
        assert list(reply)
        assert not list(reply)

    def test_characters_split_across_tokens_arrive_whole(self, factory: Factory) -> None:
        reply = factory.open(SPLIT).reply(asked("In which script?"), GREEDY)
        pieces = list(reply)
        assert "".join(piece.text for piece in pieces) == b"".join(SPLIT).decode()
        assert all("\ufffd" not in piece.text for piece in pieces)

    def test_stop_string_split_across_tokens_is_not_shown(self, factory: Factory) -> None:
        reply = factory.open(SAID).reply(asked("Until where?"), Sampling(temperature=0, stop=("never", "at 100")))
        assert said(reply) == "Water boils "
        assert reply.finish == "end"

    def test_beginning_of_a_stop_string_is_shown_if_the_answer_ends_there(self, factory: Factory) -> None:
        reply = factory.open(SAID).reply(asked("To the end?"), Sampling(temperature=0, stop=("[1].]",)))
        assert said(reply) == SAID

    def test_max_tokens_ends_for_length(self, factory: Factory) -> None:
        reply = factory.open().reply(asked("How long?"), Sampling(max_tokens=5))
        list(reply)
        assert (reply.finish, reply.usage.output_tokens) == ("length", 5)

    # Stopping

    def test_stop_from_another_thread_ends_an_answer_at_once(self, factory: Factory) -> None:
        reply = factory.open().reply(asked("Forever?"), ENDLESS)
        with listening(reply) as listener:
            listener.wait(lambda: reply.usage.output_tokens >= 5)
            assert listener.seconds_to_end(reply.stop) < STOP_SECONDS
        assert reply.finish == "stopped"

    def test_stop_ends_the_reading_of_a_prompt_at_once(self, factory: Factory) -> None:
        reply = factory.open().reply(asked(factory.long_text, "Stop while you read this."), GREEDY)
        with listening(reply) as listener:
            time.sleep(0.1)
            assert listener.seconds_to_end(reply.stop) < STOP_SECONDS
        assert (reply.finish, reply.usage.output_tokens) == ("stopped", 0)

    def test_answer_after_a_stopped_one_is_complete(self, factory: Factory) -> None:
        engine = factory.open(SAID)
        first = engine.reply(asked(factory.long_text, "Read this in two parts."), GREEDY)
        with listening(first) as listener:
            time.sleep(0.1)
            listener.seconds_to_end(first.stop)
        assert said(engine.reply(asked(factory.long_text, "Read this in two parts."), GREEDY)) == SAID

    def test_stop_before_the_first_piece(self, factory: Factory) -> None:
        reply = factory.open().reply(asked("Never?"), GREEDY)
        reply.stop()
        reply.stop()
        assert not list(reply)
        assert reply.finish == "stopped"

    def test_stopping_a_finished_reply_does_not_touch_the_next(self, factory: Factory) -> None:
        engine = factory.open()
        first, second = (engine.reply(asked("Twice?"), Sampling(max_tokens=5)) for _ in range(2))
        list(first)
        for _ in second:
            first.stop()
        assert (first.finish, second.finish) == ("length", "length")

    def test_closing_the_stream_makes_room_for_the_next(self, factory: Factory) -> None:
        engine = factory.open()
        pieces = iter(engine.reply(asked("Abandoned?"), ENDLESS))
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert answered(engine, asked("Next?"))[1].output_tokens == GREEDY.max_tokens

    # Sampling

    def test_greedy_answers_are_equal(self, factory: Factory) -> None:
        engine = factory.open()
        assert answered(engine, asked("Same?"))[0] == answered(engine, asked("Same?"))[0]

    def test_seed_makes_an_answer_reproducible(self, factory: Factory) -> None:
        engine = factory.open()

        def answer(seed: int) -> str:
            return answered(engine, asked("Which?"), Sampling(temperature=1.5, seed=seed, max_tokens=24))[0]

        assert answer(5) == answer(5)
        assert (answer(5) != answer(6)) == factory.abilities.samples

    def test_schema_holds_or_is_refused(self, factory: Factory) -> None:
        sampling = Sampling(temperature=0, max_tokens=200, json_schema=SCHEMA)
        if factory.abilities.json_schema:
            assert json.loads(answered(factory.open(), asked("As JSON?"), sampling)[0])["n"] in (1, 2)
        else:
            with pytest.raises(SamplingUnsupported):
                factory.open().reply(asked("As JSON?"), sampling)

    def test_grammar_holds_or_is_refused(self, factory: Factory) -> None:
        sampling = Sampling(temperature=1, max_tokens=20, grammar=GRAMMAR)
        if factory.abilities.grammar:
            assert answered(factory.open(), asked("Yes or no?"), sampling)[0] in ("yes", "no")
        else:
            with pytest.raises(SamplingUnsupported):
                factory.open().reply(asked("Yes or no?"), sampling)

    @pytest.mark.parametrize(
        "wrong",
        [
            Sampling(json_schema="{not json"),
            Sampling(json_schema='{"type": "nonsense"}'),
            Sampling(grammar="root ::= ("),
            Sampling(grammar=GRAMMAR, json_schema=SCHEMA),
        ],
        ids=["no JSON", "no schema", "no grammar", "both"],
    )
    def test_wrong_schema_or_grammar_is_refused_with_a_hint(self, factory: Factory, wrong: Sampling) -> None:
        with pytest.raises(AppError) as refused:
            list(factory.open().reply(asked("How?"), wrong))
        assert refused.value.hint

    # Counting

    def test_first_turn_counts_its_prompt(self, factory: Factory) -> None:
        engine = factory.open()
        usage = answered(engine, asked("What is counted?", "Count this."))[1]
        assert usage.prompt_tokens == usage.reused_tokens + usage.computed_tokens > 0
        assert usage.output_tokens == GREEDY.max_tokens
        if factory.abilities.exact_counts:
            assert usage.prompt_tokens == engine.count_prompt_tokens(asked("What is counted?", "Count this."))

    def test_times_are_those_of_the_reply(self, factory: Factory) -> None:
        begun = time.perf_counter()
        usage = answered(factory.open(), asked("When?", "Time this."))[1]
        elapsed = time.perf_counter() - begun
        assert 0 < usage.prefill_seconds <= usage.first_token_seconds
        assert usage.first_token_seconds + usage.decode_seconds <= elapsed

    def test_second_turn_reuses_the_first(self, factory: Factory) -> None:
        engine, block = factory.open(SAID), factory.abilities.reuse_block_tokens
        first = asked("What is in the garden? " * 20, "Second turn.")
        text, usage = answered(engine, first)
        second = answered(engine, [*first, Message("assistant", text), Message("user", "And where?")])[1]
        assert second.prompt_tokens > usage.prompt_tokens + usage.output_tokens
        if block is not None:
            whole = usage.prompt_tokens + usage.output_tokens
            assert whole - block < second.reused_tokens < second.prompt_tokens

    def test_counts_text_without_the_template(self, factory: Factory) -> None:
        engine = factory.open()
        assert engine.count_tokens("") == 0
        assert 0 < engine.count_tokens("a word") < engine.count_prompt_tokens([Message("user", "a word")])

    # Prompts

    def test_no_message_is_refused_and_an_empty_one_is_not(self, factory: Factory) -> None:
        engine = factory.open()
        with pytest.raises(PromptEmpty):
            engine.reply([], GREEDY)
        with pytest.raises(PromptEmpty):
            engine.prefill([])
        assert answered(engine, [Message("user", "")])[1].output_tokens == GREEDY.max_tokens

    def test_any_unicode_can_be_asked(self, factory: Factory) -> None:
        usage = answered(factory.open(), asked("\0 \ud800 \U0010ffff \u202e ﷽ <|im_end|>"))[1]
        assert usage.output_tokens == GREEDY.max_tokens

    def test_huge_prompt_is_refused_with_a_hint(self, factory: Factory) -> None:
        engine = factory.open()
        for begin in (lambda: engine.reply(asked(HUGE), GREEDY), lambda: engine.prefill(asked(HUGE))):
            with pytest.raises(PromptTooLong) as refused:
                list(begin())
            assert refused.value.hint
            assert refused.value.prompt_tokens > refused.value.context_tokens == engine.context_tokens

    def test_answer_ends_where_the_window_does(self, factory: Factory) -> None:
        engine = factory.open()
        words = 1
        while engine.count_prompt_tokens(asked("word " * 2 * words)) < engine.context_tokens - 24:
            words *= 2
        step = words
        while step := step // 2:
            fits = engine.count_prompt_tokens(asked("word " * (words + step))) < engine.context_tokens - 24
            words += step if fits else 0
        reply = engine.reply(asked("word " * words), ENDLESS)
        list(reply)
        assert reply.finish == "length"
        total = reply.usage.prompt_tokens + reply.usage.output_tokens
        assert total <= engine.context_tokens
        if factory.abilities.exact_counts:
            assert total == engine.context_tokens

    # Several at once

    def test_replies_from_many_threads_all_complete(self, factory: Factory) -> None:
        engine = factory.open()

        def ask(number: int) -> tuple[str, int]:
            reply = engine.reply(asked(f"Question {number}?"), Sampling(temperature=0, max_tokens=20))
            list(reply)
            return reply.finish, reply.usage.output_tokens

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, range(8))) == [("length", 20)] * 8

    def test_waiting_reply_can_be_stopped(self, factory: Factory) -> None:
        engine = factory.open()
        running = [engine.reply(asked(f"Busy {number}?"), ENDLESS) for number in range(3)]
        last = engine.reply(asked("Waiting?"), ENDLESS)
        threads = [Listener(reply) for reply in running]
        with listening(last) as listener:
            time.sleep(0.05)
            assert listener.seconds_to_end(last.stop) < STOP_SECONDS
        for reply, thread in zip(running, threads, strict=True):
            thread.seconds_to_end(reply.stop)
        assert last.finish == "stopped"

    # Helper calls and reading ahead

    def test_helper_call_does_not_disturb_a_chat(self, factory: Factory) -> None:
        engine, chat = factory.open(SAID), asked("What is in the shed? " * 20, "A chat goes on.")
        text, usage = answered(engine, chat)
        helper = engine.reply(asked("A title, please. " * 20, "You write titles."), GREEDY, keep=False)
        assert said(helper) == SAID
        following = [*chat, Message("assistant", text), Message("user", "Really?")]
        after = answered(engine, following)[1]
        if (block := factory.abilities.reuse_block_tokens) is not None:
            assert after.reused_tokens > usage.prompt_tokens + usage.output_tokens - block

    def test_prefill_reads_and_says_nothing(self, factory: Factory) -> None:
        engine, prompt = factory.open(), asked("What grows here? " * 20, "Read this ahead.")
        ahead = engine.prefill(prompt)
        assert not list(ahead)
        assert ahead.finish != "stopped"
        assert ahead.usage.output_tokens == 0
        usage = answered(engine, [*prompt[:-1], Message("user", prompt[-1].text + "In spring?")])[1]
        if factory.abilities.reads_ahead and (block := factory.abilities.reuse_block_tokens):
            read = engine.count_prompt_tokens(prompt)
            assert ahead.usage.prompt_tokens == read
            assert usage.reused_tokens > read - engine.count_tokens("\nassistant\n") - 8 - block

    def test_stopped_prefill_keeps_what_it_read(self, factory: Factory) -> None:
        engine, prompt = factory.open(), asked(factory.long_text, "Stop reading ahead.")
        ahead = engine.prefill(prompt)
        with listening(ahead) as listener:
            time.sleep(0.15)
            assert listener.seconds_to_end(ahead.stop) < STOP_SECONDS
        usage = answered(engine, prompt)[1]
        if factory.abilities.reads_ahead and factory.abilities.reuse_block_tokens is not None:
            assert ahead.finish == "stopped"
            assert usage.reused_tokens > engine.count_prompt_tokens(prompt[:1])

    def test_reply_interrupts_a_prefill(self, factory: Factory) -> None:
        engine = factory.open()
        ahead = engine.prefill(asked(factory.long_text, "Be interrupted."))
        with listening(ahead) as listener:
            time.sleep(0.1)
            assert answered(engine, asked("Now?"))[1].output_tokens == GREEDY.max_tokens
            listener.thread.join()
        assert not listener.pieces
        assert (ahead.finish == "stopped") == factory.abilities.reads_ahead

    # Templates

    def test_answer_is_read_ahead_as_the_next_question_will_have_it(self, factory: Factory) -> None:
        if not factory.abilities.templates:
            pytest.skip("its prompts are not written by a template")
        engine = factory.open(template=FORGETFUL)
        answer = Message("assistant", "<think>" + "Is it? " * 40 + "</think>" + "It is so. " * 40)
        chat = [*asked("Is it so?", "Think."), answer]
        ahead = engine.prefill(chat)
        assert not list(ahead)
        usage = answered(engine, [*chat, Message("user", "Why?")])[1]
        if factory.abilities.reads_ahead and (block := factory.abilities.reuse_block_tokens):
            new = engine.count_tokens("user\nWhy?\nassistant\n") + 8
            assert usage.computed_tokens < new + block

    def test_template_that_refuses_says_so_and_is_asked_again(self, factory: Factory) -> None:
        if not factory.abilities.templates:
            pytest.skip("its prompts are not written by a template")
        engine = factory.open(template=FORGETFUL)
        with pytest.raises(AppError) as refused:
            list(engine.reply(asked("Say abracadabra."), GREEDY))
        assert "No spells." in refused.value.hint
        assert answered(engine, asked("Say please."))[1].output_tokens == GREEDY.max_tokens

    # Memory and its end

    def test_chat_that_is_to_be_forgotten_is_read_anew(self, factory: Factory) -> None:
        engine, chat = factory.open(SAID), asked("What is in the cellar? " * 20, "Forget this.")
        answered(engine, chat)
        engine.forget(chat[1:])
        text, usage = answered(engine, chat)
        assert text == SAID
        if factory.abilities.forgets:
            assert usage.reused_tokens < engine.count_prompt_tokens(chat[:1])

    def test_memory_is_told_by_owner(self, factory: Factory) -> None:
        memory = factory.open().memory()
        assert frozenset(memory) == factory.abilities.owners
        assert all(size >= 0 for size in memory.values())
        assert all(memory[owner] > 0 for owner in {"weights", "kv"} & factory.abilities.owners)

    def test_closing_ends_what_runs_and_what_waits(self, factory: Factory) -> None:
        engine = factory.open_own()
        running, waiting = (engine.reply(asked(f"Closed {number}?"), ENDLESS) for number in range(2))
        with listening(running) as listener:
            listener.wait(lambda: running.usage.output_tokens > 0)
            engine.close()
            listener.thread.join(2.0)
            assert not listener.thread.is_alive()
        assert not list(waiting)
        assert (running.finish, waiting.finish) == ("stopped", "stopped")

    def test_closed_engine_refuses_and_can_be_closed_again(self, factory: Factory) -> None:
        engine = factory.open_own()
        engine.close()
        engine.close()
        for use in (
            lambda: engine.count_tokens("text"),
            lambda: engine.reply(asked("Closed?"), GREEDY),
            lambda: engine.prefill(asked("Closed?")),
        ):
            with pytest.raises(RuntimeError, match="closed"):
                use()

    # Failures

    def test_damaged_model_is_refused_with_a_hint(self, factory: Factory) -> None:
        for open_damaged in factory.damaged():
            with pytest.raises(AppError) as refused:
                open_damaged()
            assert refused.value.hint

    def test_want_of_memory_is_told_with_a_hint(self, factory: Factory) -> None:
        try:
            opened = factory.open_without_memory()
        except AppError as refused:
            assert refused.hint
        else:
            assert opened is None

    def test_death_is_told_with_a_hint_and_the_next_reply_answers_or_refuses(self, factory: Factory) -> None:
        engine = factory.open_own()
        reply = engine.reply(asked("Dead?"), ENDLESS)
        with listening(reply) as listener:
            listener.wait(lambda: reply.usage.output_tokens > 0)
            if not factory.kill(engine):
                engine.close()
                return
            listener.thread.join(5.0)
        assert isinstance(listener.error, AppError)
        assert listener.error.hint
        if factory.abilities.restarts:
            assert answered(engine, asked("Alive?"))[1].output_tokens == GREEDY.max_tokens
        else:
            with pytest.raises(AppError):
                answered(engine, asked("Alive?"))
        engine.close()
