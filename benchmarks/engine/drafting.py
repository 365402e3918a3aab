"""Answers with drafts against the same answers, token for token, without."""

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.engine.random_gguf import word, write_random_gguf
from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.opening import open_engine
from engines.protocol import Engine, Message, Sampling

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "carrel"
READ, WRITTEN = 2_000, 400  # tokens of the sources, of an answer
QUOTE, OWN = 30, 10  # tokens that are quoted at a stretch, and then not
SEEMS = 4  # tokens that are like a source's before they are not


def rows(settings: LlamaSettings, rounds: int) -> list[Row]:
    """Tokens per second after the first: of an answer that quotes its sources, one that does not, one that misleads."""
    model = write_random_gguf(CACHE / "benchmarks" / "counting-0.5b-shape-q4_0.gguf", counts=True)
    drafting = open_engine(model, EngineSettings(llama=settings))
    plain = open_engine(model, EngineSettings(llama=replace(settings, drafting=False)))
    cases: tuple[tuple[str, Sequence[range], str], ...] = (
        (f"writing {QUOTE} tokens as in the sources and {OWN} not, in turns", _pieces(QUOTE, OWN), "≥ 1.4"),
        ("writing nothing that is in the sources", [], "≥ 0.98"),
        (f"writing {SEEMS} tokens as in the sources and {SEEMS} not, in turns", _pieces(SEEMS, SEEMS), "≥ 0.98"),
    )
    found = []
    for what, pieces, reach in cases:
        sources = _sources(pieces)
        pairs = in_turns(partial(_speed, drafting, sources), partial(_speed, plain, sources), rounds)
        found.append(Row(what, "without drafts", "tokens/s", reach, pairs))
    drafting.close()
    plain.close()
    return found


def _pieces(quote: int, own: int) -> list[range]:
    """What the sources hold of the numbers from 0, which are the answer."""
    return [range(at, at + quote) for at in range(own, WRITTEN, quote + own)]


def _sources(pieces: Sequence[range]) -> str:
    """A text of READ tokens: the pieces in any order, between numbers that no answer reaches."""
    drawn = random.Random(1)
    shuffled = drawn.sample(pieces, len(pieces))
    others = READ - sum(map(len, pieces))
    numbers = list[int]()
    for piece in [*shuffled, range(0)]:
        numbers += [drawn.randrange(1_000, 4_000) for _ in range(others // (len(pieces) + 1))]
        numbers += piece
    return "".join(map(word, numbers))


def _speed(engine: Engine, sources: str) -> float:
    reply = engine.reply([Message("user", sources)], Sampling(temperature=0, max_tokens=WRITTEN))
    if "".join(piece.text for piece in reply) != "".join(map(word, range(WRITTEN))):
        raise SystemExit("the model did not count")
    return reply.usage.decode_tokens_per_second
