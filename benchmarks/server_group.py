"""What a group of servers adds to a question, and what a failover costs; servers on loopback whose model is scripted.

`python -m benchmarks.server_group`
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from engines.engine_settings import RemoteSettings
from engines.protocol import Engine, Message, Sampling
from engines.remote.engine import RemoteEngine
from engines.remote.grouped_engine import GroupedEngine
from network.connections import Connections
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

SAID = " ".join(f"word{n}" for n in range(60))
ROUNDS = 60


def first_and_whole_ms(engine: Engine, number: int) -> tuple[float, float]:
    """Milliseconds to the first text of an answer, and to its end."""
    began = time.perf_counter()
    asked = [Message("system", "Answer."), Message("user", f"Question {number}?")]
    first = 0.0
    for piece in engine.reply(asked, Sampling(temperature=0, max_tokens=200, stop_repetition=False)):
        first = first or (time.perf_counter() - began) * 1000 * bool(piece.text)
    return first, (time.perf_counter() - began) * 1000


def main() -> None:
    """Ask one server and a group of three in turn, then a group whose server dies in the middle of each answer."""
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        connections = Connections(Path(folder) / "connections.jsonl")
        servers = [running.enter_context(serving(OpenAIServer(ScriptedEngine(SAID)))) for _ in range(3)]
        one = RemoteEngine(RemoteSettings(url=servers[0].url), connections)
        group = GroupedEngine([RemoteSettings(url=server.url) for server in servers], connections)
        time.sleep(1)
        alone, shared = list[tuple[float, float]](), list[tuple[float, float]]()
        for number in range(ROUNDS):
            alone.append(first_and_whole_ms(one, number))
            shared.append(first_and_whole_ms(group, number))
        taken = list[float]()
        for number in range(ROUNDS // 3):
            servers[0].fault = servers[1].fault = "cut"
            fresh = GroupedEngine([RemoteSettings(url=server.url) for server in (servers[0], servers[2])], connections)
            time.sleep(0.05)
            taken.append(first_and_whole_ms(fresh, number)[1])
            fresh.close()
        group.close()
    found = {
        "first text, ms, one server": statistics.median(first for first, _ in alone),
        "first text, ms, group": statistics.median(first for first, _ in shared),
        "added to the first text, ms, median of the rounds": statistics.median(
            b[0] - a[0] for a, b in zip(alone, shared, strict=True)
        ),
        "whole answer of 60 tokens, ms, one server": statistics.median(whole for _, whole in alone),
        "whole answer, ms, group": statistics.median(whole for _, whole in shared),
        "whole answer, ms, one of two servers dies after two tokens, where it is asked first": statistics.median(taken),
    }
    print(json.dumps({name: round(value, 2) for name, value in found.items()}, indent=1))


if __name__ == "__main__":
    main()
