"""Four chats at once against one."""

import threading
from pathlib import Path
from time import perf_counter

from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.opening import open_engine
from engines.protocol import Engine, Message, Sampling

CHATS, TOKENS = 4, 200


def rows(model: Path, settings: LlamaSettings, rounds: int) -> list[Row]:
    """Tokens per second of all chats together."""
    engine = open_engine(model, EngineSettings(llama=settings))
    for number in range(CHATS):
        _write(engine, number)  # the prompts are read
    pairs = in_turns(lambda: _speed(engine, CHATS), lambda: _speed(engine, 1), rounds)
    engine.close()
    return [Row(f"{CHATS} chats at once, {TOKENS} tokens each, all together", "one chat", "tokens/s", "≥ 1.6", pairs)]


def _speed(engine: Engine, chats: int) -> float:
    threads = [threading.Thread(target=_write, args=(engine, number)) for number in range(chats)]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return chats * TOKENS / (perf_counter() - begun)


def _write(engine: Engine, number: int) -> None:
    for _ in engine.reply([Message("user", f"chat {number}")], Sampling(seed=number, max_tokens=TOKENS)):
        pass
