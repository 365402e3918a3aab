"""Several servers of one model: who is asked, and what happens when one is slow, full, broken or dying."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from engines.engine_settings import RemoteSettings
from engines.errors import QuestionRefused, ServerRefused, ServerUnreachable, ThinkingUnlimited
from engines.protocol import Message, Sampling
from engines.remote.grouped_engine import GroupedEngine
from engines.remote.server_group import Member, ServerGroup, ServerState
from engines.remote.server_load import requests_told
from network.connections import Connections
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

pytestmark = [
    pytest.mark.timeout(30),
    pytest.mark.logs(r"failed|cannot be|many requests|does not|did not|broke off|redirects|invalid|another model"),
]
SAID = "The boiler in the cellar is checked every March, and its filter is changed in May."
ASKED = [Message("system", "Answer."), Message("user", "When is the boiler checked?")]
GREEDY = Sampling(temperature=0, max_tokens=64)
Start = Callable[..., OpenAIServer]
Group = Callable[..., GroupedEngine]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers that say SAID, or another script; they end with the test."""
    with ExitStack() as running:

        def one(script: str | None = SAID, **given: object) -> OpenAIServer:
            return running.enter_context(serving(OpenAIServer(ScriptedEngine(script), **given)))  # type: ignore[arg-type]

        yield one


@pytest.fixture
def group(connections: Connections) -> Iterator[Group]:
    """Opens an engine on servers, or URLs."""
    opened: list[GroupedEngine] = []

    def one(*servers: OpenAIServer | str, **settings: object) -> GroupedEngine:
        urls = [server if isinstance(server, str) else server.url for server in servers]
        engine = GroupedEngine([RemoteSettings(url=url, **settings) for url in urls], connections)  # type: ignore[arg-type]
        until = time.monotonic() + 10
        while time.monotonic() < until and any(not one.model and not one.problem for one in engine.servers):
            time.sleep(0.01)
        opened.append(engine)
        return engine

    yield one
    for engine in opened:
        engine.close()


def said(engine: GroupedEngine, messages: list[Message] = ASKED, sampling: Sampling = GREEDY) -> str:
    return "".join(piece.text for piece in engine.reply(messages, sampling) if piece.kind == "answer")


def waiting_at(place: int, event: threading.Event) -> Callable[[int], None]:
    """Has an engine wait before one word of each answer."""

    def wait(at: int) -> None:
        if at == place:
            event.wait(10)

    return wait


def dead_url() -> str:
    """The address of a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def state(engine: GroupedEngine, server: OpenAIServer) -> ServerState:
    return next(one for one in engine.servers if server.url.endswith(one.name))


def test_questions_go_to_the_server_with_the_shortest_queue(start: Start, group: Group) -> None:
    servers = [start(), start(), start()]
    engine = group(*servers)
    hold = threading.Event()
    for server in servers:
        assert isinstance(server.engine, ScriptedEngine)
        server.engine.before_piece = waiting_at(0, hold)
    threads = [
        threading.Thread(target=said, args=(engine, [Message("user", f"{n}"), Message("user", "?")])) for n in range(6)
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    assert [one.in_flight for one in engine.servers] == [2, 2, 2]
    hold.set()
    for thread in threads:
        thread.join()
    assert [len(server.asked) for server in servers] == [2, 2, 2]
    assert [one.answered for one in engine.servers] == [2, 2, 2]


def test_a_chat_goes_back_to_the_server_that_has_read_it_unless_that_is_much_busier(start: Start, group: Group) -> None:
    servers = [start(), start()]
    engine = group(*servers)
    said(engine)
    [first] = [server for server in servers if server.asked]
    longer = [*ASKED, Message("assistant", SAID), Message("user", "And the filter?")]
    others = [Message("system", "Answer."), Message("user", "Something else?")]
    said(engine, others)
    said(engine, [*others[:1], Message("user", "A third one?")])
    before = len(first.asked)
    said(engine, longer)
    assert len(first.asked) == before + 1
    first.figures = (
        'vllm:num_requests_running{model_name="tiny"} 30.0\nvllm:num_requests_waiting{model_name="tiny"} 9.0\n'
    )
    member = next(one for one in engine._group._members if first.url.endswith(one.name))
    member.tells_load, member.load_at = True, -1e9
    said(engine, longer)  # has the figures read
    until = time.monotonic() + 10
    while state(engine, first).others is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert state(engine, first).others in (38, 39)
    before = len(first.asked)
    said(engine, [*longer, Message("assistant", SAID), Message("user", "Why?")])
    assert len(first.asked) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('vllm:num_requests_running{engine="0"} 3.0\nvllm:num_requests_waiting{engine="0"} 2.0\n', 5),
        ("# TYPE x\nllamacpp:requests_processing 1\nllamacpp:requests_deferred 4\n", 5),
        ("sglang:num_running_reqs 1.0\nsglang:num_queue_reqs 0.0\n", 1),
        ("vllm:num_requests_running_total 7\nprocess_open_fds 3\n", None),
        ("vllm:num_requests_running 1e\n", None),
        ("<html>", None),
    ],
)
def test_the_load_is_read_from_each_makers_figures(text: str, told: int | None) -> None:
    assert requests_told(text) == told


@pytest.mark.parametrize(
    "broken",
    [
        {"refuses": (500, "out of memory")},
        {"refuses": (429, "slow down")},
        {"refuses": (404, "no such model")},
        {"fault": "page"},
        {"fault": "hang"},
        {"fault": "elsewhere"},
    ],
)
def test_a_server_that_fails_before_it_says_anything_is_passed_over(
    start: Start, group: Group, broken: dict[str, object]
) -> None:
    bad, good = start(), start()
    engine = group(bad, good, silence_seconds=0.5)
    for name, value in broken.items():
        setattr(bad, name, value)
    for _ in range(3):
        assert said(engine) == SAID
    assert len(good.asked) == 3 and len(bad.asked) == 1  # it is not asked again so soon
    assert state(engine, bad).problem and state(engine, bad).failed == 1


def test_a_server_that_has_died_is_passed_over_from_the_start(start: Start, group: Group) -> None:
    good = start()
    engine = group(dead_url(), good)
    assert said(engine) == SAID
    assert [bool(one.problem) for one in engine.servers] == [True, False]
    assert engine.model == "tiny at 2 servers"


@pytest.mark.parametrize("fault", ["cut", "error", "junk", "silent"])
@pytest.mark.parametrize(
    "second",
    [
        SAID.removeprefix("The boiler "),  # goes on where the first stopped
        SAID,  # begins anew
        SAID.removeprefix("The "),  # repeats a word
        f"\n{SAID}",
    ],
)
def test_a_half_answer_goes_on_at_another_server_and_nothing_is_shown_twice(
    start: Start, group: Group, fault: str, second: str
) -> None:
    bad, good = start(), start(second)
    engine = group(bad, good, silence_seconds=0.5)
    bad.fault = fault
    reply = engine.reply(ASKED, GREEDY)
    pieces = list(reply)
    assert "".join(piece.text for piece in pieces) == SAID
    assert reply.finish == "end"
    assert good.asked[0]["messages"][-2] == {"role": "assistant", "content": "The boiler"}
    assert reply.usage.output_tokens >= len(second.split())
    said(engine)
    assert len(bad.asked) == 1


def test_a_server_that_is_killed_in_the_middle_is_taken_over_from(start: Start, group: Group) -> None:
    bad, good = start(), start()
    engine = group(bad, good)
    hold = threading.Event()
    assert isinstance(bad.engine, ScriptedEngine)
    bad.engine.before_piece = waiting_at(5, hold)
    shown = ""
    for piece in engine.reply(ASKED, GREEDY):
        shown += piece.text
        if shown == "The boiler in the cellar":
            bad.die()
            hold.set()
    assert shown == SAID


def test_an_answer_that_begins_anew_and_differs_is_not_mixed(start: Start, group: Group) -> None:
    script = "In our house the boiler in the cellar is checked every March by the same man."
    bad, good = start(script), start(script.replace("March by the same man", "spring, we think"))
    engine = group(bad, good)
    assert isinstance(bad.engine, ScriptedEngine)
    bad.engine.before_piece = lambda at: bad.die() if at == 12 else None
    shown = ""
    with pytest.raises(ServerUnreachable):
        for piece in engine.reply(ASKED, GREEDY):
            shown += piece.text
    assert script.startswith(shown)


def test_thoughts_are_shown_once(start: Start, group: Group) -> None:
    bad, good = start("<think>It is cold outside.</think> In March."), start("<think>Other.</think> In March.")
    engine = group(bad, good)
    bad.fault = "cut"
    pieces = list(engine.reply(ASKED, replace(GREEDY, thinking_tokens=None)))
    thoughts = "".join(piece.text for piece in pieces if piece.kind == "thought")
    assert thoughts.strip() == "It is"
    assert "".join(piece.text for piece in pieces if piece.kind == "answer").strip() == "In March."


def test_a_question_that_is_refused_is_not_sent_to_the_others(start: Start, group: Group) -> None:
    servers = [start(refuses=(400, "bad parameter")), start(refuses=(400, "bad parameter"))]
    engine = group(*servers)
    with pytest.raises(QuestionRefused, match="does not accept the question"):
        said(engine)
    assert sum(len(server.asked) for server in servers) == 1
    assert not any(one.problem for one in engine.servers)


def test_where_all_fail_the_last_failure_is_told(start: Start, group: Group) -> None:
    servers = [start(), start()]
    engine = group(*servers)
    for server in servers:
        server.refuses = (500, "out of memory")
    with pytest.raises(ServerRefused, match="failed"):
        said(engine)
    assert [len(server.asked) for server in servers] == [1, 1]
    servers[0].refuses = servers[1].refuses = None
    assert said(engine) == SAID  # both are down, and asked all the same: a person waits


def test_where_none_can_be_reached_opening_fails(connections: Connections) -> None:
    with pytest.raises(ServerUnreachable, match="cannot be reached"):
        GroupedEngine([RemoteSettings(url=dead_url()), RemoteSettings(url=dead_url())], connections)


def test_a_server_that_hangs_does_not_delay_the_opening(start: Start, connections: Connections) -> None:
    good = start()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        urls = [f"http://127.0.0.1:{silent.getsockname()[1]}", good.url]
        engine = GroupedEngine([RemoteSettings(url=url) for url in urls], connections)
        assert time.monotonic() - began < 2
        assert said(engine) == SAID
        engine.close()


def test_a_server_with_another_model_is_not_used(start: Start, group: Group) -> None:
    servers = [start(), start(model="big")]
    engine = group(*servers)
    for n in range(4):
        said(engine, [Message("user", str(n)), Message("user", "?")])
    assert sorted(len(server.asked) for server in servers) == [0, 4]
    assert "has another model" in "".join(one.problem for one in engine.servers)


def test_a_dead_server_is_tried_again_after_longer_and_longer_waits() -> None:
    now, opened = [100.0], list[float]()
    down = True

    class Reached(ScriptedEngine):
        served_model, is_named = "tiny", True

        def requests_told(self) -> None:
            return None

    def open_flaky() -> Reached:
        opened.append(now[0])
        if down:
            raise ServerUnreachable("b", "cannot be reached")
        return Reached(SAID)

    members = [
        Member(0, "a", lambda: Reached(SAID)),  # type: ignore[arg-type, return-value]
        Member(1, "b", open_flaky),  # type: ignore[arg-type]
    ]
    group = ServerGroup(members, lambda: now[0])
    settled(group)
    for _ in range(600):  # a question a second, for ten minutes
        now[0] += 1
        assert group.choose(ASKED, ()) is members[0]
        settled(group)
    waits = [later - earlier for earlier, later in pairwise(opened)]
    assert waits == sorted(waits) and waits[0] <= 2 and 100 < waits[-1] <= 121
    down = False
    now[0] += 200
    group.choose(ASKED, ())
    settled(group)
    assert not any(one.problem for one in group.states())
    group.close()


def settled(group: ServerGroup) -> None:
    """Wait until nothing is being opened or asked."""
    while any(one.is_probed or (one.engine is None and one.problem is None) for one in group._members):
        time.sleep(0.001)


def test_stop_ends_an_answer_and_no_other_server_begins(start: Start, group: Group) -> None:
    servers = [start(None), start(None)]
    engine = group(*servers)
    reply = engine.reply(ASKED, replace(GREEDY, max_tokens=4000))
    shown = 0
    for _ in reply:
        shown += 1
        if shown == 20:
            reply.stop()
    assert reply.finish == "stopped" and shown < 40
    assert sum(len(server.asked) for server in servers) == 1
    assert not any(one.in_flight or one.problem for one in engine.servers)


def test_what_no_server_can_do_is_told_at_once(start: Start, group: Group) -> None:
    engine = group(start(), start())
    with pytest.raises(ThinkingUnlimited):
        engine.reply(ASKED, replace(GREEDY, thinking_tokens=100))


def test_every_connection_is_in_the_log(start: Start, group: Group, tmp_path: Path) -> None:
    bad, good = start(), start()
    engine = group(bad, good)
    bad.refuses = (500, "no")
    said(engine)
    lines = [json.loads(line) for line in (tmp_path / "logs" / "connections.jsonl").read_text().splitlines()]
    asked = {line["port"] for line in lines if line["purpose"] == "question to tiny"}
    assert asked == {int(server.url.rsplit(":", 1)[1]) for server in (bad, good)}
