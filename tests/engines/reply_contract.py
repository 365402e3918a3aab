"""The part of the engine contract that concerns one reply: streaming, stopping, sampling, counting."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engines.errors import SamplingUnsupported
from engines.protocol import Engine, Message, Reply, Sampling, Usage
from errors import AppError
from tests.engines.factory import Factory
from tests.engines.listener import listening
from tests.models.byte_bpe import CHATML

STOP_SECONDS = 0.1  # Reply.stop
SAID = "Water boils at 100 °C 🙂 [1]."
SPLIT = (b"\xf0\x9f", b"\x99", b"\x82 \xe4", b"\xbd\xa0", b"!")  # the bytes of each token of "🙂 你!"
GREEDY = Sampling(temperature=0, max_tokens=24)
THINKS = (b"<think>", b"Maybe", b" pine", b"?", b"</think>", b"\n\n", b"Oak", b" [1].")
TEMPLATE = CHATML + "{# <think> #}"
ENDLESS = Sampling(temperature=0, max_tokens=1_000_000)
GRAMMAR = 'root ::= "yes" | "no"'


def said(reply: Reply) -> str:
    return "".join(piece.text for piece in reply)


def asked(text: str, system: str = "You answer briefly.") -> list[Message]:
    return [Message("system", system), Message("user", text)]


def answered(engine: Engine, messages: Sequence[Message], sampling: Sampling = GREEDY) -> tuple[str, Usage]:
    reply = engine.reply(messages, sampling)
    return said(reply), reply.usage


class _EndsAtOnce:
    """Takes anything for a loop, and shows five characters of it."""

    stopped = False

    def feed(self, text: str) -> int:
        self.stopped = True
        return 5


class ReplyContract:
    """See `EngineContract`. Tests use messages of their own, so that one engine can serve them all."""

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

    def test_an_answer_that_repeats_itself_is_ended(self, factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("engines.repetition.RepetitionFilter", _EndsAtOnce)  # a tiny model says no word twice
        reply = factory.open(SAID).reply(asked("Again?"), replace(GREEDY, stop_repetition=True))
        pieces = list(reply)
        assert "".join(piece.text for piece in pieces) == SAID[:5]
        assert reply.finish == "repetition"
        assert sum(piece.tokens for piece in pieces) == reply.usage.output_tokens

    def test_a_cut_answer_is_continued_where_it_stopped(self, factory: Factory) -> None:
        if not factory.abilities.continues:
            pytest.skip("it is asked to go on")
        engine, question = factory.open(SAID), asked("How does it go on?")
        begun, _ = answered(engine, question, replace(GREEDY, max_tokens=4))
        list(engine.prefill([*question, Message("assistant", begun)]))  # as after every answer
        rest, usage = answered(engine, [*question, Message("assistant", begun)])
        assert begun and rest and begun + rest == SAID
        if factory.abilities.reuse_block_tokens == 1:
            assert usage.computed_tokens <= 3  # the last token, whose logits are needed, and no answer read again

    # Stopping

    def test_stop_from_another_thread_ends_an_answer_at_once(self, factory: Factory) -> None:
        reply = factory.open().reply(asked("Forever?"), ENDLESS)
        with listening(reply) as listener:
            listener.wait(lambda: reply.usage.output_tokens >= 5)
            assert listener.seconds_to_end(reply.stop) < STOP_SECONDS
        assert reply.finish == "stopped"

    def test_stop_interrupts_a_prompt_at_once(self, factory: Factory) -> None:
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

    # Thoughts

    def test_thoughts_are_apart_from_the_answer(self, factory: Factory) -> None:
        reply = factory.open(THINKS, TEMPLATE).reply(asked("Of what?"), GREEDY)
        pieces = list(reply)
        thoughts, answer = ([piece.text for piece in pieces if piece.kind == kind] for kind in ("thought", "answer"))
        assert ("".join(thoughts), "".join(answer)) == ("Maybe pine?", "Oak [1].")
        counted = len(THINKS) if factory.abilities.exact_counts else reply.usage.output_tokens
        assert sum(piece.tokens for piece in pieces) == counted

    def test_thoughts_take_nothing_of_the_answers_length(self, factory: Factory) -> None:
        sampling = Sampling(temperature=0, max_tokens=3, thinking_tokens=None)
        pieces = list(factory.open(THINKS, TEMPLATE).reply(asked("Of what?"), sampling))
        assert "".join(piece.text for piece in pieces if piece.kind == "answer") == "Oak [1]."

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

    def test_grammar_is_followed_or_refused(self, factory: Factory) -> None:
        sampling = Sampling(temperature=1, max_tokens=20, grammar=GRAMMAR)
        if factory.abilities.grammar:
            assert answered(factory.open(), asked("Yes or no?"), sampling)[0] in ("yes", "no")
        else:
            with pytest.raises(SamplingUnsupported):
                factory.open().reply(asked("Yes or no?"), sampling)

    def test_wrong_grammar_is_refused_with_a_hint(self, factory: Factory) -> None:
        with pytest.raises(AppError) as refused:
            list(factory.open().reply(asked("How?"), Sampling(grammar="root ::= (")))
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
