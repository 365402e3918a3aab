"""What a process of its own costs an engine: the same model opened in it and in this process, sides taking turns.

    python -m benchmarks.engine.process [--model FILE.gguf] [--rounds 5]

First tokens are seconds, lower is better; speeds are tokens a second, higher is better. The ratio is the median of the
rounds' own, so that 1 is no cost.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from pathlib import Path

from benchmarks.engine.bare import letters
from benchmarks.engine.random_gguf import write_random_gguf
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.llama.engine import LlamaEngine
from engines.opening import open_engine
from engines.protocol import Engine, Message, Sampling

CACHE = Path.home() / ".cache" / "carrel" / "benchmarks" / "qwen2.5-0.5b-shape-words-q4_0.gguf"
HISTORY, NEW, READ, WRITTEN = 1_000, 20, 1_024, 128  # tokens
_seeds = itertools.count(1)


def main() -> None:
    """Print a line for each row: what, here, in a process, ratio, the rounds' ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a GGUF file; default: random weights in the shape of Qwen2.5-0.5B")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    model = given.model or write_random_gguf(CACHE)
    settings = LlamaSettings(flash_attention=False, drafting=False, context_tokens=4096)
    here: Engine = LlamaEngine(model, settings)
    child = open_engine(model, EngineSettings(llama=settings))
    for what, measure in (
        (f"first token of a further turn after {HISTORY:,} tokens, s", further_turn),
        (f"reading {READ:,} tokens, tokens/s", reading_speed),
        (f"writing {WRITTEN} tokens, tokens/s", writing_speed),
        ("from stop to the end of the stream, s", stopping),
    ):
        measure(here), measure(child)  # the first round fills caches
        pairs = [(measure(here), measure(child)) for _ in range(given.rounds)]
        mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratios = [there / own for own, there in pairs]
        print(
            f"| {what} | {mine:.4g} | {other:.4g} | {statistics.median(ratios):.3f} | {[round(r, 3) for r in ratios]} |"
        )
    here.close()
    child.close()


def further_turn(engine: Engine) -> float:
    """Seconds to the first token of a question that continues a chat."""
    asked = Message("user", letters(HISTORY, next(_seeds)))
    answer = "".join(piece.text for piece in engine.reply([asked], Sampling(temperature=0, max_tokens=8)))
    return _first(engine, [asked, Message("assistant", answer), Message("user", letters(NEW, next(_seeds)))])


def reading_speed(engine: Engine) -> float:
    """Tokens a second of a prompt that nothing is known of."""
    reply = engine.reply([Message("user", letters(READ, next(_seeds)))], Sampling(temperature=0, max_tokens=1))
    began = time.perf_counter()
    list(reply)
    return reply.usage.computed_tokens / (time.perf_counter() - began)


def writing_speed(engine: Engine) -> float:
    """Tokens a second as the reader gets them, after the first."""
    reply = engine.reply([Message("user", letters(NEW, next(_seeds)))], Sampling(temperature=0.7, max_tokens=WRITTEN))
    arrived = [time.perf_counter() for _ in reply]
    return (reply.usage.output_tokens - 1) / (arrived[-1] - arrived[0])


def stopping(engine: Engine) -> float:
    """Seconds from `stop` to the end of the iteration, in the middle of an answer."""
    reply = engine.reply([Message("user", letters(NEW, next(_seeds)))], Sampling(temperature=0.7, max_tokens=400))
    pieces = iter(reply)
    for _ in range(5):
        next(pieces)
    began = time.perf_counter()
    reply.stop()
    list(pieces)
    return time.perf_counter() - began


def _first(engine: Engine, messages: list[Message]) -> float:
    began = time.perf_counter()
    for _ in engine.reply(messages, Sampling(temperature=0, max_tokens=1)):
        return time.perf_counter() - began
    raise SystemExit("the model wrote nothing")


if __name__ == "__main__":
    main()
