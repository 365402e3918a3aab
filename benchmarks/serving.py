"""What the API adds to an answer: `python -m benchmarks.serving MODEL [--rounds N]`.

Each round asks the engine directly and over `/v1/chat/completions`, streamed, with the same messages and greedy
sampling, in turn; prompts are cached, so that a first token is what a route adds and little else. Printed: the median
of first tokens in milliseconds and of tokens a second, and that of the rounds' differences and ratios.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import uvicorn

from assistant.home import Home
from assistant.workspace import Workspace
from engines import Message, Sampling
from serving.access import ApiKey, ApiKeys
from serving.application import build_app
from serving.host import Host

QUESTION = "Write a long story about a lighthouse."
TOKENS = 128


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds to the first token, and tokens a second after it."""

    first_ms: float
    per_second: float


def timed(pieces: Iterator[object]) -> Timing:
    """The times of a stream of tokens."""
    started, at = time.perf_counter(), [time.perf_counter() for _ in pieces]
    return Timing((at[0] - started) * 1000, (len(at) - 1) / (at[-1] - at[0]))


def over_http(port: int, secret: str, model: str) -> Timing:
    """The times of a streamed answer, as a client in a process of its own sees them that only looks for its chunks."""
    body = json.dumps(
        {
            "model": model,
            "messages": [{"role": "user", "content": QUESTION}],
            "temperature": 0,
            "max_tokens": TOKENS,
            "stream": True,
        }
    ).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Authorization: Bearer {secret}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        started = time.perf_counter()
        connection.sendall(head.encode() + body)
        at: list[float] = []
        while data := connection.recv(65_536):
            at += [time.perf_counter()] * (data.count(b'"delta": {"content": ') - (not at and b'"role"' in data))
    return Timing((at[0] - started) * 1000, (len(at) - 1) / (at[-1] - at[0]))


@contextmanager
def serving(workspace: Workspace) -> Iterator[tuple[Host, int, str]]:
    """A server on a port of its own: with its number and the secret of a key."""
    keys = ApiKeys(workspace.home.api_keys)
    secret = keys.add(ApiKey(name="benchmark", digest="", requests_per_minute=100_000))
    host = Host(workspace, keys, parallel=4)
    server = uvicorn.Server(uvicorn.Config(build_app(host, ["127.0.0.1"]), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield host, server.servers[0].sockets[0].getsockname()[1], secret
    server.should_exit = True
    thread.join()
    host.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        workspace = Workspace(Home(Path(work)))
        engine = workspace.open_model(arguments.model)
        assert engine is not None
        messages, sampling = [Message("user", QUESTION)], Sampling(temperature=0, max_tokens=TOKENS)
        with serving(workspace) as (host, port, secret), ProcessPoolExecutor(1, get_context("spawn")) as client:
            rounds = []
            for n in range(arguments.rounds + 1):
                direct = timed(iter(engine.reply(messages, sampling)))
                served = client.submit(over_http, port, secret, host.model_id).result()
                if n:  # the first fills the cache
                    rounds.append((direct, served))
        workspace.close()
    print("| | first token, ms | tokens/s |\n|---|---|---|")
    for name, which in (("engine", 0), ("API", 1)):
        first = statistics.median(pair[which].first_ms for pair in rounds)
        speed = statistics.median(pair[which].per_second for pair in rounds)
        print(f"| {name} | {first:.1f} | {speed:.1f} |")
    added = statistics.median(served.first_ms - direct.first_ms for direct, served in rounds)
    ratio = statistics.median(served.per_second / direct.per_second for direct, served in rounds)
    print(f"added to the first token: {added:.1f} ms; tokens/s, API ÷ engine: {ratio:.3f}")


if __name__ == "__main__":
    main()
