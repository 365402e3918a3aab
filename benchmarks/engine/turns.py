"""Time to the first token of a further turn: while staying, after typing ahead, after a switch, after a restart."""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.engine.bare import Bare, letters
from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.llama.calibration import usable_cores
from engines.opening import open_engine
from engines.protocol import Engine, Message, Sampling

HISTORY, NEW, PASSAGES, PERSONA = 4_000, 20, 3_000, 600  # tokens
SETTLED_S = 1.0
ONE = Sampling(temperature=0, max_tokens=1)
_seeds = itertools.count(1)


def rows(model: Path, settings: LlamaSettings, rounds: int) -> list[Row]:
    """All of them; minutes."""
    return [
        further_turn(model, settings, rounds),
        typed_ahead(model, settings, min(rounds, 3)),
        persona_switch(model, settings, rounds),
        parked_return(model, settings, rounds),
        *restart(model, settings, min(rounds, 3)),
    ]


def further_turn(model: Path, settings: LlamaSettings, rounds: int) -> Row:
    """A turn with NEW tokens after HISTORY, against reading as many tokens and one more in one bare call."""
    engine = open_engine(model, EngineSettings(llama=settings))
    bare = Bare(model, window=settings.context_tokens, threads=usable_cores())
    history = chat(engine, HISTORY)
    bare.seconds_to_read(bare.tokens(HISTORY))
    computed = tokens_read(engine, [*history, user(NEW)])

    def ours() -> float:
        return first_token(engine, [*history, user(NEW)])

    def theirs() -> float:
        return bare.seconds_to_read(bare.tokens(computed + 1), after=HISTORY)

    pairs = in_turns(ours, theirs, rounds)
    engine.close()
    bare.close()
    what = f"first token of a further turn after {HISTORY:,} tokens ({NEW} new, {computed} with the template, all read)"
    return Row(what, f"{computed + 1} tokens in one bare call", "s", "≤ 1.1", pairs)


def typed_ahead(model: Path, settings: LlamaSettings, rounds: int) -> Row:
    """A question over PASSAGES that was read while it was typed, against one that was not."""
    engine = open_engine(model, EngineSettings(llama=settings))
    chat(engine, PERSONA)

    def ours() -> float:
        passages = letters(PASSAGES, next(_seeds))
        list(engine.prefill([Message("user", f"{passages}\n\nhow is")]))
        return first_token(engine, [Message("user", f"{passages}\n\nhow is it done")])

    def theirs() -> float:
        return first_token(engine, [Message("user", f"{letters(PASSAGES, next(_seeds))}\n\nhow is it done")])

    pairs = in_turns(ours, theirs, rounds)
    engine.close()
    return Row(
        f"first token of a question over {PASSAGES:,} tokens of passages, typed ahead",
        "the same, not typed ahead",
        "s",
        "≤ 0.1",
        pairs,
    )


def persona_switch(model: Path, settings: LlamaSettings, rounds: int) -> Row:
    """The first question of a chat with the persona before last, against one with the last persona."""
    engine = open_engine(model, EngineSettings(llama=settings))
    one, other = (Message("system", letters(PERSONA, seed)) for seed in (-1, -2))
    for persona in (one, other):
        first_token(engine, [persona, user(NEW)])

    def ours() -> float:
        first_token(engine, [other, user(NEW)])
        return first_token(engine, [one, user(NEW)])

    def theirs() -> float:
        first_token(engine, [one, user(NEW)])
        return first_token(engine, [one, user(NEW)])

    pairs = in_turns(ours, theirs, rounds)
    engine.close()
    return Row(f"first token after switching between personas of {PERSONA} tokens", "staying", "s", "≤ 1.05", pairs)


def parked_return(model: Path, settings: LlamaSettings, rounds: int) -> Row:
    """Going back to a chat of HISTORY that made room for another, against staying in it."""
    engine = open_engine(model, EngineSettings(llama=replace(settings, context_tokens=HISTORY + HISTORY // 2)))
    one, other = chat(engine, HISTORY), chat(engine, HISTORY)

    def ours() -> float:
        first_token(engine, [*other, user(NEW)])
        return first_token(engine, [*one, user(NEW)])

    def theirs() -> float:
        first_token(engine, [*one, user(NEW)])
        return first_token(engine, [*one, user(NEW)])

    pairs = in_turns(ours, theirs, rounds)
    engine.close()
    return Row(f"first token after going back to a parked chat of {HISTORY:,} tokens", "staying", "s", "≤ 1.05", pairs)


def restart(model: Path, settings: LlamaSettings, rounds: int) -> list[Row]:
    """What a restart adds to the first token of a chat of HISTORY, against reading that chat.

    Where nothing is asked for a moment after loading, the engine brings the chat that was used last back from the disk:
    that is the first row, which asks SETTLED_S after loading. The second asks at once, and waits for the disk.
    """
    settled: list[tuple[float, float]] = []
    at_once: list[tuple[float, float]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            kept = replace(settings, snapshot_folder=Path(folder))
            engine = open_engine(model, EngineSettings(llama=kept))
            begun = perf_counter()
            history = chat(engine, HISTORY)
            cold = perf_counter() - begun
            staying = min(first_token(engine, history) for _ in range(3))
            engine.close()
            for pairs, idle_s in ((settled, SETTLED_S), (at_once, 0.0)):
                pairs.append((max(_first_token_after_restart(model, kept, history, idle_s) - staying, 0.0), cold))
    what = f"what a restart adds to the first token of a chat of {HISTORY:,} tokens"
    return [
        Row(f"{what}, {SETTLED_S:g} s after loading", "reading the chat", "s", "≤ 0.002", tuple(settled)),
        Row(f"{what}, asked at once", "reading the chat", "s", "", tuple(at_once)),
    ]


def _first_token_after_restart(
    model: Path, settings: LlamaSettings, history: Sequence[Message], idle_s: float
) -> float:
    engine = open_engine(model, EngineSettings(llama=settings))
    sleep(idle_s)
    seconds = first_token(engine, history)
    engine.close()
    return seconds


def chat(engine: Engine, tokens: int) -> list[Message]:
    """A question of `tokens` tokens and its answer, read by the engine."""
    asked = Message("user", letters(tokens, next(_seeds)))
    answer = "".join(piece.text for piece in engine.reply([asked], replace(ONE, max_tokens=8)))
    return [asked, Message("assistant", answer)]


def user(tokens: int) -> Message:
    """A new question."""
    return Message("user", letters(tokens, next(_seeds)))


def first_token(engine: Engine, messages: Sequence[Message]) -> float:
    """Seconds from asking to the first piece."""
    begun = perf_counter()
    for _ in engine.reply(messages, ONE):
        return perf_counter() - begun
    raise SystemExit("the model wrote nothing")


def tokens_read(engine: Engine, messages: Sequence[Message]) -> int:
    """How many tokens the engine reads for these messages."""
    reply = engine.reply(messages, ONE)
    list(reply)
    return reply.usage.computed_tokens
