"""The contract of every engine. An adapter's test module subclasses `EngineContract` and gives it a `factory`.

    class TestMyEngine(EngineContract):
        @pytest.fixture(scope="class")
        def factory(self) -> Iterator[Factory]: ...

The `Abilities` of its factory say what an engine cannot do; the contract then checks that it refuses that.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engines.errors import PromptEmpty, PromptTooLong
from engines.protocol import Message, Sampling
from errors import AppError
from tests.engines.factory import Factory
from tests.engines.listener import Listener, listening
from tests.engines.reply_contract import ENDLESS, GREEDY, SAID, STOP_SECONDS, ReplyContract, answered, asked, said

HUGE = "A word and another. " * 100_000
# Like those of reasoning models: thoughts are dropped when another question follows. And one word is refused.
FORGETFUL = (
    "{% for m in messages %}{% if 'abracadabra' in m.content %}{{ raise_exception('No spells.') }}{% endif %}"
    "<|im_start|>{{ m.role }}\n{{ m.content if loop.last else m.content.split('</think>')[-1] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


class EngineContract(ReplyContract):
    """The contract of one reply, and that of prompts, helper calls, prefills, memory and failures."""

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

    def test_prefill_computes_the_prompt_and_streams_nothing(self, factory: Factory) -> None:
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

    def test_stopped_prefill_keeps_its_computed_tokens(self, factory: Factory) -> None:
        engine = factory.open()
        for seconds in (0.15, 0.08, 0.04, 0.02):  # a fast engine on a busy machine may be done before it is stopped
            prompt = asked(f"After {seconds} s. {factory.long_text}", "Stop reading ahead.")
            ahead = engine.prefill(prompt)
            with listening(ahead) as listener:
                time.sleep(seconds)
                assert listener.seconds_to_end(ahead.stop) < STOP_SECONDS
            usage = answered(engine, prompt)[1]
            if ahead.finish == "stopped":
                break
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

    def test_prefill_renders_an_answer_as_before_the_next_question(self, factory: Factory) -> None:
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

    def test_deleted_chat_is_computed_anew(self, factory: Factory) -> None:
        engine, chat = factory.open(SAID), asked("What is in the cellar? " * 20, "Forget this.")
        answered(engine, chat)
        engine.forget(chat[1:])
        text, usage = answered(engine, chat)
        assert text == SAID
        if factory.abilities.forgets:
            assert usage.reused_tokens < engine.count_prompt_tokens(chat[:1])

    def test_memory_is_reported_by_owner(self, factory: Factory) -> None:
        memory = factory.open().memory()
        assert frozenset(memory) == factory.abilities.owners
        assert all(size >= 0 for size in memory.values())
        assert all(memory[owner] > 0 for owner in {"weights", "kv"} & factory.abilities.owners)

    def test_closing_ends_running_and_waiting_replies(self, factory: Factory) -> None:
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

    def test_lack_of_memory_is_reported_with_a_hint(self, factory: Factory) -> None:
        try:
            opened = factory.open_without_memory()
        except AppError as refused:
            assert refused.hint
        else:
            assert opened is None

    def test_death_is_reported_with_a_hint_and_the_next_reply_answers_or_refuses(self, factory: Factory) -> None:
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
