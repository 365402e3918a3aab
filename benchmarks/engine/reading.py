"""How fast a prompt is read in pieces that can be stopped, and how soon a stop takes effect."""

import random
import threading
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.engine.bare import Bare, letters
from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.llama.calibration import usable_cores
from engines.opening import open_engine
from engines.protocol import Message, Reply, Sampling

PROMPT = 2_048  # tokens
STOPS = 20
BEFORE_STOP_S = (0.05, 1.5)


def rows(model: Path, settings: LlamaSettings, rounds: int) -> list[Row]:
    """All of them; a minute."""
    return [chunks(model, settings, rounds), *stops(model, settings)]


def chunks(model: Path, settings: LlamaSettings, rounds: int) -> Row:
    """Tokens per second of `prefill`, against bare calls of 512."""
    engine = open_engine(model, EngineSettings(llama=settings))
    bare = Bare(model, window=settings.context_tokens, threads=usable_cores(), batch=512, ubatch=512)
    drawn = random.Random(1)

    def ours() -> float:
        reading = engine.prefill([Message("user", letters(PROMPT, drawn.randrange(1 << 30)))])
        list(reading)
        return reading.usage.prefill_tokens_per_second

    def theirs() -> float:
        return PROMPT / bare.seconds_to_read(bare.tokens(PROMPT))

    pairs = in_turns(ours, theirs, rounds)
    engine.close()
    bare.close()
    return Row(f"reading {PROMPT:,} tokens in interruptible chunks", "bare calls of 512", "tokens/s", "≥ 0.97", pairs)


def stops(model: Path, settings: LlamaSettings) -> list[Row]:
    """Milliseconds from `stop` to the end of the stream, at random moments of reading and of writing."""
    engine = open_engine(model, EngineSettings(llama=settings))
    drawn = random.Random(2)

    def reading() -> Reply:
        return engine.prefill([Message("user", letters(6_000, drawn.randrange(1 << 30)))])

    def writing() -> Reply:
        return engine.reply([Message("user", "count")], Sampling(seed=1, max_tokens=4_000))

    found = []
    for name, begin in (("reading", reading), ("writing", writing)):
        taken = [_stop_ms(begin(), drawn.uniform(*BEFORE_STOP_S)) for _ in range(STOPS)]
        found.append(Row(f"stop while {name}, longest of {STOPS}", "40 ms", "ms", "≤ 1", ((max(taken), 40.0),)))
    engine.close()
    return found


def _stop_ms(reply: Reply, after_s: float) -> float:
    ended = threading.Event()

    def run() -> None:
        for _ in reply:
            pass
        ended.set()

    threading.Thread(target=run).start()
    sleep(after_s)
    begun = perf_counter()
    reply.stop()
    ended.wait()
    return (perf_counter() - begun) * 1000
