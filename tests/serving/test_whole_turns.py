"""`/v1/ask` and `/v1/search`: turns as events, a queue that is fair, and clients that go away."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from serving.openai_protocol.schema_grammar import SchemaUnsupported, grammar_of
from serving.turnstile import QueueFull, Turnstile
from tests.scripted_engine import ScriptedEngine
from tests.serving.conftest import ANSWER, Served

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
QUESTION = "When is the boiler checked?"


def events(client: httpx2.Client, **given: Any) -> Generator[tuple[str, dict[str, Any]]]:
    with client.stream("POST", "/v1/ask", json={"question": QUESTION, **given}) as answer:
        assert answer.status_code == 200
        name = ""
        for line in answer.iter_lines():
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                yield name, json.loads(value)


def test_a_turn_tells_its_passages_pieces_verdicts_and_the_whole(served: Served) -> None:
    with served.http() as client:
        told = list(events(client, persona="001"))
    names = list(dict.fromkeys(name for name, _ in told))
    assert names == ["passages", "piece", "verdict", "done"]
    assert "".join(value["text"] for name, value in told if name == "piece") == ANSWER
    done = told[-1][1]
    assert done["answer"] == ANSWER
    assert done["citations"][0]["quote"] == "The boiler in the cellar is checked every March."
    assert next(value for name, value in told if name == "verdict")["verdict"] == "supported"


@pytest.mark.logs("a stream failed")
def test_a_bug_on_the_way_is_an_event_and_frees_its_place(served: Served, engine: ScriptedEngine) -> None:
    def fail(at: int) -> None:
        if at == 3:
            raise MemoryError("hidden detail")

    engine.before_piece = fail
    with served.http() as client:
        name, told = list(events(client))[-1]
    assert name == "error" and told["error"]["type"] == "server_error"
    assert "hidden detail" not in str(told)
    assert served.host.turnstile.running == 0


def test_a_filter_that_names_no_key_says_which_there_are(served: Served) -> None:
    with served.http() as client:
        answer = client.post("/v1/search", json={"question": QUESTION, "where": "difficulty = hard"})
    assert answer.status_code == 400
    assert "No indexed file has the key" in answer.json()["error"]["message"]


def test_a_client_that_goes_away_frees_its_place(served: Served, engine: ScriptedEngine) -> None:
    engine.script, engine.write_seconds = None, 0.01  # an answer without an end
    with served.http() as client:
        stream = events(client)
        while next(stream)[0] != "piece":
            pass
        stream.close()
    deadline = time.monotonic() + 5
    while served.host.turnstile.running and time.monotonic() < deadline:
        time.sleep(0.02)
    assert served.host.turnstile.running == 0


def test_many_at_once_are_all_answered(served: Served, engine: ScriptedEngine) -> None:
    engine.write_seconds = 0.005

    def answer(_: int) -> str:
        with served.http() as client:
            value: str = client.post("/v1/ask", json={"question": QUESTION, "stream": False}).json()["answer"]
        return value

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, range(12))) == [ANSWER] * 12


def test_a_full_queue_says_so_with_429(served: Served, engine: ScriptedEngine) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(at: int) -> None:
        begun.set()
        go_on.wait(10)

    engine.before_piece = wait
    served.host.turnstile._parallel, served.host.turnstile._per_key = 1, 0

    def post() -> httpx2.Response:
        with served.http() as client:
            return client.post("/v1/ask", json={"question": QUESTION, "stream": False})

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(post)
        begun.wait(5)
        refused = post()
        go_on.set()
        assert running.result().status_code == 200
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


async def _order(turnstile: Turnstile, keys: str) -> list[str]:
    served: list[str] = []

    async def one(key: str) -> None:
        async with turnstile.turn(key):
            served.append(key)
            await asyncio.sleep(0)

    async with turnstile.turn("holder"):
        tasks = []
        for key in keys:
            tasks.append(asyncio.create_task(one(key)))
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert (turnstile.running, turnstile.waiting) == (0, 0)
    return served


def test_keys_take_turns_whatever_each_of_them_sends() -> None:
    assert asyncio.run(_order(Turnstile(1), "aaaabcb")) == ["a", "b", "c", "a", "b", "a", "a"]


def test_one_who_stops_waiting_leaves_the_queue() -> None:
    async def waiting() -> tuple[int, int]:
        turnstile = Turnstile(1, per_key=1)
        async with turnstile.turn("a"):
            task = asyncio.create_task(turnstile.turn("b").__aenter__())
            await asyncio.sleep(0)
            with pytest.raises(QueueFull):
                turnstile.check("b")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return turnstile.waiting, turnstile.running

    assert asyncio.run(waiting()) == (0, 1)


@pytest.mark.parametrize(
    "schema", [{"allOf": []}, {"type": "date"}, {"$ref": "http://x/y"}, {"$ref": "#"}, {"properties": {"a": 3}}]
)
def test_a_schema_that_no_grammar_holds_to_is_told_from_others(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaUnsupported):
        grammar_of(schema)
