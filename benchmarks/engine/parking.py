"""What it costs to set a chat aside: its state copied out of the window, against copying as many bytes."""

import ctypes
import random
from pathlib import Path
from time import perf_counter

from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import LlamaSettings, Tuning
from engines.llama.bindings import llama_library
from engines.llama.calibration import usable_cores
from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.kv.parked import ParkedChatStore, allocate_buffer
from engines.llama.kv.prefix import CachedTokens
from engines.llama.model import LlamaModel

CHAT = 4_000  # tokens


def rows(model: Path, settings: LlamaSettings, rounds: int) -> list[Row]:
    """Both sides write into memory that has served before; half a minute, most of it for reading the chat once."""
    library = llama_library()
    loaded, tuning = LlamaModel(library, model), Tuning(threads=usable_cores())
    context = LlamaContext(library, loaded, settings, tuning, settings.context_tokens)
    cached = _read(context, loaded.size, tuning.batch_tokens)
    parked, size = ParkedChatStore(settings.parked_bytes), context.state_bytes(0)

    def save(into: "ctypes.Array[ctypes.c_uint8]", size: int) -> bool:
        return context.save(0, into, size)

    kept = parked.park(cached, size, save, 0)
    source, target = allocate_buffer(size), allocate_buffer(size)
    for memory in (source, target):
        ctypes.memset(memory, 1, size)

    def ours() -> float:
        nonlocal kept
        begun = perf_counter()
        kept = parked.park(cached, size, save, 0, kept)
        return (perf_counter() - begun) * 1000

    def theirs() -> float:
        begun = perf_counter()
        ctypes.memmove(target, source, size)
        return (perf_counter() - begun) * 1000

    pairs = in_turns(ours, theirs, 4 * rounds)  # of milliseconds each
    context.close()
    loaded.close()
    what = f"setting a chat of {CHAT:,} tokens aside in RAM ({size / 1e6:.0f} MB)"
    return [Row(what, "memcpy of as many bytes", "ms", "≤ 1.5", pairs)]


def _read(context: LlamaContext, vocabulary: int, batch_tokens: int) -> CachedTokens:
    drawn, cached = random.Random(0), CachedTokens()
    while (at := len(cached.tokens)) < CHAT:
        tokens = [drawn.randrange(200, vocabulary) for _ in range(min(batch_tokens, CHAT - at))]
        context.decode([BatchSlice(0, tokens, at, 0)])
        cached.extend(tokens)
    return cached
